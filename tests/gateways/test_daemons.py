"""What we start ends with us, and what others of us left is found and nothing else."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from fixtures.gateways.daemons import (
    abandoned,
    birth,
    environment,
    free_port,
    private_directory,
    require,
    rooms,
    run,
    start,
    sweep,
    until,
)
from fixtures.gateways.model import GatewayError
from tests.running import ROOT


@pytest.fixture(autouse=True)
def _own_rooms(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_a_free_port_is_free_and_not_where_osds_bind():
    for _ in range(20):
        port = free_port()
        assert not 6800 <= port <= 7300
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", port))


def test_a_process_has_a_birth_until_it_is_gone():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert birth(child.pid) == birth(child.pid) is not None

    child.kill()
    until(lambda: birth(child.pid) is None, what="the end", seconds=10)
    child.communicate()
    assert birth(child.pid) is None


def test_children_see_no_secret_and_no_proxy():
    given = {
        "PATH": "/bin",
        "AWS_CA_BUNDLE": "x",
        "RGW_SWIFT_KEY": "s",
        "CEPH_ARGS": "y",
        "http_proxy": "p",
        "HOME": "/",
    }

    assert environment(given) == {"PATH": "/bin", "HOME": "/"}


def test_a_private_directory_is_ours_alone():
    directory = private_directory()

    assert directory.stat().st_mode & 0o777 == 0o700
    assert rooms().stat().st_mode & 0o777 == 0o700
    assert directory.name.startswith(f"{os.getpid()}-{birth(os.getpid())}-")
    assert abandoned() == []


def test_what_a_dead_process_left_is_swept_and_what_a_living_one_has_is_not(tmp_path):
    mine = private_directory()
    script = (
        "import tempfile, os, sys; tempfile.tempdir = sys.argv[1]\n"
        "from fixtures.gateways.daemons import private_directory; d = private_directory()\n"
        "import subprocess\n"
        "command = ['sh', '-c', 'read x', str(d) + '/daemon']\n"
        "p = subprocess.Popen(command, stdin=-1, stdout=-3, start_new_session=True)\n"
        "print(d, p.pid, flush=True); os.read(0, 1)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    left, pid = other.stdout.readline().split()
    assert sweep() == []

    # A process that is stopped does not end by itself when its input does: it must be killed.
    os.kill(int(pid), signal.SIGSTOP)
    other.send_signal(signal.SIGKILL)
    other.communicate()
    assert [str(path) for path in abandoned()] == [left]
    assert sweep() == [left]

    assert birth(int(pid)) is None
    assert mine.is_dir()
    assert sweep() == []


def test_a_program_is_killed_when_what_started_it_is(tmp_path):
    script = (
        "import sys, os; from pathlib import Path; from fixtures.gateways.daemons import start\n"
        "p = start(['sleep', '1000'], output=Path(sys.argv[1])); print(p.pid, flush=True); os.read(0, 1)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "out")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = int(parent.stdout.readline())
    assert birth(pid) is not None

    parent.send_signal(signal.SIGKILL)
    parent.communicate()

    until(lambda: birth(pid) is None, what="the end of the child", seconds=10)


def test_a_program_that_is_missing_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for call in (
        lambda: require("radosgw"),
        lambda: start(["radosgw"], output=tmp_path / "o"),
        lambda: run(["radosgw"]),
    ):
        with pytest.raises(GatewayError, match=r"radosgw is not on PATH.*apt-get install radosgw.*--gateway-url"):
            call()


def test_a_program_that_fails_or_hangs_is_told_in_one_line():
    with pytest.raises(GatewayError, match="failed with exit code 3: last words"):
        run(["sh", "-c", "echo first >&2; echo last words >&2; exit 3"])
    with pytest.raises(GatewayError, match=r"did not end within 0\.1 s"):
        run(["sleep", "10"], seconds=0.1)
    with pytest.raises(GatewayError, match="the thing: the program ended"):
        until(lambda: False, what="the thing", seconds=10, alive=lambda: False)
    with pytest.raises(GatewayError, match=r"the thing: not within 0\.05 s"):
        until(lambda: False, what="the thing", seconds=0.05)
