"""Results, runs and evidence for tests, short to write."""

import base64
import json

from reports.evidence import Evidence
from reports.loading import Loaded
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


def run(*results, gateway="gw", complete=True, injected=None, profile=None, run_id="abcdef1", suite="1.2.3"):
    return Run(
        suite=suite,
        run_id=run_id,
        command="pytest suites",
        started="2026-11-23T20:00:00+00:00",
        complete=complete,
        injected=injected,
        gateway=gateway,
        url="http://127.0.0.1:1",
        profile=profile if profile is not None else {"version": "16.2.15", "frontend": "beast"},
        checks={r.id: r for r in results},
    )


def line(asked, answer="HTTP/1.1 200 OK", *, fields=(), body=b"", seconds=0.01, **more):
    """A line of exchanges.jsonl as fixtures/wire/evidence.py writes it."""
    response = {
        "status": int(answer.split()[1]),
        "interim": [],
        "head": "\r\n".join([answer, *fields, "\r\n"]),
        "framing": "length",
        "size": len(body),
        "sha256": None,
        "body": base64.b64encode(body).decode(),
        "complete": True,
        "chunk_sizes": [],
        "trailers": [],
    }
    return {
        "started": 0.0,
        "seconds": seconds,
        "first_byte": seconds,
        "connection": "check-1",
        "reusable": True,
        "failure": None,
        "request": {"head": f"{asked} HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", "size": 0, "body": ""},
        "response": response,
        "raw": None,
        "excess": "",
        **more,
    }


def loaded(place, *results, evidence=None, **options):
    """A run written to a directory, with lines of evidence for each of its checks."""
    place.mkdir(parents=True)
    made = run(*results, **options)
    (place / "run.json").write_text(json.dumps(made.to_json()))
    with (place / "exchanges.jsonl").open("w") as file:
        for check, lines in (evidence or {}).items():
            file.writelines(json.dumps(one | {"check": check}) + "\n" for one in lines)
    return Loaded(made, Evidence(place / "exchanges.jsonl"), place / "run.json")


PASS, FAIL, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.ERROR
