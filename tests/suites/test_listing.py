"""The page of all checks and rules says what the code says."""

from pathlib import Path

from suites import listing
from suites.rules.catalogue import RULES

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_the_page_is_that_of_the_code(suites, tmp_path):
    made = tmp_path / "checks.md"

    outcome = suites.run("-q", "--collect-only", "--configuration", "default", "--list-checks", str(made))

    assert outcome.code == 0, outcome.output
    assert made.read_text() == PAGE.read_text(), f"not of today's code; run: {listing.COMMAND}"


def test_every_rule_is_on_the_page():
    text = PAGE.read_text()

    assert [id_ for id_ in RULES if f"\n| `{id_}` | " not in text] == []


def test_a_page_that_cannot_be_written_is_one_line(suites, tmp_path):
    outcome = suites.run("-q", "--collect-only", "--check", "head-of-nothing", "--list-checks", str(tmp_path))

    assert outcome.code == 4
    assert [line.startswith("ERROR: --list-checks") for line in outcome.error_lines] == [True]


def test_nothing_in_a_cell_ends_it():
    assert listing._cell("a|b <i>*x*\n`<c>*`") == "a\\|b &lt;i&gt;\\*x\\* `<c>*`"
