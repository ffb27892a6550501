"""What "worse" means, and what a baseline accepts: both are the same."""

import json

import pytest

from reports.baseline import read
from reports.loading import RunError
from reports.model import MUST, OBSERVED, SET_UP, SHOULD, Verdict, against, recorded, worse
from tests.reports.building import deviation, result, run

PASS = result()
FAIL = result("a-check", deviation(level=MUST))
DEGRADED = result("a-check", deviation("etag", SHOULD))
UNSUPPORTED = result(verdict=Verdict.UNSUPPORTED, reason="501")
BLOCKED = result(verdict=Verdict.BLOCKED, reason="the PUT was refused")
UNTESTED = result(verdict=Verdict.UNTESTED, reason="no S3 credentials")
ERROR = result(verdict=Verdict.ERROR, reason="KeyError")


@pytest.mark.parametrize(
    ("old", "new", "is_worse"),
    [
        (PASS, PASS, False),
        (PASS, DEGRADED, True),
        (PASS, FAIL, True),
        (DEGRADED, FAIL, True),
        (FAIL, DEGRADED, True),
        (FAIL, PASS, False),
        (FAIL, FAIL, False),
        (PASS, UNSUPPORTED, True),
        (FAIL, BLOCKED, True),
        (PASS, None, True),
        (PASS, ERROR, True),
        (PASS, UNTESTED, False),
        (UNTESTED, FAIL, True),
        (UNTESTED, DEGRADED, False),
        (UNSUPPORTED, BLOCKED, False),
        (None, FAIL, True),
        (None, PASS, False),
        (PASS, result("a-check", deviation(level=OBSERVED)), False),
        (FAIL, result("a-check", deviation()), True),
        (FAIL, result("a-check", deviation(level=MUST), deviation("framing", MUST)), True),
        (FAIL, result("a-check", deviation(level=MUST), deviation(level=MUST)), False),
        (FAIL, result("a-check", deviation(level=MUST, message="other bytes")), False),
        (PASS, result("a-check", deviation(accepted="known", known="reason")), False),
    ],
)
def test_worse(old, new, is_worse):
    assert worse(old, new) is is_worse


@pytest.mark.parametrize("old", [PASS, FAIL, DEGRADED, UNSUPPORTED, UNTESTED, None])
@pytest.mark.parametrize("new", [PASS, FAIL, DEGRADED, UNSUPPORTED, BLOCKED, UNTESTED])
def test_with_a_baseline_red_is_what_is_worse(old, new):
    assert against(old, new).red(fail_on=SHOULD) is worse(old, new)


def test_what_a_baseline_accepts_says_so_and_a_second_deviation_stays_red():
    both = against(FAIL, result("a-check", deviation(level=MUST), deviation("framing", MUST)))

    assert [d.accepted for d in both.deviations] == ["baseline", None]
    assert both.accepted is None
    assert against(FAIL, FAIL).accepted == "baseline"


def test_what_is_known_stays_known():
    known = result("a-check", deviation(accepted="known", known="reason"))

    assert against(None, known).deviations[0].accepted == "known"
    assert recorded(known).deviations[0].accepted == "known"


def test_a_check_that_the_gateway_now_refuses_is_red_with_its_impact():
    refused = against(PASS, UNSUPPORTED)

    assert refused.verdict is Verdict.UNSUPPORTED
    (told,) = refused.deviations
    assert told.message == "pass in the baseline, now unsupported: 501"
    assert told.impact == PASS.impact


def test_recording_accepts_everything():
    assert not recorded(result("a-check", deviation(), deviation("etag", SHOULD))).red(fail_on=SHOULD)


def written(directory, name, *results, **options):
    place = directory / name
    place.mkdir(parents=True)
    (place / "run.json").write_text(json.dumps(run(*results, gateway=name, **options).to_json()))
    return place / "run.json"


def test_one_baseline_is_for_every_gateway_and_several_are_each_for_its_own(tmp_path):
    one = written(tmp_path, "a", FAIL)
    baselines = read([one], recording=False, suite="1.2.3")
    assert baselines.of("whatever") is baselines.loaded[0]
    written(tmp_path, "b", PASS)
    several = read([tmp_path], recording=False, suite="1.2.3")

    assert not several.accept("a", FAIL).red()
    assert several.accept("b", FAIL).red()
    with pytest.raises(RunError, match="none is of c; there are a, b"):
        several.of("c")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"complete": False}, "not complete"),
        ({"results": []}, "an empty run"),
        ({"results": [result(SET_UP, deviation())]}, "nothing was judged"),
        ({"suite": "2"}, "of suite 1.2.3, this"),
    ],
)
def test_what_is_no_baseline(tmp_path, options, said):
    suite = options.pop("suite", "1.2.3")
    path = written(tmp_path, "a", *options.pop("results", [PASS]), **options)

    with pytest.raises(RunError, match=said):
        read([path], recording=False, suite=suite)


def test_a_baseline_cannot_be_recorded_against_another_nor_named_twice(tmp_path):
    path = written(tmp_path, "a", PASS)

    with pytest.raises(RunError, match="choose"):
        read([path], recording=True, suite="1.2.3")
    with pytest.raises(RunError, match="two are of a"):
        read([path, path], recording=False, suite="1.2.3")
