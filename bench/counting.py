"""What the operations of a recording cost a gateway: requests, bytes, sweeps of a bucket's index, objects that stay.

Rule 1: everything is counted from the recorded steps; what another size or number of layers would cost follows from
differences between recorded operations, and `layer` says how.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final
from urllib.parse import unquote

from fixtures.recordings.model import Kind, Recording, Step
from fixtures.wire.message import Field

MIB: Final = 1024**2
COPY_LIMIT: Final = 32 * MIB
"""What the S3 driver copies at once, and the size of its parts beyond (s3.go, `defaultMultipartCopyThresholdSize`)."""
SEGMENTS_PER_SWEEP: Final = 100
"""Segments that RGW lists at once for a large object (rgw_op.cc, `MAX_LIST_OBJS`)."""
DATA: Final = frozenset({Kind.PUT_SEGMENT, Kind.UPLOAD_PART})
SWEEPS_OF_LISTING: Final = {Kind.LIST: 2, Kind.LIST_OBJECTS: 1, Kind.LIST_UPLOADS: 1}
"""How often RGW reads all shards for one page: counted by bench.capacity with RGW 16.2.15.

Swift's GET of a container tells how much is in it (`X-Container-Object-Count`), which every shard is asked for as well.
"""
LISTINGS: Final = frozenset(SWEEPS_OF_LISTING)
_SWEEPS_OF_LARGE: Final = {"HEAD": 2, "GET": 3}
"""How often RGW lists the segments for one request (rgw_op.cc, `handle_user_manifest`: two, and one to read)."""
_WRITES: Final = {"PUT", "POST", "DELETE", "COPY"}
_MAKES: Final = frozenset(
    {
        Kind.PUT_CONTENT,
        Kind.PUT_SEGMENT,
        Kind.PUT_MANIFEST,
        Kind.PUT_OBJECT,
        Kind.COPY_OBJECT,
        Kind.COMPLETE_UPLOAD,
    }
)
_CLASSES: Final = (
    (re.compile(r"^segments/"), "segment"),
    (re.compile(r"/_uploads/"), "upload"),
    (re.compile(r"/blobs/.*/data$"), "blob"),
    (re.compile(r"/_layers/.*/link$"), "layer link"),
    (re.compile(r"/_manifests/revisions/.*/link$"), "revision link"),
    (re.compile(r"/_manifests/tags/.*/link$"), "tag link"),
)
_DIGEST: Final = re.compile(r"/blobs/sha256/[0-9a-f]{2}/([0-9a-f]{64})")
_KEY: Final = re.compile(rb"<Key>([^<]*)</Key>")


@dataclass(frozen=True, slots=True)
class Cost:
    """What an operation, or several together, ask of a gateway."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Requests by method and kind."""
    sweeps: float = 0
    """Reads of every shard of the bucket's index: each listing, and each look at the segments of a large object."""
    writes: float = 0
    """Entries of the index that are written or removed."""
    up: float = 0
    """Bytes of request bodies."""
    down: float = 0
    """Bytes of response bodies."""
    heads: float = 0
    """Bytes of all heads, both ways."""

    @property
    def requests(self) -> float:
        """How many requests."""
        return sum(self.kinds.values())

    @property
    def methods(self) -> Counter[str]:
        """Requests by method."""
        found: Counter[str] = Counter()
        for (method, _), count in self.kinds.items():
            found[method] += count
        return found

    def __add__(self, other: "Cost") -> "Cost":
        kinds = Counter(self.kinds)
        kinds.update(other.kinds)
        return Cost(kinds, *(getattr(self, name) + getattr(other, name) for name in _NUMBERS))

    def __mul__(self, times: float) -> "Cost":
        kinds = Counter({key: count * times for key, count in self.kinds.items()})
        return Cost(kinds, *(getattr(self, name) * times for name in _NUMBERS))


_NUMBERS: Final = ("sweeps", "writes", "up", "down", "heads")


def cost(steps: Iterable[Step]) -> Cost:
    """The cost of these steps."""
    total = Cost()
    for step in steps:
        total += Cost(
            Counter({(step.method, step.kind.value): 1}),
            sweeps(step),
            len(_KEY.findall(step.body or b"")) if step.kind is Kind.DELETE_OBJECTS else _entries(step),
            step.size,
            step.answer.size,
            _head(f"{step.method} {step.target} HTTP/1.1", step.fields)
            + _head(f"HTTP/1.1 {step.answer.status} {step.answer.reason}", step.answer.fields),
        )
    return total


def of_page(recording: Recording, page: str) -> Cost:
    """The cost of one recorded operation; nothing for one that the recording does not have."""
    return cost(steps_of(recording, page))


def steps_of(recording: Recording, page: str) -> list[Step]:
    """The requests of one recorded operation, without the registry's looks at its storage that fell into it."""
    steps = (step for step in recording.steps if step.page == page and step.kind is not Kind.OTHER)
    return [step for step in steps if not is_look(step)]


def is_look(step: Step) -> bool:
    """Whether the registry only looks whether its storage is there: `Stat` of the root (health.storagedriver)."""
    return step.kind in {Kind.LIST, Kind.LIST_OBJECTS} and step.query.get("prefix") in ("", "files")


def sweeps(step: Step) -> int:
    """How often RGW reads all shards of the index for this request, if the bucket holds what it held then."""
    if step.kind in LISTINGS:
        return SWEEPS_OF_LISTING[step.kind]
    large = step.answer.get("X-Object-Manifest") is not None
    return _SWEEPS_OF_LARGE.get(step.method, 0) if large else 0


def chunk(recording: Recording) -> int:
    """Bytes of the first piece of a large layer that this registry wrote: its `chunksize`."""
    return next(step.size for step in recording.steps if step.kind in DATA and step.page == "push-blob-multi-segment")


def pieces(recording: Recording, size: int, piece: int) -> int:
    """Segments or parts of a layer: S3 drivers before 3.0 join a short last part with the one before it."""
    if recording.api == "s3" and recording.version < (3,):
        return max(1, size // piece)
    return max(1, ceil(size / piece))


def layer(recording: Recording, size: int, piece: int | None = None) -> Cost:
    """A push of one layer in docker's manner (POST, PATCH, PUT) of another size than the recorded one, in bytes.

    What was recorded, without its data, with as many pieces as this size has; the S3 driver moves a layer above 32 MiB
    by an upload of copied parts in place of one copy.
    """
    steps = steps_of(recording, "push-blob-docker-style")
    data = [step for step in steps if step.kind in DATA]
    count = pieces(recording, size, piece or chunk(recording))
    rest = [step for step in steps if step.kind not in DATA]
    total = cost(rest) + replace(cost(data[:1]) * count, up=size)
    if recording.api == "s3" and size > COPY_LIMIT:
        copies = ceil(size / COPY_LIMIT)
        copied = {("POST", "create-upload"): 1, ("PUT", "copy-part"): copies, ("POST", "complete-upload"): 1}
        total.kinds.subtract({("PUT", "copy-object"): 1})
        total += Cost(+Counter(copied), writes=copies + 1)
    if recording.api == "swift" and count > SEGMENTS_PER_SWEEP:
        # Every look at the segments lists them 100 at a time; the new name of a layer is looked at as often.
        looks = sum(sweeps(step) for step in steps if step.kind not in LISTINGS)
        total = replace(total, sweeps=total.sweeps + looks * (ceil(count / SEGMENTS_PER_SWEEP) - 1))
    return total


def left(recording: Recording, page: str) -> Counter[str]:
    """Objects that an operation leaves behind, by what they are; negative for what it removed of others."""
    before: set[str] = set()
    present: set[str] = set()
    for step in recording.steps:
        if step.page == page and not before:
            before = set(present)
        if step.page != page and before:
            break
        _apply(recording, step, present)
    found = Counter(_class(name) for name in present - before)
    found.subtract(Counter(_class(name) for name in before - present))
    return Counter({name: count for name, count in found.items() if count})


def walked(recording: Recording) -> tuple[float, int]:
    """Sweeps for each blob with which garbage-collect finds all blobs, and the number of blobs it found here.

    0 sweeps where it lists a thousand entries at once, whichever blobs they belong to.
    """
    swept: Counter[str] = Counter()
    for step in recording.steps:
        if step.page != "garbage-collect" or step.method in ("DELETE", "POST"):
            continue
        subject = step.query.get("prefix", "") if step.kind in LISTINGS else (recording.object_of(step) or "")
        digest = _DIGEST.search(subject)
        # What is listed without a delimiter, a page of one blob's directory, belongs to its removal.
        if digest and (step.kind is Kind.STAT_OBJECT or "delimiter" in step.query):
            swept[digest[1]] += sweeps(step)
    return (sum(swept.values()) / len(swept) if swept else 0.0), len(swept)


def by_client(recording: Recording, page: str) -> bool:
    """Whether what this operation reads is read by the registry's client itself, at a URL it was redirected to."""
    signs = ("temp_url_sig", "X-Amz-Signature", "Signature")
    return any(sign in step.query for step in recording.steps if step.page == page for sign in signs)


def _apply(recording: Recording, step: Step, present: set[str]) -> None:
    name = recording.object_of(step)
    if step.answer.status >= 300:
        return
    if step.kind is Kind.DELETE_OBJECTS:
        present -= {key.decode("utf-8") for key in _KEY.findall(step.body or b"")}
    elif not name:
        return
    elif step.kind is Kind.COPY:
        present.add(unquote(step.get("Destination") or "").lstrip("/").partition("/")[2])
    elif step.kind is Kind.DELETE:
        present.discard(name)
    elif step.kind in _MAKES:
        present.add(name)


def _class(name: str) -> str:
    return next((word for pattern, word in _CLASSES if pattern.search(name)), "other")


def _entries(step: Step) -> int:
    return int(step.method in _WRITES and step.kind is not Kind.PUT_CONTAINER and step.answer.status < 300)


def _head(first: str, fields: Iterable[Field]) -> int:
    return len(first) + 4 + sum(len(one.name) + len(one.value) + 4 for one in fields)
