"""What must not take longer for being asked of much: HEAD of a large object, a page of a large container.

Times are taken turn by turn, small and large, and only what no noise explains is told: noise makes an answer late and
never early, so that the earliest of the large is held against the earliest of the small, many times over, and where
that is too much, both are asked again.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from fixtures.gateways.seeding import seed
from fixtures.wire.client import NoAnswer
from fixtures.wire.content import generated
from fixtures.wire.message import Exchange
from suites.claims import SHOULD, blocked, check, unsupported
from suites.swift.saying import stored

MIB: Final = 1024**2
_TIMES: Final = 7
_ROUNDS: Final = 3
"""So often so many turns, until what is seen can be noise."""
_HEADS: Final = "registry: swift.go, `Stat` and `Reader`"
_SLOW_HEAD: Final = "push and pull of large layers are slow: each begins with HEAD of all of it (tracker 12780)"
_SLOW_PAGE: Final = (
    "a registry that lists repositories or collects garbage takes longer with the square of what it stores"
)
_ROW: Final = "page/"
_PAGE: Final = 100
"""Rows of a page that is asked for."""


def _scale(id_: str, *values: object, **claim: object) -> object:
    return pytest.param(*values, marks=(check(id_, **claim), pytest.mark.scale))


def _assert_level(
    observer,
    curve: str,
    what: str,
    asks: dict[int, Callable[[], Exchange]],
    *,
    factor: float,
    seconds_more: float,
    times: int = _TIMES,
    each: bool = False,
) -> None:
    """The largest takes about as long as the smallest, in a generous sense; of `each` of its things if it is said so.

    Asks turn by turn, and notes the seconds for a curve. Raises NoAnswer where one is not answered as it should be.
    """
    small, large = min(asks), max(asks)
    earliest = dict.fromkeys(asks, float("inf"))
    for _ in range(_ROUNDS):
        for _ in range(times):
            for size, ask in asks.items():
                exchange = ask()
                if exchange.status is None or exchange.status >= 300:
                    raise NoAnswer(exchange, f"of size {size} it is answered with {exchange.status}")
                observer.measure(curve, size, exchange.seconds)
                earliest[size] = min(earliest[size], exchange.seconds / (size if each else 1))
        if earliest[large] <= factor * earliest[small] + seconds_more:
            return
    raise AssertionError(
        f"{what} takes {earliest[large] * 1e3:.0f} ms at best where it takes {earliest[small] * 1e3:.0f} ms at best "
        f"of one that is {large // small} times smaller"
    )


def _objects(container, kind: str, sizes: tuple[int, ...]) -> None:
    """An object of each size, by its size as name; a large object has four segments, of which three are copies."""
    for size in sizes:
        if kind == "object":
            stored(container, f"{size}", generated("growth", size))
            continue
        name = f"segments/{size}/"
        stored(container, f"{name}0", generated("growth", size // 4))
        for number in range(1, 4):
            answer = container.put(f"{name}{number}", headers=[("X-Copy-From", f"{container.name}/{name}0")])
            if answer.status != 201:
                blocked(f"a copy of a segment is answered with {answer.status}")
        if container.put_manifest(f"{size}", name).status != 201:
            blocked("a large object cannot be written")


_HEAD = {"oracle": _HEADS, "level": SHOULD, "impact": _SLOW_HEAD}


@pytest.mark.parametrize(
    ("kind", "sizes"),
    [
        pytest.param("object", (MIB, 64 * MIB), marks=check("head-growth[object]", **_HEAD)),
        pytest.param("large", (MIB, 64 * MIB), marks=check("head-growth[large-object]", **_HEAD)),
        _scale("head-growth[gibibyte]", "large", (MIB, 64 * MIB, 1024 * MIB), **_HEAD),
    ],
    ids=["object", "large-object", "gibibyte"],
)
def test_head_takes_as_long_whatever_the_size(container, observer, kind, sizes):
    """HEAD of an object of 64 MiB takes about as long as HEAD of one of 1 MiB (tracker 12780)."""
    _objects(container, kind, sizes)
    asks = {size: _asking(container, "HEAD", f"{size}") for size in sizes}
    _assert_level(observer, "HEAD by bytes", "HEAD of an object", asks, factor=4, seconds_more=0.012)


def _asking(container, method: str, name: str = "", **options: object) -> Callable[[], Exchange]:
    return lambda: container.session.send(method, container.name, name, **options)


_LISTING = {"oracle": "registry: swift.go, `List` and `Walk`", "level": SHOULD, "impact": _SLOW_PAGE}


@check("listing-growth", **_LISTING)
def test_a_page_takes_as_long_whatever_the_container_holds(container, thousand, observer):
    """A page of a hundred rows takes about as long in a container of a thousand objects as in one of a hundred."""
    _fill(container, observer, _PAGE)
    _pages_level(observer, {_PAGE: container, 1000: thousand})


@pytest.mark.scale
@pytest.mark.parametrize(
    "count",
    [
        pytest.param(10_000, marks=check("listing-growth[ten-thousand]", **_LISTING)),
        pytest.param(100_000, marks=check("listing-growth[hundred-thousand]", **_LISTING)),
    ],
    ids=["ten-thousand", "hundred-thousand"],
)
def test_a_page_takes_as_long_in_a_large_container(container, another_container, observer, count):
    """A page of a hundred rows takes about as long in a container of 10,000 objects, or 100,000, as in one of 100."""
    _fill(container, observer, _PAGE)
    _fill(another_container, observer, count)
    try:
        _pages_level(observer, {_PAGE: container, count: another_container})
    finally:
        _emptied(another_container, observer, count)


def _rows(count: int) -> list[tuple[str, bytes]]:
    return [(f"{_ROW}{number:06}", b"") for number in range(count)]


def _fill(container, observer, count: int) -> None:
    with observer.setting_up():
        if failed := seed(container.session, container.name, _rows(count)):
            blocked(f"{len(failed)} of {count} objects cannot be written: {next(iter(failed.values())).status}")


def _emptied(container, observer, count: int) -> None:
    """Leave no more behind than clean-up reads."""
    names = [(container.name, name) for name, _ in _rows(count)]
    with observer.setting_up():
        for first in range(0, count, 1000):
            container.session.bulk_delete(names[first : first + 1000])


def _pages_level(observer, containers) -> None:
    query = {"format": "json", "limit": f"{_PAGE}"}
    asks = {count: _asking(container, "GET", query=query) for count, container in containers.items()}
    _assert_level(observer, "page of a listing by objects", "a page of a listing", asks, factor=4, seconds_more=0.012)


@check(
    "copy-growth",
    oracle="registry: swift.go, `Move`",
    level=SHOULD,
    impact="a push of a large layer stalls at its end, when it is moved to its place",
)
def test_copy_does_not_move_the_bytes(container, observer):
    """COPY of an object of 64 MiB takes much less than 64 times as long as of one of 1 MiB: its bytes stay in place."""
    sizes = (MIB, 64 * MIB)
    _objects(container, "object", sizes)
    asks = {
        size: _asking(container, "COPY", f"{size}", headers=[("Destination", f"{container.name}/copy-{size}")])
        for size in sizes
    }
    _assert_level(observer, "COPY by bytes", "COPY of an object", asks, factor=20, seconds_more=0.15, times=4)


@check(
    "bulk-delete-growth",
    oracle="registry: swift.go, `Delete`",
    level=SHOULD,
    impact="garbage collection takes longer with the square of what it deletes",
)
def test_deleting_many_costs_each_as_much_as_deleting_few(container, observer):
    """Of a bulk delete of 120 objects each takes about as long as of one of 12."""

    def deleting(count: int) -> Exchange:
        _fill(container, observer, count)
        exchange = container.session.bulk_delete([(container.name, name) for name, _ in _rows(count)])
        if exchange.status in (404, 405, 501):
            unsupported(f"a bulk delete is answered with {exchange.status}")
        if exchange.status != 200:
            raise NoAnswer(exchange, f"a bulk delete is answered with {exchange.status}")
        return exchange

    asks = {count: partial(deleting, count) for count in (12, 120)}
    _assert_level(
        observer,
        "bulk delete by objects",
        "each object of a bulk delete",
        asks,
        factor=3,
        seconds_more=0.001,
        times=2,
        each=True,
    )
