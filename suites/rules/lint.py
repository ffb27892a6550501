"""Rules on the values of all other fields, by httplint, which has the grammar of each.

Rule 1: httplint is not given what rules of this project judge with more before them, nor what they alone can: dates,
    validators, framing, ranges. What is left of a head is the same for thousands of answers, and is read once.
Rule 2: what a user has stored with an object (its type, its disposition) is the user's, not the gateway's.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from fixtures.wire.message import Exchange, Head
from suites.rules.lint_table import decided
from suites.rules.model import shown, told

# Expires is for caches, which take what is no date for the past; `0` is said on purpose (RFC 9111 section 5.3).
_NOT_GIVEN: Final = frozenset(
    b"date last-modified etag content-length transfer-encoding connection keep-alive expires".split()
)
_LONGEST: Final = 8 * 1024
"""Bytes of a value that httplint is given: it takes seconds for what a hostile gateway may put into one."""
_STORED: Final = frozenset(b"content-type content-disposition content-encoding content-language cache-control".split())
_MOST: Final = 256
"""Fields of a head that it is given."""
_Fields = tuple[tuple[bytes, bytes], ...]


def wrong(exchange: Exchange, head: Head) -> Iterator[str]:
    """No field has a value that leads its reader astray."""
    return _said("wrong", exchange, head)


def advised(exchange: Exchange, head: Head) -> Iterator[str]:
    """Every field that HTTP knows has a value of its grammar."""
    return _said("advised", exchange, head)


def noted(exchange: Exchange, head: Head) -> Iterator[str]:
    """No field is out of the ordinary."""
    return _said("noted", exchange, head)


def _said(what: str, exchange: Exchange, head: Head) -> Iterator[str]:
    # An object's answers have its ETag; an error's or a listing's have none.
    stored = any(f.name.lower() == b"etag" for f in head.fields)
    part = head.status in (206, 416)
    fields = tuple(
        (f.name, f.value)
        for f in head.fields[:_MOST]
        if len(f.value) <= _LONGEST and len(f.name) <= _LONGEST and _linted(f.name, stored, part)
    )
    for kind, message in _notes(exchange.request.method == "HEAD", head.status or 0, fields):
        if kind == what:
            yield message


@lru_cache(maxsize=4096)
def _linted(name: bytes, stored: bool, part: bool) -> bool:  # noqa: FBT001 - a cache's key
    """Whether httplint knows this field and it is for it to read."""
    # Imported where it is first needed: it takes a fifth of what pytest needs to start, and --help reads no answer.
    from httplint import get_field_description  # noqa: PLC0415

    low = name.lower()
    if low in _NOT_GIVEN or (stored and low in _STORED) or (part and low == b"content-range"):
        return False
    return get_field_description(name.decode("latin-1")) is not None


@lru_cache(maxsize=4096)
def _notes(is_head: bool, status: int, fields: _Fields) -> tuple[tuple[str, str], ...]:  # noqa: FBT001 - a cache's key
    from httplint import HttpResponseLinter, levels  # noqa: PLC0415

    linter = HttpResponseLinter(no_content=True)
    linter.is_head_response = is_head
    linter.process_response_topline(b"HTTP/1.1", b"%d" % status)
    try:
        linter.process_headers(list(fields))
        linter.finish_content(complete=True)
    except Exception as error:  # noqa: BLE001 - what trips over a gateway's bytes is for a reader to see, not to stop at
        return (("noted", f"httplint cannot read this head: {type(error).__name__}: {error}"),)
    found = []
    for note in linter.notes:
        kind = decided(type(note).__name__) if note.level in (levels.WARN, levels.BAD) else None
        if kind is not None:
            found.append((kind, _message(str(note.summary), note.vars.get("field_name"), fields)))
    return tuple(found)


def _message(summary: str, name: str | None, fields: _Fields) -> str:
    values = [shown(value) for field, value in fields if name and field.lower() == name.lower().encode("latin-1")]
    return f"{summary} ({told(name)}: {', '.join(values)})" if name and values else summary
