"""A real registry on a real gateway: through the proxy nothing changes, through the fault of 2016 its push fails."""

import os
import subprocess
from urllib.parse import urlsplit

import pytest

from fixtures.gateways.clean import clean_run
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.mutants.catalogue import find
from fixtures.registries.client import RegistryClient, digest_of, image_manifest
from fixtures.registries.config import swift
from fixtures.registries.process import RegistryProcess
from fixtures.registries.rooms import sweep_rooms
from fixtures.registries.runner import RegistryError
from fixtures.wire.client import Limits
from fixtures.wire.content import generated
from fixtures.wire.proxy import Proxy
from fixtures.wire.tampering import Tap

LAYER = b"".join(generated("layer", 45 * 1024 * 1024 + 17).pieces())
"""Three segments at the driver's 20 MiB."""
SMALL = b"".join(generated("small", 3000).pieces())
CONFIG = b'{"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}'


class LooksOn(Tap):
    """A tap that has every answer looked at and replaces none."""

    def __init__(self):
        self.methods = set()

    def request(self, passing):
        self.methods.add(passing.request.method)


@pytest.fixture
def registry(embedded):
    """Makes registries on one new container of the real gateway; through a proxy if its port is given."""
    run_id, started = new_run_id(), []

    def start(port=None):
        gateway = embedded.gateway
        url = gateway.swift_auth_url
        if port is not None:
            url = urlsplit(url)._replace(netloc=f"127.0.0.1:{port}").geturl()
        account = gateway.account
        storage = swift(
            auth_url=url,
            user=account.swift_user,
            key=account.swift_key.value,
            container=container_name(run_id, "images"),
        )
        made = RegistryProcess(storage)
        started.append(made)
        made.start()
        return made

    yield start
    for made in started:
        made.stop()
    clean_run(embedded.gateway, run_id, Limits())


def push(registry):
    client = RegistryClient(registry.url)
    digests = [
        client.push_blob("lib/app", LAYER, chunks=2),
        client.push_blob("lib/app", SMALL),
        client.push_blob("lib/app", CONFIG),
    ]
    manifest = image_manifest(CONFIG, [LAYER, SMALL])
    digests.append(client.push_manifest("lib/app", "latest", manifest))
    client.close()
    return digests, manifest


def pull(registry, digests):
    client = RegistryClient(registry.url)
    blobs = [client.pull_blob("lib/app", digest) for digest in digests[:-1]]
    pulled = [digest_of(data) for data in [*blobs, client.pull_manifest("lib/app", "latest")]]
    client.close()
    return pulled


@pytest.mark.parametrize("tap", [None, LooksOn()], ids=["copied", "looked-at"])
def test_an_image_goes_through_the_proxy_and_back_with_identical_digests(embedded, registry, tap):
    where = urlsplit(embedded.gateway.url)
    with Proxy(where.hostname, where.port, tap=tap) as proxy:
        through = registry(proxy.port)
        digests, manifest = push(through)

        assert digests[-1] == digest_of(manifest)
        assert pull(through, digests) == digests
        assert pull(registry(), digests) == digests
        through.stop()
    if tap is not None:
        assert tap.methods >= {"GET", "HEAD", "PUT", "DELETE"}


def test_an_image_that_was_pushed_directly_is_pulled_through_the_proxy(embedded, registry):
    digests, _ = push(registry())
    where = urlsplit(embedded.gateway.url)
    with Proxy(where.hostname, where.port) as proxy:
        through = registry(proxy.port)
        assert pull(through, digests) == digests
        through.stop()


def test_the_bug_of_2016_fails_a_real_push_with_the_words_of_2016(embedded, registry):
    where = urlsplit(embedded.gateway.url)
    with Proxy(where.hostname, where.port, tap=find("head-empty-dlo-without-status").make()) as proxy:
        through = registry(proxy.port)
        client = RegistryClient(through.url)
        with pytest.raises(RegistryError, match="is answered with 500"):
            client.push_blob("lib/app", SMALL)
        client.close()
        log = through.log
        through.stop()

    assert 'malformed HTTP status code \\"0\\"' in log


def test_what_a_dead_run_left_of_a_registry_is_removed_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True, check=True)
    dead, mine = (tmp_path / f"rgw-conformance-registry-{pid}-x" for pid in (done.stdout.strip(), os.getpid()))
    for directory in (dead, mine, tmp_path / "rgw-conformance-registry-notes"):
        directory.mkdir()
        (directory / "config.yml").touch()

    sweep_rooms()

    assert not dead.exists()
    assert mine.exists()
    assert (tmp_path / "rgw-conformance-registry-notes").exists()


def test_a_registry_that_cannot_log_in_says_so_in_one_line_without_the_key(embedded):
    storage = swift(auth_url=embedded.gateway.swift_auth_url, user="one:swift", key="not-the-key-of-one", container="c")
    with pytest.raises(RegistryError) as refused:
        RegistryProcess(storage).start()

    assert "\n" not in str(refused.value)
    assert "not-the-key-of-one" not in str(refused.value)


def test_a_registry_that_is_not_installed_says_what_to_install():
    storage = swift(auth_url="http://gw", user="u", key="k", container="c")
    with pytest.raises(RegistryError, match="apt-get install docker-registry"):
        RegistryProcess(storage, binary="no-such-registry").start()
