"""Rules on what several answers of one check say about the same thing."""

from collections.abc import Iterator, Sequence
from typing import Final

from fixtures.wire.message import Exchange, Response
from suites.rules.model import Complaint

_SAME: Final = ("ETag", "Last-Modified", "Content-Type", "X-Object-Manifest", "X-Timestamp")
"""Fields that a HEAD has as the GET would (RFC 9110 section 9.3.2), as far as both have them."""
_WRITES: Final = ("PUT", "POST", "DELETE", "COPY")


def head_agrees_with_get(exchanges: Sequence[Exchange]) -> Iterator[Complaint]:
    """HEAD of an object says what GET of it says, as long as nothing was written in between."""
    heads: dict[bytes, tuple[int, Response]] = {}
    gets: dict[bytes, tuple[int, Response]] = {}
    for number, exchange in enumerate(exchanges):
        request, response = exchange.request, exchange.response
        if request.method in _WRITES:
            # A segment changes the large object it belongs to, so any write ends what was known.
            heads.clear()
            gets.clear()
            continue
        if response is None or response.status not in (200, 206) or not response.complete:
            continue
        mine, other = (heads, gets) if request.method == "HEAD" else (gets, heads)
        mine[request.target] = number, response
        if request.target in other:
            there, that = other[request.target]
            head, get = (response, that) if request.method == "HEAD" else (that, response)
            for complaint in _differences(head, get):
                yield f"HEAD and GET of the same object: {complaint}", (there, number)


def _differences(head: Response, get: Response) -> Iterator[str]:
    length = head.get("Content-Length")
    if length is not None and length != str(_whole(get)):
        yield f"Content-Length {length} and a body of {_whole(get)} bytes"
    for name in _SAME:
        one, two = head.get(name), get.get(name)
        if one is not None and two is not None and one != two:
            yield f"{name} {one!r} and {two!r}"


def _whole(get: Response) -> int | str:
    """The size of the object that a GET answered with, whole or in part (RFC 9110 section 14.4)."""
    if get.status == 200:
        return get.size
    return (get.get("Content-Range") or "").rpartition("/")[2]
