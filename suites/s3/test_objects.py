"""Objects: what a registry writes as links, states and manifests, and what it reads back."""

import base64
import hashlib
from dataclasses import replace

import pytest

from fixtures.gateways.s3_signing import Signing, signed
from fixtures.wire.content import from_bytes, generated
from fixtures.wire.message import Framing, make_fields
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.s3.reading import cases, code, keys, refused

WRITES = [("Content-Type", "application/octet-stream"), ("X-Amz-Acl", "private"), ("X-Amz-Storage-Class", "STANDARD")]
"""What a registry sends with whatever it writes (s3.go, `PutContent`)."""
LOST = "layers are damaged in the gateway and nobody notices until an image does not start"


def md5(data):
    """As Content-MD5 has it."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


@pytest.mark.parametrize(
    "size",
    cases(
        "s3-put",
        {"nothing": 0, "a-link": 71, "a-mebibyte": 1 << 20, "more-than-a-stripe": (4 << 20) + 1},
        oracle="S3 API, PutObject",
        level=BREAKS,
        impact="links, manifests or layers are not what was pushed",
    ),
)
def test_what_is_written_is_read_again(bucket, size):
    """PUT is answered with 200; GET has the same length and bytes."""
    content = generated("put", size)
    assert bucket.put("docker/registry/v2/link", content, headers=WRITES).status == 200
    answer = bucket.get("docker/registry/v2/link")
    assert answer.status == 200
    assert (answer.length, answer.size) == (size, size)
    assert answer.sha256 == content.sha256, "the bytes are not those that were written"


@pytest.mark.parametrize(
    "size",
    cases(
        "s3-put-etag",
        {"nothing": 0, "a-link": 71, "a-mebibyte": 1 << 20},
        oracle="S3 API, PutObject",
        level=MUST,
        impact="clients that compare the ETag with what they sent take a good write for a bad one",
    ),
)
def test_the_etag_of_a_write_is_its_md5(bucket, size):
    """PUT and GET have the MD5 in quotes as ETag."""
    content = generated("put", size)
    assert bucket.put("link", content, headers=WRITES).get("ETag") == f'"{content.md5}"'
    assert bucket.get("link").get("ETag") == f'"{content.md5}"'


@check("s3-content-md5", oracle="S3 API, PutObject `Content-MD5`", level=BREAKS, impact=LOST, api="s3")
def test_a_body_with_its_md5_is_taken_and_with_another_refused(bucket):
    """A right Content-MD5 is answered with 200, a wrong one with 400 BadDigest, and nothing is written then."""
    assert bucket.put("a", b"right", headers=[("Content-MD5", md5(b"right"))]).status == 200
    refused(bucket.put("a", b"other", headers=[("Content-MD5", md5(b"wrong"))]), 400, "BadDigest")
    assert bucket.get("a").kept == b"right"


@check(
    "s3-content-md5-malformed",
    oracle="S3 API, List of error codes, InvalidDigest",
    level=MUST,
    impact="none to a registry; a client's mistake is kept from it",
    api="s3",
)
def test_an_md5_that_is_none_is_refused(bucket):
    """Content-MD5 that is not 16 bytes in base64 is answered with 400 InvalidDigest or BadDigest."""
    refused(bucket.put("a", b"1", headers=[("Content-MD5", "bm90IG1kNQ==")]), 400, "InvalidDigest", "BadDigest")


@check(
    "s3-content-sha256",
    oracle="S3 API, Common request headers, `x-amz-content-sha256`",
    level=MUST,
    impact=LOST,
    api="s3",
)
def test_a_body_that_is_not_what_was_signed_is_refused(bucket):
    """A wrong X-Amz-Content-Sha256 is answered with 400 XAmzContentSHA256Mismatch, and nothing is written."""
    bucket.put("a", b"right")
    answer = bucket.put("a", b"other", sign=Signing(payload=hashlib.sha256(b"wrong").hexdigest()))
    refused(answer, 400, "XAmzContentSHA256Mismatch")
    assert bucket.get("a").kept == b"right"


@check(
    "s3-content-sha256-of-nothing",
    oracle="S3 API, Common request headers, `x-amz-content-sha256`",
    level=SHOULD,
    impact="none to a registry; a body lost on its way is taken for an empty one",
    api="s3",
)
def test_an_empty_body_that_is_not_what_was_signed_is_refused(bucket):
    """A wrong X-Amz-Content-Sha256 of an empty PUT is answered with 400 XAmzContentSHA256Mismatch (tracker 64084)."""
    answer = bucket.put("a", b"", sign=Signing(payload=hashlib.sha256(b"wrong").hexdigest()))
    refused(answer, 400, "XAmzContentSHA256Mismatch")


@check(
    "s3-metadata",
    oracle="S3 API, PutObject `x-amz-meta-*`",
    level=MUST,
    impact="tools that keep dates or digests beside a blob lose them",
    api="s3",
)
def test_metadata_comes_back(bucket):
    """x-amz-meta-*, Content-Type and other fields of the object come back with GET and HEAD as they were sent."""
    sent = {
        "Cache-Control": "max-age=31536000",
        "Content-Disposition": 'attachment; filename="a b.tar"',
        "Content-Type": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "X-Amz-Meta-Digest": "sha256:0a",
        "X-Amz-Meta-Two-Words": "Two Words; x=1",
    }
    bucket.put("a", b"1", headers=sent.items())
    for answer in (bucket.get("a"), bucket.head("a")):
        assert {name: answer.get(name) for name in sent} == sent


@check(
    "s3-overwrite",
    oracle="S3 API, PutObject",
    level=BREAKS,
    impact="a tag that was moved still points to the old image",
    api="s3",
)
def test_the_last_write_wins_whole(bucket):
    """A PUT of a key that exists replaces bytes, ETag, type and metadata."""
    bucket.put("tag", b"old and long", headers=[("Content-Type", "text/old"), ("X-Amz-Meta-Old", "1")])
    put = bucket.put("tag", b"new", headers=[("Content-Type", "text/new")])
    answer = bucket.get("tag")
    assert (answer.kept, answer.get("ETag")) == (b"new", put.get("ETag"))
    assert (answer.get("Content-Type"), answer.get("X-Amz-Meta-Old")) == ("text/new", None)


@check(
    "s3-head",
    oracle="registry 3.1.1: s3-aws/s3.go, `Stat`",
    level=BREAKS,
    impact="blobs have the wrong size, or the registry ends: it reads what is not there",
    api="s3",
)
def test_head_says_what_get_says(bucket):
    """HEAD has length, ETag, type and a Last-Modified; that it agrees with GET is a rule."""
    bucket.put("blob", b"12345", headers=WRITES)
    head = bucket.head("blob")
    assert (head.status, head.length) == (200, 5)
    assert head.get("ETag") == f'"{hashlib.md5(b"12345", usedforsecurity=False).hexdigest()}"'
    assert (head.get("Last-Modified") or "").endswith(" GMT")
    assert head.get("Content-Type") == "application/octet-stream"
    assert bucket.get("blob").status == 200


@check(
    "s3-delete",
    oracle="S3 API, DeleteObject",
    level=BREAKS,
    impact="uploads that are done with are never removed, or removing them fails",
    api="s3",
)
def test_an_object_can_be_deleted_twice(bucket):
    """DELETE is answered with 204 each time, and the object is gone after the first."""
    bucket.put("a", b"1")
    assert bucket.delete("a").status == 204
    refused(bucket.get("a"), 404, "NoSuchKey")
    assert bucket.head("a").status == 404
    assert bucket.delete("a").status == 204


@check(
    "s3-delete-one",
    oracle="S3 API, DeleteObject",
    level=BREAKS,
    impact="deleting an upload takes others with it",
    api="s3",
)
def test_delete_takes_one_key_and_no_other(bucket):
    """DELETE of `a/b` leaves `a/b/c`, `a/b2` and `a` alone."""
    for key in ("a", "a/b", "a/b/c", "a/b2"):
        bucket.put(key, b"1")
    assert bucket.delete("a/b").status == 204
    assert keys(bucket.listing()) == ["a", "a/b/c", "a/b2"]


OVERRIDES = {
    "response-cache-control": ("Cache-Control", "no-cache"),
    "response-content-disposition": ("Content-Disposition", 'attachment; filename="layer.tar"'),
    "response-content-encoding": ("Content-Encoding", "identity"),
    "response-content-language": ("Content-Language", "en-GB"),
    "response-content-type": ("Content-Type", "text/x-layer"),
    "response-expires": ("Expires", "Thu, 01 Dec 2033 16:00:00 GMT"),
}


@check(
    "s3-response-overrides",
    oracle="S3 API, GetObject `response-*`",
    level=MUST,
    impact="downloads through a redirect have the wrong name or type",
    api="s3",
)
def test_a_reader_may_choose_what_the_answer_says_of_itself(bucket):
    """`response-content-type` and the like set the fields of this answer only."""
    bucket.put("a", b"1", headers=WRITES)
    query = {name: value for name, (_, value) in OVERRIDES.items()}
    answer = bucket.get("a", query=query)
    assert answer.status == 200
    seen = {name: answer.get(name) for name, _ in OVERRIDES.values()}
    assert seen == dict(OVERRIDES.values())


@check(
    "s3-storage-class-unknown",
    oracle="S3 API, PutObject `x-amz-storage-class`",
    level=SHOULD,
    impact="a mistyped storage class is kept quietly",
    api="s3",
)
def test_a_storage_class_that_is_none_is_refused(bucket):
    """PUT with an unknown x-amz-storage-class is answered with 400."""
    answer = bucket.put("a", b"1", headers=[("X-Amz-Storage-Class", "NO_SUCH_CLASS")])
    refused(answer, 400, "InvalidStorageClass", "InvalidArgument")


@check(
    "s3-put-nowhere",
    oracle="S3 API, PutObject",
    level=MUST,
    impact="a registry with a mistyped bucket believes that it writes",
    api="s3",
)
def test_nothing_is_written_into_no_bucket(bucket, s3):
    """PUT into no bucket is answered with 404 NoSuchBucket, and makes none."""
    answer = s3.ask("PUT", f"{bucket.name}-none", "a", content=from_bytes(b"1"))
    refused(answer, 404, "NoSuchBucket")
    assert s3.ask("HEAD", f"{bucket.name}-none").status == 404


@check(
    "s3-two-connections",
    oracle="S3 API, Data consistency model",
    level=BREAKS,
    impact="what one registry has pushed another does not see, or sees as it was",
    api="s3",
)
def test_a_write_is_seen_at_once_on_another_connection(bucket):
    """After each PUT and DELETE another connection sees the new state."""
    for turn in range(5):
        body = b"turn %d" % turn
        bucket.put("tag", body)
        assert bucket.get("tag", connection="other").kept == body
    bucket.delete("tag")
    assert code(bucket.get("tag", connection="other")) == "NoSuchKey"


@check(
    "s3-delete-chunked",
    oracle="RFC 9112 section 7.1",
    level=MUST,
    impact="behind a proxy that turns HTTP/2 into HTTP/1.1 nothing can be deleted",
    api="s3",
)
def test_a_request_with_chunks_and_no_bytes_is_understood(bucket):
    """DELETE with an empty chunked body, as proxies make it of an HTTP/2 request, deletes (ceph pull request 47773)."""
    bucket.put("a", b"x")
    plain = signed(bucket.session.request("DELETE", bucket.name, "a"), bucket.session.account)
    fields = (*plain.fields, *make_fields([("Transfer-Encoding", "chunked")]))
    answer = bucket.session.answer(replace(plain, fields=fields, framing=Framing.CHUNKED, content=from_bytes(b"")))
    assert answer.status == 204
    assert bucket.head("a").status == 404
