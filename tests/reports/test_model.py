"""A verdict follows from deviations, and a run survives being written and read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.model import MUST, OBSERVED, SHOULD, CheckResult, Deviation, Level, Run, Verdict, verdict_of
from tests.reports.building import deviation, result, run

TEXT = st.text(max_size=20)
DEVIATIONS = st.builds(
    Deviation,
    rule=TEXT,
    level=st.sampled_from(Level),
    oracle=TEXT,
    impact=TEXT,
    message=TEXT,
    exchanges=st.lists(st.integers(0, 99), max_size=3).map(tuple),
    known=st.none() | TEXT,
    accepted=st.none() | st.sampled_from(["known", "baseline"]),
)
RESULTS = st.builds(
    CheckResult,
    id=TEXT,
    verdict=st.sampled_from(Verdict),
    level=st.sampled_from(Level),
    oracle=TEXT,
    impact=TEXT,
    reason=TEXT,
    deviations=st.lists(DEVIATIONS, max_size=3).map(tuple),
    observations=st.dictionaries(TEXT, st.integers() | TEXT, max_size=3),
    seconds=st.just(0.5),
)


@given(st.lists(RESULTS, max_size=4, unique_by=lambda r: r.id))
def test_a_run_is_read_as_it_was_written(results):
    written = run(*results)
    value = json.loads(json.dumps(written.to_json()))

    assert Run.from_json(value) == written
    assert value["schema"] == 1
    assert sum(value["totals"].values()) == len(results)
    assert set(value["gateway"]) == {"name", "url", "profile"}


def test_a_run_of_another_schema_is_refused():
    with pytest.raises(ValueError, match="schema 2"):
        Run.from_json(run().to_json() | {"schema": 2})


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        ([], Verdict.PASS),
        ([OBSERVED], Verdict.PASS),
        ([SHOULD, OBSERVED], Verdict.DEGRADED),
        ([SHOULD, MUST], Verdict.FAIL),
        ([Level.BREAKS], Verdict.FAIL),
    ],
)
def test_the_worst_deviation_decides_the_verdict(levels, verdict):
    assert verdict_of(deviation(level=level) for level in levels) is verdict


def test_an_accepted_deviation_is_not_red_and_a_second_one_is():
    known = deviation(accepted="known", known="reason")
    assert result("a", known).accepted == "known"
    assert not result("a", known).red()
    assert result("a", known, deviation()).accepted is None
    assert result("a", known, deviation()).red()


def test_what_is_red_depends_on_the_level_asked_for():
    degraded = result("a", deviation(level=SHOULD))
    assert not degraded.red()
    assert degraded.red(fail_on=SHOULD)
    assert not result("a", deviation(level=OBSERVED)).red(fail_on=SHOULD)
    assert result("a", verdict=Verdict.ERROR).red()


def test_levels_are_ordered_worst_first():
    assert [level.rank for level in Level] == [0, 1, 2, 3]
    assert Level.BREAKS.rank < Level.OBSERVED.rank
