"""Which share of a run's wall time is spent waiting for the gateway, and which on everything else.

    .venv/bin/python -m bench.waiting [PYTEST-ARGUMENT ...]

Runs `pytest suites` and adds up what its exchanges waited for bytes of the gateway. On one worker the rest is ours:
sending and checking bodies, starting pytest and the gateway, judging, writing evidence.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Exit code of the run."""
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "pytest", "suites", "-q", "--report-dir", directory, *sys.argv[1:]]
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, check=False)
        whole = time.perf_counter() - began
        exchanges = [
            json.loads(line)
            for path in Path(directory).glob("*/exchanges.jsonl")
            for line in path.open(encoding="utf-8")
        ]
        runs = [json.loads(path.read_text(encoding="utf-8")) for path in Path(directory).glob("*/run.json")]
    waited = sum(exchange["waited"] for exchange in exchanges)
    talking = sum(exchange["seconds"] for exchange in exchanges)
    checks = sum(check["seconds"] for run in runs for check in run["checks"].values())
    print(f"\n{len(exchanges)} exchanges, {whole:.2f} s of wall time")
    for what, seconds in (
        ("waiting for the gateway's bytes", waited),
        ("sending, receiving and digesting bodies", talking - waited),
        ("the checks besides that: binding, rules, the registry's own pauses", checks - talking),
        ("starting and stopping pytest and the gateway, set-up, reports", whole - checks),
    ):
        print(f"  {seconds / whole:6.1%}  {what}")
    print(f"  {1 - waited / whole:6.1%}  not spent waiting for the gateway, in all")
    kinds: dict[str, tuple[int, float]] = {}
    for run in runs:
        for id_, check in run["checks"].items():
            kind = id_.partition("[")[0] if id_.startswith(("replay[", "real-registry[")) else "directed checks"
            number, seconds = kinds.get(kind, (0, 0.0))
            kinds[kind] = (number + 1, seconds + check["seconds"])
    print("of the time of all checks")
    for kind, (number, seconds) in sorted(kinds.items()):
        print(f"  {seconds / checks:6.1%}  {number} x {kind}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
