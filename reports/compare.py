"""Runs side by side, by check id: what got worse, what got better, what a client sees that is otherwise.

Rule 1: what got worse is decided by `reports.model.worse` alone; everything else is told and counts for nothing.
Rule 2: a difference is told once: answers that differ in a check whose deviations changed are told with those.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from reports.clusters import Cluster, alike, clusters
from reports.facets import Answer, by_check, changes
from reports.latency import NOTHING, Latency, Shifted, shifted
from reports.loading import Loaded, labels
from reports.model import SET_UP, CheckResult, Deviation, Level, Run, Verdict, appeared, lost, worse
from reports.normal import Normal, Normalise

_NOISE: Final = frozenset({"requests", "known-but-gone", "large-to-small"})
"""Observations that depend on how often something was repeated, on entries of ours, or on time."""
_FACTS: Final = ("version", "software", "frontend", "server", "storage_path", "account_in_url", "info", "temp_url_key")
"""Members of a profile that are compared."""
ASKED: Final = ("info", "account_in_url", "temp_url_key")
"""Facts of a gateway that its registries act upon."""
_SPOKEN: Final = ("real-registry[", "replay[")
_ONCE: Final = frozenset({"POST Swift account"})
"""A registry gives an account its TempURL key if nobody did before."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a difference is seen: a check, and an exchange of each run where there is one."""

    check: str
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The same difference in several checks."""

    what: str
    """A rule, a verdict, a facet, an observation."""
    why: tuple[str, ...] = ()
    """Impacts of a deviation, reasons of a verdict; most frequent first."""
    level: Level | None = None
    """The worst, of deviations."""
    old: str = ""
    new: str = ""
    counts: bool = False
    """Whether it makes the newer run worse."""
    known: str = ""
    """Why it is accepted, where it is."""
    seen: tuple[Sight, ...] = ()

    @property
    def checks(self) -> list[str]:
        """The checks in which it is seen, each once."""
        return list(dict.fromkeys(sight.check for sight in self.seen))


@dataclass(frozen=True, slots=True)
class Pair:
    """An older and a newer run."""

    old: Loaded
    new: Loaded
    old_label: str
    new_label: str
    facts: tuple[tuple[str, str, str], ...]
    """Members of the profile that differ, with both values."""
    worse: tuple[Group, ...]
    """New or raised deviations."""
    fixed: tuple[Group, ...]
    lost: tuple[Group, ...]
    """Judged before; now unsupported, blocked, missing, or in error."""
    apart: tuple[Group, ...]
    """Judged in one of the runs only, for want of something the check needs: nothing can be said."""
    changed: tuple[Group, ...]
    """Observations and answers that differ where no deviation tells of it, most frequent first."""
    asked: tuple[Group, ...]
    """Requests that registries send to one of them only."""
    latency: Latency = NOTHING
    """Kinds of requests that are slower or faster; nothing unless it was asked for."""
    slower_counts: bool = True
    """Whether a run that is slower is worse."""
    unseen: tuple[str, ...] = ()
    """What could not be compared, in words."""

    @property
    def is_worse(self) -> bool:
        """Whether the newer run is worse anywhere; slower counts where it was asked for."""
        return any(group.counts for group in (*self.worse, *self.lost)) or bool(self.slower_counts and self.slower)

    @property
    def slower(self) -> tuple[Shifted, ...]:
        """Kinds of requests that are slower in the newer run."""
        return self.latency.slower

    @property
    def faster(self) -> tuple[Shifted, ...]:
        """Kinds of requests that are faster in the newer run."""
        return self.latency.faster

    @property
    def silent(self) -> bool:
        """Whether nothing differs."""
        return not (self.slower or self.faster) and not any(
            (self.facts, self.worse, self.fixed, self.lost, self.apart, self.changed, self.asked)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every run against the first."""

    labels: tuple[str, ...]
    pairs: tuple[Pair, ...]
    alike: tuple[tuple[str, ...], ...] = ()
    """For three runs and more: groups that no check tells apart."""
    clusters: tuple[Cluster, ...] = ()
    """For three runs and more: each way in which they part, and the checks that part them so."""
    answers: tuple[dict[str, list[Answer]], ...] = ()
    """By run and check what was answered, as it was compared."""

    @property
    def is_worse(self) -> bool:
        """Whether any run is worse than the first."""
        return any(pair.is_worse for pair in self.pairs)


def compare(runs: Sequence[Loaded], *, latency: bool = False, slower_counts: bool = True) -> Comparison:
    """Compare each run with the first; with `latency` also how long its answers took."""
    names = labels([loaded.run for loaded in runs])
    tables = [by_check(one.evidence.lines(), Normal(one.run.url, one.run.profile)) for one in runs]
    pairs = tuple(
        _pair(runs[0], runs[n], names[0], names[n], tables[0], tables[n], latency=latency) for n in range(1, len(runs))
    )
    pairs = tuple(replace(pair, slower_counts=slower_counts) for pair in pairs)
    if len(runs) == 2:
        return Comparison(tuple(names), pairs, answers=tuple(tables))
    whole = [loaded.run for loaded in runs]
    return Comparison(tuple(names), pairs, alike(whole, names), clusters(whole, names), tuple(tables))


def _pair(
    old: Loaded,
    new: Loaded,
    old_label: str,
    new_label: str,
    before: dict[str, list[Answer]],
    after: dict[str, list[Answer]],
    *,
    latency: bool,
) -> Pair:
    # Set-up is no claim: what a gateway does to it counts, that nothing had to be set up does not.
    ids = {id_ for id_ in (*old.run.checks, *new.run.checks) if id_ != SET_UP or id_ in new.run.checks}
    both = [(id_, old.run.checks.get(id_), new.run.checks.get(id_)) for id_ in sorted(ids)]
    partners = _Partners(before, after)
    gone = tuple(_grouped(_lost(both, partners)))
    bad = tuple(_grouped(_deviations(both, partners, fixed=False)))
    good = tuple(_grouped(_deviations(both, partners, fixed=True)))
    told = {check for group in (*gone, *bad, *good) for check in group.checks}
    unseen = tuple(
        f"{loaded.path.parent.name}: {loaded.evidence.path} is missing, so answers are not compared"
        for loaded in (old, new)
        if loaded.evidence.missing
    )
    # Rounds alternate between the gateways of a run; without them one comes after the other.
    together = old.run.run_id == new.run.run_id and _repeated(old.run) and _repeated(new.run)
    times = shifted(before, after, together=together) if latency else NOTHING
    return Pair(
        old,
        new,
        old_label,
        new_label,
        tuple(_facts(old.run, new.run)),
        bad,
        good,
        gone,
        tuple(_grouped(_apart(both))),
        tuple(_changed(both, before, after, told, partners)),
        tuple(_asked(before, after, told)),
        times,
        unseen=(*unseen, *times.notes),
    )


def _repeated(run: Run) -> bool:
    return any(check.rounds > 1 for check in run.checks.values())


_Both = list[tuple[str, CheckResult | None, CheckResult | None]]


def _facts(old: Run, new: Run) -> Iterator[tuple[str, str, str]]:
    for name in _FACTS:
        before, after = (_word(run.profile.get(name)) for run in (old, new))
        if before != after:
            yield name, before, after
    if old.injected != new.injected:
        yield "injected mutant", old.injected or "none", new.injected or "none"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not known" if value is None else str(value)


class _Partners:
    """Finds the exchange of the other run that asks the same, in the same check."""

    def __init__(self, before: dict[str, list[Answer]], after: dict[str, list[Answer]]) -> None:
        self._sides = before, after

    def of(self, check: str, number: int | None, *, fixed: bool) -> int | None:
        """The number in the other run; None where nothing asks the same."""
        ours, theirs = (side.get(check, []) for side in (self._sides if fixed else reversed(self._sides)))
        mine = next((answer for answer in ours if answer.number == number), None)
        if mine is None:
            return None
        for name in ("asked", "kind"):
            same = [answer.number for answer in ours if getattr(answer, name) == getattr(mine, name)]
            found = [answer.number for answer in theirs if getattr(answer, name) == getattr(mine, name)]
            if found:
                return found[min(same.index(mine.number), len(found) - 1)]
        return None

    def last(self, check: str) -> Sight:
        """How a check ended: its last exchange in the newer run, and the other run's that asks the same."""
        _, after = self._sides
        if not after.get(check):
            return Sight(check)
        number = after[check][-1].number
        return Sight(check, self.of(check, number, fixed=False), number)


@dataclass(frozen=True, slots=True)
class _Found:
    """One sight of a difference, before those that are the same are put together."""

    sight: Sight
    what: str
    why: str
    level: Level | None = None
    old: str = ""
    new: str = ""
    counts: bool = False
    known: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two of them the same difference; reasons of verdicts tell them apart, impacts do not."""
        return self.what, self.old, self.new, self.counts, self.known, "" if self.level else self.why


def _deviations(both: _Both, partners: _Partners, *, fixed: bool) -> Iterator[_Found]:
    for id_, old, new in both:
        if new is None or (fixed and not new.verdict.judged):
            continue
        first, second = (new, old) if fixed else (old, new)
        for deviation in appeared(first.deviations if first else (), second.deviations if second else ()):
            number = deviation.exchanges[-1] if deviation.exchanges else None
            other = partners.of(id_, number, fixed=fixed)
            sight = Sight(id_, number, other) if fixed else Sight(id_, other, number)
            counts = not fixed and deviation.accepted != "known" and worse(old, new)
            was = _level_before(deviation, first)
            # Cases of one check that fail alike are one difference.
            what = deviation.rule.partition("[")[0]
            yield _Found(sight, what, deviation.impact, deviation.level, was, "", counts, deviation.known or "")


def _level_before(deviation: Deviation, earlier: CheckResult | None) -> str:
    """The milder level that the same deviation had, if it was there."""
    levels = [
        d.level
        for d in (earlier.deviations if earlier else ())
        if (d.rule, d.impact) == (deviation.rule, deviation.impact)
    ]
    return str(min(levels, key=lambda level: level.rank)) if levels else ""


def _lost(both: _Both, partners: _Partners) -> Iterator[_Found]:
    for id_, old, new in both:
        if old is not None and lost(old, new):
            now = "missing" if new is None else str(new.verdict)
            reason = "the newer run has no such check" if new is None else new.reason
            yield _Found(partners.last(id_), now, Normalise(reason), old=str(old.verdict), new=now, counts=True)


def _apart(both: _Both) -> Iterator[_Found]:
    for id_, old, new in both:
        judged = [check is not None and check.verdict.judged for check in (old, new)]
        if judged == [True, False] and new is not None and new.verdict is Verdict.UNTESTED:
            yield _Found(Sight(id_), "no longer tested", Normalise(new.reason))
        elif judged == [False, True]:
            said = f"{old.verdict}: {Normalise(old.reason)}" if old is not None else "the older run has no such check"
            yield _Found(Sight(id_), "newly judged", said)


def _grouped(found: Iterator[_Found]) -> Iterator[Group]:
    groups: dict[tuple[Any, ...], list[_Found]] = defaultdict(list)
    for one in found:
        groups[one.key].append(one)
    made = []
    for same in groups.values():
        first = same[0]
        levels = [one.level for one in same if one.level is not None]
        made.append(
            Group(
                first.what,
                tuple(why for why, _ in Counter(one.why for one in same).most_common()),
                min(levels, key=lambda level: level.rank) if levels else None,
                first.old,
                first.new,
                first.counts,
                first.known,
                tuple(one.sight for one in same),
            )
        )
    yield from sorted(made, key=lambda g: (not g.counts, g.level.rank if g.level else 9, -len(g.seen), g.what))


def _changed(
    both: _Both,
    before: dict[str, list[Answer]],
    after: dict[str, list[Answer]],
    told: set[str],
    partners: _Partners,
) -> Iterator[Group]:
    groups: dict[tuple[str, str, str, str], list[Sight]] = defaultdict(list)
    for id_, old, new in both:
        if id_ in told or old is None or new is None:
            continue
        for name, was, now in _observations(old, new):
            groups["observation", name, was, now].append(partners.last(id_))
    elsewhere: list[tuple[tuple[str, str, str, str], Sight]] = []
    for id_ in before.keys() & after.keys() - {SET_UP}:
        for change in changes(id_, before[id_], after[id_]):
            key = "answer", change.facet, change.old, change.new
            sight = Sight(id_, change.old_number, change.new_number)
            if id_ in told:
                elsewhere.append((key, sight))
            else:
                groups[key].append(sight)
    for key, sight in elsewhere:
        # What a deviation may have brought about is told here only if it is seen without that deviation too.
        if key in groups:
            groups[key].append(sight)
    ranked = sorted(groups.items(), key=lambda item: (item[0][0] != "observation", -len(item[1]), item[0]))
    for (source, name, was, now), sights in ranked:
        sights.sort(key=lambda sight: (sight.check, sight.old or 0))
        what = name if source == "answer" else f"observation {name}"
        yield Group(what, old=was, new=now, seen=tuple(sights))


def _observations(old: CheckResult, new: CheckResult) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*old.observations, *new.observations} - _NOISE):
        was, now = (Normalise(repr(check.observations.get(name, "not observed"))) for check in (old, new))
        if was != now and old.verdict.judged and new.verdict.judged:
            yield name, was, now


def _asked(before: dict[str, list[Answer]], after: dict[str, list[Answer]], told: set[str]) -> Iterator[Group]:
    """Kinds of requests that registries send to one gateway and never to the other, in checks that both were asked."""
    ids = [id_ for id_ in sorted(before.keys() & after.keys()) if id_.startswith(_SPOKEN) and id_ not in told]
    old, new = (
        {answer.kind: (id_, answer.number) for id_ in reversed(ids) for answer in side[id_]} for side in (before, after)
    )
    for kind in sorted(old.keys() - new.keys() - _ONCE):
        check, number = old[kind]
        yield Group(kind, new="no longer", seen=(Sight(check, old=number),))
    for kind in sorted(new.keys() - old.keys() - _ONCE):
        check, number = new[kind]
        yield Group(kind, new="newly", seen=(Sight(check, new=number),))
