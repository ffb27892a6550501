"""Judges a played page against what was recorded: status, what this driver reads, what the body means.

Rule 1: header order, case and unknown fields are observations, not failures.
Rule 2: `breaks` is said only where the driver's own repetitions do not save it.
"""

import json
import zlib
from collections.abc import Iterator
from typing import Any, Final

from fixtures.recordings.dialect import Played
from fixtures.recordings.go import transport_error
from fixtures.recordings.model import Kind, Recording, Step
from fixtures.wire.message import Exchange, Response
from reports.model import BREAKS, MUST, SHOULD, Deviation, Level
from suites.registry.documents import judge_document
from suites.registry.reads import loss, reads_of

Found = tuple[Deviation, Exchange]


RULES: Final = ("recorded-status", "driver-reads", "body-meaning")
"""What is found in a replay besides what the rules of every exchange find."""
_ALIKE: Final = "none of this registry, which takes each 2xx for success; others look for the one that the API names"


def judge_step(played: Played, recording: Recording) -> Iterator[Found]:
    """What is wrong with the answers to one step, besides what the rules find."""
    step = played.step
    last = played.last
    if last is None:
        return
    lost = transport_error(last, recording.go)
    for exchange in played.exchanges:
        # What the rules find in an unreadable answer weighs what it costs this registry.
        exchange.tags["level"] = BREAKS if lost is not None and step.kind is not Kind.INFO else MUST
        exchange.tags["impact"] = _loss(step, recording, lost)
    response = last.response
    if lost is not None or response is None:
        return
    if _another_success(step, response):
        yield Deviation("recorded-status", MUST, "registry", _ALIKE, _status(step, response)), last
    elif not _as_recorded(step, response):
        yield _deviation("recorded-status", step, recording, _status(step, response)), last
        return
    yield from _absorbed(played, response)
    for read in reads_of(step, recording):
        wrong = read.wrong(played, response, last)
        if wrong is not None:
            oracle = f"registry {recording.registry}: {read.source}"
            message = f"{step.method} ({step.kind}): {wrong}"
            yield Deviation("driver-reads", read.level, oracle, read.impact, message), last
    coded = _coded(step, response)
    if coded is not None:
        yield coded, last
        return
    for wrong, level in _body(played, response, recording):
        message = f"{step.method} ({step.kind}): {wrong}"
        yield Deviation("body-meaning", level, "registry", loss(step, recording), message), last


def _as_recorded(step: Step, response: Response) -> bool:
    """Whether the registry reads this status as it reads the recorded one.

    A login is good with any 2xx (ncw/swift swift.go, `parseHeaders`), and `/info` is absent with whatever is not 200
    (`QueryInfo`), though a 5xx stays an error. OpenStack Swift answers 200 and 403 there, RGW 204 and 404.
    """
    status, recorded = response.status or 0, step.answer.status
    if step.kind is Kind.AUTH and 200 <= recorded < 300:
        return 200 <= status < 300
    if step.kind is Kind.INFO and recorded != 200:
        return 400 <= status < 500
    return status == recorded


def _absorbed(played: Played, response: Response) -> Iterator[Found]:
    step = played.step
    for exchange in played.exchanges[:-1]:
        if exchange.status is not None and exchange.status >= 500:
            impact = f"absorbed by the registry's repetition of {step.method}; slower"
            message = f"{step.method} ({step.kind}) is answered with {exchange.status} and then with {response.status}"
            yield Deviation("recorded-status", SHOULD, "registry", impact, message), exchange


def _coded(step: Step, response: Response) -> Deviation | None:
    """What it costs that a body is packed, or is said to be; Go unpacks what it asked for packed (go/src/net/http/
    transport.go, `roundTrip`), and fails where it cannot.
    """
    coding, asked = (response.get("Content-Encoding") or "").lower(), step.get("Accept-Encoding") or ""
    if step.method == "HEAD" or step.answer.get("Content-Encoding") or coding != "gzip" or "gzip" not in asked:
        return None
    said = f"{step.method} ({step.kind}): the body is said to be coded with gzip"
    try:
        zlib.decompressobj(wbits=zlib.MAX_WBITS + 16).decompress(response.kept)
    except zlib.error:
        impact = "the registry reads: gzip: invalid header"
        return Deviation("body-meaning", BREAKS, "registry", impact, f"{said}, and is not")
    impact = "none of this registry, whose Go unpacks it; others have bytes that they cannot read"
    return Deviation("body-meaning", MUST, "registry", impact, said)


def _another_success(step: Step, response: Response) -> bool:
    """Whether it is not the status that was recorded and the drivers go on all the same.

    ncw/swift (swift.go, `parseHeaders`) takes 200 to 299 for success, aws-sdk-go (corehandlers,
    `ValidateResponseHandler`) what is below 300; what of a body is asked for, its length tells.
    """
    status, recorded = response.status or 0, step.answer.status
    alike = 200 <= status < 300 and 200 <= recorded < 300
    return alike and status != recorded and step.method != "GET" and step.kind is not Kind.AUTH


def _loss(step: Step, recording: Recording, lost: str | None) -> str:
    if lost is None:
        return f"absorbed by the registry's repetition of {step.method}; slower"
    return f"{loss(step, recording)} (the registry reads: {lost})"


def _deviation(rule: str, step: Step, recording: Recording, message: str) -> Deviation:
    level = MUST if step.kind is Kind.INFO else BREAKS
    return Deviation(rule, level, "registry", loss(step, recording), message)


def _status(step: Step, response: Response) -> str:
    return f"{step.method} ({step.kind}) is answered with {response.status}, RGW 16.2.15 answered {step.answer.status}"


def _body(played: Played, response: Response, recording: Recording) -> Iterator[tuple[str, Level]]:
    level = MUST if played.step.kind is Kind.INFO else BREAKS
    if played.step.method == "HEAD":
        return
    if played.step.kind is Kind.LIST:
        yield from _listing(played, response)
    if recording.api == "s3":
        yield from judge_document(played, response, recording)
    expected = played.expected
    if expected is None or response.status not in (200, 206):
        return
    if response.size != expected.size:
        yield f"{response.size} bytes, {expected.size} were written", level
    elif response.sha256 != expected.sha256:
        yield f"other bytes than were written (sha256 {response.sha256}, written {expected.sha256})", level


def _listing(played: Played, response: Response) -> Iterator[tuple[str, Level]]:
    """Rows by name, size and hash; `last_modified` must be what ncw parses (swift.go, `Objects`)."""
    try:
        rows = response.json()
        recorded = json.loads(played.step.answer.body or b"[]")
        seen, wanted = [_row(row) for row in rows], [_row(row) for row in recorded]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield f"the listing is not the JSON that a registry reads ({error})", BREAKS
        return
    if seen != wanted:
        missing = [name for name, _ in wanted if name not in {n for n, _ in seen}]
        surplus = [name for name, _ in seen if name not in {n for n, _ in wanted}]
        if missing or surplus:
            yield f"{len(missing)} rows are missing {missing[:2]}, {len(surplus)} too many {surplus[:2]}", BREAKS
        elif sorted(seen) == sorted(wanted):
            yield f"the rows are out of order: {[name for name, _ in seen][:3]}", BREAKS
        else:
            yield f"sizes differ: {[pair for pair in seen if pair not in wanted][:2]}", BREAKS
    for row in rows:
        if "subdir" in row:
            continue
        if not _listed_time(row.get("last_modified")):
            yield f"last_modified is {row.get('last_modified')!r}", BREAKS
        # The driver takes names and sizes of segments, and no hash (swift.go, `getAllSegments`).
        wanted_hash = played.hashes.get(row["name"])
        if wanted_hash is not None and row.get("hash") != wanted_hash:
            yield f"hash of a row is {row.get('hash')!r}, the MD5 of what was written is {wanted_hash}", MUST


def _row(row: dict[str, Any]) -> tuple[str, int]:
    if "subdir" in row:
        return row["subdir"], -1
    if type(row["bytes"]) is not int:
        # encoding/json takes no text for an int64 (ncw/swift swift.go, `Object`).
        msg = f"bytes is {row['bytes']!r}"
        raise TypeError(msg)
    return row["name"], row["bytes"]


def _listed_time(value: object) -> bool:
    """ncw parses `2006-01-02T15:04:05` and drops a fraction; a zone at the end fails (swift.go, `Objects`)."""
    if not isinstance(value, str):
        return False
    whole = value.partition(".")[0].removesuffix("Z")
    return len(whole) == 19 and whole[10] == "T" and whole.replace("-", "").replace(":", "").replace("T", "").isdigit()
