"""What a load counts: bounded, and the same whoever counted it."""

import json
import random

import pytest

from bench.load.ledger import Found, Ledger, Operation, Spread
from reports.model import BREAKS, Deviation


def deviation(message, rule="no-excess"):
    return Deviation(rule, BREAKS, "RFC 9112", "a pull fails", message)


def test_percentiles_are_those_of_the_values_within_half_a_percent():
    chance = random.Random(7)
    values = sorted(chance.expovariate(100) + 0.0005 for _ in range(10_000))
    spread = Spread()
    for value in values:
        spread.add(value)

    told = spread.percentiles()
    assert told["p50"] == pytest.approx(values[4999], rel=0.006)
    assert told["p95"] == pytest.approx(values[9499], rel=0.006)
    assert told["p99"] == pytest.approx(values[9899], rel=0.006)
    assert len(spread) == 10_000
    assert len(spread.to_json()) < 1000


def test_nothing_is_said_of_few_answers():
    spread = Spread([[0, 99]])
    assert spread.percentiles() == {"p50": 1.0, "p95": 1.0, "p99": None}
    assert Spread([[0, 19]]).percentiles() == {"p50": None, "p95": None, "p99": None}


def test_what_workers_took_adds_up_to_what_one_process_counts():
    one, workers = Ledger(), [Ledger(), Ledger()]
    together = Ledger()
    for number in range(40):
        for ledger in (one, workers[number % 2]):
            operation = ledger["load[a-b]"]
            operation.played += 1
            operation.requests += 3
            operation.troubles["503 SlowDown"] += number % 3
            operation.time("GET get-content", 0.001 * number, 0.002 * number)
            operation.deviate(Found(deviation(f"{number} bytes too many"), example={"number": number}))
        if number % 7 == 0:
            together.merge(json.loads(json.dumps(workers[number % 2].take())))
    for worker in workers:
        together.merge(json.loads(json.dumps(worker.take())))

    mine, theirs = one.operations["load[a-b]"], together.operations["load[a-b]"]
    assert theirs.latency() == mine.latency()
    assert (theirs.played, theirs.requests, theirs.troubles) == (mine.played, mine.requests, mine.troubles)
    ((found,), (known,)) = theirs.found.values(), mine.found.values()
    assert found.count == known.count == 40
    assert found.deviation == known.deviation
    assert found.example == {"number": 0}
    assert workers[0].take() == {}


def test_what_is_said_in_ever_new_words_is_counted_and_not_kept():
    operation = Operation()
    for number in range(1000):
        name = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        operation.deviate(Found(deviation(f"the header {name} is strange", rule="header-syntax")))

    assert len(operation.found) <= 101
    assert sum(one.count for one in operation.found.values()) == 1000


def test_examples_become_seldom():
    ledger = Ledger()
    kept = [number for number in range(1, 100_001) if ledger.is_example("load[a-b]", "GET")]
    assert kept[:4] == [1, 2, 3, 4]
    assert len(kept) < 50
