"""What a run found and what it did not judge, grouped as people are told it: on pages, and in a CI job's summary."""

from collections import defaultdict
from dataclasses import dataclass

from reports.model import Deviation, Level, Run, Verdict


@dataclass(frozen=True, slots=True)
class Difference:
    """The same deviation in several checks."""

    rule: str
    level: Level
    impact: str
    oracle: str
    message: str
    """Of its first sight."""
    accepted: str | None
    known: str | None
    checks: tuple[str, ...]
    exchanges: int


def differences(run: Run, *, accepted: bool) -> list[Difference]:
    """Deviations by rule, level and impact, worst and most frequent first; cases of one check are one.

    What is `observed` is no deviation.
    """
    groups: dict[tuple[str, Level, str, str | None], list[tuple[str, Deviation]]] = defaultdict(list)
    for id_ in sorted(run.checks):
        for d in run.checks[id_].deviations:
            if (d.accepted is not None) is accepted and d.level is not Level.OBSERVED:
                groups[d.rule.partition("[")[0], d.level, d.impact, d.known].append((id_, d))
    made = [
        Difference(
            rule,
            level,
            impact,
            found[0][1].oracle,
            found[0][1].message,
            found[0][1].accepted,
            known,
            tuple(dict.fromkeys(id_ for id_, _ in found)),
            len({n for _, d in found for n in d.exchanges}),
        )
        for (rule, level, impact, known), found in groups.items()
    ]
    return sorted(made, key=lambda one: (one.level.rank, -len(one.checks), one.rule, one.impact))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why checks say nothing of the gateway."""

    verdict: Verdict
    reason: str
    checks: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many checks."""
        return len(self.checks)


def not_tested(run: Run) -> list[Reason]:
    """What was not judged, by reason, the most checks first."""
    found: dict[tuple[Verdict, str], list[str]] = defaultdict(list)
    for id_ in sorted(run.checks):
        check = run.checks[id_]
        if not check.verdict.judged:
            found[check.verdict, check.reason].append(id_)
    reasons = [Reason(verdict, reason, tuple(ids)) for (verdict, reason), ids in found.items()]
    return sorted(reasons, key=lambda one: (one.verdict is not Verdict.ERROR, -len(one.checks), one.reason))
