"""What the bucket must hold follows from acknowledged writes alone; after any other nobody vouches for the name."""

import hashlib
from dataclasses import replace
from functools import partial

import pytest

from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind, content_of
from fixtures.recordings.s3.binding import Bindings
from fixtures.recordings.s3.dialect import S3Dialect
from fixtures.recordings.s3.kinds import with_kinds
from fixtures.recordings.s3.shadow import Shadow
from fixtures.wire.content import generated
from fixtures.wire.message import Field, Framing
from tests.suites.test_reads import answered

RECORDING = built_in("3.1.1-s3")
BUCKET = RECORDING.container
A, B = b"what a holds", b"what b holds, and more"
COMPLETE = b'<C xmlns="http://s3"><Part><PartNumber>1</PartNumber></Part><Part><PartNumber>2</PartNumber></Part></C>'
DELETE_A = b'<Delete xmlns="http://s3"><Object><Key>dir/a</Key></Object></Delete>'


def step(method, key, body=b"", **fields):
    """A request about a key of the bucket, of the kind that it is."""
    signed = next(s for s in RECORDING.steps if s.kind is Kind.GET_OBJECT)
    given = {"X-Amz-" + name.replace("_", "-"): value for name, value in fields.items()}
    made = replace(
        signed,
        method=method,
        target=f"/{BUCKET}{key}",
        fields=(*signed.fields, *(Field(n.encode(), v.encode()) for n, v in given.items())),
        framing=Framing.NONE if method in ("GET", "HEAD", "DELETE") else Framing.LENGTH,
        body=body,
        size=len(body),
    )
    return with_kinds(replace(RECORDING, steps=(made,))).steps[0]


put, delete = partial(step, "PUT"), partial(step, "DELETE")


def copy(key, source, **fields):
    return step("PUT", key, Copy_Source=f"{BUCKET}{source}", **fields)


def shadow_after(*steps) -> Shadow:
    shadow = Shadow()
    for made in steps:
        shadow.note(made, RECORDING, content_of(made), acknowledged=True)
    return shadow


def held(*steps) -> dict[str, bytes]:
    return {name: content.beginning(1000) for name, content in shadow_after(*steps).objects.items()}


def test_the_last_write_is_what_an_object_holds():
    assert held(put("/dir/a", A), put("/dir/b", B), put("/dir/a", b"")) == {"dir/a": b"", "dir/b": B}


def test_a_key_is_the_same_in_a_path_and_in_a_copy_source_however_it_is_encoded():
    assert held(put("/x%20y%2Fz", A), copy("/b", "/x y%2fz")) == {"x y/z": A, "b": A}


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_copy_holds_what_its_source_held_then(slash):
    copied = step("PUT", "/b", Copy_Source=f"{slash}{BUCKET}/a")

    assert held(put("/a", A), copied, put("/a", B)) == {"a": B, "b": A}
    assert held(put("/a", A), copied, delete("/a")) == {"b": A}


def test_an_upload_is_its_named_parts_in_their_order_not_in_that_of_their_coming():
    two, one = put("/a?partNumber=2&uploadId=u", b"two"), put("/a?partNumber=1&uploadId=u", b"one")
    again, extra = put("/a?partNumber=1&uploadId=u", b"ONE"), put("/a?uploadId=u&partNumber=3", b"three")
    other = put("/a?partNumber=2&uploadId=v", b"of another upload")
    complete = step("POST", "/a?uploadId=u", COMPLETE)

    assert held(two, one, again, extra, other) == {}
    assert held(two, one, again, extra, other, complete) == {"a": b"ONEtwo"}


def test_a_copied_part_is_a_range_of_its_source_or_all_of_it():
    first = copy("/b?partNumber=1&uploadId=u", "/a", Copy_Source_Range="bytes=0-3")
    second = copy("/b?partNumber=2&uploadId=u", "/a")

    assert held(put("/a", A), first, second, step("POST", "/b?uploadId=u", COMPLETE)) == {"a": A, "b": A[:4] + A}


def test_an_aborted_upload_leaves_what_was_there():
    part = put("/a?partNumber=1&uploadId=u", B)

    assert held(put("/a", A), part, delete("/a?uploadId=u")) == {"a": A}


def test_what_is_deleted_is_gone_and_nothing_else():
    keys = b"<Delete xmlns='http://s3'><Object><Key>a&amp;b</Key></Object><Object><Key>never</Key></Object></Delete>"

    assert held(put("/a%26b", A), put("/b", B), delete("/b"), delete("/never")) == {"a&b": A}
    assert held(put("/a%26b", A), put("/b", B), step("POST", "?delete=", keys)) == {"b": B}


REFUSED = [
    put("/dir/a", A),
    copy("/dir/a", "/dir/b"),
    step("POST", "/dir/a?uploadId=u", COMPLETE),
    delete("/dir/a"),
    step("POST", "?delete=", DELETE_A),
]
READS = [
    step("GET", "/dir/a"),
    step("HEAD", "/dir/a"),
    copy("/c", "/dir/a"),
    copy("/c?partNumber=1&uploadId=u", "/dir/a"),
    step("GET", "?prefix=dir%2F&max-keys=1"),
    step("GET", "?list-type=2"),
]
NO_READS = [
    step("GET", "/dir/b"),
    step("GET", "/dir/a/b"),
    step("GET", "?prefix=dir%2Fb"),
    copy("/dir/a", "/dir/b"),
    put("/dir/a", B),
    delete("/dir/a"),
]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda s: str(s.kind))
def test_what_reads_a_write_that_was_not_acknowledged_is_told_so(refused):
    shadow = shadow_after(put("/dir/a", A), put("/dir/b", B))
    shadow.note(refused, RECORDING, content_of(refused), acknowledged=False)

    for read in READS:
        why = shadow.doubt(read, RECORDING) or ""
        assert refused.method in why, f"{read.kind} {read.target}"
        assert "dir/a" in why
    assert [s.target for s in NO_READS if shadow.doubt(s, RECORDING)] == []
    assert {name: c.beginning(100) for name, c in shadow.objects.items()} == {"dir/a": A, "dir/b": B}


@pytest.mark.parametrize("again", REFUSED, ids=lambda s: str(s.kind))
def test_a_name_that_is_written_again_is_vouched_for_again(again):
    shadow = shadow_after(put("/dir/b", B))
    for refused in (put("/dir/a", A), put("/dir/b", A)):
        shadow.note(refused, RECORDING, None, acknowledged=False)

    shadow.note(again, RECORDING, content_of(again), acknowledged=True)

    assert [s.target for s in READS if shadow.doubt(s, RECORDING)] == [
        s.target for s in READS if s.path == f"/{BUCKET}"
    ]
    assert shadow.doubt(step("GET", "/dir/b"), RECORDING)


@pytest.mark.parametrize("unread", [put("/a?partNumber=1&uploadId=u", A), step("GET", "/a"), delete("/a?uploadId=u")])
def test_no_name_is_doubtful_for_what_does_not_change_its_object(unread):
    shadow = Shadow()
    shadow.note(unread, RECORDING, content_of(unread), acknowledged=False)

    assert shadow.doubtful == {}


@pytest.mark.parametrize("late", [copy("/dir/a", "/dir/b"), step("POST", "/dir/a?uploadId=u", COMPLETE)])
@pytest.mark.parametrize("body", [b"<Error><Code>InternalError</Code></Error>", b"<Result>"])
def test_a_200_that_turns_out_an_error_acknowledges_nothing(late, body):
    dialect = S3Dialect(RECORDING, Bindings("gw:1", "AK", "SK", BUCKET))
    dialect.heard(late, answered(late, status=200, body=body))
    assert dialect.obstacle(step("GET", "/dir/a"))

    dialect.heard(late, answered(late, status=200, body=b"<Result/>"))
    assert dialect.obstacle(step("GET", "/dir/a")) is None


def test_a_step_that_was_not_sent_makes_its_name_doubtful():
    dialect = S3Dialect(RECORDING, Bindings("gw:1", "AK", "SK", BUCKET))
    dialect.unsent(put("/dir/a", A))
    assert dialect.obstacle(step("GET", "/dir/a"))


@pytest.mark.parametrize("name", ["2.8.3-s3", "3.1.1-s3"])
def test_what_a_recorded_registry_read_is_what_it_had_written(name):
    recording = built_in(name)
    dialect = S3Dialect(recording, Bindings("gw:1", "AK", "SK", recording.container))
    read = 0
    for recorded in recording.steps:
        if recorded.kind is Kind.GET_OBJECT:
            found, answer = dialect.expecting(recorded).expected, recorded.answer
            assert (found is not None) == (answer.status != 404), recorded.target
            # A registry may have read less than it was offered.
            assert found is None or str(found.size) == answer.get("Content-Length"), recorded.target
            if found is not None and answer.body is not None:
                assert found.sha256 == hashlib.sha256(answer.body).hexdigest(), recorded.target
                read += 1
        content = content_of(recorded) or generated(str(recorded.number), recorded.size)
        dialect.shadow.note(recorded, recording, content, acknowledged=recorded.answer.status < 300)
    assert read > 10
