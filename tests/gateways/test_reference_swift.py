"""The reference is OpenStack Swift itself: two gateways on one store, two accounts, gone after its run."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from fixtures.gateways import reference_swift
from fixtures.gateways.daemons import birth, rooms, until
from fixtures.gateways.model import Account, GatewayError, Secret
from fixtures.gateways.profile import ARRIVAL, arrive, endpoint_of
from fixtures.gateways.reference_swift import LABELS, ReferenceSwift
from fixtures.gateways.reference_swift_server import Cache
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.wire.client import Client
from fixtures.wire.content import generated
from tests.running import ROOT

PREFIX = "rgwc-test-"


@pytest.fixture(scope="module")
def swift():
    with ReferenceSwift() as started:
        yield started


@pytest.fixture(params=range(2), ids=LABELS)
def gateway(swift, request):
    return swift.gateways[request.param]


@pytest.fixture
def session(gateway):
    """The first account's."""
    with Client(endpoint_of(gateway)) as client:
        yield log_in(gateway, client, gateway.account)


def log_in(gateway, client, account):
    made = SwiftSession(client, gateway.swift_auth_url, account, prefix=PREFIX)
    assert made.login().status == 200
    return made


def container(session, name):
    """A new one; the gateways have one store."""
    whole = f"{PREFIX}{name}-{session.client.endpoint.port}"
    assert session.send("PUT", whole).status == 201
    return Container(session, whole)


def processes(directory):
    """Who works in a directory: command lines by process id."""
    lines = {p.pid: " ".join(p.info["cmdline"] or ()) for p in psutil.process_iter(["cmdline"])}
    return {pid: line for pid, line in lines.items() if f"{directory}/" in line}


def test_what_was_put_is_served(session):
    body = generated("object", 300_001, (1, 7, 4096, 65_536))
    made = container(session, "put")

    assert made.put("o", body, chunked=True).get("Etag") == body.md5
    assert made.get("o").sha256 == body.sha256
    assert [(row["name"], row["bytes"]) for row in made.rows()] == [("o", 300_001)]
    assert (made.head().get("X-Container-Object-Count"), made.delete("o").status) == ("1", 204)
    assert made.rows() == []


def test_a_large_object_is_its_segments(session):
    made = container(session, "dlo")
    assert made.put_manifest("data", "segments/").status == 201
    assert (made.head("data").status, made.head("data").get("Content-Length")) == (200, "0")

    for number, part in enumerate((b"first, ", b"second")):
        assert made.put(f"segments/{number}", part).status == 201

    assert made.head("data").get("Content-Length") == "13"
    assert made.get("data").kept == b"first, second"
    assert made.get("data", range_="bytes=5-8").kept == b", se"


def test_a_second_account_is_let_in_where_the_first_says_so(session, gateway):
    made = container(session, "shared")
    made.put("o", b"mine")
    with Client(endpoint_of(gateway)) as client:
        other = log_in(gateway, client, gateway.second)
        assert other.storage_path != session.storage_path
        other.storage_path = session.storage_path
        assert other.send("GET", made.name, "o").status == 403
        acl = [("X-Container-Read", gateway.second.swift_user)]
        assert session.send("POST", made.name, headers=acl).status == 204
        assert other.send("GET", made.name, "o").response.kept == b"mine"
        assert other.send("PUT", made.name, "o").status == 403


def test_a_wrong_key_is_refused(gateway):
    with Client(endpoint_of(gateway)) as client:
        wrong = Account(gateway.account.swift_user, Secret("wrong"))
        assert SwiftSession(client, gateway.swift_auth_url, wrong, prefix="").login().status == 401


def test_its_profile_says_whose_version_it_states(gateway):
    with Client(endpoint_of(gateway), limits=ARRIVAL) as client:
        seen = arrive(gateway, client)

    info = "absent" if gateway.label == LABELS[1] else "present"
    assert seen["software"] == "swift"
    assert seen["version"] == gateway.version
    assert gateway.name == f"swift-{gateway.version}" + gateway.label.removeprefix("reference-swift")
    assert (seen["swift"], seen["s3"], seen["rgw"], seen["info"]) == (True, False, False, info)
    assert (seen["frontend"], seen["account_in_url"]) == (None, True)


def test_the_middlewares_of_swifts_sample_answer(swift):
    with Client(endpoint_of(swift.gateways[0])) as client:
        session = log_in(swift.gateways[0], client, swift.gateways[0].account)
        session.storage_path = ""
        told = session.send("GET", "info").response.json()

    assert told["swift"]["version"] == swift.gateways[0].version
    assert {"slo", "symlink", "tempurl", "bulk_delete", "versioned_writes", "object_versioning"} <= set(told)


def test_no_secret_is_in_a_process_list_or_a_log_and_only_loopback_can_ask(swift, session):
    container(session, "secrets").put("o", b"1")
    running = processes(swift.directory)
    lines = "\n".join(running.values()) + (swift.directory / "swift.out").read_text() + repr(swift.gateways)

    assert "PUT" in lines
    for secret in [session.token, *(secret.value for gateway in swift.gateways for secret in gateway.secrets)]:
        assert secret not in lines
    assert {path.stat().st_mode & 0o77 for path in [swift.directory, *swift.directory.glob("*.conf")]} == {0}
    ends = [end for pid in running for end in psutil.Process(pid).net_connections() if end.status == "LISTEN"]
    assert {end.laddr.ip for end in ends} == {"127.0.0.1"}
    assert len({end.laddr.port for end in ends}) == 5


def test_nothing_is_left_when_it_is_stopped():
    swift = ReferenceSwift()
    swift.start()
    directory = swift.directory
    assert len(processes(directory)) == 6

    swift.stop()
    swift.stop()

    assert not directory.exists()
    assert processes(directory) == {}


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_who_started_it_and_is_swept(end):
    script = (
        "import time; from fixtures.gateways.reference_swift import ReferenceSwift as R; r = R(); r.start()\n"
        "print(r.directory, flush=True); time.sleep(100)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        directory = parent.stdout.readline().strip()
        pids = list(processes(directory))
        assert len(pids) >= 6
        parent.send_signal(end)
    until(lambda: not any(birth(pid) for pid in pids), what="the end of Swift", seconds=10)

    subprocess.run([sys.executable, "-m", "fixtures.gateways", "sweep"], cwd=ROOT, check=True, capture_output=True)

    assert directory not in map(str, rooms().glob("*"))


def test_where_one_server_dies_all_end():
    with ReferenceSwift() as swift:
        parent = swift._process.pid
        child = psutil.Process(parent).children()[0]
        pids = list(processes(swift.directory))
        child.kill()
        until(lambda: not any(birth(pid) for pid in pids if pid != parent), what="the end of Swift", seconds=10)
        assert swift._process.wait(timeout=10) == 1


def test_one_that_is_not_installed_says_in_one_line_what_to_make(tmp_path):
    with pytest.raises(GatewayError) as missing:
        ReferenceSwift(venv=tmp_path).start()

    assert str(missing.value) == "OpenStack Swift is not installed: make .venv-swift/ready"


def failing(tmp_path, script):
    """A virtual environment whose Python does something else."""
    (tmp_path / "lib" / "python3.11" / "site-packages" / "swift-2.38.3.dist-info").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    path = tmp_path / "bin" / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return tmp_path


def refusal(swift) -> str:
    """Why it does not start; nothing is left."""
    before = set(rooms().glob(f"{os.getpid()}-*"))
    with pytest.raises(GatewayError) as failed:
        swift.start()
    assert set(rooms().glob(f"{os.getpid()}-*")) == before
    return str(failed.value)


def test_one_that_does_not_start_says_why_in_one_line_and_leaves_nothing(tmp_path):
    venv = failing(tmp_path, "echo Traceback\necho ImportError: no swift\nexit 1")

    assert refusal(ReferenceSwift(venv=venv)) == "OpenStack Swift: the program ended; ImportError: no swift"


def test_a_configuration_that_swift_does_not_take_is_told_in_its_own_words(monkeypatch):
    monkeypatch.setattr(reference_swift, "_PIPELINE", "catch_errors no-such-filter proxy-server")

    said = refusal(ReferenceSwift())

    assert said.startswith("OpenStack Swift: the program ended; ")
    assert "no-such-filter" in said
    assert "\n" not in said


def test_a_file_system_without_user_attributes_is_told(monkeypatch):
    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refuse)

    assert refusal(ReferenceSwift()).endswith("without user attributes, which Swift needs; set TMPDIR")


def test_the_cache_forgets_when_it_should_and_gives_back_what_json_makes_of_it():
    cache = Cache()
    cache.set("token", (1, "groups"), time=60)
    cache.set("short", 1, time=0.01)
    cache.set_multi({"a": 1, "b": [2]}, "server", time=60)
    time.sleep(0.02)

    assert cache.get("token") == json.loads('[1, "groups"]')
    assert cache.get("short") is None
    assert cache.get_multi(["a", "b", "c"], "server") == [1, [2], None]
    assert [cache.incr("n", 2), cache.incr("n"), cache.decr("n", 9), cache.incr("n", 0)] == [2, 3, 0, 0]
    cache.delete("token")
    cache.delete("token")
    assert cache.get("token") is None
