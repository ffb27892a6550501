"""Runs that pages are made of in tests: an ordinary one, one whose gateway is hostile, and ones of any size."""

import base64
import json
from dataclasses import replace

from reports.evidence import Evidence
from reports.loading import Loaded
from reports.model import BREAKS, MUST, SHOULD, Verdict
from tests.reports.building import deviation, line, result, run

TOKEN = "X-Auth-Token: ***\r\n"
NO_STATUS = "Content-Length: 0\r\nDate: Wed, 25 Nov 2026 21:29:17 GMT\r\n\r\n"
HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    "{{ 7*7 }}\x1b[31m\x00\u202e\u2066\x9b31m`'\"&lt; javascript:alert(1)"
)
"""Ends elements, runs scripts, turns the direction of writing, moves a cursor, ends strings."""


def asking(method, target, fields=TOKEN, body=b"", framing="none"):
    """The request of a line of evidence."""
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUser-Agent: rgw-conformance\r\n{fields}\r\n"
    return {
        "head": head,
        "size": len(body),
        "sha256": None,
        "body": base64.b64encode(body).decode(),
        "framing": framing,
        "sent_body": True,
    }


def dead(method="HEAD", target="/swift/v1/c/upload/data", **more):
    """An exchange without a status line."""
    return line(f"{method} {target}") | {
        "request": asking(method, target),
        "response": {"status": None, "head": "", "size": 0, "body": "", "framing": None, "interim": []},
        "raw": NO_STATUS,
        "failure": "status-line",
        "failure_detail": "no HTTP version",
        "reusable": False,
        "position": 1,
        **more,
    }


def put(target="/swift/v1/c/segments/none", body=b"seg'ment", **more):
    """A write that is acknowledged."""
    fields = TOKEN + f"Content-Length: {len(body)}\r\n"
    return (
        line(f"PUT {target}", "HTTP/1.1 201 Created")
        | {"request": asking("PUT", target, fields, body, "length"), "position": 0}
        | more
    )


def ordinary(place, **options):
    """A gateway on which a push breaks, with something of everything else."""
    checks = [
        replace(
            result("head-of-empty-dlo", deviation(exchanges=[1], message="expected a status line")),
            claim="HEAD of a manifest without segments has a status line.",
            oracle="RFC 9112 section 4",
        ),
        result("acl-removed", deviation("acl", MUST, impact="anybody reads", accepted="known", known="tracker 12780")),
        replace(result("challenge[get]", deviation("challenge", SHOULD, impact="not told")), oracle="RFC 9110"),
        replace(
            result("replay[2.8.3-swift-push-small]"),
            measurements={"HEAD & its size": [[1 << 20, 0.004], [1 << 26, 0.005]]},
        ),
        result("replay[3.1.1-s3-push-small]", verdict=Verdict.BLOCKED, reason="no PUT was acknowledged"),
        result("real-registry[swift-pull-image]"),
        replace(
            result("s3-get", verdict=Verdict.UNTESTED, reason="no S3 credentials"),
            level=MUST,
            oracle="S3 API, GetObject",
        ),
        result("set-up"),
    ]
    evidence = {
        "head-of-empty-dlo": [put(), dead()],
        "challenge[get]": [line("GET /swift/v1", "HTTP/1.1 401 Unauthorized", body=b"no")],
        "replay[2.8.3-swift-push-small]": [line("GET /swift/v1/c?format=json", body=bytes(range(256)))],
    }
    return written(place, checks, evidence, **options)


def hostile(place):
    """A gateway that answers with whatever opens a page, a terminal or a reader."""
    latin = HOSTILE.encode("utf-8").decode("latin-1")
    seen = line("GET /swift/v1/c", body=HOSTILE.encode()) | {
        "failure": HOSTILE,
        "failure_detail": HOSTILE,
        "note": HOSTILE,
        "connection": HOSTILE,
        "raw": latin,
        "request": asking("GET", f"/swift/v1/c?{latin}", f"X-Note: {latin}\r\n"),
        "excess": base64.b64encode(HOSTILE.encode()).decode(),
    }
    told = {"impact": HOSTILE, "message": HOSTILE, "exchanges": [0], "known": HOSTILE}
    checks = [
        replace(
            result(f"red[{HOSTILE}]", deviation(HOSTILE, BREAKS, **told), observations={HOSTILE: HOSTILE}),
            oracle=HOSTILE,
            claim=HOSTILE,
        ),
        result("known", deviation("known", MUST, accepted="known", **told)),
        result("untested", verdict=Verdict.UNTESTED, reason=HOSTILE),
        result("replay[2.8.3-swift-push-x]", deviation("r", MUST, **told)),
    ]
    evidence = {checks[0].id: [seen], "known": [seen], checks[3].id: [seen]}
    profile = {"version": HOSTILE, "server": HOSTILE, "frontend": HOSTILE}
    return written(place, checks, evidence, gateway=HOSTILE, profile=profile, run_id=HOSTILE)


def written(place, checks, evidence, **options):
    """A run in a directory; `evidence` by check, in the order of the file."""
    place.mkdir(parents=True, exist_ok=True)
    made = replace(run(*checks, **options), url=options.get("url", "http://127.0.0.1:1"))
    (place / "run.json").write_text(json.dumps(made.to_json()))
    with (place / "exchanges.jsonl").open("w") as file:
        for check, lines in evidence.items():
            file.writelines(json.dumps(one | {"check": check}) + "\n" for one in lines)
    return Loaded(made, Evidence(place / "exchanges.jsonl"), place / "run.json")
