"""Which of three and more gateways behave alike, and in which checks they part ways.

Rule 1: alike is the same verdict with the same deviations; words, times and bytes that differ do not part anybody.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reports.model import SET_UP, CheckResult, Level, Run


@dataclass(frozen=True, slots=True)
class Cluster:
    """One way in which the gateways part, and the checks that part them so."""

    groups: tuple[tuple[str, ...], ...]
    """Names of gateways that are alike in these checks; a single group if all are."""
    checks: tuple[str, ...]
    told: tuple[str, ...] = ()
    """What each group comes to in the first of the checks."""


def clusters(runs: Sequence[Run], names: Sequence[str]) -> tuple[Cluster, ...]:
    """First who is alike in every check, then each way in which they part, the most frequent first."""
    found: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for id_ in sorted({id_ for run in runs for id_ in run.checks} - {SET_UP}):
        found[_parted([_signature(run.checks.get(id_)) for run in runs])].append(id_)
    ranked = sorted(found.items(), key=lambda item: (len(set(item[0])) > 1, -len(item[1])))
    return tuple(_cluster(parted, ids, runs, names) for parted, ids in ranked)


def alike(runs: Sequence[Run], names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of gateways that no check tells apart."""
    ids = sorted({id_ for run in runs for id_ in run.checks} - {SET_UP})
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for run, name in zip(runs, names, strict=True):
        groups[tuple(_signature(run.checks.get(id_)) for id_ in ids)].append(name)
    return tuple(tuple(group) for group in groups.values())


def _signature(check: CheckResult | None) -> tuple[str, frozenset[tuple[str, str]]]:
    if check is None:
        return "missing", frozenset()
    told = frozenset((d.rule, str(d.level)) for d in check.deviations if d.level is not Level.OBSERVED)
    return str(check.verdict), told


def _parted(signatures: Sequence[object]) -> tuple[int, ...]:
    """For each gateway the number of its group, in the order of their first members."""
    numbers: dict[object, int] = {}
    return tuple(numbers.setdefault(signature, len(numbers)) for signature in signatures)


def _cluster(parted: tuple[int, ...], ids: list[str], runs: Sequence[Run], names: Sequence[str]) -> Cluster:
    groups = tuple(
        tuple(name for name, number in zip(names, parted, strict=True) if number == group)
        for group in range(max(parted) + 1)
    )
    first = [next(run for run, n in zip(runs, parted, strict=True) if n == g) for g in range(len(groups))]
    return Cluster(groups, tuple(ids), tuple(_told(run.checks.get(ids[0])) for run in first))


def _told(check: CheckResult | None) -> str:
    verdict, deviations = _signature(check)
    rules = ", ".join(sorted(rule for rule, _ in deviations))
    return f"{verdict} ({rules})" if rules else verdict
