"""What the S3 driver and the AWS SDK under it read of each answer, and what becomes of a registry where that is wrong.

Sources are files of distribution (tags v2.8.3 and v3.1.1), `registry/storage/driver/s3-aws/s3.go` unless another is
named, and of aws-sdk-go as those versions use it (`sdk`). Both versions read the same unless a row says otherwise.
"""

from collections.abc import Callable
from typing import Final

from fixtures.recordings.dialect import Played
from fixtures.recordings.model import Kind
from fixtures.wire.documents import Unreadable, document
from fixtures.wire.message import Exchange, Response
from reports.model import BREAKS, MUST
from suites.registry.read import Read, field, http_date, integer

LOSS: Final[dict[Kind, str]] = {
    Kind.PUT_OBJECT: "push fails with 500: a link or an upload's state cannot be written",
    Kind.GET_OBJECT: "push and pull fail with 500: links, manifests and blobs cannot be read",
    Kind.HEAD_OBJECT: "push and pull fail with 500: the registry cannot look at a blob",
    Kind.COPY_OBJECT: "push fails with 500: an upload cannot be moved to its place",
    Kind.CREATE_UPLOAD: "push of any layer fails with 500: its upload cannot be begun",
    Kind.UPLOAD_PART: "push of any layer fails with 500: its bytes cannot be written",
    Kind.COPY_PART: "push of a layer above 32 MiB fails with 500: it cannot be moved to its place",
    Kind.COMPLETE_UPLOAD: "push of any layer fails with 500: its upload cannot be completed",
    Kind.ABORT_UPLOAD: "parts of cancelled uploads are kept, and paid for, for ever",
    Kind.LIST_UPLOADS: "push of any layer fails with 500: its upload cannot be found again",
    Kind.LIST_PARTS: "push of any layer fails with 500: its upload cannot be gone on with",
    Kind.LIST_OBJECTS: "push, pull and delete fail where the registry looks for a file or directory",
    Kind.DELETE_OBJECTS: "push fails with 500 at its end, and deleted images are never removed",
    Kind.DELETE: "uploads and deleted images are never removed",
    Kind.OTHER: "the operation fails",
}
"""What a registry loses if it cannot make anything of the answer to such a request."""

_Wrong = Callable[[Played, Response, Exchange], str | None]


def _element(path: str) -> _Wrong:
    def wrong(_: Played, response: Response, __: Exchange) -> str | None:
        try:
            text = document(response.kept).findtext(path)
        except Unreadable as error:
            return f"the answer is {error}"
        return None if text else f"the answer has no {path.rpartition('/')[2]}"

    return wrong


def _root(name: str) -> _Wrong:
    """The SDK looks for an error in an answer that began with 200 (sdk service/s3/statusok_error.go)."""

    def wrong(_: Played, response: Response, __: Exchange) -> str | None:
        try:
            root = document(response.kept)
        except Unreadable as error:
            return f"the answer is {error}"
        if root.tag == "Error":
            return f"200 is followed by the error {root.findtext('Code')}"
        return None if root.tag == name else f"the answer is a {root.tag}, not a {name}"

    return wrong


def _found(wrong: _Wrong) -> _Wrong:
    """Read only of an object that is there."""
    return lambda played, response, exchange: (
        wrong(played, response, exchange) if played.step.answer.status in (200, 206) else None
    )


def _length(played: Played, response: Response, _: Exchange) -> str | None:
    recorded, seen = played.step.answer.get("Content-Length"), response.get("Content-Length")
    return None if seen == recorded else f"Content-Length is {seen}, the object has {recorded} bytes"


def _content_range(played: Played, response: Response, _: Exchange) -> str | None:
    recorded, seen = played.step.answer.get("Content-Range"), response.get("Content-Range")
    return None if seen == recorded else f"Content-Range is {seen!r}, the part asked for is {recorded!r}"


def _part_etag(_: Played, response: Response, exchange: Exchange) -> str | None:
    etag, content = response.get("ETag"), exchange.request.content
    if etag is None or content is None:
        return "ETag is missing" if etag is None else None
    return None if etag.strip('"') == content.md5 else f"ETag is {etag}, the MD5 of what was sent is {content.md5}"


_DATE: Final = "a date as in RFC 1123 with GMT"

READS: Final[dict[Kind, tuple[Read, ...]]] = {
    Kind.CREATE_UPLOAD: (Read("UploadId", _element("./UploadId"), BREAKS, LOSS[Kind.CREATE_UPLOAD], "`Writer`"),),
    Kind.UPLOAD_PART: (
        Read("ETag", field("ETag", bool, "an ETag"), BREAKS, LOSS[Kind.COMPLETE_UPLOAD], "`flushPart`"),
        Read(
            "ETag of what was sent",
            _part_etag,
            MUST,
            "a layer's bytes may be damaged: no registry checks parts",
            "S3 API, UploadPart",
        ),
    ),
    Kind.COPY_PART: (
        Read("CopyPartResult", _root("CopyPartResult"), BREAKS, LOSS[Kind.COPY_PART], "sdk statusok_error.go"),
        Read("ETag", _element("./ETag"), BREAKS, LOSS[Kind.COPY_PART], "`Move`, CopyPartResult"),
    ),
    Kind.COPY_OBJECT: (
        Read("CopyObjectResult", _root("CopyObjectResult"), BREAKS, LOSS[Kind.COPY_OBJECT], "sdk statusok_error.go"),
    ),
    Kind.COMPLETE_UPLOAD: (
        Read(
            "CompleteMultipartUploadResult",
            _root("CompleteMultipartUploadResult"),
            BREAKS,
            LOSS[Kind.COMPLETE_UPLOAD],
            "sdk statusok_error.go",
        ),
    ),
    Kind.GET_OBJECT: (
        Read(
            "Content-Range",
            _found(_content_range),
            MUST,
            "whoever resumes a pull joins the wrong bytes",
            "`Reader`; RFC 9110 section 15.3.7",
        ),
    ),
    Kind.HEAD_OBJECT: (
        Read(
            "Content-Length",
            _found(_length),
            BREAKS,
            "blobs have the wrong size: push fails or pull is cut short",
            "`Stat` (3.x)",
            lambda version: version >= (3,),
        ),
        Read(
            "Content-Length",
            _found(field("Content-Length", integer, "an integer")),
            BREAKS,
            "the registry ends: it reads a length that is not there",
            "`Stat` (3.x)",
            lambda version: version >= (3,),
        ),
        Read(
            "Last-Modified",
            _found(field("Last-Modified", http_date, _DATE)),
            BREAKS,
            "the registry ends: it reads a date that is not there",
            "`Stat` (3.x)",
            lambda version: version >= (3,),
        ),
    ),
}
