"""Rules on whether there is an answer, and on its status line."""

import re
from collections.abc import Iterator
from typing import Final

from fixtures.wire.message import Exchange, Failure, Head
from suites.rules.model import heads, shown

_STATUS_LINE: Final = re.compile(rb"HTTP/\d\.\d [1-5]\d\d [\t \x21-\x7e\x80-\xff]*")
_FAILURES: Final = {
    Failure.NO_RESPONSE: "the connection was closed without an answer",
    Failure.CLOSED_EARLY: "the connection was closed inside the answer",
    Failure.RESET: "the connection was reset",
    Failure.TIMEOUT: "no answer in time",
    Failure.TOO_LONG: "the answer does not end",
}


def answered(exchange: Exchange) -> Iterator[str]:
    """Every request is answered, and the answer comes to its end."""
    failure = exchange.failure
    if failure is None or failure in (Failure.BAD_CHUNK, Failure.UNREACHABLE, Failure.TLS):
        return
    came = f" after {shown(exchange.raw)}" if exchange.raw else ""
    detail = f" ({exchange.failure_detail})" if exchange.failure_detail else ""
    yield f"{_FAILURES[failure]}{detail}{came}"


def reachable(exchange: Exchange) -> Iterator[str]:
    """The gateway takes connections as long as the run lasts."""
    if exchange.failure in (Failure.UNREACHABLE, Failure.TLS):
        yield exchange.failure_detail


def status_line(exchange: Exchange) -> Iterator[str]:
    """Every answer starts with a status line."""
    # RGW up to 9.0.3 sent none for a large object manifest without segments (tracker 12780).
    for head in heads(exchange):
        if head.status_line is None:
            yield f"expected a status line, the first bytes are {shown(head.raw)}"


def status_line_form(exchange: Exchange) -> Iterator[str]:
    """A status line is a version, a space, three digits, a space, and a reason that may be empty."""
    for head in heads(exchange):
        if head.status_line is not None and not _STATUS_LINE.fullmatch(head.status_line):
            yield f"the status line is {shown(head.status_line)}"


def http_version(_: Exchange, head: Head) -> Iterator[str]:
    """An answer to HTTP/1 says HTTP/1.1, or HTTP/1.0 where the gateway knows no more."""
    # RFC 9110 section 2.5: no version that the request does not understand, and no major version but the request's.
    if head.version not in (b"HTTP/1.1", b"HTTP/1.0"):
        yield f"the answer to HTTP/1 says {shown(head.version or b'')}"
