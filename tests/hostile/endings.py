"""Connections that end in every state."""

from tests.hostile.good import HELLO
from tests.hostile.model import Asked, Behaviour, Peer, ok, writes

_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
_ANSWERED = ("answered",)


def _after(data: bytes, *, reset: bool = False):
    def act(peer: Peer, _: Asked) -> None:
        if data:
            peer.say(data)
        if reset:
            peer.reset()
        peer.close()

    return act


def _at_once(peer: Peer) -> None:
    peer.close()


def _reset_at_once(peer: Peer) -> None:
    peer.reset()


BEHAVIOURS = (
    Behaviour(
        "close-on-connect",
        "takes a connection and closes it",
        _after(b""),
        ("answered", "reachable"),
        connects=_at_once,
    ),
    Behaviour(
        "reset-on-connect",
        "takes a connection and resets it",
        _after(b""),
        ("answered", "reachable"),
        connects=_reset_at_once,
    ),
    Behaviour("close-after-request", "closes when it has read the request", _after(b""), _ANSWERED),
    Behaviour("reset-after-request", "resets when it has read the request", _after(b"", reset=True), _ANSWERED),
    Behaviour("close-in-status-line", "closes within the status line", _after(b"HTTP/1.1 20"), _ANSWERED),
    Behaviour("close-in-head", "closes within a field", _after(ok(HELLO)[:40]), _ANSWERED),
    Behaviour("reset-in-head", "resets within a field", _after(ok(HELLO)[:40], reset=True), _ANSWERED),
    Behaviour("close-in-body", "closes one byte before the body's end", _after(ok(HELLO)[:-1]), _ANSWERED),
    Behaviour("reset-in-body", "resets one byte before the body's end", _after(ok(HELLO)[:-1], reset=True), _ANSWERED),
    Behaviour("close-in-chunk", "closes within a chunk", _after(_CHUNKED + b"f\r\nhello"), _ANSWERED),
    Behaviour(
        "close-before-last-chunk", "closes before the last chunk", _after(_CHUNKED + b"5\r\nhello\r\n"), _ANSWERED
    ),
    Behaviour(
        "close-during-upload",
        "closes while a body of 16 MiB is sent",
        _after(b""),
        _ANSWERED,
        "write",
        writes,
        early=True,
    ),
    Behaviour(
        "reset-during-upload",
        "resets while a body of 16 MiB is sent",
        _after(b"", reset=True),
        _ANSWERED,
        "write",
        writes,
        early=True,
    ),
)
