"""A server that does on each connection what a script tells, right or wrong, on a real socket."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Self

from fixtures.wire.client import Endpoint

Script = Callable[[socket.socket], None]
LIMIT = 10.0
"""Seconds after which a script that waits gives up."""


class Server:
    """One script for each connection, in order; the last one for all that follow."""

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self._scripts = list(scripts)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("http", "127.0.0.1", self.port)

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for sock in [self._listener, *self._sockets]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in [self._listener, *self._sockets]:
            sock.close()

    def _run(self, target, *arguments) -> None:
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                script = self._scripts[min(self.connections, len(self._scripts) - 1)]
                self.connections += 1
                self._run(self._play, client, script)

    def _play(self, client: socket.socket, script: Script) -> None:
        client.settimeout(LIMIT)
        with contextlib.suppress(OSError):
            if self._tls is not None:
                client = self._tls.wrap_socket(client, server_side=True)
                self._sockets.append(client)
            script(client)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        client.close()


def heads(client: socket.socket) -> bytes:
    """Read up to the end of a request's head."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(1)
        if not more:
            raise ConnectionError
        data += more
    return data


def reads(client: socket.socket, size: int) -> bytes:
    """Read so many bytes."""
    data = bytearray()
    while len(data) < size:
        more = client.recv(min(1 << 16, size - len(data)))
        if not more:
            raise ConnectionError
        data += more
    return bytes(data)


def resets(client: socket.socket) -> None:
    """End a connection with RST."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def waits_for_end(client: socket.socket) -> None:
    """Do nothing until the other side closes."""
    while client.recv(1 << 16):
        pass


def says(*answers: bytes) -> Script:
    """Read a request's head and answer it, once for each answer; then wait for the end."""

    def script(client: socket.socket) -> None:
        for answer in answers:
            heads(client)
            client.sendall(answer)
        waits_for_end(client)

    return script
