"""A pytest plugin of bench.waiting: adds up what a run waits for its gateway, clean-up and seeding included.

Evidence has what checks exchanged; who makes a thousand objects for a listing, or removes a container, tells nobody.
"""

import json
import os
from collections.abc import Generator
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
        told = {"waited": sum(one.waited for one in every), "exchanges": len(every)}
        Path(os.environ[FILE]).write_text(json.dumps(told), encoding="utf-8")
