"""`report.html`: what one run found, from the verdict down to the bytes."""

import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from reports.curves import curves
from reports.escaping import shown_bytes
from reports.evidence import Line
from reports.found import differences, not_tested
from reports.loading import Loaded
from reports.model import SET_UP, CheckResult, Deviation, Level
from reports.pages.grouping import grid, groups
from reports.pages.marks import ANSWERED, ASKED, marks, pieces, sides
from reports.pages.packing import ROOM, Packed, pack
from reports.pages.render import counted, cut, kind_of, write
from reports.pages.sentence import family, sentence
from reports.terminal import profile_line

NAME: Final = "report.html"
_DEVIATIONS: Final = 20
"""Deviations of one check that are told in words."""
_EXCHANGES: Final = 2
"""Exchanges of a red check that are readable without scripts."""
_STATIC: Final = 300
"""Exchanges of a page that are."""
_BYTES: Final = 1600
"""Of each side of such an exchange."""
_OPEN: Final = 200
"""Red checks up to which their groups are open from the start."""
_VALUE: Final = 300
_BROKEN: Final = 6
"""Faults that are known to break something and are told on the first screen; with more, all are told below again."""

_Line = list[tuple[str, str]]
"""Pieces of a line of bytes with the name of the element that they are in, or nothing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An exchange as it is readable without scripts."""

    number: int
    title: str
    asked: list[_Line]
    asked_more: str
    answered: list[_Line]
    answered_more: str
    said: str


def write_report(loaded: Loaded, path: Path, *, room: int = ROOM) -> None:
    """Write the page of a run. Raises OSError."""
    with tempfile.TemporaryFile(prefix="rgwc-page-") as blobs:
        packed = pack(loaded, blobs, room=room)
        write(path, "report.html", _values(loaded, packed), blobs, _index(loaded, packed))


def _index(loaded: Loaded, packed: Packed) -> dict[str, Any]:
    run = loaded.run
    return {
        "page": "report",
        "gateway": run.gateway,
        "url": run.url,
        "storage": run.profile.get("storage_path"),
        "version": run.profile.get("version"),
        "started": run.started,
        "places": packed.places,
    }


def _values(loaded: Loaded, packed: Packed) -> dict[str, Any]:
    run = loaded.run
    checks = [check for id_, check in run.checks.items() if id_ != SET_UP]
    kinds = {id_: kind_of(check) for id_, check in run.checks.items()}
    static = _Static(loaded)
    found = groups(run.checks.values())
    red = sum(1 for check in run.checks.values() if check.red())
    made = [
        {
            "area": group.area,
            "name": group.name,
            "counts": counted(kinds[id_] for id_ in group.checks),
            "open": red <= _OPEN and any(run.checks[id_].red() for id_ in group.checks),
            "checks": [check_values(run.checks[id_], packed, static.of(run.checks[id_])) for id_ in group.checks],
        }
        for group in found
    ]
    said = sentence(run)
    new, reasons = differences(run, accepted=False), not_tested(run)
    areas = [(area, list(several)) for area, several in groupby(made, key=lambda one: one["area"])]
    return {
        "suite": run.suite,
        "run": run,
        "profile": profile_line(run),
        "said": said,
        "packed": packed,
        "kinds": kinds,
        "counts": counted(kinds[check.id] for check in checks),
        "total": len(checks),
        "red": [d for d in new if d.level is not Level.SHOULD],
        "mild": [d for d in new if d.level is Level.SHOULD],
        "known": [
            d for d in differences(run, accepted=True) if d.level is not Level.BREAKS or len(said.broken) > _BROKEN
        ],
        "most": _BROKEN,
        "often": max(reasons, key=lambda reason: reason.size, default=None),
        "reasons": reasons,
        "unjudged": sum(reason.size for reason in reasons),
        "grid": grid(run.checks.values()),
        "areas": areas,
        "families": sorted({family(check.oracle) for check in run.checks.values()}),
        "unshown": static.unshown,
    }


def check_values(check: CheckResult, packed: Packed, exchanges: list[Shown]) -> dict[str, Any]:
    """What the template of a check reads."""
    first = min(check.deviations, key=lambda d: d.level.rank, default=None)
    return {
        "id": check.id,
        "kind": kind_of(check),
        "level": check.level,
        "oracle": check.oracle,
        "family": family(check.oracle),
        "claim": check.claim,
        "impact": check.impact,
        "reason": check.reason,
        "line": cut(check.reason or (first.impact if first else check.impact), 140),
        "seconds": check.seconds,
        "observations": [(name, cut(repr(value), _VALUE)) for name, value in check.observations.items()],
        # Their text is escaped where they are drawn.
        "curves": [Markup(picture) for _, picture in curves(check.measurements)],  # noqa: S704
        "deviations": [_told(d) for d in _firsts(check.deviations)],
        "more": max(len(check.deviations) - _DEVIATIONS, 0),
        "count": packed.counts[check.id],
        "cut": packed.cut[check.id],
        "exchanges": exchanges,
    }


def _firsts(deviations: tuple[Deviation, ...]) -> list[Deviation]:
    """The worst first, and the first of each rule before another of the same."""
    seen: dict[str, int] = {}
    ranked: list[tuple[int, int, Deviation]] = []
    for deviation in sorted(deviations, key=lambda d: d.level.rank):
        seen[deviation.rule] = seen.get(deviation.rule, 0) + 1
        ranked.append((seen[deviation.rule], len(ranked), deviation))
    return [deviation for _, _, deviation in sorted(ranked, key=lambda one: one[:2])][:_DEVIATIONS]


def _told(d: Deviation) -> dict[str, Any]:
    return {
        "rule": d.rule,
        "level": d.level,
        "oracle": d.oracle,
        "impact": d.impact,
        "message": cut(d.message, 1200),
        "accepted": d.accepted,
        "known": d.known,
    }


class _Static:
    """The exchanges that are readable without scripts: of red checks, as many as a page can hold."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._left = _STATIC
        self.unshown = 0
        """Red checks that are shown without their exchanges."""

    def of(self, check: CheckResult) -> list[Shown]:
        """The last exchange of the worst deviations."""
        if not check.red() or self._loaded.evidence.missing:
            return []
        found = dict.fromkeys(d.exchanges[-1] for d in _firsts(check.deviations) if d.exchanges)
        numbers = list(found)[: min(_EXCHANGES, self._left)]
        self._left -= len(numbers)
        self.unshown += bool(found) and not numbers
        lines = [(number, self._loaded.evidence.exchange(number)) for number in numbers]
        return [
            shown(number, line, [d for d in check.deviations if number in d.exchanges])
            for number, line in lines
            if line is not None
        ]


def shown(number: int, line: Line, deviations: list[Deviation]) -> Shown:
    """An exchange as lines of text with what the deviations are about marked."""
    both = sides(line)
    found = marks(line, deviations)
    response = line.get("response")
    asked = [(begin, end) for side, begin, end, _ in found if side == ASKED]
    answered = [(begin, end) for side, begin, end, _ in found if side == ANSWERED]
    failure = ": ".join(str(line[name]) for name in ("failure", "failure_detail") if line.get(name))
    return Shown(
        number,
        f"{float(line.get('seconds') or 0) * 1000:.1f} ms, request {int(line.get('position') or 0) + 1} on connection "
        f"{line.get('connection')}",
        _lines(both.asked, asked),
        _more(line["request"], both.asked),
        _lines(both.answered, answered),
        _more(response if isinstance(response, dict) else {}, both.answered),
        f"It ended with {failure}." if failure else "",
    )


def _more(message: dict[str, Any], data: bytes) -> str:
    size = int(message.get("size") or 0)
    return f"a body of {size:,} bytes, of which this is the beginning" if len(data) > _BYTES or size > 4096 else ""


def _lines(data: bytes, spans: list[tuple[int, int]]) -> list[_Line]:
    """Lines as they were sent, with their ends written out."""
    lines: list[_Line] = [[]]
    for piece, marked in pieces(data[:_BYTES], spans):
        for part in piece.splitlines(keepends=True) if b"\r" not in piece.replace(b"\r\n", b"") else [piece]:
            text = part.rstrip(b"\r\n") if part.endswith(b"\n") else part
            if text:
                lines[-1].append((shown_bytes(text), "mark" if marked else ""))
            if part.endswith(b"\n"):
                lines[-1].append((shown_bytes(part[len(text) :]), "mark" if marked else "i"))
                lines.append([])
    return lines if lines[-1] else lines[:-1]
