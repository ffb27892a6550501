"""The lock files of this checkout: each package with its hashes, and installed by no other rule."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.supply.locks import LOCKS, ROOT, SupplyError, exceptions, normal, read


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_hashes_and_stands_once(path):
    locked = read(path)
    assert [str(one) for one in locked if not one.hashes] == []
    assert len({one.name for one in locked}) == len(locked)


def test_what_is_asked_for_is_locked_in_a_version_that_will_do():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {one.name: one.version for one in read(LOCKS[0])}
    for asked in map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["dev"]]):
        assert asked.specifier.contains(locked[normal(asked.name)]), f"{asked}: {locked[normal(asked.name)]} is locked"


def test_locust_shares_only_what_we_have_in_the_same_version():
    ours = {one.name: one for one in read(ROOT / "requirements.lock")}
    shared = [one for one in read(ROOT / "bench/load/requirements.lock") if one.name in ours]
    assert len(shared) > 5
    assert [str(one) for one in shared if one.version != ours[one.name].version] == []


def test_make_installs_nothing_without_hashes():
    installs = re.findall(r"pip install .*", (ROOT / "Makefile").read_text())
    assert len(installs) == len(LOCKS)
    assert [line for line in installs if "--require-hashes" not in line] == []


def test_what_is_excepted_is_locked():
    assert set(exceptions()["maintained"]) <= {one.name for one in read(LOCKS[0])}


@pytest.mark.parametrize("line", ["requests", "requests>=2", "-e .", "https://example.net/a.whl", ""])
def test_a_line_that_pins_nothing_is_refused(tmp_path, line):
    (tmp_path / "a.lock").write_text(f"# a comment\n{line}\n")
    with pytest.raises(SupplyError, match=r"a\.lock"):
        read(tmp_path / "a.lock")


@pytest.mark.parametrize(
    "text",
    ['[maintained.a]\nreason = "x"', "[maintained.a]\nreview = 2027-01-01", "[other.a]", "maintained = 1", "]"],
)
def test_an_exception_without_reason_or_review_is_refused(tmp_path, text):
    (tmp_path / "exceptions.toml").write_text(text)
    with pytest.raises(SupplyError, match=r"exceptions\.toml: "):
        exceptions(tmp_path / "exceptions.toml")
