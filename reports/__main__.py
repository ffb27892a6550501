"""`python -m reports compare OLD NEW` tells whether the newer gateway is worse, `show RUN.json` the evidence again.

`summary`, `junit` and `page` say again what a run said at its end, for people and for CI servers.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from reports.compare import Comparison, compare
from reports.console import console, print_comparison
from reports.escaping import visible
from reports.junit import junit
from reports.loading import RunError, comparable, load
from reports.markdown import markdown
from reports.outcome import as_json
from reports.overview import overview_markdown
from reports.pages.comparison import write_comparison
from reports.pages.report import NAME, write_report
from reports.show import overview, show
from reports.store import Merged
from reports.terminal import summary


def main(arguments: Sequence[str] | None = None) -> int:
    """0: not worse; 1: worse; 4: something about the files is wrong, in one line."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.do(options))
    except RunError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 4
    except BrokenPipeError:
        # Whoever read this has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reports", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="compare|show|summary|junit|page")
    comparing = commands.add_parser("compare", help="runs side by side; exit code 1 if a newer one is worse than OLD")
    comparing.add_argument("runs", nargs="+", type=Path, metavar="RUN.json", help="OLD NEW [MORE ...]")
    comparing.add_argument("--markdown", type=Path, metavar="FILE", help="write it as Markdown too; - prints it")
    comparing.add_argument("--json", type=Path, metavar="FILE", help="write it as JSON too, for scripts; - prints it")
    comparing.add_argument("--html", type=Path, metavar="FILE", help="write it as a page too: one file, no network")
    comparing.add_argument("--brief", action="store_true", help="without the exchanges")
    comparing.add_argument("--latency", action="store_true", help="what got slower beyond noise is told, and is worse")
    comparing.add_argument(
        "--anyway", action="store_true", help="also runs of different suites, and runs that were cut short"
    )
    comparing.set_defaults(do=_compare)
    showing = commands.add_parser("show", help="what a run found, or all of one check, with its exchanges")
    showing.add_argument("run", type=Path, metavar="RUN.json")
    showing.add_argument("check", nargs="?", metavar="CHECK-ID")
    showing.add_argument("--all", action="store_true", help="all exchanges of the check, not only those that show it")
    showing.set_defaults(do=_show)
    telling = commands.add_parser("summary", help="what a run said at its end, for people or for the page of a CI job")
    telling.add_argument("run", type=Path, metavar="RUN.json")
    telling.add_argument("--markdown", type=Path, metavar="FILE", help="append it there as Markdown; - prints it")
    telling.set_defaults(do=_summary)
    making = commands.add_parser("junit", help="junit.xml of a run, on standard output")
    making.add_argument("run", type=Path, metavar="RUN.json")
    making.set_defaults(do=_junit)
    drawing = commands.add_parser("page", help="report.html of a run: one file for a browser, without a network")
    drawing.add_argument("run", type=Path, metavar="RUN.json")
    drawing.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: report.html beside RUN.json")
    drawing.set_defaults(do=_page)
    return parser


def _compare(options: argparse.Namespace) -> int:
    if len(options.runs) < 2:
        raise RunError("compare needs two runs: OLD NEW [MORE ...], run.json files of a report directory")
    if str(options.html) == "-":
        raise RunError("--html -: a page is a file, name one")
    runs = [load(path) for path in options.runs]
    comparable(runs, anyway=options.anyway)
    comparison = compare(runs, latency=options.latency)
    if options.html is not None:
        try:
            write_comparison(comparison, options.html)
        except OSError as error:
            raise RunError(f"--html {visible(str(options.html))}: {error.strerror}") from error
    written = (("--markdown", options.markdown, markdown), ("--json", options.json, _json))
    if _written(comparison, written):
        return int(comparison.is_worse)
    print_comparison(console(), comparison, evidence=not options.brief)
    return int(comparison.is_worse)


def _written(comparison: Comparison, places: Sequence[tuple[str, Path | None, Callable[[Comparison], str]]]) -> bool:
    """Write it where that was asked for; whether it was printed, so that nothing else shall be. Raises RunError."""
    for option, path, text in places:
        if path is not None and str(path) != "-":
            try:
                path.write_text(text(comparison), encoding="utf-8")
            except OSError as error:
                raise RunError(f"{option} {path}: {error.strerror}") from error
    printed = [text for _, path, text in places if path is not None and str(path) == "-"]
    for text in printed:
        print(text(comparison), end="")
    return bool(printed)


def _json(comparison: Comparison) -> str:
    return json.dumps(as_json(comparison), indent=1) + "\n"


def _show(options: argparse.Namespace) -> int:
    loaded = load(options.run)
    lines = overview(loaded) if options.check is None else show(loaded, options.check, every=options.all)
    for line in lines:
        print(line)
    return 0


def _summary(options: argparse.Namespace) -> int:
    loaded = load(options.run)
    if options.markdown is None:
        told = Merged(loaded.run, sum(1 for _ in loaded.evidence.lines()))
        for line in summary(told, evidence=str(loaded.path)):
            print(line.text)
    elif str(options.markdown) == "-":
        print(overview_markdown(loaded.run), end="")
    else:
        try:
            # A job has one summary for all that its steps say.
            with options.markdown.open("a", encoding="utf-8") as file:
                file.write(overview_markdown(loaded.run))
        except OSError as error:
            raise RunError(f"--markdown {options.markdown}: {error.strerror}") from error
    return 0


def _junit(options: argparse.Namespace) -> int:
    sys.stdout.buffer.write(junit(load(options.run).run) + b"\n")
    return 0


def _page(options: argparse.Namespace) -> int:
    loaded = load(options.run)
    path = options.output or loaded.path.with_name(NAME)
    try:
        write_report(loaded, path)
    except OSError as error:
        raise RunError(f"{visible(str(path))}: {error.strerror}; name a file that can be written with -o") from error
    print(visible(str(path)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
