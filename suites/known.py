"""Known deviations: which of those that a check found are accepted, and which entries no longer match anything.

Rule 1: an entry matches a deviation, never a check: a second deviation of the same check stays red.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from packaging.specifiers import SpecifierSet

from reports.model import Deviation

FILE: Final = Path(__file__).with_name("known.toml")


@dataclass(frozen=True, slots=True)
class Known:
    """One entry of known.toml."""

    check: str
    rule: str
    versions: SpecifierSet
    """Versions of Ceph, as pip writes ranges."""
    reason: str
    tracker: str

    def covers(self, check: str, version: str | None) -> bool:
        """Whether this entry speaks of a check on a gateway of this version; of an unstated version none does."""
        return self.check == check and version is not None and version in self.versions


def parse(table: Mapping[str, Any]) -> tuple[Known, ...]:
    """Entries from a parsed file. Raises KeyError or ValueError for one that lacks something."""
    return tuple(
        Known(e["check"], e["rule"], SpecifierSet(e["versions"]), e["reason"], e["tracker"])
        for e in table.get("known", ())
    )


def ceph_version(profile: Mapping[str, Any]) -> str | None:
    """The version that entries speak of; None where it is not stated, or is another software's."""
    return profile.get("version") if profile.get("software", "ceph") == "ceph" else None


@cache
def entries() -> tuple[Known, ...]:
    """The entries of this project."""
    with FILE.open("rb") as file:
        return parse(tomllib.load(file))


def accept(
    check: str, deviations: Sequence[Deviation], version: str | None, known: Sequence[Known]
) -> tuple[tuple[Deviation, ...], tuple[Known, ...]]:
    """The deviations, those accepted that an entry covers; and the entries that should have matched and did not."""
    mine = [entry for entry in known if entry.covers(check, version)]
    reasons = {entry.rule: f"{entry.reason} ({entry.tracker})" for entry in mine}
    seen = {deviation.rule for deviation in deviations}
    judged = tuple(replace(d, known=reasons[d.rule], accepted="known") if d.rule in reasons else d for d in deviations)
    return judged, tuple(entry for entry in mine if entry.rule not in seen)
