"""An errand is not done until what it promises is seen: most of these containers are what no registry may leave."""

import pytest

from fixtures.registries import config
from fixtures.registries.client import digest_of
from fixtures.registries.errands import ERRANDS, Errands
from fixtures.registries.process import RegistryProcess
from fixtures.registries.runner import RegistryError

SWIFT = config.swift(auth_url="http://h/auth/v1", user="u", key="secret", container="c")
S3 = config.s3(url="http://h", access_key="a", secret_key="secret", bucket="c")
ROOT = "docker/registry/v2"


def errands(storage, names, directory):
    segments = f"segments/{'a' * 60}/"
    return Errands(
        RegistryProcess(storage), RegistryProcess(storage), lambda: names, directory, lambda _: [segments], b"large"
    )


def data(root, blob):
    digest = digest_of(blob).removeprefix("sha256:")
    return f"{root}/blobs/sha256/{digest[:2]}/{digest}/data"


def right(storage, directory):
    root = f"files/{ROOT}" if storage is SWIFT else ROOT
    visit = errands(storage, [], directory)
    more = ["files", "files/docker", f"segments/{'a' * 60}/1"] if storage is SWIFT else []
    return root, [data(root, visit.small), data(root, visit.shared), f"{root}/repositories/library/app/_layers", *more]


@pytest.mark.parametrize("storage", [SWIFT, S3], ids=["swift", "s3"])
def test_what_a_registry_keeps_is_left_alone(storage, tmp_path):
    _, names = right(storage, tmp_path)

    ERRANDS["leave-nothing-behind"].run(errands(storage, names, tmp_path))


@pytest.mark.parametrize("storage", [SWIFT, S3], ids=["swift", "s3"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda root, names: [*names, "tmp/x"], "what no registry keeps: tmp/x"),
        (lambda root, names: [*names, f"{root}/repositories/library/app/_uploads/1/data"], "uploads are left"),
        (lambda root, names: names[1:], "a mounted layer that is in use is not listed"),
        (lambda root, names: [names[0], *names[2:]], "a layer that is in use is not listed"),
    ],
)
def test_what_is_left_behind_is_told(storage, change, told, tmp_path):
    root, names = right(storage, tmp_path)
    with pytest.raises(RegistryError, match=told):
        ERRANDS["leave-nothing-behind"].run(errands(storage, change(root, names), tmp_path))


def test_a_segment_that_belongs_to_no_object_is_told(tmp_path):
    _, names = right(SWIFT, tmp_path)
    with pytest.raises(RegistryError, match="segments are left that belong to no object: segments/bbb/1"):
        ERRANDS["leave-nothing-behind"].run(errands(SWIFT, [*names, "segments/bbb/1"], tmp_path))


def test_an_errand_stands_on_those_before_it():
    names = list(ERRANDS)
    for name, errand in ERRANDS.items():
        assert all(names.index(needed) < names.index(name) for needed in errand.needs)
