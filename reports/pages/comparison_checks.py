"""What became of each check from the first gateway to each other one, as a comparison's page tells it.

Rule 1: a difference is what `reports.compare` says it is; here it is only put to the checks that show it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from reports.compare import Comparison, Pair, Sight
from reports.model import SET_UP, CheckResult, Level, appeared
from reports.words import Told, told

SIGNS: Final = {
    "worse": "▲",
    "lost": "‖",
    "unsupported": "○",
    "new": "△",
    "known": "≈",
    "fixed": "✓",
    "changed": "≠",
    "asked": "→",
    "apart": "?",
    "same": "=",
}
"""A sign for each kind of change; what a reader looks for first stands first."""
WORDS: Final = {
    "worse": "worse",
    "lost": "no longer judged",
    "unsupported": "newly unsupported",
    "new": "new, does not count",
    "known": "new, accepted",
    "fixed": "fixed",
    "changed": "changed",
    "asked": "asked otherwise",
    "apart": "judged in one only",
    "same": "alike",
}
LOOKS: Final = {
    "worse": "fail",
    "lost": "blocked",
    "unsupported": "blocked",
    "new": "degraded",
    "known": "known",
    "fixed": "pass",
    "changed": "changed",
    "asked": "changed",
    "apart": "untested",
    "same": "missing",
}
"""Whose colours a kind of change has: of a verdict that is as urgent."""
RANK: Final = {kind: number for number, kind in enumerate(SIGNS)}
_SPOKEN: Final = ("real-registry[", "replay[")
_FEW: Final = 20
"""Checks that are never nearly all."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of a check."""

    pair: int
    kind: str
    told: Told
    sight: Sight

    @property
    def often(self) -> int:
        """In how many sights the same is seen; what is rare says more of a check."""
        return len(self.told.group.seen) if self.told.group is not None else 1


@dataclass(slots=True)
class Changes:
    """All differences of one check, the worst first, the rare before the frequent."""

    found: list[Change] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """Each kind once, the worst first."""
        return sorted({change.kind for change in self.found}, key=RANK.__getitem__)

    def of(self, pair: int) -> list[Change]:
        """Those of one pair."""
        return [change for change in self.found if change.pair == pair]

    def kinds_of(self, pair: int) -> list[str]:
        """Each kind of one pair once, the worst first."""
        return sorted({change.kind for change in self.of(pair)}, key=RANK.__getitem__)


def kind_of(one: Told) -> str:
    """The kind of a difference as a page names it."""
    kind = one.kind.lower()
    if kind == "lost" and one.group is not None and one.group.new == "unsupported":
        return "unsupported"
    return kind if kind in SIGNS else "changed"


def changes(comparison: Comparison) -> dict[str, Changes]:
    """By check what differs in it; what differs everywhere is put to the first check that shows it, as an example."""
    found: dict[str, Changes] = defaultdict(Changes)
    for number, pair in enumerate(comparison.pairs):
        for one in told(pair):
            seen = one.group.seen if one.group is not None else ()
            for sight in seen[:1] if _everywhere(pair, one) else seen:
                found[sight.check].found.append(Change(number, kind_of(one), one, sight))
    for several in found.values():
        several.found.sort(key=lambda change: (RANK[change.kind], change.often, change.pair))
    return dict(found)


def everywhere(pair: Pair) -> list[Told]:
    """What nearly every check sees otherwise, such as a new `Server` field: by itself it makes no check differ."""
    return [one for one in told(pair) if _everywhere(pair, one)]


def _everywhere(pair: Pair, one: Told) -> bool:
    if one.group is None or kind_of(one) != "changed":
        return False
    return len(one.group.checks) > max(len(pair.new.run.checks) / 2, _FEW)


def broken(pair: Pair, *, known: bool = False) -> list[str]:
    """The registry operations that worked on the older gateway and fail on the newer; or those that are known to."""
    found = []
    for id_ in sorted({check for group in pair.worse for check in group.checks}):
        old, new = pair.old.run.checks.get(id_), pair.new.run.checks.get(id_)
        if id_.startswith(_SPOKEN) and new is not None and _worked(old):
            fresh = appeared(old.deviations if old else (), new.deviations)
            breaking = [d for d in fresh if d.level is Level.BREAKS]
            if breaking and all(d.accepted == "known" for d in breaking) is known:
                found.append(id_)
    return found


def _worked(check: CheckResult | None) -> bool:
    return check is not None and check.verdict.judged and not any(d.level is Level.BREAKS for d in check.deviations)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many checks of a pair changed in each way."""

    name: str
    sentence: str
    tone: str
    """`bad`, `unsure` or `good`."""
    numbers: tuple[tuple[str, int], ...]
    slower: int
    broken: tuple[str, ...]
    known: tuple[str, ...]
    """Registry operations that fail on the newer gateway only, which is known and accepted."""


def counts(pair: Pair, number: int, found: dict[str, Changes]) -> Counts:
    """What a pair comes to."""
    kinds: dict[str, int] = {}
    for id_, several in found.items():
        if id_ != SET_UP or "worse" in several.kinds:
            for kind in several.kinds_of(number):
                kinds[kind] = kinds.get(kind, 0) + 1
    failing, known = broken(pair), broken(pair, known=True)
    text, tone = _sentence(pair, kinds, failing, len(known))
    ordered = tuple((kind, kinds.get(kind, 0)) for kind in SIGNS if kind != "same")
    return Counts(pair.new_label, text, tone, ordered, len(pair.slower), tuple(failing), tuple(known))


def _sentence(pair: Pair, kinds: dict[str, int], failing: Sequence[str], known: int) -> tuple[str, str]:
    old, new = pair.old_label, pair.new_label
    if pair.silent:
        return f"Nothing differs between {old} and {new}", "good"
    also = f"; {_count(known, 'registry operation')} more {_verb(known)} there, which is known" if known else ""
    if pair.is_worse:
        return _joined(list(_bad(pair, kinds, failing))) + also, "bad"
    rest = list(_rest(pair, kinds))
    text = f"{new} is not worse than {old}" + (f": {_joined(rest)}" if rest else "") + also.replace(" more", "", 1)
    # What could not be judged is no reason to be at ease, nor is what is known to break.
    unsure = known or (kinds.get("apart") and not set(kinds) - {"apart"})
    return text, "unsure" if unsure else "good"


def _bad(pair: Pair, kinds: dict[str, int], failing: Sequence[str]) -> Iterator[str]:
    old, new = pair.old_label, pair.new_label
    others = kinds.get("worse", 0) - len(failing)
    if failing:
        operations = _count(len(failing), "registry operation")
        yield f"{operations} that worked on {old} {_verb(len(failing))} on {new}"
    if others > 0 and failing:
        yield f"{_count(others, 'other check')} came out worse"
    elif others > 0:
        yield f"{_count(others, 'check')} came out worse on {new} than on {old}, none of them a registry's operation"
    lost = kinds.get("lost", 0) + kinds.get("unsupported", 0)
    if lost:
        yield f"{_count(lost, 'check')} that judged {old} cannot judge {new}"
    if pair.slower:
        yield f"{_count(len(pair.slower), 'kind')} of requests got slower"


def _rest(pair: Pair, kinds: dict[str, int]) -> Iterator[str]:
    if pair.slower:
        yield f"{_count(len(pair.slower), 'kind')} of requests got slower"
    if kinds.get("fixed"):
        yield f"{_count(kinds['fixed'], 'check')} came out better"
    if kinds.get("changed"):
        yield f"{_count(kinds['changed'], 'check')} saw something else that no rule forbids"
    if kinds.get("apart"):
        yield f"{_count(kinds['apart'], 'check')} could be judged on one only"


def overall(comparison: Comparison, pairs: Sequence[Counts]) -> tuple[str, str]:
    """One sentence on all gateways, and its tone."""
    if len(pairs) == 1:
        return pairs[0].sentence, pairs[0].tone
    bad = [one for one in pairs if one.tone == "bad"]
    first = comparison.labels[0]
    if not bad:
        if all(pair.silent for pair in comparison.pairs):
            return f"Nothing differs between {first} and the other {len(pairs)} gateways", "good"
        return f"None of {len(pairs)} gateways is worse than {first}", "good"
    worst = max(bad, key=lambda one: (len(one.broken), dict(one.numbers).get("worse", 0)))
    told = f"{len(bad)} of {len(pairs)} gateways {'is' if len(bad) == 1 else 'are'} worse than {first}"
    return f"{told}. {worst.sentence}", "bad"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _verb(number: int) -> str:
    return "fails" if number == 1 else "fail"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {what}s"
