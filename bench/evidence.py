"""Memory of a run's evidence: what a process has at most while 50,000 exchanges are written down and merged.

.venv/bin/python -m bench.evidence [--exchanges N]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.peak import begin, peak
from fixtures.wire.evidence import evidence_of
from fixtures.wire.message import Exchange, Field, Framing, Request
from fixtures.wire.parser import ResponseParser
from fixtures.wire.redaction import Redactor
from reports.store import Part, merge
from tests.reports.building import deviation, result

EACH = 10
"""Exchanges of one check; every 50th check is red."""
_RAW = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\nAccept-Ranges: bytes\r\n"
    b"Last-Modified: Thu, 26 Nov 2026 15:00:00 GMT\r\nETag: 0123456789abcdef0123456789abcdef\r\n"
    b"Content-Type: application/octet-stream\r\nX-Timestamp: 1795705200.1\r\n"
    b"Date: Thu, 26 Nov 2026 15:00:00 GMT\r\nConnection: Keep-Alive\r\n\r\n" + b"x" * 3000
)


def written(exchanges: int) -> tuple[float, float]:
    """Seconds, and MiB that a process grew by, for a run of so many exchanges; in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.evidence", "--one", str(exchanges)], capture_output=True, text=True, check=True
    )
    seconds, grown = done.stdout.split()
    return float(seconds), float(grown)


def _write(exchanges: int) -> None:
    request = Request("GET", b"/swift/v1/c/o", (Field(b"Host", b"127.0.0.1"),), Framing.NONE, None)
    parser = ResponseParser("GET", keep=4096, body_limit=1 << 40)
    parser.feed(_RAW)
    exchange = Exchange(request, parser.response, _RAW, started=1.0, seconds=0.001, waited=0.001)
    redactor = Redactor(["a-secret-of-this-run"])
    with tempfile.TemporaryDirectory(prefix="rgwc-bench-") as directory:
        part = Part(Path(directory, ".parts", "gw0", "gateway"))
        part.gateway({"url": "http://127.0.0.1:7480", "profile": {}, "name": "gateway"})
        before, began = begin(), time.perf_counter()
        for number in range(exchanges // EACH):
            found = [deviation(exchanges=[EACH - 1])] if number % 50 == 0 else []
            evidence = [evidence_of(exchange, redactor) for _ in range(EACH)]
            part.check(result(f"check-{number}", *found), evidence, "swift")
        merged = merge(Path(directory), "gateway", suite="0", command="", started="", complete=True)
        assert merged.exchanges == exchanges
        print(time.perf_counter() - began, peak() - before)


def main() -> int:
    """Prints it for a tenth of the exchanges, and for all."""
    parser = argparse.ArgumentParser(prog="python -m bench.evidence", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--exchanges", type=int, default=50_000, metavar="N")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one is not None:
        _write(told.one)
        return 0
    for number in (told.exchanges // 10, told.exchanges):
        seconds, grown = written(number)
        print(f"{number:7} exchanges: {grown:6.1f} MiB more, {seconds / number * 1e6:5.0f} us for each")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
