"""What a request is for is told by its method, path, query and fields; the answers that were recorded agree."""

from dataclasses import replace

import pytest

from fixtures.recordings.har import BUILT_IN, built_in
from fixtures.recordings.model import Kind, RecordingError
from fixtures.recordings.s3.kinds import speaks, with_kinds
from fixtures.wire.documents import document
from fixtures.wire.message import make_fields

RECORDINGS = {name: built_in(name) for name in BUILT_IN if name.endswith("-s3")}
ANY = RECORDINGS["3.1.1-s3"].steps[0]
SIGNED = ("Authorization", "AWS4-HMAC-SHA256 Credential=AK/20261123/us-east-1/s3/aws4_request, SignedHeaders=host")
COPY = ("x-amz-copy-source", "bucket/b")


def step(method, target, *fields):
    return replace(ANY, method=method, target=target, fields=make_fields([SIGNED, *fields]), kind=Kind.OTHER)


def recording(*steps):
    return with_kinds(replace(RECORDINGS["3.1.1-s3"], steps=steps, container=""))


@pytest.mark.parametrize(
    ("method", "rest", "fields", "kind"),
    [
        ("PUT", "/a", [], Kind.PUT_OBJECT),
        ("PUT", "/a", [COPY], Kind.COPY_OBJECT),
        ("PUT", "/a?partNumber=1&uploadId=u", [], Kind.UPLOAD_PART),
        ("PUT", "/a?uploadId=u&partNumber=1", [COPY], Kind.COPY_PART),
        ("PUT", "/a?x-id=PutObject", [], Kind.PUT_OBJECT),
        ("POST", "/a?uploads=", [], Kind.CREATE_UPLOAD),
        ("POST", "/a?uploads", [], Kind.CREATE_UPLOAD),
        ("POST", "/a?uploadId=u", [], Kind.COMPLETE_UPLOAD),
        ("POST", "/a?restore", [], Kind.OTHER),
        ("GET", "/a", [], Kind.GET_OBJECT),
        ("GET", "/a?uploads/uploadId", [], Kind.GET_OBJECT),
        ("GET", "/a?uploadId=u", [], Kind.LIST_PARTS),
        ("HEAD", "/a", [], Kind.HEAD_OBJECT),
        ("DELETE", "/a", [], Kind.DELETE),
        ("DELETE", "/a?uploadId=u", [], Kind.ABORT_UPLOAD),
        ("OPTIONS", "/a", [], Kind.OTHER),
        ("GET", "", [], Kind.LIST_OBJECTS),
        ("GET", "/", [], Kind.LIST_OBJECTS),
        ("GET", "?list-type=2&prefix=uploads", [], Kind.LIST_OBJECTS),
        ("GET", "?prefix=&uploads=", [], Kind.LIST_UPLOADS),
        ("GET", "/?uploads", [], Kind.LIST_UPLOADS),
        ("POST", "?delete=", [], Kind.DELETE_OBJECTS),
        ("POST", "/?delete", [], Kind.DELETE_OBJECTS),
        ("POST", "", [], Kind.OTHER),
        ("PUT", "", [], Kind.OTHER),
        ("HEAD", "", [], Kind.OTHER),
        ("DELETE", "", [], Kind.OTHER),
    ],
)
def test_the_kind_of_a_request(method, rest, fields, kind):
    assert recording(step(method, f"/bucket{rest}", *fields)).steps[0].kind is kind


ANSWERED_WITH = {
    Kind.LIST_OBJECTS: "ListBucketResult",
    Kind.LIST_UPLOADS: "ListMultipartUploadsResult",
    Kind.LIST_PARTS: "ListPartsResult",
    Kind.CREATE_UPLOAD: "InitiateMultipartUploadResult",
    Kind.COMPLETE_UPLOAD: "CompleteMultipartUploadResult",
    Kind.COPY_OBJECT: "CopyObjectResult",
    Kind.COPY_PART: "CopyPartResult",
    Kind.DELETE_OBJECTS: "DeleteResult",
}
STATUS = {Kind.PUT_OBJECT: 200, Kind.UPLOAD_PART: 200, Kind.ABORT_UPLOAD: 204}


@pytest.mark.parametrize("name", RECORDINGS)
def test_each_recorded_request_was_answered_as_its_kind_is(name):
    for recorded in RECORDINGS[name].steps:
        said = f"step {recorded.number}: {recorded.method} {recorded.target} is {recorded.kind}"
        assert recorded.kind is not Kind.OTHER, said
        if recorded.kind in ANSWERED_WITH:
            assert document(recorded.answer.body or b"").tag == ANSWERED_WITH[recorded.kind], said
        elif recorded.kind in STATUS:
            assert (recorded.answer.status, recorded.answer.size) == (STATUS[recorded.kind], 0), said
        else:
            assert recorded.kind in (Kind.GET_OBJECT, Kind.HEAD_OBJECT), said
            assert recorded.answer.status in (200, 206, 404), said
            assert (recorded.answer.size == 0) == (recorded.method == "HEAD"), said


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_bucket_of_a_recording_is_the_one_that_its_requests_name(name):
    assert {s.path.split("/")[1] for s in RECORDINGS[name].steps} == {RECORDINGS[name].container}


def test_the_bucket_is_named_by_the_first_signed_request_that_names_one():
    health = replace(step("GET", "/health/live"), fields=())
    found = recording(health, step("GET", "/"), step("PUT", "/bucket/other/a"), step("PUT", "/other/bucket"))

    assert found.container == "bucket"
    assert [found.object_of(s) for s in found.steps] == [None, None, "other/a", None]


def test_a_recording_without_a_bucket_is_none():
    with pytest.raises(RecordingError, match=r"^3\.1\.1-s3: no signed request names a bucket$"):
        recording(step("GET", "/"), replace(step("GET", "/bucket"), fields=()))


@pytest.mark.parametrize(
    ("target", "authorization", "s3"),
    [
        ("/b", SIGNED[1], True),
        ("/b", "AWS AK:c2lnbmF0dXJl", True),
        ("/b/a?X-Amz-Credential=AK&X-Amz-Signature=00", None, True),
        ("/b/a?AWSAccessKeyId=AK&Expires=1&Signature=c2ln", None, True),
        ("/b", "AWSOME AK:c2lnbmF0dXJl", False),
        ("/b", "Basic AWS4-HMAC-SHA256", False),
        ("/swift/v1/c/o?temp_url_sig=00&temp_url_expires=1", None, False),
        ("/Signature=1", None, False),
    ],
)
def test_a_request_in_the_manner_of_s3_is_signed_in_a_field_or_in_its_query(target, authorization, s3):
    fields = make_fields(
        [("authorization", authorization)] if authorization else [("X-Auth-Token", "AWS4-HMAC-SHA256 ")]
    )

    assert speaks(replace(ANY, target=target, fields=fields)) is s3
