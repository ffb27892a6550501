"""A line says bytes as they are given, reads answers one by one, and waits for nothing for ever."""

import socket
import threading
import time

import pytest

from fixtures.gateways.daemons import free_port
from fixtures.wire.client import Client, Endpoint, Limits
from fixtures.wire.content import from_bytes
from fixtures.wire.line import Line
from fixtures.wire.message import Failure, Field, Framing, Request, make_fields
from tests.wire.server import Server, heads, reads, resets, says, waits_for_end

ONE = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
TWO = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
CLOSES = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
SHORT = Limits(connect=2.0, silence=0.3, total=1.0, body=1 << 20)

GET = Request("GET", b"/o", make_fields([("Host", "h")]))
HEAD = Request("HEAD", b"/o", make_fields([("Host", "h")]))


def put(body, *, fields=(("Content-Length", "5"),)):
    return Request("PUT", b"/o", make_fields([("Host", "h"), *fields]), Framing.LENGTH, from_bytes(body))


def keeps(raw, size, *answers):
    """Reads so many bytes, keeps them, and answers."""

    def script(client):
        raw.append(reads(client, size))
        for answer in answers:
            client.sendall(answer)
        waits_for_end(client)

    return script


def on(server, *, limits=SHORT):
    recorded = []
    return Client(server.endpoint, limits=limits, record=recorded.append), recorded


def test_requests_go_out_in_one_piece_as_they_are_given():
    raw = []
    broken = Request("GET", b"/o", (Field(b"Host", b"h"), Field(b"X ", b"a\0b\r\n c")))
    wanted = b"GET /o HTTP/1.1\r\nHost: h\r\nX : a\0b\r\n c\r\n\r\n" + put(b"hello").head + b"hello" + b"junk"
    with Server(keeps(raw, len(wanted), ONE)) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(broken, put(b"hello"), b"junk")
            assert line.answer(broken).status == 200

    assert raw == [wanted]


def test_a_body_that_does_not_fit_its_framing_is_sent_all_the_same():
    raw = []
    asked = put(b"0x5\r\nhello", fields=[("Transfer-Encoding", "chunked"), ("Content-Length", "3")])
    with Server(keeps(raw, len(asked.head) + 10, CLOSES)) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(asked)
            assert line.answer(asked).status == 400

    assert raw[0].endswith(b"0x5\r\nhello")


@pytest.mark.parametrize("together", [True, False])
def test_answers_to_requests_that_were_sent_at_once_are_read_in_order(together):
    def script(client):
        heads(client)
        heads(client)
        heads(client)
        for part in [EMPTY + ONE + TWO] if together else [EMPTY, ONE[:30], ONE[30:] + TWO[:10], TWO[10:]]:
            client.sendall(part)
            time.sleep(0.01)
        waits_for_end(client)

    with Server(script) as server:
        client, recorded = on(server)
        with Line(client) as line:
            line.say(HEAD, GET, GET)
            answers = [line.answer(request) for request in (HEAD, GET, GET)]

    assert [answer.response.kept for answer in answers] == [b"", b"one", b"two"]
    assert [answer.position for answer in answers] == [0, 1, 2]
    assert answers == recorded
    assert all(answer.excess == b"" and answer.reusable and answer.failure is None for answer in answers)
    assert answers[0].raw == EMPTY
    assert {answer.connection for answer in answers} == {"1"}


def test_pieces_are_sent_one_by_one_with_waits():
    came = []

    def script(client):
        while b"\r\n\r\n" not in b"".join(came):
            came.append(client.recv(1 << 16))
        client.sendall(ONE)
        waits_for_end(client)

    with Server(script) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET, piece=8, pause=0.02)
            assert line.answer(GET).status == 200

    assert b"".join(came) == GET.head
    assert len(came) > 1


def test_a_half_closed_line_still_reads():
    ended = []

    def script(client):
        heads(client)
        ended.append(client.recv(1))
        client.sendall(ONE)

    with Server(script) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET)
            line.end()
            answer = line.answer(GET)
            assert line.closes(2.0)

    assert ended == [b""]
    assert (answer.status, answer.reusable) == (200, True)


def test_bytes_that_nobody_asked_for_are_noted_with_the_answer_before():
    with Server(says(ONE + b"HTTP/1.1 100 Continue\r\n\r\n")) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET)
            answer = line.answer(GET)
            assert answer.excess == b""

    assert answer.excess == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert not answer.reusable


def test_bytes_that_came_too_much_do_not_become_the_next_answer():
    with Server(says(ONE + b"!", TWO)) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET)
            first = line.answer(GET)
            line.say(GET)
            second = line.answer(GET)

    assert first.excess == b"!"
    assert second.response.kept == b"two"


def test_an_answer_that_a_hidden_request_got_is_read_as_an_answer():
    with Server(says(ONE + CLOSES)) as server:
        client, recorded = on(server)
        with Line(client) as line:
            line.say(GET, hidden=1)
            first, second = line.answer(GET), line.more(GET, seconds=2.0, malformed=True)

    assert (first.status, second.status) == (200, 400)
    assert first.excess == b""
    assert second.tags == {"malformed": True}
    assert recorded == [first, second]


def test_a_gateway_that_says_nothing_is_given_up():
    with Server(waits_for_end) as server:
        client, recorded = on(server)
        with Line(client) as line:
            line.say(GET)
            assert line.more(GET, seconds=0.05) is None
            assert line.stays(0.01)
            assert not line.closes(0.01)
            assert recorded == []
            answer = line.answer(GET)

    assert answer.failure is Failure.TIMEOUT
    assert SHORT.silence <= answer.seconds < SHORT.total


def test_a_gateway_that_drips_is_given_up():
    def drips(client):
        heads(client)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            client.sendall(b"x")
            time.sleep(0.05)

    with Server(drips) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET)
            answer = line.answer(GET)
            quick = line.answer(GET, seconds=0.1)

    assert answer.failure is Failure.TIMEOUT
    assert answer.response.size > 1
    assert quick.failure is not None


@pytest.mark.parametrize(
    ("script", "failure"),
    [(heads, Failure.NO_RESPONSE), (lambda client: (heads(client), resets(client)), Failure.RESET)],
    ids=["closed", "reset"],
)
def test_the_end_of_a_connection_is_no_answer(script, failure):
    with Server(script) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET)
            answer = line.answer(GET)
            assert line.closes(0.0)

    assert answer.failure is failure
    assert answer.response is None


def test_what_was_said_before_a_gateway_stopped_listening_is_read():
    def refuses(client):
        heads(client)
        client.sendall(CLOSES)
        client.shutdown(socket.SHUT_RDWR)

    with Server(refuses) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET)
            assert line.hears(2.0)
            time.sleep(0.05)
            for _ in range(3):
                line.say(b"x" * 100_000)
            answer = line.answer(GET)

    assert answer.status == 400


def test_a_line_that_is_reset_resets_the_other_side():
    seen = []
    done = threading.Event()

    def script(client):
        heads(client)
        try:
            seen.append(client.recv(1))
        except ConnectionResetError:
            seen.append("reset")
        done.set()

    with Server(script) as server:
        client, _ = on(server)
        with Line(client) as line:
            line.say(GET)
            time.sleep(0.05)
            line.reset()
            assert done.wait(5)
            line.say(GET)
            assert line.more(GET, seconds=0.0) is None

    assert seen == ["reset"]


def test_nobody_listens():
    recorded = []
    client = Client(Endpoint("http", "127.0.0.1", free_port()), limits=SHORT, record=recorded.append)
    with Line(client) as line:
        line.say(GET)
        line.end()
        answer = line.answer(GET)

    assert answer.failure is Failure.UNREACHABLE
    assert "refused" in answer.failure_detail
    assert recorded == [answer]


def test_the_names_of_lines_and_of_other_connections_differ():
    with Server(says(ONE)) as server:
        client, _ = on(server)
        with client, Line(client) as first, Line(client) as second:
            first.say(GET)
            second.say(GET)
            names = [first.answer(GET).connection, second.answer(GET).connection, client.exchange(GET).connection]

    assert names == ["1", "2", "3"]
