"""What the XML of an answer means to an S3 driver, compared with what was recorded, names and numbers of this run's own
put in their place."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from xml.etree.ElementTree import Element

from fixtures.recordings.dialect import Played
from fixtures.recordings.model import Kind, Recording
from fixtures.wire.documents import Unreadable, bare, document, listed
from fixtures.wire.message import Response
from reports.model import BREAKS, MUST, Level


def judge_document(played: Played, response: Response, recording: Recording) -> Iterator[tuple[str, Level]]:
    """What is wrong with the document that an operation is answered with, and what that costs this registry; nothing
    where it is answered with none.
    """
    step = played.step
    look = _ERROR if step.answer.status >= 400 else _LOOKS.get(step.kind)
    if look is None or step.method == "HEAD" or not step.answer.body:
        return
    recorded = dict(look(document(step.answer.body), played.bound))
    try:
        seen = dict(look(document(response.kept), {}))
    except (Unreadable, ValueError) as error:
        yield f"the answer is not the document that a registry reads: {error}", BREAKS
        return
    if step.kind is Kind.LIST_OBJECTS:
        for wrong in _list_of_objects(played, document(response.kept), recorded, seen):
            yield wrong, BREAKS
        return
    for what, wanted in recorded.items():
        if seen[what] != wanted:
            yield f"{what}: {_difference(seen[what], wanted)}", _costs(step.kind, seen[what], wanted, recording)


def _costs(kind: Kind, seen: Any, wanted: Any, recording: Recording) -> Level:
    """What a registry does not read, or passes over, does not break it."""
    if kind is Kind.DELETE_OBJECTS and recording.registry.startswith("2."):
        # s3.go, `Delete`, reads the rows of what was not deleted from 3.0 on.
        return MUST
    if kind is Kind.LIST_UPLOADS and isinstance(wanted, list) and all(row in seen for row in wanted):
        # `Writer` takes the upload whose key is its own.
        return MUST
    return BREAKS


def _list_of_objects(played: Played, root: Element, recorded: dict[str, Any], seen: dict[str, Any]) -> Iterator[str]:
    """A part of a listing may be shorter than was asked for if it says that there is more (S3 API, ListObjectsV2)."""
    names, more = listed(root), seen["IsTruncated"] == "true"
    wanted = [*played.owed, *listed(document(played.step.answer.body or b""))]
    if names != wanted and not (more and names and wanted[: len(names)] == names):
        yield f"names: {_difference(names, wanted)}"
    elif names == wanted and seen["IsTruncated"] != recorded["IsTruncated"]:
        yield f"IsTruncated: {_difference(seen['IsTruncated'], recorded['IsTruncated'])}"
    sizes = dict(recorded["sizes"])
    if wrong := [(name, size) for name, size in seen["sizes"] if sizes.get(name, size) != size]:
        yield f"sizes: {wrong[:2]}, expected {[(name, sizes[name]) for name, _ in wrong[:2]]}"
    dates = [row.findtext("LastModified") or "" for row in root.iterfind("./Contents")]
    if odd := [date for date in dates if not _DATE.fullmatch(date)]:
        yield f"LastModified: {odd[0]!r}, which the SDK does not parse (xmlutil/unmarshal.go: ISO 8601 with Z)"
    if (count := seen.get("KeyCount")) is not None and count != len(names):
        yield f"KeyCount: {count}, the answer lists {len(names)}"


_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
Facts = Iterator[tuple[str, Any]]
Look = Callable[[Element, dict[str, str]], Facts]


def _difference(seen: Any, wanted: Any) -> str:
    if not isinstance(wanted, list):
        return f"{seen!r}, expected {wanted!r}"
    missing = [row for row in wanted if row not in seen]
    surplus = [row for row in seen if row not in wanted]
    if missing or surplus:
        return f"{len(missing)} are missing {missing[:2]}, {len(surplus)} too many {surplus[:2]}"
    return f"out of order or repeated: {seen[:3]}, expected {wanted[:3]}"


def _truncated(root: Element) -> tuple[str, Any]:
    return "IsTruncated", (root.findtext("./IsTruncated") or "false").lower()


def _objects(root: Element, _: dict[str, str]) -> Facts:
    """`List`, `Stat`, `Walk`, `Delete`: keys with their sizes, prefixes, whether there is more."""
    yield "sizes", [(row.findtext("Key"), int(row.findtext("Size") or -1)) for row in root.iterfind("./Contents")]
    yield _truncated(root)
    if (count := root.findtext("./KeyCount")) is not None:
        yield "KeyCount", int(count)


def _uploads(root: Element, bound: dict[str, str]) -> Facts:
    """`Writer` looks for its key and takes the upload id beside it."""
    rows = ((row.findtext("Key"), row.findtext("UploadId") or "") for row in root.iterfind("./Upload"))
    yield "uploads", [(key, bound.get(id_, id_)) for key, id_ in rows]
    yield _truncated(root)


def _parts(root: Element, bound: dict[str, str]) -> Facts:
    """`Writer` takes numbers, sizes and ETags of what was uploaded before."""
    found = []
    for row in root.iterfind("./Part"):
        etag = bare(row.findtext("ETag")) or ""
        found.append((int(row.findtext("PartNumber") or 0), int(row.findtext("Size") or -1), bound.get(etag, etag)))
    yield "parts", found
    yield _truncated(root)


def _deleted(root: Element, _: dict[str, str]) -> Facts:
    """`Delete`: what could not be deleted is told for each key (3.x reads it)."""
    yield "deleted keys", sorted(row.findtext("Key") or "" for row in root.iterfind("./Deleted"))
    yield "errors", [(row.findtext("Key"), row.findtext("Code")) for row in root.iterfind("./Error")]


def _error(root: Element, _: dict[str, str]) -> Facts:
    """`parseError` tells what is not there from what went wrong by the code alone."""
    yield "error code", root.findtext("./Code")


_ERROR: Final = _error
_LOOKS: Final[dict[Kind, Look]] = {
    Kind.LIST_OBJECTS: _objects,
    Kind.LIST_UPLOADS: _uploads,
    Kind.LIST_PARTS: _parts,
    Kind.DELETE_OBJECTS: _deleted,
}
