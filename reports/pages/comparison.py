"""`comparison.html`: gateways side by side, from the verdict down to the bytes that differ.

Rule 1: it says what `reports.compare` found, in its words, and agrees with the exit code.
"""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from reports.compare import Comparison
from reports.loading import Loaded
from reports.model import CheckResult, Level
from reports.pages.comparison_checks import (
    LOOKS,
    RANK,
    SIGNS,
    WORDS,
    Changes,
    Counts,
    changes,
    counts,
    everywhere,
    kind_of,
    overall,
)
from reports.pages.comparison_exchanges import PackedBeside, pack
from reports.pages.comparison_latency import plots
from reports.pages.grouping import groups
from reports.pages.packing import ROOM
from reports.pages.render import cut, write
from reports.pages.render import kind_of as verdict_of
from reports.pages.sentence import family
from reports.terminal import profile_line
from reports.words import alike, told

NAME: Final = "comparison.html"
_MANY: Final = 6
"""Gateways above which cells have signs without words."""
_TOLD: Final = 12
"""Differences of a check that are told in words."""
_OPEN: Final = 60
"""Checks that got worse up to which their groups are open from the start."""
_LISTED: Final = 200
"""Differences of one kind of a pair that are listed."""
WHOLE: Final = 19_500_000
"""Bytes of a page."""
_LEAST: Final = 1_000_000
"""Characters of exchanges that have room on any page."""
_DEVIATIONS: Final = 3
"""Deviations of a check on one gateway that are told."""


def write_comparison(comparison: Comparison, path: Path, *, room: int = ROOM) -> None:
    """Write the page of a comparison. Raises OSError."""
    found = changes(comparison)
    with tempfile.TemporaryFile(prefix="rgwc-page-") as blobs:
        packed = pack(comparison, found, blobs, room=min(room, max(WHOLE - _words(comparison, found), _LEAST)))
        index = {"page": "comparison", "names": comparison.labels, "places": packed.places}
        write(path, "comparison.html", _values(comparison, found, packed), blobs, index)


def _words(comparison: Comparison, found: dict[str, Changes]) -> int:
    """About how many bytes the page has without its exchanges."""
    runs = _runs(comparison)
    return 1_500_000 + 1_000 * len(_every(runs)) + len(found) * (1_500 + 400 * len(runs))


def _runs(comparison: Comparison) -> list[Loaded]:
    return [comparison.pairs[0].old, *(pair.new for pair in comparison.pairs)]


def _values(comparison: Comparison, found: dict[str, Changes], packed: PackedBeside) -> dict[str, Any]:
    runs = _runs(comparison)
    checks = _every(runs)
    pairs = [counts(pair, number, found) for number, pair in enumerate(comparison.pairs)]
    text, tone = overall(comparison, pairs)
    nothing = Changes()
    loud = sum(1 for several in found.values() if RANK[several.kinds[0]] <= RANK["unsupported"])
    made = []
    for group in groups(checks.values()):
        inside = [found.get(id_, nothing) for id_ in group.checks]
        made.append(
            {
                "area": group.area,
                "name": group.name,
                "same": not any(several.found for several in inside),
                "open": loud <= _OPEN and any(c.found and RANK[c.kinds[0]] <= RANK["unsupported"] for c in inside),
                "counts": _counted(kind for several in inside for kind in (several.kinds[:1] or ["same"])),
                "pairs": [
                    _counted(k for c in inside for k in c.kinds_of(number)[:1])
                    for number in range(len(comparison.pairs))
                ],
                "total": len(group.checks),
                "checks": [_check(comparison, checks[id_], found.get(id_, nothing), packed) for id_ in group.checks],
            }
        )
    return {
        "suite": runs[0].run.suite,
        "labels": comparison.labels,
        "profiles": [(name, profile_line(one.run), one.run) for name, one in zip(comparison.labels, runs, strict=True)],
        "said": {"text": text, "tone": tone},
        "notes": list(_notes(comparison, runs)),
        "pairs": pairs,
        "timed": any(pair.latency.tested for pair in comparison.pairs),
        "broken": _broken(pairs),
        "everywhere": list(_everywhere(comparison)),
        "listed": _listed(comparison),
        "alike": list(alike(comparison)),
        "clusters": comparison.clusters,
        "areas": [(area, list(several)) for area, several in groupby(made, key=lambda one: str(one["area"]))],
        "differing": sum(1 for several in found.values() if several.found),
        "total": len(checks),
        "kinds": [(k, sum(1 for c in found.values() if k in c.kinds)) for k in SIGNS if k != "same"],
        "families": sorted({family(check.oracle) for check in checks.values()}),
        "packed": packed,
        "plots": plots(comparison),
        "many": len(runs) > _MANY,
        "change_sign": SIGNS,
        "change_word": WORDS,
        "looks": LOOKS,
    }


def _every(runs: list[Loaded]) -> dict[str, CheckResult]:
    """Each check of any run, as the last run that has it tells it."""
    found = {id_: check for loaded in runs for id_, check in loaded.run.checks.items()}
    return {id_: found[id_] for id_ in sorted(found)}


def _counted(kinds: Iterable[str]) -> list[tuple[str, int]]:
    every = list(kinds)
    return [(kind, every.count(kind)) for kind in SIGNS if kind in every]


def _notes(comparison: Comparison, runs: list[Loaded]) -> Iterator[str]:
    for name, loaded in zip(comparison.labels, runs, strict=True):
        if not loaded.run.complete:
            yield f"The run of {name} was cut off before its end: what it did not reach looks as if it were lost."
        if loaded.run.injected:
            yield f"The mutant {loaded.run.injected} was put in front of {name} on purpose."
    suites = list(dict.fromkeys(loaded.run.suite for loaded in runs))
    if len(suites) > 1:
        yield f"These runs are of different suites, {' and '.join(suites)}: their checks differ."
    yield from dict.fromkeys(text for pair in comparison.pairs for text in pair.unseen)


def _everywhere(comparison: Comparison) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What nearly every check sees otherwise, with a check that shows it, by gateway."""
    for pair in comparison.pairs:
        texts = [(one.text, one.group.seen[0].check) for one in everywhere(pair) if one.group is not None]
        if texts:
            yield pair.new_label, texts


def _listed(comparison: Comparison) -> list[tuple[str, list[tuple[str, list[dict[str, Any]], int]]]]:
    """For each pair what differs, by kind, what counts first."""
    found = []
    for pair in comparison.pairs:
        kinds: dict[str, list[dict[str, Any]]] = {}
        for one in told(pair):
            kind = kind_of(one) if one.group is not None else one.kind.lower()
            if kind == "evidence":
                continue
            where, _, first = one.where.partition("first in ")
            check = one.group.checks[0] if one.group is not None and first else ""
            level = one.group.level if one.group is not None else None
            # The badge says the level.
            text = one.text.removeprefix(f"{level} ") if level is not None else one.text
            kinds.setdefault(kind, []).append({"text": text, "where": where, "check": check, "level": level})
        order = ["worse", "lost", "unsupported", "slower", "new", "known", "fixed", "faster", "asked", "apart"]
        ordered = [kind for kind in (*order, "gateway", "changed") if kind in kinds]
        listed = [(kind, kinds[kind][:_LISTED], max(len(kinds[kind]) - _LISTED, 0)) for kind in ordered]
        found.append((pair.new_label, listed))
    return found


def _check(comparison: Comparison, check: CheckResult, several: Changes, packed: PackedBeside) -> dict[str, Any]:
    results = [loaded.run.checks.get(check.id) for loaded in _runs(comparison)]
    cells = []
    for number, result in enumerate(results):
        kinds = several.kinds_of(number - 1) if number else []
        cells.append({"verdict": verdict_of(result), "kinds": kinds, "kind": kinds[0] if kinds else "same"})
    first = several.found[0] if several.found else None
    turns = _turns(comparison, several)
    return {
        "id": check.id,
        "kinds": several.kinds,
        "same": not several.found,
        "level": _level(check, several),
        "family": family(check.oracle),
        "oracle": check.oracle,
        "claim": check.claim,
        "impact": check.impact,
        "line": cut(first.told.text, 160) if first else "",
        "cells": cells,
        "differences": turns[:_TOLD],
        "more_differences": max(len(turns) - _TOLD, 0),
        "together": not several.found and len({verdict_of(result) for result in results}) == 1,
        "results": list(_results(comparison, results)) if several.found else [],
        "static": packed.static.get(check.id),
        "more": packed.more[check.id],
        "cut": packed.cut[check.id],
        "count": len(packed.places.get(check.id, ())),
    }


def _turns(comparison: Comparison, several: Changes) -> list[tuple[str, str, list[str]]]:
    """Kind and words of each difference, and the gateways on which it is so."""
    found: dict[tuple[str, str], list[int]] = {}
    for change in several.found:
        found.setdefault((change.kind, change.told.text), []).append(change.pair)
    return [
        (kind, text, [comparison.pairs[n].new_label for n in sorted(set(pairs))])
        for (kind, text), pairs in found.items()
    ]


def _broken(pairs: list[Counts]) -> list[tuple[str, list[str], list[str]]]:
    """Registry operations that worked on the first gateway: on which they fail, and on which that is known."""
    ids = dict.fromkeys(id_ for one in pairs for id_ in (*one.broken, *one.known))
    return [(i, [p.name for p in pairs if i in p.broken], [p.name for p in pairs if i in p.known]) for i in ids]


def _level(check: CheckResult, several: Changes) -> Level:
    levels = [c.told.group.level for c in several.found if c.told.group is not None and c.told.group.level is not None]
    return min(levels, key=lambda level: level.rank) if levels else check.level


def _results(comparison: Comparison, results: list[CheckResult | None]) -> Iterator[dict[str, Any]]:
    """What it came to on each gateway; those that have the same are told together."""
    made: list[tuple[dict[str, Any], list[str]]] = []
    for name, result in zip(comparison.labels, results, strict=True):
        value = _result(result)
        names = next((names for other, names in made if other == value), None)
        if names is None:
            made.append((value, [name]))
        else:
            names.append(name)
    for value, names in made:
        yield value | {"names": names}


def _result(result: CheckResult | None) -> dict[str, Any]:
    if result is None:
        return {
            "verdict": "missing",
            "reason": "no such check in this run",
            "deviations": [],
            "more": 0,
        }
    deviations = sorted((d for d in result.deviations if d.level is not Level.OBSERVED), key=lambda d: d.level.rank)
    return {
        "verdict": verdict_of(result),
        "reason": result.reason,
        "deviations": [(d.level, d.rule, cut(d.message, 300)) for d in deviations[:_DEVIATIONS]],
        "more": max(len(deviations) - _DEVIATIONS, 0),
    }
