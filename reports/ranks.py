"""Whether one sample is larger than another, by ranks alone: no distribution is assumed, and no outlier decides.

Mann and Whitney 1947, with the correction for ties and continuity and the normal approximation (as scipy's
`mannwhitneyu(method="asymptotic")`); Hodges and Lehmann 1963; Cliff 1993; Holm 1979.

Rule 1: pure; numbers in, numbers out.
"""

import math
import statistics
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

_MOST: Final = 300
"""Values of a sample that shifts are taken of: its quantiles where it has more."""


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """U of the second sample, how often it is the larger of a pair (ties count half), and its two-sided p.

    The approximation is good from some 10 values on each side.
    """
    n, m = len(first), len(second)
    ordered = sorted(first)
    u = sum((bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 for value in second)
    total = n + m
    ties = sum(count**3 - count for count in Counter([*first, *second]).values())
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return u, 1.0
    z = max(abs(u - n * m / 2) - 0.5, 0.0) / math.sqrt(variance)
    return u, math.erfc(z / math.sqrt(2))


def cliffs_delta(first: Sequence[float], second: Sequence[float]) -> float:
    """From -1 to 1: how much more often the second is the larger of a pair than the smaller."""
    return 2 * mann_whitney(first, second)[0] / (len(first) * len(second)) - 1


def shift(first: Sequence[float], second: Sequence[float]) -> float:
    """How much larger the second sample is: the median of all differences of pairs (Hodges and Lehmann)."""
    few, others = _thinned(first), _thinned(second)
    return statistics.median(b - a for a in few for b in others)


def sign_test(often: int, times: int) -> float:
    """The two-sided p of something that is as likely as not happening so often of so many times."""
    extreme = max(often, times - often)
    return min(1.0, math.ldexp(sum(math.comb(times, n) for n in range(extreme, times + 1)), 1 - times))


def _thinned(sample: Sequence[float]) -> Sequence[float]:
    if len(sample) <= _MOST:
        return sample
    ordered = sorted(sample)
    return [ordered[(2 * n + 1) * len(ordered) // (2 * _MOST)] for n in range(_MOST)]


def holm(values: Iterable[float]) -> list[float]:
    """Each p as it is where all these are asked at once: whoever asks often enough finds something (Holm)."""
    given = list(values)
    adjusted, highest = [1.0] * len(given), 0.0
    for rank, number in enumerate(sorted(range(len(given)), key=given.__getitem__)):
        highest = max(highest, min(1.0, given[number] * (len(given) - rank)))
        adjusted[number] = highest
    return adjusted


def quantile(ordered: Sequence[float], part: float) -> float:
    """The smallest value that so large a part of an ordered sample does not exceed (nearest rank)."""
    return ordered[max(math.ceil(part * len(ordered)) - 1, 0)]
