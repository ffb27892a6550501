"""`junit.xml` from a run, as CI servers read it: one test case for each check, one suite for each area.

Rule 1: made from the run alone, so that it never says anything else than `run.json`.
Rule 2: it keeps to the schema of Jenkins' xunit plugin, junit-10.xsd, which refuses a whole file for one element that
    it does not know: a case has no `properties` there, and tells level and oracle in `system-out`, as
    `[[PROPERTY|name=value]]`, which is how others read properties out of text.
Rule 3: nothing that a gateway said is more than text: control characters and marks of direction are written out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from reports.areas import AREAS, area
from reports.escaping import visible
from reports.model import CheckResult, Run, Verdict
from reports.terminal import profile_line

_LONGEST: Final = 2_000
"""Characters of one message that are told: servers keep all cases of all builds in memory."""
_MOST: Final = 20
"""Deviations of one check that are told."""


def junit(run: Run) -> bytes:
    """The document for one gateway."""
    results = [run.checks[id_] for id_ in sorted(run.checks)]
    places: dict[str, list[CheckResult]] = defaultdict(list)
    for result in results:
        places[area(result)].append(result)
    # The schema knows no `skipped` of all suites.
    totals = {name: value for name, value in _counts(results).items() if name != "skipped"}
    root = ET.Element("testsuites", {"name": _text(run.gateway)} | totals)
    for place in AREAS:
        if place in places:
            told = {"name": _text(f"{run.gateway}: {place}"), "timestamp": _text(run.started)}
            suite = ET.SubElement(root, "testsuite", told | _counts(places[place]))
            facts = (("gateway", run.gateway), ("url", run.url), ("profile", profile_line(run)))
            _properties(suite, (*facts, ("suite", run.suite), ("run", run.run_id), ("complete", str(run.complete))))
            for result in places[place]:
                _case(suite, run, place, result)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _counts(results: Sequence[CheckResult]) -> dict[str, str]:
    errors = sum(1 for r in results if r.verdict is Verdict.ERROR)
    return {
        "tests": str(len(results)),
        "failures": str(sum(1 for r in results if r.red()) - errors),
        "errors": str(errors),
        "skipped": str(sum(1 for r in results if _skipped(r))),
        "time": f"{sum(r.seconds for r in results):.3f}",
    }


def _skipped(result: CheckResult) -> bool:
    return not result.red() and (not result.verdict.judged or result.accepted is not None)


def _properties(suite: ET.Element, facts: Iterable[tuple[str, str]]) -> None:
    properties = ET.SubElement(suite, "properties")
    for name, value in facts:
        ET.SubElement(properties, "property", name=name, value=_text(value))


def _case(suite: ET.Element, run: Run, place: str, result: CheckResult) -> None:
    # A dot parts packages from classes; one in the gateway's name would make packages of its version.
    package = _text(run.gateway).replace(".", "_")
    group = _text(result.id.partition("[")[0])
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{package}.{place}.{group}",
        name=_text(result.id),
        time=f"{result.seconds:.3f}",
    )
    said = "\n".join(
        f"{d.level} {_text(d.rule)} ({_text(d.oracle)}): {_text(d.impact)}\n  {_text(d.message)}"
        for d in result.deviations[:_MOST]
    )
    if len(result.deviations) > _MOST:
        said += f"\n... and {len(result.deviations) - _MOST} more; run.json has them"
    if result.verdict is Verdict.ERROR:
        ET.SubElement(case, "error", type="error", message=_text(result.reason)).text = _text(result.reason)
    elif result.red():
        first = next(d for d in result.deviations if d.red)
        message = _text(f"{first.rule}: {first.impact}")
        ET.SubElement(case, "failure", type=str(first.level), message=message).text = said
    elif _skipped(result):
        ET.SubElement(case, "skipped", message=_text(f"{result.verdict}: {result.reason}") if result.reason else said)
    told = {"verdict": str(result.verdict), "level": str(result.level), "oracle": result.oracle}
    told |= {"impact": result.impact, "claim": result.claim}
    lines = [f"[[PROPERTY|{name}={_text(value)}]]" for name, value in told.items() if value]
    ET.SubElement(case, "system-out").text = "\n".join(lines)


def _text(value: str) -> str:
    """What XML 1.0 section 2.2 allows, in one line, not too long: `visible` leaves printable characters only."""
    text = visible(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}...{text[-_LONGEST // 2 :]}"
