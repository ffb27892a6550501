"""What a fleet of registries asks of RGW: tables from the recordings, and a simulation held against measurements.

    .venv/bin/python -m bench.scale [--registries 1000] [--blobs 100000000] [--capacity FILE] [--run RUN.json] ...

The counts are those of the recorded registries; every assumption is an option. --capacity takes what
`python -m bench.capacity --out FILE` measured, --run a run of the suites, with its `exchanges.jsonl` beside it.
"""

import argparse
import json
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from math import ceil
from pathlib import Path
from typing import Any

from bench.counting import MIB, SWEEPS_OF_LISTING, by_client, of_page, walked
from bench.fleet import Assumed, Prices, collected, pull, push, rates, shards, stored, whole
from bench.queues import closed_loop, open_queue, quantile
from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind, Recording, RecordingError

SHOWN = ("2.5.0-swift", "2.8.3-swift", "2.8.3-account-in-url-swift", "2.7.1-s3", "2.8.3-s3", "3.1.1-s3")
FLEETS = ("2.8.3-swift", "2.8.3-s3", "3.1.1-s3")
"""The registries of which a whole fleet is reckoned."""
PAGES = ("push-blob-docker-style", "push-blob-multi-segment", "push-manifest-tag", "pull-manifest", "pull-blob-small")
CAPACITY = Path(__file__).with_name("capacity.json")
"""What was measured with RGW 16.2.15 on two cores."""
STALL = 0.04
"""Seconds that a GET waits for a delayed ACK without `tcp_nodelay=1` (docs/findings.md)."""
WAITS = 20_000
BUSY = (0.5, 0.9, 0.98)
Row = Sequence[object]


class Unusable(Exception):
    """A file that cannot be read: one line."""


def table(head: Row, rows: Iterable[Row]) -> str:
    """As Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_text(cell) for cell in line) + " |" for line in lines) + "\n"


def _text(cell: object) -> str:
    if not isinstance(cell, float):
        return f"{cell:,}" if isinstance(cell, int) else str(cell)
    return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"


def counts(recordings: Sequence[Recording]) -> str:
    """Requests of each recorded operation: all, those that sweep the index, and entries written."""
    rows: list[Row] = []
    for one in recordings:
        costs = [of_page(one, page) for page in PAGES]
        cells = [f"{cost.requests:g} / {cost.sweeps:g} / {cost.writes:g}" for cost in costs]
        rows.append([one.name, *cells, "client" if by_client(one, "pull-blob-small") else "registry"])
    return table(["registry", *PAGES, "who reads blobs"], rows)


def methods(recordings: Sequence[Recording]) -> str:
    """A push of one layer by method, its heads and connections, and what it leaves."""
    rows: list[Row] = []
    for one in recordings:
        cost = of_page(one, PAGES[0])
        used = {step.connection for step in one.steps if step.page == PAGES[0]}
        by = cost.methods
        rows.append([one.name, *(by[m] for m in ("GET", "HEAD", "PUT", "POST", "DELETE")), cost.heads, len(used)])
    return table(["registry", "GET", "HEAD", "PUT", "POST", "DELETE", "bytes of heads", "connections"], rows)


def kinds(recordings: Sequence[Recording]) -> str:
    """A push of one layer by what its requests are for."""
    costs = [of_page(one, PAGES[0]).kinds for one in recordings]
    names = sorted({key for cost in costs for key in cost})
    return table(
        ["request", *(one.name for one in recordings)],
        [[f"{method} {kind}", *(cost[method, kind] or "" for cost in costs)] for method, kind in names],
    )


def images(fleet: Assumed, recordings: Sequence[Recording]) -> str:
    """A push and a pull of an image."""
    rows: list[Row] = []
    for one in recordings:
        put, got = push(fleet, one), pull(fleet, one)
        row: list[object] = [one.name, put.requests, put.sweeps, put.writes, put.up / MIB]
        rows.append([*row, got.requests, got.sweeps, got.down / MIB, got.methods["GET"] * STALL])
    head = ["registry", "push", "sweeps", "writes", "MiB up", "pull", "sweeps", "MiB down"]
    return table([*head, "s that Nagle adds to a pull"], rows)


def index(fleet: Assumed, recordings: Sequence[Recording]) -> str:
    """Entries and shards, of one bucket for all, and of one for each registry."""
    rows: list[Row] = []
    for one in recordings:
        found = stored(fleet, one)
        entries = sum(found.values())
        wanted = shards(fleet, entries)
        rows.append(
            [
                one.name,
                ", ".join(f"{count / 1e6:.0f}M {name}" for name, count in found.most_common()),
                f"{entries / 1e6:.0f}M",
                wanted,
                entries / min(wanted, fleet.dynamic_shards),
                shards(fleet, entries / fleet.registries),
            ]
        )
    named = ["registry", "what", "entries", "shards of one bucket", "entries of a shard at the limit", "of one each"]
    return table(named, rows)


def load(fleet: Assumed, recordings: Sequence[Recording]) -> str:
    """Requests, sweeps and bytes in a second."""
    rows: list[Row] = []
    for one in recordings:
        busy = rates(fleet, one, peak=True)
        total, mean = whole(busy), whole(rates(fleet, one))
        parts = " + ".join(f"{busy[name].sweeps:,.0f}" for name in ("push", "pull", "health"))
        gbit = [8 * amount / 1e9 for amount in (total.up, total.down, total.heads)]
        rows.append([one.name, mean.requests, total.requests, parts, total.writes, *gbit])
    named = ["registry", "requests/s, mean", "peak", "sweeps/s at peak: push + pull + health", "writes/s"]
    return table([*named, "Gbit/s in", "Gbit/s out", "of heads"], rows)


def gateways(
    fleet: Assumed, recordings: Sequence[Recording], prices: Prices, cores: int, gbit: float, seed: int
) -> str:
    """CPU and reads of shards at peak, by how buckets are cut; and how long requests wait for a core."""
    rows: list[Row] = []
    for one in recordings:
        total = whole(rates(fleet, one, peak=True))
        entries = sum(stored(fleet, one).values())
        cut = {"one bucket": min(shards(fleet, entries), fleet.dynamic_shards)}
        cut["one each"] = shards(fleet, entries / fleet.registries)
        for how, count in cut.items():
            needed = prices.cpu(total, count)
            network = 8 * max(total.up, total.down) / 1e9
            number = [max(2, ceil(2 * needed / cores)), max(2, ceil(2 * network / gbit))]
            waits = [waiting(fleet, one, prices, count, cores, busy, seed) for busy in BUSY]
            rows.append(
                [
                    one.name,
                    f"{how}, {count} shards",
                    total.sweeps * count,
                    needed,
                    " / ".join(map(str, number)),
                    prices.in_flight(total, count),
                    prices.sweep_seconds(count) * 1e3,
                    " / ".join(_text(quantile(found, 0.99) * 1e3) for found in waits),
                ]
            )
    named = ["registry", "buckets", "shard reads/s", "cores busy"]
    named += [f"gateways, half busy: by {cores} cores / by {gbit:g} Gbit/s", "requests in flight"]
    return table(
        [*named, "ms of a sweep", f"p99 ms waiting for a core, {' / '.join(f'{busy:.0%}' for busy in BUSY)} busy"], rows
    )


def waiting(
    fleet: Assumed, recording: Recording, prices: Prices, count: int, cores: int, busy: float, seed: int
) -> tuple[float, ...]:
    """Waits for a core of one gateway that is so busy with this fleet's requests, simulated as M/G/k."""
    parts = [part for part in rates(fleet, recording, peak=True).values() if part.requests]
    services, weights = [], []
    for part in parts:
        # Requests that sweep cost more than the others: two kinds of service, mixed as they were counted.
        swept = min(part.sweeps, part.requests)
        plain = prices.cpu(part, 0) - part.sweeps * prices.sweep
        services += [plain / part.requests, plain / part.requests]
        services[-1] += (prices.sweep + count * prices.shard) * part.sweeps / swept if swept else 0
        weights += [part.requests - swept, swept]
    drawn = random.Random(seed).choices(services, weights, k=WAITS)
    rate = busy * cores * len(drawn) / sum(drawn)
    return open_queue(rate, drawn, cores, requests=WAITS, seed=seed).waits


def walks(fleet: Assumed, recordings: Sequence[Recording], prices: Prices) -> str:
    """How long garbage-collect takes to find all blobs."""
    rows: list[Row] = []
    for one in recordings:
        entries = sum(stored(fleet, one).values())
        each = walked(one)[0]
        row: list[object] = [one.name, each or "1 in 1,000 entries"]
        for blobs, share in ((fleet.blobs, 1), (fleet.blobs / fleet.registries, fleet.registries)):
            count = min(shards(fleet, entries / share), fleet.dynamic_shards)
            sweeps = collected(one, blobs, entries / share)
            row += [f"{sweeps:,.0f}", _long(sweeps * prices.sweep_seconds(count))]
        rows.append(row)
    return table(["registry", "sweeps for a blob", "one bucket: sweeps", "takes", "one each: sweeps", "takes"], rows)


def _long(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.2g} s"


def priced(kept: dict[str, Any]) -> Prices:
    """From what bench.capacity measured; prices that grow with shards are the slope from the fewest to the most."""
    by = {int(count): costs for count, costs in kept["shards"].items()}
    few, most, times = min(by), max(by), SWEEPS_OF_LISTING[Kind.LIST]

    def slope(name: str) -> float:
        return float(by[most]["list"][name] - by[few]["list"][name]) / max(1, most - few) / times

    def cpu(kind: str) -> float:
        return float(statistics.median(costs[kind]["gateway_cpu"] for costs in by.values()))

    read, write = (cpu("HEAD link") + cpu("GET link")) / 2, cpu("PUT link")
    shard = slope("gateway_cpu")
    return Prices(
        read=read,
        write=write,
        sweep=max(0.0, by[few]["list"]["gateway_cpu"] - read) / times - few * shard,
        shard=shard,
        mib_down=max(0.0, cpu("GET 4 MiB") - read) / 4,
        mib_up=max(0.0, cpu("PUT 4 MiB") - write) / 4,
        wait_read=statistics.median(costs["HEAD link"]["seconds"] for costs in by.values()),
        max_aio=kept["max_aio"],
    )


def measured(kept: dict[str, Any], seed: int) -> str:
    """Requests from several clients at once: what bench.capacity measured, and what the simulation makes of it.

    Once from what a request costs alone, and once from the CPU that it cost under this load.
    """
    rows: list[Row] = []
    for kind, found in kept["load"].items():
        alone = found[0]
        pause = max(0.0, 1 / alone["rate"] - _cpu(alone))
        for row in found:
            clients = int(row["clients"])
            told, known = (
                closed_loop(clients, [_cpu(cost)], kept["cores"], pause=pause, requests=WAITS, seed=seed)
                for cost in (alone, row)
            )
            line: list[object] = [kind, clients, row["rate"], told.rate, told.rate / row["rate"], _cpu(row) * 1e3]
            line += [known.rate, known.rate / row["rate"], row["p50"] * 1e3, quantile(known.responses, 0.5) * 1e3]
            rows.append(line)
    named = ["request", "clients", "per s", "simulated", "ratio", "CPU ms under load", "simulated with it", "ratio"]
    return table([*named, "p50 ms", "simulated with it"], rows)


def _cpu(cost: dict[str, float]) -> float:
    """Seconds of CPU of one request: the gateway's, the OSD's, and the client's, which share one machine here."""
    return cost["gateway_cpu"] + cost["osd_cpu"] + cost["client_cpu"]


def swept(kept: dict[str, Any]) -> str:
    """What requests cost by the shards of their bucket."""
    rows: list[Row] = []
    for count, costs in kept["shards"].items():
        for kind in ("HEAD link", "PUT link", "list", "HEAD large object", "GET large object"):
            cost = costs[kind]
            done = [round(cost[name], 1) for name in ("rados_reads", "rados_writes")]
            times = [round(cost[name] * 1e3, 2) for name in ("seconds", "gateway_cpu", "osd_cpu")]
            rows.append([int(count), kind, *done, *times])
    return table(["shards", "request", "RADOS reads", "writes", "ms", "gateway CPU ms", "OSD CPU ms"], rows)


def served(run: Path, recordings: Sequence[Recording]) -> dict[str, dict[str, list[tuple[str, float]]]]:
    """Seconds of each exchange of the replays in a run, with its kind, by recording and operation.

    A replay whose exchanges are not those of the recording, one by one, is left out. Raises Unusable.
    """
    exchanges: dict[str, list[float]] = defaultdict(list)
    try:
        with run.with_name("exchanges.jsonl").open(encoding="utf-8") as file:
            for line in file:
                one = json.loads(line)
                if one["check"].startswith("replay["):
                    exchanges[one["check"]].append(one["seconds"])
    except (OSError, ValueError, KeyError) as error:
        raise Unusable(f"--run {run}: its exchanges.jsonl cannot be read: {error}") from error
    found: dict[str, dict[str, list[tuple[str, float]]]] = {}
    for one in recordings:
        for page in one.pages:
            steps = [step for step in one.steps if step.page == page]
            seconds = exchanges.get(f"replay[{one.name}-{page}]", [])
            if len(steps) == len(seconds) > 0:
                timed = [(f"{one.api} {step.kind.value}", s) for step, s in zip(steps, seconds, strict=True)]
                found.setdefault(one.name, {})[page] = timed
    return found


def added_up(run: Path, recordings: Sequence[Recording]) -> str:
    """Whether an operation takes what its requests take: predicted from the other recordings' exchanges alone."""
    found = served(run, recordings)
    rows: list[Row] = []
    for one in recordings:
        others: dict[str, list[float]] = defaultdict(list)
        for name, pages in found.items():
            for timed in pages.values() if name != one.name else ():
                for kind, seconds in timed:
                    others[kind].append(seconds)
        for page in PAGES[:3]:
            timed = found.get(one.name, {}).get(page, [])
            if not timed or any(kind not in others for kind, _ in timed):
                continue
            took = sum(seconds for _, seconds in timed)
            said = sum(statistics.mean(others[kind]) for kind, _ in timed)
            rows.append([one.name, page, len(timed), took * 1e3, said * 1e3, said / took])
    return table(["registry", "operation", "requests", "ms", "predicted", "ratio"], rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints all tables; 4 for a file or a recording that is none."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=(__doc__ or "").splitlines()[0])
    for one in fields(Assumed):
        if one.name != "sizes":
            # A dataclass's default says of which type the option is.
            kind = type(one.default)
            parser.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=one.default, metavar="N")
    parser.add_argument("--layer-sizes", type=_sizes, default=Assumed().sizes, metavar="MIB:PERCENT,...")
    parser.add_argument("--cores", type=int, default=16, metavar="N", help="of a gateway")
    parser.add_argument("--gbit", type=float, default=25.0, metavar="N", help="Gbit/s of a gateway's network")
    parser.add_argument("--round-trip", type=float, default=1.0, metavar="MS", help="to an OSD and back")
    parser.add_argument("--capacity", type=Path, default=CAPACITY, metavar="FILE", help="what bench.capacity wrote")
    parser.add_argument("--run", type=Path, metavar="RUN.json", help="a run of the suites")
    parser.add_argument("--recordings", nargs="+", default=SHOWN, metavar="NAME")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    told = parser.parse_args(arguments)
    wanted = {one.name: getattr(told, one.name) for one in fields(Assumed) if one.name != "sizes"}
    fleet = Assumed(**wanted, sizes=told.layer_sizes)
    try:
        recordings = [built_in(name) for name in told.recordings]
        kept = json.loads(told.capacity.read_text(encoding="utf-8"))
        prices = priced(kept)
        timed = added_up(told.run, recordings) if told.run else ""
    except (RecordingError, Unusable) as error:
        print(error, file=sys.stderr)
        return 4
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"--capacity {told.capacity}: not what bench.capacity writes: {error}", file=sys.stderr)
        return 4
    fleets = [one for one in recordings if one.name in FLEETS] or recordings
    prices = Prices(
        **{one.name: getattr(prices, one.name) for one in fields(Prices)} | {"round_trip": told.round_trip / 1e3}
    )
    print(f"assumed: {fleet}\nprices:  {prices}\n")
    say("Requests / sweeps of the index / entries written or removed, of one operation", counts(recordings))
    say("A push of one layer by method", methods(recordings))
    say("A push of one layer by kind", kinds(fleets))
    say("An image", images(fleet, recordings))
    say("The index", index(fleet, fleets))
    say("In a second", load(fleet, fleets))
    say("Gateways at peak", gateways(fleet, fleets, prices, told.cores, told.gbit, told.seed))
    say("garbage-collect, finding blobs", walks(fleet, fleets, prices))
    say(f"Measured on RGW {kept['version']}: cost by shards", swept(kept))
    say(f"Measured and simulated: {kept['cores']} cores, {kept['load_shards']} shards", measured(kept, told.seed))
    if timed:
        say("Measured and added up: an operation predicted from other registries' exchanges", timed)
    return 0


def say(title: str, text: str) -> None:
    """One table."""
    print(f"## {title}\n\n{text}")


def _sizes(text: str) -> tuple[tuple[float, float], ...]:
    pairs = [part.split(":") for part in text.split(",")]
    return tuple((float(size), float(share)) for size, share in pairs)


if __name__ == "__main__":
    raise SystemExit(main())
