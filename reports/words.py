"""What a comparison says, in words: the same for a terminal and for Markdown.

Rule 1: a line says what, how often and where first; whatever a gateway chose in it is made visible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reports.compare import ASKED, Comparison, Group, Pair
from reports.escaping import visible
from reports.facets import SEPARATOR
from reports.latency import Shifted

LONGEST: Final = 220
"""Characters of a reason or a value that are told."""
LEAST_P: Final = 1e-6
"""The approximation says nothing of smaller ones."""


@dataclass(frozen=True, slots=True)
class Told:
    """One difference: its kind, the sentence, where it is seen, and the group it is made of, if there is one."""

    kind: str
    text: str
    where: str
    mark: str
    """How it is marked where colours are wanted: `red`, `green`, `yellow` or nothing."""
    group: Group | None = None


def verdict(pair: Pair) -> tuple[str, str]:
    """One sentence on a pair, and its mark."""
    if pair.silent:
        return "nothing differs", "green"
    counts = [
        (_count(sum(1 for g in pair.worse if g.counts), "new deviation"), any(g.counts for g in pair.worse)),
        (_count(len({c for g in pair.lost for c in g.checks}), "check") + " not judged any more", bool(pair.lost)),
        (_count(len(pair.slower), "kind") + " of requests slower", bool(pair.slower)),
        (_count(len(pair.fixed), "deviation") + " gone", bool(pair.fixed)),
        (_count(len(pair.faster), "kind") + " of requests faster", bool(pair.faster)),
        (_count(len(pair.changed), "change") + " without judgement", bool(pair.changed)),
    ]
    said = ", ".join(text for text, there in counts if there)
    if pair.is_worse:
        return f"WORSE: {said}", "red"
    return "not worse" + (f": {said}" if said else ""), "green"


def told(pair: Pair) -> Iterator[Told]:
    """Every difference of a pair, what counts first."""
    for name, old, new in pair.facts:
        acted = "; registries act upon this and send other requests" if name in ASKED else ""
        yield Told("gateway", f"{name}: {_said(old)} -> {_said(new)}{acted}", "", "")
    for group in pair.worse:
        kind = "WORSE" if group.counts else "known" if group.known else "new"
        raised = f", was {group.old}" if group.old else ""
        reason = f" ({_said(group.known)})" if group.known else ""
        text = f"{group.level} {_said(group.what)}{raised}: {_why(group)}{reason}"
        yield Told(kind, text, _where(group), "red" if group.counts else "yellow", group)
    for group in pair.lost:
        yield Told("LOST", f"{group.old} -> {group.new}: {_why(group)}", _where(group), "red", group)
    slower, mark = ("SLOWER", "red") if pair.slower_counts else ("slower", "yellow")
    yield from (Told(slower, _times(slow), _support(slow), mark) for slow in pair.slower)
    for group in pair.fixed:
        yield Told("fixed", f"{group.level} {_said(group.what)}: {_why(group)}", _where(group), "green", group)
    yield from (Told("faster", _times(fast), _support(fast), "green") for fast in pair.faster)
    for group in pair.changed:
        yield Told("changed", f"{_said(group.what)}: {_turned(group)}", _where(group), "", group)
    for group in pair.asked:
        text = f"{group.new} sent by a registry: {_said(group.what)}"
        yield Told("asked", text, _where(group), "", group)
    for group in pair.apart:
        yield Told("apart", f"{group.what}: {_why(group)}", _where(group), "yellow", group)
    for text in pair.unseen:
        yield Told("evidence", visible(text), "", "yellow")


def alike(comparison: Comparison) -> Iterator[str]:
    """How three gateways and more fall into groups."""
    for group in comparison.alike:
        if len(group) > 1:
            yield f"no check tells apart {', '.join(group)}"
    for cluster in comparison.clusters:
        if len(cluster.groups) == 1:
            yield f"alike in {_count(len(cluster.checks), 'check')}: {', '.join(cluster.groups[0])}"
            continue
        parts = (
            f"{', '.join(group)} [{visible(said)[:LONGEST]}]"
            for group, said in zip(cluster.groups, cluster.told, strict=True)
        )
        first = visible(cluster.checks[0])
        yield f"apart in {_count(len(cluster.checks), 'check')}, first in {first}: {' | '.join(parts)}"


def _turned(group: Group) -> str:
    """From what to what; of a body only what it lost and gained, for it may be made of many things."""
    old, new = group.old.split(SEPARATOR), group.new.split(SEPARATOR)
    if group.what != "body" or not set(old) & set(new):
        return f"{_said(group.old)} -> {_said(group.new)}"
    sides = (("no longer", [part for part in old if part not in new]), ("newly", [p for p in new if p not in old]))
    return "; ".join(f"{word} {_said(SEPARATOR.join(parts))}" for word, parts in sides if parts)


def _times(one: Shifted) -> str:
    medians = f"median {one.old * 1e3:.1f} ms -> {one.new * 1e3:.1f} ms"
    return f"{_said(one.kind)}: {medians}, {abs(one.shift) * 1e3:.1f} ms {'later' if one.shift > 0 else 'earlier'}"


def _support(one: Shifted) -> str:
    p = f"{one.p:.1g}" if one.p >= LEAST_P else f"below {LEAST_P:g}"
    return f"{one.old_count} and {one.count} answers, Cliff's delta {one.delta:+.2f}, p {p}"


def _why(group: Group) -> str:
    if not group.why:
        return ""
    more = f" (and {_count(len(group.why) - 1, 'more impact')})" if len(group.why) > 1 else ""
    return _said(group.why[0]) + more


def _where(group: Group) -> str:
    checks, seen = group.checks, len(group.seen)
    exchanges = any(sight.old is not None or sight.new is not None for sight in group.seen)
    often = f"{_count(seen, 'exchange')} in " if exchanges and seen > len(checks) else ""
    return f"{often}{_count(len(checks), 'check')}, first in {visible(checks[0])}"


def _said(text: str) -> str:
    text = visible(text)
    return (text if len(text) <= LONGEST else f"{text[: LONGEST - 60]}...{text[-57:]}") or "nothing"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {what}s"
