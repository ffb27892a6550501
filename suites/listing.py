"""Every check and every rule as Markdown, for people who want to know what is claimed: `docs/checks.md`.

Rule 1: made of what was collected and of the catalogue of rules, so that it cannot say anything else than the code.
Rule 2: cases of one check are one line; what differs between them is told as often as it differs, up to a few.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from suites.claims import Claim, claim_of
from suites.rules.catalogue import RULES

COMMAND: Final = (
    ".venv/bin/python -m pytest suites -q --collect-only --configuration default --list-checks docs/checks.md"
)
_SUITES: Final = Path(__file__).parent
_AREAS: Final = {
    "http": "HTTP",
    "swift": "Swift API",
    "s3": "S3 API",
    "registry": "Registries",
    "clients": "Client libraries",
    "regressions": "Regressions",
    "stages": "Before and after an upgrade",
}
_FEW: Final = 3
"""Oracles or impacts of one check's cases that are told."""
_CASES: Final = 8
_Place = tuple[str, str]


def page(items: Sequence[pytest.Item]) -> str:
    """The whole page."""
    places: dict[_Place, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        claim = claim_of(item)
        if claim is not None:
            path = item.path.relative_to(_SUITES)
            places[path.parts[0], path.stem.removeprefix("test_")][claim.id.partition("[")[0]].append(claim)
    return "\n".join(_lines(places)) + "\n"


def _lines(places: dict[_Place, dict[str, list[Claim]]]) -> Iterator[str]:
    checks = {claim.id for found in places.values() for claims in found.values() for claim in claims}
    folded = sum(len(found) for found in places.values())
    yield "# Every check and every rule"
    yield ""
    told = f"{len(checks):,} checks, {folded} without their cases, and {len(RULES)} rules."
    yield f"{told} Made from the code: do not edit it, run"
    yield ""
    yield f"    {COMMAND}"
    yield ""
    yield "A case is asked for with `--check 'ID[CASE]'`. Words are in [contracts.md](contracts.md), how to read what"
    yield "a run says of a check in [reading.md](reading.md). The [rules](#rules) judge every exchange of each."
    for area in sorted({area for area, _ in places}, key=lambda area: (list(_AREAS).index(area), area)):
        yield ""
        yield f"## {_AREAS[area]}"
        for (of, subject), found in sorted(places.items()):
            if of == area:
                yield from _table(subject, found)
    yield from _rules()


def _table(subject: str, found: dict[str, list[Claim]]) -> Iterator[str]:
    yield ""
    yield f"### {subject.replace('_', ' ')}"
    yield ""
    yield "| check | claim | oracle | level | impact |"
    yield "| --- | --- | --- | --- | --- |"
    for id_, claims in sorted(found.items()):
        cases = _unique(claim.id.partition("[")[2].removesuffix("]") for claim in claims)
        cells = (
            f"`{id_}`" + _cases([case for case in cases if case]),
            _few(claim.says for claim in claims),
            _few(claim.oracle for claim in claims),
            ", ".join(sorted(_unique(str(claim.level) for claim in claims))),
            _few(claim.impact for claim in claims),
        )
        yield f"| {' | '.join(cells)} |"


def _cases(cases: Sequence[str]) -> str:
    if not cases:
        return ""
    more = f" and {len(cases) - _CASES} more" if len(cases) > _CASES + 1 else ""
    return f", {len(cases)} cases: " + ", ".join(sorted(cases)[: _CASES if more else None]) + more


def _rules() -> Iterator[str]:
    yield ""
    yield "## Rules"
    yield ""
    yield "Each judges every exchange of every check. `*`: a client cannot read what breaks it; level and impact"
    yield "are then those of what the client loses."
    yield ""
    yield "| rule | claim | oracle | level | impact |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in RULES.values():
        told = (_cell(rule.claim), _cell(rule.oracle), f"{rule.level}{'`*`' if rule.unreadable else ''}")
        yield f"| `{rule.id}` | {' | '.join(told)} | {_cell(rule.impact)} |"


def _few(values: Iterable[str]) -> str:
    found = sorted(_unique(values))
    more = f"; and {len(found) - _FEW} more" if len(found) > _FEW + 1 else ""
    return "; ".join(_cell(text) for text in found[: _FEW if more else None]) + more


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _cell(text: str) -> str:
    """Text in which nothing is markup but code, which is told as it is."""
    parts = " ".join(text.split()).replace("|", "\\|").split("`")
    for number in range(0, len(parts), 2):
        parts[number] = parts[number].replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*")
    return "`".join(parts)
