"""Runs side by side: what differs is told once, what always differs never, and what counts is `worse` alone."""

import pytest

from reports.compare import compare
from reports.evidence import Evidence
from reports.loading import Loaded, comparable
from reports.model import MUST, SET_UP, SHOULD, Verdict
from tests.reports import building
from tests.reports.building import deviation, line, result

DATE = "Wed, 25 Nov 2026 17:04:14 GMT"


@pytest.fixture
def loaded(tmp_path):
    """Makes runs with their evidence: a list of lines for each check."""
    places = (tmp_path / f"run-{n}" for n in range(99))
    return lambda *results, **options: building.loaded(next(places), *results, **options)


def pair(old, new, **options):
    return compare([old, new], **options).pairs[0]


def test_regressions_fixes_and_what_is_lost(loaded):
    old = loaded(result("a"), result("b", deviation("etag", MUST)), result("c"), result("d"), result("e"))
    new = loaded(
        result("a", deviation()), result("b"), result("c", verdict=Verdict.UNSUPPORTED, reason="501"), result("d")
    )

    found = pair(old, new)

    assert [(g.what, g.checks, g.counts) for g in found.worse] == [("status-line", ["a"], True)]
    assert [(g.what, g.checks) for g in found.fixed] == [("etag", ["b"])]
    assert {(g.what, *g.checks) for g in found.lost} == {("unsupported", "c"), ("missing", "e")}
    assert found.is_worse
    assert not pair(new, old).is_worse or pair(new, old).worse[0].what == "etag"


def test_a_gateway_that_cannot_start_has_lost_everything(loaded):
    new = loaded(
        result(SET_UP, deviation("gateway-starts", impact="nothing can be pushed or pulled")), run_id="bbbbbb2"
    )
    old = loaded(result(SET_UP), result("a"))

    comparable([old, new])
    found = pair(old, new)

    assert [group.what for group in (*found.worse, *found.lost)] == ["gateway-starts", "missing"]


def test_the_same_deviation_in_many_checks_is_one_difference_with_all_its_impacts(loaded):
    names = [f"check-{n}" for n in range(9)]
    bad = [result(name, deviation(impact="push fails" if n else "pull fails")) for n, name in enumerate(names)]

    (group,) = pair(loaded(*map(result, names)), loaded(*bad)).worse

    assert group.checks == names
    assert group.why == ("push fails", "pull fails")


def test_cases_of_one_check_that_fail_alike_are_one_difference(loaded):
    cases = [f"s3-list-max-keys[{n}]" for n in range(4)]

    (group,) = pair(loaded(*map(result, cases)), loaded(*(result(case, deviation(case)) for case in cases))).worse

    assert (group.what, group.checks) == ("s3-list-max-keys", cases)


def test_a_known_deviation_is_told_and_does_not_count(loaded):
    new = loaded(result("a", deviation(level=MUST, accepted="known", known="fixed in 17 (tracker 1)")))

    found = pair(loaded(result("a")), new)

    assert not found.is_worse
    assert found.worse[0].known == "fixed in 17 (tracker 1)"


def test_a_raised_level_says_what_it_was(loaded):
    found = pair(loaded(result("a", deviation(level=SHOULD))), loaded(result("a", deviation(level=MUST))))

    assert found.worse[0].old == "should"
    assert found.is_worse


def test_what_is_not_tested_any_more_is_told_apart_and_does_not_count(loaded):
    reason = "2.8.3 was recorded where info was absent; here it is present, so this registry would speak differently"

    found = pair(loaded(result("a")), loaded(result("a", verdict=Verdict.UNTESTED, reason=reason)))

    assert [(g.what, g.why) for g in found.apart] == [("no longer tested", (reason,))]
    assert not found.is_worse


def test_facts_of_the_gateway(loaded):
    old = loaded(result("a"), profile={"version": "16.2.15", "info": "absent", "account_in_url": False})
    new = loaded(result("a"), profile={"version": "18.2.7", "info": "present", "account_in_url": True})

    facts = pair(old, new).facts

    assert ("info", "absent", "present") in facts
    assert ("account_in_url", "no", "yes") in facts


ASKED = "HEAD /swift/v1/rgwc-6b07150b38cb01-gw0-1/o"
AGAIN = "HEAD /swift/v1/rgwc-7c18261c49dc12-gw1-20/o"
PROFILE = {"version": "16.2.15", "storage_path": "/swift/v1"}


def answers(loaded, before, after):
    """The changes between two answers to the same request."""
    old = loaded(result("a"), evidence={"a": [line(ASKED, *before[:1], **before[1])]}, profile=PROFILE)
    new = loaded(result("a"), evidence={"a": [line(AGAIN, *after[:1], **after[1])]}, profile=PROFILE)
    found = pair(old, new)
    assert not found.is_worse
    return [(g.what, g.old, g.new) for g in found.changed]


OK = "HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((OK, {}), ("HTTP/1.1 204 No Content", {}), [("answer", "200", "204")]),
        ((OK, {}), ("HTTP/1.1 200 Fine", {}), [("reason phrase of 200", "OK", "Fine")]),
        ((OK, {}), (OK, {"fields": ["X-New: 1"]}), [("header x-new", "absent", "present")]),
        (
            (OK, {"fields": ["ETag: 9dd4e461268c8034f5c8564e155c67a6"]}),
            (OK, {"fields": ['ETag: "0eed22448dea2f0bac43b15cbb4abaaa"']}),
            [("header etag, its value", "{hex 32}", '"{hex 32}"')],
        ),
        ((OK, {"fields": ["Etag: x"]}), (OK, {"fields": ["ETag: x"]}), [("header etag, its name", "Etag", "ETag")]),
        (
            (OK, {"fields": ["A: 1", "B: 2"]}),
            (OK, {"fields": ["B: 2", "A: 1"]}),
            [("order of headers", "a b", "b a")],
        ),
        (
            (OK, {"body": b"<Error><Code>NoSuchKey</Code></Error>"}),
            (OK, {"body": b"<Error><Code>NoSuchKey</Code><HostId>x</HostId></Error>"}),
            [("body", "<Code>, <Error>, Code NoSuchKey", "<Code>, <Error>, <HostId>, Code NoSuchKey")],
        ),
        (
            (OK, {"body": b'[{"name": "a"}]', "fields": ["Content-Type: application/json"]}),
            (OK, {"body": b'[{"name": "a", "slo": 1}]', "fields": ["Content-Type: application/json"]}),
            [("body", "JSON, [].name", "JSON, [].name, [].slo")],
        ),
    ],
)
def test_what_a_client_sees_otherwise(loaded, before, after, told):
    assert answers(loaded, before, after) == told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"Date: {DATE}", "Date: Thu, 26 Nov 2026 00:00:00 GMT"),
        ("X-Trans-Id: tx00000f286f894ac3ba354-006b071514-1005-default", "X-Trans-Id: tx0aa00f286f894ac3ba354-0a-9-x"),
        ("X-Timestamp: 1795626269.03220", "X-Timestamp: 1795627777.99999"),
        ("Content-Length: 352", "Content-Length: 354"),
        ("X-Storage-Url: http://127.0.0.1:36187/swift/v1", "X-Storage-Url: http://127.0.0.1:1/swift/v1"),
        ("X-Copied-From: rgwc-6b07150b38cb01-gw0-1/o", "X-Copied-From: rgwc-7c18261c49dc12-gw1-20/o"),
        ("X-Account-Object-Count: 0", "X-Account-Object-Count: 12"),
    ],
)
def test_what_always_differs_is_no_difference(loaded, before, after):
    assert answers(loaded, (OK, {"fields": [before]}), (OK, {"fields": [after]})) == []


def test_polls_that_took_longer_and_another_order_are_no_difference(loaded):
    missing = "HTTP/1.1 404 Not Found"
    old = loaded(result("a"), evidence={"a": [line(ASKED, missing), line(ASKED), line("GET /b/x"), line("GET /b/y")]})
    new = loaded(result("a"), evidence={"a": [line("GET /b/y"), line("GET /b/x"), line(ASKED)]})

    assert pair(old, new).silent
    assert pair(new, old).silent


def test_answers_of_a_check_whose_deviations_changed_are_told_with_those(loaded):
    old = loaded(result("a"), evidence={"a": [line(ASKED)]})
    new = loaded(result("a", deviation(exchanges=[0])), evidence={"a": [line(ASKED, "HTTP/1.1 500 Oh")]})

    found = pair(old, new)

    assert found.changed == ()
    (sight,) = found.worse[0].seen
    assert (sight.old, sight.new) == (0, 0)


def test_observations_differ_and_times_do_not(loaded):
    old = loaded(result("a", observations={"status": 200, "requests": 4}))
    new = loaded(result("a", observations={"status": 304, "requests": 9}))

    assert [(g.what, g.old, g.new) for g in pair(old, new).changed] == [("observation status", "200", "304")]


def test_requests_that_a_registry_sends_to_one_of_them_only(loaded):
    check = "real-registry[swift-push-image]"
    old = loaded(result(check), evidence={check: [line("GET /info"), line(ASKED)]}, profile=PROFILE)
    new = loaded(result(check), evidence={check: [line("GET /swift/info"), line(AGAIN)]}, profile=PROFILE)

    assert [(g.what, g.new) for g in pair(old, new).asked] == [("GET info", "no longer"), ("GET swift/info", "newly")]


def test_slower_is_told_only_where_it_is_asked_for_and_only_beyond_noise(loaded):
    def timed(seconds):
        return loaded(result("a"), evidence={"a": [line(ASKED, seconds=s) for s in seconds]}, profile=PROFILE)

    fast, noisy, slow = timed([0.002] * 30), timed([0.002] * 20 + [0.2] * 10), timed([0.03] * 30)

    assert pair(fast, slow).silent
    assert pair(fast, slow, latency=True).is_worse
    assert [one.kind for one in pair(fast, slow, latency=True).slower] == ["HEAD Swift object"]
    assert pair(fast, noisy, latency=True).silent
    assert not pair(slow, fast, latency=True).is_worse
    assert [one.kind for one in pair(slow, fast, latency=True).faster] == ["HEAD Swift object"]


def test_missing_evidence_is_said_and_verdicts_are_compared(loaded):
    old = loaded(result("a"))
    old.evidence.path.unlink()
    old = Loaded(old.run, Evidence(old.evidence.path), old.path)

    found = pair(old, loaded(result("a", deviation(exchanges=[0]))))

    assert "is missing" in found.unseen[0]
    assert found.is_worse


def test_gateways_that_behave_alike_are_told_together(loaded):
    good = [loaded(result("a"), result("b"), gateway=name) for name in ("14", "16")]
    bad = [loaded(result("a", deviation()), result("b"), gateway=name) for name in ("18", "20")]

    comparison = compare([*good, *bad])

    alike, apart = comparison.clusters
    assert alike.groups == (("14", "16", "18", "20"),)
    assert apart.groups == (("14", "16"), ("18", "20"))
    assert comparison.alike == (("14", "16"), ("18", "20"))
    assert apart.checks == ("a",)
    assert apart.told == ("pass", "fail (status-line)")
    assert [p.is_worse for p in comparison.pairs] == [False, True, True]
    assert comparison.is_worse


def test_runs_of_the_same_gateway_have_names_of_their_own(loaded):
    one, two = loaded(result("a")), loaded(result("a"), injected="head-with-body")

    assert compare([one, two]).labels == ("gw", "gw with head-with-body")
