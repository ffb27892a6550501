"""What a rule is.

Rule 1: a rule is a generator of complaints; silence means that it holds. Its docstring is the sentence that it claims.
Rule 2: it sees messages and nothing else: no socket, no clock, no other check.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fixtures.wire.message import Exchange
from reports.model import Level

Complaint = tuple[str, tuple[int, ...]]
"""What was seen, and which of the judged exchanges show it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A judge of a check's exchanges."""

    id: str
    level: Level
    oracle: str
    impact: str
    judge: Callable[[Sequence[Exchange]], Iterator[Complaint]]
    unreadable: bool = False
    """Whether a client cannot read an answer that breaks this rule: then the level is what that costs the client."""

    @property
    def claim(self) -> str:
        """The sentence that this rule claims."""
        return (self.judge.__doc__ or "").strip().splitlines()[0]


def each(judge: Callable[[Exchange], Iterator[str]]) -> Callable[[Sequence[Exchange]], Iterator[Complaint]]:
    """A judge of single exchanges as a judge of all exchanges of a check."""

    def judge_all(exchanges: Sequence[Exchange]) -> Iterator[Complaint]:
        for number, exchange in enumerate(exchanges):
            for message in judge(exchange):
                yield message, (number,)

    judge_all.__doc__ = judge.__doc__
    return judge_all


def shown(data: bytes, limit: int = 60) -> str:
    """Bytes as they are told to people: escaped, and cut."""
    text = repr(data[:limit])[2:-1]
    return text + ("..." if len(data) > limit else "")
