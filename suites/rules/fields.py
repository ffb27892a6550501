"""Rules on the lines of a head: which bytes make a field, and which may not be in one."""

import re
from collections.abc import Iterator
from typing import Final

from fixtures.wire.message import Exchange, Field, Head
from suites.rules.model import heads, shown

_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# RFC 9110 section 5.5: tab, space, visible characters, and bytes above 127 whose meaning is not told.
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n|\Z)")
_LONE_LF: Final = re.compile(rb"(?<!\r)\n")
_ONCE: Final = frozenset(
    b"""content-type content-range etag last-modified date location retry-after age expires content-location
    x-timestamp x-object-manifest x-storage-url x-auth-token x-container-object-count x-container-bytes-used""".split()
)
"""Fields whose value is one and no list, those of HTTP and those that registries read. Lengths are `framing`'s."""


def field_lines(exchange: Exchange) -> Iterator[str]:
    """Every line between status line and blank line is a field: a token, a colon, a value."""
    for head in heads(exchange):
        # The last line of a head that was cut off is no line: `answered` tells of it.
        if head.status_line is not None and head.raw.endswith((b"\n\r\n", b"\n\n")):
            yield from _not_fields(head.fields)
    if exchange.response is not None and exchange.response.trailers:
        yield from _not_fields(exchange.response.trailers)


def _not_fields(fields: tuple[Field, ...]) -> Iterator[str]:
    for f in fields:
        if not _TOKEN.fullmatch(f.name):
            line = f.name + b":" + f.value if f.name else f.value
            yield f"the line {shown(line)} is no field"


def field_values(exchange: Exchange) -> Iterator[str]:
    """No value of a field has a control character in it, nor a CR that ends no line."""
    for head in heads(exchange):
        found = _CONTROL.search(head.raw, len(head.first_line)) if head.status_line is not None else None
        if found:
            yield f"the line {shown(_line_at(head.raw, found.start()))} has {shown(found[0])} in it"


def _line_at(raw: bytes, at: int) -> bytes:
    """The line that has this byte, with its end."""
    end = raw.find(b"\n", at) + 1
    return raw[raw.rfind(b"\n", 0, at) + 1 : end or len(raw)]


def line_ends(exchange: Exchange) -> Iterator[str]:
    """Every line of a head ends with CR LF."""
    for head in heads(exchange):
        if head.status_line is None or head.raw.count(b"\n") == head.raw.count(b"\r\n"):
            continue
        found = _LONE_LF.search(head.raw)
        if found:
            yield f"the line {shown(_line_at(head.raw, found.start()))} ends with LF alone"


def field_once(_: Exchange, head: Head) -> Iterator[str]:
    """A field whose value is no list comes once."""
    names = [f.name.lower() for f in head.fields]
    if len(set(names)) == len(names):
        return
    for name in dict.fromkeys(names):
        if name in _ONCE and names.count(name) > 1:
            values = " and ".join(shown(f.value) for f in head.fields if f.name.lower() == name)
            yield f"{names.count(name)} fields {shown(name)}: {values}"
