"""Chunked bodies whose framing lies."""

from tests.hostile.good import HELLO
from tests.hostile.model import Asked, Behaviour, Peer, says

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
_HELLO = b"%x\r\n%b\r\n" % (len(HELLO), HELLO)
_READ = ("head-is-get", "head-agrees-with-get")


def _endless(beginning: bytes, piece: bytes):
    def act(peer: Peer, _: Asked) -> None:
        peer.say(_HEAD + beginning)
        peer.repeat(piece)

    return act


def _no_last(peer: Peer, _: Asked) -> None:
    peer.say(_HEAD + _HELLO)
    peer.wait()


BEHAVIOURS = (
    Behaviour(
        "chunk-of-2-to-the-64",
        "begins a chunk of 2^64 bytes",
        _endless(b"1" + b"0" * 16 + b"\r\n", HELLO),
        ("framing",),
    ),
    Behaviour(
        "chunk-of-2-to-the-64-less-one",
        "begins a chunk of 2^64-1 bytes",
        _endless(b"f" * 16 + b"\r\n", HELLO),
        ("answered",),
    ),
    Behaviour(
        "chunks-for-ever",
        "sends chunks of one byte, 10^9 of them and more",
        _endless(b"", b"1\r\nx\r\n" * 10_000),
        ("answered",),
    ),
    Behaviour(
        "chunk-extension-endless",
        "sends a chunk extension that never ends",
        _endless(b"5;x=", b"a" * 65536),
        ("answered",),
    ),
    Behaviour(
        "chunk-size-of-zeros",
        "writes a chunk's size with endless zeros",
        _endless(b"", b"0" * 65536),
        ("answered", "framing"),
    ),
    Behaviour(
        "chunk-size-negative", "begins a chunk of -5 bytes", says(_HEAD + b"-5\r\nhello\r\n0\r\n\r\n"), ("framing",)
    ),
    Behaviour(
        "chunk-size-no-number",
        "begins a chunk whose size is NUL",
        says(_HEAD + b"\0\r\nhello\r\n0\r\n\r\n"),
        ("framing",),
    ),
    Behaviour(
        "chunk-runs-on",
        "sends more than the chunk's size",
        says(_HEAD + b"5\r\nhello, registry\r\n0\r\n\r\n"),
        ("framing",),
    ),
    Behaviour("chunk-never-last", "sends a chunk and then nothing", _no_last, ("answered",)),
    Behaviour(
        "trailers-endless",
        "sends trailer after trailer, for ever",
        _endless(_HELLO + b"0\r\n", b"a: b\r\n" * 1000),
        ("answered",),
    ),
    Behaviour(
        "trailers-that-frame",
        "says Content-Length and Transfer-Encoding after the body",
        says(_HEAD + _HELLO + b"0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("trailers",),
    ),
    Behaviour(
        "chunked-a-thousand-times",
        "names chunked 1,000 times as its transfer coding",
        says(_HEAD[:-4] + b", chunked" * 999 + b"\r\n\r\n" + _HELLO + b"0\r\n\r\n"),
        ("framing",),
    ),
    Behaviour(
        "chunked-and-length",
        "says both chunked and a length of 5",
        says(_HEAD[:-2] + b"Content-Length: 5\r\n\r\n" + _HELLO + b"0\r\n\r\n"),
        ("framing",),
    ),
)
