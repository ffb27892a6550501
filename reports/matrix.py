"""`python -m reports.matrix REPORT-DIR... --out FILE`: what each check came to on each gateway, small enough to keep.

Each gateway has one letter, in their order: P pass, F fail, K fail that is known, D degraded, U unsupported,
B blocked, - untested, E error, blank where it did not run; then by rule which gateways broke it.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from reports.loading import RunError, load
from reports.model import CheckResult, Run, Verdict

_LETTERS: Final = {
    Verdict.PASS: "P",
    Verdict.FAIL: "F",
    Verdict.DEGRADED: "D",
    Verdict.UNSUPPORTED: "U",
    Verdict.BLOCKED: "B",
    Verdict.UNTESTED: "-",
    Verdict.ERROR: "E",
}
LEGEND: Final = (
    "P pass, F fail, K fail that is known, D degraded, U unsupported, B blocked, - untested, E error, blank: not run"
)


def matrix(runs: Sequence[Run]) -> Iterator[str]:
    """The lines of the table."""
    yield f"# {LEGEND}"
    for number, run in enumerate(runs, 1):
        totals = ", ".join(f"{count} {verdict}" for verdict, count in run.totals.items() if count)
        yield f"# {number}: {run.gateway} ({totals})"
    for id_ in sorted({id_ for run in runs for id_ in run.checks}):
        results = [run.checks.get(id_) for run in runs]
        letters = "".join(map(letter, results))
        broken: dict[str, list[int]] = defaultdict(list)
        for number, result in enumerate(results, 1):
            for rule in dict.fromkeys(f"{d.rule} ({d.level})" for d in result.deviations) if result else ():
                broken[rule].append(number)
        told = "; ".join(f"{rule}: {spans(numbers)}" for rule, numbers in sorted(broken.items()))
        yield f"{id_}\t{letters}\t{told}".rstrip("\t")


def letter(result: CheckResult | None) -> str:
    """What a check came to."""
    if result is None:
        return " "
    return "K" if result.verdict is Verdict.FAIL and result.accepted else _LETTERS[result.verdict]


def spans(numbers: Sequence[int]) -> str:
    """`1-4,6`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def _paths(directories: Sequence[Path]) -> list[Path]:
    """The runs of report directories. Raises RunError where there is none."""
    found = [path for directory in directories for path in sorted(directory.glob("*/run.json"))]
    if not found:
        raise RunError(f"{directories[0]}: no run is there")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 4 and one line."""
    parser = argparse.ArgumentParser(prog="python -m reports.matrix", description=__doc__)
    parser.add_argument("directories", nargs="+", type=Path, metavar="REPORT-DIR")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        lines = list(matrix([load(path).run for path in _paths(options.directories)]))
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except RunError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return 4
    except OSError as error:
        sys.stderr.write(f"ERROR: {options.out}: {error.strerror}\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
