"""Bodies that do not end, that are longer or shorter than was said, or that grow when they are unpacked."""

import gzip
import zlib
from functools import lru_cache

from tests.hostile.good import HELLO
from tests.hostile.model import Asked, Behaviour, Peer, ok, says

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
_READ = ("head-is-get", "head-agrees-with-get")
_MEBIBYTES = 512


@lru_cache
def _bomb(layers: int) -> bytes:
    """Zeros as gzip, never closed: whoever unpacks it has them all before he can see that."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # A block after a full flush stands for itself, however often it is repeated (RFC 1951 section 3.2.4).
    block = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * _MEBIBYTES
    for _ in range(layers - 1):
        data = gzip.compress(data, 1)
    return data


def _packed(coding: bytes, layers: int = 1):
    def act(peer: Peer, _: Asked) -> None:
        peer.say(ok(_bomb(layers), b"Content-Encoding: " + coding))

    return act


def _endless(*fields: bytes):
    def act(peer: Peer, _: Asked) -> None:
        peer.say(_OK + b"".join(field + b"\r\n" for field in fields) + b"\r\n")
        peer.repeat(b"x" * 65536)

    return act


def _more_than_said(peer: Peer, _: Asked) -> None:
    # In one piece with the answer: what comes when the next request is on its way is read as its answer.
    peer.say(ok(HELLO) + b"x" * 65536)
    peer.repeat(b"x" * 65536)


def _after_nothing(head: bytes):
    def act(peer: Peer, _: Asked) -> None:
        peer.say(head + b"x" * 65536)
        peer.repeat(b"x" * 65536)

    return act


def _heads(asked: Asked) -> bool:
    return asked.method == "HEAD"


_LIBRARY = ("requests-stream-download", "answered")
BEHAVIOURS = (
    Behaviour("body-endless", "sends a body without a length, for ever", _endless(), ("answered",)),
    Behaviour(
        "body-of-exabytes",
        "announces 2^62 bytes and sends them",
        _endless(b"Content-Length: %d" % 2**62),
        ("answered",),
    ),
    Behaviour("body-of-2-to-the-64", "announces 2^64 bytes", _endless(b"Content-Length: %d" % 2**64), ("answered",)),
    Behaviour(
        "length-of-5000-digits",
        "announces a length of 5,000 digits",
        _endless(b"Content-Length: " + b"9" * 5000),
        ("answered",),
    ),
    Behaviour("length-negative", "announces -1 bytes", says(_OK + b"Content-Length: -1\r\n\r\n" + HELLO), ("framing",)),
    Behaviour(
        "length-in-other-digits",
        "announces a length in superscript digits",
        says(_OK + b"Content-Length: \xb2\xb3\r\n\r\n" + HELLO),
        ("framing",),
    ),
    Behaviour(
        "lengths-that-contradict",
        "announces 5 and 15 bytes",
        says(_OK + b"Content-Length: 5\r\nContent-Length: 15\r\n\r\n" + HELLO),
        ("framing",),
    ),
    Behaviour("body-longer-than-said", "goes on after the end of its body, for ever", _more_than_said, ("no-excess",)),
    Behaviour(
        "body-after-head",
        "answers HEAD with an endless body",
        _after_nothing(_OK + b"Content-Length: 15\r\n\r\n"),
        ("no-body", "answered"),
        strikes=_heads,
    ),
    Behaviour(
        "body-after-204",
        "answers 204 and sends an endless body",
        _after_nothing(b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("no-body",),
    ),
    Behaviour("gzip-bomb", "sends 512 MiB of nothing as gzip", _packed(b"gzip"), _READ),
    Behaviour(
        "gzip-bomb-for-a-library",
        "sends 512 MiB of nothing as gzip to a library that unpacks it",
        _packed(b"gzip"),
        _LIBRARY,
        met="library",
    ),
    Behaviour(
        "gzip-in-gzip-for-a-library",
        "sends 512 MiB of nothing packed twice to a library that unpacks it",
        _packed(b"gzip, gzip", 2),
        _LIBRARY,
        met="library",
    ),
    Behaviour("body-endless-for-a-library", "sends a body for ever to a library", _endless(), _LIBRARY, met="library"),
)
