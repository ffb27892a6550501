"""Whether somebody still looks after what is locked, as the index tells it.

Rule 1: a package is maintained whose newest release is no older than two years, that PyPI does not call archived,
deprecated or quarantined (PEP 792), and whose locked version was not yanked (PEP 592).
Rule 2: what is excepted from the two years stands in exceptions.toml with its reason and the date to look again.
Rule 3: a package of which the index told nothing is a finding.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import requests

from tests.supply.locks import Excepted, Locked, overdue

INDEX: Final = "https://pypi.org/simple"
AGE: Final = dt.timedelta(days=730)
_KIND: Final = "application/vnd.pypi.simple.v1+json"
_LIMIT: Final = 60.0

Ask = Callable[[str], object]
"""Tells of a package by its name, as in PEP 691. Raises OSError or ValueError."""


def index(url: str = INDEX) -> Ask:
    """The index at a URL. What it raises: requests' exceptions are OSErrors or ValueErrors."""
    session = requests.Session()

    def ask(name: str) -> object:
        answer = session.get(f"{url}/{name}/", headers={"Accept": _KIND}, timeout=_LIMIT)
        answer.raise_for_status()
        return answer.json()

    return ask


def judge(locked: Sequence[Locked], ask: Ask, accepted: Mapping[str, Excepted], today: dt.date) -> Iterator[str]:
    """Findings, one line each."""
    for one in locked:
        try:
            told = ask(one.name)
        except (OSError, ValueError) as error:
            yield f"{one.name}: the index tells nothing of it: {error}"
            continue
        yield from _package(one, told, accepted.get(one.name), today)


def _package(one: Locked, told: object, excepted: Excepted | None, today: dt.date) -> Iterator[str]:
    files = told.get("files") if isinstance(told, dict) else None
    dates = [date for file in files or () if isinstance(file, dict) and (date := _date(file)) is not None]
    if not isinstance(told, dict) or not dates:
        yield f"{one.name}: the index tells no date of any release"
        return
    status = told.get("project-status")
    said = status.get("status", "active") if isinstance(status, dict) else "active"
    if said != "active":
        yield f"{one.name} is not maintained: PyPI calls it {said}"
    mine = [file for file in files or () if isinstance(file, dict) and _is_of(file, one)]
    if mine and all(file.get("yanked") for file in mine):
        yield f"{one} was yanked: {mine[0]['yanked']}"
    if excepted is not None:
        yield from overdue(one.name, excepted, today)
    elif today - max(dates) > AGE:
        yield f"{one.name} is not maintained: its newest release is of {max(dates)}, more than two years ago"


def _date(file: Mapping[str, object]) -> dt.date | None:
    """When a file came (PEP 700), unless it was yanked."""
    try:
        return None if file.get("yanked") else dt.date.fromisoformat(str(file.get("upload-time"))[:10])
    except ValueError:
        return None


def _is_of(file: Mapping[str, object], one: Locked) -> bool:
    """Whether a wheel or a source distribution is of this version."""
    rest = re.sub(r"[-_.]+", "-", str(file.get("filename"))).lower().removeprefix(f"{one.name}-")
    version = re.sub(r"[-_.]+", "-", one.version)
    return rest.startswith(tuple(f"{version}-{end}" for end in ("tar-gz", "zip", "py", "cp", "pp")))
