"""How a check states its claim, and how it says that the gateway was not judged.

Rule 1: a check's id is permanent: renaming it is a contract change, moving its file is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import pytest

from reports.model import BREAKS, MUST, OBSERVED, SHOULD, Level, Verdict

__all__ = ["BREAKS", "MUST", "OBSERVED", "SHOULD", "Claim", "NotJudged", "blocked", "check", "unsupported", "untested"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a check claims: whose word it rests on, how bad it is if it does not hold, and what follows from that."""

    id: str
    oracle: str
    level: Level
    impact: str
    api: str
    says: str = ""
    """The claim itself: the first sentence of the function's docstring."""


def check(id_: str, *, oracle: str, level: Level, impact: str, api: str = "swift") -> Any:
    """Mark a function as a check. `api` is what a run must have judged to be of use: `swift`, `s3`."""
    return pytest.mark.check(id_, oracle=oracle, level=level, impact=impact, api=api)


def claim_of(item: pytest.Item) -> Claim | None:
    """The claim of a test function, or None if it is no check."""
    marker = item.get_closest_marker("check")
    if marker is None:
        return None
    said = " ".join((getattr(getattr(item, "function", None), "__doc__", None) or "").split("\n\n")[0].split())
    return Claim(marker.args[0], **marker.kwargs, says=said)


class NotJudged(Exception):
    """The gateway could not be judged by this check; the verdict says why."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


def untested(reason: str) -> NoReturn:
    """Something the check needs is absent."""
    raise NotJudged(Verdict.UNTESTED, reason)


def unsupported(reason: str) -> NoReturn:
    """The gateway says in a recognised way that it does not offer this."""
    raise NotJudged(Verdict.UNSUPPORTED, reason)


def blocked(reason: str) -> NoReturn:
    """A write that the check reads was not acknowledged."""
    raise NotJudged(Verdict.BLOCKED, reason)


Observe = Callable[[str, Any], None]
"""Notes a fact to compare between gateways, without judging it."""
