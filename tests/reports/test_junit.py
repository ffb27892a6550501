"""`junit.xml` is what CI servers accept, whatever a gateway says."""

import re
from xml.etree import ElementTree as ET

import pytest

from reports.__main__ import main
from reports.junit import junit
from reports.model import MUST, SET_UP, SHOULD, Verdict
from tests.reports.building import deviation, loaded, result, run

# What junit-10.xsd of Jenkins' xunit plugin allows: attributes (required ones with *) and children of each element.
SCHEMA = {
    "testsuites": ("name time tests failures errors", "testsuite"),
    "testsuite": (
        "name* tests* failures* errors* group time skipped timestamp hostname id package file log url",
        "testsuite properties testcase system-out system-err",
    ),
    "properties": ("", "property"),
    "property": ("name* value*", ""),
    "testcase": ("name* time classname group", "skipped error failure system-out system-err"),
    "failure": ("type message", ""),
    "error": ("type message", ""),
    "skipped": ("type message", ""),
    "system-out": ("", ""),
}
TIME = re.compile(r"[0-9]+\.[0-9]{3}")
HOSTILE = "\x1b[31m\x00<script>]]>&\u202e\ud800\uffff\r\n|"


def valid(element):
    attributes, children = SCHEMA[element.tag]
    names = attributes.replace("*", "").split()
    assert set(element.attrib) <= set(names), element.tag
    assert {name[:-1] for name in attributes.split() if name.endswith("*")} <= set(element.attrib), element.tag
    assert "time" not in element.attrib or TIME.fullmatch(element.attrib["time"])
    for child in element:
        assert child.tag in children.split(), (element.tag, child.tag)
        valid(child)


def whole(text="x", **options):
    return run(
        result("replay[a]", deviation(text, message=text, impact=text)),
        result("s3-a[1]", deviation(text, MUST, accepted="known", known=text)),
        result("b", verdict=Verdict.UNTESTED, reason=text),
        result("c", verdict=Verdict.ERROR, reason=text),
        result("d", deviation(text, SHOULD, message=text), observations={text: text}),
        result(SET_UP),
        **options,
    )


@pytest.mark.parametrize("text", ["x", HOSTILE, "", "y" * 100_000])
def test_it_keeps_to_the_schema_of_jenkins(text):
    root = ET.fromstring(junit(whole(text, gateway="gw-16.2.15")))

    assert root.tag == "testsuites"
    valid(root)


def test_nothing_in_it_acts():
    text = junit(whole(HOSTILE)).decode()

    assert all(character.isprintable() or character == "\n" for character in text)
    assert "<script" not in text


def test_suites_are_areas_and_their_counts_add_up():
    root = ET.fromstring(junit(whole()))

    assert [suite.get("name") for suite in root] == ["gw: Registries", "gw: Swift", "gw: S3", "gw: Set-up"]
    for name in ("tests", "failures", "errors"):
        assert sum(int(suite.get(name, "")) for suite in root) == int(root.get(name, ""))
    assert root.get("failures") == "1"


def test_a_case_says_its_level_and_oracle_and_a_failure_how_bad_it_is():
    root = ET.fromstring(junit(whole(gateway="gw-16.2.15")))

    case = root.find("testsuite/testcase")
    assert case is not None
    assert case.get("classname") == "gw-16_2_15.Registries.replay"
    assert "[[PROPERTY|level=breaks]]\n[[PROPERTY|oracle=rfc]]" in case.findtext("system-out", "")
    assert case.find("failure").get("type") == "breaks"


def test_a_check_that_fails_a_thousand_times_is_told_in_a_few_lines():
    found = [deviation(f"rule-{n}", message="x" * 9_000) for n in range(1_000)]

    assert len(junit(run(result("a", *found)))) < 100_000


def test_it_is_made_again_from_a_run(tmp_path, capsysbinary):
    made = loaded(tmp_path / "run", result("a"))

    assert main(["junit", str(made.path)]) == 0
    assert capsysbinary.readouterr().out.strip() == junit(made.run)
