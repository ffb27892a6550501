"""Who runs inside containers of ours: nobody is root, and a /data that is root's is told in one line."""

import io
import os
import re
import shlex
import subprocess
import tarfile
from contextlib import ExitStack

import pytest

from fixtures.gateways.daemons import until
from fixtures.gateways.image import entry, facts
from fixtures.gateways.images import asked
from fixtures.gateways.roles import ACCOUNTS, KIND, NotStarted, Role, archive
from tests.absent import absent
from tests.gateways.presence import ours
from tests.running import ROOT, TOO_LONG

ENTRY = ROOT / "fixtures" / "gateways" / "image" / "entry.py"


@pytest.fixture(scope="module")
def composed(daemon, release, tmp_path_factory):
    """A gateway with its cluster as docker-compose starts it: whatever the image says, with a new volume."""
    image = asked(release).image
    if not daemon.images.get(image).attrs["Config"]["User"]:
        absent("images", f"{image} is from when it ran as root; make it again with: make images")
    # Goes with its mark where we are killed.
    labels = KIND.labels(str(tmp_path_factory.mktemp("composed")))
    container = daemon.containers.run(image, "all", detach=True, labels=labels, network="bridge")
    try:
        says(container, "rgw-conformance: ready")
        yield container
    finally:
        container.remove(force=True, v=True)


def says(container, words):
    """Wait until a container has said something. Fails when it ends instead."""

    def said():
        container.reload()
        assert container.status in ("created", "running"), container.logs().decode()
        return words in container.logs().decode()

    until(said, what=words, seconds=TOO_LONG)


def users(container):
    """The programs that run in a container, and as whom they do: really, effectively, saved and for files."""
    # By its command: radosgw 18 may go by the name of one of its threads.
    each = r"for of in /proc/[0-9]*; do echo $(tr '\0' ' ' <$of/cmdline | cut -d' ' -f1) $(grep ^Uid: $of/status); done"
    lines = container.exec_run(["sh", "-c", each], stderr=False).output.decode().splitlines()
    found = [line.partition("Uid:") for line in lines if "Uid:" in line]
    return {name.strip() for name, _, _ in found}, {id_ for _, _, ids in found for id_ in ids.split()}


def test_no_process_of_it_is_roots(contained, daemon):
    running, ids = set(), set()
    for one in ours(daemon):
        if one.labels[KIND.mark] == contained.cluster.mark:
            programs, theirs = users(one)
            running |= programs
            ids |= theirs
    assert {"radosgw", "ceph-mon", "ceph-osd", "python3"} <= running
    assert ids == {str(facts.USER)}


def test_what_is_copied_in_can_be_read_by_its_user_and_what_is_secret_by_nobody_else():
    with tarfile.open(fileobj=io.BytesIO(archive({ACCOUNTS: b"secret"}, data=True))) as made:
        found = {f"/{one.name.lstrip('/')}": (one.isdir(), one.uid, one.gid, one.mode) for one in made}
    assert found.pop(ACCOUNTS) == (False, facts.USER, facts.USER, 0o400)
    assert found.pop("/data") == (True, facts.USER, facts.USER, 0o755)
    assert found.pop("/rgw-conformance") == (True, 0, 0, 0o755)
    assert set(found.values()) == {(False, 0, 0, 0o444)}
    with tarfile.open(fileobj=io.BytesIO(archive({}, data=False))) as made:
        assert not [one.name for one in made if "data" in one.name]


@pytest.mark.parametrize("recipe", ["Dockerfile", "registry.Dockerfile"])
def test_each_recipe_names_our_user_by_its_number(recipe):
    text = (ENTRY.parent / recipe).read_text()
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == [f"{facts.USER}:{facts.USER}"]
    assert set(re.findall(r"\b6\d{4}\b", text)) == {str(facts.USER)}


def test_an_image_runs_as_its_own_user_on_a_new_volume_and_tells_its_accounts(composed):
    running, ids = users(composed)
    assert {"radosgw", "ceph-mon", "ceph-osd", "python3"} <= running
    assert ids == {str(facts.USER)}
    code, said = composed.exec_run(["/rgw-conformance/entry.py", "credentials"])
    assert (code, said.count(b"swift_key")) == (0, 2), said
    code, said = composed.exec_run(["stat", "-c", "%a %u:%g", "/data/accounts.env"])
    assert said.decode().strip() == f"600 {facts.USER}:{facts.USER}"


@pytest.fixture
def registry(daemon, composed, tmp_path):
    """Starts the registry of docker-compose on its gateway, as a user."""
    name = "rgw-conformance/registry:2.8.2"
    if not [image for image in daemon.images.list() if name in image.tags]:
        absent("registry image", f"no image {name} is here; make it with: make images ARGS=registry")
    with ExitStack() as stack:

        def start(**more):
            one = daemon.containers.run(
                name,
                detach=True,
                labels=KIND.labels(str(tmp_path)),
                environment={"GATEWAY": "http://127.0.0.1:7480"},
                network=f"container:{composed.id}",
                volumes_from=[f"{composed.id}:ro"],
                **more,
            )
            stack.callback(one.remove, force=True, v=True)
            return one

        yield start


def test_a_registry_reads_the_accounts_of_its_gateway_and_is_not_root(registry):
    one = registry()
    # Before that it has logged in.
    says(one, "listening on")
    running, ids = users(one)
    assert "docker-registry" in running
    assert ids == {str(facts.USER)}


def test_a_registry_that_may_not_read_the_accounts_says_so(registry):
    one = registry(user="1:1")
    assert one.wait(timeout=TOO_LONG)["StatusCode"] == facts.USAGE
    told = "/data/accounts.env is not for user 1 to read: be the user that the gateway is"
    assert one.logs().decode() == f"rgw-conformance: {told}\n"


def test_data_that_is_roots_is_told_with_what_gives_it_away(daemon, release, tmp_path):
    """An earlier image of ours wrote it as root, or somebody started one as root once."""
    image, store = asked(release).image, {"RGWC_STORE": "bluestore"}
    with ExitStack() as stack:

        def role(name, host=None):
            one = Role(image, name, mark=str(tmp_path), env=store, host=host)
            stack.callback(one.stop)
            one.start()
            return one

        hold = role("hold")
        (volume,) = (mount["Name"] for mount in daemon.containers.get(hold.id).attrs["Mounts"])
        first = role("cluster", hold)
        first.end(30)
        made = first.read("/data/cluster.json")

        for what in ("/data", "/data/keyring", "/data/mon/store.db/CURRENT"):
            code, said = daemon.containers.get(hold.id).exec_run(["chown", "0:0", what], user="0")
            assert code == 0, said
            with pytest.raises(NotStarted) as caught:
                role("cluster", hold)
            assert caught.value.code == facts.USAGE
            told = re.search(
                rf"{what} belongs to user 0, and this is user {facts.USER}: .*with `(.*)`$", str(caught.value)
            )
            assert told, caught.value
            command = shlex.split(told[1].replace("VOLUME", volume).replace("IMAGE", image))
            done = subprocess.run(command, capture_output=True, text=True, timeout=TOO_LONG, check=False)
            assert done.returncode == 0, done.stderr

        assert role("cluster", hold).read("/data/cluster.json") == made != b""


def test_data_that_is_ours_and_cannot_be_written_is_told_as_that(monkeypatch, tmp_path):
    (tmp_path / "keyring").touch(mode=0o600)
    (tmp_path / "gone").symlink_to("nowhere")
    entry.require_own(tmp_path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(entry.Failed, match=r"cannot be written, and is ours: is /data read-only\?") as caught:
        entry.require_own(tmp_path)
    assert caught.value.code == facts.USAGE


def test_what_is_removed_while_data_is_looked_through_is_nothing_of_somebodys(monkeypatch, tmp_path):
    passing = tmp_path / "passing"
    passing.touch()

    def access(path, _):
        if path == str(passing):
            passing.unlink()
        return path != str(passing)

    monkeypatch.setattr(os, "access", access)
    entry.require_own(tmp_path)
    assert not passing.exists()
