"""An exchange as the bytes of its two sides, and the spans of them that a deviation is about.

Rule 1: a span is marked where it can be found, and nothing is marked where it cannot.
Rule 2: `js/bytes.js` joins the same parts in the same order; offsets count in both.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reports.evidence import Line
from reports.model import Deviation

ASKED, ANSWERED = ">", "<"
"""The two sides of an exchange, as everywhere in this project's output."""

Mark = tuple[str, int, int, str]
"""Side, from, to, and the rule that it is about."""

_EXCESS: Final = frozenset({"no-excess", "no-body", "excess"})
_STATUS: Final = re.compile(rb"HTTP/\S+ +(\d{3})")
_QUOTED: Final = re.compile(r"b?'((?:[^'\\]|\\.){3,200})'|\"((?:[^\"\\]|\\.){3,200})\"|`([^`]{3,200})`")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_COMMON: Final = frozenset({"date", "connection", "server", "content", "range", "host", "expect"})
"""Names of fields that are words of ordinary sentences: taken for the field only where its name is written out."""
_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Sides:
    """What was sent and what came back; bodies as far as they were kept, chunks joined."""

    asked: bytes
    answered: bytes
    excess: int
    """Where bytes begin that follow the answer."""
    head: tuple[int, int]
    """Where the final head of the answer stands."""


def sides(line: Line) -> Sides:
    """The bytes of an exchange as far as its line of `exchanges.jsonl` has them."""
    request, response = line["request"], line.get("response")
    asked = _latin(request.get("head")) + _bytes(request.get("body"))
    if line.get("raw"):
        raw = _latin(line["raw"])
        return Sides(asked, raw, len(raw), (0, _end_of_head(raw)))
    answered, head = b"", (0, 0)
    if isinstance(response, dict):
        answered = b"".join(_latin(text) for text in response.get("interim") or ())
        head = len(answered), len(answered) + len(_latin(response.get("head")))
        answered += _latin(response.get("head")) + _bytes(response.get("body"))
        answered += b"".join(_latin(text) + b"\r\n" for text in response.get("trailers") or ())
    return Sides(asked, answered + _bytes(line.get("excess")), len(answered), head)


def _latin(text: Any) -> bytes:
    return str(text or "").encode("latin-1", "replace")


def _bytes(text: Any) -> bytes:
    try:
        return b64decode(text or "")
    except (ValueError, TypeError):
        return b""


def _end_of_head(raw: bytes) -> int:
    found = raw.find(b"\r\n\r\n")
    return found + 4 if found >= 0 else len(raw)


def marks(line: Line, deviations: Iterable[Deviation]) -> list[Mark]:
    """What to mark in an exchange for the deviations that name it; sorted, none inside another of the same side."""
    both = sides(line)
    found = [mark for deviation in deviations for mark in _of(both, deviation.rule, deviation.message)]
    kept: list[Mark] = []
    for mark in sorted(set(found), key=lambda mark: (mark[0], mark[1], -mark[2])):
        if not kept or kept[-1][0] != mark[0] or mark[1] >= kept[-1][2]:
            kept.append(mark)
    return kept[:_MOST]


def _of(both: Sides, rule: str, message: str) -> Iterator[Mark]:
    if both.excess < len(both.answered) and (rule in _EXCESS or "after" in message or "excess" in message):
        yield ANSWERED, both.excess, len(both.answered), rule
        return
    if rule.startswith(("status-line", "version", "reason")):
        end = both.answered.find(b"\r\n", both.head[0])
        yield ANSWERED, both.head[0], end if end >= 0 else len(both.answered), rule
        return
    fields = list(_named(both, f"{rule} {message}"))
    if fields:
        yield from ((side, begin, end, rule) for side, begin, end in fields)
        return
    literal = _literal(both, message)
    if literal is not None:
        yield ANSWERED, *literal, rule
        return
    status = _STATUS.match(both.answered, both.head[0])
    if status is not None and re.search(rf"(?<!\d){status[1].decode()}(?!\d)", message):
        yield ANSWERED, *status.span(1), rule


def _named(both: Sides, words: str) -> Iterator[tuple[str, int, int]]:
    """Lines of fields that the words name; those of the answer, or else those of the request."""
    told = {word.strip("-").lower() for word in _WORD.findall(words)}
    written = set(_WORD.findall(words))
    for side, data, (begin, end) in (
        (ANSWERED, both.answered, both.head),
        (ASKED, both.asked, (0, _end_of_head(both.asked))),
    ):
        found, at = [], begin
        for text in data[begin:end].split(b"\r\n"):
            name = text.partition(b":")[0].decode("latin-1")
            common = name.lower() in _COMMON
            if at > begin and name and (name in written if common else name.lower() in told):
                found.append((side, at, at + len(text)))
            at += len(text) + 2
        if found:
            yield from found
            return


def _literal(both: Sides, message: str) -> tuple[int, int] | None:
    """The first thing quoted in the message that stands in the answer."""
    for groups in _QUOTED.findall(message):
        text = next(filter(None, groups), "")
        try:
            wanted = text.encode("latin-1").decode("unicode_escape").encode("latin-1")
        except UnicodeError:
            continue
        at = both.answered.find(wanted)
        if wanted and at >= 0:
            return at, at + len(wanted)
    return None


def pieces(data: bytes, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[bytes, bool]]:
    """The bytes cut where marks begin and end, and whether each piece is marked."""
    at = 0
    for wanted, until in spans:
        begin, end = max(wanted, at), min(until, len(data))
        if begin >= end:
            continue
        if begin > at:
            yield data[at:begin], False
        yield data[begin:end], True
        at = end
    if at < len(data):
        yield data[at:], False
