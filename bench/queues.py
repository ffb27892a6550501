"""Queues in front of servers, played event by event: what waits how long where so much comes. Seeded, so repeatable.

`open_queue` is M/G/k: arrivals at random, service times drawn from what was measured, k servers, first come
first served.
`closed_loop` is so many clients that each ask again when they have their answer.
Rule 1: pure; numbers and a seed in, numbers out.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Played:
    """What a queue did, without its beginning; times in seconds."""

    waits: tuple[float, ...]
    """For a server, request by request."""
    responses: tuple[float, ...]
    """From asking to having the answer."""
    rate: float
    """Answers in a second."""


def open_queue(
    rate: float, services: Sequence[float], servers: int, *, requests: int = 20_000, seed: int = 1
) -> Played:
    """Requests at `rate` in a second, each with one of `services`. Raises ValueError where they never get done."""
    busy = rate * sum(services) / len(services) / servers
    if busy >= 1:
        raise ValueError(f"{rate:,.0f} requests in a second keep {servers} servers {busy:.0%} busy: the queue grows")
    chance = random.Random(seed)
    free = [0.0] * servers
    now, waits, responses, done = 0.0, [], [], 0.0
    for _ in range(requests):
        now += chance.expovariate(rate)
        service = chance.choice(services)
        start = max(now, heapq.heappop(free))
        heapq.heappush(free, start + service)
        waits.append(start - now)
        responses.append(start + service - now)
        done = max(done, start + service)
    return _without_beginning(waits, responses, requests / done)


def closed_loop(
    clients: int, services: Sequence[float], servers: int, *, pause: float = 0.0, requests: int = 20_000, seed: int = 1
) -> Played:
    """`clients` that ask again at once. `pause`: seconds of each answer in which no server is held, such as a wait
    for a disk or a network; it is part of the response."""
    chance = random.Random(seed)
    asks = [(chance.random() * 1e-6, client) for client in range(clients)]
    heapq.heapify(asks)
    free = [0.0] * servers
    waits, responses, done = [], [], 0.0
    for _ in range(requests):
        now, client = heapq.heappop(asks)
        service = chance.choice(services)
        start = max(now, heapq.heappop(free))
        heapq.heappush(free, start + service)
        done = start + service + pause
        waits.append(start - now)
        responses.append(done - now)
        heapq.heappush(asks, (done, client))
    return _without_beginning(waits, responses, requests / done)


def _without_beginning(waits: list[float], responses: list[float], rate: float) -> Played:
    first = len(waits) // 10
    return Played(tuple(waits[first:]), tuple(responses[first:]), rate)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of all is not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, ceil(share * len(ordered)) - 1))]


def mm1_wait(rate: float, service: float) -> float:
    """Mean wait of M/M/1 in seconds, by the closed form."""
    busy = rate * service
    return busy * service / (1 - busy)


def mmk_wait(rate: float, service: float, servers: int) -> float:
    """Mean wait of M/M/k in seconds (Erlang 1917, "Erlang C")."""
    load = rate * service
    term = total = 1.0
    for n in range(1, servers):
        term *= load / n
        total += term
    term *= load / servers
    waiting = term * servers / (servers - load)
    return waiting / (total + waiting) * service / (servers - load)
