"""A gateway that only counts what reaches it, and requests that should or should not."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from fixtures.gateways.keepers import Doorkeeper, keeper_of
from fixtures.gateways.manners import Manners
from fixtures.gateways.model import Account, Gateway, Secret
from fixtures.wire.content import from_bytes
from fixtures.wire.message import Framing, Request, make_fields

RUN = "6b0795170bbb6c"
OWN = f"rgwc-{RUN}-main-1"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Ear:
    """Listens, notes every byte, and answers 200 to whatever seems to be a head."""

    def __init__(self) -> None:
        self.heard = b""
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._listen, args=(client,), daemon=True).start()

    def _listen(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            while data := client.recv(65536):
                self.heard += data
                if b"\r\n\r\n" in data:
                    client.sendall(ANSWER)

    def close(self) -> None:
        self._listener.close()


@contextlib.contextmanager
def ear(**manners) -> Iterator[tuple[Ear, Gateway]]:
    """A listener, and the gateway that it is for a run."""
    one = Ear()
    try:
        yield one, gateway(one.port, **manners)
    finally:
        one.close()


def gateway(port: int = 7480, **manners) -> Gateway:
    """A gateway whose storage URL has no account."""
    known = {"run_ids": (RUN,), "storage_path": "/swift/v1"} | manners
    url = f"http://127.0.0.1:{port}"
    account = Account("one:swift", Secret("key"), "AK", Secret("secret"))
    return Gateway("ear", url, f"{url}/auth/v1", account, manners=Manners(**known))


def keeper(**manners) -> Doorkeeper:
    """Who lets requests through to it."""
    found = keeper_of(gateway(**manners))
    assert found is not None
    return found


def request(method: str, target: str, *headers: tuple[str, str], body: bytes | None = None) -> Request:
    """One request to it."""
    content = from_bytes(body) if body is not None else None
    pairs = [("Host", "127.0.0.1:7480"), *headers]
    if content is not None:
        pairs.append(("Content-Length", str(content.size)))
    framing = Framing.LENGTH if content is not None else Framing.NONE
    return Request(method, target.encode("latin-1"), make_fields(pairs), framing, content)
