"""Makes a run of what a load counted, as `python -m reports` reads it, and tells it on the terminal.

Rule 1: what is told is what `run.json` says; an answer that was not judged is in neither.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench.load.ground import Ground
from bench.load.judging import claim_for
from bench.load.ledger import EVERY, WHOLE, Ledger, Operation, Spread
from reports.model import OBSERVED, SET_UP, CheckResult, Deviation, Run, Verdict, verdict_of
from reports.plugin import version
from suites.claims import Claim
from suites.plugin import SET_UP_CLAIM

TROUBLE: Final = "load-trouble"
"""The rule that only observes: what an overloaded gateway answers, by name and number."""
_IMPACT: Final = "under load some answers are late, refused or missing"
_TOLD: Final = 20
"""Deviations that the terminal tells; `run.json` has all."""


@dataclass(frozen=True, slots=True)
class Told:
    """A run that was written, and what is said of it."""

    run: Run
    lines: list[str]
    path: Path

    @property
    def code(self) -> int:
        """0: nothing red; 1: deviations; 4: no operation was judged."""
        if not any(id_ != SET_UP and check.verdict.judged for id_, check in self.run.checks.items()):
            return 1 if any(check.red() for check in self.run.checks.values()) else 4
        return 1 if any(check.red() for check in self.run.checks.values()) else 0


def write(ground: Ground, directory: Path, *, command: str, started: str, seconds: float, complete: bool) -> Told:
    """Write `run.json` and `exchanges.jsonl` of the gateway under load."""
    gateway = ground.gateway
    named = [claim_for(ground.scenario, one, page) for one in ground.recordings for page in ground.mix.pages(one)]
    claims = {claim.id: claim for claim in [SET_UP_CLAIM, *named]}
    target = directory / gateway.name
    target.mkdir(parents=True, exist_ok=True)
    checks, lines = {}, 0
    with (target / "exchanges.jsonl").open("w", encoding="utf-8") as out:
        for id_, claim in sorted(claims.items()):
            result, evidence = _result(claim, ground.ledger.operations.get(id_, Operation()), lines)
            checks[id_] = result
            lines += len(evidence)
            out.writelines(json.dumps(line | {"check": id_}) + "\n" for line in evidence)
    run = Run(
        suite=version(),
        run_id=ground.session.run_id,
        command=command,
        started=started,
        complete=complete,
        injected=None,
        gateway=gateway.name,
        url=gateway.url,
        profile=ground.session.profiles[gateway.name],
        checks=checks,
        latency=_latency(ground.ledger),
    )
    path = target / "run.json"
    path.write_text(json.dumps(run.to_json(), indent=1) + "\n", encoding="utf-8")
    return Told(run, [*_lines(run, ground, seconds), f"written: {path}"], path)


def _result(claim: Claim, operation: Operation, line: int) -> tuple[CheckResult, list[dict[str, Any]]]:
    deviations, evidence = [], []
    for found in operation.found.values():
        places: tuple[int, ...] = ()
        if found.example is not None:
            places = (line + len(evidence),)
            evidence.append(found.example)
        said = f"{found.deviation.message} ({found.count} times)" if found.count > 1 else found.deviation.message
        deviations.append(replace(found.deviation, message=said, exchanges=places))
    for name, count in sorted(operation.troubles.items()):
        said = f"{name}: {count} times in {operation.requests} requests"
        deviations.append(Deviation(TROUBLE, OBSERVED, "registry", _IMPACT, said))
    verdict, reason = verdict_of(deviations), ""
    if not operation.requests and not operation.played and claim.id != SET_UP:
        verdict, reason = Verdict.UNTESTED, "the load ended before it was played"
    elif not operation.requests and verdict is Verdict.PASS and claim.id != SET_UP:
        verdict, reason = Verdict.BLOCKED, "none of its requests was sent"
    result = CheckResult(
        id=claim.id,
        verdict=verdict,
        level=claim.level,
        oracle=claim.oracle,
        impact=claim.impact,
        reason=reason,
        deviations=tuple(deviations),
        claim=claim.says,
    )
    return result, [*evidence, *operation.examples]


def _latency(ledger: Ledger) -> Mapping[str, Any]:
    told = {id_: operation.latency() for id_, operation in sorted(ledger.operations.items()) if id_ != SET_UP}
    return {id_: kinds for id_, kinds in told.items() if kinds}


def _lines(run: Run, ground: Ground, seconds: float) -> Iterator[str]:
    operations = ground.ledger.operations
    requests = sum(operation.requests for operation in operations.values())
    own = operations[SET_UP].requests if SET_UP in operations else 0
    rate = f"{requests / seconds:.0f} in a second" if seconds else "none in no time"
    yield f"{run.gateway}: {ground.scenario}: {requests} requests in {seconds:.0f} s, {rate}, {own} of them our own"
    if not run.complete:
        yield f"{run.gateway}: ended before its time"
    named = {id_: id_.removeprefix(f"load[{ground.scenario}-").removesuffix("]") for id_ in operations if id_ != SET_UP}
    width = max([9, *map(len, named.values())])
    yield f"{'':{width}}  {'':>7} {'':>8}  of a request, ms        of all of it, ms"
    heads = f"{'p50':>6} {'p95':>6} {'p99':>7}  {'p50':>7} {'p99':>8}"
    yield f"{'operation':{width}}  {'played':>7} {'requests':>8}  {heads}"
    for id_, name in sorted(named.items()):
        operation = operations[id_]
        each, whole = (operation.whole.get(kind, Spread()) for kind in (EVERY, WHOLE))
        one, all_ = each.percentiles(), whole.percentiles()
        yield (
            f"{name:{width}}  {operation.played:>7} {operation.requests:>8}  {_ms(one['p50']):>6} {_ms(one['p95']):>6} "
            f"{_tail(each):>7}  {_ms(all_['p50']):>7} {_tail(whole):>8}"
        )
    yield f"{'':{width}}  * of fewer than 100: the longest"
    yield from _deviations(run)


def _deviations(run: Run) -> Iterator[str]:
    found = [(id_, d) for id_, check in run.checks.items() for d in check.deviations]
    worst = sorted((pair for pair in found if pair[1].level is not OBSERVED), key=lambda pair: pair[1].level.rank)
    red = [pair for pair in worst if pair[1].red]
    yield f"{run.gateway}: {len(red) or 'no'} deviation{'s' if len(red) != 1 else ''}" + (
        f", and {len(worst) - len(red)} that are milder or known" if len(worst) > len(red) else ""
    )
    for id_, deviation in worst[:_TOLD]:
        known = " (known)" if deviation.accepted else ""
        yield _plain(f"  {str(deviation.level).upper()} {deviation.rule}{known} in {id_}: {deviation.message}")
    if len(worst) > _TOLD:
        yield f"  and {len(worst) - _TOLD} more; see run.json"
    for id_, deviation in found:
        if deviation.rule == TROUBLE:
            yield _plain(f"  {id_}: {deviation.message}")


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{1000 * seconds:.1f}"


def _tail(spread: Spread) -> str:
    """The 99th percentile, which is the longest where there are few."""
    told = spread.percentiles()["p99"]
    return f"{1000 * spread.longest:.1f}*" if told is None and len(spread) else f"{_ms(told)} "


def _plain(text: str) -> str:
    """What a gateway said must do nothing to a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
