"""`--repeat N`: whole rounds, one result for each check, whatever else is asked for."""

import json
from collections import Counter
from types import SimpleNamespace

import pytest

from suites import selection

DLO, OTHERS = "head-of-empty-dlo", ("get-again", "replay[2.8.3-swift-start]")
CHECKS = [word for check in (DLO, *OTHERS) for word in ("--check", check)]
NIGHTMARE = "head-empty-dlo-without-status"


def rounds(outcome, check):
    """How many exchanges of a check each round has."""
    path = next(outcome.directory.glob("*/exchanges.jsonl"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return Counter(line.get("round", 1) for line in lines if line["check"] == check)


def order(outcome):
    path = next(outcome.directory.glob("*/exchanges.jsonl"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told = [line.get("round", 1) for line in sorted(lines, key=lambda one: one["started"]) if line["check"] != "set-up"]
    return list(dict.fromkeys(told)), told == sorted(told)


def test_each_check_runs_in_whole_rounds_and_has_one_result(on_embedded):
    outcome = on_embedded.run("-q", *CHECKS, "--repeat", "3", "--randomly-seed=7")

    assert outcome.code == 0, outcome.output
    checks = {id_: check["rounds"] for id_, check in outcome.run["checks"].items() if id_ != "set-up"}
    assert checks == dict.fromkeys((DLO, *OTHERS), 3)
    assert order(outcome) == ([1, 2, 3], True)
    for check in checks:
        seen = rounds(outcome, check)
        assert set(seen) == {1, 2, 3}
        assert len(set(seen.values())) == 1, check
    assert "9 passed" in outcome.output


def test_workers_share_the_rounds_and_what_failed_in_any_is_run_again(on_embedded):
    bad = on_embedded.run("-q", "-n", "2", *CHECKS, "--repeat", "2", "--inject", NIGHTMARE)

    assert bad.code == 1
    assert bad.red == {DLO}
    assert bad.run["checks"][DLO]["rounds"] == 2
    (deviation,) = (d for d in bad.run["checks"][DLO]["deviations"] if d["rule"] == "status-line")
    assert len(deviation["exchanges"]) == 2
    assert "rounds" not in deviation["message"]
    # Round or not, it is this check that failed.
    failed = json.loads((on_embedded.directory / "cache" / "v" / "cache" / "lastfailed").read_text())
    assert [id_.partition("::")[2] for id_ in failed] == ["test_head_of_an_empty_large_object_has_a_status_line"]
    again = on_embedded.run("-q", "--lf", "--repeat", "2", "--inject", NIGHTMARE)
    assert set(again.run["checks"]) - {"set-up"} == {DLO}, again.output
    assert again.run["checks"][DLO]["rounds"] == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repeat", "0"), "0 is no number of times"),
        (("--repeat", "often"), "often is no number of times"),
        (("--repeat", "2", "--stage", "prepare", "--stage-dir", "x"), "--repeat and --stage"),
    ],
)
def test_what_cannot_be_repeated_is_one_line(suites, options, said):
    outcome = suites.run("-q", "--gateway-url", "http://127.0.0.1:1", *options)

    assert outcome.code == 4
    assert said in outcome.output
    assert "Traceback" not in outcome.output
    assert not outcome.directory.exists()


@pytest.mark.parametrize(("expression", "page", "left"), [("", None, 1), ("scale", None, 2), ("", "checks.md", 2)])
def test_what_is_large_runs_only_where_it_is_asked_for(expression, page, left):
    told = []
    options = {"markexpr": expression, "--list-checks": page, "--check": [], "--checks": None}
    hook = SimpleNamespace(pytest_deselected=lambda *, items: told.extend(items))
    items = [SimpleNamespace(get_closest_marker={"scale": True}.get), SimpleNamespace(get_closest_marker={}.get)]

    selection.pytest_collection_modifyitems(SimpleNamespace(getoption=options.get, hook=hook), items)

    assert (len(items), len(told)) == (left, 2 - left)


def test_what_grows_with_what_it_is_about_is_told_and_measured(on_embedded):
    check = "head-growth[large-object]"

    outcome = on_embedded.run("-q", "--check", check, "--inject", "head-grows-with-size")

    assert outcome.verdicts[check] == "degraded", outcome.output
    assert "one that is 64 times smaller" in outcome.output
    measured = outcome.run["checks"][check]["measurements"]["HEAD by bytes"]
    assert {size for size, _ in measured} == {1024**2, 64 * 1024**2}
    assert outcome.run["checks"][check]["observations"] == {}
