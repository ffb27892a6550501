"""However a run ends, the next one leaves nothing of it behind."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from fixtures.gateways.daemons import abandoned, rooms, until
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import SwiftSession, containers_of
from fixtures.wire.client import Client

LONGEST = 8.0
"""Seconds after which a run is killed at the latest; one takes about a minute."""
AT_LEAST, AT_MOST = 3, 40
"""How many runs are killed, until one has left something: how far one is after a time depends on the machine."""


def containers(gateway) -> list[str]:
    """Every container of ours on this gateway."""
    with Client(endpoint_of(gateway)) as client:
        session = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix="rgwc-")
        session.login()
        return list(containers_of(session, "rgwc-"))


def daemons_in(directory: Path) -> list[str]:
    """Command lines of daemons that work in a directory."""
    lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if str(directory) in line and "pytest" not in line]


def killed(process: "subprocess.Popen[str]", after: float) -> None:
    """Kill pytest, and nothing else, in mid-run."""
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()


def kill_some(start, *, left) -> None:
    """Kill runs at random moments, and go on until the last one has left what is to be cleaned up."""
    for number in range(AT_MOST):
        killed(start(), random.uniform(1.0, LONGEST))
        if number + 1 >= AT_LEAST and left():
            return
    pytest.fail(f"none of {AT_MOST} runs was killed while it had something to leave")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_is_killed_on_somebody_elses_gateway_is_cleaned_up_by_the_next(on_embedded, embedded, workers):
    kill_some(lambda: on_embedded.start("-q", "-n", workers), left=lambda: containers(embedded.gateway))

    outcome = on_embedded.run("-q", "-k", "root")

    assert outcome.code == 0, outcome.output
    assert containers(embedded.gateway) == []
    assert list((on_embedded.directory / "state").rglob("*.json")) == []


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_is_killed_with_a_gateway_of_its_own_leaves_no_daemon(suites, workers, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    kill_some(lambda: suites.start("-q", "-n", workers), left=abandoned)
    until(lambda: not daemons_in(tmp_path), what="the end of the daemons", seconds=10)

    done = subprocess.run(
        [sys.executable, "-m", "fixtures.gateways", "sweep"], capture_output=True, text=True, check=True, env=os.environ
    )

    assert "removed" in done.stdout
    assert [path for path in rooms().iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_is_interrupted_cleans_up_itself(on_embedded, embedded, workers):
    process = on_embedded.start("-v", "-p", "no:randomly", "-k", "replay", "-n", workers)
    assert process.stdout is not None
    for line in process.stdout:
        if "PASSED" in line and "test_replay" in line:
            break
    assert containers(embedded.gateway)

    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "run not complete" in output
    # What is cleaned under a check that goes on makes it red.
    assert "NOT SAFE" not in output
    assert containers(embedded.gateway) == []
