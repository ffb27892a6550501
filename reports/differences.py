"""Two exchanges side by side, line by line, with the bytes that differ.

Rule 1: pure, and safe to print: every line is printable ASCII; colour and marks are for those who show it.
Rule 2: compared after normalisation, so that nothing is marked that always differs.
"""

import base64
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reports.escaping import shown_bytes, shown_latin
from reports.evidence import Line
from reports.normal import Normal

Span = tuple[int, int]
"""Where bytes differ: from, to."""

BODY: Final = 1200
"""Characters of a body that are shown; the rest is in exchanges.jsonl."""
LONGEST: Final = 400
_BINARY: Final = 32
"""Bytes of a body that is no text."""
_BREAKS: Final = re.compile(rb"(?<=\n)|(?<=>)(?=<)|(?<=,)(?=[\"{])")
"""Where a body is broken into lines: at its own ends of lines, between elements of XML and members of JSON."""
_TIMES: Final = ("failure", "failure_detail")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of each exchange; None where one has no such line."""

    old: str | None
    new: str | None
    old_spans: tuple[Span, ...] = ()
    new_spans: tuple[Span, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything in it is marked."""
        return self.old != self.new


def exchange_lines(line: Line | None, normal: Normal | None = None) -> list[str]:
    """An exchange as printable lines: `> ` what was asked, `< ` what was answered, `* ` what else there is to say."""
    if line is None:
        return ["* no evidence of this exchange"]
    return list(_lines(line, normal))


def _lines(line: Line, normal: Normal | None) -> Iterator[str]:
    request, response = line["request"], line.get("response")
    yield from _head("> ", request.get("head"), normal)
    yield from _content("> ", request, normal)
    if not isinstance(response, dict):
        yield f"* {_said(line)}"
    if line.get("raw"):
        # What no parser accepts is shown as it came.
        yield from _head("< ", line["raw"], normal)
    elif isinstance(response, dict):
        for head in response.get("interim") or ():
            yield from _head("< ", head, normal)
        yield from _head("< ", response.get("head"), normal)
        yield from _content("< ", response, normal)
        for trailer in response.get("trailers") or ():
            yield f"< {shown_latin(str(trailer))}"
    if isinstance(response, dict) and line.get("failure"):
        yield f"* {_said(line)}"
    excess = _decoded(line.get("excess"))
    if excess:
        yield f"* bytes after the answer: {shown_bytes(excess[:200])}"
    if line.get("note"):
        yield f"* {shown_latin(str(line['note']))}"


def _said(line: Line) -> str:
    words = [shown_latin(str(line[name])) for name in _TIMES if line.get(name)]
    return ": ".join(words) or "no answer"


def _head(mark: str, head: Any, normal: Normal | None) -> Iterator[str]:
    text = str(head or "")
    text = normal.head(text) if normal else text
    # Only CRLF ends a line; what a gateway sends of its own is seen as an escape.
    for part in text.removesuffix("\r\n\r\n").split("\r\n"):
        yield mark + _cut(shown_latin(part))


def _content(mark: str, message: dict[str, Any], normal: Normal | None) -> Iterator[str]:
    size = message.get("size") or 0
    body = _decoded(message.get("body"))
    if not size and not body:
        return
    yield mark.rstrip()
    if normal is not None and _textual(body):
        body = normal.text(body.decode("latin-1")).encode("latin-1", "replace")
    if body and not _textual(body):
        yield f"{mark}{shown_bytes(body[:_BINARY])}{'...' if size > _BINARY else ''} ({size} bytes)"
        return
    shown = 0
    for piece in _BREAKS.split(body):
        if not piece:
            continue
        text = _cut(shown_bytes(piece))
        shown += len(text)
        yield mark + text
        if shown > BODY:
            yield f"{mark}... of {size} bytes"
            return
    if size > len(body) and normal is None:
        yield f"{mark}... of {size} bytes"


def _textual(body: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\r\n\t" for byte in body[:512])


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text or "")
    except (ValueError, TypeError):
        return b""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 20]}...{text[-17:]}"


def side_by_side(old: Line | None, new: Line | None, normals: tuple[Normal, Normal]) -> list[Row]:
    """Both exchanges, their lines matched; what differs within matched lines is in spans."""
    ours, theirs = exchange_lines(old, normals[0]), exchange_lines(new, normals[1])
    if old is None or new is None:
        return [Row(a, b) for a, b in _filled(ours if old else [], theirs if new else [])]
    return list(_rows(ours, theirs))


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Row(line, line) for line in old[a:b])
        else:
            yield from _replaced(old[a:b], new[c:d])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Lines that say the same thing differently stand beside each other; the rest has nobody beside it."""
    rest = list(new)
    for line in old:
        twin = next((other for other in rest if _name(other) == _name(line)), None)
        if twin is None:
            yield Row(line, None, ((0, len(line)),))
            continue
        for other in rest[: rest.index(twin)]:
            yield Row(None, other, (), ((0, len(other)),))
        del rest[: rest.index(twin) + 1]
        yield Row(line, twin, *_spans(line, twin))
    for other in rest:
        yield Row(None, other, (), ((0, len(other)),))


def _name(line: str) -> str:
    """What makes two lines the same field, element or status line."""
    if line.startswith("< HTTP/"):
        return "status line"
    return re.split(r"[:> =]", line[2:], maxsplit=1)[0].lower()


def _spans(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    ours, theirs = [], []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            ours.append((a, b))
            theirs.append((c, d))
    return tuple(span for span in ours if span[0] < span[1]), tuple(span for span in theirs if span[0] < span[1])


def _filled(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    for number in range(max(len(old), len(new))):
        yield old[number] if number < len(old) else None, new[number] if number < len(new) else None


def pieces(line: str | None, spans: Sequence[Span], width: int) -> list[tuple[str, tuple[Span, ...]]]:
    """A line cut to a width, each piece with its own spans."""
    cut = []
    for at in range(0, len(line or ""), width):
        inside = tuple((max(a - at, 0), min(b - at, width)) for a, b in spans if a < at + width and b > at)
        cut.append(((line or "")[at : at + width], inside))
    return cut


def marks(spans: Sequence[Span], width: int = LONGEST) -> str:
    """The line below a line: `^` under each byte that differs."""
    under = [" "] * max((end for _, end in spans), default=0)
    for begin, end in spans:
        under[begin:end] = "^" * (end - begin)
    return "".join(under)[:width]
