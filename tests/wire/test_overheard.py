"""What passes through a proxy becomes exchanges, and what the client does is never held against the gateway."""

import socket
import threading
import time

import pytest

from fixtures.wire.message import Failure
from fixtures.wire.overheard import Overheard
from fixtures.wire.proxy import Proxy
from suites.plugin import judge

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
HEAD = b"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"
PUT = b"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def heard(*parts):
    """What is overheard where client (>) and gateway (<) say these bytes in turn."""
    overheard = Overheard(label="r")
    ears = overheard.conversation()
    for part in parts:
        if isinstance(part, dict):
            ears.ended(**part)
        else:
            direction, data = part
            assert (ears.asked if direction == ">" else ears.answered)(data) == data
    return overheard


def serious(exchanges):
    """The rules that are broken at a level that makes a check red; these answers have no Date."""
    return [deviation.rule for deviation in judge(exchanges) if deviation.red]


def test_requests_on_one_connection_are_exchanges_in_their_order():
    first, second = heard((">", PUT), ("<", OK[:9]), ("<", OK[9:]), (">", GET), ("<", OK)).take()

    assert (first.request.method, first.status, first.position, first.connection) == ("PUT", 200, 0, "r1")
    assert (second.request.method, second.status, second.position, second.connection) == ("GET", 200, 1, "r1")
    assert first.raw == OK
    assert first.reusable
    assert first.sent_body
    assert b"".join(first.request.content.pieces()) == b"body"
    assert serious([first, second]) == []


def test_an_answer_that_ends_with_its_connection_says_nothing_against_the_one_before():
    until_close = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok"
    by_gateway = {"by_client": False, "reset": False}

    first, second = heard((">", PUT), ("<", OK), (">", GET), ("<", until_close), by_gateway).take()

    assert first.reusable
    assert second.failure is None
    assert "persistence" not in {deviation.rule for deviation in judge([first, second])}


def test_a_connection_that_ends_between_two_answers_is_told_of_the_first():
    (exchange,) = heard((">", PUT), ("<", OK), {"by_client": False, "reset": False}).take()

    assert not exchange.reusable


def test_what_is_taken_is_not_taken_again():
    overheard = heard((">", GET), ("<", OK))

    assert len(overheard.take()) == 1
    assert overheard.take() == []


def test_an_answer_without_status_line_is_told_with_its_bytes():
    (exchange,) = heard((">", HEAD), ("<", b"Content-Length: 0\r\nDate: now\r\n\r\n")).take()

    assert exchange.raw == b"Content-Length: 0\r\nDate: now\r\n\r\n"
    assert serious([exchange]) == ["status-line"]


def test_a_body_after_head_is_excess_whenever_it_comes():
    overheard = heard((">", HEAD), ("<", OK[:-2]), ("<", b"ok"))
    (exchange,) = overheard.take()

    assert exchange.excess == b"ok"
    assert serious([exchange]) == ["no-body"]


def test_a_client_that_has_read_enough_is_no_failure():
    (exchange,) = heard((">", GET), ("<", OK[:-1]), {"by_client": True, "reset": True}).take()

    assert exchange.failure is None
    assert not exchange.response.complete
    assert serious([exchange]) == []


def test_a_client_that_leaves_at_once_asked_nothing():
    assert heard((">", GET), {"by_client": True, "reset": False}).take() == []


@pytest.mark.parametrize(
    ("said", "reset", "failure"),
    [
        (b"", False, Failure.NO_RESPONSE),
        (OK[:-1], False, Failure.CLOSED_EARLY),
        (OK[:-1], True, Failure.RESET),
    ],
)
def test_a_gateway_that_closes_inside_an_answer_fails(said, reset, failure):
    parts = [("<", said)] if said else []
    (exchange,) = heard((">", GET), *parts, {"by_client": False, "reset": reset}).take()

    assert exchange.failure is failure
    assert serious([exchange]) == ["answered"]


def test_the_end_of_an_idle_connection_and_a_request_may_pass_each_other():
    assert len(heard((">", GET), ("<", OK), (">", GET), {"by_client": False, "reset": False}).take()) == 1


def test_an_answer_that_does_not_come_is_a_timeout_where_the_operation_was_given_up():
    overheard = heard((">", GET))

    assert overheard.pending
    assert overheard.take() == []
    (exchange,) = overheard.take(given_up=True)
    assert exchange.failure is Failure.TIMEOUT
    assert not overheard.pending


def test_bytes_that_are_no_http_are_passed_on_and_not_listened_to():
    assert heard((">", b"\x16\x03\x01nonsense\r\n\r\n"), ("<", b"\x15\x03")).take() == []


@pytest.mark.parametrize("by_client", [True, False])
def test_the_proxy_tells_who_closed_inside_an_answer(by_client):
    listener = socket.create_server(("127.0.0.1", 0))
    overheard = Overheard()

    def answer():
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 1000)
            while by_client:
                try:
                    connection.sendall(b"x" * 100_000)
                except OSError:
                    return

    thread = threading.Thread(target=answer)
    thread.start()
    host, port = listener.getsockname()
    with listener, Proxy(host, port, conversation=overheard.conversation) as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port)) as client:
            client.sendall(GET)
            assert client.recv(10)
            while not by_client and client.recv(10_000):
                pass
        deadline = time.monotonic() + 10
        while not (found := overheard.take()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        thread.join()
    (exchange,) = found
    assert exchange.failure is (None if by_client else Failure.CLOSED_EARLY)
