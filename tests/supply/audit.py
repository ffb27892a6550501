"""Known vulnerabilities, as pip-audit tells them, of all that is locked.

Rule 1: what was not audited is a finding. pip-audit says "No known vulnerabilities found", and ends with 0, of packages
that it skipped because the index told it nothing.
Rule 2: a service that does not know an old, well-known vulnerability (the canary) knows none: that is a finding.
"""

import datetime as dt
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.supply.locks import Excepted, Locked, SupplyError, normal, overdue

CANARY: Final = Locked("jinja2", "2.10")
"""It has PYSEC-2019-217 (CVE-2019-10906), repaired in 2.10.1. Nothing here installs it."""
_LIMIT: Final = 900.0


def audit(program: Path, locked: Sequence[Locked], accepted: Mapping[str, Excepted], today: dt.date) -> Iterator[str]:
    """Findings, one line each. Raises SupplyError if pip-audit cannot be asked."""
    yield from canary(ask(program, [CANARY]))
    yield from judge(ask(program, locked), locked, accepted, today)


def ask(program: Path, locked: Sequence[Locked]) -> object:
    """What pip-audit reports, as it stands in its JSON. Raises SupplyError if it reports nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as asked:
        asked.write("".join(f"{one}\n" for one in locked))
        asked.flush()
        command = [
            str(program),
            "--no-deps",
            "--disable-pip",
            "--progress-spinner=off",
            "--format=json",
            "-r",
            asked.name,
        ]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            msg = f"pip-audit cannot be asked: {error}"
            raise SupplyError(msg) from error
    try:
        # Its exit code says nothing: 1 is a vulnerability or an error, 0 may be of packages it skipped.
        return json.loads(run.stdout)
    except ValueError as error:
        words = run.stderr.strip().splitlines() or ["no message"]
        msg = f"pip-audit reports nothing, exit code {run.returncode}: {words[-1]}"
        raise SupplyError(msg) from error


def canary(report: object) -> Iterator[str]:
    """The finding that vulnerabilities are not known where pip-audit asks."""
    if not any(entry.get("vulns") for entry in _entries(report)):
        yield f"{CANARY} is not told to be vulnerable, and it is: the service that is asked knows nothing"


def judge(report: object, locked: Sequence[Locked], accepted: Mapping[str, Excepted], today: dt.date) -> Iterator[str]:
    """Findings in a report on what is locked. Raises SupplyError if it is no report of pip-audit's."""
    audited: set[str] = set()
    for entry in _entries(report):
        package = f"{normal(str(entry['name']))}=={entry.get('version')}"
        if "skip_reason" in entry:
            yield f"{normal(str(entry['name']))} was not audited: {entry['skip_reason']}"
            audited.update(str(one) for one in locked if one.name == normal(str(entry["name"])))
            continue
        audited.add(package)
        vulnerabilities = entry.get("vulns")
        if not isinstance(vulnerabilities, list):
            yield f"{package} was not audited: nothing is said of vulnerabilities"
            continue
        for vulnerability in vulnerabilities:
            yield from _vulnerability(package, vulnerability, accepted, today)
    yield from (f"{one} was not audited: the report does not name it" for one in locked if str(one) not in audited)


def _vulnerability(
    package: str, told: Mapping[str, object], accepted: Mapping[str, Excepted], today: dt.date
) -> Iterator[str]:
    aliases, repaired = told.get("aliases"), told.get("fix_versions")
    names = [str(told.get("id")), *map(str, aliases if isinstance(aliases, list) else [])]
    excepted = next((accepted[name] for name in names if name in accepted), None)
    if excepted is not None:
        yield from overdue(f"{package}: {names[0]}", excepted, today)
        return
    versions = ", ".join(map(str, repaired)) if isinstance(repaired, list) else ""
    yield f"{package} is vulnerable: {', '.join(names)}; repaired in {versions or 'no version'}"


def _entries(report: object) -> list[dict[str, object]]:
    entries = report.get("dependencies") if isinstance(report, dict) else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) and "name" in one for one in entries):
        msg = "that is no report of pip-audit's: it has no list of dependencies with their names"
        raise SupplyError(msg)
    return entries
