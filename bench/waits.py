"""A pytest plugin of bench.waiting: adds up what a run waits for its gateway, clean-up and seeding included.

Evidence has what checks exchanged; who makes a thousand objects for a listing, or removes a container, tells nobody.
Objects are made over several connections at once: what all of them wait adds up to more than has gone by.
"""

import json
import os
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from fixtures.observer import Observer
from fixtures.wire.client import Client
from fixtures.wire.message import Exchange

FILE: Final = "RGWC_BENCH_WAITS"
"""The variable that says where the sum is written."""
_asked: dict[int, Exchange] = {}
_others: dict[int, Exchange] = {}


def gone_by(exchanges: Iterable[Exchange]) -> float:
    """The seconds that went by while at least one of these waited, at most: of exchanges that overlap no more than from
    the beginning of the first to the end of the last.
    """
    total = span_began = span_ended = waited = 0.0
    for one in sorted(exchanges, key=lambda exchange: exchange.started):
        if one.started >= span_ended:
            total += min(waited, span_ended - span_began)
            span_began, waited = one.started, 0.0
        span_ended = max(span_ended, one.started + one.seconds)
        waited += one.waited
    return total + min(waited, span_ended - span_began)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main() -> Generator[None, Any, Any]:
    """Listen from before anything is started to after all is removed."""
    exchange, record = Client.exchange, Observer.record

    def asking(self: Client, *arguments: Any, **options: Any) -> Exchange:
        result = exchange(self, *arguments, **options)
        _asked[id(result)] = result
        return result

    def recording(self: Observer, result: Exchange) -> None:
        _others[id(result)] = result
        record(self, result)

    Client.exchange, Observer.record = asking, recording  # type: ignore[method-assign]
    try:
        return (yield)
    finally:
        every = (_asked | _others).values()
        told = {
            "waited": sum(one.waited for one in every),
            "gone by": gone_by(every),
            "exchanges": len(every),
        }
        Path(os.environ[FILE]).write_text(json.dumps(told), encoding="utf-8")
