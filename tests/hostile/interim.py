"""Answers before the answer that never comes."""

from tests.hostile.model import Asked, Behaviour, Peer, says, writes


def _for_ever(head: bytes, *, pause: float = 0.0):
    def act(peer: Peer, _: Asked) -> None:
        peer.repeat(head, pause=pause)

    return act


_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
BEHAVIOURS = (
    Behaviour(
        "continue-for-ever",
        "answers a write with 100 Continue, for ever",
        _for_ever(_CONTINUE),
        ("answered",),
        "expect",
        writes,
        early=True,
    ),
    Behaviour(
        "continue-slowly",
        "says 100 Continue twenty times a second and never more",
        _for_ever(_CONTINUE, pause=0.05),
        ("answered",),
    ),
    Behaviour(
        "processing-for-ever",
        "answers with 102 Processing, for ever",
        _for_ever(b"HTTP/1.1 102 Processing\r\n\r\n"),
        ("answered",),
    ),
    Behaviour(
        "hints-of-megabytes",
        "sends 103 Early Hints of 200 KB each, for ever",
        _for_ever(b"HTTP/1.1 103 Early Hints\r\n" + b"Link: </a>\r\n" * 16_000 + b"\r\n"),
        ("answered",),
    ),
    Behaviour(
        "interim-with-length",
        "sends 100 with a Content-Length, and no answer",
        says(b"HTTP/1.1 100 Continue\r\nContent-Length: 100\r\n\r\n"),
        ("interim-form", "answered"),
    ),
    Behaviour(
        "switches-protocols",
        "switches to another protocol that nobody asked for",
        says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
        ("switching-asked",),
    ),
    Behaviour(
        "status-000-for-ever",
        "answers with 000, for ever",
        _for_ever(b"HTTP/1.1 000 Zero\r\n\r\n"),
        ("answered", "status-line-form"),
    ),
)
