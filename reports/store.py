"""Writes what each process of a run saw to files of its own, and makes one run of them at the end.

Rule 1: a line is written when it is known, so that a process that is killed loses at most the line it was writing.
Rule 2: exchanges are streamed from file to file; memory does not grow with their number.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from reports.model import SET_UP, CheckResult, Run
from reports.normal import Normal
from reports.rounds import WORST, merged
from reports.times import Times, times_of

PARTS: Final = ".parts"
_CHECKS: Final = "checks.jsonl"
_EXCHANGES: Final = "exchanges.jsonl"
_GATEWAY: Final = "gateway.json"


@dataclass(slots=True)
class Part:
    """What one process saw of one gateway."""

    directory: Path
    lines: int = 0
    normal: Normal = field(default_factory=lambda: Normal("", {}))

    def gateway(self, facts: dict[str, Any]) -> None:
        """Note who the gateway is."""
        self.normal = Normal(facts.get("url", ""), facts.get("profile", {}))
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / _GATEWAY).write_text(json.dumps(facts), encoding="utf-8")

    def check(self, result: CheckResult, evidence: list[dict[str, Any]], api: str, number: int = 1) -> None:
        """Note the verdict of a round and its evidence. Raises TypeError or ValueError for what JSON cannot hold."""
        shifted = replace(result, deviations=tuple(d.shifted(self.lines) for d in result.deviations))
        facts = {"id": result.id, "api": api, "first": self.lines, "round": number, "result": shifted.to_json()}
        line = json.dumps(facts | {"times": times_of(evidence, self.normal)})
        known = {"check": result.id} | ({"round": number} if number > 1 else {})
        lines = [json.dumps(exchange | known) for exchange in evidence]
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / _EXCHANGES).open("a", encoding="utf-8") as file:
            file.writelines(f"{text}\n" for text in lines)
        with (self.directory / _CHECKS).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self.lines += len(evidence)


@dataclass(slots=True)
class Merged:
    """One gateway's run, and what its summary needs besides."""

    run: Run
    exchanges: int
    apis: dict[str, str] = field(default_factory=dict)
    """The API of each check."""
    untested: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False
    """Whether a process was killed while it wrote."""


def merge(directory: Path, name: str, *, suite: str, command: str, started: str, complete: bool) -> Merged:
    """Make `run.json` and `exchanges.jsonl` of one gateway from the parts of all processes."""
    target = directory / name
    target.mkdir(parents=True, exist_ok=True)
    rounds: dict[str, dict[int, CheckResult]] = {}
    times = Times()
    apis: dict[str, str] = {}
    facts: dict[str, Any] = {}
    offset, cut = 0, False
    with (target / _EXCHANGES).open("w", encoding="utf-8") as out:
        for part in sorted((directory / PARTS).glob(f"*/{name}")):
            if (part / _GATEWAY).exists():
                facts |= json.loads((part / _GATEWAY).read_text(encoding="utf-8"))
            for value in _lines(part / _CHECKS):
                if value is None:
                    cut = True
                    continue
                result = CheckResult.from_json(value["id"], value["result"])
                moved = replace(result, deviations=tuple(d.shifted(offset) for d in result.deviations))
                known = rounds.setdefault(result.id, {})
                number = value.get("round", 1)
                known[number] = _joined(known.get(number), moved)
                times.add(result, value.get("times", {}))
                apis[result.id] = value["api"]
            for text in _text_lines(part / _EXCHANGES):
                out.write(text)
                offset += 1
    run = Run(
        suite=suite,
        run_id=facts.get("run_id", ""),
        command=command,
        started=started,
        complete=complete and not cut,
        injected=facts.get("injected"),
        gateway=name,
        url=facts.get("url", ""),
        profile=facts.get("profile", {}),
        checks={id_: merged([known[number] for number in sorted(known)]) for id_, known in rounds.items()},
        latency=times.to_json(),
    )
    text = json.dumps(run.to_json(), indent=1)
    (target / "run.json").write_text(text + "\n", encoding="utf-8")
    return Merged(run, offset, apis, [tuple(pair) for pair in facts.get("untested", [])], cut)


def gateways(directory: Path) -> list[str]:
    """The gateways that any process saw."""
    return sorted({path.name for path in (directory / PARTS).glob("*/*")})


def remove_parts(directory: Path) -> None:
    """The parts are no longer needed."""
    shutil.rmtree(directory / PARTS, ignore_errors=True)


def _joined(earlier: CheckResult | None, later: CheckResult) -> CheckResult:
    """Set-up is seen by every process and adds up; any other check that is told twice was repeated."""
    if earlier is None or later.id != SET_UP:
        return later
    verdict = min(earlier.verdict, later.verdict, key=WORST.index)
    deviations = earlier.deviations + later.deviations
    return replace(later, verdict=verdict, deviations=deviations, seconds=earlier.seconds + later.seconds)


def _text_lines(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        # A line without an end was cut by whatever ended its process.
        yield from (line for line in file if line.endswith("\n"))


def _lines(path: Path) -> Iterator[dict[str, Any] | None]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line) if line.endswith("\n") else None
