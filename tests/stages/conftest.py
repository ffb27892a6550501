"""The suites on a real RGW as if it were somebody else's, and stages on it."""

import subprocess
import sys

import pytest

from tests.running import ROOT, Suites


@pytest.fixture(scope="module")
def here(tmp_path_factory, embedded):
    """In one directory for all tests of a module."""
    return Suites(tmp_path_factory.mktemp("stages")).on(embedded.gateway)


@pytest.fixture(scope="module")
def prepared(here):
    """Prepares a stage of these items, and removes it at the end."""
    directories = []

    def of(name, *items):
        directory = here.directory / name
        directories.append(directory)
        chosen = [word for item in items for word in ("--check", f"stage-prepare[{item}]")]
        done = here.run("--stage", "prepare", "--stage-dir", str(directory), *chosen)
        assert done.code == 0, done.output
        assert set(done.verdicts.values()) == {"pass"}
        return directory

    yield of
    for directory in directories:
        cleaned = clean(here, directory)
        assert cleaned.returncode == 0, cleaned.stderr


def clean(here, directory):
    """Removes a stage as its user does."""
    command = [sys.executable, "-m", "fixtures.gateways", "clean", "--stage-dir", str(directory)]
    credentials = here.options[here.options.index("--credentials") + 1]
    return subprocess.run(
        [*command, "--credentials", credentials],
        cwd=ROOT,
        env=here.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
