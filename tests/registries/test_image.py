"""A registry that is a container: Debian's, in an image that is built here, does what the program does."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from fixtures.containers.leftovers import here
from fixtures.gateways.clean import clean_run
from fixtures.gateways.daemons import until
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.registries import config
from fixtures.registries.client import RegistryClient
from fixtures.registries.image import KIND, docker, is_image, sweep_containers
from fixtures.registries.operations import OPERATIONS, Content, Visit
from fixtures.registries.process import BINARY, RegistryProcess, version_of
from fixtures.registries.runner import RegistryError
from fixtures.wire.client import Limits
from tests.absent import absent
from tests.running import TOO_LONG

DOCKERFILE = f'FROM scratch\nCOPY root /\nENTRYPOINT ["/{BINARY}"]\n'
"""Nothing of a system: no shell, and no CA."""


@pytest.fixture(scope="module")
def daemon():
    """A docker daemon of this machine."""
    try:
        client = docker()
    except RegistryError as error:
        absent("docker", str(error))
    yield client
    client.close()


@pytest.fixture(scope="module")
def build(daemon, tmp_path_factory):
    """Builds images of Debian's registry; more lines may be added to their Dockerfile."""
    made, root = [], tmp_path_factory.mktemp("image")
    program = shutil.which(BINARY)
    copy(Path(program), root / "root" / BINARY)
    needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    for library in re.findall(r"/\S+", needed):
        copy(Path(library), root / "root" / library.removeprefix("/"))

    def image(*lines):
        (root / "Dockerfile").write_text(DOCKERFILE + "".join(f"{line}\n" for line in lines))
        name = f"rgw-conformance-test/registry:{os.getpid()}-{len(made)}"
        daemon.images.build(path=str(root), tag=name, rm=True)
        made.append(name)
        return name

    yield image
    for name in made:
        daemon.images.remove(name, force=True)


def copy(file, place):
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, place)


@pytest.fixture(scope="module")
def image(build):
    return build()


def ours(daemon):
    """The containers that were started from here."""
    return daemon.containers.list(all=True, filters={"label": f"{KIND.place}={here()}"}, ignore_removed=True)


@pytest.mark.parametrize(
    "name",
    [
        "docker.io/library/registry:2.8.3",
        "registry:2",
        "localhost:5000/mirror/registry:3.0.0-rc.1",
        "my_own/docker-registry@sha256:" + "0" * 64,
    ],
)
def test_an_image_is_known_by_its_tag_or_digest(name):
    assert is_image(name)


@pytest.mark.parametrize(
    "name",
    [
        "docker-registry",
        "registry",
        "docker.io/library/registry",
        "./registry:2",
        "/bin/registry:2",
        "registry:",
        "R:2",
    ],
)
def test_other_names_are_those_of_programs(name):
    assert not is_image(name)


def test_a_program_whose_name_has_the_form_of_an_image_is_a_program(tmp_path, monkeypatch):
    (tmp_path / "registry:2").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not is_image("registry:2")


def test_an_image_tells_its_version(image):
    assert version_of(image) == version_of(BINARY)


def test_every_errand_is_done_over_https_with_both_apis(suites, image, daemon):
    arguments = ("-q", "-k", "real_registry", "--recordings", "none", "--configuration", "https", "--registry", image)
    outcome = suites.run(*arguments)

    assert outcome.code == 0, outcome.output
    assert set(outcome.verdicts.values()) == {"pass"}
    assert len(outcome.verdicts) > 30
    assert ours(daemon) == []


def test_a_push_that_fails_shows_what_the_container_wrote(on_embedded, image):
    selected = ("-q", "-k", "real_registry and push and swift", "--recordings", "none", "--registry", image)
    outcome = on_embedded.run(*selected, "--inject", "head-empty-dlo-without-status")

    assert outcome.code == 1
    assert outcome.red == {"real-registry[swift-push-image]"}
    told = next(line for line in outcome.output.splitlines() if "the registry wrote" in line)
    assert "malformed HTTP status code" in told
    assert "level=error" in told


def test_an_upload_goes_on_after_its_container_was_killed(embedded, image, daemon):
    gateway, run_id = embedded.gateway, new_run_id()
    storage = config.swift(
        auth_url=gateway.swift_auth_url,
        user=gateway.account.swift_user,
        key=gateway.account.swift_key.value,
        container=container_name(run_id, "images"),
    )
    with RegistryProcess(storage, binary=image) as registry:
        before = len(registry.log)
        OPERATIONS["push-blob-after-kill"](Visit(registry, RegistryClient(registry.url), Content()))
        assert gateway.account.swift_key.value not in registry.log
        assert registry.log[before:].count("listening on") == 1
        inspected = [container.attrs for container in ours(daemon)]
    clean_run(gateway, run_id, Limits())

    assert [attributes["HostConfig"]["NetworkMode"] for attributes in inspected] == ["host"]
    assert gateway.account.swift_key.value not in str(inspected)
    assert ours(daemon) == []


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_interrupted_or_killed_leaves_no_container(on_embedded, image, daemon, sent, workers):
    process = on_embedded.start(
        "-v", "-k", "real_registry and start", "--recordings", "none", "--registry", image, "-n", workers
    )
    own = f"-{process.pid}-"

    def serving():
        """Whether the registry of a check runs: under xdist it is a worker's."""
        marks = [container.labels[KIND.mark] for container in ours(daemon) if container.attrs["Args"][:1] == ["serve"]]
        return any((own in mark) == (workers == "0") for mark in marks)

    until(serving, what="a container", seconds=180)
    process.send_signal(sent)
    process.communicate(timeout=TOO_LONG)

    until(lambda: ours(daemon) == [], what="the end of the containers", seconds=60)
    # What a killed run left on the gateway, which other tests share, the next run of the same user removes.
    assert on_embedded.run("-q", "-k", "root").code == 0


def test_a_container_whose_run_is_dead_is_swept_and_no_other(image, daemon, tmp_path):
    dead = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True, check=True).stdout.strip()
    marks = {
        "dead": tmp_path / f"rgw-conformance-registry-{dead}-image-x",
        "lives": tmp_path / f"rgw-conformance-registry-{os.getpid()}-image-x",
        "elsewhere": tmp_path / "not-there",
    }
    for name in ("dead", "lives"):
        marks[name].mkdir()
    made = {}
    for name, mark in marks.items():
        place = "pid:[1] mnt:[1]" if name == "elsewhere" else here()
        made[name] = daemon.containers.create(image, labels={KIND.mark: str(mark), KIND.place: place})
    try:
        removed = sweep_containers()
        assert removed == [f"container {made['dead'].short_id}"]
        left = {container.id for container in daemon.containers.list(all=True, ignore_removed=True)}
        assert {name for name, container in made.items() if container.id in left} == {"lives", "elsewhere"}
    finally:
        for name in ("lives", "elsewhere"):
            made[name].remove()


def refused(outcome, *words):
    assert outcome.code == 4, outcome.output
    (line,) = outcome.error_lines
    for word in words:
        assert word in line
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("unix:///nowhere/docker.sock", "none answers at unix:///nowhere/docker.sock"),
        ("tcp://192.0.2.1:2375", "tcp://192.0.2.1:2375 is none"),
    ],
)
def test_no_docker_daemon_is_one_line(suites, where, told):
    refused(suites.run("--registry", "registry:2", env={"DOCKER_HOST": where}), "needs a docker daemon", told)


def test_an_image_that_is_neither_here_nor_to_be_had_is_one_line(suites, daemon):
    name = "127.0.0.1:1/no/registry:2"
    refused(suites.run("--registry", name), f"the image {name} is not here and cannot be pulled")


def test_an_image_that_is_no_registry_is_one_line(suites, build, daemon):
    name = build('ENTRYPOINT ["/nothing"]')
    refused(suites.run("--registry", name), f"{name} --version: ", "/nothing")


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one-process", "two-workers"])
def test_an_image_that_exits_is_one_line(suites, build, daemon, workers):
    name = build("ENV REGISTRY_LOG_LEVEL=nonsense")
    refused(suites.run("--registry", name, *workers), f"{name} does not start", "nonsense")
    assert ours(daemon) == []
