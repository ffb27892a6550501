"""Each thing that a driver reads is found wrong where it is missing or another, and right as it was recorded."""

import gzip
import re
from dataclasses import replace

import pytest

from fixtures.recordings.dialect import Played
from fixtures.recordings.har import BUILT_IN, built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.swift.keystone import logs_in_at_keystone
from fixtures.wire.content import from_bytes
from fixtures.wire.message import Exchange, Field, Framing, Request
from fixtures.wire.parser import ResponseParser
from reports.model import BREAKS, MUST, SHOULD
from suites.registry.judgement import judge_step
from suites.registry.reads import reads_of

RECORDINGS = {name: built_in(name) for name in BUILT_IN}


def answered(step, *, status=None, fields=None, body=None) -> Exchange:
    """What the recorded gateway answered, or the same with something changed."""
    answer = step.answer
    kept = (answer.body or b"") if body is None else body
    wanted = fields if fields is not None else answer.fields
    lines = [b"%s: %s" % (f.name, f.value) for f in wanted]
    if body is not None and step.method != "HEAD":
        lines = [line for line in lines if not line.lower().startswith((b"content-length", b"transfer-encoding"))]
        lines.append(b"Content-Length: %d" % len(kept))
    elif answer.get("Transfer-Encoding") == "chunked":
        kept = (b"%x\r\n%b\r\n" % (len(kept), kept) if kept else b"") + b"0\r\n\r\n"
    else:
        kept = kept.ljust(int(answer.get("Content-Length") or 0), b"\0")
    head = b"HTTP/1.1 %d X\r\n" % (status or answer.status) + b"\r\n".join(lines) + b"\r\n\r\n"
    parser = ResponseParser(step.method, keep=1 << 20, body_limit=1 << 30)
    parser.feed(head + (b"" if step.method == "HEAD" else kept))
    content = from_bytes(step.body) if step.body is not None and step.framing is not Framing.NONE else None
    request = Request(step.method, step.target.encode("latin-1"), step.fields, step.framing, content)
    return Exchange(request, parser.response, head, failure=parser.failure)


def found(step, recording, *exchanges, **facts):
    return [deviation for deviation, _ in judge_step(Played(step, list(exchanges), **facts), recording)]


def kept_steps(recording):
    """Steps whose bodies were kept, so that what was recorded can be judged by itself."""
    for step in recording.steps:
        whole = step.answer.body is not None and len(step.answer.body) == step.answer.size
        if whole and (step.body is not None or step.framing is Framing.NONE):
            yield step


def without(step, name):
    return tuple(f for f in step.answer.fields if f.name.lower() != name.lower().encode())


@pytest.mark.parametrize("name", BUILT_IN)
def test_what_was_recorded_is_right(name):
    recording = RECORDINGS[name]
    for step in kept_steps(recording):
        assert found(step, recording, answered(step)) == [], f"step {step.number} {step.kind}"


READ_FIELDS = {
    "swift": {
        Kind.AUTH: ["X-Storage-Url", "X-Auth-Token"],
        Kind.HEAD_CONTAINER: ["X-Container-Object-Count", "X-Container-Bytes-Used"],
        Kind.PUT_CONTENT: ["Etag"],
        Kind.AWAIT_MANIFEST: ["Last-Modified", "X-Object-Manifest"],
        Kind.GET_RANGE: ["Content-Range"],
    },
    "s3": {Kind.UPLOAD_PART: ["ETag"], Kind.GET_OBJECT: ["Content-Range"]},
}
CASES = [
    (name, kind, field)
    for name in BUILT_IN
    for kind, fields in READ_FIELDS[RECORDINGS[name].api].items()
    for field in (["X-Subject-Token"] if kind is Kind.AUTH and logs_in_at_keystone(RECORDINGS[name]) else fields)
]
CASES += [("3.1.1-s3", Kind.HEAD_OBJECT, "Last-Modified")]


def reading(recording, kind, field):
    """A step of this kind whose recorded answer has the field."""
    return next(s for s in recording.steps if s.kind is kind and s.answer.get(field) and s.answer.status < 300)


@pytest.mark.parametrize(("name", "kind", "field"), CASES)
def test_a_field_that_a_driver_reads_is_missed(name, kind, field):
    recording = RECORDINGS[name]
    step = reading(recording, kind, field)

    rows = found(step, recording, answered(step, fields=without(step, field)))

    assert [d for d in rows if d.rule == "driver-reads" and field.lower() in d.message.lower()]
    assert all(d.impact for d in rows)


@pytest.mark.parametrize(("name", "kind", "field"), CASES)
def test_a_field_that_a_driver_cannot_read_is_told(name, kind, field):
    recording = RECORDINGS[name]
    step = reading(recording, kind, field)
    wrong = (
        b""
        if field in ("X-Auth-Token", "X-Subject-Token") or (kind, field) == (Kind.UPLOAD_PART, "ETag")
        else b"nonsense"
    )
    fields = (*without(step, field), Field(field.encode(), wrong))

    assert [d for d in found(step, recording, answered(step, fields=fields)) if d.rule == "driver-reads"]


@pytest.mark.parametrize(
    "catalogue",
    [
        "[]",
        '[{"type": "image", "endpoints": [{"interface": "public", "url": "http://a/v1"}]}]',
        '[{"type": "object-store", "endpoints": [{"interface": "internal", "url": "http://a/v1"}]}]',
        '[{"type": "object-store", "endpoints": [{"interface": "public", "url": "/swift/v1"}]}]',
        "null",
    ],
)
def test_a_catalogue_without_a_usable_object_store_is_told(catalogue):
    recording = RECORDINGS["2.8.2-keystone-swift"]
    step = reading(recording, Kind.AUTH, "X-Subject-Token")
    body = f'{{"token": {{"catalog": {catalogue}}}}}'.encode()

    (row,) = found(step, recording, answered(step, body=body))

    assert (row.rule, row.impact) == ("driver-reads", "the registry does not start: it cannot log in")
    assert "object" in row.message


def test_a_length_that_is_another_is_told():
    for name, kind in (("2.8.3-swift", Kind.AWAIT_MANIFEST), ("3.1.1-s3", Kind.HEAD_OBJECT)):
        recording = RECORDINGS[name]
        step = reading(recording, kind, "Content-Length")
        fields = (*without(step, "Content-Length"), Field(b"Content-Length", b"1"))
        rows = found(step, recording, answered(step, fields=fields))
        assert any("Content-Length" in d.message for d in rows)


ELEMENTS = [
    (Kind.CREATE_UPLOAD, "UploadId"),
    (Kind.COPY_PART, "ETag"),
    (Kind.LIST_UPLOADS, "UploadId"),
    (Kind.LIST_UPLOADS, "Key"),
    (Kind.LIST_PARTS, "PartNumber"),
    (Kind.LIST_PARTS, "Size"),
    (Kind.LIST_PARTS, "ETag"),
    (Kind.LIST_OBJECTS, "Key"),
    (Kind.LIST_OBJECTS, "Size"),
    (Kind.LIST_OBJECTS, "IsTruncated"),
    (Kind.LIST_OBJECTS, "Prefix"),
    (Kind.DELETE_OBJECTS, "Key"),
]


@pytest.mark.parametrize("name", ["2.8.3-s3", "3.1.1-s3"])
@pytest.mark.parametrize(("kind", "element"), ELEMENTS)
def test_an_element_that_a_driver_reads_is_missed(name, kind, element):
    recording = RECORDINGS[name]
    pattern = re.compile(rb"(?<=<%b>)(?!false)[^<]+(?=</)|(?<=<%b>)false(?=<)" % (element.encode(), element.encode()))
    inside = b"<CommonPrefixes>" if element == "Prefix" else b""
    step = next(
        s
        for s in recording.steps
        if s.kind is kind and pattern.search(s.answer.body or b"") and inside in s.answer.body
    )
    replacement = {"Size": b"1", "PartNumber": b"77", "IsTruncated": b"true"}.get(element, b"")
    at = step.answer.body.rindex(inside) if inside else 0
    body = step.answer.body[:at] + pattern.sub(replacement, step.answer.body[at:])

    rows = found(step, recording, answered(step, body=body))

    assert {d.rule for d in rows} & {"driver-reads", "body-meaning"}


@pytest.mark.parametrize("name", ["2.8.3-s3", "3.1.1-s3"])
@pytest.mark.parametrize("kind", [Kind.COPY_OBJECT, Kind.COPY_PART, Kind.COMPLETE_UPLOAD])
def test_an_error_that_comes_after_200_is_an_error(name, kind):
    recording = RECORDINGS[name]
    step = next(s for s in recording.steps if s.kind is kind)

    rows = found(step, recording, answered(step, body=b"<Error><Code>InternalError</Code></Error>"))

    assert any("InternalError" in d.message for d in rows)


@pytest.mark.parametrize("name", ["2.8.3-s3", "3.1.1-s3"])
@pytest.mark.parametrize("body", [b"", b"not xml", b"<a><b></a>", b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"])
def test_what_is_no_xml_is_no_listing(name, body):
    recording = RECORDINGS[name]
    step = next(s for s in recording.steps if s.kind is Kind.LIST_OBJECTS)

    assert found(step, recording, answered(step, body=body))


def test_an_error_of_another_code_is_another_error():
    recording = RECORDINGS["2.8.3-s3"]
    step = next(s for s in recording.steps if s.kind is Kind.GET_OBJECT and s.answer.status == 404)

    rows = found(step, recording, answered(step, body=step.answer.body.replace(b"NoSuchKey", b"NoSuchBucket")))

    assert any("NoSuchBucket" in d.message for d in rows)


@pytest.mark.parametrize("name", BUILT_IN)
def test_another_status_is_told_with_what_it_costs(name):
    recording = RECORDINGS[name]
    kinds = {step.kind: step for step in recording.steps}
    for step in kinds.values():
        other = 200 if step.answer.status >= 400 else 403
        (row,) = found(step, recording, answered(step, status=other, body=b"" if other == 403 else None))
        assert row.rule == "recorded-status"
        assert row.impact


@pytest.mark.parametrize("name", ["2.5.0-swift", "2.8.3-s3"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_another_success_is_wrong_and_breaks_nothing(name, method):
    recording = RECORDINGS[name]
    step = next(s for s in recording.steps if s.method == method and 200 <= s.answer.status < 300)

    (row,) = found(step, recording, answered(step, status=202))

    assert row.rule == "recorded-status"
    assert row.level is MUST


@pytest.mark.parametrize(("packed", "level"), [(gzip.compress, MUST), (bytes, BREAKS)])
def test_a_body_that_go_unpacks_breaks_nothing_and_one_that_it_cannot_does(packed, level):
    recording = RECORDINGS["2.8.3-s3"]
    step = next(
        s for s in recording.steps if s.kind is Kind.LIST_OBJECTS and "gzip" in (s.get("Accept-Encoding") or "")
    )
    fields = (*step.answer.fields, Field(b"Content-Encoding", b"gzip"))

    rows = found(step, recording, answered(step, fields=fields, body=packed(b"<a>" + step.answer.body)))

    assert {row.level for row in rows} == {level}


@pytest.mark.parametrize(("name", "level"), [("2.8.3-s3", MUST), ("3.1.1-s3", BREAKS)])
def test_what_could_not_be_deleted_is_read_from_version_3_on(name, level):
    recording = RECORDINGS[name]
    step = next(s for s in recording.steps if s.kind is Kind.DELETE_OBJECTS)

    (row, *_) = found(step, recording, answered(step, body=b"<DeleteResult></DeleteResult>"))

    assert row.rule == "body-meaning"
    assert row.level is level


def test_what_the_sdk_absorbs_by_asking_again_breaks_nothing():
    recording = RECORDINGS["2.8.3-s3"]
    step = next(s for s in recording.steps if s.kind is Kind.PUT_OBJECT)

    (row,) = found(step, recording, answered(step, status=503, body=b""), answered(step))

    assert row.level is SHOULD


def test_bytes_that_are_others_are_told():
    recording = RECORDINGS["3.1.1-s3"]
    step = next(s for s in kept_steps(recording) if s.kind is Kind.GET_OBJECT and s.answer.status == 206)
    wanted = from_bytes(step.answer.body)
    other = replace(step, answer=replace(step.answer, body=step.answer.body[:-1] + b"?"))

    assert found(step, recording, answered(step), expected=wanted) == []
    assert any("other bytes" in d.message for d in found(step, recording, answered(other), expected=wanted))


def test_every_read_is_of_a_step_that_some_registry_sends():
    for recording in RECORDINGS.values():
        kinds = {step.kind: step for step in recording.steps}
        assert any(list(reads_of(step, recording)) for step in kinds.values())
