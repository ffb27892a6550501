"""What a run says of its gateway, in one sentence, and no more than was judged.

Rule 1: red is what `reports.model` calls red; the sentence agrees with the exit code of the run.
Rule 2: a run that was cut short, that judged nothing, or that had a mutant in front says so before anything else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reports.found import differences
from reports.model import BASELINE, SET_UP, CheckResult, Level, Run, Verdict

_SPOKEN: Final = ("real-registry[", "replay[")
READS: Final = "what a registry reads"
_ORACLES: Final = {
    "Swift": ("Swift API", "Swift proxy", "python-swiftclient"),
    "S3": ("S3 API", "boto", "aws"),
    "HTTP": ("RFC", "XML", "requests"),
    READS: ("registry",),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The verdict on a run."""

    text: str
    tone: str
    """`bad`, `unsure` or `good`."""
    notes: tuple[str, ...] = ()
    """What must be known before it is believed."""
    broken: tuple[tuple[str, str], ...] = ()
    """What is known to break on this gateway and is accepted: the reason, and a check that shows it."""


def sentence(run: Run) -> Sentence:
    """The verdict in words."""
    notes = tuple(_notes(run))
    text, tone = _said(run)
    if run.injected:
        text = f"With the fault {run.injected} in front: {text}"
    if not run.complete:
        text = f"As far as the run came: {text}"
        tone = "bad" if tone == "bad" else "unsure"
    return Sentence(text, tone, notes, tuple(_broken(run)))


def _notes(run: Run) -> Iterator[str]:
    if not run.complete:
        yield "This run was cut off before its end: what it did not reach was not judged."
    if run.injected:
        yield (
            f"The mutant {run.injected} was put in front of this gateway on purpose: what follows is about that "
            "fault, not about the gateway."
        )


def _broken(run: Run) -> Iterator[tuple[str, str]]:
    told = set()
    for id_ in sorted(run.checks):
        for d in run.checks[id_].deviations:
            reason = d.known or d.impact
            if d.accepted and d.level is Level.BREAKS and reason not in told:
                told.add(reason)
                yield reason, id_


def _said(run: Run) -> tuple[str, str]:
    checks = [check for id_, check in run.checks.items() if id_ != SET_UP]
    red = [check for check in run.checks.values() if check.red()]
    errors = [check for check in red if check.verdict is Verdict.ERROR]
    failing = [check for check in red if check.verdict is not Verdict.ERROR]
    if failing:
        return f"NOT SAFE for a registry: {_red(failing)}", "bad"
    if not any(check.verdict.judged for check in checks):
        return "Nothing was judged: this says nothing about the gateway.", "unsure"
    text, tone = _can(checks)
    if any(d.accepted == BASELINE and d.level is Level.BREAKS for c in checks for d in c.deviations):
        text, tone = (
            "Not worse than the baseline, but NOT SAFE for a registry: the baseline breaks its operations",
            "bad",
        )
    else:
        differing = [d for accepted in (False, True) for d in differences(run, accepted=accepted)]
        told = {(d.rule, d.impact) for d in differing}
        broken = {(d.rule, d.impact) for d in differing if d.level is Level.BREAKS}
        if broken:
            text += f"; {_count(len(broken), 'known fault breaks', 'known faults break')} something else on it"
            tone = tone if tone == "bad" else "unsure"
        if rest := len(told) - len(broken):
            differ = _count(rest, "thing differs", "things differ")
            text += f"{', and' if broken else ';'} {differ} from {_from(d.oracle for d in differing)}"
        elif not broken:
            text += "; nothing differs from what was asked for"
    if errors:
        return (
            f"{text}. {_count(len(errors), 'check', 'checks')} ended in an error of our own and say nothing",
            "unsure",
        )
    return text, tone


def _red(failing: list[CheckResult]) -> str:
    impacts: dict[str, tuple[int, int]] = {}
    for check in failing:
        for deviation in check.deviations:
            if deviation.red:
                rank, often = impacts.get(deviation.impact, (deviation.level.rank, 0))
                impacts[deviation.impact] = min(rank, deviation.level.rank), often + 1
    ranked = sorted(impacts, key=lambda impact: (impacts[impact][0], -impacts[impact][1]))
    more = f", and {_count(len(ranked) - 1, 'more impact', 'more impacts')}" if len(ranked) > 1 else ""
    first = f": {ranked[0]}" if ranked else ""
    return f"{_count(len(failing), 'check is', 'checks are')} red{first}{more}"


def _can(checks: list[CheckResult]) -> tuple[str, str]:
    """What registries did on it; it is good only where push and pull were judged, and no registry failed in either."""
    spoken = [check for check in checks if check.id.startswith(_SPOKEN) and check.verdict.judged]
    tried = {word: [check for check in spoken if f"-{word}-" in check.id] for word in ("push", "pull")}
    fails = [word for word, found in tried.items() if any(d.level is Level.BREAKS for c in found for d in c.deviations)]
    done = [word for word, found in tried.items() if found and word not in fails]
    if len(done) == 2:
        return "A registry can push and pull", "good"
    if fails:
        also = f"A registry can {done[0]}, but its" if done else "A registry's"
        return f"{also} {' and '.join(fails)} is known to fail", "bad"
    if done:
        other = "pull" if done == ["push"] else "push"
        return f"A registry can {done[0]}; whether it can {other} was not judged", "unsure"
    judged = sum(1 for check in checks if check.verdict.judged)
    return f"Nothing red in {_count(judged, 'check', 'checks')}; no registry's push or pull was among them", "unsure"


def family(oracle: str) -> str:
    """Whose word an oracle is, shortly."""
    return next((name for name, starts in _ORACLES.items() if oracle.startswith(starts)), "others")


def _from(oracles: Iterable[str]) -> str:
    """Whose words are broken, shortly."""
    told = {family(oracle) for oracle in oracles}
    found = [name for name in _ORACLES if name in told]
    names = [name for name in found if name != READS or len(found) == 1] or ["what was asked for"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
