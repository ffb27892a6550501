"""Requests whose end two readers may see at different places: what is inside of one is never answered as another.

Each is sent with a GET hidden where one way of reading it sees a request and another sees a body. A right gateway
refuses it and closes, or reads it as the RFC tells; it never gives two answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fixtures.wire.line import MALFORMED, Line
from fixtures.wire.message import Field, Framing, Request
from suites.claims import MUST
from suites.http.asking import BODY, cases, request, status_of, stored

HIDDEN: Final = b"this was inside of another request"
Fields = list[tuple[bytes, bytes]]
Make = Callable[[bytes], tuple[Fields, bytes]]


@dataclass(frozen=True, slots=True)
class Case:
    """A request with another one in it: given the hidden bytes, its fields and its body."""

    make: Make
    refused: bool = True
    """Whether it must not be taken for a good request."""
    closes: bool = True
    """Whether the connection must end with its answer."""
    version: bytes = b"HTTP/1.1"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


_END: Final = b"0\r\n\r\n"
_HELLO: Final = b"5\r\nhello\r\n" + _END
_TE: Final = b"Transfer-Encoding"
_CL: Final = b"Content-Length"
_CHUNKED: Final = (_TE, b"chunked")


def _n(data: bytes) -> bytes:
    return b"%d" % len(data)


def _length(form: str) -> Case:
    """A length in a form that is no number (RFC 9112 section 6.3, item 5)."""
    return Case(lambda hidden: ([(_CL, (form % len(hidden)).encode())], hidden))


def _size(form: str) -> Case:
    """A chunk whose size has this form, around the hidden bytes (RFC 9112 section 7.1)."""
    return Case(lambda hidden: ([_CHUNKED], (form % len(hidden)).encode() + hidden + b"\r\n" + _END))


LENGTHS: Final = {
    "length-and-chunked": Case(lambda g: ([(_CL, _n(_HELLO + g)), _CHUNKED], _HELLO + g), refused=False),
    "chunked-and-length": Case(lambda g: ([_CHUNKED, (_CL, _n(_HELLO + g))], _HELLO + g), refused=False),
    "short-length-and-chunked": Case(
        lambda g: ([(_CL, _n(b"%x\r\n" % len(g))), _CHUNKED], _chunk(g) + _END), refused=False
    ),
    "no-length-and-chunked": Case(lambda g: ([(_CL, b"0"), _CHUNKED], _HELLO + g), refused=False),
    "two-lengths-short-first": Case(lambda g: ([(_CL, b"0"), (_CL, _n(g))], g)),
    "two-lengths-long-first": Case(lambda g: ([(_CL, _n(g)), (_CL, b"0")], g)),
    "two-lengths-in-a-list": Case(lambda g: ([(_CL, b"0, " + _n(g))], g)),
    "length-plus": _length("+%d"),
    "length-minus": _length("-%d"),
    "length-hexadecimal": _length("0x%x"),
    "length-and-more": _length("%d a"),
    "length-fraction": _length("%d.0"),
    "length-overflow": Case(lambda g: ([(_CL, b"%d" % (1 << 64))], g)),
    "length-empty": Case(lambda g: ([(_CL, b"")], g)),
    "length-space-before-colon": Case(lambda g: ([(_CL + b" ", _n(g))], g)),
}
"""Two lengths, or one that not everybody reads."""

CODINGS: Final = {
    "coding-unknown": Case(lambda g: ([(_TE, b"xchunked")], _chunk(g) + _END)),
    "coding-unknown-and-length": Case(lambda g: ([(_TE, b"xchunked"), (_CL, _n(g))], g)),
    "coding-after-chunked": Case(lambda g: ([(_TE, b"chunked, identity")], _chunk(g) + _END)),
    "coding-space-before-colon": Case(lambda g: ([(_TE + b" ", b"chunked"), (_CL, _n(_HELLO + g))], _HELLO + g)),
    "coding-vertical-tab": Case(lambda g: ([(_TE, b"\x0bchunked"), (_CL, _n(_HELLO + g))], _HELLO + g)),
    "coding-folded": Case(lambda g: ([(_TE, b"\r\n chunked")], _chunk(g) + _END), refused=False, closes=False),
    "coding-folded-and-length": Case(
        lambda g: ([(_CL, _n(_HELLO + g)), (_TE, b"\r\n chunked")], _HELLO + g), refused=False
    ),
    "coding-twice": Case(lambda g: ([_CHUNKED, _CHUNKED], _chunk(g) + _END), refused=False, closes=False),
    "coding-behind-lf": Case(
        lambda g: ([(_CL, _n(_HELLO + g)), (b"X-A", b"b\n" + _TE + b": chunked")], _HELLO + g),
        refused=False,
        closes=False,
    ),
    "coding-http10": Case(lambda g: ([_CHUNKED], _HELLO + g), refused=False, version=b"HTTP/1.0"),
}
"""A coding that not everybody reads."""

CHUNKS: Final = {
    "chunk-size-and-more": _size("%xx\r\n"),
    "chunk-size-0x": _size("0x%x\r\n"),
    "chunk-size-plus": _size("+%x\r\n"),
    "chunk-size-minus": _size("-%x\r\n"),
    "chunk-size-overflow": Case(lambda g: ([_CHUNKED], b"1" + b"0" * 16 + b"\r\n\r\n" + g)),
    "chunk-size-empty": Case(lambda g: ([_CHUNKED], b"\r\n" + g + b"\r\n" + _END)),
    "chunk-line-lf": Case(lambda g: ([_CHUNKED], b"%x\n" % len(g) + g + b"\r\n" + _END), refused=False, closes=False),
    "chunk-extension-lf": Case(
        lambda g: ([_CHUNKED], b"%x;\n" % len(g) + g + b"\r\n" + _END), refused=False, closes=False
    ),
    "chunk-longer-than-told": Case(lambda g: ([_CHUNKED], b"5\r\nhello" + g + _END)),
    "chunk-without-end": Case(lambda g: ([_CHUNKED], b"5\r\nhelloXX" + _END + g)),
}
"""Chunks that not everybody reads."""


def _broken(container, case: Case, hidden: bytes) -> Request:
    fields, body = case.make(hidden)
    plain = request(container, "PUT", "s", body=body, length=False, version=case.version)
    more = tuple(Field(name, value) for name, value in fields)
    return Request("PUT", plain.target, plain.fields + more, Framing.LENGTH, plain.content, case.version)


def _never_split(container, wire, case: Case) -> None:
    last = stored(container)
    hidden = stored(container, "hidden", HIDDEN)
    broken = _broken(container, case, hidden.head)
    with Line(wire) as line:
        line.say(broken, hidden=1)
        first = line.more(broken, seconds=0.5, **{MALFORMED: True})
        if first is None:
            # It may wait for bytes that do not come.
            assert line.stays(0.0), "the connection is closed without an answer"
            line.end()
            line.more(broken, seconds=5.0, **{MALFORMED: True})
            return
        assert status_of(first) >= 400 or not case.refused, f"it is answered with {first.status}"
        line.say(last)
        line.end()
        _no_second(line, case, last)


def _no_second(line, case: Case, last: Request) -> None:
    """Read what follows the answer: nothing, or the answer to the last request."""
    second = line.more(last, seconds=5.0, **{MALFORMED: True})
    if second is None:
        return
    body = second.response.kept if second.response is not None else b""
    assert body != HIDDEN, "the request that was hidden inside of another is answered"
    assert (second.status, body) == (200, BODY), f"one request has two answers, the second of them {second.status}"
    assert not case.closes, "the connection stays open after a request whose end nobody can tell"
    assert line.more(last, seconds=5.0, **{MALFORMED: True}) is None, "two requests have three answers"


IMPACT: Final = "behind a load balancer, one client's bytes are read as another's request"


@cases("smuggling", LENGTHS, oracle="RFC 9112 section 6.3", level=MUST, impact=IMPACT)
def test_no_request_is_found_inside_of_another_by_its_length(container, wire, case):
    """A request with two lengths, or one that is no number, has one answer at most, and the connection ends."""
    _never_split(container, wire, LENGTHS[case])


@cases("smuggling", CODINGS, oracle="RFC 9112 section 6.1", level=MUST, impact=IMPACT)
def test_no_request_is_found_inside_of_another_by_its_coding(container, wire, case):
    """A request whose transfer coding not everybody reads has one answer at most."""
    _never_split(container, wire, CODINGS[case])


@cases("smuggling", CHUNKS, oracle="RFC 9112 section 7.1", level=MUST, impact=IMPACT)
def test_no_request_is_found_inside_of_another_by_its_chunks(container, wire, case):
    """A request with chunks that not everybody reads has one answer at most."""
    _never_split(container, wire, CHUNKS[case])
