"""The evidence of a run again: what was found, and one check with its exchanges, as printable lines."""

import difflib
from collections.abc import Iterator
from typing import Final

from reports.differences import exchange_lines
from reports.escaping import visible
from reports.loading import Loaded, RunError
from reports.model import CheckResult, Verdict

_SHOWN: Final = 5
"""Exchanges of one deviation that are shown."""


def overview(loaded: Loaded) -> Iterator[str]:
    """Every check that did not simply pass, one line for each, and how to see more."""
    run = loaded.run
    yield visible(f"gateway {run.gateway}, run {run.run_id} of {run.started}: {run.command}")
    totals = ", ".join(f"{count} {name}" for name, count in run.totals.items() if count)
    yield f"{len(run.checks)} checks: {totals}"
    for check in sorted(run.checks.values(), key=lambda check: check.id):
        if check.verdict is not Verdict.PASS:
            yield _line(check)
    if loaded.evidence.missing:
        yield f"no evidence: {visible(str(loaded.evidence.path))} is missing"
    yield f"one with its exchanges: python -m reports show {visible(str(loaded.path))} CHECK-ID"


def _line(check: CheckResult) -> str:
    said = "; ".join(dict.fromkeys(f"{d.level} {d.rule}: {d.impact}" for d in check.deviations)) or check.reason
    accepted = f" ({check.accepted})" if check.accepted else ""
    return visible(f"{check.verdict:11} {check.id}{accepted}: {said}")


def show(loaded: Loaded, id_: str, *, every: bool = False) -> Iterator[str]:
    """One check: claim, verdict, deviations, and the exchanges that show them. Raises RunError for an unknown id."""
    check = loaded.run.checks.get(id_)
    if check is None:
        near = [known for known in sorted(loaded.run.checks) if id_ in known][:5]
        near = near or difflib.get_close_matches(id_, loaded.run.checks, n=3)
        hint = f"; there is {', '.join(near)}" if near else "; python -m reports show RUN.json lists what it found"
        raise RunError(visible(f"{loaded.path}: no check is called {id_!r}{hint}"))
    return _show(loaded, check, every=every)


def _show(loaded: Loaded, check: CheckResult, *, every: bool) -> Iterator[str]:
    yield visible(f"{check.id} on {loaded.run.gateway}: {check.verdict}{f', {check.reason}' if check.reason else ''}")
    if check.claim:
        yield visible(check.claim)
    yield visible(f"{check.level}, {check.oracle}: {check.impact}")
    for name, value in check.observations.items():
        yield visible(f"observed {name}: {value!r}")
    for deviation in check.deviations:
        accepted = f", accepted as {deviation.accepted}: {deviation.known or ''}" if deviation.accepted else ""
        yield visible(
            f"{str(deviation.level).upper()} {deviation.rule} ({deviation.oracle}): {deviation.impact}{accepted}"
        )
        yield visible(f"  {deviation.message}")
    numbers = sorted({n for d in check.deviations for n in d.exchanges[-_SHOWN:]})
    if every or not check.deviations:
        numbers = loaded.evidence.of(check.id)
    if loaded.evidence.missing:
        yield f"no evidence: {visible(str(loaded.evidence.path))} is missing"
        return
    for number in numbers:
        line = loaded.evidence.exchange(number)
        at = f", connection {visible(str(line.get('connection')))}" if line else ""
        took = f", {float(line.get('seconds') or 0.0):.3f} s" if line else ""
        yield ""
        yield f"exchange {number}{at}{took}"
        yield from (f"  {text}" for text in exchange_lines(line))
