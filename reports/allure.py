"""What `--alluredir` results say besides what allure-pytest writes: level, sources, exchanges, gateway, and who is who.

Rule 1: a check's history is that of its id on the gateway of that name: moving its file, another port or another
    `--configuration` beside it changes nothing.
Rule 2: nothing here decides anything; without `--alluredir` nothing here runs.
"""

import json
import re
from collections.abc import Iterator, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any, Final

import allure
import allure_commons
from allure_commons.model2 import Link

from reports.differences import exchange_lines
from reports.escaping import visible
from reports.evidence import Line
from reports.model import SET_UP, CheckResult, Level, Run
from reports.terminal import profile_line

SEVERITY: Final = {
    Level.BREAKS: allure.severity_level.BLOCKER,
    Level.MUST: allure.severity_level.CRITICAL,
    Level.SHOULD: allure.severity_level.MINOR,
    Level.OBSERVED: allure.severity_level.TRIVIAL,
}
CATEGORIES: Final = (
    {"name": "A registry operation breaks", "messageRegex": "(?s).*BREAKS .*", "matchedStatuses": ["failed"]},
    {"name": "The oracle forbids it", "messageRegex": "(?s).*MUST .*", "matchedStatuses": ["failed"]},
    {"name": "Known, or in the baseline", "messageRegex": "(?s)XFAIL.*", "matchedStatuses": ["skipped"]},
    {"name": "Not judged", "messageRegex": "(?s).*(unsupported|blocked|untested): .*", "matchedStatuses": ["skipped"]},
    {"name": "Our own errors", "matchedStatuses": ["broken"]},
)
"""How failures fall into groups on the page of that name; the words are those of pytest's outcomes."""
_ATTACHED: Final = 10
"""Exchanges of one check that are attached: the last of each deviation."""
_RFC: Final = re.compile(r"RFC (\d{3,5})(?:,? section ([\d.]*\d))?")
_TRACKER: Final = re.compile(r"\btracker (?:issue )?(\d{3,6})\b")
_DISTRIBUTION: Final = re.compile(r"\bdistribution (?:issue|pull request|PR) (\d{2,5})\b")
_URL: Final = re.compile(r"https?://[^\s()\[\]<>\"']+[^\s()\[\]<>\"'.,;:]")
_ID, _GATEWAY = "checkId", "gateway"


def links(*texts: str) -> Iterator[tuple[str, str, bool]]:
    """Address, name and whether it is an issue, of each source that is named in these texts; each once."""
    seen: set[str] = set()
    for url, name, issue in _links(texts):
        if url not in seen:
            seen.add(url)
            yield url, name, issue


def _links(texts: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    for text in texts:
        for rfc, section in _RFC.findall(text):
            at = f"#section-{section}" if section else ""
            name = f"RFC {rfc} section {section}" if section else f"RFC {rfc}"
            yield f"https://www.rfc-editor.org/rfc/rfc{rfc}{at}", name, False
        for number in _TRACKER.findall(text):
            yield f"https://tracker.ceph.com/issues/{number}", f"Ceph tracker {number}", True
        for number in _DISTRIBUTION.findall(text):
            yield f"https://github.com/distribution/distribution/issues/{number}", f"distribution {number}", True
        for url in _URL.findall(text):
            yield url, url.removeprefix("https://"), True


def history_id(check: str, gateway: str) -> str:
    """The identity of a check on a gateway, for all runs."""
    return md5(f"{gateway}/{check}".encode(), usedforsecurity=False).hexdigest()


class Results:
    """Completes each result before allure's own logger writes it down."""

    def tell(self, gateway: str, result: CheckResult, evidence: Sequence[Line], api: str) -> None:
        """Note what a check came to with the test that runs; set-up is no test."""
        if result.id == SET_UP:
            return
        dynamic: Any = allure.dynamic
        dynamic.label(_ID, result.id)
        dynamic.label(_GATEWAY, gateway)
        level = min((d.level for d in result.deviations), default=result.level, key=lambda level: level.rank)
        dynamic.severity(SEVERITY[level])
        dynamic.parent_suite(gateway)
        dynamic.epic(gateway)
        dynamic.feature({"s3": "S3", "swift": "Swift"}.get(api, "HTTP"))
        dynamic.story(result.impact)
        dynamic.tag(str(result.verdict), str(result.level))
        found = [text for d in result.deviations for text in (d.oracle, d.impact, d.known or "")]
        for url, name, issue in links(result.oracle, result.impact, *found):
            dynamic.link(url, link_type="issue" if issue else "link", name=name)
        numbers = dict.fromkeys(n for d in result.deviations for n in d.exchanges[-1:] if 0 <= n < len(evidence))
        for number in list(numbers)[:_ATTACHED]:
            text = "\n".join(exchange_lines(evidence[number]))
            rules = ", ".join(dict.fromkeys(d.rule for d in result.deviations if number in d.exchanges))
            allure.attach(text, name=f"exchange: {rules}", attachment_type=allure.attachment_type.TEXT)

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: Any) -> None:
        """Give the test the check's name and identity; what is no check stays as it is."""
        told = {label.name: label.value for label in result.labels}
        if _ID not in told:
            return
        check, gateway = told[_ID], told[_GATEWAY]
        result.name = check
        result.fullName = check
        result.testCaseId = md5(check.encode(), usedforsecurity=False).hexdigest()
        result.historyId = history_id(check, gateway)
        result.parameters = [p for p in result.parameters if p.name == "gateway"]
        for parameter in result.parameters:
            parameter.value = gateway
        # allure-pytest makes a tag of the marker with all that it says.
        result.labels = [label for label in result.labels if not (label.name == "tag" and "check(" in label.value)]
        known = {link.url for link in result.links}
        for url, name, issue in links(result.description or ""):
            if url not in known:
                result.links.append(Link("issue" if issue else "link", url, name))


def write_surroundings(directory: Path, runs: Sequence[Run]) -> None:
    """`environment.properties`, who the gateways are, and `categories.json`, beside the results."""
    facts = {"suite": runs[0].suite} if runs else {}
    for run in runs:
        facts[run.gateway] = profile_line(run)
    lines = [f"{_key(name)} = {_value(value)}" for name, value in facts.items()]
    (directory / "environment.properties").write_text("".join(f"{line}\n" for line in lines), encoding="latin-1")
    (directory / "categories.json").write_text(json.dumps(CATEGORIES, indent=1) + "\n", encoding="utf-8")


def _value(text: str) -> str:
    """A value as Java's Properties read it: ASCII, the rest as escapes."""
    return visible(text).replace("\\", "\\\\").encode("ascii", "backslashreplace").decode("ascii")


def _key(text: str) -> str:
    return re.sub(r"([=:#! ])", r"\\\1", _value(text))
