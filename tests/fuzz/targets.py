"""What is held against made-up answers: the parser and all that reads of it, the binder, the writers of reports.

Rule 1: an example fails if something raises what it does not say that it raises, or takes seconds.
"""

import contextlib
import io
import json
import tempfile
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

from hypothesis import strategies as st

from fixtures.recordings.har import built_in
from fixtures.recordings.model import Recording, Step
from fixtures.recordings.s3.binding import Bindings as S3Bindings
from fixtures.recordings.s3.dialect import S3Dialect
from fixtures.recordings.swift.binding import Bindings as SwiftBindings
from fixtures.recordings.swift.dialect import SwiftDialect
from fixtures.wire.documents import Unreadable, document, listed, text_of
from fixtures.wire.evidence import evidence_of
from fixtures.wire.redaction import Redactor
from reports.compare import compare
from reports.console import console, print_comparison
from reports.junit import junit
from reports.loading import load
from reports.markdown import markdown
from reports.model import BREAKS, CheckResult, Deviation, Level, verdict_of
from reports.overview import overview_markdown
from reports.pages.comparison import write_comparison
from reports.pages.report import write_report
from reports.show import overview, show
from reports.store import Part, merge
from suites.plugin import judge
from suites.registry.judgement import judge_step
from tests.fuzz import answers

_RECORDINGS = ("2.8.3-swift", "2.8.3-s3")
_CONTAINER = "rgwc-fuzzed-1"
_STEPS = 6


def parser(data: bytes, how: str, places: list[int], fields: list[tuple[str, str]]) -> None:
    """Cut anyhow, bytes give the same facts; rules, readers and evidence bear them."""
    whole, pieces = answers.parsed(data, how), answers.parsed(data, how, places)
    assert (whole.response, whole.failure, whole.excess) == (pieces.response, pieces.failure, pieces.excess)
    exchange = answers.exchange(answers.asked(how, fields), data)
    for deviation in judge([exchange, exchange]):
        deviation.message.encode("utf-8")
    json.dumps(evidence_of(exchange, Redactor(["a-secret-of-nobody"])))
    response = exchange.response
    if response is None:
        return
    assert response.length is None or response.length >= 0
    with contextlib.suppress(ValueError):
        response.json()
    text_of(response.kept, "UploadId")
    with contextlib.suppress(Unreadable):
        listed(document(response.kept))


@cache
def _recording(name: str) -> Recording:
    return built_in(name)


def _dialect(recording: Recording) -> SwiftDialect | S3Dialect:
    if recording.api == "s3":
        return S3Dialect(recording, S3Bindings("gw:1", "KEY", "secret", _CONTAINER))
    return SwiftDialect(
        recording,
        SwiftBindings("gw:1", "/auth/1.0", "u", "k", _CONTAINER, "own", may_set_key=True),
    )


@cache
def _begun(name: str) -> list[tuple[int, Any, Any]]:
    """What a conversation knows after every few steps, as they were recorded: place, bindings, shadow."""
    recording = _recording(name)
    dialect = _dialect(recording)
    found = []
    for number, step in enumerate(recording.steps):
        if number % _STEPS == 0:
            found.append((number, deepcopy(dialect.bindings), deepcopy(dialect.shadow)))
        _play(dialect, step, b"")
    return found


def binder(name: str, given: list[bytes], place: int) -> None:
    """A conversation goes on with whatever it is told, and writes in its own container alone."""
    known = _begun(name)
    number, bindings, shadow = known[place % len(known)]
    dialect = _dialect(_recording(name))
    dialect.bindings, dialect.shadow = deepcopy(bindings), deepcopy(shadow)
    for told, step in enumerate(dialect.recording.steps[number : number + 2 * _STEPS]):
        _play(dialect, step, given[told] if told < len(given) else b"")


def _play(dialect: SwiftDialect | S3Dialect, step: Step, data: bytes) -> None:
    """One step, answered with these bytes, or as it was recorded."""
    if dialect.needless(step) or dialect.not_allowed(step) or dialect.obstacle(step):
        dialect.unsent(step)
        return
    played = dialect.expecting(step)
    request = dialect.request(step)
    if request.method not in ("GET", "HEAD", "POST"):
        assert _CONTAINER.encode() in request.target, request.target
    exchange = answers.exchange(request, data or _recorded(step))
    played.exchanges.append(exchange)
    dialect.again(step, exchange, 1)
    dialect.asks_again(step, exchange.response)
    for deviation, _ in judge_step(played, dialect.recording):
        deviation.message.encode("utf-8")
    dialect.heard(step, exchange)


def _recorded(step: Step) -> bytes:
    answer = step.answer
    body = answer.body or b""
    lines = [b"HTTP/1.1 %d X" % answer.status]
    lines += [
        f.name + b": " + f.value
        for f in answer.fields
        if f.name.lower() not in (b"content-length", b"transfer-encoding")
    ]
    size = b"%d" % (len(body) if step.method != "HEAD" else answer.size)
    return b"\r\n".join([*lines, b"Content-Length: " + size]) + b"\r\n\r\n" + (b"" if step.method == "HEAD" else body)


_LEVELS = [Level(level) for level in ("breaks", "must", "should", "observed")]
_text = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co")), max_size=8),
    st.sampled_from(
        ["</script><script>alert(1)</script>", "]]>", "&amp;", "|`*<!--", "\x1b[31m", "a" * 5000, "{{ 7*7 }}", "\ud800"]
    ),
)
_deviations = st.lists(st.tuples(_text, st.sampled_from(_LEVELS), _text, _text, st.integers(0, 1)), max_size=3)
_observations = st.dictionaries(
    _text, st.one_of(_text, st.integers(), st.floats(), st.lists(_text, max_size=2), st.none()), max_size=2
)
checks = st.lists(
    st.tuples(_text, _deviations, _observations, st.lists(answers.answer, min_size=2, max_size=2)), max_size=3
)


def writer(found: list[Any], again: list[Any], method: str, profile: dict[str, Any]) -> None:
    """Whatever was found is written, read again as it was, and told in every form."""
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        runs = []
        for name, results in (("one", found), ("two", again)):
            part = Part(here / ".parts" / "gw0" / name)
            part.gateway({"run_id": "abcdef1", "url": "http://gw:1", "profile": profile, "injected": None})
            for number, (id_, deviations, observations, given) in enumerate(results):
                part.check(_result(f"check-{number}", id_, deviations, observations), _evidence(method, given), "swift")
            merged = merge(here, name, suite="1", command="pytest", started="2026-11-23T20:00:00+00:00", complete=True)
            loaded = load(here / name / "run.json")
            assert json.dumps(loaded.run.to_json()) == json.dumps(merged.run.to_json())
            fromstring(junit(loaded.run))
            overview_markdown(loaded.run).encode("utf-8")
            "\n".join([*overview(loaded), *(line for id_ in loaded.run.checks for line in show(loaded, id_))])
            write_report(loaded, here / name / "report.html")
            runs.append(loaded)
        comparison = compare(runs)
        markdown(comparison).encode("utf-8")
        print_comparison(console(io.StringIO(), width=100), comparison, evidence=True)
        write_comparison(comparison, here / "comparison.html")
        page = (here / "one" / "report.html").read_text(encoding="utf-8")
        assert "<script>alert(1)" not in page


def _result(name: str, text: str, deviations: list[Any], observations: dict[str, Any]) -> CheckResult:
    made = tuple(
        Deviation("status-line", level, "rfc", impact, message, (number,))
        for message, level, impact, _, number in deviations
    )
    return CheckResult(
        id=name,
        verdict=verdict_of(made),
        level=BREAKS,
        oracle="rfc",
        impact=text,
        reason=text,
        claim=text,
        deviations=made,
        observations=observations,
        seconds=0.1,
    )


def _evidence(method: str, given: list[bytes]) -> list[dict[str, Any]]:
    return [evidence_of(answers.exchange(answers.asked(method, []), data), Redactor()) for data in given]


TARGETS: dict[str, tuple[Callable[..., None], tuple[Any, ...]]] = {
    "parser": (parser, (answers.answer, answers.method, answers.cuts, answers.asking)),
    "binder": (
        binder,
        (
            st.sampled_from(_RECORDINGS),
            st.lists(answers.answer, min_size=1, max_size=5),
            st.integers(0, 400),
        ),
    ),
    "writer": (
        writer,
        (
            checks,
            checks,
            answers.method,
            st.dictionaries(st.sampled_from(["version", "server", "storage_path"]), _text, max_size=3),
        ),
    ),
}
