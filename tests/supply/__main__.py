"""`make audit` and `make maintained`: has what we lock a known vulnerability, and does somebody look after it?

Exit codes: 0 nothing found, 1 findings, one a line; 4 a file or program that is not what it should be.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.supply import audit, maintained
from tests.supply.locks import EXCEPTIONS, LOCKS, ROOT, SupplyError, exceptions, read


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.supply", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    vulnerable = commands.add_parser("audit", help="known vulnerabilities, with pip-audit")
    vulnerable.add_argument("locks", nargs="*", type=Path, default=LOCKS, help="default: all that make installs")
    vulnerable.add_argument("--pip-audit", type=Path, default=ROOT / ".venv-supply/bin/pip-audit", metavar="PROGRAM")
    age = commands.add_parser("maintained", help="when the newest release was, as the index tells it")
    age.add_argument("locks", nargs="*", type=Path, default=LOCKS[:1], help="default: requirements.lock")
    age.add_argument("--index", default=maintained.INDEX, metavar="URL", help=f"default: {maintained.INDEX}")
    for command in (vulnerable, age):
        command.add_argument("--exceptions", type=Path, default=EXCEPTIONS, metavar="FILE")
    options = parser.parse_args(arguments)
    today = dt.datetime.now(dt.UTC).date()
    findings = asked = 0
    try:
        excepted = exceptions(options.exceptions)
        for path in options.locks:
            locked = read(path)
            asked += len(locked)
            if options.command == "audit":
                found = audit.audit(options.pip_audit, locked, excepted["vulnerabilities"], today)
            else:
                found = maintained.judge(locked, maintained.index(options.index), excepted["maintained"], today)
            for line in found:
                findings += 1
                sys.stdout.write(f"{path.name}: {line}\n")
    except SupplyError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    sys.stdout.write(f"{asked} packages, {findings} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
