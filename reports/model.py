"""The words of a run: levels, verdicts, deviations, and what "worse" means.

Rule 1: pure data and pure functions; no file, socket or clock is touched here.
Rule 2: everybody may import this module, and it imports nothing of ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

SCHEMA = 1
"""The version of `run.json` that this code writes and reads."""

SET_UP = "set-up"
"""The id of the check that owns the exchanges of set-up and clean-up."""

BASELINE: Final = "baseline"
"""The rule that a check breaks which the baseline judged and which now cannot be judged, and what accepts the rest."""


class Level(StrEnum):
    """How bad a deviation is, worst first."""

    BREAKS = "breaks"
    """A registry operation fails or serves wrong data."""
    MUST = "must"
    """The oracle forbids it."""
    SHOULD = "should"
    """The oracle advises against it."""
    OBSERVED = "observed"
    """No judgement: a fact to compare."""

    @property
    def rank(self) -> int:
        """0 for the worst level; larger is milder."""
        return list(Level).index(self)


BREAKS, MUST, SHOULD, OBSERVED = Level


class Verdict(StrEnum):
    """What a check came to."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    DEGRADED = "degraded"
    """Only deviations of level `should`."""
    UNSUPPORTED = "unsupported"
    """The gateway says in a recognised way that it does not offer this."""
    BLOCKED = "blocked"
    """An earlier write that the check reads was not acknowledged."""
    UNTESTED = "untested"
    """Something the check needs is absent: no credentials, no second account, not allowed."""
    ERROR = "error"
    """Our own fault, never the gateway's."""

    @property
    def judged(self) -> bool:
        """Whether the gateway was judged at all."""
        return self in (Verdict.PASS, Verdict.FAIL, Verdict.DEGRADED)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that a rule or check found wrong, with its evidence."""

    rule: str
    """The id of the rule, or of the check whose own expectation failed."""
    level: Level
    oracle: str
    impact: str
    """One sentence for the person on call."""
    message: str
    """One sentence that says what was seen; bytes in it are escaped."""
    exchanges: tuple[int, ...] = ()
    """Lines of `exchanges.jsonl`, counted from 0."""
    known: str | None = None
    """The reason of the known entry that accepts this deviation."""
    accepted: str | None = None
    """`known` or `baseline` if something accepts it."""

    @property
    def red(self) -> bool:
        """Whether this alone makes a check red (without `--fail-on should`)."""
        return self.accepted is None and self.level in (Level.BREAKS, Level.MUST)

    def shifted(self, offset: int) -> "Deviation":
        """The same deviation with its evidence `offset` lines further down."""
        return replace(self, exchanges=tuple(n + offset for n in self.exchanges))


def verdict_of(deviations: Iterable[Deviation]) -> Verdict:
    """The verdict that a judged check's deviations add up to; `observed` ones do not count."""
    levels = {d.level for d in deviations}
    if levels & {Level.BREAKS, Level.MUST}:
        return Verdict.FAIL
    return Verdict.DEGRADED if Level.SHOULD in levels else Verdict.PASS


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to on one gateway."""

    id: str
    verdict: Verdict
    level: Level
    oracle: str
    impact: str
    reason: str = ""
    deviations: tuple[Deviation, ...] = ()
    observations: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    claim: str = ""
    """What the check says of a gateway, in one sentence; empty in older runs."""
    rounds: int = 1
    """How often it was repeated (`--repeat`); all of them are in this result."""
    measurements: Mapping[str, list[Any]] = field(default_factory=dict)
    """By name, points `[size, seconds]` that were measured; they always differ, so that nothing compares them."""

    @property
    def accepted(self) -> str | None:
        """`known` or `baseline` if every failing deviation is accepted, else None."""
        failing = [d for d in self.deviations if d.level in (Level.BREAKS, Level.MUST)]
        if not failing or any(d.accepted is None for d in failing):
            return None
        return "baseline" if any(d.accepted == "baseline" for d in failing) else "known"

    def red(self, *, fail_on: Level = Level.MUST) -> bool:
        """Whether a run with this result must not exit with 0."""
        if self.verdict is Verdict.ERROR:
            return True
        return any(d.accepted is None and d.level.rank <= fail_on.rank for d in self.deviations)

    def to_json(self) -> dict[str, Any]:
        """The value of this check in `run.json`."""
        return {
            "claim": self.claim,
            "verdict": str(self.verdict),
            "reason": self.reason,
            "level": str(self.level),
            "oracle": self.oracle,
            "impact": self.impact,
            "accepted": self.accepted,
            "deviations": [
                {**asdict(d), "level": str(d.level), "exchanges": list(d.exchanges)} for d in self.deviations
            ],
            "observations": dict(self.observations),
            "seconds": round(self.seconds, 6),
            "rounds": self.rounds,
            "measurements": dict(self.measurements),
        }

    @classmethod
    def from_json(cls, id_: str, value: Mapping[str, Any]) -> "CheckResult":
        """The inverse of `to_json`. Raises KeyError or ValueError on what this schema does not know."""
        return cls(
            id=id_,
            verdict=Verdict(value["verdict"]),
            level=Level(value["level"]),
            oracle=value["oracle"],
            impact=value["impact"],
            reason=value["reason"],
            deviations=tuple(
                Deviation(**{**d, "level": Level(d["level"]), "exchanges": tuple(d["exchanges"])})
                for d in value["deviations"]
            ),
            observations=value["observations"],
            seconds=value["seconds"],
            claim=value.get("claim", ""),
            rounds=value.get("rounds", 1),
            measurements=value.get("measurements", {}),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """The verdicts and observations of one gateway at one time: `run.json`."""

    suite: str
    """The version of this project."""
    run_id: str
    command: str
    started: str
    """ISO 8601, with zone."""
    complete: bool
    injected: str | None
    """The mutant in front of the gateway, if any."""
    gateway: str
    url: str
    profile: Mapping[str, Any]
    checks: Mapping[str, CheckResult]
    latency: Mapping[str, Any] = field(default_factory=dict)
    """By operation and kind of request, how long answers took (`reports.times`); empty in older runs."""

    @property
    def totals(self) -> dict[str, int]:
        """How many checks came to each verdict."""
        return {str(v): sum(1 for c in self.checks.values() if c.verdict is v) for v in Verdict}

    def to_json(self) -> dict[str, Any]:
        """What `run.json` holds."""
        return {
            "schema": SCHEMA,
            "suite": self.suite,
            "run_id": self.run_id,
            "command": self.command,
            "started": self.started,
            "complete": self.complete,
            "injected": self.injected,
            "gateway": {"name": self.gateway, "url": self.url, "profile": dict(self.profile)},
            "checks": {id_: check.to_json() for id_, check in sorted(self.checks.items())},
            "totals": self.totals,
            "latency": dict(self.latency),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Run":
        """The inverse of `to_json`. Raises ValueError for another schema, KeyError for a missing member."""
        if value.get("schema") != SCHEMA:
            msg = f"run.json has schema {value.get('schema')!r}, this version reads {SCHEMA}"
            raise ValueError(msg)
        return cls(
            suite=value["suite"],
            run_id=value["run_id"],
            command=value["command"],
            started=value["started"],
            complete=value["complete"],
            injected=value["injected"],
            gateway=value["gateway"]["name"],
            url=value["gateway"]["url"],
            profile=value["gateway"]["profile"],
            checks={id_: CheckResult.from_json(id_, check) for id_, check in value["checks"].items()},
            latency=value.get("latency", {}),
        )


def appeared(old: Iterable[Deviation], new: Iterable[Deviation]) -> tuple[Deviation, ...]:
    """The deviations of `new` that `old` has not, or has at a milder level; `observed` ones are no deviations here.

    The same deviation is the same rule with the same impact: messages hold bytes that always differ, and how often it
    was seen depends on how often a client repeats its request.
    """
    levels: dict[tuple[str, str], int] = {}
    for deviation in old:
        key = deviation.rule, deviation.impact
        levels[key] = min(deviation.level.rank, levels.get(key, deviation.level.rank))
    return tuple(
        d
        for d in new
        if d.level is not Level.OBSERVED and d.level.rank < levels.get((d.rule, d.impact), Level.OBSERVED.rank)
    )


def lost(old: CheckResult | None, new: CheckResult | None) -> bool:
    """Whether a check that was judged is not any more, and not for want of something that the check needs."""
    if old is None or not old.verdict.judged:
        return False
    return new is None or new.verdict in (Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.ERROR)


def fresh(old: CheckResult | None, new: CheckResult) -> tuple[Deviation, ...]:
    """The deviations that make a result worse; of a check that was not judged before, only those that fail it."""
    found = appeared(old.deviations if old else (), new.deviations)
    judged = old is not None and old.verdict.judged
    return tuple(d for d in found if judged or d.level is not Level.SHOULD)


def worse(old: CheckResult | None, new: CheckResult | None) -> bool:
    """Whether a check's result fell: a deviation that is new or of a raised level, or a judgement that is gone.

    A deviation that a known entry accepts is told, and is not worse.
    """
    if lost(old, new):
        return True
    return new is not None and any(d.accepted != "known" for d in fresh(old, new))


def against(baseline: CheckResult | None, new: CheckResult) -> CheckResult:
    """The result with all accepted that is not worse than the baseline, so that what is red is what is worse.

    A check that the baseline judged and that the gateway now refuses, or that is blocked, has a deviation for that.
    """
    bad = fresh(baseline, new)
    kept = tuple(d if d in bad or d.accepted else replace(d, accepted=BASELINE) for d in new.deviations)
    if baseline is not None and lost(baseline, new) and new.verdict is not Verdict.ERROR:
        message = f"{baseline.verdict} in the baseline, now {new.verdict}: {new.reason}"
        kept += (Deviation(BASELINE, Level.MUST, "baseline", new.impact, message),)
    return replace(new, deviations=kept)


def recorded(result: CheckResult) -> CheckResult:
    """The result as a baseline that is being recorded: whatever a gateway does is accepted."""
    return replace(
        result, deviations=tuple(d if d.accepted else replace(d, accepted=BASELINE) for d in result.deviations)
    )
