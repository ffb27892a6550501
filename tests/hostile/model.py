"""The words for a hostile behaviour: what a server hears, what it may do, what the suite must say of it.

Rule 1: a behaviour knows nothing of the suite but the rule or check that must name it.
"""

import contextlib
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from fixtures.wire.client import Limits

_RESET: Final = struct.pack("ii", 1, 0)
LIMITS = Limits(connect=0.4, silence=0.3, total=0.6, body=8 * 1024 * 1024)
"""What `--connect-timeout`, `--silence-timeout`, `--exchange-timeout` and `--max-body` would say."""
LONGEST: Final = 10.0
"""Seconds after which a behaviour that goes on for ever has gone on long enough."""


class Gone(Exception):
    """The client has left, or the behaviour has ended the connection."""


@dataclass(frozen=True)
class Asked:
    """A request as the server heard it; its body is read unless a behaviour strikes before that."""

    method: str
    target: str
    fields: dict[str, str]
    authority: str
    """How clients reach this server."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass
class Peer:
    """The client, as the server has it at the other end."""

    socket: socket.socket
    began: float = field(default_factory=time.monotonic)

    def say(self, *data: bytes) -> None:
        """Raises Gone where nobody listens any more."""
        try:
            for piece in data:
                self.socket.sendall(piece)
        except (OSError, ValueError) as error:
            raise Gone from error

    def repeat(self, data: bytes, *, pause: float = 0.0) -> None:
        """The same again and again, until the client has gone."""
        while time.monotonic() - self.began < LONGEST:
            self.say(data)
            if pause:
                self.wait(pause)

    def drip(self, data: Iterable[int], *, pause: float) -> None:
        """Byte by byte."""
        for byte in data:
            self.say(bytes([byte]))
            self.wait(pause)

    def wait(self, seconds: float = LONGEST) -> None:
        """Say nothing; what the client says meanwhile stays unread. Raises Gone when it has left."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, 0.02))
            if not isinstance(self.socket, ssl.SSLSocket):
                with contextlib.suppress(BlockingIOError):
                    try:
                        if not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                            raise Gone
                    except ConnectionError as error:
                        raise Gone from error

    def close(self) -> None:
        """End the connection, in order."""
        self.socket.close()
        raise Gone

    def reset(self) -> None:
        """Break the connection off."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.socket.close()
        raise Gone


Act = Callable[[Peer, Asked], bool | None]
"""True: the connection goes on."""
Strikes = Callable[[Asked], bool]


def reads(asked: Asked) -> bool:
    """GET of an object or a listing."""
    return asked.method == "GET" and not asked.path.startswith("/auth")


def logs_in(asked: Asked) -> bool:
    """The login."""
    return asked.path.startswith("/auth")


def writes(asked: Asked) -> bool:
    """PUT of an object."""
    return asked.method == "PUT" and asked.target.count("/") > 3


@dataclass(frozen=True)
class Behaviour:
    """One way of being hostile."""

    id: str
    says: str
    """What it does, in one sentence."""
    act: Act
    named: tuple[str, ...]
    """The rules or checks of which one must name it; what it is refused with, where there is no check."""
    met: str = "read"
    """Who meets it: a key of meeting.MEETINGS."""
    strikes: Strikes = reads
    early: bool = False
    """Whether it strikes before the request's body is read."""
    connects: Callable[[Peer], None] | None = None
    """What it does when a client connects, before anything is asked."""
    tls: str = ""
    """`yes`: it speaks TLS with a certificate of the run's CA; `own`: `connects` does to it what it likes;
    `stranger`: with a certificate that nobody signed."""


@dataclass(frozen=True)
class Met:
    """What came of it."""

    verdict: str
    rules: tuple[str, ...]
    said: str
    """The deviation that names it: rule and sentence."""
    seconds: float
    mebibytes: float
    """How much larger this process was at its largest than before."""


def says(*data: bytes) -> Act:
    """Says this and closes the connection."""

    def act(peer: Peer, _: Asked) -> None:
        peer.say(*data)

    return act


def answers(data: bytes) -> Act:
    """Says this and goes on listening."""

    def act(peer: Peer, _: Asked) -> bool:
        peer.say(data)
        return True

    return act


def ok(body: bytes, *fields: bytes, type_: bytes = b"text/plain") -> bytes:
    """A good answer: what is hostile is in the body, or in a field."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: " + type_, b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
