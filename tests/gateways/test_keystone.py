"""A real Keystone says who may use a real RGW: a token opens its project's account until it is revoked or expires."""

import contextlib
import os

import psutil
import pytest

from fixtures.gateways.daemons import rooms, until
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.keystone import DOMAIN, Keystone
from fixtures.gateways.model import Account, GatewayError, Secret
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.registries.client import RegistryClient
from fixtures.registries.config import swift
from fixtures.registries.process import RegistryProcess
from fixtures.wire.client import Client
from fixtures.wire.content import generated

STORAGE = "/swift/v1"
LAYER = b"".join(generated("layer", 21 * 1024 * 1024).pieces())
"""Two segments at the driver's 20 MiB."""


@contextlib.contextmanager
def running(**options):
    """A Keystone, and a radosgw that asks it."""
    with Keystone(**options) as keystone:
        embedded = EmbeddedGateway(options=keystone.rgw_options())
        gateway = embedded.start()
        try:
            keystone.register(gateway.url + STORAGE)
            yield keystone, gateway
        finally:
            embedded.stop()


@pytest.fixture(scope="module")
def cloud():
    with running() as (keystone, gateway):
        yield keystone, gateway


@pytest.fixture(scope="module")
def keystone(cloud):
    return cloud[0]


@pytest.fixture(scope="module")
def rgw(cloud):
    return cloud[1]


@contextlib.contextmanager
def session(gateway, token: Secret):
    """Requests to a gateway with a token that somebody else gave."""
    with Client(endpoint_of(gateway)) as client:
        made = SwiftSession(client, gateway.swift_auth_url, Account(), prefix="")
        made.token, made.storage_path = token.value, STORAGE
        yield made


def answers(gateway, token: Secret, container: str) -> set[int]:
    """Every status with which requests with this token are answered: about the account, a container, an object."""
    seen = set()
    with session(gateway, token) as asking:
        for method, name in [("HEAD", ""), ("GET", ""), ("PUT", "other"), ("POST", "o"), ("DELETE", "o")]:
            seen.add(asking.send(method, container, name).status)
        for method in ("HEAD", "GET"):
            seen.add(asking.send(method, "").status)
            seen.add(asking.send(method, container, "o").status)
        seen.add(asking.send("PUT", container + "-other").status)
    return seen


def put(gateway, token: Secret, container: str) -> None:
    """Make a container with one object."""
    with session(gateway, token) as asking:
        made = Container(asking, container)
        assert asking.send("PUT", container).status == 201
        assert made.put("o", b"kept").status == 201


def test_a_token_opens_the_account_of_its_project(keystone, rgw):
    data = b"".join(generated("object", 100_000).pieces())
    with session(rgw, keystone.log_in()) as asking:
        assert asking.send("PUT", "rgwc-opened").status == 201
        container = Container(asking, "rgwc-opened")
        assert container.put("o", data).status == 201
        assert container.get("o").kept == data
        assert "rgwc-opened" in [row["name"] for row in asking.ask("GET", "", query="format=json").json()]
    with session(rgw, keystone.log_in()) as another_token:
        assert Container(another_token, "rgwc-opened").get("o").kept == data


def test_the_gateways_own_users_log_in_beside_it(rgw):
    with Client(endpoint_of(rgw)) as client:
        own = SwiftSession(client, rgw.swift_auth_url, rgw.account, prefix="")
        assert own.login().status == 204
        assert own.send("GET", "", query="format=json").response.json() == []


def test_a_revoked_token_is_refused_at_once(keystone, rgw):
    token = keystone.log_in()
    put(rgw, token, "rgwc-revoked")
    assert keystone.accepts(token)

    keystone.revoke(token)

    assert not keystone.accepts(token)
    assert answers(rgw, token, "rgwc-revoked") == {401}
    with session(rgw, keystone.log_in()) as asking:
        assert [row["name"] for row in Container(asking, "rgwc-revoked").rows()] == ["o"]


def test_an_expired_token_is_refused():
    with running(token_seconds=3) as (keystone, gateway):
        token = keystone.log_in()
        put(gateway, token, "rgwc-expired")

        until(lambda: not keystone.accepts(token), what="the end of a token's life", seconds=30)

        assert answers(gateway, token, "rgwc-expired") == {401}


@pytest.mark.parametrize("forge", [lambda good: good[:-8] + "AAAAAAA=", lambda _: "no-token"], ids=["like-one", "word"])
def test_a_forged_token_is_refused(keystone, rgw, forge):
    token = keystone.log_in()

    assert answers(rgw, Secret(forge(token.value)), "rgwc-forged") == {401}
    assert keystone.accepts(token)


def test_a_registry_logs_in_with_v3_and_keeps_its_images_in_the_projects_account(keystone, rgw):
    storage = swift(
        auth_url=keystone.auth_url,
        user=keystone.user,
        key=keystone.password.value,
        container="rgwc-images",
        authversion=3,
        domain=DOMAIN,
        tenant=keystone.project,
    )
    with RegistryProcess(storage) as registry, contextlib.closing(RegistryClient(registry.url)) as client:
        assert client.pull_blob("lib/app", client.push_blob("lib/app", LAYER, chunks=2)) == LAYER
    with session(rgw, keystone.log_in()) as asking:
        kept = [row["bytes"] for row in Container(asking, "rgwc-images").rows()]
        assert sum(kept) >= len(LAYER)


def test_the_object_store_is_where_it_was_registered_last(keystone, rgw):
    def found():
        answer = keystone._send("GET", "/auth/catalog", headers={"X-Auth-Token": keystone.log_in().value})
        (store,) = answer.json()["catalog"]
        return [(store["type"], each["interface"], each["region"], each["url"]) for each in store["endpoints"]]

    here = ("object-store", "public", "RegionOne", rgw.url + STORAGE)
    assert found() == [here]
    keystone.register("http://127.0.0.1:9/elsewhere")
    assert found() == [(*here[:3], "http://127.0.0.1:9/elsewhere")]
    keystone.register(rgw.url + STORAGE)
    assert found() == [here]


def test_it_speaks_v3_only(keystone):
    versions = keystone._session.get(keystone.url, timeout=10).json()["versions"]["values"]

    assert [version["id"].partition(".")[0] for version in versions] == ["v3"]
    assert keystone._session.post(f"{keystone.url}/v2.0/tokens", json={"auth": {}}, timeout=10).status_code == 404


def test_no_secret_is_in_a_process_list_or_a_log_and_only_loopback_can_ask(keystone):
    processes = [
        p for p in psutil.process_iter(["cmdline"]) if f"{keystone.directory}/" in " ".join(p.info["cmdline"] or ())
    ]
    lines = "\n".join(" ".join(process.info["cmdline"]) for process in processes)
    lines += (keystone.directory / "keystone.out").read_text()
    lines += repr(keystone.log_in()) + repr(keystone.secrets)

    assert processes
    assert not (keystone.directory / "bootstrap").exists()
    assert [secret.value for secret in keystone.secrets if secret.value in lines] == []
    listening = [c.laddr for p in processes for c in p.net_connections() if c.status == psutil.CONN_LISTEN]
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_nothing_is_left_when_it_is_stopped_and_the_users_openstack_settings_are_not_seen(monkeypatch):
    monkeypatch.setenv("OS_BOOTSTRAP_USERNAME", "somebody")
    monkeypatch.setenv("OS_TOKEN__EXPIRATION", "0")
    keystone = Keystone()
    keystone.start()
    assert keystone.accepts(keystone.log_in())
    directory, pid = keystone.directory, keystone._process.pid

    keystone.stop()
    keystone.stop()

    assert not directory.exists()
    assert not psutil.pid_exists(pid)


def test_one_that_is_not_installed_says_in_one_line_what_to_make(tmp_path):
    with pytest.raises(GatewayError) as missing:
        Keystone(venv=tmp_path).start()

    assert str(missing.value) == "Keystone is not installed: make .venv-keystone/ready"


def test_one_that_does_not_start_says_why_in_one_line_and_leaves_nothing(tmp_path):
    (tmp_path / "bin").mkdir()
    for program in ("keystone-manage", "python"):
        path = tmp_path / "bin" / program
        path.write_text("#!/bin/sh\necho Traceback\necho ImportError: no keystone\nexit 1\n")
        path.chmod(0o700)
    before = set(rooms().glob(f"{os.getpid()}-*"))

    with pytest.raises(GatewayError) as failed:
        Keystone(venv=tmp_path).start()

    assert str(failed.value) == "Keystone: the program ended; ImportError: no keystone"
    assert set(rooms().glob(f"{os.getpid()}-*")) == before
