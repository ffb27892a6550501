"""Rules on where an answer ends: length, chunks, trailers, and what follows the end.

A body of which more came than is kept is judged by its first bytes.
"""

import re
from collections.abc import Iterator
from typing import Final

from fixtures.wire.message import Exchange, Failure, Framing, Head, Response
from suites.rules.model import shown, told

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_QUOTED: Final = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
# RFC 9112 section 7.1: whitespace around an extension's parts is for recipients to bear, and no sender may make it.
_CHUNK_LINE: Final = re.compile(rb"[0-9A-Fa-f]+(?:;%b(?:=(?:%b|%b))?)*\r\n" % (_TOKEN, _TOKEN, _QUOTED))
_NOT_IN_TRAILERS: Final = frozenset(
    b"""transfer-encoding content-length host trailer te connection keep-alive upgrade
    content-type content-encoding content-range set-cookie authorization www-authenticate proxy-authenticate
    cache-control expires date age location retry-after vary max-forwards range expect etag last-modified""".split()
)
"""Fields that frame, route or authenticate, that say how the body is to be read, or what is to be done with it."""


def framing(exchange: Exchange, head: Head) -> Iterator[str]:
    """The fields of an answer tell in one way where its body ends."""
    lengths, codings = head.all("Content-Length"), head.all("Transfer-Encoding")
    if len(lengths) > 1:
        # A list of equal values may be accepted by a recipient, but no sender may make one (RFC 9112 section 6.3).
        yield f"{len(lengths)} Content-Length fields: {told(', '.join(lengths))}"
    for value in lengths:
        if not (value.isascii() and value.isdigit()):
            yield f"Content-Length is {told(value)}"
        elif head.status == 204 and value.strip("0"):
            yield f"a 204 with Content-Length {value}"
    if codings:
        yield from _codings(exchange, head, codings)
        if lengths:
            yield "both Content-Length and Transfer-Encoding"
    if exchange.failure is Failure.BAD_CHUNK:
        yield f"chunked body with {exchange.failure_detail}"


def _codings(exchange: Exchange, head: Head, codings: list[str]) -> Iterator[str]:
    """What is wrong with the transfer codings that an answer names (RFC 9112 section 6.1)."""
    status = head.status or 0
    if status < 200 or status == 204:
        yield f"Transfer-Encoding in a {status}"
    if len(codings) > 1 or codings[0].lower() != "chunked":
        yield f"Transfer-Encoding is {told(', '.join(codings))}"
    if head.version == b"HTTP/1.0":
        yield "Transfer-Encoding in an answer of HTTP/1.0, to which it is not known"
    elif exchange.request.version == b"HTTP/1.0":
        yield "Transfer-Encoding in an answer to HTTP/1.0, whose clients do not know it"


def chunk_lines(exchange: Exchange) -> Iterator[str]:
    """Each chunk starts with its size in hexadecimal digits, legal extensions, and CR LF."""
    response = exchange.response
    if response is None or response.framing is not Framing.CHUNKED or exchange.failure is Failure.BAD_CHUNK:
        return
    raw = exchange.raw
    at = len(response.head.raw) + sum(len(head.raw) for head in response.interim)
    for size in response.chunk_sizes:
        end = raw.find(b"\n", at) + 1
        if not end:
            return
        if not _CHUNK_LINE.fullmatch(raw, at, end):
            yield f"the chunk of {size} bytes begins with {shown(raw[at:end])}"
            return
        at = end + size + 2


def trailers(exchange: Exchange) -> Iterator[str]:
    """Nothing comes after the body that says how to frame, route or read it."""
    response = exchange.response
    if response is None:
        return
    for f in response.trailers:
        if f.name.lower() in _NOT_IN_TRAILERS:
            yield f"the trailer {shown(f.name)}: {shown(f.value)}"


def no_length(_: Exchange, head: Head) -> Iterator[str]:
    """A 204 has no Content-Length, not even 0."""
    # RFC 9110 section 8.6 says MUST NOT. But clients know by the status that nothing follows (RFC 9112 section 6.3),
    # OpenStack Swift sends it with each of its 204s, RGW did up to 9.x (tracker 13582), and does again for those who
    # set rgw_print_prohibited_content_length (tracker 16602): a fact that tells gateways apart. Of another length than
    # 0 `framing` complains.
    if head.status == 204 and head.get("Content-Length") == "0":
        yield "a 204 with Content-Length 0"


def no_body(exchange: Exchange) -> Iterator[str]:
    """No body follows an answer to HEAD, a 204, a 205 or a 304."""
    response = exchange.response
    if response is None or response.status is None:
        return
    if response.framing is Framing.NONE:
        if exchange.excess:
            what = "an answer to HEAD" if exchange.request.method == "HEAD" else f"a {response.status}"
            yield f"{len(exchange.excess)} bytes follow {what}: {shown(exchange.excess)}"
    elif response.status == 205 and response.size:
        # It may say that its length is 0, and must not have more (RFC 9110 section 15.3.6).
        yield f"a 205 with a body of {response.size} bytes: {shown(response.kept)}"


def no_excess(exchange: Exchange) -> Iterator[str]:
    """Nothing follows the end of a body before the next request is sent."""
    response = exchange.response
    if response is None or response.framing is Framing.NONE or not response.complete:
        return
    if exchange.excess:
        yield f"{len(exchange.excess)} bytes follow {_what(response)}: {shown(exchange.excess)}"


def _what(response: Response) -> str:
    return "the body" if response.size else f"the {response.status}"
