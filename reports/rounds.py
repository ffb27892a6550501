"""What a check came to over all of its repetitions (`--repeat`): one result, and no round forgotten.

Rule 1: the worst verdict counts; a deviation is told once, with its evidence from all rounds, and in how many it was
    seen where that was not in all.
Rule 2: pure.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from reports.model import CheckResult, Deviation, Verdict

WORST: Final = (
    Verdict.ERROR,
    Verdict.FAIL,
    Verdict.BLOCKED,
    Verdict.DEGRADED,
    Verdict.UNTESTED,
    Verdict.UNSUPPORTED,
    Verdict.PASS,
)
"""Verdicts, worst first."""


def merged(results: Sequence[CheckResult]) -> CheckResult:
    """One result of those of each round, which are at least one; deviations' exchanges count in the same file."""
    if len(results) == 1:
        return results[0]
    worst = min(results, key=lambda one: WORST.index(one.verdict))
    return replace(
        worst,
        deviations=tuple(_deviations([one.deviations for one in results])),
        observations=_observations([one.observations for one in results]),
        measurements=_measurements([one.measurements for one in results]),
        seconds=sum(one.seconds for one in results),
        rounds=len(results),
    )


def _deviations(rounds: Sequence[Sequence[Deviation]]) -> Iterable[Deviation]:
    """Those of one round that are alike but for what was seen are matched with the next round's in their order."""
    found: dict[tuple[Any, ...], list[Deviation]] = {}
    seen: Counter[tuple[Any, ...]] = Counter()
    for deviations in rounds:
        often: dict[tuple[Any, ...], int] = defaultdict(int)
        for one in deviations:
            key = one.rule, one.level, one.oracle, one.impact, one.accepted, one.known
            place, known = often[key], found.setdefault(key, [])
            often[key] += 1
            if place < len(known):
                known[place] = replace(known[place], exchanges=known[place].exchanges + one.exchanges)
            else:
                known.append(one)
        seen.update(often.keys())
    for key, deviations in found.items():
        told = "" if seen[key] == len(rounds) else f" (in {seen[key]} of {len(rounds)} rounds)"
        yield from (replace(one, message=one.message + told) for one in deviations)


def _observations(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What most rounds observed, and of as many the earliest."""
    values: dict[str, list[Any]] = defaultdict(list)
    for observed in rounds:
        for name, value in observed.items():
            values[name].append(value)
    found = {}
    for name, seen in values.items():
        said = [json.dumps(value, sort_keys=True, default=repr) for value in seen]
        found[name] = seen[said.index(Counter(said).most_common(1)[0][0])]
    return found


def _measurements(rounds: Sequence[Mapping[str, Sequence[Any]]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for measured in rounds:
        for name, points in measured.items():
            found[name] += points
    return dict(found)
