"""docs/defects.md tells of every defect which check shows it today, or why none can."""

import os
import re
import subprocess
import sys

import pytest

from fixtures.mutants.catalogue import MUTANTS
from fixtures.score.defects import defects, markdown
from tests.running import ROOT

PAGE = (ROOT / "docs/defects.md").read_text(encoding="utf-8")
ROWS = {m[1]: m[0] for m in re.finditer(r"^\| (RD\d\d) \|.*$", PAGE, re.MULTILINE)}


@pytest.fixture(scope="module")
def ids(tmp_path_factory) -> set[str]:
    """Every check's id."""
    path = tmp_path_factory.mktemp("ids") / "ids"
    command = [sys.executable, "-m", "pytest", "suites", "--collect-only", "-q", "-n", "0", "-p", "no:randomly"]
    subprocess.run(
        [*command, "-p", "tests.suites.ids", "--recordings", "all"],
        cwd=ROOT,
        env={**os.environ, "CHECK_IDS": str(path)},
        capture_output=True,
        timeout=120,
        check=True,
    )
    return set(path.read_text().splitlines())


def checks_of(row: str) -> list[str]:
    return re.findall(r"`([^`]+)`", row.rsplit(" | ", 1)[1])


def test_every_row_is_there_and_most_have_a_check():
    assert sorted(ROWS) == [f"RD{number:02}" for number in range(1, 99)]
    assert sum(1 for row in ROWS.values() if checks_of(row)) >= 75


def test_a_row_has_a_check_or_says_why_not():
    assert [
        id_ for id_, row in ROWS.items() if not checks_of(row) and not row.rsplit("| none: ", 1)[1].strip(" |")
    ] == []


def test_every_check_and_every_mutant_that_a_row_names_is_there(ids):
    for id_, row in ROWS.items():
        assert set(checks_of(row)) <= ids, id_
        assert set(re.findall(r"`([^`]+)`", row.rsplit(" | ", 2)[1])) <= set(MUTANTS), id_


def test_the_page_tells_what_the_data_tells_now():
    for defect in defects():
        assert ROWS[defect.id].startswith(f"| {defect.id} | {defect.what} | {defect.seen} | "), defect.id


def test_a_defect_without_a_check_is_told_with_its_reason():
    page = list(markdown({"mutants": {"head-lags-put-50-ms": {"caught_by": ["a-check"]}}}))

    assert any(line.startswith("| RD90 ") and "none: the client's doing" in line for line in page)
