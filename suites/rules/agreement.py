"""Rules on what several answers of one check say about the same thing."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from fixtures.wire.message import Exchange, Response
from suites.rules.model import Complaint

_SAME: Final = (
    "ETag",
    "Last-Modified",
    "Content-Type",
    "Content-Encoding",
    "Content-Disposition",
    "Content-Language",
    "Cache-Control",
    "Expires",
    "Accept-Ranges",
    "X-Object-Manifest",
    "X-Static-Large-Object",
    "X-Timestamp",
    "X-Delete-At",
)
"""Fields that a HEAD has as the GET would (RFC 9110 section 9.3.2)."""
_META: Final = (b"x-object-meta-", b"x-amz-meta-")
_WRITES: Final = ("PUT", "POST", "DELETE", "COPY", "PATCH")
_Differences = Callable[[Response, Response], Iterator[str]]


def head_agrees_with_get(exchanges: Sequence[Exchange]) -> Iterator[Complaint]:
    """HEAD of an object says what GET of it says, as long as nothing was written in between."""
    return _compared(exchanges, _differences)


def head_shows_all_of_get(exchanges: Sequence[Exchange]) -> Iterator[Complaint]:
    """HEAD of an object has the fields that GET of it has, as long as nothing was written in between."""
    return _compared(exchanges, _absences)


def not_modified_agrees(exchanges: Sequence[Exchange]) -> Iterator[Complaint]:
    """A 304 names the object that it says is the same: its ETag, and no other date than before."""
    # RFC 9110 section 15.4.5: MUST. A cache takes over what a 304 says (RFC 9111 section 4.3.4); registries have none.
    known: dict[bytes, tuple[int, Response]] = {}
    for number, exchange in enumerate(exchanges):
        request, response = exchange.request, exchange.response
        if request.method in _WRITES:
            known.clear()
        elif response is not None and response.status in (200, 206):
            known[request.target] = number, response
        elif response is not None and response.status == 304 and request.target in known:
            there, before = known[request.target]
            if response.get("ETag") != before.get("ETag"):
                yield f"ETag {before.get('ETag')!r}, then 304 with {response.get('ETag')!r}", (there, number)
            if response.get("Last-Modified") not in (None, before.get("Last-Modified")):
                said = response.get("Last-Modified")
                yield f"Last-Modified {before.get('Last-Modified')!r}, then 304 with {said!r}", (there, number)


def _compared(exchanges: Sequence[Exchange], differences: _Differences) -> Iterator[Complaint]:
    """What differs between the last HEAD and the last GET of each object.

    Only what has an ETag is an object: HEAD of a bucket says whether it is there, GET of it lists it (S3 API).
    """
    pairs: dict[bytes, dict[str, tuple[int, Response]]] = {}
    for number, exchange in enumerate(exchanges):
        request, response = exchange.request, exchange.response
        if request.method in _WRITES:
            # A segment changes the large object it belongs to, so any write ends what was known.
            pairs.clear()
            continue
        if response is None or response.status not in (200, 206) or not response.complete:
            continue
        if request.method not in ("GET", "HEAD") or (request.method == "HEAD" and request.get("Range")):
            continue
        if (response.get("Content-Type") or "").startswith("multipart/byteranges"):
            continue
        known = pairs.setdefault(request.target, {})
        known[request.method] = number, response
        if len(known) == 2:
            there = known["GET" if request.method == "HEAD" else "HEAD"][0]
            if not any(response.get("ETag") for _, response in known.values()):
                continue
            if _coded(known["GET"][1]) != _coded(known["HEAD"][1]) and _asks(exchanges[there]) != _asks(exchange):
                continue
            for complaint in differences(known["HEAD"][1], known["GET"][1]):
                yield f"HEAD and GET of the same object: {complaint}", (there, number)


def _differences(head: Response, get: Response) -> Iterator[str]:
    length = head.get("Content-Length")
    if length is not None and length != str(_whole(get)):
        yield f"Content-Length {length} and a body of {_whole(get)} bytes"
    mine, other = _described(head), _described(get)
    for name, value in mine.items():
        if value != other.get(name, value):
            yield f"{name} {value!r} and {other[name]!r}"


def _absences(head: Response, get: Response) -> Iterator[str]:
    mine, other = _described(head), _described(get)
    for name in other.keys() - mine.keys():
        yield f"only GET has {name}"
    # A part need not say again what its asker knows (RFC 9110 section 15.3.7).
    if get.status == 200:
        for name in mine.keys() - other.keys():
            yield f"only HEAD has {name}"


def _coded(response: Response) -> str | None:
    return response.get("Content-Encoding")


def _asks(exchange: Exchange) -> str | None:
    """Which codings are asked for: a proxy in front of a gateway may compress the one answer and not the other."""
    return exchange.request.get("Accept-Encoding")


def _described(response: Response) -> dict[str, str]:
    """What an answer says of the object, with the names of metadata in lower case."""
    fields = {name: value for name in _SAME if (value := response.get(name)) is not None}
    for f in response.head.fields:
        if f.name.lower().startswith(_META):
            fields[f.name.lower().decode("latin-1")] = f.value.decode("latin-1")
    return fields


def _whole(get: Response) -> int | str:
    """The size of the object that a GET answered with, whole or in part (RFC 9110 section 14.4)."""
    if get.status == 200:
        return get.size
    return (get.get("Content-Range") or "").rpartition("/")[2]
