"""`make fuzz`: made-up answers against parser, binder and report writer, as long as it is told to.

What it finds is shrunk to the smallest example, printed with its traceback, and ends the target: 1.
"""

import argparse
import random
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

_BATCH = 100
_SLOWEST = 5.0
"""Seconds of our own work that one example may take, however busy the machine is."""


def main() -> int:
    """0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target; default 60")
    parser.add_argument("--only", choices=sorted(TARGETS), action="append", help="this target, repeatable")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), help="where to begin")
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    return max(_fuzz(name, options.seconds, options.seed) for name in options.only or TARGETS)


def _fuzz(name: str, seconds: float, first: int) -> int:
    target, strategies = TARGETS[name]
    began = time.monotonic()
    count = 0

    def one(arguments: tuple[object, ...]) -> None:
        nonlocal count
        count += 1
        worked = time.process_time()
        target(*arguments)
        assert time.process_time() - worked < _SLOWEST, "it takes too long"

    for batch in range(1 << 62):
        if time.monotonic() - began > seconds:
            break
        run = settings(
            max_examples=_BATCH,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )(seed(first + batch)(given(st.tuples(*strategies))(one)))
        try:
            run()
        except Exception:  # noqa: BLE001 - that is what it looks for
            sys.stdout.write(f"{name}: found, seed {first + batch}, after {count} examples\n{traceback.format_exc()}\n")
            return 1
    sys.stdout.write(f"{name}: {count} examples in {time.monotonic() - began:.0f} s, nothing found\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
