"""A registry speaks HTTPS to a gateway, directly and through a proxy of ours, and believes no certificate unasked."""

import pytest

from fixtures.gateways.clean import clean_run
from fixtures.gateways.daemons import free_port
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.registries import config
from fixtures.registries.process import RegistryProcess
from fixtures.registries.runner import RegistryError
from fixtures.wire.authority import Authority
from fixtures.wire.client import Client, Limits
from fixtures.wire.message import Request, make_fields
from fixtures.wire.proxy import Proxy


@pytest.fixture(scope="module")
def https():
    """A real RGW that speaks HTTPS."""
    embedded = EmbeddedGateway(configuration="https")
    yield embedded.start()
    embedded.stop()


@pytest.fixture
def storage(https):
    """What a registry keeps its images in, over each API."""
    run_id, account = new_run_id(), https.account

    def made(api):
        name = container_name(run_id, api)
        if api == "s3":
            keys = {"access_key": account.s3_access_key, "secret_key": account.s3_secret_key.value}
            return config.s3(url=https.url, bucket=name, **keys)
        return config.swift(
            auth_url=https.swift_auth_url, user=account.swift_user, key=account.swift_key.value, container=name
        )

    yield made
    clean_run(https, run_id, Limits())


def test_a_registry_that_does_not_know_the_ca_does_not_start(storage):
    with pytest.raises(RegistryError, match=r"x509: certificate signed by unknown authority"):
        RegistryProcess(storage("swift")).start()


def test_a_registry_that_knows_the_ca_starts(https, storage):
    with RegistryProcess(storage("swift"), ca_file=https.ca_file) as registry:
        assert registry.running


@pytest.mark.parametrize("who", ["the proxy", "the gateway"])
def test_who_trusts_the_authority_of_a_run_trusts_its_proxy_and_the_gateway(https, tmp_path, who):
    authority, endpoint = Authority(tmp_path, also=https.ca_file), endpoint_of(https)
    with Proxy(endpoint.host, endpoint.port, certificate=authority.server, upstream_tls=endpoint.tls) as proxy:
        url = f"https://localhost:{proxy.port}" if who == "the proxy" else https.url
        with Client(type(endpoint).of(url, ca_file=authority.ca_file)) as client:
            exchange = client.exchange(Request("GET", b"/", make_fields([("Host", client.endpoint.authority)])))

    assert exchange.status == 200
    assert "PRIVATE KEY" not in authority.ca_file.read_text()


@pytest.mark.parametrize("configuration", ["default", "https"])
def test_a_gateway_that_sends_registries_past_the_proxy_is_judged_by_what_they_can_do(suites, configuration):
    port = free_port()
    scheme = "https" if configuration == "https" else "http"
    there = f"{scheme}://localhost:{port}"
    embedded = EmbeddedGateway(configuration=configuration, port=port, options={"rgw swift url": there})
    gateway = embedded.start()
    try:
        outcome = suites.on(gateway).run("-q", "-k", "real_registry and swift and (start or push)")
    finally:
        embedded.stop()

    assert outcome.code == 0, outcome.output
    check = outcome.run["checks"]["real-registry[swift-push-image]"]
    assert check["verdict"] == "pass"
    assert check["observations"]["storage-url-past-the-proxy"].startswith(there)


def test_a_gateway_that_sends_registries_from_https_to_http_is_not_judged_by_them(suites):
    port = free_port()
    embedded = EmbeddedGateway(configuration="https", port=port, options={"rgw swift url": f"http://127.0.0.1:{port}"})
    gateway = embedded.start()
    try:
        outcome = suites.on(gateway).run("-q", "-k", "root or real_registry and swift and (start or push)")
    finally:
        embedded.stop()

    check = outcome.run["checks"]["real-registry[swift-push-image]"]
    assert check["verdict"] == "untested"
    assert f"from https:// to http://127.0.0.1:{port}" in check["reason"]
