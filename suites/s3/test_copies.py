"""Copies on the gateway: how a registry moves an upload to its place, whole up to 32 MiB and in parts above."""

import hashlib
from urllib.parse import quote

import pytest

from fixtures.gateways.s3_uploads import Upload
from fixtures.wire.content import generated, joined
from fixtures.wire.documents import bare
from suites.claims import BREAKS, MUST, SHOULD, blocked, check
from suites.s3.reading import DATE, cases, code, refused, root
from suites.s3.test_uploads import FIRST, LAST, completed, etag_of, holds

MOVED = "push fails with 500: an upload cannot be moved to its place"
DAMAGED = "a layer's bytes are not those that were pushed: pull fails with a wrong digest"
BYTES = b"0123456789"
MD5 = hashlib.md5(BYTES, usedforsecurity=False).hexdigest()


@check("s3-copy", oracle="S3 API, CopyObject", level=BREAKS, impact=MOVED, api="s3")
def test_a_copy_is_what_was_copied(bucket):
    """The answer is a CopyObjectResult; both objects have the bytes."""
    bucket.put("upload/data", BYTES)
    root(bucket.copy(f"{bucket.name}/upload/data", "blob/data"), "CopyObjectResult")
    assert bucket.get("blob/data").kept == BYTES
    assert bucket.get("upload/data").kept == BYTES


@check(
    "s3-copy-result",
    oracle="S3 API, CopyObject, CopyObjectResult",
    level=MUST,
    impact="none to a registry, which reads no more than that it is there; clients do not know what they copied",
    api="s3",
)
def test_a_copy_is_answered_with_its_etag(bucket):
    """ETag and LastModified stand in the answer's body; the copy has that ETag."""
    bucket.put("upload/data", BYTES)
    result = root(bucket.copy(f"{bucket.name}/upload/data", "blob/data"), "CopyObjectResult")
    assert bare(result.findtext("ETag")) == MD5
    assert DATE.fullmatch(result.findtext("LastModified") or ""), "LastModified is no ISO date"
    assert bucket.get("blob/data").get("ETag") == f'"{MD5}"'


@check(
    "s3-copy-keeps-metadata",
    oracle="S3 API, CopyObject `x-amz-metadata-directive`",
    level=MUST,
    impact="what is told of a copy is not what was told of its source",
    api="s3",
)
def test_a_copy_is_told_of_as_its_source(bucket):
    """A copy that says nothing of metadata has the type and the metadata of its source."""
    bucket.put("upload/data", BYTES, headers=[("Content-Type", "application/x-layer"), ("X-Amz-Meta-A", "1")])
    bucket.copy(f"{bucket.name}/upload/data", "blob/data")
    answer = bucket.get("blob/data")
    assert (answer.get("Content-Type"), answer.get("X-Amz-Meta-A")) == ("application/x-layer", "1")


@pytest.mark.parametrize(
    ("key", "source"),
    cases(
        "s3-copy-source",
        {
            "slash-first": ("docker/a", "/{0}/docker/a"),
            "no-slash-first": ("docker/a", "{0}/docker/a"),
            "slashes-encoded": ("docker/a", "{0}%2Fdocker%2Fa"),
            "space": ("a b", "{0}/a%20b"),
            "percent": ("100%", "{0}/100%25"),
            "plus": ("a+b", "{0}/a%2Bb"),
            "looks-encoded": ("a%2Fb", "{0}/a%252Fb"),
            "question-mark": ("a?b", "{0}/a%3Fb"),
            "utf-8": ("ä/日本", "{0}/" + quote("ä/日本")),
            "underscore-first": ("_a", "{0}/_a"),
            "two-slashes": ("a//b", "{0}/a//b"),
        },
        oracle="S3 API, CopyObject `x-amz-copy-source`",
        level=BREAKS,
        impact=f"{MOVED} (trackers 43259, 27217)",
    ),
)
def test_a_source_is_percent_encoded(bucket, key, source):
    """The source is found in each form that SDKs send."""
    bucket.put(key, BYTES)
    root(bucket.copy(source.format(bucket.name), "copy"), "CopyObjectResult")
    assert bucket.get("copy").kept == BYTES


@check(
    "s3-copy-source-unclear",
    oracle="S3 API, CopyObject",
    level=SHOULD,
    impact="none to a registry; a client believes in a copy that was not made",
    api="s3",
)
def test_a_source_that_is_not_understood_is_refused(bucket):
    """A source whose first slash is encoded is copied or refused with 4xx, never answered with success and no copy."""
    bucket.put("a", BYTES)
    answer = bucket.copy(f"%2F{bucket.name}%2Fa", "copy")
    if answer.status == 200:
        root(answer, "CopyObjectResult")
        assert bucket.get("copy").kept == BYTES
    else:
        refused(answer, (400, 403, 404))


@check(
    "s3-copy-kept",
    oracle="registry: s3-aws/s3.go, `Move` deletes the source",
    level=BREAKS,
    impact="a layer is gone after it was pushed",
    api="s3",
)
def test_a_copy_outlives_its_source(bucket):
    """After the source is deleted, or overwritten, the copy has its bytes (trackers 66286, 70746)."""
    content = generated("kept", (4 << 20) + 7)
    for key in ("one", "two"):
        bucket.put(key, content)
        root(bucket.copy(f"{bucket.name}/{key}", f"copy-of-{key}"), "CopyObjectResult")
    bucket.delete("one")
    bucket.put("two", b"other")
    for key in ("copy-of-one", "copy-of-two"):
        holds(bucket, key, content)


@check(
    "s3-copy-to-another-bucket",
    oracle="S3 API, CopyObject",
    level=MUST,
    impact="a registry cannot be moved to another bucket",
    api="s3",
)
def test_a_copy_may_go_to_another_bucket(bucket, another_bucket):
    """The source's bucket is the one that is named."""
    bucket.put("a", BYTES)
    another_bucket.put("a", b"not this")
    root(another_bucket.copy(f"{bucket.name}/a", "b"), "CopyObjectResult")
    assert another_bucket.get("b").kept == BYTES


@check(
    "s3-copy-of-nothing",
    oracle="S3 API, CopyObject",
    level=BREAKS,
    impact="an upload that is gone looks like a failure",
    api="s3",
)
def test_nothing_cannot_be_copied(bucket):
    """A source that is not there is answered with 404 NoSuchKey, no bucket with NoSuchBucket; nothing is written."""
    refused(bucket.copy(f"{bucket.name}/none", "copy"), 404, "NoSuchKey")
    refused(bucket.copy(f"{bucket.name}-none/none", "copy"), 404, "NoSuchBucket")
    assert bucket.head("copy").status == 404


@check("s3-copy-of-an-upload", oracle="S3 API, CopyObject", level=BREAKS, impact=DAMAGED, api="s3")
def test_what_was_uploaded_in_parts_can_be_copied(bucket):
    """A copy of an object that was made of parts has all its bytes, also after the source is deleted."""
    completed(Upload.begin(bucket, "upload"), [(1, FIRST), (2, LAST)])
    root(bucket.copy(f"{bucket.name}/upload", "blob"), "CopyObjectResult")
    bucket.delete("upload")
    holds(bucket, "blob", joined((FIRST, LAST)))


@check(
    "s3-copy-replace",
    oracle="S3 API, CopyObject `x-amz-metadata-directive`",
    level=MUST,
    impact="tools cannot change an object's type",
    api="s3",
)
def test_metadata_is_replaced_if_asked(bucket):
    """With REPLACE the copy has what the request says and nothing of the source's, also where it copies onto itself."""
    said = [("Content-Type", "text/new"), ("X-Amz-Meta-New", "2"), ("X-Amz-Metadata-Directive", "REPLACE")]
    bucket.put("a", BYTES, headers=[("Content-Type", "text/old"), ("X-Amz-Meta-Old", "1")])
    for key in ("copy", "a"):
        root(bucket.copy(f"{bucket.name}/a", key, headers=said), "CopyObjectResult")
        answer = bucket.get(key)
        assert answer.kept == BYTES
        seen = [answer.get(name) for name in ("Content-Type", "X-Amz-Meta-New", "X-Amz-Meta-Old")]
        assert seen == ["text/new", "2", None]


@check(
    "s3-copy-ignores-metadata",
    oracle="S3 API, CopyObject `x-amz-metadata-directive`",
    level=MUST,
    impact="a copied layer has another type",
    api="s3",
)
def test_metadata_is_copied_unless_asked(bucket):
    """With COPY, the default, what the request says of metadata is ignored."""
    bucket.put("a", BYTES, headers=[("X-Amz-Meta-A", "source")])
    root(bucket.copy(f"{bucket.name}/a", "b", headers=[("X-Amz-Meta-A", "request")]), "CopyObjectResult")
    assert bucket.head("b").get("X-Amz-Meta-A") == "source"


@check("s3-copy-onto-itself", oracle="S3 API, CopyObject", level=MUST, impact="an object is lost", api="s3")
def test_an_object_survives_a_copy_onto_itself(bucket):
    """A copy onto itself that changes nothing is answered with 400 InvalidRequest or done, and keeps the bytes."""
    bucket.put("a", BYTES)
    answer = bucket.copy(f"{bucket.name}/a", "a")
    assert answer.status == 200 or (answer.status, code(answer)) == (400, "InvalidRequest")
    assert bucket.get("a").kept == BYTES


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    cases(
        "s3-copy-condition",
        {
            "if-match": ("X-Amz-Copy-Source-If-Match", f'"{MD5}"', 200),
            "if-match-other": ("X-Amz-Copy-Source-If-Match", f'"{"0" * 32}"', 412),
            "if-none-match": ("X-Amz-Copy-Source-If-None-Match", f'"{MD5}"', 412),
            "if-none-match-other": ("X-Amz-Copy-Source-If-None-Match", f'"{"0" * 32}"', 200),
        },
        oracle="S3 API, CopyObject `x-amz-copy-source-if-*`",
        level=MUST,
        impact="none to a registry; tools copy what has changed (tracker 40808)",
    ),
)
def test_a_copy_may_depend_on_its_source(bucket, name, value, wanted):
    """The condition is on the source's ETag, in quotes as it was given out."""
    bucket.put("a", BYTES)
    answer = bucket.copy(f"{bucket.name}/a", "b", headers=[(name, value)])
    assert answer.status == wanted, f"answered with {answer.status}, expected {wanted}"
    assert bucket.head("b").status == (200 if wanted == 200 else 404)


@check(
    "s3-copy-of-a-stranger",
    oracle="S3 API, CopyObject",
    level=MUST,
    impact="one tenant reads another's layers",
    api="s3",
)
def test_what_cannot_be_read_cannot_be_copied(bucket, another_bucket, second_s3):
    """An account that may not read the source gets 403 AccessDenied, although it may write the target."""
    bucket.put("a", BYTES)
    grant = [("X-Amz-Acl", "public-read-write")]
    if bucket.session.ask("PUT", another_bucket.name, headers=grant, query={"acl": ""}).status != 200:
        blocked("a bucket cannot be opened to another account: PUT ?acl is refused")
    headers = [("X-Amz-Copy-Source", f"{bucket.name}/a")]
    refused(second_s3.ask("PUT", another_bucket.name, "b", headers=headers), 403, "AccessDenied")


def copied(upload, number, source, range_=None):
    """The number and the ETag of a part that was copied."""
    result = root(upload.copied_part(number, source, range_), "CopyPartResult")
    etag = result.findtext("ETag")
    assert etag, "CopyPartResult has no ETag"
    assert DATE.fullmatch(result.findtext("LastModified") or ""), "LastModified is no ISO date"
    return number, etag


@check(
    "s3-part-copy",
    oracle="registry: s3-aws/s3.go, `Move` above 32 MiB",
    level=BREAKS,
    impact="push of a layer above 32 MiB fails with 500",
    api="s3",
)
def test_an_object_is_put_together_from_copied_parts(bucket):
    """Parts copied by ranges, the last one shorter, are the source's bytes; each answer has the part's ETag."""
    source, end = generated("source", 11 << 20), 5 << 20
    bucket.put("upload/a b", source)
    upload, name = Upload.begin(bucket, "blob"), f"{bucket.name}/upload/a%20b"
    ranges = [(0, end), (end, 2 * end), (2 * end, 11 << 20)]
    etags = [copied(upload, n, name, f"bytes={a}-{b - 1}") for n, (a, b) in enumerate(ranges, start=1)]
    assert [bare(etag) for _, etag in etags] == [source.part(a, b).md5 for a, b in ranges]
    root(upload.complete(etags), "CompleteMultipartUploadResult")
    bucket.delete("upload/a b")
    holds(bucket, "blob", source)


@check(
    "s3-part-copy-whole",
    oracle="registry: s3-aws/s3.go, `flushPart` of less than 5 MiB",
    level=BREAKS,
    impact="push of a layer in several PATCHes fails with 500",
    api="s3",
)
def test_a_part_may_be_a_whole_object(bucket):
    """A part copied without a range is all of the source, one that was made of parts too, and onto its own key."""
    completed(Upload.begin(bucket, "data"), [(1, FIRST), (2, LAST)])
    upload = Upload.begin(bucket, "data")
    etags = [copied(upload, 1, f"{bucket.name}/data")]
    etags.append((2, upload.part(2, LAST).get("ETag") or ""))
    root(upload.complete(etags), "CompleteMultipartUploadResult")
    holds(bucket, "data", joined((FIRST, LAST, LAST)))
    assert (bucket.head("data").get("ETag") or "").endswith('-2"')
    assert etag_of(FIRST, LAST) != bucket.head("data").get("ETag")


@check(
    "s3-part-copy-of-nothing",
    oracle="S3 API, UploadPartCopy",
    level=MUST,
    impact="a part of nothing is put into a layer",
    api="s3",
)
def test_a_part_cannot_be_copied_from_nothing(bucket):
    """A source that is not there is answered with 404 NoSuchKey, and there is no such part."""
    upload = Upload.begin(bucket, "data")
    refused(upload.copied_part(1, f"{bucket.name}/none"), 404, "NoSuchKey")
    assert upload.parts().find("./Part") is None


@check(
    "s3-part-copy-past-the-end",
    oracle="S3 API, UploadPartCopy `x-amz-copy-source-range`",
    level=MUST,
    impact="a layer is cut short",
    api="s3",
)
def test_a_part_cannot_be_copied_from_past_the_end(bucket):
    """A range that ends after the source is refused with 400 or 416, and there is no such part."""
    bucket.put("a", BYTES)
    upload = Upload.begin(bucket, "data")
    refused(upload.copied_part(1, f"{bucket.name}/a", "bytes=5-10"), (400, 416))
    assert upload.parts().find("./Part") is None, "a part was made all the same"
