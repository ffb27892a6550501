"""Rules on the form of one answer: that there is one, its status line, its framing, its body.

Specimens of good and bad bytes for each are in tests/rules/specimens.
"""

import re
from collections.abc import Iterator
from typing import Final

from fixtures.wire.message import Exchange, Failure, Framing, Head
from suites.rules.model import shown

_STATUS_LINE: Final = re.compile(rb"HTTP/\d\.\d [1-5]\d\d [\t \x21-\x7e\x80-\xff]*")
_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def answered(exchange: Exchange) -> Iterator[str]:
    """Every request is answered, and the answer comes to its end."""
    failure = exchange.failure
    if failure is None or failure in (Failure.BAD_CHUNK, Failure.UNREACHABLE, Failure.TLS):
        return
    came = f" after {shown(exchange.raw)}" if exchange.raw else ""
    detail = f" ({exchange.failure_detail})" if exchange.failure_detail else ""
    yield f"{_request(exchange)}: {_FAILURES[failure]}{detail}{came}"


_FAILURES: Final = {
    Failure.NO_RESPONSE: "the connection was closed without an answer",
    Failure.CLOSED_EARLY: "the connection was closed inside the answer",
    Failure.RESET: "the connection was reset",
    Failure.TIMEOUT: "no answer in time",
    Failure.TOO_LONG: "the answer does not end",
}


def reachable(exchange: Exchange) -> Iterator[str]:
    """The gateway takes connections as long as the run lasts."""
    if exchange.failure in (Failure.UNREACHABLE, Failure.TLS):
        yield f"{_request(exchange)}: {exchange.failure_detail}"


def status_line(exchange: Exchange) -> Iterator[str]:
    """Every answer starts with a status line."""
    # RGW up to 9.0.3 sent none for a large object manifest without segments (tracker 12780).
    for head in _heads(exchange):
        if head.status_line is None:
            yield f"{_request(exchange)}: expected a status line, the first bytes are {shown(head.raw)}"


def status_line_form(exchange: Exchange) -> Iterator[str]:
    """A status line is a version, a space, three digits, a space, and a reason that may be empty."""
    for head in _heads(exchange):
        if head.status_line is not None and not _STATUS_LINE.fullmatch(head.status_line):
            yield f"{_request(exchange)}: the status line is {shown(head.status_line)}"


def framing(exchange: Exchange) -> Iterator[str]:
    """The fields of an answer tell in one way where its body ends."""
    response = exchange.response
    if response is None:
        return
    head = response.head
    lengths, codings = head.all("Content-Length"), head.all("Transfer-Encoding")
    if len(lengths) > 1:
        # A list of equal values may be accepted by a recipient, but no sender may make one (RFC 9112 section 6.3).
        yield f"{_request(exchange)}: {len(lengths)} Content-Length fields: {', '.join(lengths)}"
    for value in lengths:
        if not (value.isascii() and value.isdigit()):
            yield f"{_request(exchange)}: Content-Length is {shown(value.encode('latin-1'))}"
    if lengths and codings:
        yield f"{_request(exchange)}: both Content-Length and Transfer-Encoding"
    if codings and response.status is not None and (response.status < 200 or response.status == 204):
        yield f"{_request(exchange)}: Transfer-Encoding in a {response.status}"
    if len(codings) > 1 or (codings and codings[0].lower() != "chunked"):
        yield f"{_request(exchange)}: Transfer-Encoding is {', '.join(codings)}"
    if exchange.failure is Failure.BAD_CHUNK:
        yield f"{_request(exchange)}: chunked body with {exchange.failure_detail}"


def field_lines(exchange: Exchange) -> Iterator[str]:
    """Every line between status line and blank line is a field: a token, a colon, a value."""
    for head in _heads(exchange):
        # The last line of a head that was cut off is no line: `answered` tells of it.
        if head.status_line is None or not head.raw.endswith((b"\n\r\n", b"\n\n")):
            continue
        for f in head.fields:
            if not _TOKEN.fullmatch(f.name):
                line = f.name + b":" + f.value if f.name else f.value
                yield f"{_request(exchange)}: the line {shown(line)} is no field"


def no_body(exchange: Exchange) -> Iterator[str]:
    """No body follows an answer to HEAD, a 204 or a 304."""
    response = exchange.response
    if response is not None and response.framing is Framing.NONE and exchange.excess and response.status is not None:
        what = "an answer to HEAD" if exchange.request.method == "HEAD" else f"a {response.status}"
        yield f"{_request(exchange)}: {len(exchange.excess)} bytes follow {what}: {shown(exchange.excess)}"


def no_excess(exchange: Exchange) -> Iterator[str]:
    """Nothing follows the end of a body before the next request is sent."""
    response = exchange.response
    if response is None or response.framing is Framing.NONE or not response.complete:
        return
    if exchange.excess:
        yield f"{_request(exchange)}: {len(exchange.excess)} bytes follow the body: {shown(exchange.excess)}"


def _heads(exchange: Exchange) -> Iterator[Head]:
    if exchange.response is not None and (exchange.raw or exchange.response.head.raw):
        yield from exchange.response.interim
        if exchange.response.head not in exchange.response.interim and exchange.response.head.raw.strip():
            yield exchange.response.head


def _request(exchange: Exchange) -> str:
    return exchange.request.method
