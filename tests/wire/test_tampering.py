"""What a tap changes is changed, on the wire as a client sees it, and nothing else is."""

import contextlib
import socket
import time

import pytest

from fixtures.wire.message import Field, Request
from fixtures.wire.proxy import Proxy
from fixtures.wire.tampering import Ask, End, Say, Tampered, Tap
from tests.wire.server import Server, heads, waits_for_end

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n"


class Scripted(Tap):
    """Says and asks what it is told to."""

    def __init__(self, say=None, ask=None, interim=None):
        self._say, self._ask, self._interim = say, ask, interim
        self.seen = []

    def request(self, passing):
        self.seen.append(passing)
        return self._ask(passing) if self._ask else None

    def interim(self, _, head):
        return self._interim(head) if self._interim else None

    def answer(self, passing, head):
        return self._say(passing, head) if self._say else None


def through(tap, asked, *answered):
    """What the gateway was asked, and what the client was told."""
    conversation = Tampered(tap)
    sent = conversation.asked(asked)
    return sent, b"".join(piece for data in answered for piece in conversation.answered(data))


def test_a_head_is_said_in_place_of_another_and_the_body_passes():
    tap = Scripted(say=lambda *_: Say(head=b"HTTP/1.1 206 P\r\nContent-Length: 10\r\n\r\n"))

    assert through(tap, GET, ANSWER)[1] == b"HTTP/1.1 206 P\r\nContent-Length: 10\r\n\r\n0123456789"


@pytest.mark.parametrize("answer", [ANSWER, CHUNKED], ids=["length", "chunked"])
def test_a_whole_answer_is_made_of_the_whole_body(answer):
    tap = Scripted(say=lambda *_: Say(whole=lambda body: b"<" + body + b">"))
    pieces = [answer[i : i + 3] for i in range(0, len(answer), 3)]

    assert through(tap, GET * 2, *pieces, *pieces)[1] == b"<0123456789>" * 2


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        (b"HTTP/1.1 401 U\r\nContent-Length: 0\r\n\r\n", ["PUT", "GET"]),
        (b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 401 U\r\nContent-Length: 0\r\n\r\n", ["PUT"]),
    ],
    ids=["refused", "told to go on"],
)
def test_what_follows_a_refused_expectation_is_a_request(answers, seen):
    tap = Scripted()
    conversation = Tampered(tap)
    conversation.asked(b"PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n")
    assert b"".join(conversation.answered(answers)) == answers

    assert conversation.asked(GET) == GET
    assert [passing.request.method for passing in tap.seen] == seen


def test_a_piece_of_the_body_is_told_its_place():
    def flip(offset, data):
        return bytes(b ^ 1 if offset + i == 7 else b for i, b in enumerate(data))

    tap = Scripted(say=lambda *_: Say(piece=flip))

    for cut in range(len(ANSWER)):
        assert through(tap, GET, ANSWER[:cut], ANSWER[cut:])[1] == ANSWER.replace(b"7", b"6")


def test_an_interim_answer_is_swallowed():
    tap = Scripted(interim=lambda _: b"")

    assert through(tap, GET, b"HTTP/1.1 100 C\r\n\r\n" + ANSWER)[1] == ANSWER


def test_what_is_asked_is_another_thing_without_its_body():
    put = b"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
    tap = Scripted(
        ask=lambda p: Ask(Request("HEAD", b"/b", p.request.fields), bodyless=True) if p.position == 0 else None
    )

    sent, _ = through(tap, put + put)

    assert sent == b"HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n" + put


def test_the_answer_to_what_was_asked_in_place_of_it_has_no_body():
    tap = Scripted(
        ask=lambda p: Ask(Request("HEAD", b"/a", p.request.fields)),
        say=lambda *_: b"HTTP/1.1 204 N\r\n\r\n",
    )

    said = through(tap, b"DELETE /a HTTP/1.1\r\n\r\n" * 2, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" * 2)[1]

    assert said == b"HTTP/1.1 204 N\r\n\r\n" * 2


def test_a_body_is_changed_on_its_way_to_the_gateway():
    tap = Scripted(ask=lambda _: Ask(piece=lambda offset, data: data.upper() if offset == 0 else data))
    conversation = Tampered(tap)

    head = b"PUT /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n"
    assert conversation.asked(head + b"ab") == head + b"AB"
    assert conversation.asked(b"cd") == b"cd"


def test_what_is_altered_is_signed():
    def sign(request):
        return Request(request.method, request.target, (*request.fields, Field(b"Signature", b"new")))

    tap = Scripted(ask=lambda p: Ask(p.request))

    assert Tampered(tap, sign=sign).asked(GET) == GET[:-2] + b"Signature: new\r\n\r\n"


def test_a_tap_knows_connection_and_position():
    tap = Scripted()
    through(tap, GET * 3)

    assert [(p.connection, p.position) for p in tap.seen] == [(1, 0), (1, 1), (1, 2)]


def test_more_is_said_after_an_answer():
    tap = Scripted(say=lambda p, _: Say(after=b"more") if p.position == 0 else None)

    assert through(tap, GET * 2, ANSWER * 2)[1] == ANSWER + b"more" + ANSWER


@contextlib.contextmanager
def client_of(tap):
    """A client's socket, through a proxy with this tap, at a gateway that answers and keeps its connections."""

    def answers(client):
        heads(client)
        client.sendall(ANSWER)
        waits_for_end(client)

    with (
        Server(answers) as server,
        Proxy("127.0.0.1", server.port, tap=tap) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), 10) as client,
    ):
        client.settimeout(10)
        yield client


def read_all(client):
    data = b""
    while more := client.recv(1 << 16):
        data += more
    return data


def test_a_connection_is_closed_inside_the_body():
    with client_of(Scripted(say=lambda *_: Say(limit=3, end=End.CLOSE))) as client:
        client.sendall(GET)

        assert read_all(client) == ANSWER[:-7]


def test_a_connection_is_closed_after_the_answer():
    with client_of(Scripted(say=lambda *_: Say(end=End.CLOSE))) as client:
        client.sendall(GET)

        assert read_all(client) == ANSWER


def test_a_connection_is_reset_inside_the_body():
    with client_of(Scripted(say=lambda *_: Say(limit=3, end=End.RESET))) as client:
        client.sendall(GET)

        with pytest.raises(ConnectionResetError):
            read_all(client)


def test_a_connection_falls_silent():
    with client_of(Scripted(say=lambda *_: Say(limit=0, end=End.SILENCE))) as client:
        client.settimeout(0.3)
        client.sendall(GET)

        assert client.recv(1 << 16) == ANSWER[:-10]
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_an_answer_drips():
    with client_of(Scripted(say=lambda *_: Say(drip=(20, 0.02)))) as client:
        began = time.perf_counter()
        client.sendall(GET)
        got = b""
        while len(got) < len(ANSWER):
            got += client.recv(1 << 16)

    assert got == ANSWER
    assert time.perf_counter() - began >= 0.02 * (len(ANSWER) // 20 - 1)
