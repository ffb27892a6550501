"""Rules on what an answer says of its connection."""

from collections.abc import Iterator
from typing import Final

from fixtures.wire.message import Exchange, Framing, Head
from suites.rules.model import told

_END_TO_END: Final = frozenset(
    (
        "content-length",
        "content-type",
        "content-range",
        "content-encoding",
        "etag",
        "last-modified",
        "date",
        "cache-control",
        "x-timestamp",
        "x-object-manifest",
        "x-auth-token",
        "x-storage-url",
    )
)


def persistence(exchange: Exchange, head: Head) -> Iterator[str]:
    """An answer says so where its connection ends with it."""
    options = _options(head.all("Connection"))
    if "close" in options:
        if "keep-alive" in options:
            yield f"Connection is {told(', '.join(head.all('Connection')))}"
        return
    if "close" in _options([exchange.request.get("Connection") or ""]):
        if exchange.request.version == b"HTTP/1.1":
            yield "the request says Connection: close, the answer does not"
    elif not exchange.reusable and _promised(exchange, head):
        yield "the connection was closed right after an answer that does not say so"


def _promised(exchange: Exchange, head: Head) -> bool:
    """Whether nothing but the gateway's own choice ended the connection (RFC 9112 sections 9.3 and 9.6)."""
    response = exchange.response
    if response is None or not response.complete or response.framing is Framing.CLOSE:
        return False
    if exchange.failure or exchange.excess or not exchange.sent_body or head.version != b"HTTP/1.1":
        return False
    # What was overheard of a registry tells of the end of its connection too, which may be much later.
    return exchange.request.version == b"HTTP/1.1" and "registry" not in exchange.tags and head.status != 101


def connection_options(_: Exchange, head: Head) -> Iterator[str]:
    """Connection names no field that is meant for more than this connection."""
    for option in sorted(_options(head.all("Connection")) & _END_TO_END):
        yield f"Connection names {option}, which the next proxy would take away"


def _options(values: list[str]) -> set[str]:
    return {option.strip().lower() for value in values for option in value.split(",")}
