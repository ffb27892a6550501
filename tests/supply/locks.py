"""Lock files as pip reads them, and what is excepted from the rules about them (`exceptions.toml`)."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LOCKS: Final = (
    ROOT / "requirements.lock",
    ROOT / "fixtures/gateways/keystone.lock",
    ROOT / "fixtures/gateways/reference_swift.lock",
    ROOT / "bench/load/requirements.lock",
    ROOT / "tests/supply/tools.lock",
)
"""Everything that `make` installs with pip."""
EXCEPTIONS: Final = Path(__file__).with_name("exceptions.toml")
_PINNED: Final = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;]+)(?P<more>.*)")
_HASH: Final = re.compile(r"--hash=(sha256:[0-9a-f]{64})(?=\s|$)")


class SupplyError(Exception):
    """A file that cannot be read as what it should be: one line."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One version of a package."""

    name: str
    """As PyPI normalises it."""
    version: str
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As in a lock file."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, slots=True)
class Excepted:
    """Why a rule does not hold for something, and until when somebody has to look again."""

    reason: str
    review: dt.date


def normal(name: str) -> str:
    """A package's name as the index has it. Source: PyPA, "Names and normalization"."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read(path: Path) -> tuple[Locked, ...]:
    """What a lock file pins. Raises SupplyError for a line that pins nothing."""
    found = []
    for line in re.sub(r"\\\n", " ", _text(path)).splitlines():
        said = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not said:
            continue
        pinned = _PINNED.fullmatch(said)
        if pinned is None:
            msg = f"{path.name}: {said[:80]!r} is not NAME==VERSION"
            raise SupplyError(msg)
        found.append(Locked(normal(pinned["name"]), pinned["version"], tuple(_HASH.findall(pinned["more"]))))
    if not found:
        msg = f"{path.name} pins nothing"
        raise SupplyError(msg)
    return tuple(found)


def exceptions(path: Path = EXCEPTIONS) -> Mapping[str, Mapping[str, Excepted]]:
    """By table, `maintained` or `vulnerabilities`, and by name. Raises SupplyError."""
    try:
        tables = tomllib.loads(_text(path))
        return {
            table: {name: _excepted(name, entry) for name, entry in tables.pop(table, {}).items()}
            for table in ("maintained", "vulnerabilities")
        } | _unknown(tables)
    except (tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        msg = f"{path.name}: {error}"
        raise SupplyError(msg) from error


def overdue(name: str, excepted: Excepted, today: dt.date) -> Iterable[str]:
    """The finding that an exception is too old, or nothing."""
    if excepted.review < today:
        yield f"{name}: its exception was to be looked at again on {excepted.review}: {excepted.reason}"


def _excepted(name: str, entry: Mapping[str, object]) -> Excepted:
    reason, review = entry.get("reason"), entry.get("review")
    if not isinstance(reason, str) or not reason or type(review) is not dt.date:
        msg = f"{name} needs a reason and a date for its review, and nothing else"
        raise TypeError(msg)
    return Excepted(reason, review)


def _unknown(tables: Mapping[str, object]) -> dict[str, Mapping[str, Excepted]]:
    if tables:
        msg = f"nobody knows the table {next(iter(tables))}"
        raise TypeError(msg)
    return {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: {error.strerror if isinstance(error, OSError) else 'is no text'}"
        raise SupplyError(msg) from error
