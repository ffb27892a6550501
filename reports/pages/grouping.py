"""How a page puts checks in order: by area and group, and what registries did by operation."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reports.areas import AREAS, area
from reports.model import SET_UP, CheckResult, Verdict

_SMALL: Final = 4
"""Checks below which a group is put with the others of its area."""
_REPLAY: Final = re.compile(r"replay\[(.+)\]", re.DOTALL)
_REAL: Final = re.compile(r"real-registry\[(swift|s3|https-swift|https-s3)-(.+)\]|real-registry\[(.+)\]", re.DOTALL)
_IMPACT: Final = re.compile(r": (.+) fails$", re.DOTALL)
_NO_ID: Final = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Checks about one thing."""

    area: str
    name: str
    checks: tuple[str, ...]


def groups(checks: Iterable[CheckResult]) -> list[Group]:
    """Checks by area and by the first word of their ids; what is alone in its area stands last in it."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for check in sorted(checks, key=lambda check: check.id):
        found[area(check), _name(check)].append(check.id)
    made: list[Group] = []
    for place in AREAS:
        names = {name: ids for (where, name), ids in found.items() if where == place}
        small = sorted(id_ for ids in names.values() if len(ids) < _SMALL for id_ in ids)
        made += [Group(place, name, tuple(ids)) for name, ids in sorted(names.items()) if len(ids) >= _SMALL]
        if small:
            name = "others" if len(names) > 1 else next(iter(names))
            made.append(Group(place, name, tuple(small)))
    return made


def _name(check: CheckResult) -> str:
    if check.id == SET_UP:
        return "set-up and clean-up"
    spoken = operation(check)
    if spoken is not None:
        return spoken[0]
    parts = re.split(r"[-\[]", check.id)
    first, second = parts[0], parts[1] if len(parts) > 1 else ""
    return f"{first}-{second}" if first in ("s3", "swift", "boto3") and second else first


def operation(check: CheckResult) -> tuple[str, str] | None:
    """What a registry did, and which recording or real registry did it; None for any other check."""
    real = _REAL.fullmatch(check.id)
    if real is not None:
        return (real[2], f"real registry, {real[1]}") if real[2] else (real[3], "real registry")
    replay = _REPLAY.fullmatch(check.id)
    if replay is None:
        return None
    impact = _IMPACT.search(check.impact)
    name = _NO_ID.sub("-", impact[1].lower()).strip("-.") if impact else ""
    if name and replay[1].endswith(f"-{name}"):
        return name, replay[1].removesuffix(f"-{name}")
    return replay[1], "replay"


@dataclass(frozen=True, slots=True)
class Grid:
    """What registries did: an operation in each row, a recording or registry in each column, check ids in the cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]


def grid(checks: Iterable[CheckResult]) -> Grid:
    """The registries' operations; real registries last, since theirs have names of their own."""
    cells: dict[tuple[str, str], str] = {}
    for check in sorted(checks, key=lambda check: check.id):
        spoken = operation(check)
        if spoken is not None:
            cells.setdefault(spoken, check.id)
    columns = sorted({column for _, column in cells}, key=lambda name: (name.startswith("real"), name))
    names = sorted({row for row, _ in cells}, key=lambda row: (-sum((row, c) in cells for c in columns), row))
    # Real operations stand together, below what is replayed.
    names.sort(key=lambda row: all(column.startswith("real") for r, column in cells if r == row))
    return Grid(tuple(columns), tuple((row, tuple(cells.get((row, c)) for c in columns)) for row in names))


def worst(checks: Sequence[CheckResult]) -> Verdict:
    """The verdict that a reader looks for first."""
    order = [Verdict.ERROR, Verdict.FAIL, Verdict.BLOCKED, Verdict.DEGRADED, Verdict.UNTESTED, Verdict.UNSUPPORTED]
    return min((check.verdict for check in checks), key=[*order, Verdict.PASS].index, default=Verdict.PASS)
