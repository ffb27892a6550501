"""Reads runs back from where they were written. What is wrong with a file is one line that says what to do."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.escaping import visible
from reports.evidence import NAME, Evidence
from reports.model import SCHEMA, SET_UP, Run, Verdict


class RunError(Exception):
    """A run that cannot be read or compared, in one line."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A run and where its evidence lies."""

    run: Run
    evidence: Evidence
    path: Path


def load(path: Path) -> Loaded:
    """Read `run.json`, or the only one of this report directory. Raises RunError."""
    name = visible(str(path))
    if path.is_dir():
        found = sorted(path.glob("*/run.json"))
        if not (path / "run.json").is_file() and len(found) == 1:
            path = found[0].parent
        elif not (path / "run.json").is_file() and found:
            raise RunError(f"{name}: a directory of {len(found)} runs; name one: {visible(str(found[0]))}")
        path = path / "run.json"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{visible(str(path))}: {error.strerror}; name the run.json of a report directory") from error
    except (ValueError, RecursionError) as error:
        raise RunError(f"{name}: no JSON ({visible(str(error))}); name the run.json of a report directory") from error
    if not isinstance(value, dict) or "schema" not in value:
        raise RunError(f"{name}: no run: it has no schema; name the run.json of a report directory")
    if value["schema"] != SCHEMA:
        said = visible(repr(value["schema"]))
        raise RunError(f"{name}: written with schema {said}, this version reads {SCHEMA}; run the suites again")
    try:
        run = Run.from_json(value)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise RunError(f"{name}: no run of schema {SCHEMA}: {type(error).__name__} {visible(str(error))}") from error
    return Loaded(run, Evidence(path.with_name(NAME)), path)


def comparable(runs: Sequence[Loaded], *, anyway: bool = False) -> None:
    """Raise RunError if comparing these runs says nothing about gateways.

    With `anyway` runs of different suites and runs that were cut short are compared as far as they go.
    """
    seen: dict[tuple[str, str], Loaded] = {}
    for loaded in runs:
        run, name = loaded.run, visible(str(loaded.path))
        # A gateway that cannot even be started has failed set-up, which is a verdict.
        if not any(id_ != SET_UP or check.verdict is Verdict.FAIL for id_, check in run.checks.items()):
            raise RunError(f"{name}: an empty run, no check has a verdict in it; there is nothing to compare")
        if not run.complete and not anyway:
            raise RunError(f"{name}: the run is not complete, what it lacks would look lost; run it again, or --anyway")
        twin = seen.setdefault((run.run_id, run.gateway), loaded)
        if twin is not loaded:
            raise RunError(f"{name}: the same run as {visible(str(twin.path))}; compare it with another")
    suites = list(dict.fromkeys(loaded.run.suite for loaded in runs))
    if len(suites) > 1 and not anyway:
        said = " and ".join(visible(suite) for suite in suites)
        raise RunError(f"runs of different suites, {said}: their checks differ; run one again, or --anyway")


def labels(runs: Sequence[Run]) -> list[str]:
    """A name for each run, no two alike: the gateway's, with what tells it from its namesakes."""
    names = [run.gateway + (f" with {run.injected}" if run.injected else "") for run in runs]
    for more in ([run.started for run in runs], [run.run_id for run in runs]):
        names = [f"{n} of {word}" if names.count(n) > 1 else n for n, word in zip(names, more, strict=True)]
    return [visible(name) for name in names]
