"""What a rule is.

Rule 1: a rule is a generator of complaints; silence means that it holds. Its docstring is the sentence that it claims.
Rule 2: it sees messages and nothing else: no socket, no clock, no other check.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fixtures.wire.message import Exchange, Head
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
    replayed: Level | None = None
    """The level where a registry's own requests are answered so, if it is another."""

    @property
    def claim(self) -> str:
        """The sentence that this rule claims."""
        return (self.judge.__doc__ or "").strip().splitlines()[0]


def each(judge: Callable[[Exchange], Iterator[str]]) -> Callable[[Sequence[Exchange]], Iterator[Complaint]]:
    """A judge of single exchanges as a judge of all exchanges of a check."""

    def judge_all(exchanges: Sequence[Exchange]) -> Iterator[Complaint]:
        for number, exchange in enumerate(exchanges):
            for message in judge(exchange):
                yield f"{exchange.request.method}: {message}", (number,)

    judge_all.__doc__ = judge.__doc__
    return judge_all


def final(judge: Callable[[Exchange, Head], Iterator[str]]) -> Callable[[Sequence[Exchange]], Iterator[Complaint]]:
    """A judge of single final heads, those that have a status, as a judge of all exchanges of a check."""

    def judge_all(exchanges: Sequence[Exchange]) -> Iterator[Complaint]:
        for number, exchange in enumerate(exchanges):
            response = exchange.response
            if response is None or not whole(response.head) or response.head in response.interim:
                continue
            for message in judge(exchange, response.head):
                yield f"{exchange.request.method}: {message}", (number,)

    judge_all.__doc__ = judge.__doc__
    return judge_all


def heads(exchange: Exchange) -> tuple[Head, ...]:
    """Every head that came, interim ones first, whatever is in it."""
    response = exchange.response
    if response is None:
        return ()
    if response.head in response.interim or not response.head.raw.strip():
        return response.interim
    return (*response.interim, response.head)


def whole(head: Head) -> bool:
    """Whether a head has a well-formed status and came to its blank line: of one that was cut, `answered` tells."""
    return head.status is not None and head.raw.endswith((b"\n\r\n", b"\n\n"))


def shown(data: bytes, limit: int = 60) -> str:
    """Bytes as they are told to people: escaped, and cut."""
    text = repr(data[:limit])[2:-1]
    return text + ("..." if len(data) > limit else "")


def told(value: str, limit: int = 60) -> str:
    """A field's value as it is told to people: escaped, and cut."""
    return shown(value.encode("latin-1", "replace"), limit)
