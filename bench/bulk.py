"""Large bodies: our client's throughput against curl's, and our memory while a large object passes.

    .venv/bin/python -m bench.bulk [--rounds N] [--gib N]

A PUT sends bytes that are made while they are sent, with SHA-256 and MD5 of them, which are known where the same
segment is sent again, to another gateway or in another round; a GET digests what comes. curl
sends a file and throws away what comes. Both speak to one gateway, and take turns. `--gib` is the size of one object in
pieces of 20 MiB, as the Swift driver writes it, on a BlueStore in a file, which is written and read whole.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.own import Own, own_gateway
from bench.peak import begin, peak
from fixtures.gateways.cluster import Cluster
from fixtures.wire import parser
from fixtures.wire.content import Content, generated, joined

MIB: Final = 1024**2
SEGMENT: Final = 20 * MIB
"""What registries' Swift drivers cut a layer into (swift.go, `defaultChunkSize`)."""
MANY: Final = 1000
"""Segments of the object that is many pieces."""


def against_curl(own: Own, rounds: int, size: int = SEGMENT) -> dict[str, float]:
    """By operation: how often our throughput goes into curl's (median of rounds), and MiB/s of ours."""
    with tempfile.TemporaryDirectory(prefix="rgwc-bench-") as directory:
        file = Path(directory, "body")
        with file.open("wb") as out:
            out.writelines(generated("curl", size).pieces())
        fresh = f"bulk {time.time_ns()}"
        ways: dict[str, tuple[Callable[[str], float], Callable[[str], float]]] = {
            "PUT": (lambda name: _put(own, name, fresh, size), lambda name: _curl(own, name, "-T", str(file))),
            "PUT again": (lambda name: _put(own, name, fresh, size), lambda name: _curl(own, name, "-T", str(file))),
            "GET": (lambda name: _get(own, name), lambda name: _curl(own, name)),
            "GET undigested": (lambda name: _undigested(own, name), lambda name: _curl(own, name)),
        }
        found = {}
        for operation, (ours, curls) in ways.items():
            taken: list[tuple[float, float]] = []
            for number in range(rounds + 1):
                names = (f"ours-{number}", f"curl-{number}")
                pair = (ours(names[0]), curls(names[1])) if number % 2 else (curls(names[1]), ours(names[0]))[::-1]
                taken.append(pair)
            # The first of each is what a new gateway is slow with.
            mine, theirs = (statistics.median(values) for values in zip(*taken[1:], strict=True))
            found[operation] = theirs / mine
            found[f"{operation} MiB/s"] = size / MIB / mine
        return found


def _put(own: Own, name: str, seed: str, size: int) -> float:
    began = time.perf_counter()
    answer = own.container.put(name, generated(f"{seed} {name}", size))
    taken = time.perf_counter() - began
    assert answer.status == 201
    return taken


def _get(own: Own, name: str) -> float:
    began = time.perf_counter()
    answer = own.container.get(name)
    taken = time.perf_counter() - began
    assert answer.status == 200
    return taken


def _undigested(own: Own, name: str) -> float:
    """What a GET would take if nobody wanted its digest: tells what the digest costs."""
    digests, parser.Digests = parser.Digests, _NoDigests  # type: ignore[misc]
    try:
        return _get(own, name)
    finally:
        parser.Digests = digests  # type: ignore[misc]


class _NoDigests:
    def __init__(self, *names: str) -> None:
        self._names = names

    def update(self, data: bytes | memoryview) -> None:
        pass

    def hex(self) -> list[str]:
        return ["0" * 64 for _ in self._names]


def _curl(own: Own, name: str, *arguments: str) -> float:
    """Seconds by curl's own clock, so that its start does not count."""
    url = f"{own.gateway.url}{own.session.storage_path}/{own.container.name}/{name}"
    # A token on a command line is everybody's to read.
    config = f'header = "X-Auth-Token: {own.token}"\nheader = "Expect:"\nurl = "{url}"\n'
    done = subprocess.run(
        ["curl", "--config", "-", "-sS", "--fail", "-o", "/dev/null", "-w", "%{time_total}", *arguments],
        input=config,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def large(own: Own, gib: float) -> dict[str, float]:
    """Write an object of so many GiB in segments, and read it whole; MiB/s, and MiB that our memory grew by.

    Raises AssertionError where what comes back is not what was written.
    """
    segments = max(1, round(gib * 1024 * MIB / SEGMENT))
    pieces = [generated(f"segment {n}", SEGMENT) for n in range(segments)]
    own.container.put("warm", pieces[0])
    before = begin()
    began = time.perf_counter()
    _write(own, "large", pieces)
    written = time.perf_counter()
    answer = own.container.get("large")
    read = time.perf_counter()
    assert answer.size == segments * SEGMENT
    assert answer.sha256 == joined(pieces).sha256, "what was read is not what was written"
    whole = segments * SEGMENT / MIB
    return {
        "GiB": whole / 1024,
        "PUT MiB/s": whole / (written - began),
        "GET MiB/s": whole / (read - written),
        "memory grew by MiB": peak() - before,
    }


def many_segments(own: Own, segments: int = MANY, size: int = 4096) -> dict[str, float]:
    """An object of many small segments: seconds of PUT in all, of a HEAD, of the whole GET and of a range of it."""
    pieces = [generated(f"small {n}", size) for n in range(segments)]
    began = time.perf_counter()
    _write(own, "many", pieces)
    found = {"PUTs": time.perf_counter() - began}
    whole = joined(pieces)
    for name, ask, expected in (
        ("HEAD", lambda: own.container.head("many"), None),
        ("GET", lambda: own.container.get("many"), whole),
        (
            "range",
            lambda: own.container.get("many", range_=f"bytes={segments * size - size - 10}-"),
            whole.part(segments * size - size - 10, segments * size),
        ),
    ):
        began = time.perf_counter()
        answer = ask()
        found[name] = time.perf_counter() - began
        assert answer.length == (expected or whole).size, f"{name}: {answer.length}"
        assert expected is None or answer.sha256 == expected.sha256, f"{name}: other bytes than were written"
    return found


def _write(own: Own, name: str, pieces: list[Content]) -> None:
    for number, piece in enumerate(pieces, start=1):
        assert own.container.put(f"segments/{name}/{number:016d}", piece).status == 201
    assert own.container.put_manifest(name, f"segments/{name}/").status == 201


def measure(rounds: int, gib: float) -> dict[str, dict[str, float]]:
    """All of it, each on a gateway of its own."""
    found = {}
    with own_gateway() as own:
        found["curl"] = against_curl(own, rounds)
        found["segments"] = many_segments(own)
    if gib:
        with ExitStack() as stack:
            room = shutil.disk_usage(tempfile.gettempdir()).free
            needed = int((gib * 1.2 + 2) * 1024**3)
            if room < needed:
                raise SystemExit(f"{gib} GiB on BlueStore need {needed / 1024**3:.0f} GiB free: smaller, --gib N")
            store = Cluster("bluestore", {"bluestore block size": str(needed)})
            found["large"] = large(stack.enter_context(own_gateway(store)), gib)
    return found


def main() -> int:
    """Prints it."""
    parser = argparse.ArgumentParser(prog="python -m bench.bulk", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="bodies of 20 MiB each way")
    parser.add_argument("--gib", type=float, default=10, metavar="N", help="size of the large object; 0 for none")
    told = parser.parse_args()
    for what, values in measure(told.rounds, told.gib).items():
        for name, value in values.items():
            print(f"{what:10} {name:24} {value:10.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
