"""What a person and a CI server are told: first who was tested and what was not, then what is wrong."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.junit import junit
from reports.model import MUST, SET_UP, SHOULD, Level, Verdict
from reports.plugin import exit_code
from reports.store import Merged
from reports.terminal import summary
from tests.reports.building import deviation, result, run


def told(*results, untested=(), **options) -> list[str]:
    merged = Merged(run(*results, **options), exchanges=7, untested=list(untested))
    return [line.text for line in summary(merged, evidence="runs/x")]


def test_the_first_lines_say_who_was_tested_and_what_was_not():
    lines = told(
        result("a"),
        result("b", verdict=Verdict.BLOCKED, reason="the PUT was refused"),
        result("c", verdict=Verdict.BLOCKED, reason="the PUT was refused"),
        untested=[("S3", "no S3 credentials")],
    )

    assert lines[0].startswith("gateway gw at http://127.0.0.1:1: Ceph 16.2.15, beast")
    assert lines[1] == "not tested: S3 (no S3 credentials)"
    assert lines[2] == "not tested: b and 1 more (blocked: the PUT was refused)"
    assert lines[3] == "3 checks: 1 pass, 2 blocked, 7 exchanges"


def test_replayed_requests_are_counted():
    lines = told(
        result("replay[2.8.3-swift-start]", observations={"requests": 4}),
        result("real-registry[swift-start]", observations={"requests": 50}),
    )

    assert lines[1] == "2 checks: 2 pass, 7 exchanges, 4 of them replayed requests"


def test_deviations_are_grouped_by_rule_and_impact_worst_first():
    lines = told(
        result("a", deviation(exchanges=[1]), deviation("etag", SHOULD, impact="slower")),
        result("b", deviation(exchanges=[2]), deviation(exchanges=[3])),
        result("c", deviation("framing", MUST, impact="misread")),
    )

    text = "\n".join(lines)
    assert "BREAKS status-line: push fails\n       3 exchanges in 2 checks, first in a: no status" in text
    assert text.index("BREAKS") < text.index("MUST") < text.index("SHOULD")


def test_a_mutant_an_unknown_version_and_a_run_that_was_cut_are_said():
    (first, *_) = told(result("a"), injected="head-with-body", complete=False, profile={})

    assert "version not stated" in first
    assert "with injected mutant head-with-body" in first
    assert "run not complete" in first


def test_what_is_accepted_is_told_apart_and_an_error_is_ours():
    lines = told(
        result("a", deviation(level=MUST, accepted="known", known="fixed in 17 (tracker 1)")),
        result("b", verdict=Verdict.ERROR, reason="KeyError: 'x'"),
        result("c", observations={"known-but-gone": ["no-body"]}),
    )

    assert any(line.startswith("known  status-line (must), 1 times: fixed in 17") for line in lines)
    assert any(line.startswith("ERROR  b: KeyError: 'x' (our fault") for line in lines)
    assert any(line.startswith("gone   no-body in c") for line in lines)
    assert not any("nothing" in line for line in lines)


def test_a_run_that_found_nothing_says_so_and_one_that_judged_nothing_says_that():
    assert "In 1 checks nothing was found that a registry would trip over." in told(result("a"))
    assert any("says nothing about the gateway" in x for x in told(result("a", verdict=Verdict.UNTESTED)))


def test_a_long_message_is_cut():
    assert all(len(line) < 300 for line in told(result("a", deviation(message="x" * 1000))))


@given(st.text(max_size=30), st.text(max_size=30))
def test_junit_is_xml_whatever_a_gateway_says(name, message):
    whole = run(
        result(f"a{name}", deviation(message=message)),
        result("b"),
        result("c", verdict=Verdict.UNTESTED, reason=message),
        result("d", verdict=Verdict.ERROR, reason=message),
        result("e", deviation(accepted="known", known=message)),
    )

    root = ET.fromstring(junit(whole))

    assert {k: root.get(k) for k in ("tests", "failures", "errors")} == {"tests": "5", "failures": "1", "errors": "1"}
    assert sum(int(suite.get("skipped", "0")) for suite in root.iter("testsuite")) == 2
    kinds = [sorted({child.tag for child in case} - {"system-out"}) for case in root.iter("testcase")]
    assert sorted(kinds) == [[], ["error"], ["failure"], ["skipped"], ["skipped"]]


FAILS = deviation(level=MUST)


@pytest.mark.parametrize(
    ("results", "fail_on", "code"),
    [
        ([result("a")], MUST, 0),
        ([result("a", FAILS)], MUST, 1),
        ([result("a", deviation(level=SHOULD))], MUST, 0),
        ([result("a", deviation(level=SHOULD))], SHOULD, 1),
        ([result("a"), result("b", verdict=Verdict.ERROR)], MUST, 1),
        ([result("a", verdict=Verdict.UNTESTED)], MUST, 5),
        ([result("a", verdict=Verdict.BLOCKED)], MUST, 5),
        ([result("a"), result("s3", verdict=Verdict.UNTESTED)], MUST, 5),
        ([result("a"), result("s3", verdict=Verdict.UNSUPPORTED)], MUST, 0),
        ([result("a"), result(SET_UP, FAILS)], MUST, 1),
        ([result(SET_UP)], MUST, 5),
        ([result("a", deviation(accepted="known"))], MUST, 0),
    ],
)
def test_the_exit_code(results, fail_on, code):
    apis = {r.id: "s3" if r.id == "s3" else "swift" for r in results}

    assert exit_code([Merged(run(*results), 0, apis)], Level(fail_on), 0) == code


def test_the_exit_code_of_pytest_itself_is_not_hidden():
    assert exit_code([Merged(run(result("a")), 0, {"a": "swift"})], MUST, 1) == 1


def test_of_a_long_message_the_beginning_and_the_end_are_told():
    lines = told(
        result("a", deviation(message="PATCH is answered with 500" + " -" * 400 + ' malformed HTTP status code "0"'))
    )

    (line,) = [line for line in lines if "first in a" in line]
    assert "PATCH is answered with 500" in line
    assert line.endswith('malformed HTTP status code "0"')
    assert len(line) < 300
