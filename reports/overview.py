"""One run as Markdown, for the summary of a CI job: what was tested, what was not, what is wrong, worst first.

Rule 1: nothing that a gateway said is markup, and no cell of a table ends before its end.
"""

from collections.abc import Iterator
from typing import Final

from reports.escaping import visible
from reports.found import differences, not_tested
from reports.markdown import plain
from reports.model import SET_UP, Run, Verdict
from reports.terminal import profile_line

_LONGEST: Final = 240
_MOST: Final = 100
"""Rows of each table; a summary is read, and GitHub refuses one above 1 MiB."""
_SIGNS: Final = {"breaks": "\N{LARGE RED CIRCLE}", "must": "\N{LARGE RED CIRCLE}", "should": "\N{LARGE YELLOW CIRCLE}"}


def overview_markdown(run: Run) -> str:
    """The whole text."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield f"## {_cell(run.gateway)}"
    yield ""
    yield _cell(f"{profile_line(run)}, at {run.url}")
    yield ""
    yield f"**{_sentence(run)}**"
    yield ""
    judged = [check for id_, check in run.checks.items() if id_ != SET_UP]
    counts = ", ".join(f"{n:,} {v}" for v in Verdict if (n := sum(1 for c in judged if c.verdict is v)))
    yield f"{len(judged):,} {'check' if len(judged) == 1 else 'checks'}: {counts or 'none'}"
    yield from _table(("level", "rule", "what that does", "checks", "seen"), list(_differing(run)))
    yield from _table(("not tested", "checks", "why"), list(_not_tested(run)))


def _sentence(run: Run) -> str:
    judged = [check for id_, check in run.checks.items() if check.verdict.judged and id_ != SET_UP]
    red = sum(1 for check in run.checks.values() if check.red())
    said = (
        f"{red:,} {'check is' if red == 1 else 'checks are'} red."
        if red
        else f"Nothing that is new is red in {len(judged):,} checks."
    )
    if not judged and not red:
        said = "Nothing was judged: this says nothing about the gateway."
    return said if run.complete else f"{said} The run was cut short."


def _differing(run: Run) -> Iterator[tuple[str, ...]]:
    for accepted in (False, True):
        for d in differences(run, accepted=accepted):
            sign = f"{_SIGNS.get(d.level, '')} " if not accepted else ""
            told = f"{d.level}, {d.accepted}" if d.accepted else str(d.level)
            seen = _cell(f"{d.checks[0]}: {d.message}")
            yield f"{sign}{told}", _cell(d.rule), _cell(d.impact), str(len(d.checks)), seen


def _not_tested(run: Run) -> Iterator[tuple[str, ...]]:
    for one in not_tested(run):
        more = f" and {len(one.checks) - 1} more" if len(one.checks) > 1 else ""
        yield str(one.verdict), _cell(one.checks[0]) + more, _cell(one.reason)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows[:_MOST])
    if len(rows) > _MOST:
        yield ""
        yield f"{len(rows) - _MOST} more are left out: `run.json` has them."


def _cell(text: str) -> str:
    text = visible(text)
    return plain(text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}...{text[-_LONGEST // 2 :]}")
