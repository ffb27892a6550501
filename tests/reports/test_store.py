"""What several processes wrote becomes one run, and every deviation still points at its evidence."""

import json

from reports.model import SET_UP, Verdict
from reports.store import Part, gateways, merge, remove_parts
from tests.reports.building import deviation, result


def part(directory, worker, gateway="gw"):
    made = Part(directory / ".parts" / worker / gateway)
    made.gateway({"run_id": "abcdef1", "url": "http://gw:1", "profile": {"version": "16"}, "injected": None})
    return made


def merged(directory, **options):
    given = {"suite": "1", "command": "pytest suites", "started": "now", "complete": True} | options
    return merge(directory, "gw", **given)


def evidence(*names):
    return [{"note": name} for name in names]


def lines(directory):
    return [json.loads(line) for line in (directory / "gw" / "exchanges.jsonl").read_text().splitlines()]


def test_evidence_is_found_at_the_line_that_a_deviation_names(tmp_path):
    one, two = part(tmp_path, "gw0"), part(tmp_path, "gw1")
    one.check(result("a"), evidence("a0", "a1"), "swift")
    two.check(result("b", deviation(exchanges=[1])), evidence("b0", "b1"), "swift")
    one.check(result("c", deviation(exchanges=[0]), deviation(exchanges=[0, 2])), evidence("c0", "c1", "c2"), "s3")

    run = merged(tmp_path).run

    seen = lines(tmp_path)
    assert len(seen) == 7

    def named(id_):
        return [[seen[n]["note"] for n in d.exchanges] for d in run.checks[id_].deviations]

    assert named("b") == [["b1"]]
    assert named("c") == [["c0"], ["c0", "c2"]]
    assert [line["check"] for line in seen if line["note"].startswith("c")] == ["c", "c", "c"]


def test_the_file_says_what_the_run_says(tmp_path):
    part(tmp_path, "main").check(result("a", deviation()), evidence("a0"), "swift")
    whole = merged(tmp_path)

    written = json.loads((tmp_path / "gw" / "run.json").read_text())
    assert written == whole.run.to_json()
    assert written["checks"]["a"]["verdict"] == "fail"
    assert whole.apis == {"a": "swift"}
    assert whole.exchanges == 1


def test_set_up_of_all_processes_adds_up_and_a_repeated_check_counts_once(tmp_path):
    one, two = part(tmp_path, "gw0"), part(tmp_path, "gw1")
    one.check(result(SET_UP, deviation(exchanges=[0])), evidence("s0"), "")
    two.check(result(SET_UP), evidence("s1"), "")
    one.check(result("a", deviation(exchanges=[0])), evidence("first"), "swift")
    two.check(result("a"), evidence("again"), "swift")

    run = merged(tmp_path).run

    assert run.checks[SET_UP].verdict is Verdict.FAIL
    assert len(run.checks[SET_UP].deviations) == 1
    assert run.checks["a"].verdict is Verdict.PASS


def test_a_line_that_was_cut_by_a_kill_costs_itself_and_the_run_is_not_complete(tmp_path):
    one = part(tmp_path, "gw0")
    one.check(result("a"), evidence("a0"), "swift")
    one.check(result("b", deviation(exchanges=[0])), evidence("b0"), "swift")
    for name in ("checks.jsonl", "exchanges.jsonl"):
        path = one.directory / name
        path.write_text(path.read_text()[:-20])
    part(tmp_path, "gw1").check(result("c", deviation(exchanges=[0])), evidence("c0"), "swift")

    whole = merged(tmp_path)

    assert set(whole.run.checks) == {"a", "c"}
    assert not whole.run.complete
    assert whole.cut
    (number,) = whole.run.checks["c"].deviations[0].exchanges
    assert lines(tmp_path)[number]["note"] == "c0"


def test_gateways_are_those_that_any_process_saw(tmp_path):
    part(tmp_path, "gw0", "old")
    part(tmp_path, "gw1", "new")

    assert gateways(tmp_path) == ["new", "old"]
    remove_parts(tmp_path)
    assert gateways(tmp_path) == []


def test_what_json_cannot_hold_leaves_no_half_line(tmp_path):
    one = part(tmp_path, "main")
    try:
        one.check(result("a"), [{"note": object()}], "swift")
    except TypeError:
        one.check(result("b", deviation(exchanges=[0])), evidence("b0"), "swift")

    run = merged(tmp_path).run
    assert set(run.checks) == {"b"}
    assert lines(tmp_path)[run.checks["b"].deviations[0].exchanges[0]]["note"] == "b0"
