"""Bytes go in, facts come out: whatever the bytes are and however they are cut."""

from itertools import pairwise

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.wire.message import Failure, Framing
from fixtures.wire.parser import HEAD_LIMIT, INTERIM_LIMIT, ResponseParser

KEEP = 1 << 16


def parse(data: bytes, method: str = "GET", cuts=(), *, eof: bool = True, body_limit: int = 1 << 20) -> ResponseParser:
    parser = ResponseParser(method, keep=KEEP, body_limit=body_limit)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in pairwise(places):
        if start != end:
            parser.feed(data[start:end])
    if eof:
        parser.eof()
    return parser


def facts(parser: ResponseParser) -> tuple:
    return parser.response, parser.failure, bytes(parser.excess)


OK = b"HTTP/1.1 200 OK\r\n"
CASES = {
    "length": ("GET", OK + b"Content-Length: 5\r\n\r\nhello", 200, Framing.LENGTH, b"hello", None, b""),
    "no length": ("GET", OK + b"\r\nhello", 200, Framing.CLOSE, b"hello", None, b""),
    "chunked": (
        "GET",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nX: y\r\n\r\n",
        200,
        Framing.CHUNKED,
        b"hello!",
        None,
        b"",
    ),
    "head": ("HEAD", OK + b"Content-Length: 5\r\n\r\n", 200, Framing.NONE, b"", None, b""),
    "head with body": ("HEAD", OK + b"Content-Length: 5\r\n\r\nhello", 200, Framing.NONE, b"", None, b"hello"),
    "204": ("DELETE", b"HTTP/1.1 204 No Content\r\n\r\n", 204, Framing.NONE, b"", None, b""),
    "304": ("GET", b"HTTP/1.1 304 Not\r\nContent-Length: 5\r\n\r\n", 304, Framing.NONE, b"", None, b""),
    "after 100": (
        "PUT",
        b"HTTP/1.1 100 C\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n",
        200,
        Framing.LENGTH,
        b"",
        None,
        b"",
    ),
    "two": ("GET", OK + b"Content-Length: 1\r\n\r\nab", 200, Framing.LENGTH, b"a", None, b"b"),
    "lone LF": ("GET", b"HTTP/1.1 200 OK\nContent-Length: 1\n\na", 200, Framing.LENGTH, b"a", None, b""),
    "first length": (
        "GET",
        OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        200,
        Framing.LENGTH,
        b"a",
        None,
        b"b",
    ),
    "V1": ("HEAD", b"Content-Length: 0\r\nDate: x\r\n\r\n", None, Framing.NONE, b"", None, b""),
    "V1 get": ("GET", b"Content-Length: 0\r\nDate: x\r\n\r\n", None, Framing.LENGTH, b"", None, b""),
    "V9": ("GET", b"Date: x\r\nConnection: Keep-Alive\r\n\r\n", None, Framing.NONE, b"", None, b""),
    "cut body": ("GET", OK + b"Content-Length: 5\r\n\r\nhe", 200, Framing.LENGTH, b"he", Failure.CLOSED_EARLY, b""),
    "cut head": ("GET", b"HTTP/1.1 200 OK\r\nContent", 200, Framing.NONE, b"", Failure.CLOSED_EARLY, b""),
    "cut chunk": (
        "GET",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
        200,
        Framing.CHUNKED,
        b"he",
        Failure.CLOSED_EARLY,
        b"",
    ),
    "bad chunk": (
        "GET",
        OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
        200,
        Framing.CHUNKED,
        b"",
        Failure.BAD_CHUNK,
        b"",
    ),
    "bad chunk end": (
        "GET",
        OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc",
        200,
        Framing.CHUNKED,
        b"a",
        Failure.BAD_CHUNK,
        b"bc",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_facts(case):
    method, data, status, framing, body, failure, excess = CASES[case]
    parser = parse(data, method)
    response = parser.response

    assert response is not None
    assert (response.status, response.framing, response.kept) == (status, framing, body)
    assert (parser.failure, bytes(parser.excess)) == (failure, excess)
    assert response.size == len(body)
    assert response.complete is (failure is None)


def test_nothing_is_no_response():
    parser = parse(b"")

    assert parser.response is None
    assert parser.failure is Failure.NO_RESPONSE


def test_order_case_and_duplicates_of_fields_are_kept():
    response = parse(OK + b"etag: a\r\nX-Trans-Id:  1 \r\nETag:b\r\n\r\n", "HEAD").response

    assert response is not None
    assert [(f.name, f.value) for f in response.head.fields] == [
        (b"etag", b"a"),
        (b"X-Trans-Id", b"1"),
        (b"ETag", b"b"),
    ]
    assert response.get("ETAG") == "a"
    assert response.head.all("ETag") == ["a", "b"]


@pytest.mark.parametrize(
    "data",
    [
        OK + b"X: " + b"x" * HEAD_LIMIT,
        b"HTTP/1.1 100 Continue\r\n\r\n" * (INTERIM_LIMIT + 1),
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 20_000,
        OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 5_000,
        OK + b"Content-Length: 99999999\r\n\r\n",
        OK + b"\r\n" + b"x" * (1 << 20) + b"x",
        OK + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n",
    ],
    ids=["head", "interim", "chunk line", "trailers", "length", "close", "chunk"],
)
def test_what_does_not_end_is_given_up(data):
    parser = parse(data, eof=False)

    assert parser.done
    assert parser.failure is Failure.TOO_LONG


CUTS = st.lists(st.integers(0, 400), max_size=12)


@given(st.sampled_from(sorted(CASES)), CUTS)
def test_the_facts_do_not_depend_on_how_the_bytes_are_cut(case, cuts):
    method, data, *_ = CASES[case]

    assert facts(parse(data, method, cuts)) == facts(parse(data, method))


@given(st.binary(max_size=300), st.sampled_from(["GET", "HEAD", "PUT"]), CUTS)
def test_no_bytes_are_too_much(data, method, cuts):
    parser = parse(data, method, cuts)

    assert parser.done
    response = parser.response
    assert (response is None) == (not data)
    assert facts(parser) == facts(parse(data, method))


TOKEN = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_!", min_size=1, max_size=12)
VALUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20)
FRAMING_NAMES = {"content-length", "transfer-encoding", "connection", "upgrade"}
FIELDS = st.lists(st.tuples(TOKEN.filter(lambda name: name.lower() not in FRAMING_NAMES), VALUE), max_size=6)


@st.composite
def messages(draw):
    """A well-formed answer: what it says, and its bytes."""
    status = draw(st.sampled_from([200, 201, 206, 404, 416, 503]))
    fields, body = draw(FIELDS), draw(st.binary(max_size=200))
    head = [f"HTTP/1.1 {status} {draw(VALUE)}", *(f"{name}: {value}" for name, value in fields)]
    if draw(st.booleans()):
        head.append(f"Content-Length: {len(body)}")
        data = body
    else:
        head.append("Transfer-Encoding: chunked")
        sizes = draw(st.lists(st.integers(1, 50), min_size=1, max_size=10))
        data, rest = b"", body
        for size in sizes * (len(body) + 1):
            if not rest:
                break
            piece, rest = rest[:size], rest[size:]
            data += b"%x\r\n%b\r\n" % (len(piece), piece)
        data += b"0\r\n\r\n"
    return status, fields, body, "\r\n".join([*head, "", ""]).encode() + data


@given(messages(), CUTS)
def test_a_well_formed_answer_says_what_was_put_into_it(message, cuts):
    status, fields, body, data = message
    parser = parse(data, cuts=cuts, eof=False)
    response = parser.response

    assert parser.done
    assert response is not None
    assert (response.status, response.kept, response.complete) == (status, body, True)
    assert [(f.name.decode(), f.value.decode()) for f in response.head.fields][: len(fields)] == fields
    assert (parser.failure, parser.excess) == (None, b"")


@settings(max_examples=200)
@given(messages())
def test_h11_reads_a_well_formed_answer_as_we_do(message):
    _, _, _, data = message
    ours = parse(data, eof=False).response
    theirs = h11.Connection(h11.CLIENT)
    theirs.send(h11.Request(method="GET", target="/", headers=[("Host", "h")]))
    theirs.send(h11.EndOfMessage())
    theirs.receive_data(data)
    head = theirs.next_event()
    body = b""
    while isinstance(event := theirs.next_event(), h11.Data):
        body += event.data

    assert ours is not None
    assert isinstance(event, h11.EndOfMessage)
    assert (head.status_code, body) == (ours.status, ours.kept)
    assert [(name.lower(), value) for name, value in head.headers] == [
        (f.name.lower(), f.value) for f in ours.head.fields
    ]
