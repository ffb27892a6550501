"""docs/findings*.md names every deviation that is accepted, and no check that is not there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from suites.known import entries

ROOT = Path(__file__).parents[1]
PAGES = sorted((*ROOT.glob("docs/findings*.md"), *ROOT.glob("docs/findings/*.md")))
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
VERSIONS = {"ceph": "16.2.15", "swift": "2.38.3"}
ACCEPTED = sorted({entry.check for entry in entries() if VERSIONS[entry.software] in entry.versions})


@pytest.mark.parametrize("check", ACCEPTED)
def test_an_accepted_deviation_is_told(check):
    assert f"`{check}`" in TEXT


def test_every_check_that_a_command_names_is_there():
    named = sorted(set(re.findall(r"--check '?([a-z0-9.-]+(?:\[[^]]+\])?)", TEXT)))
    chosen = [word for check in named for word in ("--check", check)]
    command = [sys.executable, "-m", "pytest", "suites", "--collect-only", "-q", "-n", "0", "-p", "no:randomly"]

    done = subprocess.run([*command, *chosen], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert named
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-500:]
