"""Rules on parts of an object: 206, 416 and Content-Range against what was asked.

Sent to HEAD, a Range is told with 206 too: RFC 9110 section 14.2 would have it ignored, the S3 API documents it.
"""

import re
from collections.abc import Iterator
from typing import Final

from fixtures.wire.message import Exchange, Head
from suites.rules.model import shown, told

_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.IGNORECASE | re.ASCII)
_UNSATISFIED: Final = re.compile(r"bytes \*/\d+", re.IGNORECASE | re.ASCII)
_SPEC: Final = re.compile(r"(\d{1,19})-(\d{0,19})|-(\d{1,19})", re.ASCII)
_BOUNDARY: Final = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)


def range_asked(exchange: Exchange, head: Head) -> Iterator[str]:
    """A part of an object is sent, or refused, only to a request that asks for a range of bytes."""
    if head.status not in (206, 416) or exchange.request.method not in ("GET", "HEAD"):
        return
    # S3 API, GetObject: a part of a multipart upload is asked for by its number, and comes as a 206.
    if "partNumber=" in exchange.request.query:
        return
    asked = exchange.request.get("Range")
    if asked is None:
        yield f"{head.status}, but the request has no Range"
    elif not asked.lower().startswith("bytes") and head.status == 206:
        # RFC 9110 section 14.2: a unit that is not known must be ignored.
        yield f"206 to Range: {told(asked)}"


def content_range(exchange: Exchange, head: Head) -> Iterator[str]:
    """A 206 says which bytes it has of how many, and has as many as it says."""
    response = exchange.response
    if head.status != 206 or response is None or _is_multipart(head):
        return
    said = head.get("Content-Range")
    if said is None:
        yield "206 without Content-Range"
        return
    match = _CONTENT_RANGE.fullmatch(said)
    if match is None:
        yield f"Content-Range is {told(said)}"
        return
    first, last = int(match[1]), int(match[2])
    if last < first or (match[3] != "*" and int(match[3]) <= last):
        yield f"Content-Range {said} is no range"
        return
    length = head.get("Content-Length")
    if length is not None and length.lstrip("0") != f"{last - first + 1}":
        yield f"Content-Range {said} and Content-Length {told(length)}"
    elif exchange.request.method != "HEAD" and response.complete and response.size != last - first + 1:
        yield f"Content-Range {said} and a body of {response.size} bytes"


def range_within(exchange: Exchange, head: Head) -> Iterator[str]:
    """A 206 begins where it was asked to, and does not end after it was asked to."""
    if head.status != 206:
        return
    asked, said = exchange.request.get("Range"), head.get("Content-Range")
    match = _CONTENT_RANGE.fullmatch(said or "")
    if asked is None or match is None:
        return
    specs = _specs(asked, None if match[3] == "*" else int(match[3]))
    first, last = int(match[1]), int(match[2])
    if last < first:
        return
    # Of several ranges it may serve some, or join them (RFC 9110 section 15.3.7).
    if specs and (first not in {low for low, _ in specs} or last > max(high for _, high in specs)):
        yield f"asked for {told(asked)}, answered with {said}"


def _specs(asked: str, total: int | None) -> list[tuple[int, int]]:
    """First and last byte of each range that is asked for; empty if that cannot be told."""
    unit, _, specs = asked.partition("=")
    if unit.strip().lower() != "bytes":
        return []
    found = []
    for spec in specs.split(","):
        match = _SPEC.fullmatch(spec.strip())
        # Of the last 0 bytes there is no part; that it SHOULD be refused with 416 is for a check to say.
        if match is None or (match[1] is None and (total is None or int(match[3]) == 0)):
            return []
        if match[1] is not None:
            found.append((int(match[1]), int(match[2]) if match[2] else 1 << 64))
        elif total is not None:
            found.append((max(0, total - int(match[3])), total - 1))
    return found


def unsatisfied_range(exchange: Exchange, head: Head) -> Iterator[str]:
    """A 416 says how long the object is."""
    if head.status != 416 or exchange.request.get("Range") is None:
        return
    said = head.get("Content-Range")
    if said is None:
        yield "416 without Content-Range: bytes */LENGTH"
    elif not _UNSATISFIED.fullmatch(said):
        yield f"416 with Content-Range {told(said)}"


def multipart_ranges(exchange: Exchange, head: Head) -> Iterator[str]:
    """Several ranges in one answer are parts between boundaries, each with a Content-Range of its own."""
    response = exchange.response
    if head.status != 206 or response is None or not _is_multipart(head):
        return
    if "," not in (exchange.request.get("Range") or ""):
        # RFC 9110 section 15.3.7.2: who asks for one range need not understand parts.
        yield "multipart/byteranges to a request for one range"
    if head.get("Content-Range") is not None:
        yield f"multipart/byteranges and Content-Range {told(head.get('Content-Range') or '')}"
    boundary = _BOUNDARY.search(head.get("Content-Type") or "")
    if boundary is None:
        yield f"no boundary in Content-Type {told(head.get('Content-Type') or '')}"
    elif exchange.request.method != "HEAD" and response.complete and len(response.kept) == response.size:
        yield from _parts(response.kept, (boundary[1] or boundary[2]).encode("latin-1"))


def _parts(body: bytes, boundary: bytes) -> Iterator[str]:
    preamble, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if not parts or not parts[-1].startswith(b"--"):
        yield f"no part ends with the boundary {shown(boundary)}: {shown(body)}"
        return
    del preamble
    for part in parts[:-1]:
        if not re.search(rb"\r\ncontent-range:[ \t]*bytes \d+-\d+/", part.partition(b"\r\n\r\n")[0], re.IGNORECASE):
            yield f"a part without Content-Range: {shown(part)}"


def _is_multipart(head: Head) -> bool:
    return (head.get("Content-Type") or "").lower().startswith("multipart/byteranges")
