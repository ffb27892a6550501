"""Rounds of a check become one result, its times percentiles, and its measurements a picture."""

import json

import pytest
from defusedxml.ElementTree import fromstring

from reports.curves import curves, svg
from reports.model import SHOULD, Run, Verdict
from reports.normal import Normal
from reports.rounds import merged
from reports.store import Part, merge
from reports.times import Times, times_of
from tests.reports.building import deviation, line, result, run

ASKED = "HEAD /swift/v1/rgwc-abcdef1-main-1/name"
NORMAL = Normal("http://127.0.0.1:1", {"storage_path": "/swift/v1"})


def test_the_worst_verdict_counts_and_a_deviation_says_in_how_many_rounds_it_was_seen():
    always, once = deviation("etag", SHOULD, exchanges=[1]), deviation(exchanges=[2])
    again = deviation("etag", SHOULD, message="other bytes", exchanges=[5])

    found = merged(
        [result("a", always, once), result("a", again), result("a", deviation("etag", SHOULD, exchanges=[9]))]
    )

    assert (found.verdict, found.rounds, found.seconds) == (Verdict.FAIL, 3, 0.75)
    assert [(d.rule, d.message, d.exchanges) for d in found.deviations] == [
        ("etag", "no status", (1, 5, 9)),
        ("status-line", "no status (in 1 of 3 rounds)", (2,)),
    ]


def test_what_is_seen_twice_in_a_round_is_told_twice():
    twice = deviation(exchanges=[1]), deviation(exchanges=[2])

    found = merged([result("a", *twice), result("a", deviation(exchanges=[7]))])

    assert [d.exchanges for d in found.deviations] == [(1, 7), (2,)]


def test_a_round_that_was_not_judged_is_not_forgotten():
    blocked = result("a", verdict=Verdict.BLOCKED, reason="no container")

    assert merged([result("a"), blocked]).reason == "no container"
    assert merged([result("a"), result("a")]).verdict is Verdict.PASS


def test_observations_are_those_of_most_rounds_and_one_round_is_as_it_was():
    rounds = [result("a", observations=seen) for seen in ({"x": [1]}, {"x": [2], "y": 3}, {"x": [2]})]

    assert merged(rounds).observations == {"x": [2], "y": 3}
    assert merged(rounds[:2]).observations == {"x": [1], "y": 3}
    assert merged(rounds[:1]) is rounds[0]


def test_a_run_of_rounds_has_one_result_all_evidence_and_percentiles(tmp_path):
    one, two = (Part(tmp_path / ".parts" / worker / "gw") for worker in ("gw0", "gw1"))
    for part in (one, two):
        part.gateway({"run_id": "abcdef1", "url": "http://127.0.0.1:1", "profile": {"storage_path": "/swift/v1"}})
    for number in range(1, 6):
        lines = [line(ASKED, seconds=number / 100 + n / 1000) for n in range(5)]
        (one if number % 2 else two).check(result("a", deviation(exchanges=[4])), lines, "swift", number)

    found = merge(tmp_path, "gw", suite="1", command="pytest", started="now", complete=True)

    check, evidence = found.run.checks["a"], (tmp_path / "gw" / "exchanges.jsonl").read_text().splitlines()
    assert (check.rounds, found.exchanges, len(check.deviations)) == (5, 25, 1)
    assert [json.loads(evidence[n]).get("round", 1) for n in check.deviations[0].exchanges] == [1, 2, 3, 4, 5]
    assert found.run.latency == {
        "Swift": {
            "HEAD Swift object": {
                "count": 25,
                "first_byte": {"p50": 0.032, "p95": 0.053, "p99": None},
                "whole": {"p50": 0.032, "p95": 0.053, "p99": None},
            }
        }
    }
    assert Run.from_json(json.loads((tmp_path / "gw" / "run.json").read_text())) == found.run


def test_an_operation_of_a_registry_stands_for_itself_and_few_answers_for_nothing():
    times, many = Times(), times_of([line(ASKED)] * 100, NORMAL)
    times.add(result("replay[2.8.3-swift-pull]"), many)
    times.add(result("s3-object"), {"GET object": [(0.1, 0.2)] * 19})
    times.add(result("set-up"), many)

    (operation,) = times.to_json()
    assert operation == "replay[2.8.3-swift-pull]"
    assert times.to_json()[operation]["HEAD Swift object"]["first_byte"]["p99"] == 0.01


def test_what_was_not_answered_has_no_time():
    silent = [
        line(ASKED, first_byte=None),
        line(ASKED) | {"response": None},
        line(ASKED, failure="reset"),
        {"note": "x"},
    ]

    assert times_of(silent, NORMAL) == {}


def test_older_runs_have_neither_rounds_nor_times():
    value = json.loads(json.dumps(run(result("a")).to_json()))
    del value["latency"]
    for name in ("rounds", "measurements"):
        del value["checks"]["a"][name]

    assert Run.from_json(value) == run(result("a"))


def test_a_curve_is_drawn_of_what_was_measured():
    points = [[1 << 20, 0.002], [1 << 26, 0.004], [1 << 20, 0.003], [1 << 26, 0.006]]

    picture = svg(points, "HEAD <by> bytes")

    tree = fromstring(picture)
    assert len(tree.findall("circle")) == 4
    assert "HEAD <by> bytes; medians: 1 MiB: 2.5 ms, 64 MiB: 5 ms" in tree.findtext("title")
    assert "http" not in picture
    left, right = (pair.split(",") for pair in tree.find("polyline").get("points").split())
    assert float(left[0]) < float(right[0])
    assert float(left[1]) > float(right[1])


@pytest.mark.parametrize("points", [None, [], "x", [[1]], [["a", 1]], [[0, 1]], [[1, float("nan")]], [[True, 1]], 7])
def test_what_cannot_be_drawn_is_no_picture(points):
    assert svg(points, "t") == ""
    assert curves({"t": points}) == []
    assert curves(points if not isinstance(points, dict) else None) == []


def test_a_single_size_is_drawn_too():
    assert [title for title, _ in curves({"a": [[5, 0.0]], "b": []})] == ["a"]
