"""`python -m tests.hostile --table docs/hostile.md`: meets every behaviour and writes what came of it."""

import argparse
import sys
from pathlib import Path

import pytest

from tests.hostile.catalogue import BEHAVIOURS
from tests.hostile.model import Met
from tests.hostile.table import page

_TESTS = Path(__file__).with_name("test_hostile.py")


class _Told:
    """Hears what the tests, through which the checks' assertions say what they saw, have met."""

    def __init__(self) -> None:
        self.met: dict[str, Met] = {}
        self.undisturbed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        known = dict(report.user_properties)
        if report.when == "call" and "met" in known:
            name = report.nodeid.partition("[")[2].removesuffix("]")
            self.met[name] = one = Met(**known["met"])
            self.undisturbed[name] = bool(known["undisturbed"])
            line = f"{name:38} {one.seconds:5.2f} s {one.mebibytes:6.1f} MiB {one.said[:100]!r}"
            sys.stdout.write(f"{line}{'' if report.passed else '  <-- NOT AS IT SHOULD BE'}\n")


def main() -> int:
    """What pytest says of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--table", type=Path, help="the page whose tables are made anew")
    options = parser.parse_args()
    told = _Told()
    command = [str(_TESTS), "-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider", "-k", "ends_with"]
    code = int(pytest.main(command, plugins=[told]))
    if options.table and set(told.met) == {b.id for b in BEHAVIOURS}:
        before = options.table.read_text(encoding="utf-8")
        options.table.write_text(page(before, told.met, told.undisturbed), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
