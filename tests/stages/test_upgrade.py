"""The way from release to release: its plan, and one real step in containers."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

from fixtures.containers.daemon import connect
from fixtures.gateways.images import asked
from fixtures.gateways.model import GatewayError
from fixtures.gateways.roles import KIND
from fixtures.gateways.upgrade import CLUSTER_FIRST, GATEWAYS_FIRST, plan
from fixtures.gateways.upgrade_cluster import daemons_words
from tests.absent import absent
from tests.running import ROOT

STEP = ("16", "18")


def test_a_plan_replaces_one_thing_at_a_time():
    """Cluster first, or gateways first; both end with everything new."""
    states = [(step.cluster, step.gateway, step.replaced) for step in plan(["16", "18", "20"], CLUSTER_FIRST)]
    assert states == [
        ("16", "16", ""),
        ("18", "16", "cluster"),
        ("18", "18", "gateway"),
        ("20", "18", "cluster"),
        ("20", "20", "gateway"),
    ]
    states = [(step.cluster, step.gateway, step.replaced) for step in plan(["16", "18"], GATEWAYS_FIRST)]
    assert states == [("16", "16", ""), ("16", "18", "gateway"), ("18", "18", "cluster")]


@pytest.mark.parametrize(
    ("path", "order", "told"),
    [
        (["16"], CLUSTER_FIRST, "no way from release to release"),
        (["18", "16"], CLUSTER_FIRST, "goes back"),
        (["16", "16"], CLUSTER_FIRST, "no way"),
        (["a", "b"], CLUSTER_FIRST, "no way"),
        (["16", "18"], "both", "none of cluster-first, gateways-first"),
    ],
)
def test_a_plan_that_is_none_is_told(path, order, told):
    """One line."""
    with pytest.raises(GatewayError, match=told):
        plan(path, order)


def command(*arguments):
    return [sys.executable, "-m", "fixtures.gateways", "upgrade", *arguments]


def test_bad_input_is_one_line(tmp_path):
    """Exit code 4; a report directory that holds something is left alone."""
    (tmp_path / "something").write_text("")
    for arguments, told in (
        (["--path", "18,16"], "goes back"),
        (["--path", "16,18", "--report-dir", str(tmp_path)], "it is not empty"),
        (["--path", "16,18", "--report-dir", str(tmp_path / "something" / "else")], "name a directory"),
    ):
        done = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 4, done.stderr
        assert told in done.stderr
        assert len(done.stderr.splitlines()) == 1


MON = """\
rgw-conformance: ceph version 20.2.4 (7f793731f1b3) tentacle (stable - RelWithDebInfo)
2026-11-25T18:45:51.814+0000 7f95871a7cc0 -1 mon.a@-1(probing) e1 current monmap has recorded min_mon_release 14 \
(nautilus) is more than two releases older than installed 20 (tentacle); you can only upgrade 2 releases at a time
you should first upgrade to 15 (octopus) or 16 (pacific)
 stopping.
2026-11-25T18:45:51.900+0000 7f95871a7cc0 -1 Falling back to public interface
osd.0: 2026-11-25 18:45:50.466 7f5c802b0700 -1 osd.0 21 class rgw_gc open got (1) Operation not permitted
rgw-conformance: osd.0 does not start: not ready within 60 s
"""


def test_a_daemon_that_does_not_go_on_is_quoted():
    """What a monitor prints before it ends, not what the OSD logged under the release before."""
    told = daemons_words(MON)
    assert told[0].startswith("mon.a@-1(probing) e1 current monmap has recorded min_mon_release 14 (nautilus)")
    assert told[1:] == ["you should first upgrade to 15 (octopus) or 16 (pacific)", "stopping."]


@pytest.fixture
def images():
    """Skips where no docker daemon answers or an image is missing."""
    try:
        with closing(connect("an upgrade", GatewayError)) as client:
            tags = {tag for image in client.images.list() for tag in image.tags}
    except GatewayError as error:
        absent("docker", str(error))
    missing = [asked(release).image for release in STEP if asked(release).image not in tags]
    if missing:
        absent("images", f"the image {missing[0]} is not here; make it with: make images")


def ours(pid):
    """Containers that this process started, and are still there."""
    found = subprocess.run(
        ["docker", "ps", "-a", "--filter", f"label={KIND.mark}", "--format", f'{{{{.Label "{KIND.mark}"}}}}'],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout.split()  # fmt: skip
    return [mark for mark in found if f"/{pid}-" in mark]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_what_was_interrupted(tmp_path, images, how):
    """Neither containers nor their volume, however it ends."""
    process = subprocess.Popen(
        command("--path", ",".join(STEP), "--report-dir", str(tmp_path / "report")),
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    try:
        while not ours(process.pid) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert ours(process.pid)
        os.kill(process.pid, how)
        process.wait(60)
        while ours(process.pid) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not ours(process.pid)
    finally:
        process.kill()
        process.wait()


def test_a_real_cluster_goes_one_release_on(tmp_path, images):
    """Everything that was there is there after each step, and what was under way goes on."""
    report = tmp_path / "report"
    done = subprocess.run(
        command("--path", ",".join(STEP), "--quick", "--report-dir", str(report)),
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((report / "upgrade.json").read_text())
    assert [step["verdict"] for step in told["steps"]] == ["pass"] * 3
    assert all((report / run).is_dir() for step in told["steps"] for run in step["runs"])
    assert not list(report.glob("**/credentials.toml"))
