"""Kinds of requests that a gateway answers slower or faster than another, beyond what differs between two moments.

Rule 1: judged by kind over all checks that both runs have, never by one exchange; nothing is said of a kind that was
    seldom asked.
Rule 2: something is said only where a rank test supports it (`reports.ranks`), where it matters, and where it holds
    from round to round.
Rule 3: gateways of one run took turns, so that whatever disturbed the machine disturbed both. Two runs did not: what
    nearly all kinds have in common is then taken for the machine's doing, up to a limit, and said.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reports.facets import Answer
from reports.model import SET_UP
from reports.ranks import cliffs_delta, holm, mann_whitney, shift, sign_test

SEEN: Final = 20
"""Answers of a kind that each run must have."""
ALPHA: Final = 0.01
"""The largest p that counts, after Holm over all kinds that were tested."""
RATIO, MARGIN = 1.5, 0.002
"""How much longer, in relation and in seconds, an answer of another run must take to matter."""
RATIO_TOGETHER, MARGIN_TOGETHER = 1.25, 0.001
"""The same where both took turns."""
CLEAR, ROUNDS = 0.8, 8
"""The delta that is clear in few rounds; and the rounds from which a smaller one is told, if most agree (sign test)."""
MACHINE: Final = 2.0
"""How much slower or faster a machine is taken to be from one run to the next, at most."""
_KINDS: Final = 4
"""Kinds from which it is told what they have in common."""
_OFTEN: Final = 3
"""Answers of a kind that make a round's median."""
_SAID: Final = 1.25


@dataclass(frozen=True, slots=True)
class Shifted:
    """A kind of request that takes longer in the newer run, or shorter, with its support."""

    kind: str
    old: float
    """The median, in seconds until the first byte; likewise `new`."""
    new: float
    old_count: int
    count: int
    """Answers of the newer run."""
    shift: float
    """Seconds by which the newer answers are later (Hodges and Lehmann); less than 0 where they are earlier."""
    delta: float
    """Cliff's delta: 1 where each newer answer took longer than each older one, -1 where it is the other way round."""
    p: float
    """Of the rank test, after Holm."""


@dataclass(frozen=True, slots=True)
class Latency:
    """What can be said of two runs' times."""

    slower: tuple[Shifted, ...] = ()
    """Worst first."""
    faster: tuple[Shifted, ...] = ()
    tested: int = 0
    """Kinds that both runs have enough answers of."""
    notes: tuple[str, ...] = ()
    """What limits it, in words."""


NOTHING: Final = Latency()
"""Where nobody asked."""


@dataclass(slots=True)
class _Sample:
    """The answers of one kind."""

    seconds: list[float] = field(default_factory=list)
    rounds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def medians(self) -> dict[int, float]:
        """The median of each round that has enough answers."""
        return {n: statistics.median(values) for n, values in self.rounds.items() if len(values) >= _OFTEN}


def shifted(before: Mapping[str, list[Answer]], after: Mapping[str, list[Answer]], *, together: bool) -> Latency:
    """What is slower and what is faster in the newer run; `together`: both gateways took turns in one run."""
    ids = before.keys() & after.keys() - {SET_UP}
    ours, theirs = (_samples(answer for id_ in sorted(ids) for answer in side[id_]) for side in (before, after))
    kinds = [
        kind
        for kind in sorted(ours.keys() & theirs.keys())
        if min(len(ours[kind].seconds), len(theirs[kind].seconds)) >= SEEN
    ]
    low, high = (1.0, 1.0) if together else _machine([theirs[k].median / max(ours[k].median, 1e-6) for k in kinds])
    found = [_kind(kind, ours[kind], theirs[kind], low, high) for kind in kinds]
    adjusted = [
        (Shifted(f.kind, f.old, f.new, f.old_count, f.count, f.shift, f.delta, p), scale)
        for (f, scale), p in zip(found, holm(f.p for f, _ in found), strict=True)
    ]
    told = [
        f
        for f, scale in adjusted
        if f.p < ALPHA
        and _matters(f, scale, together=together)
        and _lasts(ours[f.kind], theirs[f.kind], f, scale, together=together)
    ]
    return Latency(
        tuple(sorted((f for f in told if f.shift > 0), key=lambda f: -f.new / max(f.old, 1e-6))),
        tuple(sorted((f for f in told if f.shift < 0), key=lambda f: f.new / max(f.old, 1e-6))),
        len(kinds),
        tuple(_notes(low, high)),
    )


def _samples(answers: Iterable[Answer]) -> dict[str, _Sample]:
    found: dict[str, _Sample] = defaultdict(_Sample)
    for answer in answers:
        # What was never answered tells of no time but our own limits'.
        if answer.shape.status.isdigit():
            found[answer.kind].seconds.append(answer.seconds)
            found[answer.kind].rounds[answer.round].append(answer.seconds)
    return found


def _machine(ratios: Sequence[float]) -> tuple[float, float]:
    """What three quarters of all kinds share: how many times as long they took at least, and at most; 1 if neither."""
    if len(ratios) < _KINDS:
        return 1.0, 1.0
    first, _, last = statistics.quantiles(ratios, n=4)
    return min(max(first, 1.0), MACHINE), max(min(last, 1.0), 1 / MACHINE)


def _kind(kind: str, old: _Sample, new: _Sample, low: float, high: float) -> tuple[Shifted, float]:
    scale = low if new.median > old.median else high
    first = [value * scale for value in old.seconds]
    _, p = mann_whitney(first, new.seconds)
    sizes = shift(first, new.seconds), cliffs_delta(first, new.seconds)
    return Shifted(kind, old.median, new.median, len(first), len(new.seconds), *sizes, p), scale


def _matters(found: Shifted, scale: float, *, together: bool) -> bool:
    return _much(found.old * scale, found.old * scale + found.shift, together=together)


def _much(old: float, new: float, *, together: bool) -> bool:
    """Whether one is later than the other in relation and in seconds."""
    ratio, margin = (RATIO_TOGETHER, MARGIN_TOGETHER) if together else (RATIO, MARGIN)
    short, long = max(min(old, new), 1e-6), max(old, new)
    return long - short > margin and long / short > ratio


def _lasts(old: _Sample, new: _Sample, found: Shifted, scale: float, *, together: bool) -> bool:
    """Whether it is so from round to round, and often enough: answers of one round share what disturbed them."""
    sign = 1 if found.shift > 0 else -1
    ours, theirs = {n: value * scale for n, value in old.medians.items()}, new.medians
    pairs = [(ours[n], theirs[n]) for n in ours.keys() & theirs.keys()]
    if len(pairs) < ROUNDS and abs(found.delta) < CLEAR:
        return False
    if together:
        often = sum((after - before) * sign > 0 for before, after in pairs)
        much = sum(_much(*pair, together=True) for pair in pairs)
        supported = often == len(pairs) if len(pairs) < ROUNDS else sign_test(often, len(pairs)) < ALPHA
        return supported and 2 * much > len(pairs)
    if min(len(ours), len(theirs)) < 2:
        return True
    before, after = ([value * sign for value in side.values()] for side in (ours, theirs))
    return statistics.quantiles(after, n=4)[0] > statistics.quantiles(before, n=4)[2]


def _notes(low: float, high: float) -> Iterable[str]:
    scale = low if low > _SAID else high if high < 1 / _SAID else None
    if scale is not None:
        yield (
            f"nearly all kinds of requests took {scale:.1f} times as long as in the older run, or changed more, which "
            "is taken for the machine's doing: gateways of one run with --repeat take turns"
        )
