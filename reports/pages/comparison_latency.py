"""How long gateways took for each registry operation and kind of request, as geometry of SVG and numbers for a table.

Rule 1: a plot shows and judges nothing; what is slower is told by `reports.latency`.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.compare import Comparison
from reports.facets import Answer
from reports.model import SET_UP
from reports.pages.grouping import operation

KINDS: Final = 14
"""Kinds of requests that are drawn: those that were asked most."""
_OFTEN: Final = 8
"""Answers that a kind must have on each gateway."""
_LANE: Final = 13
_GAP: Final = 12
_LEFT: Final = 330
_WIDTH: Final = 1000
_TOP: Final = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """One gateway's answers to one kind of request: quartiles and median, in milliseconds and in units of the plot."""

    gateway: int
    y: float
    low: float
    middle: float
    high: float
    x: float
    width: float
    at: float
    """Where the median stands."""
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of request."""

    kind: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """All that is drawn."""

    width: int
    height: int
    left: int
    ticks: tuple[tuple[float, str], ...]
    rows: tuple[Row, ...]
    left_out: int
    """Kinds that were asked too seldom, or for which there is no room."""


def plots(comparison: Comparison) -> list[tuple[str, str, Plot]]:
    """A plot by registry operation and one by kind of request, with an id and a title, where there are answers."""
    names = {}
    for pair in comparison.pairs:
        for check in (*pair.old.run.checks.values(), *pair.new.run.checks.values()):
            spoken = operation(check)
            if spoken is not None:
                names[check.id] = spoken[0]
    found = (
        ("operations", "registry operation", plot(comparison, lambda check, _: names.get(check))),
        ("requests", "kind of request", plot(comparison, lambda _, answer: answer.kind)),
    )
    return [(id_, title, drawn) for id_, title, drawn in found if drawn is not None]


def plot(comparison: Comparison, name: Callable[[str, Answer], str | None]) -> Plot | None:
    """The plot; None where nothing of that name was asked often enough on every gateway."""
    tables = [_times(answers, name) for answers in comparison.answers]
    every = {kind for table in tables for kind in table}
    kinds = [kind for kind in every if all(len(table.get(kind, ())) >= _OFTEN for table in tables)]
    kinds.sort(key=lambda kind: (-sum(len(table[kind]) for table in tables), kind))
    chosen = kinds[:KINDS]
    if not chosen:
        return None
    found = {kind: [_quartiles(table[kind]) for table in tables] for kind in chosen}
    lowest = min(q[0] for several in found.values() for q in several)
    highest = max(q[2] for several in found.values() for q in several)
    scale = _Scale(lowest, highest)
    rows, y = [], float(_TOP)
    for kind in chosen:
        bars = []
        for number, (low, middle, high) in enumerate(found[kind]):
            x, end = scale.at(low), scale.at(high)
            top = y + number * _LANE
            count = len(tables[number][kind])
            bars.append(Bar(number, top, low, middle, high, x, max(round(end - x, 1), 2.0), scale.at(middle), count))
        rows.append(Row(kind, y, tuple(bars)))
        y += len(tables) * _LANE + _GAP
    return Plot(_WIDTH, int(y), _LEFT, tuple(scale.ticks()), tuple(rows), len(every) - len(chosen))


def _times(
    answers: Mapping[str, Sequence[Answer]], name: Callable[[str, Answer], str | None]
) -> dict[str, list[float]]:
    """Seconds until the first byte, by name; set-up asks what no check is about."""
    found: dict[str, list[float]] = defaultdict(list)
    for check, several in answers.items():
        for answer in several:
            # What was never answered tells of no time but our own limits'.
            row = name(check, answer)
            if row is not None and check != SET_UP and answer.shape.status.isdigit():
                found[row].append(answer.seconds)
    return dict(found)


class _Scale:
    """Milliseconds on a logarithmic axis."""

    def __init__(self, lowest: float, highest: float) -> None:
        self._low = math.log10(max(lowest, 0.01) * 0.8)
        self._high = max(math.log10(max(highest, 0.02) * 1.25), self._low + 0.5)

    def at(self, value: float) -> float:
        """Where a value stands."""
        part = (math.log10(max(value, 0.01)) - self._low) / (self._high - self._low)
        return round(_LEFT + min(max(part, 0.0), 1.0) * (_WIDTH - _LEFT - 20), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """1, 2 and 5 of each decade as far as they are on the axis; of many decades 1 alone."""
        steps = (1, 2, 5) if self._high - self._low < 2.2 else (1,)
        values = [s * 10.0**e for e in range(math.floor(self._low), math.ceil(self._high) + 1) for s in steps]
        return [(self.at(v), f"{v:g} ms") for v in values if self._low <= math.log10(v) <= self._high]


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(values, n=4)
    return low * 1e3, middle * 1e3, high * 1e3
