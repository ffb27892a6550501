"""What a check comes to when the gateway dies under it.

Rule 1: the check whose request killed the gateway is red; a check that only lost its connection is repeated once.
Rule 2: who it was is read from the daemon's log, never guessed from times; where the log names several requests, their
checks are repeated one by one, and the one that kills the gateway again is the one.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from fixtures.gateways import crashes
from fixtures.gateways.crashes import Crash
from fixtures.gateways.model import Gateway
from fixtures.set_up import CRASH_WAIT as WAIT
from fixtures.wire.message import Exchange, Failure
from reports.model import BREAKS, Deviation

LOST: Final = (Failure.NO_RESPONSE, Failure.CLOSED_EARLY, Failure.RESET, Failure.UNREACHABLE)
"""How an exchange ends when the gateway dies."""
_TRACE: Final = 6


@dataclass(frozen=True, slots=True)
class Death:
    """A crash of the embedded gateway that cost a check an answer."""

    crash: Crash
    lost: int | None
    """The first exchange of the check that it cost; None where it cost what the check stands on."""
    mine: bool
    """Whether the daemon's log names that request, and no other."""

    def deviation(self, exchanges: Sequence[Exchange]) -> Deviation:
        """What is told of it."""
        assert self.lost is not None
        request = exchanges[self.lost].request
        trace = [line for line in self.crash.backtrace.splitlines() if line.strip()]
        message = f"radosgw died ({self.crash.signal}) on {request.method} {request.path}: {' | '.join(trace[:_TRACE])}"
        impact = "the gateway dies on this request: every client loses its connection"
        return Deviation("gateway-crash", BREAKS, "registry", impact, message, (self.lost,))


def of_another(gateway: Gateway, exchange: Exchange) -> bool:
    """Whether this exchange of set-up was only lost to a crash that another request caused."""
    if gateway.directory is None or exchange.failure not in LOST:
        return False
    asked = f"{exchange.request.method} {exchange.request.path}"
    named = [set(crash.requests) for crash in crashes.read(gateway.directory)]
    return bool(named) and not any(len(names) == 1 and _same(asked, next(iter(names))) for names in named)


def known(gateway: Gateway) -> int:
    """How many crashes are on record; ask before a check begins."""
    return len(crashes.read(gateway.directory)) if gateway.directory is not None else 0


def wait(gateway: Gateway) -> None:
    """Wait for a gateway of our own that is being started again."""
    if gateway.directory is not None:
        crashes.wait_until_alive(gateway.directory, seconds=WAIT)


def death(gateway: Gateway, exchanges: Sequence[Exchange], *, before: int, blocked: bool) -> Death | None:
    """The crash that cost these exchanges an answer, if one did; `before`: what `known` said when they began.

    `blocked`: what the check stands on may have been lost, as the operations before a replayed one.
    """
    lost = next((number for number, exchange in enumerate(exchanges) if exchange.failure in LOST), None)
    if gateway.directory is None or (lost is None and not blocked):
        return None
    crash = crashes.notice(gateway.directory, known=before, seconds=WAIT)
    if crash is None:
        return None
    if lost is None:
        return Death(crash, None, mine=False)
    request = exchanges[lost].request
    asked = f"{request.method} {request.path}"
    # A log that names nothing blames nobody: the check is repeated, and if it kills again it is the one.
    return Death(crash, lost, mine=bool(crash.requests) and all(_same(asked, named) for named in crash.requests))


def _same(asked: str, named: str) -> bool:
    """Whether both are of one place: a listing of the account is not what an object in it is asked for."""
    return unquote(asked.partition("?")[0]) == unquote(named.partition("?")[0])


@contextmanager
def one_by_one(gateway: Gateway) -> Iterator[None]:
    """Inside, no other check of this run is repeated."""
    assert gateway.directory is not None
    with (gateway.directory / "repetition").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
