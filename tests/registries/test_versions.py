"""The registries of three Debian releases push to the real gateway and pull from it."""

from urllib.parse import urlsplit

import pytest

from fixtures.gateways.clean import clean_run
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.runs import container_name, new_run_id, prefix
from fixtures.gateways.s3 import S3Session
from fixtures.registries import config
from fixtures.registries.client import RegistryClient, digest_of, image_manifest
from fixtures.registries.packages import RELEASES, binary_of
from fixtures.registries.process import RegistryProcess, version_of
from fixtures.wire.client import Client, Limits
from fixtures.wire.content import generated
from fixtures.wire.message import Exchange
from fixtures.wire.overheard import Overheard
from fixtures.wire.proxy import Proxy
from suites.plugin import judge

LAYER = b"".join(generated("layer", 21 * 1024 * 1024).pieces())
"""Two segments at the Swift driver's 20 MiB, three parts at the S3 driver's 10 MiB."""
CONFIG = b'{"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}'


@pytest.fixture
def run_id(embedded):
    """A run whose containers are gone afterwards."""
    name = new_run_id()
    yield name
    clean_run(embedded.gateway, name, Limits())


def storage(gateway, api, run_id, authority):
    account, name = gateway.account, container_name(run_id, "images")
    if api == "swift":
        auth_url = urlsplit(gateway.swift_auth_url)._replace(netloc=authority).geturl()
        return config.swift(auth_url=auth_url, user=account.swift_user, key=account.swift_key.value, container=name)
    with Client(endpoint_of(gateway)) as client:
        assert S3Session(client, account, prefix=prefix(run_id)).send("PUT", name).status == 200
    return config.s3(
        url=f"http://{authority}",
        access_key=account.s3_access_key,
        secret_key=account.s3_secret_key.value,
        bucket=name,
    )


@pytest.mark.parametrize("api", ["swift", "s3"])
@pytest.mark.parametrize("version", RELEASES)
def test_an_image_comes_back_and_nothing_that_was_overheard_breaks_a_rule(embedded, run_id, version, api):
    gateway, overheard = embedded.gateway, Overheard()
    endpoint = endpoint_of(gateway)
    binary = binary_of(version)
    assert version_of(binary) == version
    with (
        Proxy(endpoint.host, endpoint.port, conversation=overheard.conversation) as proxy,
        RegistryProcess(storage(gateway, api, run_id, f"127.0.0.1:{proxy.port}"), binary=binary) as registry,
    ):
        client = RegistryClient(registry.url)
        for blob in (CONFIG, LAYER):
            client.push_blob("library/app", blob)
        manifest = image_manifest(CONFIG, [LAYER])
        client.push_manifest("library/app", "latest", manifest)

        assert client.pull_manifest("library/app", "latest") == manifest
        assert client.pull_blob("library/app", digest_of(LAYER)) == LAYER
        assert client.pull_blob("library/app", digest_of(LAYER), start=5, end=9) == LAYER[5:10]
        client.close()
    exchanges: list[Exchange] = overheard.take()
    assert len(exchanges) > 20
    assert judge(exchanges) == []
