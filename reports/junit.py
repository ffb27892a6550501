"""`junit.xml` from a run, as CI servers read it: one test case for each check.

Rule 1: made from the run alone, so that it never says anything else than `run.json`.
"""

import re
from typing import Final
from xml.etree import ElementTree as ET

from reports.model import CheckResult, Run, Verdict

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 section 2.2 leaves out of its characters."""


def junit(run: Run) -> bytes:
    """The document for one gateway."""
    results = [run.checks[id_] for id_ in sorted(run.checks)]
    failed = sum(1 for r in results if r.red() and r.verdict is not Verdict.ERROR)
    errors = sum(1 for r in results if r.verdict is Verdict.ERROR)
    root = ET.Element("testsuites")
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_text(run.gateway),
        timestamp=run.started,
        tests=str(len(results)),
        failures=str(failed),
        errors=str(errors),
        skipped=str(sum(1 for r in results if _skipped(r))),
        time=f"{sum(r.seconds for r in results):.3f}",
    )
    for result in results:
        _case(suite, run, result)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _skipped(result: CheckResult) -> bool:
    return not result.red() and (not result.verdict.judged or result.accepted is not None)


def _case(suite: ET.Element, run: Run, result: CheckResult) -> None:
    area = result.id.split("[")[0]
    case = ET.SubElement(
        suite, "testcase", classname=_text(f"{run.gateway}.{area}"), name=_text(result.id), time=f"{result.seconds:.3f}"
    )
    properties = ET.SubElement(case, "properties")
    for name, value in (("verdict", result.verdict), ("level", result.level), ("oracle", result.oracle)):
        ET.SubElement(properties, "property", name=name, value=_text(str(value)))
    said = "\n".join(f"{d.level} {d.rule} ({d.oracle}): {d.impact}\n  {d.message}" for d in result.deviations)
    if result.verdict is Verdict.ERROR:
        ET.SubElement(case, "error", message=_text(result.reason)).text = _text(result.reason)
    elif result.red():
        first = next(d for d in result.deviations if d.red)
        ET.SubElement(case, "failure", message=_text(f"{first.rule}: {first.impact}")).text = _text(said)
    elif _skipped(result):
        ET.SubElement(case, "skipped", message=_text(f"{result.verdict}: {result.reason or said}"))


def _text(value: str) -> str:
    return _NOT_XML.sub("?", value)
