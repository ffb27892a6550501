"""A comparison, and exchanges side by side, as rich draws them on a terminal of any width.

Rule 1: colour never alone: without it, or beside it, a word or `^` says the same; NO_COLOR is rich's own affair.
Rule 2: gateways' text goes through `Text`, never through markup.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.compare import Comparison, Pair, Sight
from reports.differences import Row, Span, marks, pieces, side_by_side
from reports.escaping import visible
from reports.normal import Normal
from reports.words import Told, alike, told, verdict

NARROW: Final = 100
"""Columns below which exchanges stand one above the other."""
_CONTEXT: Final = 1
_KIND: Final = 9


def console(file: TextIO | None = None, *, colour: bool | None = None, width: int | None = None) -> Console:
    """A console that never guesses at markup, emoji or highlights; 100 columns where nobody says how many there are."""
    if width is None and not (file or sys.stdout).isatty() and "COLUMNS" not in os.environ:
        width = 120
    return Console(
        file=file,
        force_terminal=colour,
        no_color=None if colour is None else not colour,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
    )


def print_comparison(out: Console, comparison: Comparison, *, evidence: bool, limit: int | None = None) -> None:
    """Print every pair, then how the gateways fall into groups; at most `limit` differences of a pair."""
    if out.is_terminal:
        _print(out, comparison, evidence=evidence, limit=limit)
        return
    with out.capture() as capture:
        _print(out, comparison, evidence=evidence, limit=limit)
    # Columns are filled with blanks, which a file does not need.
    out.file.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def _print(out: Console, comparison: Comparison, *, evidence: bool, limit: int | None) -> None:
    for pair in comparison.pairs:
        text, mark = verdict(pair)
        out.print(Text(f"{pair.old_label} -> {pair.new_label}: ", style="bold").append(text, style=f"bold {mark}"))
        every = list(told(pair))
        for one in every[:limit]:
            out.print(_line(one))
            if evidence and (drawn := example(out, pair, one)) is not None:
                out.print(Padding(drawn, (0, 0, 1, _KIND)))
        if limit is not None and len(every) > limit:
            out.print(Text(f"{'':{_KIND}}... and {len(every) - limit} more"))
    for line in alike(comparison):
        out.print(_hanging("gateways", line, ""))


def _line(one: Told) -> RenderableType:
    return _hanging(one.kind, one.text + (f"; {one.where}" if one.where else ""), one.mark)


def _hanging(kind: str, text: str, mark: str) -> RenderableType:
    table = Table.grid(padding=0)
    table.add_column(width=_KIND)
    table.add_column(overflow="fold")
    table.add_row(Text(kind, style=mark), Text(text))
    return table


def example(out: Console, pair: Pair, one: Told) -> RenderableType | None:
    """The first exchanges of a difference side by side; None where there is nothing to see."""
    rows = rows_of(pair, one)
    if not rows:
        return None
    names = pair.old_label, pair.new_label
    if out.width < NARROW or all(row.old is None for row in rows) or all(row.new is None for row in rows):
        return Group(*_stacked(rows, names, colour=_colours(out)))
    return _beside(rows, names, out.width - _KIND, colour=_colours(out))


def _colours(out: Console) -> bool:
    return out.is_terminal and not out.no_color and out.color_system is not None


def rows_of(pair: Pair, one: Told) -> list[Row]:
    """The lines of the first sight of a difference that has evidence; alike ones left out but for their beginning."""
    sights = one.group.seen if one.group is not None else ()
    sight = next((s for s in sights if s.old is not None and s.new is not None), None)
    sight = sight or next((s for s in sights if s.old is not None or s.new is not None), None)
    rows = exchanges(pair, sight) if sight is not None else []
    return list(_shortened(rows)) if any(row.differs for row in rows) else []


def exchanges(pair: Pair, sight: Sight) -> list[Row]:
    """Both exchanges of a sight, all their lines."""
    old, new = pair.old, pair.new
    normals = Normal(old.run.url, old.run.profile), Normal(new.run.url, new.run.profile)
    before = old.evidence.exchange(sight.old) if sight.old is not None else None
    after = new.evidence.exchange(sight.new) if sight.new is not None else None
    return side_by_side(before, after, normals)


def _shortened(rows: Sequence[Row]) -> Iterator[Row]:
    """First line, status lines, what differs and a line around it; how many lines are left out is said."""
    keep = {0} | {n for n, row in enumerate(rows) if row.differs or (row.old or "").startswith("< HTTP/")}
    differing = [n for n, row in enumerate(rows) if row.differs]
    keep |= {n + step for n in differing for step in (-_CONTEXT, _CONTEXT)}
    left = 0
    for number, row in enumerate(rows):
        if number in keep:
            if left:
                yield Row(f"  ({left} alike)", f"  ({left} alike)")
            left = 0
            yield row
        else:
            left += 1
    if left:
        yield Row(f"  ({left} alike)", f"  ({left} alike)")


def _beside(rows: Sequence[Row], names: tuple[str, str], width: int, *, colour: bool) -> RenderableType:
    half = max((width - 5) // 2, 20)
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=True, pad_edge=False)
    for name in names:
        table.add_column(Text(visible(name)), width=half, no_wrap=True, overflow="crop")
    for row in rows:
        # A line that has nobody beside it needs no mark below it.
        unmarked = colour or row.old is None or row.new is None
        left = _pieces(row.old, row.old_spans, half, "red", unmarked=unmarked)
        right = _pieces(row.new, row.new_spans, half, "green", unmarked=unmarked)
        for number in range(max(len(left), len(right))):
            table.add_row(*(side[number] if number < len(side) else Text() for side in (left, right)))
    return table


def _stacked(rows: Sequence[Row], names: tuple[str, str], *, colour: bool) -> Iterator[Text]:
    for sign, name, lines in zip("-+", names, ([r.old for r in rows], [r.new for r in rows]), strict=True):
        if any(line is not None for line in lines):
            yield Text(f"{sign} {visible(name)}")
    for row in rows:
        if not row.differs:
            yield Text(f"  {row.old}")
            continue
        for sign, line, spans, style in (("-", row.old, row.old_spans, "red"), ("+", row.new, row.new_spans, "green")):
            if line is not None:
                yield _styled(f"{sign} {line}", tuple((a + 2, b + 2) for a, b in spans), style)
                if not colour and _partly(line, spans):
                    yield Text(f"  {marks(spans)}")


def _pieces(line: str | None, spans: Sequence[Span], width: int, style: str, *, unmarked: bool) -> list[Text]:
    """A line cut to the width of its column, `^` under what differs where there is no colour."""
    made = []
    for text, inside in pieces(line, spans, width):
        made.append(_styled(text, inside, style))
        if not unmarked and inside:
            made.append(Text(marks(inside)))
    return made


def _partly(line: str, spans: Sequence[Span]) -> bool:
    return bool(spans) and tuple(spans) != ((0, len(line)),)


def _styled(line: str, spans: Sequence[Span], style: str) -> Text:
    text = Text(line)
    for begin, end in spans:
        text.stylize(f"bold reverse {style}", begin, end)
    return text
