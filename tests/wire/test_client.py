"""The client sends what it is given byte for byte, keeps what comes back, and never waits for ever."""

import socket
import ssl
import subprocess
import threading

import pytest

from fixtures.gateways.daemons import free_port
from fixtures.wire.client import Client, Endpoint, Limits
from fixtures.wire.content import from_bytes, generated
from fixtures.wire.message import Failure, Framing, Request, make_fields
from tests.wire.server import Server, heads, reads, resets, says, waits_for_end

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
EMPTY = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
SHORT = Limits(connect=2.0, silence=0.3, total=1.0, body=1 << 20)


def request(method="GET", *, content=None, chunked=False, extra=()):
    fields = [("Host", "h"), *extra]
    framing = Framing.NONE
    if content is not None:
        framing = Framing.CHUNKED if chunked else Framing.LENGTH
        fields.append(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(content.size)))
    return Request(method, b"/o", make_fields(fields), framing, content)


def test_a_connection_is_used_again_and_its_exchanges_are_counted():
    with Server(says(OK, OK, OK)) as server, Client(server.endpoint) as client:
        seen = [client.exchange(request()) for _ in range(3)]

    assert [e.position for e in seen] == [0, 1, 2]
    assert [e.reused for e in seen] == [False, True, True]
    assert {e.connection for e in seen} == {"1"}
    assert all(e.reusable and e.status == 200 for e in seen)
    assert server.connections == 1


def test_connections_have_names():
    with Server(says(OK, OK)) as server, Client(server.endpoint) as client:
        seen = [client.exchange(request(), connection=name).connection for name in ("a", "b", "a")]

    assert seen == ["1", "2", "1"]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"Content-Length: 0\r\nDate: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    ],
)
def test_a_connection_that_was_lost_is_opened_anew(answer):
    with Server(says(answer), says(OK)) as server, Client(server.endpoint) as client:
        first, second = client.exchange(request()), client.exchange(request())

    assert not first.reusable
    assert (second.status, second.position) == (200, 0)


def test_a_connection_that_the_gateway_closed_while_idle_is_opened_anew():
    closed = threading.Event()

    def once(client):
        heads(client)
        client.sendall(OK)
        client.shutdown(socket.SHUT_RDWR)
        closed.set()

    with Server(once, says(OK)) as server, Client(server.endpoint) as client:
        first = client.exchange(request())
        assert closed.wait(10)
        second = client.exchange(request())

    assert (first.status, second.status) == (200, 200)


def test_head_and_chunks_are_sent_as_they_are_given():
    raw = []

    def script(client):
        raw.append(heads(client))
        raw.append(reads(client, len(b"1\r\na\r\n3\r\nbcd\r\n1\r\ne\r\n0\r\n\r\n")))
        client.sendall(EMPTY)
        waits_for_end(client)

    sent = request(
        "PUT", content=from_bytes(b"abcde", [1, 3]), chunked=True, extra=[("x-lower", "1"), ("X-UPPER", "2")]
    )
    with Server(script) as server, Client(server.endpoint) as client:
        exchange = client.exchange(sent)

    assert raw[0] == b"PUT /o HTTP/1.1\r\nHost: h\r\nx-lower: 1\r\nX-UPPER: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw[1].startswith(b"1\r\na\r\n3\r\nbcd\r\n")
    assert exchange.status == 201
    assert exchange.sent_body


def test_a_gateway_that_is_silent_is_given_up_after_the_silence():
    with Server(waits_for_end) as server, Client(server.endpoint, limits=SHORT) as client:
        exchange = client.exchange(request())

    assert exchange.failure is Failure.TIMEOUT
    assert "0.3 s" in exchange.failure_detail
    assert SHORT.silence <= exchange.seconds < SHORT.total


def test_a_gateway_that_drips_is_given_up_after_the_total():
    def drips(client):
        heads(client)
        client.settimeout(0.1)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            client.sendall(b"x")
            try:
                if not client.recv(1):
                    return
            except TimeoutError:
                continue

    with Server(drips) as server, Client(server.endpoint, limits=SHORT) as client:
        exchange = client.exchange(request())

    assert exchange.failure is Failure.TIMEOUT
    assert "longer than 1 s" in exchange.failure_detail
    assert exchange.response is not None
    assert exchange.response.size > 1


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
    ],
    ids=["body", "head", "chunk"],
)
def test_a_gateway_that_floods_is_given_up_at_the_limit(head):
    def floods(client):
        heads(client)
        client.sendall(head)
        while True:
            client.sendall(b"x" * 65536)

    with Server(floods) as server, Client(server.endpoint, limits=SHORT) as client:
        exchange = client.exchange(request())

    assert exchange.failure is Failure.TOO_LONG


def test_a_reset_and_an_empty_reply_are_told_apart():
    def reset(client):
        heads(client)
        resets(client)

    with Server(reset, heads) as server, Client(server.endpoint) as client:
        first, second = client.exchange(request()), client.exchange(request())

    assert first.failure is Failure.RESET
    assert second.failure is Failure.NO_RESPONSE


def test_an_answer_that_comes_before_the_body_is_sent_ends_the_sending():
    def refuses(client):
        heads(client)
        client.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        waits_for_end(client)

    with Server(refuses) as server, Client(server.endpoint) as client:
        exchange = client.exchange(request("PUT", content=generated("s", 64 << 20), chunked=True))

    assert exchange.status == 413
    assert not exchange.sent_body
    assert not exchange.reusable


def test_bytes_after_the_end_of_an_answer_are_kept_and_cost_the_connection():
    with Server(says(OK + b"!"), says(OK)) as server, Client(server.endpoint) as client:
        first = client.exchange(request())
        second = client.exchange(request())

    assert first.excess == b"!"
    assert not first.reusable
    assert second.position == 0


def test_a_body_that_follows_a_head_late_is_found():
    go_on = []

    def late(client):
        heads(client)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
        client.recv(0)
        while not go_on:
            pass
        client.sendall(b"late")
        waits_for_end(client)

    with Server(late) as server, Client(server.endpoint) as client:
        exchange = client.exchange(request("HEAD"))
        assert exchange.excess == b""
        go_on.append(True)
        client.settle(5.0)
        assert exchange.excess == b"late"
        assert not exchange.reusable


@pytest.mark.parametrize("says_100", [True, False])
def test_a_body_waits_for_100_as_long_as_it_is_told_to(says_100):
    order = []

    def script(client):
        heads(client)
        if says_100:
            client.settimeout(0.2)
            try:
                order.append(client.recv(5))
            except TimeoutError:
                order.append(b"")
            client.settimeout(5)
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        order.append(reads(client, 5))
        client.sendall(EMPTY)
        waits_for_end(client)

    expect = [("Expect", "100-continue")]
    with Server(script) as server, Client(server.endpoint) as client:
        patience = 5.0 if says_100 else 0.1
        exchange = client.exchange(request("PUT", content=from_bytes(b"12345"), extra=expect), await_continue=patience)

    assert exchange.status == 201
    assert exchange.response is not None
    assert len(exchange.response.interim) == says_100
    assert order == ([b"", b"12345"] if says_100 else [b"12345"])


def test_a_place_where_nobody_listens():
    with Client(Endpoint("http", "127.0.0.1", free_port())) as client:
        exchange = client.exchange(request())

    assert exchange.failure is Failure.UNREACHABLE
    assert "refused" in exchange.failure_detail
    assert exchange.response is None


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and a certificate of 127.0.0.1 that signs itself."""
    directory = tmp_path_factory.mktemp("tls")
    key, file = directory / "key.pem", directory / "cert.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(file), *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file


def test_https_with_a_ca_file_and_without(certificate):
    context, file = certificate
    with Server(says(OK, OK), tls=context) as server:
        url = f"https://127.0.0.1:{server.port}"
        with Client(Endpoint.of(url, ca_file=file)) as client:
            trusted = [client.exchange(request()) for _ in range(2)]
        with Client(Endpoint.of(url)) as client:
            unknown = client.exchange(request())

    assert [e.status for e in trusted] == [200, 200]
    assert trusted[1].reused
    assert unknown.failure is Failure.TLS
    assert "certificate" in unknown.failure_detail.lower()


@pytest.mark.parametrize(
    ("url", "host", "port", "authority"),
    [
        ("http://gw", "gw", 80, "gw"),
        ("http://gw:7480", "gw", 7480, "gw:7480"),
        ("http://[::1]:7480/ignored", "::1", 7480, "[::1]:7480"),
        ("https://gw", "gw", 443, "gw"),
        ("https://gw:80", "gw", 80, "gw:80"),
    ],
)
def test_where_a_url_points(url, host, port, authority):
    endpoint = Endpoint.of(url)

    assert (endpoint.host, endpoint.port, endpoint.authority) == (host, port, authority)


@pytest.mark.parametrize("url", ["gw:7480", "ftp://gw", "http://", "http://user@gw", "http://user:key@gw"])
def test_a_url_that_points_nowhere_is_refused_without_its_secrets(url):
    with pytest.raises(ValueError, match=r"http|host|credentials") as refused:
        Endpoint.of(url)

    assert "user:key" not in str(refused.value)


def test_ipv6():
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6 on loopback")
    with listener, Client(Endpoint.of(f"http://[::1]:{listener.getsockname()[1]}"), limits=SHORT) as client:
        assert client.exchange(request()).failure is Failure.TIMEOUT
