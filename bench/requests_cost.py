"""What one small request costs on our side: CPU of the client with its evidence kept, CPU of all rules on its answer.

    .venv/bin/python -m bench.requests_cost [--requests N]

HEADs of one object on a kept-alive connection, in rounds in which the ways to ask take turns. CPU is this process's
own (`time.process_time`); the gateway has its own processes.
"""

import argparse
import http.client
import json
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import IO

import requests

from bench.own import Own, own_gateway
from fixtures.observer import Observer
from fixtures.wire.client import Client, Endpoint
from fixtures.wire.evidence import evidence_of
from fixtures.wire.message import Exchange
from fixtures.wire.redaction import Redactor
from suites.plugin import judge

ROUNDS = 5
BARE = "bare socket"
"""What every way is held against: send, and receive until the head has ended."""
OURS = "ours, with evidence"
RULES = "all rules"
CHECK = 5
"""Exchanges of a check: they are judged and written down together when it has ended."""


def measure(own: Own, each: int) -> dict[str, float]:
    """Median CPU seconds of one request by each way to ask, and of all rules on one exchange."""
    taken: dict[str, list[float]] = {}
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile("w", encoding="utf-8"))
        kept = _Evidence(own, file)
        ways = {
            BARE: _bare(stack, own),
            "ours": _ours(stack, own, lambda _: None),
            OURS: _ours(stack, own, kept.observer.record),
            "http.client": _http_client(stack, own),
            "requests": _requests(stack, own),
        }
        for ask in ways.values():
            ask()
        kept.write()
        judge(kept.seen)
        for _ in range(ROUNDS):
            kept.seen.clear()
            for name, ask in ways.items():
                after = kept.write if name == OURS else _nothing
                taken.setdefault(name, []).append(_cpu_of(ask, each, after))
            began = time.process_time()
            for start in range(0, len(kept.seen), CHECK):
                judge(kept.seen[start : start + CHECK])
            taken.setdefault(RULES, []).append((time.process_time() - began) / len(kept.seen))
    return {name: statistics.median(values) for name, values in taken.items()}


def _nothing() -> None:
    pass


def _cpu_of(ask: Callable[[], None], times: int, after: Callable[[], None]) -> float:
    began = time.process_time()
    for number in range(times):
        ask()
        if number % CHECK == CHECK - 1:
            after()
    return (time.process_time() - began) / times


class _Evidence:
    """What the suites do with an exchange: note it, and write it down without secrets when its check has ended."""

    def __init__(self, own: Own, file: IO[str]) -> None:
        self.redactor = Redactor(secret.value for secret in own.gateway.secrets)
        self.observer = Observer(self.redactor)
        self.observer.begin()
        self.file = file
        self.seen: list[Exchange] = []

    def write(self) -> None:
        """A check has ended."""
        exchanges = self.observer.end().exchanges
        self.file.writelines(json.dumps(evidence_of(exchange, self.redactor)) + "\n" for exchange in exchanges)
        self.seen += exchanges
        self.observer.begin()


def _ours(stack: ExitStack, own: Own, record: Callable[[Exchange], None]) -> Callable[[], None]:
    client = stack.enter_context(Client(Endpoint.of(own.gateway.url), record=record))

    def ask() -> None:
        assert client.exchange(own.head()).status == 200

    return ask


def _bare(stack: ExitStack, own: Own) -> Callable[[], None]:
    endpoint = Endpoint.of(own.gateway.url)
    sock = stack.enter_context(socket.create_connection((endpoint.host, endpoint.port)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = own.head().head

    def ask() -> None:
        sock.sendall(head)
        came = b""
        while b"\r\n\r\n" not in came:
            came += sock.recv(65536)
        assert came.startswith(b"HTTP/1.1 200")

    return ask


def _http_client(stack: ExitStack, own: Own) -> Callable[[], None]:
    endpoint = Endpoint.of(own.gateway.url)
    connection = http.client.HTTPConnection(endpoint.host, endpoint.port)
    stack.callback(connection.close)

    def ask() -> None:
        connection.request("HEAD", own.path, headers={"X-Auth-Token": own.token})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200

    return ask


def _requests(stack: ExitStack, own: Own) -> Callable[[], None]:
    session = stack.enter_context(requests.Session())
    session.trust_env = False

    def ask() -> None:
        answer = session.head(own.gateway.url + own.path, headers={"X-Auth-Token": own.token})
        assert answer.status_code == 200

    return ask


def main() -> int:
    """Prints what each way costs, and its ratio to the bare socket."""
    parser = argparse.ArgumentParser(prog="python -m bench.requests_cost", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=1000, metavar="N", help="of each way in each of five rounds")
    told = parser.parse_args()
    with own_gateway() as own:
        found = measure(own, told.requests)
    for name, seconds in found.items():
        print(f"{name:22}{seconds * 1e6:8.0f} us of CPU{seconds / found[BARE]:8.1f} x a bare socket")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
