"""The proxy copies every byte of both sides; what a tap replaces is replaced alone."""

import contextlib
import socket
import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.gateways.daemons import free_port
from fixtures.wire.proxy import Proxy
from fixtures.wire.tampering import Tampered, Tap
from tests.wire.server import Server, heads, reads, resets, waits_for_end


class Replaces(Tap):
    """A tap that answers requests for some targets itself."""

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.seen = []

    def request(self, passing):
        self.seen.append((passing.request.method, passing.request.target))

    def answer(self, passing, head):
        asked = passing.request.method, passing.request.target
        return self.answers.get(asked) if head.status is not None else None


@pytest.fixture(params=["copied", "looked-at"])
def through(request):
    """Connects to a scripted server through a proxy, without a tap and with one that replaces nothing."""
    with contextlib.ExitStack() as stack:

        def connect(*scripts):
            server = stack.enter_context(Server(*scripts))
            tap = Replaces() if request.param == "looked-at" else None
            proxy = stack.enter_context(Proxy("127.0.0.1", server.port, tap=tap))
            client = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port), 10))
            client.settimeout(10)
            return client

        yield connect


def all_of(client) -> bytes:
    """Everything up to the end."""
    data = b""
    while more := client.recv(1 << 16):
        data += more
    return data


REQUEST = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
STREAMS = {
    "pipelined": (REQUEST * 3, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na" * 3),
    "odd": (b"\r\nGET  /a\xff HTTP/1.1\nX\r\n\r\n", b"\x00\xffHTTP/1.1 999\n\nx"),
    "chunked": (
        b"PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;e\r\nhello\r\n0\r\nT: 2\r\n\r\n",
    ),
    "without status": (b"HEAD /a HTTP/1.1\r\n\r\n", b"Content-Length: 0\r\nDate: x\r\n\r\n"),
    "body after head": (b"HEAD /a HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"),
    "until close": (REQUEST, b"HTTP/1.1 200 OK\r\n\r\nto the end"),
    "cut": (REQUEST, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    "head cut": (REQUEST, b"HTTP/1.1 200"),
    "nothing": (REQUEST, b""),
    "unasked": (b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n"),
    "not HTTP": (b"\x16\x03\x01\x00\r\n\r\nmore", b"\x15\x03\x01"),
}


@pytest.mark.parametrize("stream", STREAMS)
def test_bytes_arrive_on_both_sides_as_they_were_sent(through, stream):
    request, answer = STREAMS[stream]
    came = []

    def script(client):
        came.append(reads(client, len(request)))
        client.sendall(answer)

    client = through(script)
    client.sendall(request)

    assert all_of(client) == answer
    assert came == [request]


def test_a_100_is_passed_on_before_the_body_is_there(through):
    def script(client):
        heads(client)
        client.sendall(b"HTTP/1.1 100 CONTINUE\r\n\r\n")
        reads(client, 5)
        client.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        waits_for_end(client)

    client = through(script)
    client.sendall(b"PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    assert reads(client, 25) == b"HTTP/1.1 100 CONTINUE\r\n\r\n"

    client.sendall(b"hello")
    assert reads(client, 20).startswith(b"HTTP/1.1 201 Created")


def test_a_half_close_goes_through_and_the_answer_comes_back(through):
    def script(client):
        waits_for_end(client)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    client = through(script)
    client.sendall(b"PUT /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")
    client.shutdown(socket.SHUT_WR)

    assert all_of(client) == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def test_a_reset_is_a_reset(through):
    def script(client):
        heads(client)
        resets(client)

    client = through(script)
    client.sendall(REQUEST)

    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_large_body_goes_through(through):
    block, blocks = bytes(range(256)) * 256, 512

    def script(client):
        heads(client)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(block) * blocks))
        for _ in range(blocks):
            client.sendall(block)
        waits_for_end(client)

    client = through(script)
    client.sendall(REQUEST)
    heads(client)

    for _ in range(blocks):
        assert reads(client, len(block)) == block


def test_a_gateway_that_is_not_there_costs_the_connection():
    # The reset may come as early as in `connect`.
    with (
        Proxy("127.0.0.1", free_port()) as proxy,
        pytest.raises(ConnectionResetError),
        socket.create_connection(("127.0.0.1", proxy.port), 10) as client,
    ):
        client.recv(1)


def test_what_a_tap_replaces_is_replaced_between_its_neighbours_on_the_same_connection():
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthree",
    ]

    def script(client):
        for answer in answers:
            heads(client)
            client.sendall(answer)
        waits_for_end(client)

    tap = Replaces({("GET", b"/2"): b"Content-Length: 0\r\n\r\n"})
    with (
        Server(script) as server,
        Proxy("127.0.0.1", server.port, tap=tap) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), 10) as client,
    ):
        client.sendall(b"".join(b"GET /%d HTTP/1.1\r\n\r\n" % n for n in (1, 2, 3)))
        client.shutdown(socket.SHUT_WR)
        said = all_of(client)

    assert said == answers[0] + b"Content-Length: 0\r\n\r\n" + answers[2]
    assert tap.seen == [("GET", b"/1"), ("GET", b"/2"), ("GET", b"/3")]


ASKED = (
    b"HEAD /1 HTTP/1.1\r\n\r\nPUT /2 HTTP/1.1\r\nContent-Length: 4\r\n\r\nGET GET /3 HTTP/1.1\r\n\r\n"
    b"DELETE /4 HTTP/1.1\r\n\r\n"
)
ANSWERED = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
    b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"HTTP/1.1 204 No\r\n\r\n",
]


@given(
    st.lists(st.integers(0, len(b"".join(ANSWERED))), max_size=10),
    st.sets(st.sampled_from([0, 1, 2, 3])),
)
def test_the_right_answers_are_replaced_however_the_bytes_are_cut(cuts, replaced):
    names = [("HEAD", b"/1"), ("PUT", b"/2"), ("GET", b"/3"), ("DELETE", b"/4")]
    conversation = Tampered(Replaces({names[n]: b"<%d>" % n for n in replaced}))
    assert conversation.asked(ASKED) == ASKED

    data = b"".join(ANSWERED)
    places = [0, *sorted(cuts), len(data)]
    said = b"".join(piece for a, b in pairwise(places) for piece in conversation.answered(data[a:b]))

    wanted = [b"<%d>" % n if n in replaced else ANSWERED[n] for n in range(4)]
    if 1 in replaced:
        # The 100 was passed on before the answer that is replaced came.
        wanted[1] = b"HTTP/1.1 100 C\r\n\r\n" + wanted[1]
    assert said == b"".join(wanted)


def test_stopping_ends_every_thread_and_connection():
    before = set(threading.enumerate())
    with Server(waits_for_end) as server:
        proxy = Proxy("127.0.0.1", server.port, tap=Replaces())
        proxy.start()
        clients = [socket.create_connection(("127.0.0.1", proxy.port), 10) for _ in range(5)]
        for client in clients:
            client.sendall(b"GET /")
        proxy.stop()
        proxy.stop()
        for client in clients:
            with contextlib.suppress(ConnectionResetError):
                assert client.recv(1) == b""
            client.close()

    # What others left may end meanwhile.
    assert set(threading.enumerate()) <= before
