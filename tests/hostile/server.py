"""The hostile server: a port for each behaviour, in a process of its own, so that its memory is not ours.

It says on its first line, in JSON, where each behaviour listens, and ends when its standard input does. `ASKED /` to
any port is answered with the requests that came there.
"""

import contextlib
import json
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

from fixtures.wire.authority import Authority
from tests.hostile import good
from tests.hostile.catalogue import BEHAVIOURS, GOOD
from tests.hostile.model import Asked, Behaviour, Gone, Peer

_ROOT = Path(__file__).parents[2]


class _Port:
    """One behaviour at its port."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None) -> None:
        self._behaviour = behaviour
        self._tls = tls
        self._asked: list[str] = []
        self._stored: dict[str, bytes] = {}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(Gone, OSError, ValueError), contextlib.closing(client):
            if self._tls is not None:
                client = self._tls.wrap_socket(client, server_side=True)
            peer = Peer(client)
            if self._behaviour.connects is not None:
                self._asked.append("CONNECTED")
                self._behaviour.connects(peer)
            with contextlib.closing(client):
                self._converse(peer)

    def _converse(self, peer: Peer) -> None:
        with peer.socket.makefile("rb") as stream:
            while (line := stream.readline()).strip():
                method, target, _ = line.decode("latin-1").split(" ", 2)
                fields = {}
                while (field := stream.readline().decode("latin-1").rstrip("\r\n")) != "":
                    name, _, value = field.partition(":")
                    fields[name.lower()] = value.strip()
                if method == "ASKED":
                    peer.say(json.dumps(self._asked).encode())
                    return
                asked = Asked(method, target, fields, f"127.0.0.1:{self.port}")
                self._asked.append(f"{method} {target}")
                struck = self._behaviour.strikes(asked)
                if struck and self._behaviour.early:
                    self._behaviour.act(peer, asked)
                    return
                if "100-continue" in fields.get("expect", "").lower():
                    peer.say(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = _body(stream, fields)
                if method == "PUT":
                    self._stored[asked.path] = body
                peer.began = Peer(peer.socket).began
                if struck:
                    if not self._behaviour.act(peer, asked):
                        return
                    continue
                peer.say(good.answer(asked, self._stored))


def _body(stream, fields: dict[str, str]) -> bytes:
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = b""
        while size := int(stream.readline(), 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
        return body
    return stream.read(int(fields.get("content-length", 0)))


def _contexts(directory: Path) -> dict[str, ssl.SSLContext | None]:
    stranger = directory / "stranger"
    stranger.mkdir()
    return {"": None, "own": None, "yes": Authority(directory).server, "stranger": Authority(stranger).server}


def main() -> None:
    """Listen until nobody wants it any more."""
    with tempfile.TemporaryDirectory() as directory:
        contexts = _contexts(Path(directory))
        ports = {b.id: _Port(b, contexts[b.tls]).port for b in (GOOD, *BEHAVIOURS)}
        sys.stdout.write(json.dumps({"ports": ports, "ca_file": str(Path(directory) / "ca.pem")}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


class HostileServer:
    """The process and where it listens; a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.server"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self._ports, self.ca_file = said["ports"], Path(said["ca_file"])
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def url(self, behaviour: Behaviour) -> str:
        """Where a behaviour is met."""
        return f"{'https' if behaviour.tls else 'http'}://127.0.0.1:{self._ports[behaviour.id]}"

    def asked(self, behaviour: Behaviour) -> list[str]:
        """The requests that came there so far."""
        with socket.create_connection(("127.0.0.1", self._ports[behaviour.id]), 5) as sock:
            sock.sendall(b"ASKED / HTTP/1.1\r\n\r\n")
            with sock.makefile("rb") as stream:
                return json.loads(stream.read())


if __name__ == "__main__":
    main()
