"""How long a real registry takes to give out an image of many small layers, with and without `tcp_nodelay=1` on RGW.

    .venv/bin/python -m bench.small_layers [--layers 20] [--rounds 5] [--registry PROGRAM]

Two gateways on one cluster, a registry on each; rounds take turns, so that what disturbs the machine disturbs both.
"""

import argparse
import statistics
import time
from contextlib import ExitStack

from fixtures.gateways.cluster import Cluster
from fixtures.gateways.daemons import free_port
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.registries.client import RegistryClient, image_manifest
from fixtures.registries.config import swift
from fixtures.registries.process import RegistryProcess
from fixtures.wire.content import generated

CONFIG = b'{"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}'
REPOSITORY = "library/small"
WAYS = ("as it is", "tcp_nodelay=1")


def main() -> int:
    """Prints the medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m bench.small_layers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--layers", type=int, default=20, metavar="N", help="layers of 2,000 bytes")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="pulls on each gateway")
    parser.add_argument("--registry", default="docker-registry", metavar="PROGRAM")
    told = parser.parse_args()
    layers = [b"".join(generated(f"layer {n}", 2000).pieces()) for n in range(told.layers)]
    with ExitStack() as stack:
        cluster = Cluster()
        stack.callback(cluster.stop)
        cluster.start()
        clients = {way: _client(stack, cluster, way, told.registry) for way in WAYS}
        digests = {way: _push(client, layers) for way, client in clients.items()}
        taken: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(told.rounds):
            for way, client in clients.items():
                began = time.perf_counter()
                client.pull_manifest(REPOSITORY, "latest")
                for digest in digests[way]:
                    client.pull_blob(REPOSITORY, digest)
                taken[way].append(time.perf_counter() - began)
    medians = [statistics.median(taken[way]) for way in WAYS]
    for way, median in zip(WAYS, medians, strict=True):
        print(f"{way:14} {median:6.3f} s for an image of {told.layers} small layers, median of {told.rounds}")
    print(f"ratio          {medians[0] / medians[1]:6.1f}")
    return 0


def _client(stack: ExitStack, cluster: Cluster, way: str, program: str) -> RegistryClient:
    port = free_port()
    options = {"rgw frontends": f"beast endpoint=127.0.0.1:{port} tcp_nodelay=1"} if way != WAYS[0] else {}
    embedded = EmbeddedGateway(port=port, options=options, cluster=cluster)
    stack.callback(embedded.stop)
    gateway = embedded.start()
    key = gateway.account.swift_key
    storage = swift(
        auth_url=gateway.swift_auth_url,
        user=gateway.account.swift_user or "",
        key=key.value if key else "",
        container=container_name(new_run_id(), "images"),
    )
    registry = stack.enter_context(RegistryProcess(storage, binary=program))
    client = RegistryClient(registry.url)
    stack.callback(client.close)
    return client


def _push(client: RegistryClient, layers: list[bytes]) -> list[str]:
    digests = [client.push_blob(REPOSITORY, data) for data in [CONFIG, *layers]]
    client.push_manifest(REPOSITORY, "latest", image_manifest(CONFIG, layers))
    return digests


if __name__ == "__main__":
    raise SystemExit(main())
