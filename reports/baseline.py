"""Baselines: runs that later runs are held against, so that only what is worse is red.

Rule 1: a baseline is any run of the same suite that came to its end; where there are several, each is for the gateway
    of its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.loading import Loaded, RunError, comparable, load
from reports.model import SET_UP, CheckResult, against, recorded


@dataclass(frozen=True, slots=True)
class Baselines:
    """What the deviations of a run are held against; nothing where no baseline was named."""

    loaded: tuple[Loaded, ...] = ()
    recording: bool = False
    """Whether this run becomes a baseline: whatever a gateway does in it is accepted."""

    def of(self, gateway: str) -> Loaded | None:
        """The baseline of a gateway. Raises RunError if there are several and none has its name."""
        if len(self.loaded) < 2:
            return self.loaded[0] if self.loaded else None
        named = {loaded.run.gateway: loaded for loaded in self.loaded}
        if gateway not in named:
            raise RunError(f"--baseline: none is of {gateway}; there are {', '.join(named)}")
        return named[gateway]

    def accept(self, gateway: str, result: CheckResult) -> CheckResult:
        """The result with all accepted that its baseline has too, or all of it while one is recorded."""
        if self.recording:
            return recorded(result)
        baseline = self.of(gateway)
        return result if baseline is None else against(baseline.run.checks.get(result.id), result)


def read(paths: Sequence[Path], *, recording: bool, suite: str) -> Baselines:
    """Read baselines: each a `run.json`, or a report directory of several. Raises RunError."""
    if recording and paths:
        raise RunError("--record-baseline: a run that is held against --baseline cannot be recorded as one; choose")
    loaded: list[Loaded] = []
    for path in paths:
        several = sorted(path.glob("*/run.json")) if path.is_dir() and not (path / "run.json").is_file() else []
        loaded += [load(one) for one in several or [path]]
    for one in loaded:
        try:
            comparable([one])
        except RunError as error:
            raise RunError(f"--baseline {error}") from error
        if not any(id_ != SET_UP and check.verdict.judged for id_, check in one.run.checks.items()):
            raise RunError(f"--baseline {one.path}: nothing was judged in it; record one on a gateway that works")
        if one.run.suite != suite:
            raise RunError(f"--baseline {one.path}: of suite {one.run.suite}, this is {suite}; record it again")
    names = [one.run.gateway for one in loaded]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise RunError(f"--baseline: two are of {twice}; name one")
    return Baselines(tuple(loaded), recording)
