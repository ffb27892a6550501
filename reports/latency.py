"""Kinds of requests that a gateway answers slower than another, beyond what differs from one moment to the next.

Rule 1: judged by kind over all of a run, never by one exchange; nothing is said of a kind that was seldom asked.
Rule 2: it is slower if three quarters of the newer answers took longer than three quarters of the older, by a margin.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reports.facets import Answer
from reports.model import SET_UP

SEEN: Final = 20
"""Answers of a kind that each run must have."""
RATIO: Final = 1.5
MARGIN: Final = 0.005
"""Seconds; less cannot be told from what a busy machine adds."""


@dataclass(frozen=True, slots=True)
class Slower:
    """A kind of request, with the medians of both runs in seconds until the first byte."""

    kind: str
    old: float
    new: float
    count: int


def slower(before: dict[str, list[Answer]], after: dict[str, list[Answer]]) -> tuple[Slower, ...]:
    """The kinds that are slower in the newer run, worst first."""
    ours, theirs = (
        _times(answer for id_ in side.keys() - {SET_UP} for answer in side[id_]) for side in (before, after)
    )
    found = []
    for kind in ours.keys() & theirs.keys():
        old, new = ours[kind], theirs[kind]
        if min(len(old), len(new)) < SEEN:
            continue
        (_, middle, high), (low, median, _) = statistics.quantiles(old, n=4), statistics.quantiles(new, n=4)
        if low > high * RATIO and low - high > MARGIN:
            found.append(Slower(kind, middle, median, len(new)))
    return tuple(sorted(found, key=lambda one: -one.new / max(one.old, 1e-6)))


def _times(answers: Iterable[Answer]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        times[answer.kind].append(answer.seconds)
    return times
