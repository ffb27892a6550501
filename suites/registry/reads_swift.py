"""What the Swift driver reads of each answer, and what becomes of a registry where that is wrong.

Sources are files of docker/distribution (tags v2.5.0 and v2.8.3), `registry/storage/driver/swift/swift.go` unless
another is named, and of ncw/swift as vendored there (`ncw`). Both versions read the same unless a row says otherwise.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from fixtures.recordings.dialect import Played
from fixtures.recordings.model import Kind
from fixtures.recordings.swift.binding import at_keystone
from fixtures.recordings.swift.keystone import storage_url
from fixtures.wire.message import Exchange, Response
from reports.model import BREAKS, MUST
from suites.registry.read import Read, field, http_date, integer

Wrong = Callable[[Played, Response, Exchange], str | None]
_MD5: Final = re.compile(r"[0-9a-fA-F]{32}")


LOSS: Final[dict[Kind, str]] = {
    Kind.AUTH: "the registry does not start: it cannot log in",
    Kind.INFO: "the registry goes on without bulk delete and redirects",
    Kind.HEAD_ACCOUNT: "the registry does not start: it cannot ask for the account's TempURL key",
    Kind.POST_ACCOUNT: "the registry does not start: it cannot set the account's TempURL key",
    Kind.HEAD_CONTAINER: "the registry does not start: it cannot look at its container",
    Kind.PUT_CONTAINER: "the registry does not start: it cannot make its container",
    Kind.LIST: "push, pull and delete fail where the registry looks for a file or directory",
    Kind.PUT_CONTENT: "push fails with 500: a link or an upload's state cannot be written",
    Kind.PUT_SEGMENT: "push of any layer fails with 500: its bytes cannot be written",
    Kind.PUT_MANIFEST: "push of any layer fails with 500: its large object manifest cannot be written",
    Kind.AWAIT_MANIFEST: "push of any layer fails with 500",
    Kind.STAT_OBJECT: "push and pull fail with 500: the registry cannot look at a blob",
    Kind.HEAD_OBJECT: "push of any layer fails with 500",
    Kind.GET_CONTENT: "push and pull fail with 500: links, manifests and upload states cannot be read",
    Kind.GET_RANGE: "pull of any layer fails",
    Kind.COPY: "push fails with 500: an upload cannot be moved to its place",
    Kind.DELETE: "uploads and deleted images are never removed",
    Kind.OTHER: "the operation fails",
}
"""What a registry loses if it cannot make anything of the answer to such a request."""


def _counter(name: str) -> Callable[[Played, Response, Exchange], str | None]:
    number = field(name, integer, "an integer")

    def wrong(played: Played, response: Response, exchange: Exchange) -> str | None:
        return number(played, response, exchange) if played.step.answer.status in (200, 204) else None

    return wrong


def _absolute(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _v1(wrong: Wrong) -> Wrong:
    """Only where the registry logs in at the gateway."""
    return lambda played, *answer: None if at_keystone(played.step) else wrong(played, *answer)


def _v3(wrong: Wrong) -> Wrong:
    """Only where it logs in at Keystone (`authversion: 3`)."""
    return lambda played, *answer: wrong(played, *answer) if at_keystone(played.step) else None


def _catalogue(_: Played, response: Response, __: Exchange) -> str | None:
    url = storage_url(response.kept)
    if url is None:
        return "the catalogue has no object-store with a public endpoint"
    return None if _absolute(url) else f"the object store's public endpoint is {url!r}, not an absolute URL"


def _etag(_: Played, response: Response, exchange: Exchange) -> str | None:
    """PutContent compares the Etag, lower-cased and with its quotes on, to the MD5 of what it sent."""
    etag, content = response.get("Etag"), exchange.request.content
    if etag is None or content is None:
        return "Etag is missing" if etag is None else None
    return None if etag.lower() == content.md5 else f"Etag is {etag!r}, the MD5 of what was sent is {content.md5}"


def _segment_etag(_: Played, response: Response, exchange: Exchange) -> str | None:
    etag, content = response.get("Etag"), exchange.request.content
    if etag is None or content is None or not _MD5.fullmatch(etag.strip('"')):
        return None
    same = etag.strip('"').lower() == content.md5
    return None if same else f"Etag {etag} is not the MD5 of what was sent, {content.md5}"


def _length(played: Played, response: Response, _: Exchange) -> str | None:
    """Content-Length is the object's size; without one ncw takes the size for 0 (swift.go, `Object`)."""
    recorded = played.step.answer.get("Content-Length")
    if played.step.answer.status != 200 or recorded is None:
        return None
    seen = response.get("Content-Length")
    return None if seen == recorded else f"Content-Length is {seen}, the object has {recorded} bytes"


def _manifest(played: Played, response: Response, _: Exchange) -> str | None:
    """X-Object-Manifest says that it is a large object, and where the segments are."""
    recorded = played.step.answer.get("X-Object-Manifest")
    seen = response.get("X-Object-Manifest")
    if recorded is None:
        return f"X-Object-Manifest is {seen!r} for an object that is no large object" if seen is not None else None
    if seen is None:
        return "X-Object-Manifest is missing for a large object"
    segments = recorded.partition("/")[2]
    return (
        None if seen.partition("/")[2] == segments else f"X-Object-Manifest is {seen!r}, it was put as .../{segments}"
    )


def _last_modified(played: Played, response: Response, exchange: Exchange) -> str | None:
    if played.step.answer.status not in (200, 206):
        return None
    return field("Last-Modified", http_date, "a date as in RFC 1123 with GMT")(played, response, exchange)


def _content_range(played: Played, response: Response, _: Exchange) -> str | None:
    if played.step.answer.status != 206:
        return None
    recorded, seen = played.step.answer.get("Content-Range"), response.get("Content-Range")
    return None if seen == recorded else f"Content-Range is {seen!r}, the part asked for is {recorded!r}"


_OBJECT: Final = (
    Read(
        "Content-Length", _length, BREAKS, "blobs have the wrong size: push fails or pull is cut short", "ncw `Object`"
    ),
    Read(
        "X-Object-Manifest",
        _manifest,
        BREAKS,
        "the registry takes a large object for a plain one: its segments are lost or its upload cannot be resumed",
        "`Writer`, `Move`, `Delete`",
    ),
)
_MODIFIED_2_5: Final = Read(
    "Last-Modified",
    _last_modified,
    BREAKS,
    'push fails with 500: parsing time "" as RFC 1123',
    "ncw `Object` before commit 7ba25cb6 (v2.5.0)",
    lambda version: version < (2, 6),
)
_MODIFIED: Final = Read(
    "Last-Modified",
    _last_modified,
    MUST,
    "a blob's date is unknown; a registry older than 2.6 fails here",
    "ncw `Object`; Swift API, Show object metadata",
    lambda version: version >= (2, 6),
)

READS: Final[dict[Kind, tuple[Read, ...]]] = {
    Kind.AUTH: (
        Read(
            "X-Storage-Url",
            _v1(field("X-Storage-Url", _absolute, "an absolute URL")),
            BREAKS,
            LOSS[Kind.AUTH],
            "ncw auth.go",
        ),
        Read("X-Auth-Token", _v1(field("X-Auth-Token", bool, "a token")), BREAKS, LOSS[Kind.AUTH], "ncw auth.go"),
        Read(
            "X-Subject-Token",
            _v3(field("X-Subject-Token", bool, "a token")),
            BREAKS,
            LOSS[Kind.AUTH],
            "ncw auth_v3.go, `Token`",
        ),
        Read("catalog", _v3(_catalogue), BREAKS, LOSS[Kind.AUTH], "ncw auth_v3.go, `endpointUrl`"),
    ),
    Kind.HEAD_CONTAINER: tuple(
        Read(name, wrong, BREAKS, LOSS[Kind.HEAD_CONTAINER], "ncw `Container`, `getInt64FromHeader`")
        for name, wrong in (
            ("X-Container-Object-Count", _counter("X-Container-Object-Count")),
            ("X-Container-Bytes-Used", _counter("X-Container-Bytes-Used")),
        )
    ),
    Kind.PUT_CONTENT: (
        Read(
            "Etag",
            _etag,
            BREAKS,
            "push fails with 500: the registry takes what it wrote for corrupted",
            "ncw `ObjectPut`",
        ),
    ),
    Kind.PUT_SEGMENT: (
        Read(
            "Etag", _segment_etag, MUST, "a layer's bytes may be damaged: no registry checks segments", "swift-api Etag"
        ),
    ),
    Kind.AWAIT_MANIFEST: (*_OBJECT, _MODIFIED_2_5, _MODIFIED),
    Kind.STAT_OBJECT: (*_OBJECT, _MODIFIED_2_5, _MODIFIED),
    Kind.HEAD_OBJECT: (*_OBJECT, _MODIFIED_2_5, _MODIFIED),
    Kind.GET_RANGE: (
        Read(
            "Content-Range",
            _content_range,
            MUST,
            "whoever resumes a pull joins the wrong bytes",
            "`Reader`; RFC 9110 section 15.3.7",
        ),
    ),
}
