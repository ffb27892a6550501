"""One run as Markdown, for the summary of a CI job: what was tested, what was not, what is wrong, worst first.

Rule 1: nothing that a gateway said is markup, and no cell of a table ends before its end.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from reports.escaping import visible
from reports.markdown import plain
from reports.model import SET_UP, Deviation, Level, Run, Verdict
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
    groups: dict[tuple[int, str, str, str, str], list[tuple[str, Deviation]]] = defaultdict(list)
    for id_ in sorted(run.checks):
        for d in run.checks[id_].deviations:
            if d.level is Level.OBSERVED:
                continue
            groups[d.level.rank, d.level, d.rule.partition("[")[0], d.impact, d.accepted or ""].append((id_, d))
    ordered = sorted(groups.items(), key=lambda group: (bool(group[0][4]), group[0][0], -len(group[1]), group[0][2]))
    for (_, level, rule, impact, accepted), found in ordered:
        sign = f"{_SIGNS.get(level, '')} " if not accepted else ""
        checks = len({id_ for id_, _ in found})
        told = f"{level}, {accepted}" if accepted else level
        yield f"{sign}{told}", _cell(rule), _cell(impact), str(checks), _cell(f"{found[0][0]}: {found[0][1].message}")


def _not_tested(run: Run) -> Iterator[tuple[str, ...]]:
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id_ in sorted(run.checks):
        check = run.checks[id_]
        if not check.verdict.judged:
            reasons[check.verdict, check.reason].append(id_)
    for (verdict, reason), ids in sorted(reasons.items(), key=lambda pair: (pair[0][0] != "error", -len(pair[1]))):
        more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
        yield str(verdict), _cell(ids[0]) + more, _cell(reason)


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
