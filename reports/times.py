"""How long a run's answers took, for `run.json`: by operation and kind of request, in percentiles.

An operation is what a registry did (the id of a replay or of a real registry's errand) or the area of any other check.

Rule 1: nothing is said of a kind with few answers; a percentile that would be the largest value is none.
Rule 2: two numbers are kept of an exchange, so that 50,000 of them are a megabyte.
"""

from array import array
from collections.abc import Iterable, Mapping
from typing import Any, Final

from reports.areas import REGISTRIES, area
from reports.facets import kind_of
from reports.model import SET_UP, CheckResult
from reports.normal import Normal
from reports.ranks import quantile

ENOUGH: Final = 20
"""Answers that a percentile needs; the 99th needs five times as many."""
_PARTS: Final = (("p50", 0.50, ENOUGH), ("p95", 0.95, ENOUGH), ("p99", 0.99, 5 * ENOUGH))

Pairs = dict[str, list[tuple[float, float]]]
"""By kind of request: seconds until the first byte, and of the whole exchange."""


def times_of(evidence: Iterable[Mapping[str, Any]], normal: Normal) -> Pairs:
    """The times of a check's exchanges; those that were never answered have none."""
    found: Pairs = {}
    for line in evidence:
        response, first = line.get("response"), line.get("first_byte")
        if not response or response.get("status") is None or line.get("failure") or first is None:
            continue
        kind = _kind(normal.stored(str(line["request"]["head"]).partition("\r\n")[0]))
        found.setdefault(kind, []).append((first, line["seconds"]))
    return found


# What was asked is not normalised, for that would cost more than all the rest, so that most lines are seen but once.
_kind = kind_of.__wrapped__


class Times:
    """The times of a run."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[array[float], array[float]]] = {}

    def add(self, check: CheckResult, pairs: Mapping[str, Iterable[Iterable[float]]]) -> None:
        """Those of a check; of set-up none, for it is no operation."""
        if check.id == SET_UP:
            return
        where = area(check)
        operation = check.id if where == REGISTRIES else where
        for kind, values in pairs.items():
            known = self._known.setdefault((operation, kind), (array("d"), array("d")))
            for pair in values:
                for kept, seconds in zip(known, pair, strict=True):
                    kept.append(seconds)

    def to_json(self) -> dict[str, dict[str, Any]]:
        """By operation and kind: count, and the percentiles of `first_byte` and `whole` in seconds."""
        found: dict[str, dict[str, Any]] = {}
        for (operation, kind), (first, whole) in sorted(self._known.items()):
            if len(first) >= ENOUGH:
                said = {"count": len(first), "first_byte": _percentiles(first), "whole": _percentiles(whole)}
                found.setdefault(operation, {})[kind] = said
        return found


def _percentiles(values: Iterable[float]) -> dict[str, float | None]:
    ordered = sorted(values)
    return {name: round(quantile(ordered, part), 6) if len(ordered) >= least else None for name, part, least in _PARTS}
