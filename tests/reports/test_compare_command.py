"""`python -m reports` as its user meets it: exit codes, files, and one line for whatever is wrong with them."""

import json
from pathlib import Path

import pytest

from reports.__main__ import main
from reports.model import Verdict
from tests.reports.building import deviation, line, loaded, result


@pytest.fixture
def runs(tmp_path):
    """Two runs, the second worse than the first."""
    one = loaded(tmp_path / "one", result("a"), result("b"), run_id="aaaaaa1", evidence={"a": [line("GET /b/o")]})
    bad = result("a", deviation(exchanges=[0]))
    two = loaded(
        tmp_path / "two", bad, result("b"), run_id="bbbbbb2", evidence={"a": [line("GET /b/o", "HTTP/1.1 500 Oh")]}
    )
    return str(one.path), str(two.path)


def test_one_that_is_worse_is_1_and_the_rest_is_0(runs, capsys):
    old, new = runs

    assert main(["compare", old, new]) == 1
    assert "WORSE" in capsys.readouterr().out
    assert main(["compare", new, old]) == 0
    assert "fixed" in capsys.readouterr().out


def test_any_of_several_that_is_worse_is_1(runs, tmp_path, capsys):
    third = loaded(tmp_path / "three", result("a"), result("b"), run_id="cccccc3", gateway="third")

    assert main(["compare", runs[0], str(third.path), runs[1], "--brief"]) == 1
    assert "gateways alike in 1 check" in capsys.readouterr().out


def test_markdown_goes_to_a_file_or_to_standard_output(runs, tmp_path, capsys):
    file = tmp_path / "out.md"

    assert main(["compare", *runs, "--markdown", str(file)]) == 1
    assert main(["compare", *runs, "--markdown", "-"]) == 1
    assert capsys.readouterr().out.endswith(file.read_text())


def test_a_page_is_written_beside_what_is_printed(runs, tmp_path, capsys):
    file = tmp_path / "out.html"

    assert main(["compare", *runs, "--html", str(file)]) == 1
    assert "WORSE" in capsys.readouterr().out
    assert file.read_text().startswith("<!doctype html>")
    assert list(tmp_path.glob("*.part")) == []


def test_json_is_for_scripts_and_says_what_counts(runs, tmp_path, capsys):
    file = tmp_path / "out.json"

    assert main(["compare", *runs, "--json", str(file)]) == 1
    assert "WORSE" in capsys.readouterr().out
    said = json.loads(file.read_text())
    (pair,) = said["pairs"]
    assert (said["is_worse"], pair["is_worse"], said["runs"]) == (True, True, [pair["old"], pair["new"]])
    assert [(group["what"], group["level"], group["counts"]) for group in pair["worse"]] == [
        ("status-line", "breaks", True)
    ]
    assert pair["worse"][0]["seen"] == [{"check": "a", "old": 0, "new": 0}]
    assert pair["latency"] == {"tested": 0, "slower": [], "faster": []}
    assert main(["compare", *runs, "--json", str(tmp_path / "none" / "x")]) == 4
    assert "--json" in capsys.readouterr().err


def changed(path, **members):
    value = json.loads(Path(path).read_text())
    Path(path).write_text(json.dumps(value | members))
    return path


def no_checks(runs):
    changed(runs[1], checks={})


def another_gateway(runs):
    value = json.loads(Path(runs[0]).read_text())
    Path(runs[1]).write_text(json.dumps(value))


def cut_in_the_middle(runs):
    text = Path(runs[1]).read_text()
    Path(runs[1]).write_text(text[: len(text) // 2])


def unknown_verdict(runs):
    text = Path(runs[1]).read_text()
    Path(runs[1]).write_text(text.replace('"pass"', '"perfect\\u001b[31m"'))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda runs: changed(runs[1], schema=2), "written with schema 2, this version reads 1"),
        (lambda runs: changed(runs[1], suite="9"), "runs of different suites, 1.2.3 and 9"),
        (no_checks, "an empty run"),
        (lambda runs: changed(runs[1], complete=False), "the run is not complete"),
        (another_gateway, "the same run as"),
        (cut_in_the_middle, "no JSON"),
        (lambda runs: Path(runs[1]).write_text("[1]"), "no run: it has no schema"),
        (lambda runs: Path(runs[1]).write_text("[" * 100_000), "no JSON"),
        (lambda runs: Path(runs[1]).write_bytes(b"\xff\xfe\x00"), "no JSON"),
        (lambda runs: changed(runs[1], checks={"a": {}}), "no run of schema 1: KeyError"),
        (lambda runs: changed(runs[1], checks=[1]), "no run of schema 1"),
        (unknown_verdict, "'perfect\\x1b[31m' is not a valid Verdict"),
    ],
)
def test_what_cannot_be_compared_is_one_line_and_4(runs, spoil, said, capsys):
    spoil(runs)

    assert main(["compare", *runs]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    (text,) = told.err.splitlines()
    assert text.startswith("ERROR: ")
    assert said in text
    assert text.isprintable()


@pytest.mark.parametrize("spoil", [{"suite": "9"}, {"complete": False}])
def test_anyway(runs, spoil):
    changed(runs[1], **spoil)

    assert main(["compare", *runs, "--anyway"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare", "{one}"], "needs two runs"),
        (["compare", "{one}", "{one}"], "the same run as"),
        (["compare", "{one}", "/nowhere/run.json"], "No such file or directory"),
        (["compare", "{one}", "{up}"], "a directory of 2 runs; name one"),
        (["compare", "{one}", "{two}", "--markdown", "/nowhere/x.md"], "--markdown /nowhere/x.md: No such file"),
        (["compare", "{one}", "{two}", "--html", "/nowhere/x.html"], "--html /nowhere/x.html: No such file"),
        (["compare", "{one}", "{two}", "--html", "-"], "--html -: a page is a file"),
        (["show", "/nowhere"], "No such file or directory"),
        (["show", "{one}", "c"], "no check is called 'c'; python -m reports show"),
    ],
)
def test_what_is_asked_wrongly_is_one_line_and_4(runs, tmp_path, arguments, said, capsys):
    names = {"one": runs[0], "two": runs[1], "up": str(tmp_path)}

    assert main([argument.format(**names) for argument in arguments]) == 4
    (text,) = capsys.readouterr().err.splitlines()
    assert said in text


def test_an_unknown_check_is_answered_with_those_that_are_near(tmp_path, capsys):
    made = loaded(tmp_path / "one", result("dlo-range[inside]"), result("dlo-range[last]"))

    assert main(["show", str(made.path), "dlo-range"]) == 4
    assert "there is dlo-range[inside], dlo-range[last]" in capsys.readouterr().err


def test_show_prints_what_was_found_and_one_check_with_its_exchange(runs, capsys):
    assert main(["show", runs[1]]) == 0
    told = capsys.readouterr().out
    assert "fail        a: breaks status-line: push fails" in told
    assert "\nb" not in told

    assert main(["show", runs[1], "a"]) == 0
    told = capsys.readouterr().out
    assert "BREAKS status-line (rfc): push fails" in told
    assert "  > GET /b/o HTTP/1.1\n" in told
    assert "  < HTTP/1.1 500 Oh\n" in told


def test_show_without_evidence_says_so(tmp_path, capsys):
    made = loaded(tmp_path / "one", result("a", verdict=Verdict.BLOCKED, reason="the PUT was refused"))
    made.evidence.path.unlink()

    assert main(["show", str(made.path), "a"]) == 0
    assert "no evidence: " in capsys.readouterr().out
    assert main(["show", str(made.path)]) == 0
    assert "blocked     a: the PUT was refused" in capsys.readouterr().out


def test_a_line_of_evidence_that_was_cut_costs_itself(runs, capsys):
    evidence = runs[1].replace("run.json", "exchanges.jsonl")
    text = Path(evidence).read_text()
    Path(evidence).write_text(text[:-20])

    assert main(["show", runs[1], "a"]) == 0
    assert "no evidence of this exchange" in capsys.readouterr().out
    assert main(["compare", *runs]) == 1


def test_a_report_directory_of_one_gateway_is_its_run(tmp_path, capsys):
    loaded(tmp_path / "reports" / "gw", result("a", deviation()))

    assert main(["show", str(tmp_path / "reports"), "a"]) == 0
    assert "BREAKS status-line" in capsys.readouterr().out
