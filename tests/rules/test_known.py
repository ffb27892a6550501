"""Known deviations are accepted one by one, on the versions that have them."""

import pytest

from suites import plugin
from suites.known import KnownError, accept, entries, parse
from suites.registry.judgement import RULES as REPLAYED
from suites.rules.catalogue import RULES
from tests.reports.building import deviation

ENTRY = {"check": "a", "rule": "no-body", "versions": ">=16,<17", "reason": "why", "tracker": "https://tracker/1"}
TABLE = {"known": [ENTRY]}
CEPH = {"version": "16.2.15"}


def test_an_entry_accepts_its_deviation_and_no_other():
    found = [deviation("no-body"), deviation("framing")]
    judged, gone = accept("a", found, CEPH, parse(TABLE))

    assert [d.accepted for d in judged] == ["known", None]
    assert judged[0].known == "why (https://tracker/1)"
    assert gone == ()


@pytest.mark.parametrize(("check", "version"), [("b", "16.2.15"), ("a", "17.2.0"), ("a", "15.2.17"), ("a", None)])
def test_an_entry_speaks_of_its_check_and_its_versions_only(check, version):
    judged, gone = accept(check, [deviation("no-body")], {"version": version}, parse(TABLE))

    assert [d.accepted for d in judged] == [None]
    assert gone == ()


@pytest.mark.parametrize("software", [None, "ceph", "swift"])
@pytest.mark.parametrize("profile", [CEPH, CEPH | {"software": "ceph"}, CEPH | {"software": "swift"}])
def test_an_entry_speaks_of_its_software_only(software, profile):
    entry = ENTRY if software is None else ENTRY | {"software": software}
    judged, _ = accept("a", [deviation("no-body")], profile, parse({"known": [entry]}))

    same = profile.get("software", "ceph") == (software or "ceph")
    assert [d.accepted for d in judged] == ["known" if same else None]


def test_an_entry_that_matches_nothing_any_more_is_told():
    _, gone = accept("a", [deviation("framing")], CEPH, parse(TABLE))

    assert [entry.rule for entry in gone] == ["no-body"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"software": "swfit"}, "no software is called 'swfit'; there are ceph and swift"),
        ({"software": 2}, "no software is called 2; there are ceph and swift"),
        ({"versions": "16 to 17"}, "'16 to 17' is no range of versions; one is '>=16,<17'"),
        ({"versions": 16}, "has no 'versions'"),
        ({"reason": ""}, "has no 'reason'"),
        ({"sofware": "swift"}, "no key is called 'sofware'"),
    ],
)
def test_an_entry_that_is_not_understood_is_one_line(wrong, words, tmp_path, monkeypatch):
    file = tmp_path / "known.toml"
    lines = [f"{key} = {value!r}" for key, value in (ENTRY | wrong).items()]
    file.write_text("\n".join(["[[known]]", *lines]))
    monkeypatch.setattr(plugin.known, "entries", lambda: entries(file))

    with pytest.raises(pytest.UsageError) as refused:
        plugin.pytest_configure()

    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{tmp_path.name}/known.toml: entry 1 (check 'a')")
    assert words in line


@pytest.mark.parametrize("text", ["[[known", "known = 3", 'known = ["a"]'])
def test_a_file_that_is_not_understood_is_one_line(text, tmp_path):
    file = tmp_path / "known.toml"
    file.write_text(text)

    with pytest.raises(KnownError, match=r"known\.toml: ") as refused:
        entries(file)
    assert len(str(refused.value).splitlines()) == 1


def test_every_entry_of_the_project_has_a_rule_a_reason_and_a_report():
    assert entries()
    for entry in entries():
        assert entry.rule in {*RULES, *REPLAYED, entry.check, "gateway-crash"}
        assert entry.reason
        assert entry.tracker.startswith("https://")


def test_no_deviation_of_the_project_is_known_twice():
    named = [(entry.software, entry.check, entry.rule, str(entry.versions)) for entry in entries()]

    assert sorted(named) == sorted(set(named))
