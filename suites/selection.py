"""Which checks run, by their permanent ids: `--check ID`, and `--checks FILE` with many; and those of a stage,
or of faults.

Rule 1: an id that no check has is the user's mistake, and one line with exit code 4 says so.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from suites.claims import claim_of
from suites.listing import page

_SUITES: Final = Path(__file__).parent
_STAGES: Final = _SUITES / "stages"
_FAULTS: Final = _SUITES / "faults"
_REFUSED: Final = "rgw_conformance_refused"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that choose checks."""
    group = parser.getgroup("rgw-conformance")
    group.addoption("--check", action="append", default=[], metavar="ID", help="run this check only, repeatable")
    group.addoption(
        "--checks",
        type=Path,
        metavar="FILE",
        help="run only the checks that FILE names: one in a line, ID or ID@GATEWAY where there are several gateways",
    )
    group.addoption(
        "--list-checks", type=Path, metavar="FILE", help="write what is claimed, every check and rule, as Markdown"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `--stage` the checks of that stage are collected and no others, with `--faults` those of faults; without,
    none of them.
    """
    if not collection_path.name.startswith("test_") or _SUITES not in collection_path.parents:
        return None
    stage, faults, room = config.getoption("--stage"), config.getoption("--faults"), collection_path.parent
    if stage is not None:
        mine = room == _STAGES and collection_path.name.startswith(f"test_{stage}")
    else:
        mine = room == _FAULTS if faults else room not in (_STAGES, _FAULTS)
    return None if mine else True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for, and what is large unless it was asked for."""
    names = {id(item): _names(item) for item in items}
    try:
        wanted = {*config.getoption("--check"), *_named(config.getoption("--checks"))}
        _insist(wanted, {name for found in names.values() for name in found})
    except pytest.UsageError as error:
        if not hasattr(config, "workerinput"):
            raise
        # All workers say the same, and a worker that ends without a word is a crash to whoever started it.
        config.workeroutput[_REFUSED] = str(error)  # type: ignore[attr-defined]
        items[:] = []
        return
    if not wanted:
        _leave_out_scale(config, items)
        return
    left_out = [item for item in items if not names[id(item)] & wanted]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if names[id(item)] & wanted]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker refused is the user's mistake here too. Raises pytest.UsageError."""
    refused = getattr(node, "workeroutput", {}).get(_REFUSED)
    if refused is not None:
        raise pytest.UsageError(refused)


def _insist(wanted: set[str], known: set[str]) -> None:
    """Raises pytest.UsageError if a name that is wanted is none."""
    for name in sorted(wanted - known):
        near = difflib.get_close_matches(name, known, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; all: pytest suites --collect-only -q"
        raise pytest.UsageError(f"no check is called {name!r}{hint}")


def _leave_out_scale(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "scale" in config.getoption("markexpr") or config.getoption("--list-checks"):
        return
    large = [item for item in items if item.get_closest_marker("scale") is not None]
    if large:
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if item.get_closest_marker("scale") is None]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write down what is claimed, where that is asked for. Raises pytest.UsageError if it cannot be written."""
    wanted: Path | None = session.config.getoption("--list-checks")
    if wanted is None:
        return
    try:
        (session.config.invocation_params.dir / wanted).write_text(page(session.items), encoding="utf-8")
    except OSError as error:
        raise pytest.UsageError(f"--list-checks {wanted}: {error.strerror}") from error


def _named(path: Path | None) -> Iterable[str]:
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise pytest.UsageError(f"--checks {path}: {getattr(error, 'strerror', None) or error}") from error
    found = [line.strip() for line in lines if line.strip()]
    if not found:
        raise pytest.UsageError(f"--checks {path}: it names no check")
    return found


def _names(item: pytest.Item) -> set[str]:
    claim = claim_of(item)
    if claim is None:
        return set()
    parameters: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    gateway = parameters.get("gateway")
    return {claim.id} | ({f"{claim.id}@{gateway}"} if gateway is not None else set())
