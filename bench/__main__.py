"""All figures in one table, as ratios wherever something is there to be held against.

    python -m bench                     # all of it: about twenty minutes on a quiet machine
    python -m bench cpu bulk            # some parts
    python -m bench --table             # the table of the runs that are kept, without running anything

What a part found is kept in bench/figures.json, with the day and the machine, and shown as long as it is not run again.
"""

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import bulk, evidence, requests_cost, waiting
from bench.own import own_gateway
from bench.peers import wrk

FILE: Final = Path(__file__).with_name("figures.json")
Found = dict[str, Any]
# What ceph/s3-tests cost on this kind of machine against RGW 16.2.15: 664 tests, 13,800 requests, 409 s of wall time,
# 74 s of them the gateway's, 260 s of the client's CPU.
_S3_TESTS_WALL: Final = 409 / 74
_S3_TESTS_CPU: Final = 260 / 13_800
_REPLAY: Final = ("-k", "replay and not real")
_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    found: str
    limit: str = ""
    held: bool | None = None
    """Whether the limit is kept; None where there is none."""
    why: str = ""
    """What keeps it from being kept."""


def overhead() -> Found:
    """Wall time of whole runs over the gateway's own, on one worker."""
    with own_gateway() as own:
        waiting.measure(own, "-k", "root")
        replay, everything = waiting.measure(own, *_REPLAY), waiting.measure(own)
    return {
        name: {
            "ratio": run.ratio,
            "ratio of sum": run.ratio_of_sum,
            "wall": run.wall,
            "cpu": run.cpu / run.exchanges,
            "waited": run.gone_by / run.exchanges,
            "exchanges": run.exchanges,
        }
        for name, run in (("replay", replay), ("everything", everything))
    }


def parallel() -> Found:
    """Wall time by workers, and of two gateways against one."""
    found: Found = {}
    with own_gateway() as own:
        for workers in (0, 1, 2, 4):
            found[f"-n {workers}"] = waiting.measure(own, *_REPLAY, "-n", str(workers), "-p", "no:randomly").wall
    for name, options in (
        ("one", ("--configuration", "default")),
        ("two", ("--configuration", "default", "--configuration", "url-prefix")),
    ):
        found[name] = _seconds("suites", "-q", *_REPLAY, "-n", "2", "-p", "no:randomly", *options)
    return found


def cpu() -> Found:
    """CPU of one small request, and of the rules on it."""
    with own_gateway() as own:
        return {**requests_cost.measure(own, 1000), **wrk(own)}


def starting() -> Found:
    """Seconds until nothing is run: collection, help, a wrong option; each with bare pytest beside it."""
    with tempfile.TemporaryDirectory() as empty:
        bare = ("-c", os.devnull, "--rootdir", empty, "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
        ways = {
            "collection": ("suites", "--collect-only", "-q"),
            "help": ("suites", "--help"),
            "bare help": (*bare, "--help"),
            "usage error": ("suites", "--inject", "nothing-like-it"),
            "bare usage error": (*bare, "--no-such-option"),
            "bare nothing": (*bare, "--collect-only", "-q", empty),
        }
        rounds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(_ROUNDS + 1):
            for name, arguments in ways.items():
                rounds[name].append(_seconds(*arguments))
    # In the first round files are compiled and read from the disk.
    return {name: statistics.median(seconds[1:]) for name, seconds in rounds.items()}


def large() -> Found:
    """Large bodies."""
    return bulk.measure(rounds=15, gib=10)


def memory() -> Found:
    """Memory of evidence."""
    return {str(number): evidence.written(number) for number in (5_000, 50_000)}


PARTS: Final[dict[str, Callable[[], Found]]] = {
    "overhead": overhead,
    "cpu": cpu,
    "starting": starting,
    "bulk": large,
    "memory": memory,
    "parallel": parallel,
}


def _seconds(*arguments: str) -> float:
    left_out = ("RGW_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as directory:
        reports = () if "-c" in arguments else ("--report-dir", directory)
        subprocess.run(
            [sys.executable, "-m", "pytest", *arguments, *reports],
            cwd=waiting.ROOT,
            env=kept,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return time.perf_counter() - began


def rows(kept: dict[str, Found]) -> Iterator[Row]:
    """The table of what is kept."""
    for part, tell in _TELLERS.items():
        if part in kept:
            yield from tell(kept[part]["found"])


def _of_overhead(found: Found) -> Iterator[Row]:
    for name, limit in (("replay", 1.25), ("everything", 1.5)):
        run = found[name]
        yield _most(
            f"wall time of {name} over what of it the gateway was waited for ({run['exchanges']:,} requests, -n 0)",
            run["ratio"],
            limit,
            why=f"a request costs {run['cpu'] * 1e3:.1f} ms of our CPU, the gateway {run['waited'] * 1e3:.1f} ms: "
            "binding, the guard, digests, rules, evidence and report.html",
        )
        yield Row("the same over the sum of its answer times on all connections", f"{run['ratio of sum']:.2f}")
    yield Row("the same of ceph/s3-tests, as it was once measured", f"{_S3_TESTS_WALL:.1f}")
    yield Row(
        "client CPU of a request in such a run, of that of ceph/s3-tests",
        f"{found['everything']['cpu'] / _S3_TESTS_CPU:.2f}",
    )


def _of_cpu(found: Found) -> Iterator[Row]:
    base = found[requests_cost.BARE]
    yield _most(
        "client CPU of a small request with its evidence",
        found[requests_cost.OURS] * 1e6,
        150,
        " us",
        why=f"Python runs with cold caches after each wait: http.client, which keeps nothing of it, takes "
        f"{found['http.client'] * 1e6:.0f} us, two system calls alone {base * 1e6:.0f}",
    )
    yield _most("CPU of all rules on one", found[requests_cost.RULES] * 1e6, 150, " us")
    for name in ("ours", "http.client", "requests"):
        yield Row(f"client CPU of a small request, {name}, over a bare socket's", f"{found[name] / base:.1f}")
    if "ours over wrk" in found:
        yield Row("GETs of nothing in a second on one connection, over wrk's", f"{found['ours over wrk']:.2f}")


def _of_starting(found: Found) -> Iterator[Row]:
    yield _most(
        "collection of all checks, over bare pytest's of none", found["collection"] - found["bare nothing"], 1, " s"
    )
    yield _most("--help, over bare pytest's", found["help"] - found["bare help"], 0.2, " s")
    yield _most("a wrong option, over bare pytest's", found["usage error"] - found["bare usage error"], 0.2, " s")


def _of_bulk(found: Found) -> Iterator[Row]:
    curl = found["curl"]
    both = "gateway and OSD have the machine's two cores busy, and SHA-256 and MD5 take of them what they take"
    yield _least("PUT of 20 MiB, digested meanwhile: throughput over curl's", curl["PUT"], 0.9, why=both)
    yield _least("PUT of 20 MiB that was digested before", curl["PUT again"], 0.9)
    without = curl.get("GET undigested")
    yield _least(
        "GET of 20 MiB, digested meanwhile: throughput over curl's",
        curl["GET"],
        0.9,
        why="the same, of SHA-256" + (f": without it {without:.2f}" if without else ""),
    )
    whole = found["large"]
    yield _most(
        f"our memory while {whole['GiB']:.0f} GiB are written and read", whole["memory grew by MiB"], 64, " MiB"
    )
    segments = found["segments"]
    yield Row(
        "HEAD of a DLO of 1,000 segments, over that of its whole GET", f"{segments['HEAD'] / segments['GET']:.2f}"
    )


def _of_memory(found: Found) -> Iterator[Row]:
    yield _most("our memory for the evidence of 50,000 exchanges of 5,000 checks", found["50000"][1], 64, " MiB")


def _of_parallel(found: Found) -> Iterator[Row]:
    for workers in (2, 4):
        yield Row(f"replay with -n {workers}, over -n 0", f"{found[f'-n {workers}'] / found['-n 0']:.2f}")
    yield Row("replay of two gateways at once, over one (-n 2)", f"{found['two'] / found['one']:.2f}")


_TELLERS: Final[dict[str, Callable[[Found], Iterator[Row]]]] = {
    "overhead": _of_overhead,
    "cpu": _of_cpu,
    "starting": _of_starting,
    "bulk": _of_bulk,
    "memory": _of_memory,
    "parallel": _of_parallel,
}


def _most(what: str, value: float, limit: float, unit: str = "", *, why: str = "") -> Row:
    text = f"{value:.2f}{unit}" if value < 10 else f"{value:.0f}{unit}"
    return Row(what, text, f"at most {limit:g}", value <= limit, why)


def _least(what: str, value: float, limit: float, *, why: str = "") -> Row:
    return Row(what, f"{value:.2f}", f"at least {limit:g}", value >= limit, why)


def markdown(kept: dict[str, Found]) -> str:
    """The table."""
    lines = ["| what | found | limit | |", "| --- | ---: | --- | --- |"]
    lines += [f"| {row.what} | {row.found} | {row.limit} | {_verdict(row)} |" for row in rows(kept)]
    days = sorted({part["day"] for part in kept.values()})
    machines = sorted({part["machine"] for part in kept.values()})
    return "\n".join([*lines, "", f"Measured {' and '.join(days)} on: {'; '.join(machines)}."])


def _verdict(row: Row) -> str:
    if row.held is None:
        return ""
    return "kept" if row.held else f"NOT KEPT{f': {row.why}' if row.why else ''}"


def machine() -> str:
    """What it was measured on."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "unknown CPU")
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def main() -> int:
    """Exit code 1 if a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default all")
    parser.add_argument("--table", action="store_true", help="show what is kept")
    told = parser.parse_args()
    if unknown := [part for part in told.parts if part not in PARTS]:
        parser.error(f"no part is called {unknown[0]}; there are {', '.join(PARTS)}")
    kept: dict[str, Found] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    for part in () if told.table else told.parts or PARTS:
        print(f"{part}: {(PARTS[part].__doc__ or '').strip()}", file=sys.stderr, flush=True)
        kept[part] = {
            "day": dt.datetime.now(tz=dt.UTC).date().isoformat(),
            "machine": machine(),
            "found": PARTS[part](),
        }
        FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    if not kept:
        parser.error("nothing is kept yet: python -m bench")
    print(markdown(kept))
    return 0 if all(row.held is not False for row in rows(kept)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
