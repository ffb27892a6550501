"""The summary of one run, in words and as Markdown: what counts first, and nothing in it that acts."""

import pytest

from reports.__main__ import main
from reports.model import MUST, SHOULD, Verdict
from reports.overview import overview_markdown
from tests.reports.building import deviation, line, loaded, result, run

HOSTILE = "\x1b[31m\x00|</td><script>alert(1)</script>`**[x](javascript:1)\u202e\r\n\r\n# no @all"


def test_it_says_who_was_tested_what_is_wrong_and_what_was_not_tested():
    text = overview_markdown(
        run(
            result("a", deviation("etag", SHOULD, impact="slower")),
            result("b", deviation()),
            result("c", deviation("date", MUST, accepted="known", known="tracker 1")),
            result("d", verdict=Verdict.UNTESTED, reason="no S3 credentials"),
        )
    )

    assert text.startswith("## gw\n")
    assert "**1 check is red.**" in text
    assert text.index("breaks") < text.index("should") < text.index("must, known")
    assert "| untested | d | no S3 credentials |" in text


def test_a_run_that_judged_nothing_or_was_cut_says_so():
    text = overview_markdown(run(result("a", verdict=Verdict.UNTESTED), complete=False))

    assert "**Nothing was judged: this says nothing about the gateway. The run was cut short.**" in text


def test_what_a_gateway_says_ends_no_cell_and_is_no_markup():
    found = deviation(HOSTILE, impact=HOSTILE, message=HOSTILE)
    text = overview_markdown(
        run(
            result("a", found),
            result(f"b[{HOSTILE}]", verdict=Verdict.BLOCKED, reason=HOSTILE),
            gateway=HOSTILE,
            profile={"version": HOSTILE, "server": HOSTILE},
        )
    )

    assert all(character.isprintable() or character == "\n" for character in text)
    rows = [row for row in text.splitlines() if row.startswith("|")]
    assert sorted({row.count("|") for row in rows}) == [4, 6]
    for word in ("<script", "</td", "[x]", "`*", "@all"):
        assert word not in text


def test_a_run_with_thousands_of_kinds_stays_a_summary():
    found = [result(f"c{n}", deviation(f"r{n}", message="x" * 5_000)) for n in range(3_000)]
    text = overview_markdown(run(*found))

    assert len(text) < 100_000
    assert "2900 more are left out" in text


@pytest.fixture
def made(tmp_path):
    return loaded(tmp_path / "run", result("a", deviation(exchanges=[0])), evidence={"a": [line("GET /b/o")]})


def test_the_summary_again(made, capsys):
    assert main(["summary", str(made.path)]) == 0

    out = capsys.readouterr().out
    assert "1 checks: 0 pass, 1 fail, 1 exchanges" in out
    assert "BREAKS status-line: push fails" in out


def test_markdown_is_appended_to_what_a_job_has_said(made, tmp_path, capsys):
    file = tmp_path / "summary.md"
    file.write_text("before\n")

    assert main(["summary", str(made.path), "--markdown", str(file)]) == 0
    assert main(["summary", str(made.path), "--markdown", "-"]) == 0
    assert file.read_text() == "before\n" + capsys.readouterr().out


@pytest.mark.parametrize("command", [["summary", "/nowhere"], ["junit", "/nowhere"]])
def test_what_is_wrong_is_one_line(command, capsys):
    assert main(command) == 4
    assert capsys.readouterr().err.count("\n") == 1


def test_markdown_that_cannot_be_written_is_one_line(made, tmp_path, capsys):
    assert main(["summary", str(made.path), "--markdown", str(tmp_path)]) == 4
    assert capsys.readouterr().err == f"ERROR: --markdown {tmp_path}: Is a directory\n"
