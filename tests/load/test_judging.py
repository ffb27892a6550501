"""What an overloaded gateway says is known by its name, and what only refuses is not."""

import pytest

from bench.load.judging import trouble
from fixtures.wire.message import Exchange, Failure, Framing, Request
from fixtures.wire.parser import ResponseParser

_SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>"


def answered(status, body=b""):
    parser = ResponseParser("GET", keep=1000, body_limit=1000)
    parser.feed(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
    return Exchange(Request("GET", b"/c/o", (), Framing.NONE, None), parser.response, b"")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (b"503 Slow Down", _SLOW_DOWN, "503 SlowDown"),
        (b"503 Service Unavailable", b"", "503"),
        (b"429 Too Many Requests", b"", "429"),
        (b"498 Rate Limited", b"Slow down\n", "498"),
        (b"500 Internal Server Error", b"", "500"),
        (b"404 Not Found", b"", None),
        (b"403 Forbidden", _SLOW_DOWN, None),
        (b"200 OK", b"", None),
    ],
)
def test_it_is_known_by_its_status(status, body, told):
    assert trouble(answered(status, body)) == told


def test_what_was_not_answered_is_known_by_how():
    exchange = Exchange(Request("GET", b"/c/o", (), Framing.NONE, None), None, b"", failure=Failure.RESET)

    assert trouble(exchange) == "not answered: reset"
