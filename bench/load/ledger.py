"""What a process of a load saw, in numbers and examples: small enough to be sent to the master every few seconds.

Rule 1: it does not grow with time: times are counted in classes, deviations by what they say without their numbers, and
    examples are kept the more seldom the more there are.
Rule 2: adding up what workers sent gives what one process would have counted, whoever sent it first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from math import ceil, exp, log
from typing import Any, Final

from reports.model import Deviation, Level
from reports.times import ENOUGH

_WIDTH: Final = log(1.01)
"""Of a class of times: what is told of them is wrong by half a percent at most."""
_SHORTEST: Final = 1e-6
_PARTS: Final = (("p50", 0.50, ENOUGH), ("p95", 0.95, ENOUGH), ("p99", 0.99, 5 * ENOUGH))
"""As in `reports.times`: a percentile needs so many answers."""
_MOST: Final = 100
"""Different things said of one operation; what more there are is counted together."""
_MORE: Final = "and more that differ from these"
_SELDOMER: Final = 1.3
"""How many times as many answers of a kind have come before the next is an example: 50 of half a million."""
_VARIES: Final = re.compile(r"[0-9a-fA-F-]{8,}|\d+")

EVERY: Final = "request"
"""The kind that stands for each request of an operation, of whatever kind."""
WHOLE: Final = "operation"
"""The kind of request that stands for all requests of an operation together, one after the other."""


class Spread:
    """How long something took, many times."""

    def __init__(self, classes: Iterable[Iterable[int]] = ()) -> None:
        self._classes: Counter[int] = Counter()
        self.merge(classes)

    def add(self, seconds: float) -> None:
        """Once more."""
        self._classes[round(log(max(seconds, _SHORTEST)) / _WIDTH)] += 1

    def merge(self, classes: Iterable[Iterable[int]]) -> None:
        """What another one is made of."""
        for number, count in classes:
            self._classes[number] += count

    def to_json(self) -> list[list[int]]:
        """What it is made of."""
        return [[number, count] for number, count in self._classes.items()]

    def __len__(self) -> int:
        return self._classes.total()

    def percentiles(self) -> dict[str, float | None]:
        """In seconds; None where there are too few answers for one."""
        return {name: self._at(part) if len(self) >= least else None for name, part, least in _PARTS}

    @property
    def longest(self) -> float:
        """In seconds; 0 where there is nothing."""
        return self._at(1.0)

    def _at(self, part: float) -> float:
        left = ceil(part * len(self))
        for number in sorted(self._classes):
            left -= self._classes[number]
            if left <= 0:
                return round(exp(number * _WIDTH), 6)
        return 0.0


@dataclass(slots=True)
class Found:
    """A deviation, and how often it was seen."""

    deviation: Deviation
    count: int = 1
    example: dict[str, Any] | None = None
    """The exchange that shows it, as `exchanges.jsonl` has it."""

    def to_json(self) -> dict[str, Any]:
        """For the master."""
        return {"deviation": _plain(self.deviation), "count": self.count, "example": self.example}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Found":
        """The inverse of `to_json`."""
        told = value["deviation"]
        deviation = Deviation(**{**told, "level": Level(told["level"]), "exchanges": ()})
        return cls(deviation, value["count"], value["example"])


def _plain(deviation: Deviation) -> dict[str, Any]:
    return {**asdict(deviation), "level": str(deviation.level), "exchanges": []}


@dataclass(slots=True)
class Operation:
    """What came of one operation of a registry."""

    played: int = 0
    requests: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    """Answers that a gateway gives, or owes, when it is overloaded, by name and number: no verdict."""
    found: dict[str, Found] = field(default_factory=dict)
    first_byte: dict[str, Spread] = field(default_factory=dict)
    whole: dict[str, Spread] = field(default_factory=dict)
    """Both by kind of request."""
    examples: list[dict[str, Any]] = field(default_factory=list)
    """Some of all exchanges."""

    def time(self, kind: str, first_byte: float, whole: float) -> None:
        """How long an answer took."""
        self.first_byte.setdefault(kind, Spread()).add(first_byte)
        self.whole.setdefault(kind, Spread()).add(whole)

    def deviate(self, found: Found) -> None:
        """Count a deviation; the first of those that say the same is kept."""
        deviation = found.deviation
        key = "\n".join((deviation.rule, deviation.level, deviation.impact, _VARIES.sub("#", deviation.message)))
        if key not in self.found and len(self.found) >= _MOST:
            key = f"{deviation.rule}\n{deviation.level}\n{_MORE}"
            found = replace(found, deviation=replace(deviation, message=_MORE))
        known = self.found.get(key)
        if known is None:
            self.found[key] = found
        else:
            known.count += found.count
            known.example = known.example or found.example

    def merge(self, value: Mapping[str, Any]) -> None:
        """Add what `to_json` told of another one."""
        self.played += value["played"]
        self.requests += value["requests"]
        self.troubles.update(value["troubles"])
        for one in value["found"]:
            self.deviate(Found.from_json(one))
        for mine, theirs in ((self.first_byte, value["first_byte"]), (self.whole, value["whole"])):
            for kind, classes in theirs.items():
                mine.setdefault(kind, Spread()).merge(classes)
        self.examples += value["examples"]

    def to_json(self) -> dict[str, Any]:
        """For the master."""
        return {
            "played": self.played,
            "requests": self.requests,
            "troubles": dict(self.troubles),
            "found": [one.to_json() for one in self.found.values()],
            "first_byte": {kind: spread.to_json() for kind, spread in self.first_byte.items()},
            "whole": {kind: spread.to_json() for kind, spread in self.whole.items()},
            "examples": self.examples,
        }

    def latency(self) -> dict[str, dict[str, Any]]:
        """As a run has it: by kind of request."""
        return {
            kind: {
                "count": len(spread),
                "first_byte": self.first_byte[kind].percentiles(),
                "whole": spread.percentiles(),
            }
            for kind, spread in sorted(self.whole.items())
            if len(spread) >= ENOUGH
        }


class Ledger:
    """All operations, by check id."""

    def __init__(self) -> None:
        self.operations: dict[str, Operation] = {}
        self._seen: Counter[tuple[str, str]] = Counter()
        self._next: dict[tuple[str, str], int] = {}

    def __getitem__(self, id_: str) -> Operation:
        return self.operations.setdefault(id_, Operation())

    def is_example(self, id_: str, kind: str) -> bool:
        """Whether this answer is one of those that are written down."""
        key = id_, kind
        self._seen[key] += 1
        if self._seen[key] < self._next.get(key, 1):
            return False
        self._next[key] = ceil(self._seen[key] * _SELDOMER)
        return True

    def take(self) -> dict[str, Any]:
        """What was counted since this was last asked."""
        taken, self.operations = self.operations, {}
        return {id_: operation.to_json() for id_, operation in taken.items()}

    def merge(self, taken: Mapping[str, Any]) -> None:
        """Add what another one took."""
        for id_, value in taken.items():
            self[id_].merge(value)
