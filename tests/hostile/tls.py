"""TLS that fails in each state."""

from tests.hostile.good import HELLO
from tests.hostile.model import Asked, Behaviour, Peer, ok

_HELLO_RECORD = b"\x16\x03\x03"


def _nothing(peer: Peer, _: Asked) -> None:
    peer.close()


def _at_hello(data: bytes = b"", *, reset: bool = False, stay: bool = False):
    def connects(peer: Peer) -> None:
        peer.socket.settimeout(5)
        peer.socket.recv(65536)
        if data:
            peer.say(data)
        if stay:
            peer.wait()
        if reset:
            peer.reset()
        peer.close()

    return connects


def _drips(peer: Peer) -> None:
    peer.drip(_HELLO_RECORD + b"\x3f\xff" + b"\0" * 1000, pause=0.05)


def _raw(peer: Peer) -> int:
    return peer.socket.detach()


def _underneath(data: bytes):
    """The beginning of an answer, and then bytes past TLS on its connection."""

    def act(peer: Peer, _: Asked) -> None:
        import os  # noqa: PLC0415 - the one behaviour that goes past the socket

        peer.say(ok(HELLO)[:-5])
        descriptor = _raw(peer)
        if data:
            os.write(descriptor, data)
        os.close(descriptor)

    return act


_REACH = ("reachable", "blocked")
BEHAVIOURS = (
    Behaviour(
        "tls-close-at-hello",
        "closes when it has read the ClientHello",
        _nothing,
        _REACH,
        tls="own",
        connects=_at_hello(),
    ),
    Behaviour(
        "tls-reset-at-hello",
        "resets when it has read the ClientHello",
        _nothing,
        _REACH,
        tls="own",
        connects=_at_hello(reset=True),
    ),
    Behaviour(
        "tls-silent-at-hello",
        "never answers the ClientHello",
        _nothing,
        _REACH,
        tls="own",
        connects=_at_hello(stay=True),
    ),
    Behaviour("tls-drips", "answers the ClientHello byte by byte", _nothing, _REACH, tls="own", connects=_drips),
    Behaviour(
        "tls-alert",
        "answers the ClientHello with an alert",
        _nothing,
        _REACH,
        tls="own",
        connects=_at_hello(b"\x15\x03\x03\x00\x02\x02\x28"),
    ),
    Behaviour(
        "tls-plain",
        "answers the ClientHello in plain HTTP",
        _nothing,
        _REACH,
        tls="own",
        connects=_at_hello(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    ),
    Behaviour(
        "tls-oversized-record",
        "answers the ClientHello with a record of 65,535 bytes",
        _nothing,
        _REACH,
        tls="own",
        connects=_at_hello(_HELLO_RECORD + b"\xff\xff" + b"\0" * 65535),
    ),
    Behaviour(
        "tls-stranger",
        "shows a certificate that nobody has signed whom the run trusts",
        _nothing,
        _REACH,
        tls="stranger",
    ),
    Behaviour(
        "tls-close-after-handshake",
        "closes after the handshake",
        _nothing,
        ("answered", "reachable", "blocked"),
        tls="yes",
        strikes=lambda asked: True,
    ),
    Behaviour(
        "tls-cut-in-body",
        "ends TCP within the body, without close_notify",
        _underneath(b""),
        ("answered", "reachable"),
        tls="yes",
    ),
    Behaviour(
        "tls-garbage-in-body",
        "sends bytes within the body that are no TLS",
        _underneath(b"\xff" * 100),
        ("answered", "reachable"),
        tls="yes",
    ),
)
