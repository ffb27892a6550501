"""How the Swift driver takes an answer: read from its source, and the words are Go's own."""

import pytest

from fixtures.recordings.go import transport_error
from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.swift.driver import asks_again, retries, waits
from fixtures.wire.message import Exchange, Failure, Request
from fixtures.wire.parser import ResponseParser

RECORDING = built_in("2.8.3-swift")
OLD = built_in("2.5.0-go1.6-swift")
V1 = b"Content-Length: 0\r\nDate: Tue, 02 Aug 2016 04:00:53 GMT\r\n\r\n"
TWO_LENGTHS = b"HTTP/1.1 416 No\r\nContent-Length: 0\r\nContent-Length: 12\r\n\r\nInvalidRange"


def answered(data: bytes, method: str = "HEAD", failure: Failure | None = None) -> Exchange:
    parser = ResponseParser(method, keep=100, body_limit=1000)
    parser.feed(data)
    parser.eof()
    return Exchange(Request(method, b"/", ()), parser.response, data, failure=failure or parser.failure)


def step(kind):
    return next(s for s in RECORDING.steps if s.kind is kind)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (V1, 'malformed HTTP status code "0"'),
        (b"Bucket: registry136\r\n" + V1, 'malformed HTTP status code "registry136"'),
        (b"HTTP/1.1 100 CONTINUE\r\n\r\n" + V1, 'malformed HTTP status code "0"'),
        (b"garbage\r\n\r\n", 'malformed HTTP response "garbage"'),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", None),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n", None),
        (b"", "EOF"),
    ],
)
def test_what_go_says_to_bytes(data, says):
    assert transport_error(answered(data), (1, 19)) == says


def test_two_lengths_are_refused_since_go_1_8():
    exchange = answered(TWO_LENGTHS, "GET")

    assert transport_error(exchange, (1, 6)) is None
    assert "multiple Content-Length" in (transport_error(exchange, (1, 19)) or "")


@pytest.mark.parametrize("value", [b"a\0b", b"a\rb", b"a\x01b", b"a\x7fb"])
def test_a_field_with_a_control_character_is_refused_since_go_1_20(value):
    exchange = answered(b"HTTP/1.1 200 OK\r\nX-A: " + value + b"\r\nContent-Length: 0\r\n\r\n")

    assert transport_error(exchange, (1, 19)) is None
    assert transport_error(exchange, (1, 24)) == "malformed MIME header line"


def test_head_and_get_are_sent_four_times_and_writes_once():
    assert retries(step(Kind.HEAD_OBJECT)) == 3
    assert retries(step(Kind.GET_CONTENT)) == 3
    assert retries(step(Kind.PUT_CONTENT)) == 0
    assert retries(step(Kind.DELETE)) == 0


def test_the_waits_double_and_end_within_15_seconds():
    found = list(waits())

    assert found == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4])


def test_a_manifest_is_asked_for_until_it_has_its_length():
    awaited = next(
        s for s in RECORDING.steps if s.kind is Kind.AWAIT_MANIFEST and s.answer.get("Content-Length") != "0"
    )
    length = awaited.answer.get("Content-Length") or ""
    right = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode()

    assert not asks_again(awaited, RECORDING, answered(right).response)
    assert asks_again(awaited, RECORDING, answered(right.replace(length.encode(), b"1")).response)
    assert asks_again(awaited, RECORDING, None)


def test_a_large_object_that_looks_empty_is_asked_for_again_since_2_6():
    stat = next(
        s for s in RECORDING.steps if s.kind is Kind.STAT_OBJECT and (s.answer.get("Content-Length") or "0") != "0"
    )
    empty = answered(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Object-Manifest: c/s\r\n\r\n").response

    assert asks_again(stat, RECORDING, empty)
    assert not asks_again(stat, OLD, empty)
