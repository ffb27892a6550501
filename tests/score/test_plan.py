"""Which checks are run against which mutant, and what a run counts for."""

import pytest

from fixtures.mutants.kinds import method
from fixtures.mutants.model import Mutant, anything
from fixtures.score import memory
from fixtures.score import plan as planning
from fixtures.score.derived import beyond
from fixtures.score.judged import Learnt, Place, Result
from fixtures.score.memory import Known
from fixtures.score.plan import Plan, concerned
from fixtures.score.score import Score
from fixtures.score.table import disagreements, markdown, percent, summary
from fixtures.wire.message import Request
from reports.model import Level, Verdict

PASS = Result(Verdict.PASS, frozenset(), None)
RED = Result(Verdict.FAIL, frozenset({"status-line"}), Level.BREAKS)
SHOULD = Result(Verdict.DEGRADED, frozenset({"date"}), Level.SHOULD)
KNOWN = Result(Verdict.FAIL, frozenset({"no-excess"}), Level.MUST)
UNTESTED = Result(Verdict.UNTESTED, frozenset(), None)


def place(name, gateway="default"):
    return Place(name, gateway)


def mutant(name, concerns=anything, *, legal=False):
    return Mutant(name, f"does {name}", lambda: None, concerns, legal=legal)


HEAD = mutant("wrong-head", method("HEAD"))
ANY = mutant("wrong-anything")
LEGAL = mutant("legal-habit", method("HEAD"), legal=True)


@pytest.fixture
def learnt():
    """One check for each of three methods, one that came to no verdict, one whose verdict is known to be bad."""
    asked = {"head": "HEAD", "get": "GET", "put": "PUT", "untested": "HEAD", "known": "HEAD"}
    results = dict.fromkeys(map(place, asked), PASS) | {place("untested"): UNTESTED, place("known"): KNOWN}
    requests = {place(name): (Request(verb, b"/c/o", ()),) for name, verb in asked.items()}
    return Learnt(results, requests, dict.fromkeys(results, 0.1))


def test_a_mutant_concerns_the_checks_that_send_what_it_touches_and_come_to_a_verdict(learnt):
    assert concerned(HEAD, learnt) == [place("head"), place("known")]
    assert concerned(ANY, learnt) == [place("get"), place("head"), place("known"), place("put")]


def test_every_check_meets_its_nearest_mutants_first(learnt, monkeypatch):
    monkeypatch.setattr(planning, "FEW", 0)
    plan = Plan([HEAD, ANY, LEGAL], learnt)

    chosen = plan.first()

    assert chosen["wrong-head"] == {place("head"), place("known")}
    assert chosen["wrong-anything"] >= {place("get"), place("put")}
    assert chosen["legal-habit"] == {place("head"), place("known")}


def test_what_caught_a_mutant_before_is_asked_first_and_counts_for_nothing_until_it_does_again(learnt):
    plan = Plan([HEAD, ANY], learnt, remembered={"wrong-anything": Known({"put": "must", "gone-since": "breaks"})})

    chosen = plan.first()

    assert place("put") in chosen["wrong-anything"]
    assert place("get") in chosen["wrong-anything"], "which nothing was remembered for"
    assert place("head") in chosen["wrong-head"]
    assert plan.survivors() == ["wrong-head", "wrong-anything"]


def test_every_check_is_remembered_with_a_mutant_and_every_mutant_with_a_few_checks(tmp_path):
    many = [f"check-{number}" for number in range(20)]
    caught_by = {"a": many, "b": [*many, "of-b"], "c": ["check-1"], "none": []}
    memory.write(
        {name: Known(dict.fromkeys(checks, "should"), 1.25) for name, checks in caught_by.items()},
        tmp_path / "memory.json",
    )

    found = memory.read(tmp_path / "memory.json")

    assert "of-b" in found["b"].levels
    assert found["c"] == Known({"check-1": "should"}, 1.2)
    assert {check for known in found.values() for check in known.levels} == {*many, "of-b"}
    assert len(found["b"].levels) == 4
    assert "none" not in found
    assert memory.read(tmp_path / "nothing.json") == {}


def test_the_check_that_judged_a_mutant_worst_is_remembered_and_met_first(learnt):
    levels = {"head": "should", "get": "breaks", "put": "must"}

    assert {"get"} <= set(memory.chosen({"a": Known(levels), "b": Known({"get": "must"})})["a"])
    assert Plan([ANY], learnt, remembered={ANY.name: Known(levels)}).first(whole=False)[ANY.name] >= {place("get")}


def test_what_breaks_a_registry_faces_more_checks_until_one_says_so(learnt):
    plan = Plan([HEAD, ANY], learnt, breaking=frozenset({HEAD.name, ANY.name}))
    plan.note(HEAD, {place("head"): RED}, [place("head")])
    plan.note(ANY, {place("put"): SHOULD}, [place("put")])

    assert plan.survivors() == []
    assert plan.unsettled() == [ANY.name]
    assert plan.rest_of_unsettled() == {ANY.name: {place("get"), place("head"), place("known")}}


def test_what_was_found_before_and_not_now_is_asked_again_where_something_is_open_without_it(learnt):
    remembered = {HEAD.name: Known({"head": "must"}), ANY.name: Known({"get": "must", "put": "must", "head": "must"})}
    plan = Plan([HEAD, ANY, LEGAL], learnt, remembered=remembered)
    plan.note(HEAD, {place("head"): PASS}, [place("head")])
    plan.note(ANY, {place("get"): PASS, place("put"): RED}, [place("get"), place("put")])

    assert plan.again() == {HEAD.name: {place("head")}, ANY.name: {place("get")}}

    plan.note(HEAD, {place("head"): RED}, [place("head")])
    plan.note(ANY, {place("get"): SHOULD}, [place("get")])

    assert plan.again() == {}


def test_what_a_mutant_met_and_was_not_caught_by_is_forgotten(learnt):
    plan = Plan([HEAD, ANY], learnt)
    plan.note(HEAD, {place("head"): RED, place("known"): KNOWN}, [place("head"), place("known")], 3.0)
    before = {
        HEAD.name: Known({"head": "must", "known": "should", "gone-since": "must"}),
        ANY.name: Known({"put": "must"}),
    }

    after = Score(plan, 1).remembered(before)

    assert after == {HEAD.name: Known({"head": "breaks"}, 1.5), ANY.name: Known({"put": "must"})}


def test_the_same_seed_draws_the_same_checks(learnt, monkeypatch):
    monkeypatch.setattr(planning, "FEW", 2)
    monkeypatch.setattr(planning, "NEAREST", 0)
    draws = [frozenset(Plan([ANY], learnt, seed).first()["wrong-anything"]) for seed in (1, 1, *range(2, 30))]

    assert draws[0] == draws[1]
    assert len(set(draws)) > 1
    assert {len(draw) for draw in draws} == {2}


def test_a_new_finding_catches_and_an_old_one_does_not(learnt):
    plan = Plan([HEAD, ANY], learnt)
    plan.note(HEAD, {place("head"): RED, place("known"): KNOWN}, [place("head"), place("known")])
    plan.note(ANY, {place("get"): UNTESTED, place("put"): SHOULD}, [place("get"), place("put")])

    assert plan.caught["wrong-head"] == {place("head"): "breaks"}
    assert plan.caught["wrong-anything"] == {place("put"): "should"}
    assert plan.survivors() == []
    assert plan.unreached() == ["get", "known"]
    # The mutant that is left for `get` has met it; nobody else concerns it.
    assert plan.for_unreached(0, None) == {"wrong-anything": {place("known")}}


def test_a_check_that_is_red_on_one_gateway_is_seen_red():
    results = {place("head", gateway): PASS for gateway in ("a", "b")}
    requests = dict.fromkeys(results, (Request("HEAD", b"/c/o", ()),))
    plan = Plan([HEAD], Learnt(results, requests, {}))
    plan.note(HEAD, {place("head", "b"): RED}, results)

    assert plan.unreached() == []


def test_a_check_that_another_gateway_saw_red_is_not_looked_after(learnt):
    plan = Plan([HEAD, ANY], learnt, red=frozenset({"head", "get", "known"}))

    assert plan.unreached() == ["put"]
    assert {p.check for places in plan.for_unreached(0, None).values() for p in places} == {"put"}


def test_what_survives_meets_all_that_it_concerns(learnt):
    plan = Plan([HEAD, ANY], learnt)
    plan.note(HEAD, {place("head"): PASS}, [place("head")])

    assert plan.survivors() == ["wrong-head", "wrong-anything"]
    assert plan.rest_of_unsettled()["wrong-head"] == {place("known")}


@pytest.mark.parametrize("now", [RED, UNTESTED, SHOULD, None], ids=["red", "untested", "degraded", "gone"])
def test_a_legal_habit_that_changes_a_verdict_disturbs(learnt, now):
    plan = Plan([LEGAL], learnt)
    plan.note(LEGAL, {} if now is None else {place("head"): now}, [place("head")])

    assert plan.disturbed == {"legal-habit": [place("head")]}


def test_a_legal_habit_that_changes_nothing_does_not(learnt):
    plan = Plan([LEGAL], learnt)
    plan.note(LEGAL, {place("head"): PASS, place("known"): KNOWN}, [place("head"), place("known")])

    assert Score(plan, 1).disturbed == {}


@pytest.fixture
def scored(learnt):
    plan = Plan([HEAD, ANY, LEGAL], learnt)
    plan.note(HEAD, {place("head"): RED}, [place("head")])
    plan.note(LEGAL, {place("head"): RED}, [place("head")])
    return Score(plan, 1)


def test_the_summary_names_what_is_open(scored):
    text = "\n".join(summary(scored, 12.0))

    assert "1 of 2 mutants caught (50.0 %), 1 of 1 legal habits disturbed, 1 of 4 checks seen red" in text
    assert "NOT CAUGHT  wrong-anything" in text
    assert "DISTURBED   legal-habit: head@default" in text
    assert "NEVER RED   put" in text
    assert not scored.good()


def test_a_check_that_only_a_rule_turned_red_was_not_red_by_its_own_claim(learnt):
    plan = Plan([ANY], learnt)
    own = Result(Verdict.FAIL, frozenset({"known", "no-excess"}), Level.MUST)
    plan.note(ANY, {place("head"): RED, place("known"): own}, [place("head"), place("known")])

    assert plan.broken_claims() == {"known"}
    assert any(line.startswith("1 of 4 checks that are no replay") for line in summary(Score(plan, 1), 12.0))


def test_a_check_meets_the_mutant_that_is_known_to_break_its_claim_if_that_is_asked(learnt, monkeypatch):
    monkeypatch.setattr(planning, "NEAREST", 0)
    known = {ANY.name: Known(dict.fromkeys(("get", "put", "known"), "must"), 1.0, frozenset({"put"}))}

    assert place("put") in Plan([ANY], learnt, remembered=known, by_claim=True).first()[ANY.name]
    plan = Plan([HEAD, ANY], learnt, remembered=known, by_claim=True)
    plan.note(ANY, {place("put"): Result(Verdict.FAIL, frozenset({"put"}), Level.MUST)}, [place("put")])
    plan.note(ANY, {place("get"): RED}, [place("get")])

    assert plan.for_unbroken(0, None) == {
        HEAD.name: {place("head"), place("known")},
        ANY.name: {place("head"), place("known")},
    }
    assert Score(plan, 1).remembered({})[ANY.name].claims == {"put"}


def test_a_mutant_that_breaks_a_claim_is_remembered_for_that_check(tmp_path):
    checks = [f"check-{number}" for number in range(20)]
    remembered = {
        "breaks-all": Known(dict.fromkeys(checks, "should"), 1.0),
        "breaks-claims": Known(dict.fromkeys(checks, "must"), 1.0, frozenset(checks[5:15])),
    }
    memory.write(remembered, tmp_path / "memory.json")

    assert memory.read(tmp_path / "memory.json")["breaks-claims"].claims == frozenset(checks[5:15])


def test_the_table_has_a_line_for_each(scored):
    truth = {"wrong-head": {"2.8.3-swift": {"outcome": "fails", "met": True, "errors": {}}}}
    text = "\n".join(markdown(scored, truth, beyond))

    assert "| `wrong-head` | does wrong-head | breaks | `head` | fails: 2.8.3-swift |" in text
    assert "| `wrong-anything` | does wrong-anything | - |  | not tried |" in text
    assert "| `legal-habit` | does legal-habit | 1 | head@default |" in text


def test_a_level_that_no_registry_agrees_with_is_told(scored):
    works = {"wrong-head": {"2.8.3-swift": {"outcome": "works", "met": True}}}

    assert "no registry tried noticed it, our level is breaks (head)" in disagreements(scored, works, beyond, {})[0]
    assert disagreements(scored, works, {"head": "a situation"}.get, {}) == []
    assert disagreements(scored, works, beyond, {"wrong-head": "a race"}) == []
    assert disagreements(scored, {}, beyond, {}) == []
    text = "\n".join(markdown(scored, works, {"head": "a situation"}.get))
    assert "| `head` | not noticed; derived: a situation |" in text


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("replay[2.5.0-swift-push]", "another registry"),
        ("replay[3.1.1-s3-push]", "another registry"),
        ("replay[2.8.3-account-in-url-swift-push-config]", "/info"),
        ("listing-limit[1]", "page"),
        ("delete-many", "/info"),
    ],
)
def test_a_level_is_derived_from_a_situation_that_no_errand_comes_to(check, told):
    assert told in beyond(check)


@pytest.mark.parametrize(
    "check", ["replay[2.8.3-swift-push-config]", "head-of-nothing", "delete-refused", "names-apart"]
)
def test_what_an_errand_comes_to_needs_no_situation(check):
    assert beyond(check) is None


def test_all_of_a_hundred_is_the_only_hundred_per_cent():
    assert percent(200, 200) == "100 %"
    assert percent(1999, 2000) != "100 %"
    assert percent(0, 3) == "0 %"


def test_a_mutant_meets_first_what_its_name_is_akin_to(learnt, monkeypatch):
    monkeypatch.setattr(planning, "FEW", 0)
    plan = Plan([mutant("range-of-the-wrong-head"), mutant("other")], learnt)

    assert plan.first(whole=False) == {"range-of-the-wrong-head": {place("head")}, "other": set()}


def test_what_two_runs_told_is_joined():
    one, two = (Learnt({place("a", name): PASS}, {}, {place("a", name): 1.0}) for name in ("default", "other"))

    joined = one.joined(two)

    assert set(joined.results) == set(joined.seconds) == {place("a"), place("a", "other")}


def test_each_check_meets_one_habit_and_a_conversation_stays_together(learnt):
    pages = [place(f"replay[2.8.3-swift-page-{n}]") for n in range(4)]
    request = (Request("HEAD", b"/c/o", ()),)
    more = learnt.joined(Learnt(dict.fromkeys(pages, PASS), dict.fromkeys(pages, request), dict.fromkeys(pages, 1.0)))
    habits = [mutant("legal-heads", method("HEAD"), legal=True), mutant("legal-all", legal=True)]

    dealt = Plan(habits, more).first()

    assert not dealt["legal-heads"] & dealt["legal-all"]
    assert dealt["legal-heads"] | dealt["legal-all"] == {*pages, *map(place, ("head", "get", "put", "known"))}
    assert set(pages) <= dealt["legal-heads"] or set(pages) <= dealt["legal-all"]
    assert dealt["legal-all"] >= {place("get"), place("put")}
