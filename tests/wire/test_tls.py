"""A TLS connection through the proxy says what was said, in both directions at once, and how each one ended."""

import contextlib
import socket
import ssl
import threading

import pytest
import trustme

from fixtures.wire.proxy import Proxy
from fixtures.wire.tls import TlsSide
from tests.wire.server import Server, heads, reads, resets, says, waits_for_end

LIMIT = 20.0
LARGE = bytes(range(256)) * 16 * 1024
"""4 MiB: more than any buffer on the way holds."""


@pytest.fixture(scope="module")
def tls():
    """The contexts of a server at 127.0.0.1 and of a client that trusts it."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


@pytest.fixture(params=["to the client", "to the gateway", "to both"])
def through(request, tls):
    """Connects to a scripted server through a proxy that speaks TLS to one side or to both."""
    server_side, client_side = tls
    to_client, to_gateway = request.param != "to the gateway", request.param != "to the client"
    with contextlib.ExitStack() as stack:

        def connect(script):
            server = stack.enter_context(Server(script, tls=server_side if to_gateway else None))
            proxy = stack.enter_context(
                Proxy(
                    "127.0.0.1",
                    server.port,
                    certificate=server_side if to_client else None,
                    upstream_tls=client_side if to_gateway else None,
                )
            )
            client = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port), LIMIT))
            if to_client:
                client = stack.enter_context(tells_ragged_ends(client_side, client))
            client.settimeout(LIMIT)
            return client

        yield connect


def tells_ragged_ends(context, client):
    """A TLS client that an end without close_notify is an error for."""
    return context.wrap_socket(client, server_hostname="127.0.0.1", suppress_ragged_eofs=False)


def all_of(client):
    data = b""
    while more := client.recv(1 << 16):
        data += more
    return data


def test_a_request_and_its_answer_pass_as_they_were_said(through):
    answer = b"HTTP/1.1 200 OK\r\nx: 1\r\n\r\n"
    client = through(says(answer))

    client.sendall(b"GET /a HTTP/1.1\r\n\r\n")

    assert reads(client, len(answer)) == answer


def for_two_threads(side):
    """OpenSSL allows one call at a time on a connection, on our ends of it too."""
    return TlsSide(side) if isinstance(side, ssl.SSLSocket) else side


def test_large_bodies_pass_in_both_directions_at_once(through):
    came = []

    def script(gateway):
        gateway = for_two_threads(gateway)
        sending = threading.Thread(target=gateway.sendall, args=(LARGE,))
        sending.start()
        came.append(reads(gateway, len(LARGE)))
        sending.join()
        waits_for_end(gateway)

    client = for_two_threads(through(script))
    sending = threading.Thread(target=client.sendall, args=(LARGE,))
    sending.start()
    assert reads(client, len(LARGE)) == LARGE
    sending.join()
    client.close()
    assert came in ([LARGE], [])


def test_the_end_of_a_gateways_answer_is_the_end_for_the_client(through):
    def script(gateway):
        heads(gateway)
        gateway.sendall(b"HTTP/1.1 200 OK\r\n\r\nto the end")

    client = through(script)
    client.sendall(b"GET /a HTTP/1.1\r\n\r\n")

    assert all_of(client) == b"HTTP/1.1 200 OK\r\n\r\nto the end"


@pytest.mark.parametrize("through", ["to the client"], indirect=True)
def test_a_reset_of_the_gateway_is_no_orderly_end_for_the_client(through):
    def script(gateway):
        heads(gateway)
        resets(gateway)

    # A reset of a gateway that speaks TLS is told by Python as the end of its data.
    client = through(script)
    client.sendall(b"GET /a HTTP/1.1\r\n\r\n")

    with pytest.raises(OSError, match=r"reset|EOF|closed"):
        all_of(client)


def test_a_client_that_leaves_is_gone_for_the_gateway(through):
    gone = threading.Event()

    def script(gateway):
        heads(gateway)
        gateway.sendall(b"H")
        with contextlib.suppress(OSError):
            waits_for_end(gateway)
        gone.set()

    client = through(script)
    client.sendall(b"GET /a HTTP/1.1\r\n\r\n")
    assert reads(client, 1) == b"H"
    client.close()

    assert gone.wait(LIMIT)


def test_a_client_that_does_not_speak_tls_is_dropped_and_the_next_one_is_served(tls):
    server_side, client_side = tls
    with (
        Server(says(b"HTTP/1.1 200 OK\r\n\r\n")) as server,
        Proxy("127.0.0.1", server.port, certificate=server_side) as proxy,
    ):
        with socket.create_connection(("127.0.0.1", proxy.port), LIMIT) as plain, contextlib.suppress(OSError):
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert b"HTTP" not in all_of(plain)
        with (
            socket.create_connection(("127.0.0.1", proxy.port), LIMIT) as plain,
            client_side.wrap_socket(plain, server_hostname="127.0.0.1") as client,
        ):
            client.sendall(b"GET /a HTTP/1.1\r\n\r\n")
            assert reads(client, 15) == b"HTTP/1.1 200 OK"


def test_a_gateway_whose_certificate_nobody_trusts_gets_no_request(tls):
    server_side, _ = tls
    came = []
    with (
        Server(lambda gateway: came.append(gateway.recv(1)), tls=server_side) as server,
        Proxy("127.0.0.1", server.port, upstream_tls=ssl.create_default_context()) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), LIMIT) as client,
    ):
        with contextlib.suppress(OSError):
            client.sendall(b"GET /a HTTP/1.1\r\n\r\n")
            assert all_of(client) == b""
        assert came == []


def test_the_proxy_ends_while_connections_wait(through):
    client = through(says(b"H"))

    client.sendall(b"GET /a HTTP/1.1\r\n\r\n")
    assert reads(client, 1) == b"H"
    # The fixture ends the proxy; a direction that nobody wakes would hang here for ever.
