"""Rank statistics against values that others published, and against their own definitions."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.ranks import cliffs_delta, holm, mann_whitney, quantile, shift, sign_test

VALUES = st.lists(st.integers(0, 12).map(float), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("first", "second", "u", "p"),
    [
        # The example of scipy's manual for mannwhitneyu, method="asymptotic".
        ([20, 11, 17, 12], [19, 22, 16, 29, 24], 17, 0.11134688653314041),
        # R's ?wilcox.test (Hollander and Wolfe 1973, 69f): U of the first is 35, and exactly p is twice 0.1272.
        ([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46], [1.15, 0.88, 0.90, 0.74, 1.21], 15, 0.2544),
        # Nothing but ties says nothing.
        ([1.0] * 5, [1.0] * 7, 17.5, 1.0),
    ],
)
def test_mann_whitney_as_it_is_published(first, second, u, p):
    found = mann_whitney(first, second)

    assert found[0] == u
    assert found[1] == pytest.approx(p, abs=0.011 if p == 0.2544 else 1e-9)


@given(VALUES, VALUES)
def test_the_sides_are_alike(first, second):
    (u, p), (other, same) = mann_whitney(first, second), mann_whitney(second, first)

    assert u + other == len(first) * len(second)
    assert p == pytest.approx(same)
    assert 0 <= p <= 1
    assert cliffs_delta(first, second) == pytest.approx(-cliffs_delta(second, first))
    assert shift(first, second) == -shift(second, first)


def test_ties_are_corrected_for():
    """By hand: n = m = 4, R = 14 of the first, one tie of 4 and one of 3; variance 16/12 * (9 - 84/56) = 10."""
    _, p = mann_whitney([1, 1, 2, 2], [1, 2, 2, 3])

    # Ranks: 1 thrice (2 each), 2 four times (5.5 each), 3 once: U of the second is 11, z = (11 - 8 - 0.5) / sqrt(var).
    ties = 3**3 - 3 + 4**3 - 4
    variance = 16 / 12 * (9 - ties / (8 * 7))
    assert mann_whitney([1, 1, 2, 2], [1, 2, 2, 3])[0] == 11
    assert p == pytest.approx(_two_sided(2.5 / variance**0.5))


def _two_sided(z):
    return 2 * (1 - NormalDist().cdf(z))


def test_effect_sizes():
    assert cliffs_delta([1, 2, 3], [4, 5]) == 1
    assert cliffs_delta([1, 2], [1, 2]) == 0
    assert shift([1, 2, 3], [6, 7, 8]) == 5
    assert shift([0.001] * 2000, [0.006] * 2000) == pytest.approx(0.005)
    assert shift([n / 1000 for n in range(2000)], [n / 1000 + 1 for n in range(2000)]) == pytest.approx(1, abs=0.01)


def test_who_asks_often_must_find_more():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_coin_that_falls_one_way():
    assert sign_test(8, 8) == sign_test(0, 8) == 2 / 256
    assert sign_test(5, 10) == 1.0
    assert sign_test(9, 10) == pytest.approx(22 / 1024)


def test_quantiles_are_values_that_were_seen():
    assert [quantile(list(range(1, 101)), part) for part in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert quantile([3], 0.99) == 3
