"""Writes runs from pytest's events, prints the summary, and decides the exit code.

Rule 1: where no check of suites/ ran, nothing is written and nothing is said.
"""

import datetime as dt
import shlex
import tomllib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import allure_commons
import pytest

from reports import baseline, hooks
from reports.allure import Results, write_surroundings
from reports.baseline import Baselines
from reports.ending import ending
from reports.escaping import visible
from reports.evidence import NAME as EVIDENCE
from reports.evidence import Evidence
from reports.junit import junit
from reports.loading import Loaded, RunError
from reports.model import SET_UP, CheckResult, Level, Verdict
from reports.show import show
from reports.store import Merged, Part, gateways, merge, remove_parts
from reports.terminal import reds, summary

_WRITER: Final = pytest.StashKey["Writer"]()
_ALLURE: Final = pytest.StashKey[Results]()
_BASELINES: Final = pytest.StashKey[Baselines]()
_CHECK: Final = "rgw_check"
"""The attribute of pytest's reports that says which check and gateway they are of; xdist carries it."""
_SHOWN: Final = 20
"""Red checks whose exchanges `-v` shows."""
_ROOT: Final = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where runs are written, and what counts as red."""
    group = parser.getgroup("rgw-conformance")
    group.addoption(
        "--report-dir", type=Path, metavar="DIR", help="where run.json and its evidence go; default: reports/runs/TIME"
    )
    group.addoption(
        "--baseline",
        action="append",
        default=[],
        type=Path,
        metavar="RUN.json",
        help="only what is worse than in this run is red; a report directory of several gateways, or repeated: "
        "each for the gateway of its name",
    )
    group.addoption(
        "--record-baseline",
        action="store_true",
        help="whatever a gateway does is accepted: the run.json that is written is a baseline",
    )
    group.addoption("--no-pages", action="store_true", help="write no report.html and no comparison.html")
    group.addoption("--fail-on", choices=("must", "should"), default="must", help="the mildest level that is red")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Our own events."""
    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    """Be ready to write; nothing is made before there is something to write."""
    config.stash[_WRITER] = Writer(config)
    if config.getoption("allure_report_dir", None):
        config.stash[_ALLURE] = results = Results()
        allure_commons.plugin_manager.register(results)
        config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(results))
    with _usage():
        # Paths are the user's, who is where pytest was called; a worker is somewhere else at times.
        paths = [config.invocation_params.dir / path for path in config.getoption("--baseline")]
        config.stash[_BASELINES] = baseline.read(
            paths, recording=config.getoption("--record-baseline"), suite=version()
        )


@contextmanager
def _usage() -> Iterator[None]:
    try:
        yield
    except RunError as error:
        raise pytest.UsageError(str(error)) from error


class Writer:
    """The files of this process."""

    def __init__(self, config: pytest.Config) -> None:
        given = getattr(config, "workerinput", {})
        self.config = config
        self.worker = str(given.get("workerid", "main"))
        self.started = dt.datetime.now(dt.UTC)
        self.parts: dict[str, Part] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        self.merged: list[Merged] = []
        self.pages: dict[str, str] = {}
        """By gateway: why its page could not be made, or nothing."""
        self.directory = Path(given["rgw_report_dir"]) if "rgw_report_dir" in given else None

    def place(self) -> Path:
        """The report directory, made when it is first needed. Raises pytest.UsageError if it cannot be."""
        if self.directory is None:
            stamp = f"{self.started:%Y%m%dT%H%M%SZ}"
            wanted: Path | None = self.config.getoption("--report-dir")
            base = wanted or _ROOT / "reports" / "runs" / stamp
            if wanted is None:
                number = 1
                while base.exists():
                    number += 1
                    base = base.with_name(f"{stamp}-{number}")
            self.directory = self.config.invocation_params.dir / base
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            remaining = self.directory / ".parts" / self.worker
            remaining.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            msg = f"--report-dir {self.directory}: {error.strerror}; name a directory that can be written"
            raise pytest.UsageError(msg) from error
        return self.directory

    def part(self, gateway: str) -> Part:
        """The files of one gateway in this process."""
        if gateway not in self.parts:
            self.parts[gateway] = Part(self.place() / ".parts" / self.worker / gateway)
        return self.parts[gateway]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Workers write beside us."""
    writer = node.config.stash[_WRITER]
    if writer.facts:
        node.workerinput["rgw_report_dir"] = str(writer.place())


def pytest_rgw_gateway(
    config: pytest.Config, name: str, url: str, profile: dict[str, Any], injected: str | None, run_id: str
) -> None:
    """Note who is under test. Raises pytest.UsageError if none of several baselines is of this gateway."""
    with _usage():
        config.stash[_BASELINES].of(name)
    writer = config.stash[_WRITER]
    if writer.worker == "main":
        for old in (writer.place() / ".parts").glob(f"*/{name}/*"):
            # A report directory that is used again begins anew.
            old.unlink()
    facts = writer.facts.setdefault(name, {"untested": []})
    facts.update(url=url, profile=profile, injected=injected, run_id=run_id)
    writer.part(name).gateway(facts)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and writer.worker == "main" and config.get_verbosity() >= 0:
        reporter.ensure_newline()
        reporter.write_line(visible(f"gateway {name} at {url}"))


def pytest_rgw_untested(config: pytest.Config, gateway: str, what: str, why: str) -> None:
    """Note what cannot be tested as a whole."""
    writer = config.stash[_WRITER]
    writer.facts.setdefault(gateway, {"untested": []})["untested"].append([what, why])
    writer.part(gateway).gateway(writer.facts[gateway])


def pytest_rgw_accept(config: pytest.Config, gateway: str, result: CheckResult) -> CheckResult:
    """What the baseline has too is accepted."""
    return config.stash[_BASELINES].accept(gateway, result)


def pytest_rgw_check(
    config: pytest.Config, gateway: str, result: CheckResult, evidence: list[dict[str, Any]], api: str, number: int
) -> None:
    """Write a verdict down as soon as it is known."""
    config.stash[_WRITER].part(gateway).check(result, evidence, api, number)
    if _ALLURE in config.stash:
        config.stash[_ALLURE].tell(gateway, result, evidence, api)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make runs of the parts, and let the verdicts decide the exit code."""
    config = session.config
    writer = config.stash[_WRITER]
    if writer.worker != "main" or not writer.facts or writer.directory is None:
        return
    directory = writer.directory
    ended = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
    order = list(writer.facts)
    for name in sorted(gateways(directory), key=lambda name: order.index(name) if name in order else len(order)):
        merged = merge(
            directory,
            name,
            suite=version(),
            command=command(config),
            started=writer.started.isoformat(timespec="seconds"),
            complete=ended and not session.shouldstop and not session.shouldfail,
        )
        (directory / name / "junit.xml").write_bytes(junit(merged.run))
        if not config.getoption("--no-pages"):
            writer.pages[name] = _page(merged, directory / name / "run.json")
        writer.merged.append(merged)
    remove_parts(directory)
    if _ALLURE in config.stash:
        # Where allure-pytest reads it too: against the directory that pytest was called in.
        place = config.invocation_params.dir / config.getoption("allure_report_dir")
        write_surroundings(place, [merged.run for merged in writer.merged])
    if ended:
        session.exitstatus = exit_code(writer.merged, _fail_on(config), int(session.exitstatus))


def _page(merged: Merged, path: Path) -> str:
    """Write `report.html` of a run; what keeps it from being written, for the verdicts stand without it."""
    from reports.pages.report import NAME, write_report  # noqa: PLC0415 - each worker would wait for Jinja2

    try:
        write_report(Loaded(merged.run, Evidence(path.with_name(EVIDENCE)), path), path.with_name(NAME))
    except Exception as error:  # noqa: BLE001 - a page that cannot be made takes no verdict away
        return f"{type(error).__name__}: {error}"
    return ""


def _fail_on(config: pytest.Config) -> Level:
    """Where there is a baseline, red is what is worse, however mild."""
    return Level.SHOULD if config.stash[_BASELINES].loaded else Level(config.getoption("--fail-on"))


def exit_code(merged: list[Merged], fail_on: Level, pytests: int) -> int:
    """1: something is red; 5: nothing was judged, or nothing of an API whose checks were selected; else 0."""
    for one in merged:
        if any(check.red(fail_on=fail_on) for check in one.run.checks.values()):
            return int(pytest.ExitCode.TESTS_FAILED)
    if pytests == pytest.ExitCode.TESTS_FAILED:
        return pytests
    for one in merged:
        judged = {one.apis[id_] for id_, c in one.run.checks.items() if c.verdict.judged and id_ != SET_UP}
        selected = {one.apis[id_] for id_, c in one.run.checks.items() if id_ != SET_UP}
        refused = {one.apis[id_] for id_, c in one.run.checks.items() if c.verdict is Verdict.UNSUPPORTED}
        if not judged or selected - judged - refused:
            return int(pytest.ExitCode.NO_TESTS_COLLECTED)
    return int(pytest.ExitCode.OK)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on the report which check this was, and on which gateway; it may come from a worker."""
    report = yield
    marker, names = item.get_closest_marker("check"), list(item.config.stash[_WRITER].facts)
    if marker is not None:
        gateway = getattr(getattr(item, "funcargs", {}).get("gateway"), "name", names[0] if len(names) == 1 else "")
        vars(report)[_CHECK] = f"{marker.args[0]} on {gateway}" if gateway else marker.args[0]
    return report


def pytest_report_teststatus(report: Any, config: pytest.Config) -> tuple[str, str, str] | None:
    """With `-v` progress names check and gateway; `when` and outcomes are as pytest itself has them."""
    check = getattr(report, _CHECK, None)
    if check is None or config.get_verbosity() < 1 or (report.when != "call" and report.passed):
        return None
    if hasattr(report, "wasxfail"):
        kind, letter, word = "xfailed", "x", "KNOWN"
    elif report.failed and report.when != "call":
        kind, letter, word = "error", "E", "ERROR"
    else:
        kind, letter, word = report.outcome, report.outcome[0].upper() if report.failed else ".", report.outcome.upper()
    return kind, letter, f"{word} {check}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell the reader."""
    writer = config.stash[_WRITER]
    if not writer.merged:
        return
    terminalreporter.section("rgw-conformance")
    for merged in writer.merged:
        evidence = (writer.directory or Path()) / merged.run.gateway / "run.json"
        for line in summary(merged, evidence=_near(evidence, config)):
            terminalreporter.write_line(line.text, **({line.mark: True} if line.mark else {}))
        if (why := writer.pages.get(merged.run.gateway)) is not None:
            page = f"page: {visible(_near(evidence.with_name('report.html'), config))}"
            terminalreporter.write_line(f"no {page}: {visible(why)}" if why else page, **({"red": True} if why else {}))
        red = reds(merged.run, fail_on=_fail_on(config))
        if red and config.stash[_BASELINES].loaded:
            terminalreporter.write_line(f"WORSE than the baseline: {len(red)} checks are red.", red=True)
        elif red and merged.run.injected is None:
            terminalreporter.write_line(f"NOT SAFE for a registry: {len(red)} checks are red.", red=True)
        if red and config.get_verbosity() > 0:
            _shown(terminalreporter, merged, evidence, [check.id for check in red])
    _compared(terminalreporter, config, writer)


def _shown(terminalreporter: Any, merged: Merged, path: Path, checks: list[str]) -> None:
    """What `python -m reports show` shows, of the first red checks."""
    loaded = Loaded(merged.run, Evidence(path.with_name(EVIDENCE)), path)
    for id_ in checks[:_SHOWN]:
        terminalreporter.write_line("")
        for line in show(loaded, id_):
            terminalreporter.write_line(line)
    if len(checks) > _SHOWN:
        more = f"{len(checks) - _SHOWN} more: python -m reports show {visible(str(path))} CHECK-ID"
        terminalreporter.write_line(f"\n{more}")


def _compared(terminalreporter: Any, config: pytest.Config, writer: Writer) -> None:
    directory, runs = writer.directory or Path(), [merged.run for merged in writer.merged]
    if any(run.injected for run in runs) and not config.stash[_BASELINES].loaded:
        # What gateways with the same fault have apart is of no use, and the score makes a thousand such runs.
        return
    writing = terminalreporter._tw  # noqa: SLF001 - the one place that knows width and colour of this terminal
    lines = ending(
        directory,
        runs,
        config.stash[_BASELINES],
        colour=writing.hasmarkup,
        width=max(writing.fullwidth, 40),
        pages=not config.getoption("--no-pages"),
    )
    if not lines:
        return
    terminalreporter.section("comparison")
    for line in lines:
        terminalreporter.write(f"{line}\n")
    if (directory / "comparison.md").is_file():
        terminalreporter.write_line(f"with exchanges: {_near(directory / 'comparison.md', config)}")


def _near(path: Path, config: pytest.Config) -> str:
    try:
        return str(path.relative_to(config.invocation_params.dir))
    except ValueError:
        return str(path)


def version() -> str:
    """The version of this project, from pyproject.toml."""
    with (_ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def command(config: pytest.Config) -> str:
    """How pytest was called, without credentials that a URL may hold."""
    return shlex.join(["pytest", *(_without_userinfo(str(argument)) for argument in config.invocation_params.args)])


def _without_userinfo(argument: str) -> str:
    name, sign, url = argument.rpartition("=") if "=" in argument.partition("://")[0] else ("", "", argument)
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return argument
    return f"{name}{sign}{parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()}"
