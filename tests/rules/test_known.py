"""Known deviations are accepted one by one, on the versions that have them."""

import tomllib

import pytest

from suites.known import FILE, accept, parse
from suites.registry.judgement import RULES as REPLAYED
from suites.rules.catalogue import RULES
from tests.reports.building import deviation

TABLE = {
    "known": [
        {"check": "a", "rule": "no-body", "versions": ">=16,<17", "reason": "why", "tracker": "https://tracker/1"},
    ]
}


def test_an_entry_accepts_its_deviation_and_no_other():
    found = [deviation("no-body"), deviation("framing")]
    judged, gone = accept("a", found, "16.2.15", parse(TABLE))

    assert [d.accepted for d in judged] == ["known", None]
    assert judged[0].known == "why (https://tracker/1)"
    assert gone == ()


@pytest.mark.parametrize(("check", "version"), [("b", "16.2.15"), ("a", "17.2.0"), ("a", "15.2.17"), ("a", None)])
def test_an_entry_speaks_of_its_check_and_its_versions_only(check, version):
    judged, gone = accept(check, [deviation("no-body")], version, parse(TABLE))

    assert [d.accepted for d in judged] == [None]
    assert gone == ()


def test_an_entry_that_matches_nothing_any_more_is_told():
    _, gone = accept("a", [deviation("framing")], "16.2.15", parse(TABLE))

    assert [entry.rule for entry in gone] == ["no-body"]


def test_every_entry_of_the_project_has_a_rule_a_reason_and_a_report():
    with FILE.open("rb") as file:
        entries = parse(tomllib.load(file))

    assert entries
    for entry in entries:
        assert entry.rule in {*RULES, *REPLAYED, entry.check}
        assert entry.reason
        assert entry.tracker.startswith("https://")
