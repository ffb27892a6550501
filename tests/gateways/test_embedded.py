"""The embedded gateway is a real RGW of its own: private, with users, restarted after a crash, gone after its run."""

import os
import re
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from fixtures.gateways.cluster import Cluster
from fixtures.gateways.crashes import from_log, wait_for_crash
from fixtures.gateways.daemons import run, until
from fixtures.gateways.embedded import CONFIGURATIONS, EmbeddedGateway
from fixtures.gateways.model import GatewayError
from fixtures.gateways.profile import ARRIVAL, arrive, endpoint_of
from fixtures.gateways.seeding import seed
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.set_up import insist
from fixtures.wire.client import Client
from fixtures.wire.content import generated
from tests.running import ROOT


@pytest.fixture
def started():
    """Starts gateways and stops them."""
    gateways = []

    def start(**options):
        gateways.append(EmbeddedGateway(**options))
        return gateways[-1].start()

    yield start
    for gateway in gateways:
        gateway.stop()


def profile(gateway):
    with Client(endpoint_of(gateway), limits=ARRIVAL) as client:
        return arrive(gateway, client)


def log_in(gateway, client, account=None) -> SwiftSession:
    session = SwiftSession(client, gateway.swift_auth_url, account or gateway.account, prefix="")
    assert session.login().status == 204
    return session


def processes_in(directory) -> dict[int, str]:
    """The command line of every process that works in a directory, by its number."""
    lines = {p.pid: " ".join(p.info["cmdline"] or ()) for p in psutil.process_iter(["cmdline"])}
    return {pid: line for pid, line in lines.items() if f"{directory}/" in line}


def test_two_users_log_in_with_keys_of_this_run(embedded):
    gateway = embedded.gateway
    keys = [secret.value for secret in gateway.secrets]

    assert len(set(keys)) == 4
    assert all(len(key) >= 30 for key in keys)
    with Client(endpoint_of(gateway)) as client:
        for account in (gateway.account, gateway.second):
            assert log_in(gateway, client, account).storage_path == "/swift/v1"
    assert profile(gateway) == {
        "server": None,
        "frontend": "beast",
        "s3": True,
        "version": gateway.version,
        "swift": True,
        "storage_path": "/swift/v1",
        "account_in_url": False,
        "info": "absent",
        "temp_url_key": "nowhere",
        "rgw": True,
    }


def test_no_secret_is_in_a_process_list_or_a_log(embedded):
    lines = "\n".join(processes_in(embedded.cluster.directory).values())
    assert "radosgw" in lines
    assert "ceph-osd" in lines
    for path in embedded.cluster.directory.rglob("*.log"):
        lines += path.read_text(errors="replace")

    for secret in embedded.gateway.secrets:
        assert secret.value not in lines
        assert secret.value not in repr(embedded.gateway)


def test_it_listens_on_loopback_only(embedded):
    daemons = [psutil.Process(pid) for pid in processes_in(embedded.cluster.directory)]
    listening = [c.laddr for daemon in daemons for c in daemon.net_connections() if c.status == psutil.CONN_LISTEN]

    assert len(listening) >= 3
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_an_account_in_the_url_and_another_frontend_and_two_side_by_side(started):
    one = started(configuration="account-in-url", frontend="civetweb")
    two = started()

    assert one.name.endswith("-civetweb-account-in-url")
    seen = profile(one)
    assert (seen["account_in_url"], seen["info"]) == (True, "present")
    assert seen["frontend"] == "civetweb or a proxy"
    assert re.fullmatch(r"/swift/v1/AUTH_\w+", seen["storage_path"])
    assert profile(two)["account_in_url"] is False
    assert one.url != two.url
    assert one.account.swift_key.value != two.account.swift_key.value


def test_every_configuration_on_one_cluster():
    cluster = Cluster()
    gateways = [EmbeddedGateway(configuration=name, cluster=cluster) for name in CONFIGURATIONS]
    try:
        cluster.start()
        there = [gateway.start() for gateway in gateways]
        seen = {gateway.label: profile(gateway) for gateway in there}
        gateways[0].stop()
        assert profile(there[1]) == seen["account-in-url"]
    finally:
        for gateway in gateways:
            gateway.stop()
        directory = cluster.directory
        cluster.stop()

    assert len({gateway.name for gateway in there}) == len(CONFIGURATIONS)
    assert len({gateway.account.swift_key.value for gateway in there}) == 1
    assert {label: facts["storage_path"] for label, facts in seen.items()} == {
        "default": "/swift/v1",
        "account-in-url": "/swift/v1/AUTH_one",
        "url-prefix": "/store/v1",
        "https": "/swift/v1",
    }
    assert there[-1].url.startswith("https://")
    assert processes_in(directory) == {}
    assert not directory.exists()


def test_civetweb_speaks_no_https_here():
    with pytest.raises(GatewayError, match="use --frontend beast"):
        EmbeddedGateway(configuration="https", frontend="civetweb")


def test_nothing_is_left_when_it_is_stopped():
    gateway = EmbeddedGateway()
    gateway.start()
    directory = gateway.cluster.directory
    assert processes_in(directory)

    gateway.stop()
    gateway.stop()

    assert processes_in(directory) == {}
    assert not directory.exists()


def test_a_configuration_that_nobody_knows():
    with pytest.raises(GatewayError, match=", ".join(CONFIGURATIONS)):
        EmbeddedGateway(configuration="fastest")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_it_runs_as_any_user():
    home = Path(run(["mktemp", "-d", "/tmp/rgwc-test-XXXXXX"]).decode().strip())
    (home / "tmp").mkdir(mode=0o700)
    for path in (home, home / "tmp"):
        os.chown(path, 65534, 65534)
    script = (
        "from fixtures.gateways.embedded import EmbeddedGateway\n"
        "g = EmbeddedGateway(); print(g.start().name, oct(g.directory.stat().st_mode)); g.stop()\n"
    )
    # The checkout may be in a home that others cannot enter.
    for package in ("fixtures", "reports"):
        shutil.copytree(ROOT / package, home / package, ignore=shutil.ignore_patterns("data", "runs", "__pycache__"))
    python = Path(sys.executable).resolve()
    try:
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", python, "-B", "-c", script],
            cwd=home,
            env=os.environ | {"TMPDIR": str(home / "tmp"), "HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout.startswith("embedded-"), done.stderr
        assert "0o40700" in done.stdout
        assert [path for path in (home / "tmp").rglob("*") if path.is_file()] == []
    finally:
        run(["rm", "-rf", str(home)])


def test_deleted_data_is_freed_within_seconds(embedded):
    conf = ["-c", embedded.directory / "ceph.conf", "-n", "client.rgw"]

    def stored() -> int:
        return len(run(["rados", *conf, "-p", "default.rgw.buckets.data", "ls"]).splitlines())

    with Client(endpoint_of(embedded.gateway)) as client:
        container = Container(log_in(embedded.gateway, client), "rgwc-freed")
        container.session.send("PUT", container.name)
        container.put("first", b"makes the pool")
        before = stored()
        for number in range(2):
            assert container.put(str(number), generated(str(number), 16 << 20), chunked=True).status == 201
        assert stored() > before + 4
        for number in range(2):
            assert container.delete(str(number)).status == 204
        until(lambda: stored() <= before, what="garbage collection", seconds=60)
        container.delete("first")
        container.session.send("DELETE", container.name)


def test_a_crash_is_on_record_and_the_gateway_is_back_on_its_port():
    gateway = EmbeddedGateway()
    there = gateway.start()
    gateway.supervise()
    try:
        with Client(endpoint_of(there)) as client:
            container = Container(log_in(there, client), "rgwc-kept")
            container.session.send("PUT", container.name)
            container.put("o", b"kept")
        pid = gateway.radosgw_pid()
        os.kill(pid, signal.SIGSEGV)
        until(lambda: gateway.radosgw_pid() != pid, what="the end", seconds=20)

        crash = wait_for_crash(gateway.directory, known=0, seconds=20)

        assert crash is not None
        assert (crash.pid, crash.signal) == (pid, "Segmentation fault")
        assert "ceph version" in crash.backtrace
        with Client(endpoint_of(there)) as client:
            container = Container(log_in(there, client), "rgwc-kept")
            assert container.get("o").kept == b"kept"
        assert wait_for_crash(gateway.directory, known=1, seconds=20) is None
    finally:
        gateway.stop()


LOG = """\
2026-11-23T20:00:00.000+0000 7f01 20 REQUEST_METHOD=PUT
2026-11-23T20:00:00.000+0000 7f01 20 REQUEST_URI=/swift/v1/c/o
2026-11-23T20:00:00.000+0000 7f01  1 ====== starting new request req=0x7a =====
2026-11-23T20:00:00.000+0000 7f02 20 REQUEST_METHOD=GET
2026-11-23T20:00:00.000+0000 7f02 20 REQUEST_URI=/swift/v1/c/p
2026-11-23T20:00:00.000+0000 7f02  1 ====== starting new request req=0x7b =====
2026-11-23T20:00:00.000+0000 7f02  1 ====== req done req=0x7b op status=0 http_status=200 ======
2026-11-23T20:00:00.000+0000 7f03 20 REQUEST_METHOD=HEAD
2026-11-23T20:00:00.000+0000 7f03 20 REQUEST_URI=/swift/v1/c/q
2026-11-23T20:00:00.000+0000 7f03  1 ====== starting new request req=0x7c =====
"""


def test_the_log_names_the_request_of_the_thread_that_crashed():
    end = "*** Caught signal (Aborted) **\n in thread 7f01 thread_name:radosgw\n 1: abort()\n"

    assert from_log(LOG + end)[::2] == ("Aborted", ("PUT /swift/v1/c/o",))


def test_where_no_request_is_the_crashed_threads_every_one_under_way_is_named():
    end = "*** Caught signal (Aborted) **\n in thread 7f09 thread_name:radosgw\n 1: abort()\n"

    assert from_log(LOG + end)[2] == ("PUT /swift/v1/c/o", "HEAD /swift/v1/c/q")
    assert from_log(LOG) == (None, "", ("PUT /swift/v1/c/o", "HEAD /swift/v1/c/q"))
    assert from_log("") == (None, "", ())


def test_a_crash_while_many_objects_are_written_for_checks_costs_none_of_them():
    gateway = EmbeddedGateway()
    there = gateway.start()
    gateway.supervise()
    try:
        with Client(endpoint_of(there)) as client:
            container = Container(log_in(there, client), "rgwc-seeded")
            container.session.send("PUT", container.name)
            names = [f"o{number:03}" for number in range(300)]
            killed = []

            def kill_once(exchange):
                if not killed and exchange.request.path.endswith("o100"):
                    killed.append(gateway.radosgw_pid())
                    os.kill(killed[0], signal.SIGSEGV)

            session = container.session
            failed = seed(session, container.name, [(n, b"x") for n in names], kill_once, partial(insist, there))

            assert failed == {}
            assert killed != [gateway.radosgw_pid()]
            listed = session.send("GET", container.name).response
            assert listed.kept.decode().split() == names
    finally:
        gateway.stop()
