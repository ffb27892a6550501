"""Gateways in containers: what they are called, that one works like another gateway, and that nothing is left of it.

No image is built for these but a tiny one: what is not here (`python -m fixtures.gateways images`) is skipped.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest
from docker.errors import APIError, ImageNotFound

from fixtures.containers.leftovers import here
from fixtures.gateways import crashes, images
from fixtures.gateways.containers import ContainerCluster, ContainerGateway, Refused, orders, sweep_containers
from fixtures.gateways.crashes import PID
from fixtures.gateways.daemons import until
from fixtures.gateways.images import RELEASES, asked
from fixtures.gateways.model import Gateway, GatewayError
from fixtures.gateways.profile import ARRIVAL, arrive, comes_back, endpoint_of
from fixtures.gateways.roles import KIND, complaints
from fixtures.wire.client import Client
from tests.gateways.presence import ours, present
from tests.running import ROOT, TOO_LONG

ENTRY = ROOT / "fixtures" / "gateways" / "image" / "entry.py"


@pytest.fixture(scope="module")
def tiny(daemon, tmp_path_factory):
    """An image in which there is nothing."""
    root = tmp_path_factory.mktemp("tiny")
    (root / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    name = f"rgw-conformance-test/nothing:{os.getpid()}"
    daemon.images.build(path=str(root), tag=name, rm=True)
    yield name
    daemon.images.remove(name, force=True)


def of_process(daemon, pid):
    """Those of one run."""
    return [one for one in ours(daemon) if f"/{pid}-" in one.labels[KIND.mark]]


def ask(*ceph, cluster=None, configurations=("default",), frontend="beast"):
    return orders(ceph, cluster, configurations=configurations, frontend=frontend)


@pytest.mark.parametrize(
    ("wanted", "labels", "names"),
    [
        (ask("16"), ["ceph-16"], ["ceph-16.2.15"]),
        (
            ask("16", configurations=("default", "account-in-url"), frontend="civetweb"),
            ["ceph-16-civetweb", "ceph-16-civetweb-account-in-url"],
            ["ceph-16.2.15-civetweb", "ceph-16.2.15-civetweb-account-in-url"],
        ),
        (ask("16", cluster="18"), ["ceph-16-on-18"], ["ceph-16.2.15-on-18.2.7"]),
        (ask("16", cluster="16"), ["ceph-16"], ["ceph-16.2.15"]),
        (ask("quay.io/ceph/ceph:v18.2.4"), ["ceph-v18.2.4"], ["ceph-v18.2.4"]),
        (ask("ceph@sha256:" + "0123456789abcdef" * 4), ["ceph-0123456789ab"], ["ceph-0123456789ab"]),
    ],
)
def test_a_gateway_has_a_name_before_its_version_is_known_and_after(wanted, labels, names):
    assert [order.label for order in wanted] == labels
    assert [order.name("16.2.15", "18.2.7") for order in wanted] == names


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("--ceph", "17"),
            "there is no image of Ceph 17 here, only of 14, 16, 18, 20; name one: quay.io/ceph/ceph:v17",
        ),
        (("--ceph", "pacific"), "'pacific' is neither a release (14, 16, 18, 20) nor an image"),
        (("--ceph", "16", "--ceph", "16"), "two gateways would be called ceph-16"),
        (("--ceph", "16", "--gateway-url", "ceph-16=http://127.0.0.1:1"), "is called as one of --ceph"),
        (("--cluster", "16"), "--cluster says on what the gateways of --ceph shall stand, and there is none"),
        (("--ceph", "16", "--cluster", "15"), "there is no image of Ceph 15 here"),
        (("--ceph", "16", "--configuration", "https", "--frontend", "civetweb"), "cannot be had with civetweb"),
    ],
)
def test_what_nobody_knows_is_one_line(suites, arguments, told):
    refused(suites.run("--collect-only", "-q", *arguments), told)


def refused(outcome, *words):
    assert outcome.code == 4, outcome.output
    (line,) = outcome.error_lines
    for word in words:
        assert word in line
    assert "Traceback" not in outcome.output


def test_no_docker_daemon_is_one_line(suites):
    told = "a gateway in a container needs a docker daemon, and none answers at unix:///nowhere/docker.sock"
    refused(suites.run("--ceph", "16", "-k", "root", env={"DOCKER_HOST": "unix:///nowhere/docker.sock"}), told)


def test_a_socket_that_we_may_not_use_is_one_line(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(GatewayError, match=r"none answers at unix:///var/run/docker.sock: .*Permission denied"):
        images.obtain(asked("16"), print)


def test_a_full_disk_is_told_before_anything_is_built(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10 * 1024**2))
    client = SimpleNamespace(info=lambda: {"DockerRootDir": "/var/lib/docker"})
    with pytest.raises(
        GatewayError, match="not enough disk to build X: 2048 MiB are needed in /var/lib/docker, 10 are free"
    ):
        images._needs_room(client, "X")


@pytest.mark.parametrize(
    ("mmdebstrap", "told"),
    [
        (None, "mmdebstrap, which makes one, is not on PATH"),
        ("exit 3", "mmdebstrap nowhere failed with exit code 3: not so"),
    ],
)
def test_a_base_that_can_neither_be_pulled_nor_made_is_one_line(monkeypatch, tmp_path, mmdebstrap, told):
    def raises(error):
        def call(*_, **__):
            raise error("no")

        return call

    if mmdebstrap is not None:
        program = tmp_path / "mmdebstrap"
        program.write_text(f"#!/bin/sh\necho not so >&2\n{mmdebstrap}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin" if mmdebstrap else str(tmp_path))
    client = SimpleNamespace(
        images=SimpleNamespace(get=raises(ImageNotFound), pull=raises(APIError)),
        api=SimpleNamespace(import_image_from_stream=lambda root, **_: root.read()),
    )
    if mmdebstrap is not None:
        client.images.get = iter_calls(raises(ImageNotFound), lambda _: None)
    said = []
    with pytest.raises(GatewayError, match=re.escape(told)):
        images.obtain_base(client, "nowhere", said.append)
    assert said[0] == "pulling debian:nowhere-slim"


def iter_calls(*calls):
    rest = iter(calls)

    def call(name):
        return next(rest)(name)

    return call


@pytest.mark.parametrize(
    ("role", "environment", "code", "told"),
    [
        ("nonsense", {}, 2, "one role, please: all, cluster, gateway, hold, healthy, credentials"),
        ("gateway", {"RGWC_FRONTEND": "apache"}, 2, "RGWC_FRONTEND='apache' is none of beast, civetweb"),
        ("gateway", {"RGWC_PORT": "many"}, 2, "RGWC_PORT='many' is no positive number"),
        ("gateway", {"RGWC_OPTIONS": "nothing"}, 2, "RGWC_OPTIONS: 'nothing' is not `name = value`"),
        ("gateway", {}, 3, "this image has no radosgw: is it an image of Ceph?"),
        ("all", {}, 3, "this image has no ceph-mon: is it an image of Ceph?"),
    ],
)
def test_the_entry_script_says_what_is_wrong_and_how_it_ends(role, environment, code, told):
    command = [sys.executable, str(ENTRY), role]
    done = subprocess.run(
        command, env={"PATH": "/nonexistent", **environment}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (code, f"rgw-conformance: {told}\n")


def test_the_last_complaints_of_a_daemon_are_told_once_and_without_its_noise():
    said = [
        "rgw-conformance: ceph version 18.2.7 (x) reef (stable)",
        "client.rgw: 2026-11-25T17:55:12.862+0000 7f406a48a140 -1 LDAP not started since no server URIs were provided",
        "client.rgw: 2026-11-25T17:55:12.862+0000 7f406a48a140  5 this is no complaint",
        "client.rgw: 2026-11-25T17:55:12.862+0000 7f406a48a140 -1 failed to decode",
        "client.rgw: 2026-11-25T17:55:12.863+0000 7f406a48a140 -1 failed to decode",
        "client.rgw: 2026-11-25T17:55:12.864+0000 7f406a48a140 -1 Couldn't init storage provider (RADOS)",
    ]
    assert complaints(said) == ["failed to decode", "Couldn't init storage provider (RADOS)"]


def test_every_port_of_the_compose_file_is_of_the_loopback():
    text = (ROOT / "docker-compose.yml").read_text()
    ports = re.findall(r"ports: \[(.*)\]", text)
    assert len(ports) == 2 * len(RELEASES)
    assert all(re.fullmatch(r'"127\.0\.0\.1:\d+:\d+"', port) for port in ports)
    assert "KEY" not in text


def test_a_gateway_travels_to_a_worker_with_what_it_was_called_and_why_it_did_not_start(contained):
    lost = contained.refused(Refused("it said so", code=5, version="16.2.15"))
    for gateway in (contained.gateway, lost):
        assert Gateway.from_json(gateway.to_json()) == gateway
        assert gateway.label == contained.order.label
    assert lost.refusal == "it said so"


def test_it_answers_on_the_loopback_alone_and_nobody_sees_a_secret(contained, daemon, release):
    gateway = contained.gateway
    with Client(endpoint_of(gateway), limits=ARRIVAL) as client:
        profile = arrive(gateway, client)
    assert profile["version"].split(".")[0] == release
    assert gateway.name == f"ceph-{gateway.version}"

    containers = [one for one in ours(daemon) if one.labels[KIND.mark] == contained.cluster.mark]
    assert len(containers) == 2
    inspected = str([one.attrs for one in containers]) + str([one.logs() for one in containers])
    for secret in gateway.secrets:
        assert secret.value not in inspected
    bindings = [b for one in containers for found in one.ports.values() for b in found or ()]
    assert [binding["HostIp"] for binding in bindings] == ["127.0.0.1"]


def test_a_radosgw_that_dies_is_started_again_and_leaves_a_record(contained, daemon):
    before = len(crashes.read(contained.directory))
    assert contained._role is not None
    pid = contained._role.pid("radosgw")
    assert pid is not None
    assert (contained.directory / PID).read_text() == str(pid)
    daemon.containers.get(contained._role.id).exec_run(["sh", "-c", "kill -ABRT $(pidof radosgw)"])
    until(lambda: len(crashes.read(contained.directory)) > before, what="a record", seconds=TOO_LONG)
    crash = crashes.read(contained.directory)[-1]
    assert crash.signal == "Aborted"
    assert "Caught signal (Aborted)" in crash.backtrace
    assert crash.restarted_at is not None
    assert comes_back(endpoint_of(contained.gateway), 30.0)


def test_a_radosgw_that_does_not_start_is_told_in_its_own_words(contained, release):
    other = ContainerGateway(
        asked(release).image, options={"rgw frontends": "beast endpoint=192.0.2.1:80"}, cluster=Spare(contained.cluster)
    )
    with pytest.raises(Refused, match=r"radosgw does not start: it ended with exit code \d+: .*") as caught:
        other.start()
    assert caught.value.version == contained.gateway.version


class Spare:
    """A cluster with one port more, which leads nowhere."""

    def __init__(self, cluster):
        self.cluster = cluster

    def __getattr__(self, name):
        return getattr(self.cluster, name)

    @staticmethod
    def take_port():
        return 7499


def test_a_port_that_is_taken_is_one_line_and_nothing_is_left(daemon, release):
    before = {one.id for one in ours(daemon)}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(GatewayError, match=f"{port}.*(in use|allocated)") as caught:
            ContainerGateway(asked(release).image, port=port).start()
    assert "\n" not in str(caught.value)
    assert {one.id for one in ours(daemon)} == before


def test_a_cluster_stops_when_it_is_asked_to(daemon, release):
    cluster = ContainerCluster(asked(release).image)
    cluster.start()
    try:
        container = daemon.containers.get(cluster.role.id)
        container.stop(timeout=30)
        assert container.wait()["StatusCode"] == 0
        assert "rgw-conformance: stopping" in container.logs().decode()
    finally:
        cluster.stop()


def test_an_image_without_ceph_is_one_line(suites, tiny, daemon):
    refused(suites.run("--ceph", tiny, "-k", "root"), f"{tiny} has no python3, and so no radosgw")


def test_an_image_that_is_neither_here_nor_to_be_had_is_one_line(suites, daemon):
    name = "127.0.0.1:1/no/ceph:18"
    refused(suites.run("--ceph", name, "-k", "root"), f"the image {name} is not here and cannot be pulled")


def test_every_check_runs_on_each_release_in_each_process(suites, daemon):
    releases = [present(daemon, "16", "14"), present(daemon, "18", "20")]
    options = [word for release in releases for word in ("--ceph", release)]
    outcome = suites.run("-n", "2", "-k", "root", "--configuration", "default", "--recordings", "none", *options)

    assert [name.split(".")[0] for name in sorted(outcome.runs)] == [f"ceph-{release}" for release in releases]
    assert len({frozenset(run["checks"]) for run in outcome.runs.values()}) == 1
    assert outcome.code in (0, 1), outcome.output


def test_a_gateway_that_does_not_start_is_a_verdict(suites, daemon):
    release = present(daemon, "18", "20")
    outcome = suites.run("-q", "-k", "root", "--ceph", release, "--frontend", "civetweb", "--configuration", "default")

    assert outcome.code == 1, outcome.output
    (set_up,) = (check for id_, check in outcome.run["checks"].items() if id_ == "set-up")
    (deviation,) = set_up["deviations"]
    assert (deviation["level"], deviation["accepted"]) == ("breaks", None)
    assert "radosgw does not start: it has no frontend civetweb" in deviation["message"]
    others = {check["verdict"] for id_, check in outcome.run["checks"].items() if id_ != "set-up"}
    assert others == {"blocked"}


@pytest.mark.parametrize(("sent", "workers"), [(signal.SIGINT, "0"), (signal.SIGKILL, "2")])
def test_a_run_that_is_interrupted_or_killed_leaves_no_container(suites, daemon, release, sent, workers):
    process = suites.start("-q", "-k", "swift", "--ceph", release, "--recordings", "none", "-n", workers)
    until(lambda: len(of_process(daemon, process.pid)) > 1, what="its containers", seconds=TOO_LONG)
    process.send_signal(sent)
    process.communicate(timeout=TOO_LONG)

    until(lambda: of_process(daemon, process.pid) == [], what="the end of the containers", seconds=60)


def test_a_container_whose_run_is_dead_is_swept_and_no_other(daemon, tiny, tmp_path):
    made = {}
    for name in ("dead", "lives", "elsewhere"):
        mark = tmp_path / name
        if name == "lives":
            mark.mkdir()
        place = "pid:[1] mnt:[1]" if name == "elsewhere" else here()
        labels = {KIND.mark: str(mark), KIND.place: place}
        made[name] = daemon.containers.create(tiny, "/nothing", labels=labels)
    try:
        assert f"container {made['dead'].short_id}" in sweep_containers()
        left = {container.id for container in daemon.containers.list(all=True, ignore_removed=True)}
        assert {name for name, container in made.items() if container.id in left} == {"lives", "elsewhere"}
    finally:
        for name in ("lives", "elsewhere"):
            made[name].remove()
