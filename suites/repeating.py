"""`--repeat N`: every selected check runs N times, in rounds, so that times have enough answers to be compared.

A repetition is an item of its own, `test_x@2[case]` for the second, made when everybody has said what shall run: `-k`,
`--check`, `--lf` and random order choose and order checks, not repetitions.

Rule 1: whole rounds, the gateways turn by turn within each: what disturbs the machine disturbs all, and alike.
Rule 2: a round begins anew: what a process remembers of an earlier one is not told again as if it had been asked.
"""

import argparse
import re
from collections.abc import Generator, Sequence
from typing import Any, Final

import pytest

from suites.claims import claim_of

ROUND: Final = pytest.StashKey[int]()
_BEGUN: Final = pytest.StashKey[dict[tuple[str, ...], int]]()
"""In which round this process began what it remembers: a conversation, or the registries of a gateway."""
_NUMBERED: Final = re.compile(r"(?<=::)(\w+)@\d+(?=\[|$)")
"""The function in the node id of a repetition."""
_LAST_FAILED: Final = "cache/lastfailed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """How often."""
    group = parser.getgroup("rgw-conformance")
    group.addoption(
        "--repeat",
        type=_count,
        default=1,
        metavar="N",
        help="run each selected check N times, in rounds; run.json has one result for each check, and enough answers "
        "to say how long they take",
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 10**6):
        msg = f"{text} is no number of times"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def pytest_configure(config: pytest.Config) -> None:
    """A stage is prepared once, and what was prepared is looked for once. Raises pytest.UsageError."""
    if config.getoption("--repeat") > 1 and config.getoption("--stage") is not None:
        msg = "--repeat and --stage: a stage is prepared once and checked once"
        raise pytest.UsageError(msg)
    config.stash[_BEGUN] = {}


def round_of(item: pytest.Item) -> int:
    """Which repetition of its check this is, from 1."""
    return item.stash.get(ROUND, 1)


# First of all, so that xdist's controller hears of them: items are told it when they have been collected.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Add the repetitions of every check that was chosen."""
    times = session.config.getoption("--repeat")
    if times == 1 or session.config.option.collectonly:
        return
    checks = [item for item in session.items if claim_of(item) is not None and isinstance(item, pytest.Function)]
    others = [item for item in session.items if claim_of(item) is None or not isinstance(item, pytest.Function)]
    alternating = _alternating(checks)
    session.items[:] = [*others, *alternating]
    for number in range(2, times + 1):
        # Who was first in one round is last in the next.
        turned = [item for group in _grouped(alternating) for item in (group[::-1] if number % 2 == 0 else group)]
        session.items += [_repetition(item, number) for item in turned]


def _alternating(items: Sequence[pytest.Function]) -> list[pytest.Function]:
    """The checks in their order, each on all gateways before the next."""
    places: dict[tuple[object, ...], int] = {}
    for item in items:
        places.setdefault(_apart_from_gateway(item), len(places))
    return sorted(items, key=lambda item: places[_apart_from_gateway(item)])


def _grouped(items: Sequence[pytest.Function]) -> list[list[pytest.Function]]:
    groups: dict[tuple[object, ...], list[pytest.Function]] = {}
    for item in items:
        groups.setdefault(_apart_from_gateway(item), []).append(item)
    return list(groups.values())


def _apart_from_gateway(item: pytest.Function) -> tuple[object, ...]:
    claim = claim_of(item)
    return item.path, item.originalname, claim.id if claim is not None else ""


def _repetition(item: pytest.Function, number: int) -> pytest.Function:
    """The same check once more; the round stands behind the function's name in the node id."""
    name = f"{item.originalname}@{number}"
    made = pytest.Function.from_parent(
        item.parent,
        name=name + item.name.removeprefix(item.originalname),
        callspec=getattr(item, "callspec", None) or None,
        callobj=item.obj,
        fixtureinfo=item._fixtureinfo,  # noqa: SLF001 - as pytest itself makes the items of one function
        originalname=name,
    )
    # With those that were added to it after it was made.
    made.own_markers[:] = item.own_markers
    made.keywords.update(item.keywords)
    made.stash[ROUND] = number
    return made


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Forget what was begun in another round of this process."""
    number, names = round_of(item), getattr(item, "funcargs", {})
    begun = item.config.stash[_BEGUN]
    if "conversations" in names and "recording" in names:
        gateway, recording = names["gateway"], names["recording"]
        if begun.setdefault(("conversation", gateway.name, recording.name), number) != number:
            names["conversations"].forget(gateway, recording)
            begun["conversation", gateway.name, recording.name] = number
    if "registries" in names and begun.setdefault(("registries", names["gateway"].name), number) != number:
        names["registries"].forget(names["gateway"])
        begun["registries", names["gateway"].name] = number


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, Any, Any]:
    """`--lf` runs a check again that failed in any round, with and without `--repeat`."""
    result = yield
    config = session.config
    if config.getoption("--repeat") > 1 and config.cache is not None and not hasattr(config, "workerinput"):
        failed = config.cache.get(_LAST_FAILED, {})
        plain = {_NUMBERED.sub(r"\1", id_): True for id_ in failed}
        if plain != failed:
            config.cache.set(_LAST_FAILED, plain)
    return result
