"""Which share of a run's wall time is spent waiting for the gateway, and which on everything else.

    .venv/bin/python -m bench.waiting [PYTEST-ARGUMENT ...]

Runs `pytest suites` on a gateway that is there already, and adds up what its exchanges waited for bytes of the gateway.
On one worker the rest is ours: starting pytest, sending and checking bodies, judging, writing evidence, cleaning up.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench import waits
from bench.own import Own, own_gateway

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a run took, in seconds."""

    code: int
    wall: float
    """The whole process, clean-up included."""
    cpu: float
    """Of the processes of the run; the gateway's are not among them."""
    waited: float
    """For the gateway's bytes, and for it to take ours, clean-up and seeding included."""
    gone_by: float
    """What went by meanwhile: where several connections wait at once, it counts once."""
    recorded: float
    """The part of what was waited that evidence has."""
    talking: float
    """From the first byte of each request to the last of its answer."""
    checks: float
    exchanges: int
    kinds: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By kind of check: how many, and their seconds."""

    @property
    def ratio(self) -> float:
        """Wall time over the gateway's own."""
        return self.wall / self.gone_by

    @property
    def ratio_of_sum(self) -> float:
        """Wall time over the sum of all answer times."""
        return self.wall / self.waited


def measure(own: Own, *arguments: str, quiet: bool = True) -> Waiting:
    """Run the suites once. Raises SystemExit where nothing was exchanged."""
    with tempfile.TemporaryDirectory() as directory:
        credentials = Path(directory, "credentials.toml")
        credentials.touch(mode=0o600)
        credentials.write_text(own.credentials, encoding="utf-8")
        reports = Path(directory, "reports")
        told = Path(directory, "waits.json")
        command = [sys.executable, "-m", "pytest", "-p", "bench.waits", "suites", "-q", "--report-dir", str(reports)]
        command += ["--gateway-url", f"default={own.gateway.url}", "--credentials", str(credentials)]
        # The gateway is ours, whatever the command line looks like.
        command += ["--allow-account-writes", "--max-rate", "100000", "--max-connections", "10000", *arguments]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RGW_", "PYTEST_", "PYTHONDONTWRITEBYTECODE"))}
        spent, began = _cpu(), time.perf_counter()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=kept | {"XDG_STATE_HOME": directory, waits.FILE: str(told)},
            check=False,
            stdout=subprocess.DEVNULL if quiet else None,
        )
        wall, cpu = time.perf_counter() - began, _cpu() - spent
        exchanges = [
            json.loads(line) for path in reports.glob("*/exchanges.jsonl") for line in path.open(encoding="utf-8")
        ]
        all_of_it = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
        runs = [json.loads(path.read_text(encoding="utf-8")) for path in reports.glob("*/run.json")]
    if not exchanges:
        raise SystemExit(f"nothing was exchanged: {' '.join(command)} ended with {done.returncode}")
    recorded = sum(exchange["waited"] for exchange in exchanges)
    kinds: dict[str, tuple[int, float]] = {}
    for run in runs:
        for id_, check in run["checks"].items():
            kind = id_.partition("[")[0] if id_.startswith(("replay[", "real-registry[")) else "directed checks"
            number, seconds = kinds.get(kind, (0, 0.0))
            kinds[kind] = (number + 1, seconds + check["seconds"])
    return Waiting(
        code=done.returncode,
        wall=wall,
        cpu=cpu,
        recorded=recorded,
        # Workers tell nothing to the process that this plugin sums up in.
        waited=max(all_of_it.get("waited", 0.0), recorded),
        gone_by=all_of_it.get("gone by") or recorded,
        talking=sum(exchange["seconds"] for exchange in exchanges),
        checks=sum(seconds for _, seconds in kinds.values()),
        exchanges=max(all_of_it.get("exchanges", 0), len(exchanges)),
        kinds=kinds,
    )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Exit code of the run."""
    with own_gateway() as own:
        found = measure(own, *sys.argv[1:], quiet=False)
    wall = found.wall
    print(f"\n{found.exchanges} exchanges, {wall:.2f} s of wall time, {found.ratio:.2f} of the gateway's own")
    each = found.cpu / found.exchanges * 1e3
    print(f"{found.ratio_of_sum:.2f} of the sum of its answer times, {each:.2f} ms of our CPU for each exchange")
    for what, seconds in (
        ("waiting for the gateway's bytes, as evidence has it", found.recorded),
        ("sending, receiving and digesting bodies", found.talking - found.recorded),
        ("the checks besides that: binding, rules, the registry's own pauses", found.checks - found.talking),
        ("starting and ending pytest, set-up, clean-up, reports", wall - found.checks),
    ):
        print(f"  {seconds / wall:6.1%}  {what}")
    print("of the time of all checks")
    for kind, (number, seconds) in sorted(found.kinds.items()):
        print(f"  {seconds / found.checks:6.1%}  {number} x {kind}")
    return found.code


if __name__ == "__main__":
    sys.exit(main())
