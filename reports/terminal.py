"""The summary at the end of a run, as lines of plain text.

Rule 1: first what was tested and what was not, then what is wrong, worst first; never more than was seen.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reports.escaping import visible
from reports.model import BASELINE, SET_UP, CheckResult, Deviation, Level, Run, Verdict
from reports.store import Merged

MESSAGE: Final = 240
"""Characters of one deviation's message that are shown: its beginning and its end, where a log line says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line and how it is marked where colours are wanted; the words say the same without."""

    text: str
    mark: str = ""


def summary(merged: Merged, *, evidence: str) -> Iterator[Line]:
    """What a reader is told of one gateway; whatever a gateway chose in it is made visible."""
    for line in _summary(merged, evidence=evidence):
        yield Line(visible(line.text), line.mark)


def _summary(merged: Merged, *, evidence: str) -> Iterator[Line]:
    run = merged.run
    yield Line(f"gateway {run.gateway} at {run.url}: {profile_line(run)}", "bold")
    for what, reason in _not_tested(merged):
        yield Line(f"not tested: {what} ({reason})", "yellow")
    replays = (check for id_, check in run.checks.items() if id_.startswith("replay["))
    replayed = sum(int(check.observations.get("requests", 0)) for check in replays)
    told = f", {replayed} of them replayed requests" if replayed else ""
    yield Line(f"{_counts(run)}, {merged.exchanges} exchanges{told}")
    groups = _grouped(run, accepted=False)
    for (rule, level, impact), found in groups:
        mark = "red" if level in (Level.BREAKS, Level.MUST) else "yellow"
        yield Line(f"{str(level).upper():6} {rule}: {impact}", mark)
        checks = list(dict.fromkeys(check for check, _ in found))
        exchanges = len({n for _, d in found for n in d.exchanges})
        yield Line(
            f"       {exchanges} exchanges in {len(checks)} checks, first in {checks[0]}: {_cut(found[0][1].message)}"
        )
    for (rule, level, _), found in _grouped(run, accepted=True):
        known = found[0][1].known or "in the baseline"
        yield Line(f"known  {rule} ({level}), {len(found)} times: {known}")
    for check in run.checks.values():
        for rule in check.observations.get("known-but-gone", ()):
            yield Line(f"gone   {rule} in {check.id} is no longer seen: suites/known.toml can do without it")
        if check.verdict is Verdict.ERROR:
            yield Line(f"ERROR  {check.id}: {_cut(check.reason)} (our fault, not the gateway's)", "red")
    yield from _conclusion(run, deviations=any(level in (Level.BREAKS, Level.MUST) for (_, level, _), _ in groups))
    yield Line(f"evidence: {evidence}")


def profile_line(run: Run) -> str:
    """Who the gateway is, as far as it was seen or stated."""
    profile: dict[str, Any] = dict(run.profile)
    software = "OpenStack Swift" if profile.get("software") == "swift" else "Ceph"
    facts = [f"{software} {profile['version']}" if profile.get("version") else "version not stated"]
    if profile.get("server"):
        facts.append(f"Server {profile['server']}")
    if profile.get("frontend"):
        facts.append(str(profile["frontend"]))
    if profile.get("swift"):
        facts.append("account in storage URL" if profile.get("account_in_url") else "storage URL without account")
        facts.append(f"/info {profile.get('info')}")
    if run.injected:
        facts.append(f"with injected mutant {run.injected}")
    if not run.complete:
        facts.append("run not complete")
    return ", ".join(facts)


def _counts(run: Run) -> str:
    judged = [check for id_, check in run.checks.items() if id_ != SET_UP]
    counts = {verdict: sum(1 for c in judged if c.verdict is verdict) for verdict in Verdict}
    sources = (("known", "accepted as known"), (BASELINE, "in the baseline"))
    accepted = [
        f"{count} {words}" for source, words in sources if (count := sum(1 for c in judged if c.accepted == source))
    ]
    said = ", ".join(
        f"{count} {verdict}" + (f" ({', '.join(accepted)})" if accepted and verdict is Verdict.FAIL else "")
        for verdict, count in counts.items()
        if count or verdict is Verdict.PASS
    )
    return f"{len(judged)} checks: {said}"


def _not_tested(merged: Merged) -> Iterator[tuple[str, str]]:
    yield from merged.untested
    reasons: dict[tuple[Verdict, str], list[str]] = defaultdict(list)
    for check in merged.run.checks.values():
        if check.verdict in (Verdict.UNTESTED, Verdict.UNSUPPORTED, Verdict.BLOCKED):
            reasons[check.verdict, check.reason].append(check.id)
    for (verdict, reason), ids in reasons.items():
        what = ids[0] if len(ids) == 1 else f"{ids[0]} and {len(ids) - 1} more"
        yield what, f"{verdict}: {reason}"


_Group = tuple[tuple[str, Level, str], list[tuple[str, Deviation]]]


def _grouped(run: Run, *, accepted: bool) -> list[_Group]:
    groups: dict[tuple[str, Level, str], list[tuple[str, Deviation]]] = defaultdict(list)
    for id_ in sorted(run.checks):
        for deviation in run.checks[id_].deviations:
            if (deviation.accepted is not None) is accepted:
                groups[deviation.rule, deviation.level, deviation.impact].append((id_, deviation))
    return sorted(groups.items(), key=lambda group: (group[0][1].rank, -len(group[1]), group[0][0]))


def _cut(text: str) -> str:
    return text if len(text) <= MESSAGE else f"{text[: MESSAGE // 2 - 3]}...{text[-MESSAGE // 2 :]}"


def _conclusion(run: Run, *, deviations: bool) -> Iterator[Line]:
    judged = sum(1 for check in run.checks.values() if check.verdict.judged and check.id != SET_UP)
    if not judged:
        yield Line("Nothing was judged: this says nothing about the gateway.", "red")
    elif not deviations and not any(check.verdict is Verdict.ERROR for check in run.checks.values()):
        new = " new" if any(check.accepted for check in run.checks.values()) else ""
        yield Line(f"In {judged} checks nothing{new} was found that a registry would trip over.", "green")


def reds(run: Run, *, fail_on: Level) -> list[CheckResult]:
    """The checks that keep this run from exit code 0."""
    return [check for check in run.checks.values() if check.red(fail_on=fail_on)]
