"""Answers that do not come, come in drips, or come before they are asked for."""

from tests.hostile.good import HELLO
from tests.hostile.model import LONGEST, Asked, Behaviour, Peer, ok, writes

_PAUSE = 0.05


def _never(peer: Peer, _: Asked) -> None:
    peer.wait()


def _one_byte(peer: Peer, _: Asked) -> None:
    peer.say(b"H")
    peer.wait()


def _drip_head(peer: Peer, _: Asked) -> None:
    peer.drip(ok(HELLO, b"X-Slow: " + b"a" * 1000), pause=_PAUSE)


def _drip_body(peer: Peer, _: Asked) -> None:
    peer.say(ok(b"x" * 1000)[:-1000])
    peer.drip(b"x" * 1000, pause=_PAUSE)


def _head_only(peer: Peer, _: Asked) -> None:
    peer.say(ok(HELLO)[: -len(HELLO)])
    peer.wait()


def _unasked(peer: Peer) -> None:
    peer.say(ok(HELLO))


def _deaf(peer: Peer, _: Asked) -> None:
    peer.wait(LONGEST)


def _early(peer: Peer, _: Asked) -> None:
    peer.say(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
    peer.wait()


BEHAVIOURS = (
    Behaviour("no-answer", "takes the request and never answers", _never, ("answered",)),
    Behaviour("one-byte", "sends one byte and then nothing", _one_byte, ("answered",)),
    Behaviour("drip-head", "sends its head byte by byte, each in time", _drip_head, ("answered",)),
    Behaviour("drip-body", "sends its body byte by byte, each in time", _drip_body, ("answered",)),
    Behaviour("head-only", "sends its head and never the body", _head_only, ("answered",)),
    Behaviour(
        "answer-before-request",
        "answers when a client connects, before anything is asked",
        _never,
        ("no-excess", "set-up"),
        strikes=lambda asked: False,
        connects=_unasked,
    ),
    Behaviour("deaf", "reads nothing of a body of 16 MiB", _deaf, ("answered",), "write", writes, early=True),
    Behaviour(
        "answer-before-body",
        "says that it has stored a body of 16 MiB of which it has read nothing",
        _early,
        ("write-a-layer", "answered"),
        "write",
        writes,
        early=True,
    ),
)
