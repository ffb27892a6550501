"""A gateway that answers as the recorded one did, on a real socket, and keeps every byte that it is sent."""

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import Self

from fixtures.recordings.model import Recording, Step
from fixtures.wire.message import Request
from fixtures.wire.splitter import RequestSplitter


@dataclass(frozen=True)
class Sent:
    """One request as it came."""

    head: bytes
    body: bytes


class RecordedGateway:
    """Answers the steps of a recording in their order; steps that are not asked for are passed over."""

    def __init__(self, recording: Recording) -> None:
        self.sent: list[Sent] = []
        self._steps = list(recording.steps)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._sockets = [self._listener]

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in self._sockets:
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                thread = threading.Thread(target=self._serve, args=(client,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while self._one(client):
                pass

    def _one(self, client: socket.socket) -> bool:
        """Read one request to its end and answer it; requests come one after another, so the rest is its body."""
        splitter, raw = RequestSplitter(), bytearray()
        request: Request | None = None
        while request is None or splitter.inside_body:
            data = client.recv(1 << 20)
            if not data:
                return False
            raw += data
            found = splitter.feed(data)
            request = found[0] if found else request
            if found and (request.get("Expect") or "").lower() == "100-continue":
                client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        head, _, body = bytes(raw).partition(b"\r\n\r\n")
        self.sent.append(Sent(head + b"\r\n\r\n", body))
        client.sendall(_answer(self._next(request)))
        return True

    def _next(self, request: Request) -> Step:
        target = request.target.decode("latin-1")
        same = (i for i, s in enumerate(self._steps) if (s.method, s.target) == (request.method, target))
        # Under other bindings no target is the recorded one: then it is the next.
        at = next(same, 0)
        step = self._steps[at]
        del self._steps[: at + 1]
        return step


def _answer(step: Step) -> bytes:
    answer = step.answer
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}".encode("latin-1")]
    lines += [f.name + b": " + f.value for f in answer.fields]
    # A registry may have read less than it was offered; a gateway sends all of it.
    body = (answer.body or b"").ljust(int(answer.get("Content-Length") or 0), b"\0")
    if answer.get("Transfer-Encoding") == "chunked":
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    return b"\r\n".join(lines) + b"\r\n\r\n" + (b"" if step.method == "HEAD" else body)
