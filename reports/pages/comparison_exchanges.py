"""The exchanges that show a difference, side by side for all gateways that part there, packed for a page.

Rule 1: what is marked is what `reports.differences` marks: after normalisation, so nothing that always differs.
Rule 2: the first gateway is the spine; a gateway whose lines are the same as another's shares its column.
Rule 3: what there is no room for is what changed without judgement first, and it is said.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import IO, Final

from reports.compare import Comparison
from reports.differences import Span, side_by_side
from reports.escaping import shown_latin, visible
from reports.evidence import Line
from reports.facets import kind_of
from reports.normal import Normal
from reports.pages.comparison_checks import RANK, Change, Changes
from reports.pages.packing import ROOM, Blobs

MOST: Final = 6
"""Exchanges of one check that are shown side by side."""
MOST_CHANGED: Final = 2
"""The same of a check in which only something changed that no rule forbids."""
STATIC: Final = 250
"""Checks whose first exchange is readable without scripts."""
_ENDS: Final = re.compile(r"[:> =]")
"""What ends the name of a field or an element."""
_RAW: Final = 40_000
"""Characters of an exchange above which its bytes are left to exchanges.jsonl."""

Cell = tuple[str, tuple[Span, ...]] | None
"""A line and what differs in it; None where a gateway has no such line."""


_Column = tuple[list[int], list[tuple[Cell, Cell]]]
"""Runs whose lines are the same, and its rows: the first run's cell and its own."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One request and its answers."""

    what: str
    names: tuple[tuple[str, ...], ...]
    """For each column the gateways that it is of."""
    rows: tuple[tuple[Cell, ...], ...]
    alike: tuple[str, ...]
    """Gateways that nothing tells apart from the first one here."""
    raw: tuple[tuple[int, Line] | None, ...] = ()
    """For each column the exchange as it was kept, with its number."""

    def short(self) -> Iterator[tuple[bool, tuple[Cell, ...]] | int]:
        """The rows that differ and one around each, and which it is; how many are left out between them."""
        differing = [n for n, row in enumerate(self.rows) if differs(row)]
        keep = {0} | {n + step for n in differing for step in (-1, 0, 1)}
        left = 0
        for number, row in enumerate(self.rows):
            if number not in keep:
                left += 1
                continue
            if left:
                yield left
            left = 0
            yield differs(row), row
        if left:
            yield left


def differs(row: Sequence[Cell]) -> bool:
    """Whether the columns of a row do not say the same."""
    return any(cell is None or row[0] is None or cell[0] != row[0][0] for cell in row)


@dataclass(slots=True)
class PackedBeside:
    """Where the exchanges of each check are in the page, and what was left out."""

    places: dict[str, list[int]] = field(default_factory=dict)
    static: dict[str, Beside] = field(default_factory=dict)
    """The first of a check, for readers without scripts."""
    more: Counter[str] = field(default_factory=Counter)
    """By check: exchanges that differ and are not among those that are shown."""
    cut: Counter[str] = field(default_factory=Counter)
    """By check: those that there was no room for."""
    shown: int = 0


def pack(comparison: Comparison, found: dict[str, Changes], file: IO[bytes], *, room: int = ROOM) -> PackedBeside:
    """Write what differs as blobs of a page, the worst first, as long as there is room."""
    packed, blobs, table = PackedBeside(), Blobs(file, room=room), _Table(comparison)
    for check in sorted(found, key=lambda id_: (RANK[found[id_].kinds[0]], id_)):
        changes = found[check]
        sights = list(_sights(changes.found))
        most = MOST if RANK[changes.kinds[0]] < RANK["changed"] else MOST_CHANGED
        packed.more[check] += max(len(sights) - most, 0)
        for numbers in sights[:most]:
            if blobs.full():
                packed.cut[check] += 1
                continue
            made = table.beside(numbers)
            if made is None:
                continue
            if check not in packed.static and len(packed.static) < STATIC:
                packed.static[check] = made
            place = blobs.add(_line(check, made))
            packed.shown += 1
            places = packed.places.setdefault(check, [])
            if place not in places[-1:]:
                places.append(place)
    blobs.flush()
    packed.more, packed.cut = +packed.more, +packed.cut
    return packed


def _line(check: str, made: Beside) -> bytes:
    raw = [None if one is None else {"number": one[0], "line": one[1]} for one in made.raw]
    if sum(len(json.dumps(one)) for one in raw) > _RAW:
        raw = []
    told = {
        "check": check,
        "what": made.what,
        "names": made.names,
        "alike": made.alike,
        # A line that all have alike is told once.
        "rows": [row if differs(row) or row[0] is None else row[0][0] for row in made.rows],
        "raw": raw,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _sights(changes: Iterable[Change]) -> Iterator[dict[int, int | None]]:
    """For each request the exchange of each run that differs there, None where it has none; 0 is the first run."""
    merged: dict[tuple[int, int, int], dict[int, int | None]] = {}
    for change in changes:
        old, new, run = change.sight.old, change.sight.new, change.pair + 1
        if old is None and new is None:
            continue
        key = (0, old, 0) if old is not None else (run, new or 0, 1)
        numbers = merged.setdefault(key, {0: old})
        if numbers.get(run) is None:
            numbers[run] = new
    yield from merged.values()


class _Table:
    """Reads exchanges of all runs and puts them side by side."""

    def __init__(self, comparison: Comparison) -> None:
        first = comparison.pairs[0]
        self._runs = [first.old, *(pair.new for pair in comparison.pairs)]
        self._names = comparison.labels
        self._normals = [Normal(loaded.run.url, loaded.run.profile) for loaded in self._runs]

    def beside(self, numbers: dict[int, int | None]) -> Beside | None:
        """The exchanges of these numbers; None where their evidence is gone."""
        read = {r: self._runs[r].evidence.exchange(number) for r, number in numbers.items() if number is not None}
        lines = {run: line for run, line in read.items() if line is not None}
        if not lines:
            return None
        columns = self._columns(lines, [run for run in sorted(numbers) if run])
        known = min(lines)
        asked = str(lines[known]["request"].get("head") or "").partition("\r\n")[0]
        kind = kind_of(self._normals[known].text(asked))
        said: dict[str, list[str]] = {}
        for runs, _ in columns:
            said.setdefault(_status(lines.get(runs[0])), []).extend(self._names[run] for run in runs)
        rows = tuple(_merged([rows for _, rows in columns]))
        named = tuple(tuple(self._names[run] for run in runs) for runs, _ in columns)
        shown = {run for runs, _ in columns for run in runs}
        alike = [name for run, name in enumerate(self._names) if run not in shown]
        raw = tuple(self._raw(numbers[runs[0]], lines.get(runs[0])) for runs, _ in columns)
        told = [f"{status} on {', '.join(names)}" for status, names in said.items()]
        what = visible(shown_latin(kind)) + (f": {'; '.join(told)}" if len(told) > 1 else "")
        return Beside(what, named, rows, tuple(alike), raw)

    @staticmethod
    def _raw(number: int | None, line: Line | None) -> tuple[int, Line] | None:
        return None if number is None or line is None else (number, line)

    def _columns(self, lines: dict[int, Line], others: Sequence[int]) -> list[_Column]:
        """For each column its runs and, but for the first, its rows: the first run's cell and its own."""
        old = lines.get(0)
        columns: list[_Column] = [([0], [])]
        for run in others:
            found = side_by_side(old, lines.get(run), (self._normals[0], self._normals[run]))
            rows: list[tuple[Cell, Cell]] = [
                (None if r.old is None else (r.old, r.old_spans), None if r.new is None else (r.new, r.new_spans))
                for r in found
            ]
            twin = next((runs for runs, same in columns[1:] if same == rows), None)
            if twin is not None:
                twin.append(run)
            else:
                columns.append(([run], rows))
        return columns


def _status(line: Line | None) -> str:
    if line is None:
        return "not asked"
    response = line.get("response")
    status = response.get("status") if isinstance(response, dict) else None
    return str(status) if status is not None else visible(str(line.get("failure") or "no status"))


def _merged(columns: Sequence[list[tuple[Cell, Cell]]]) -> Iterator[tuple[Cell, ...]]:
    """Rows of all columns: one for each line of the first run, and those that others have between them."""
    others = [list(_by_line(rows)) for rows in columns[1:]]
    for number in range(max(len(split) for split in others)):
        before = [split[number][0] if number < len(split) else [] for split in others]
        yield from _between(before)
        here = [split[number][1] if number < len(split) else None for split in others]
        first = next((pair[0] for pair in here if pair is not None), None)
        if first is not None:
            spans = sorted({span for pair in here if pair is not None and pair[0] for span in pair[0][1]})
            yield (first[0], tuple(spans)), *(pair[1] if pair is not None else None for pair in here)


def _by_line(rows: list[tuple[Cell, Cell]]) -> Iterator[tuple[list[Cell], tuple[Cell, Cell] | None]]:
    """For each line of the first run what stands before it elsewhere, and the pair itself; None at the end."""
    before: list[Cell] = []
    for old, new in rows:
        if old is None:
            before.append(new)
        else:
            yield before, (old, new)
            before = []
    yield before, None


def _between(columns: Sequence[list[Cell]]) -> Iterator[tuple[Cell, ...]]:
    """Lines that the first run has not, in the order of each run: what is of the same field is in one row."""
    names: list[str] = []
    rows: list[list[Cell]] = []
    for number, cells in enumerate(columns, 1):
        ours = [_field(cell) for cell in cells]
        merged: list[list[Cell]] = []
        for tag, a, b, c, d in SequenceMatcher(None, names, ours, autojunk=False).get_opcodes():
            if tag == "equal":
                for row, cell in zip(rows[a:b], cells[c:d], strict=True):
                    row[number] = cell
            merged += rows[a:b]
            if tag != "equal":
                merged += [[cell if at == number else None for at in range(len(columns) + 1)] for cell in cells[c:d]]
        rows = merged
        names = [_field(next(cell for cell in row if cell is not None)) for row in rows]
    yield from map(tuple, rows)


def _field(cell: Cell) -> str:
    """What a line is of: a field, an element."""
    return _ENDS.split((cell[0] if cell else "")[2:], maxsplit=1)[0].lower()
