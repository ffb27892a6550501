"""Results and runs for tests, short to write."""

from reports.model import BREAKS, CheckResult, Deviation, Level, Run, Verdict, verdict_of


def deviation(rule="status-line", level=BREAKS, *, impact="push fails", message="no status", exchanges=(), **more):
    return Deviation(rule, Level(level), "rfc", impact, message, tuple(exchanges), **more)


def result(id_="a-check", *deviations, verdict=None, reason="", observations=None, seconds=0.25):
    return CheckResult(
        id=id_,
        verdict=verdict or verdict_of(deviations),
        level=BREAKS,
        oracle="rfc",
        impact="push fails",
        reason=reason,
        deviations=deviations,
        observations=observations or {},
        seconds=seconds,
    )


def run(*results, gateway="gw", complete=True, injected=None, profile=None):
    return Run(
        suite="1.2.3",
        run_id="abcdef1",
        command="pytest suites",
        started="2026-11-23T20:00:00+00:00",
        complete=complete,
        injected=injected,
        gateway=gateway,
        url="http://127.0.0.1:1",
        profile=profile if profile is not None else {"version": "16.2.15", "frontend": "beast"},
        checks={r.id: r for r in results},
    )


PASS, FAIL, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.ERROR
