"""The comparison at the end of a run: of several gateways with the first, and of each with its baseline.

Rule 1: it is told briefly, and never decides the exit code; `comparison.md` beside the runs has it with the exchanges.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from reports.baseline import Baselines
from reports.compare import Comparison, compare
from reports.escaping import visible
from reports.evidence import NAME, Evidence
from reports.loading import Loaded, RunError, comparable
from reports.model import SET_UP, Run

SHOWN: Final = 15
"""Differences of a pair of gateways that are told; the rest is in the file."""


def ending(
    directory: Path, runs: Sequence[Run], baselines: Baselines, *, colour: bool, width: int, pages: bool = False
) -> list[str]:
    """Lines for the terminal; writes `comparison.md`, and pages if they are wanted, where something can be compared.

    The gateways of the run are in `comparison.html`, a gateway and its baseline in one beside its `run.json`.
    """
    from reports.markdown import markdown  # noqa: PLC0415 - rich and what it needs, which one gateway alone is not told by

    loaded = [
        Loaded(run, Evidence(directory / run.gateway / NAME), directory / run.gateway / "run.json") for run in runs
    ]
    sets = [loaded] if len(loaded) > 1 else []
    sets += [
        [_selected(baseline, one), one] for one in loaded if (baseline := baselines.of(one.run.gateway)) is not None
    ]
    lines, texts = [], []
    for several in sets:
        try:
            comparable(several)
        except RunError as error:
            lines.append(f"not compared: {error}")
            continue
        # Told where there are enough answers to tell; what counts is for `reports compare --latency` to say.
        repeated = all(check.rounds > 1 for one in several for check in one.run.checks.values() if check.id != SET_UP)
        comparison = compare(several, latency=repeated, slower_counts=False)
        texts.append(markdown(comparison))
        lines += _told(comparison, colour=colour, width=width)
        if pages:
            lines.append(_page(comparison, directory if several is loaded else several[-1].path.parent))
    if texts:
        path = directory / "comparison.md"
        path.write_text("\n".join(texts), encoding="utf-8")
    return lines


def _page(comparison: Comparison, directory: Path) -> str:
    """Write the page; where it is, or what keeps it from being written, for the comparison stands without it."""
    from reports.pages.comparison import NAME as PAGE  # noqa: PLC0415 - each worker would wait for Jinja2
    from reports.pages.comparison import write_comparison  # noqa: PLC0415

    path = directory / PAGE
    shown = visible(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
    try:
        write_comparison(comparison, path)
    except Exception as error:  # noqa: BLE001 - a page that cannot be made takes no verdict away
        return f"no page: {shown}: {type(error).__name__}: {visible(str(error))}"
    return f"page: {shown}"


def _selected(baseline: Loaded, now: Loaded) -> Loaded:
    """The baseline's checks that this run has too: which are run is the user's choice, not the gateway's doing."""
    checks = {id_: check for id_, check in baseline.run.checks.items() if id_ in now.run.checks}
    return replace(baseline, run=replace(baseline.run, checks=checks))


def _told(comparison: Comparison, *, colour: bool, width: int) -> list[str]:
    from reports.console import console, print_comparison  # noqa: PLC0415 - likewise

    out = io.StringIO()
    print_comparison(console(out, colour=colour, width=width), comparison, evidence=False, limit=SHOWN)
    return out.getvalue().splitlines()
