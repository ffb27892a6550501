"""How long an embedded gateway takes from nothing to an authenticated request.

    .venv/bin/python -m bench.startup [ROUNDS]

Prints the median of each part and its share of the whole. The last line is what one more user costs when it is made
with three commands of radosgw-admin, one after another, as the documentation does.
"""

import statistics
import sys
import time

from fixtures.gateways.daemons import run
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import SwiftSession
from fixtures.wire.client import Client

PARTS = ("start, with users", "first login", "stop")


def once() -> dict[str, float]:
    """Seconds of each part of one start."""
    embedded = EmbeddedGateway()
    began = time.perf_counter()
    gateway = embedded.start()
    started = time.perf_counter()
    with Client(endpoint_of(gateway)) as client:
        status = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix="").login().status
    assert status == 204
    answered = time.perf_counter()
    admin = ["radosgw-admin", "-c", embedded.directory / "ceph.conf", "-n", "client.rgw"]
    run([*admin, "user", "create", "--uid", "three", "--display-name", "three"])
    run([*admin, "subuser", "create", "--uid", "three", "--subuser", "three:swift", "--access", "full"])
    run([*admin, "key", "create", "--subuser", "three:swift", "--key-type", "swift", "--gen-secret"])
    administered = time.perf_counter()
    embedded.stop()
    stopped = time.perf_counter()
    return {
        "start, with users": started - began,
        "first login": answered - started,
        "stop": stopped - administered,
        "one user by three commands": administered - answered,
    }


def main() -> int:
    """Run it so many times, 5 unless told otherwise."""
    rounds = [once() for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5)]
    medians = {part: statistics.median(r[part] for r in rounds) for part in rounds[0]}
    whole = medians["start, with users"] + medians["first login"]
    print(f"from nothing to an authenticated request: {whole:.2f} s (median of {len(rounds)})")
    for part, seconds in medians.items():
        print(f"  {part:28} {seconds:6.3f} s  {seconds / whole:6.1%} of it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
