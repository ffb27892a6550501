"""Slower and faster: only what ranks support, what matters, and what lasts from round to round."""

import random

import pytest

from reports.facets import Answer, Shape
from reports.latency import shifted

KINDS = ("HEAD Swift object", "GET Swift object", "PUT Swift object", "DELETE Swift object", "GET Swift container")


def answers(times, *, rounds=5, each=8, status="200", seed=1):
    """Answers of one check: by kind a median in seconds, or one for each round."""
    dice, made = random.Random(seed), []
    for kind, median in times.items():
        for number in range(1, rounds + 1):
            of_round = median[number - 1] if isinstance(median, list) else median
            for _ in range(each):
                seconds = of_round * dice.lognormvariate(0, 0.3)
                made.append(Answer(len(made), kind, kind, seconds, Shape(status), number))
    return {"a-check": made}


def evenly(seconds, **others):
    return {kind: others.get(kind.split()[0], seconds) for kind in KINDS}


@pytest.mark.parametrize("together", [True, False])
def test_only_the_kind_that_is_later_is_told_with_its_support(together):
    old, new = answers(evenly(0.002)), answers(evenly(0.002, HEAD=0.007), seed=2)

    found = shifted(old, new, together=together)

    (head,) = found.slower
    assert (found.faster, found.tested) == ((), 5)
    assert (head.kind, head.old_count, head.count) == ("HEAD Swift object", 40, 40)
    assert head.shift == pytest.approx(0.005, abs=0.0008)
    assert head.delta > 0.95
    assert head.p < 1e-6
    (other,) = shifted(new, old, together=together).faster
    assert (other.kind, other.delta, other.shift) == (head.kind, -head.delta, -head.shift)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_the_same_shows_nothing(seed):
    old, new = answers(evenly(0.002), seed=seed), answers(evenly(0.002), seed=seed + 100)

    for together in (True, False):
        found = shifted(old, new, together=together)
        assert (found.slower, found.faster, found.notes) == ((), (), ())


def test_less_than_matters_is_not_told_however_sure_it_is():
    old, new = answers(evenly(0.010), each=200), answers(evenly(0.0115), each=200, seed=2)

    assert shifted(old, new, together=True).slower == ()


def test_one_round_that_was_disturbed_does_not_make_a_gateway_slower():
    disturbed = [0.002, 0.002, 0.002, 0.080, 0.080]

    for together in (True, False):
        found = shifted(answers(evenly(0.002)), answers(evenly(disturbed), seed=2), together=together)
        assert found.slower == ()


def test_what_is_not_clear_needs_more_rounds():
    few, many = ([answers(evenly(seconds), rounds=n, each=20, seed=n) for seconds in (0.010, 0.0135)] for n in (4, 12))

    assert shifted(*few, together=True).slower == ()
    found = shifted(*many, together=True).slower
    assert len(found) == len(KINDS)
    assert max(one.delta for one in found) < 0.8


def test_a_machine_that_is_busier_in_the_second_run_is_said_and_is_no_gateway():
    old, new = answers(evenly(0.004)), answers(evenly(0.0076, HEAD=0.030), seed=2)

    found = shifted(old, new, together=False)

    assert [one.kind for one in found.slower] == ["HEAD Swift object"]
    assert "times as long as in the older run" in found.notes[0]
    assert len(shifted(old, new, together=True).slower) == len(KINDS)
    assert len(shifted(old, answers(evenly(0.040), seed=2), together=False).slower) == len(KINDS)


def test_nothing_is_said_of_what_was_seldom_asked_never_answered_or_only_in_one_run():
    few, many = answers(evenly(0.002), rounds=2), answers(evenly(0.050), seed=2)

    assert shifted(few, many, together=True).tested == 0
    assert shifted(many, answers(evenly(0.5), status="no status line"), together=True).tested == 0
    assert shifted(many, {"another": answers(evenly(0.5))["a-check"]}, together=True).tested == 0
