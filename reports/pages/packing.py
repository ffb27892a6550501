"""Packs the exchanges of a run into blobs that a page unpacks when they are asked for.

Rule 1: memory grows with the number of lines, not with their size: blobs go to a file while they are made.
Rule 2: what there is no room for is the evidence of passes first, and how much that is is told.
"""

import json
import zlib
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final

from reports.loading import Loaded
from reports.model import SET_UP, CheckResult, Deviation, Verdict
from reports.pages.marks import marks

ROOM: Final = 13_000_000
"""Characters of all blobs; the page stays under 20 MB with them."""
BLOB: Final = 192 * 1024
"""Bytes of lines in a blob: what is unpacked to show one check."""
_CHECK: Final = b'"check": "'
_NAMED: Final = 400
"""Exchanges of one deviation that count as its evidence."""


@dataclass(slots=True)
class Packed:
    """Where the exchanges of each check are, and what was left out."""

    places: dict[str, list[int]] = field(default_factory=dict)
    """By check: the blobs that hold its exchanges."""
    counts: Counter[str] = field(default_factory=Counter)
    """By check: its exchanges in the run."""
    cut: Counter[str] = field(default_factory=Counter)
    """By check: those that are not in the page."""
    blobs: int = 0
    size: int = 0
    missing: bool = False
    """Whether `exchanges.jsonl` is not there."""

    @property
    def exchanges(self) -> int:
        """All exchanges of the run."""
        return self.counts.total()


class Blobs:
    """Writes blobs, one after the other, as elements of a page."""

    def __init__(self, file: IO[bytes], *, room: int = ROOM) -> None:
        self._file, self._room = file, room
        self._lines: list[bytes] = []
        self._waiting = 0
        self.number = 0
        self.size = 0

    def full(self) -> bool:
        """Whether no more is taken."""
        return self.size >= self._room

    def add(self, line: bytes) -> int:
        """Take a line; the number of the blob that it is in."""
        if self._waiting and self._waiting + len(line) > BLOB:
            self.flush()
        self._lines.append(line)
        self._waiting += len(line)
        return self.number

    def flush(self) -> None:
        """Write what waits."""
        if not self._lines:
            return
        packed = b64encode(zlib.compress(b"\n".join(self._lines), 6))
        self._file.write(b'<script type="application/octet-stream" id="blob-%d">%s</script>\n' % (self.number, packed))
        self.size += len(packed)
        self.number += 1
        self._lines, self._waiting = [], 0


def pack(loaded: Loaded, file: IO[bytes], *, room: int = ROOM) -> Packed:
    """Write the blobs of a run, what is red first, as long as there is room."""
    packed = Packed(missing=loaded.evidence.missing)
    named = _named(loaded.run.checks.values())
    order: list[tuple[int, int, str, int]] = []
    for number, offset, check in _lines(loaded):
        packed.counts[check] += 1
        rank = _rank(loaded.run.checks.get(check), shown=number in named)
        order.append((rank, number, check, offset))
    if packed.missing:
        return packed
    blobs = Blobs(file, room=room)
    with loaded.evidence.path.open("rb") as lines:
        for _, number, check, offset in sorted(order):
            if blobs.full():
                packed.cut[check] += 1
                continue
            lines.seek(offset)
            raw = lines.readline().rstrip(b"\n")
            place = blobs.add(b"%d\t%s\t%s" % (number, _marked(raw, named.get(number)), raw))
            places = packed.places.setdefault(check, [])
            if place not in places[-1:]:
                places.append(place)
    blobs.flush()
    packed.blobs, packed.size = blobs.number, blobs.size
    return packed


def _lines(loaded: Loaded) -> Iterator[tuple[int, int, str]]:
    """Number, offset and check of each line; what has no check is left out."""
    if loaded.evidence.missing:
        return
    offset = 0
    with loaded.evidence.path.open("rb") as file:
        for number, raw in enumerate(file):
            check = _check(raw)
            if check is not None:
                yield number, offset, check
            offset += len(raw)


def _check(raw: bytes) -> str | None:
    """The check of a line: its last member, or wherever an edited file has it."""
    if not raw.endswith(b"}\n"):
        return None
    at = raw.rfind(_CHECK)
    try:
        found = json.loads(raw[at + len(_CHECK) - 1 : -2]) if at >= 0 else None
    except ValueError:
        found = None
    if found is None:
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            return None
        found = line.get("check") if isinstance(line, dict) else None
    return found if isinstance(found, str) else None


def _named(checks: Iterable[CheckResult]) -> dict[int, list[Deviation]]:
    """The deviations of each exchange that one names."""
    found: dict[int, list[Deviation]] = defaultdict(list)
    for check in checks:
        for deviation in check.deviations:
            for number in deviation.exchanges[-_NAMED:]:
                found[number].append(deviation)
    return dict(found)


def _rank(check: CheckResult | None, *, shown: bool) -> int:
    """What is kept first: evidence of what is red, of other deviations, the rest of those checks, the rest."""
    if check is None:
        return 9
    if check.id == SET_UP and not shown:
        return 8
    if check.red():
        return 0 if shown else 2
    if check.verdict in (Verdict.FAIL, Verdict.DEGRADED):
        return 1 if shown else 3
    return 4 if check.verdict is not Verdict.PASS else 5


def _marked(raw: bytes, deviations: list[Deviation] | None) -> bytes:
    if not deviations:
        return b""
    try:
        line: Any = json.loads(raw)
        rules = list(dict.fromkeys(d.rule for d in deviations))
        return json.dumps({"rules": rules, "marks": marks(line, deviations)}).encode()
    except (ValueError, KeyError, TypeError, AttributeError):
        # A line that was edited is shown as it is.
        return b""
