"""A comparison as Markdown, for the summary of a CI job: GitHub's flavour, which GitLab reads too.

Rule 1: nothing that a gateway said is markup: it is written as HTML text.
Rule 2: it fits into a job summary: what is left out is said.
"""

import html
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from reports.compare import Comparison, Pair
from reports.console import rows_of
from reports.differences import Row, Span, pieces
from reports.words import Told, alike, told, verdict

LIMIT: Final = 800_000
"""Characters; GitHub refuses a job summary above 1 MiB."""
_WIDTH: Final = 80
_EMPTY: Final = "&nbsp;"
"""A line that is empty would end the table."""
_TITLES: Final = {
    "gateway": "The gateways",
    "WORSE": "Worse",
    "LOST": "Judged before, not any more",
    "SLOWER": "Slower",
    "slower": "Slower, of no account",
    "known": "Known",
    "new": "New, of no account",
    "fixed": "Fixed",
    "faster": "Faster",
    "changed": "Changed, without judgement",
    "asked": "What registries ask",
    "apart": "Judged in one run only",
    "evidence": "Evidence",
}


def markdown(comparison: Comparison) -> str:
    """The whole text."""
    made, size = [], 0
    for part in _parts(comparison):
        size += len(part)
        if size > LIMIT:
            made.append("\nThe rest is left out: `python -m reports compare` has it.\n")
            break
        made.append(part)
    return "".join(made)


def _parts(comparison: Comparison) -> Iterator[str]:
    for pair in comparison.pairs:
        said, _ = verdict(pair)
        yield f"## {plain(pair.old_label)} → {plain(pair.new_label)}\n\n**{plain(said)}**\n"
        for kind, found in groupby(told(pair), key=lambda one: one.kind):
            yield f"\n### {_TITLES.get(kind, kind)}\n"
            for one in found:
                yield _told(pair, one)
        yield "\n"
    lines = list(alike(comparison))
    if lines:
        yield "## Which gateways behave alike\n\n" + "".join(f"* {plain(line)}\n" for line in lines)


def _told(pair: Pair, one: Told) -> str:
    where = f" <sub>{plain(one.where)}</sub>" if one.where else ""
    rows = rows_of(pair, one)
    if not rows:
        return f"\n* {plain(one.text)}{where}\n"
    shown = _table(rows, (pair.old_label, pair.new_label))
    return f"\n<details><summary>{plain(one.text)}{where}</summary>\n{shown}</details>\n"


def _table(rows: Sequence[Row], names: tuple[str, str]) -> str:
    left, right = [], []
    for row in rows:
        old, new = pieces(row.old, row.old_spans, _WIDTH), pieces(row.new, row.new_spans, _WIDTH)
        for number in range(max(len(old), len(new))):
            left.append(_marked(*old[number]) if number < len(old) else _EMPTY)
            right.append(_marked(*new[number]) if number < len(new) else _EMPTY)
    heads = "".join(f"<th>{plain(name)}</th>" for name in names)
    cells = "".join(f"<td><pre>{_lines(side)}</pre></td>" for side in (left, right))
    return f"<table><tr>{heads}</tr><tr>{cells}</tr></table>\n"


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def _marked(line: str, spans: Sequence[Span]) -> str:
    """A line with what differs in bold."""
    made, at = [], 0
    for begin, end in spans:
        made += [html.escape(line[at:begin]), "<b>", html.escape(line[begin:end]), "</b>"]
        at = end
    return "".join([*made, html.escape(line[at:])])


def plain(text: str) -> str:
    """Text in which nothing is markup, neither HTML nor Markdown."""
    return "".join(f"&#{ord(c)};" if c in "\\`*_[]|#~!$@:" else html.escape(c) for c in text)
