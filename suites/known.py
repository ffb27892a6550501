"""Known deviations: which of those that a check found are accepted, and which entries no longer match anything.

Rule 1: an entry matches a deviation, never a check: a second deviation of the same check stays red.
Rule 2: an entry speaks of one software's versions; what is known of Ceph is not known of OpenStack Swift.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from reports.model import Deviation

FILE: Final = Path(__file__).with_name("known.toml")
SOFTWARE: Final = ("ceph", "swift")
"""What a gateway's profile calls its software; `ceph` where neither it nor an entry says anything."""
_NEEDED: Final = ("check", "rule", "versions", "reason", "tracker")


class KnownError(ValueError):
    """An entry that cannot be read, in one line."""


@dataclass(frozen=True, slots=True)
class Known:
    """One entry of known.toml."""

    check: str
    rule: str
    versions: SpecifierSet
    """Versions of the software, as pip writes ranges."""
    reason: str
    tracker: str
    software: str = SOFTWARE[0]

    def covers(self, check: str, profile: Mapping[str, Any]) -> bool:
        """Whether this entry speaks of a check on a gateway of this profile; of an unstated version none does."""
        software, version = profile.get("software", SOFTWARE[0]), profile.get("version")
        return self.check == check and self.software == software and bool(version) and version in self.versions


def parse(table: Mapping[str, Any]) -> tuple[Known, ...]:
    """Entries from a parsed file. Raises KnownError for one that lacks something or says what is not understood."""
    found = table.get("known", [])
    if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
        msg = "`known` is no list of entries, [[known]]"
        raise KnownError(msg)
    return tuple(_entry(number, entry) for number, entry in enumerate(found, start=1))


def _entry(number: int, entry: Mapping[str, Any]) -> Known:
    where = f"entry {number} (check {entry.get('check')!r})"
    for key in _NEEDED:
        if not isinstance(entry.get(key), str) or not entry[key]:
            msg = f"{where} has no {key!r}"
            raise KnownError(msg)
    if unknown := sorted(set(entry) - {*_NEEDED, "software"}):
        msg = f"{where}: no key is called {unknown[0]!r}; there are {', '.join(_NEEDED)} and software"
        raise KnownError(msg)
    software = entry.get("software", SOFTWARE[0])
    if software not in SOFTWARE:
        msg = f"{where}: no software is called {software!r}; there are {' and '.join(SOFTWARE)}"
        raise KnownError(msg)
    try:
        versions = SpecifierSet(entry["versions"])
    except InvalidSpecifier as error:
        msg = f"{where}: {entry['versions']!r} is no range of versions; one is '>=16,<17'"
        raise KnownError(msg) from error
    return Known(entry["check"], entry["rule"], versions, entry["reason"], entry["tracker"], software)


@cache
def entries(file: Path = FILE) -> tuple[Known, ...]:
    """The entries of this project. Raises KnownError, in one line, if they cannot be read."""
    try:
        return parse(tomllib.loads(file.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        msg = f"{file.parent.name}/{file.name}: {error}"
        raise KnownError(msg) from error


def accept(
    check: str, deviations: Sequence[Deviation], profile: Mapping[str, Any], known: Sequence[Known]
) -> tuple[tuple[Deviation, ...], tuple[Known, ...]]:
    """The deviations, those accepted that an entry covers; and the entries that should have matched and did not."""
    mine = [entry for entry in known if entry.covers(check, profile)]
    reasons = {entry.rule: f"{entry.reason} ({entry.tracker})" for entry in mine}
    seen = {deviation.rule for deviation in deviations}
    judged = tuple(replace(d, known=reasons[d.rule], accepted="known") if d.rule in reasons else d for d in deviations)
    return judged, tuple(entry for entry in mine if entry.rule not in seen)
