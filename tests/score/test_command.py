"""The score as a user has it: a command that runs the suites against a real gateway."""

import json

import pytest

from fixtures.mutants.__main__ import main
from fixtures.score import runs, truth
from tests.running import ROOT


def test_a_mutant_is_scored_on_a_real_gateway(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("fixtures.score.runs._BASE", (*_base(), "--recordings", "none"))
    written = tmp_path / "score.json"

    code = main(["score", "--only", "head-empty-dlo-without-status", "--only", "none", "--json", str(written)])

    told = capsys.readouterr().out
    assert "1 of 1 mutants caught (100 %), 0 of 1 legal habits disturbed" in told, told
    score = json.loads(written.read_text())
    assert "head-of-empty-dlo" in score["mutants"]["head-empty-dlo-without-status"]["caught_by"]
    assert score["legal"]["none"]["disturbed"] == []
    assert code == 0, told


def _base():
    return (*runs._BASE, "--check", "head-of-empty-dlo", "--check", "head-of-nothing")


def test_those_that_keep_a_check_company_are_checks():
    known = (ROOT / "docs" / "checks.md").read_text()

    assert all(f"| `{id_}` |" in known for id_ in runs.COMPANY)


def test_an_unknown_mutant_is_one_line(capsys):
    assert main(["score", "--only", "no-such"]) == 4

    assert capsys.readouterr().err.startswith("error: no mutant is called 'no-such'")


def test_what_is_known_of_real_registries_is_whole():
    known = truth.read()

    for name, found in known.items():
        versions = {key.rpartition("-")[0] for key in found}
        assert versions <= set(truth.REGISTRIES), name
        assert set(found) == {f"{version}-{api}" for version in versions for api in truth.APIS}, name
        assert {outcome["outcome"] for outcome in found.values()} <= {"works", "fails", "wrong data", "not tried"}


def test_a_file_that_is_written_is_read(tmp_path):
    found = {"a": {"2.8.3-s3": {"outcome": "works", "met": False}}}
    truth.write(found, tmp_path / "truth.json")

    assert truth.read(tmp_path / "truth.json") == found
    assert truth.read(tmp_path / "absent.json") == {}
    assert truth.told(found["a"]) == "not met"


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("option", ["--check", "--checks"])
def test_a_check_that_is_not_there_is_one_line(option, workers, tmp_path, on_embedded):
    named = tmp_path / "checks"
    named.write_text("head-of-nothin\n")
    outcome = on_embedded.run("-q", "-n", workers, option, str(named) if option == "--checks" else "head-of-nothin")

    assert outcome.code == 4
    assert "INTERNALERROR" not in outcome.output
    assert "no check is called 'head-of-nothin'; did you mean head-of-nothing" in outcome.output


def test_only_the_named_check_runs(on_embedded):
    outcome = on_embedded.run("-q", "--check", "head-of-nothing")

    assert outcome.code == 0
    assert set(outcome.verdicts) - {"set-up"} == {"head-of-nothing"}


def test_the_registries_of_the_truth_are_the_ones_that_are_fetched():
    for version in truth.REGISTRIES:
        assert (ROOT / ".registries" / version / "docker-registry").exists()
