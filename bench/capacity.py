"""What a registry's small requests cost RGW here: CPU, RADOS operations, and time by index shards and by clients.

    .venv/bin/python -m bench.capacity [--shards 1,11,101,499,1999] [--clients 1,2,4,8,16] [--out FILE]

A gateway of our own for each number of shards, on one OSD in memory; CPU is read from the processes' clocks, RADOS
operations from radosgw's own counters (`perf dump`). `python -m bench.scale --capacity FILE` reckons with it.
"""

import argparse
import json
import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from pathlib import Path
from typing import Any

from bench.queues import quantile
from fixtures.gateways.cluster import Cluster
from fixtures.gateways.daemons import free_port
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.wire.client import Client, Endpoint
from fixtures.wire.content import from_bytes

BLOB = "files/docker/registry/v2/blobs/sha256/ab/abcd/data"
LINK = "files/docker/registry/v2/repositories/library/app/_layers/sha256/abcd/link"
_STAT = {"delimiter": "/", "format": "json", "limit": "1000", "prefix": BLOB}
_BODY = b"sha256:" + b"0" * 64
KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "HEAD link": ("HEAD", LINK, {}),
    "GET link": ("GET", LINK, {}),
    "PUT link": ("PUT", LINK, {"content": from_bytes(_BODY)}),
    "list": ("GET", "", {"query": _STAT}),
    "HEAD large object": ("HEAD", BLOB, {}),
    "GET large object": ("GET", BLOB, {}),
    "GET 4 MiB": ("GET", "4-mib", {}),
    "PUT 4 MiB": ("PUT", "4-mib", {"content": from_bytes(b"x" * 4 * 1024**2)}),
}
"""What is asked, by name: method, object, and what goes with it."""


class Measured:
    """A gateway with so many shards, and what its processes say of themselves."""

    def __init__(self, stack: ExitStack, cluster: Cluster, shards: int) -> None:
        self.shards = shards
        self.socket = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rgwc-"))) / "rgw.asok"
        port = free_port()
        options = {
            "rgw frontends": f"beast endpoint=127.0.0.1:{port} tcp_nodelay=1",
            "rgw override bucket index max shards": str(shards),
            "admin socket": str(self.socket),
        }
        self.embedded = EmbeddedGateway(port=port, options=options, cluster=cluster)
        stack.callback(self.embedded.stop)
        self.gateway = self.embedded.start()
        client = stack.enter_context(Client(Endpoint.of(self.gateway.url)))
        run_id = new_run_id()
        self.name = container_name(run_id, "scale")
        self.session = SwiftSession(client, self.gateway.swift_auth_url, self.gateway.account, prefix=self.name)
        self.session.login()
        self.session.ask("PUT", self.name)
        self.container = Container(self.session, self.name)
        self.container.put(LINK, _BODY)
        self.container.put("segments/abc/0000000000000001", b"x" * 2000)
        self.container.put_manifest(BLOB, "segments/abc/")
        self.container.put("4-mib", b"x" * 4 * 1024**2)

    def asking(self, kind: str, client: Client | None = None) -> Callable[[], float]:
        """Asks once for what `kind` names; seconds of it. Raises AssertionError for another answer than success."""
        method, name, more = KINDS[kind]
        session = copy(self.session)
        session.client = client or session.client

        def ask() -> float:
            exchange = session.send(method, self.name, name, **more)
            assert (exchange.status or 999) < 300, f"{kind}: {exchange.status}"
            return exchange.seconds

        return ask

    def counters(self) -> dict[str, float]:
        """Operations on RADOS and CPU seconds so far."""
        objecter = _admin(self.socket, "perf dump")["objecter"]
        gateway, osd = self.embedded.radosgw_pid(), self.embedded.cluster._processes["osd"].pid  # noqa: SLF001 (no other use)
        assert gateway is not None
        return {
            "rados_reads": objecter["op_r"],
            "rados_writes": objecter["op_w"],
            "gateway_cpu": _cpu(gateway),
            "osd_cpu": _cpu(osd),
        }

    def cost(self, kind: str, times: int) -> dict[str, float]:
        """What one request of a kind costs when it is alone: seconds (median), CPU seconds, operations on RADOS."""
        ask = self.asking(kind)
        for _ in range(5):
            ask()
        before = self.counters()
        seconds = [ask() for _ in range(times)]
        after = self.counters()
        each = {name: (after[name] - before[name]) / times for name in after}
        return {"seconds": statistics.median(seconds), "p95": quantile(seconds, 0.95), **each}

    def load(self, kind: str, clients: int, seconds: float) -> dict[str, float]:
        """So many clients that ask again at once, for so many seconds."""
        taken: list[list[float]] = [[] for _ in range(clients)]
        before, began, own = self.counters(), time.perf_counter(), time.process_time()

        def work(mine: list[float]) -> None:
            with Client(Endpoint.of(self.gateway.url)) as client:
                ask = self.asking(kind, client)
                while time.perf_counter() - began < seconds:
                    mine.append(ask())

        threads = [threading.Thread(target=work, args=(mine,)) for mine in taken]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whole, own = time.perf_counter() - began, time.process_time() - own
        after = self.counters()
        every = [value for mine in taken for value in mine]
        return {
            "clients": clients,
            "rate": len(every) / whole,
            "p50": quantile(every, 0.5),
            "p99": quantile(every, 0.99),
            "gateway_cpu": (after["gateway_cpu"] - before["gateway_cpu"]) / len(every),
            "osd_cpu": (after["osd_cpu"] - before["osd_cpu"]) / len(every),
            "client_cpu": own / len(every),
        }


def main() -> int:
    """Prints what was measured, and writes it where it is told."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shards", type=_numbers, default=[1, 11, 101, 499, 1999], metavar="N,N")
    parser.add_argument("--clients", type=_numbers, default=[1, 2, 4, 8, 16], metavar="N,N")
    parser.add_argument("--times", type=int, default=60, metavar="N", help="requests of each kind, one after another")
    parser.add_argument("--seconds", type=float, default=1.5, metavar="S", help="of each number of clients")
    parser.add_argument("--out", type=Path, metavar="FILE", help="JSON for bench.scale")
    told = parser.parse_args()
    kept: dict[str, Any] = {"cores": os.cpu_count(), "shards": {}, "load": {}}
    with ExitStack() as outer:
        cluster = Cluster()
        outer.callback(cluster.stop)
        cluster.start()
        print("  shards  request               ms   RADOS reads  writes  gateway CPU ms  OSD CPU ms")
        for shards in told.shards:
            with ExitStack() as stack:
                one = Measured(stack, cluster, shards)
                kept["version"] = one.gateway.version
                kept["max_aio"] = int(_admin(one.socket, "config get", var="rgw_bucket_index_max_aio").popitem()[1])
                found = kept["shards"][str(shards)] = {kind: one.cost(kind, told.times) for kind in KINDS}
                for kind, cost in found.items():
                    print(
                        f"{shards:8}  {kind:18}{cost['seconds'] * 1e3:7.2f}{cost['rados_reads']:14.1f}"
                        f"{cost['rados_writes']:8.1f}{cost['gateway_cpu'] * 1e3:16.2f}{cost['osd_cpu'] * 1e3:12.2f}",
                        flush=True,
                    )
                if shards == told.shards[min(1, len(told.shards) - 1)]:
                    kept["load_shards"] = shards
                    for kind in ("HEAD link", "PUT link", "list"):
                        rows = kept["load"][kind] = [one.load(kind, n, told.seconds) for n in told.clients]
                        for row in rows:
                            print(
                                f"    {kind}, {row['clients']} clients: {row['rate']:.0f}/s, "
                                f"p50 {row['p50'] * 1e3:.2f} ms, p99 {row['p99'] * 1e3:.2f} ms, "
                                f"client CPU {row['client_cpu'] * 1e3:.2f} ms",
                                flush=True,
                            )
    if told.out:
        told.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _cpu(pid: int) -> float:
    """CPU seconds of a process, by its own clock (clock_getcpuclockid(3)); /proc/PID/stat counts in 10 ms."""
    return time.clock_gettime(~pid << 3 | 2)


def _admin(path: Path, prefix: str, **more: str) -> Any:
    """What a daemon answers at its admin socket: a length of four bytes, then JSON."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(str(path))
        sock.sendall(json.dumps({"prefix": prefix, **more}).encode() + b"\0")
        with sock.makefile("rb") as file:
            return json.loads(file.read(int.from_bytes(file.read(4), "big")))


if __name__ == "__main__":
    raise SystemExit(main())
