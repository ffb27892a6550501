"""Deleting many objects at once: how a registry removes uploads, tags and, in garbage collection, layers."""

from xml.sax.saxutils import escape

import pytest

from fixtures.gateways.s3_uploads import Upload
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.s3.reading import cases, keys, refused, root
from suites.s3.test_uploads import FIRST, LAST, completed

KEPT = "deleted images and done uploads are kept, and nobody is told"
SPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


def names(*wanted, quiet=False):
    """The document that asks for these keys to be deleted, as aws-sdk-go writes it."""
    rows = "".join(f"<Object><Key>{escape(key)}</Key></Object>" for key in wanted)
    return f"<Delete {SPACE}>{rows}<Quiet>{str(quiet).lower()}</Quiet></Delete>".encode()


def deleted(answer):
    """The keys that an answer says are deleted; it tells of no error."""
    result = root(answer, "DeleteResult")
    errors = [(e.findtext("Key"), e.findtext("Code")) for e in result.iterfind("./Error")]
    assert not errors, f"some could not be deleted: {errors[:3]}"
    return [row.findtext("Key") or "" for row in result.iterfind("./Deleted")]


@check("s3-delete-objects", oracle="registry: s3-aws/s3.go, `Delete`", level=BREAKS, impact=KEPT, api="s3")
def test_each_key_is_deleted_and_told(bucket):
    """The answer has a Deleted row for each key; these are gone and no others."""
    for key in ("a/1", "a/2", "a/3", "b"):
        bucket.put(key, b"x")
    assert sorted(deleted(bucket.delete_objects(names("a/1", "a/2", "a/3")))) == ["a/1", "a/2", "a/3"]
    assert keys(bucket.listing()) == ["b"]
    refused(bucket.get("a/2"), 404, "NoSuchKey")


@check(
    "s3-delete-objects-missing",
    oracle="S3 API, DeleteObjects",
    level=BREAKS,
    impact="removing what is gone already fails: clean-up stops",
    api="s3",
)
def test_a_key_that_is_not_there_is_deleted(bucket):
    """A key that does not exist is told as deleted, among others that do."""
    bucket.put("there", b"x")
    assert sorted(deleted(bucket.delete_objects(names("none", "there")))) == ["none", "there"]
    assert keys(bucket.listing()) == []


@check(
    "s3-delete-objects-quiet", oracle="S3 API, DeleteObjects `Quiet`", level=MUST, impact="none to a registry", api="s3"
)
def test_what_is_deleted_quietly_is_not_told(bucket):
    """With Quiet only errors are told; the keys are gone all the same."""
    bucket.put("a", b"x")
    assert deleted(bucket.delete_objects(names("a", quiet=True))) == []
    assert bucket.head("a").status == 404


@check(
    "s3-delete-objects-thousand",
    oracle="registry: s3-aws/s3.go, `Delete` sends 1000 keys",
    level=BREAKS,
    impact=KEPT,
    api="s3",
)
def test_a_thousand_keys_are_deleted_at_once(bucket):
    """A list of 1000 keys is done, with a row for each."""
    wanted = [f"files/{n:04}" for n in range(1000)]
    for key in (wanted[0], wanted[500], wanted[-1]):
        bucket.put(key, b"x")
    assert sorted(deleted(bucket.delete_objects(names(*wanted)))) == wanted
    assert keys(bucket.listing()) == []


@check(
    "s3-delete-objects-too-many",
    oracle="S3 API, DeleteObjects",
    level=SHOULD,
    impact="none to a registry: it sends 1000 at most",
    api="s3",
)
def test_more_than_a_thousand_keys_are_refused_or_done(bucket):
    """1001 keys are refused with 400 and nothing is deleted, or every one is deleted."""
    wanted = [f"files/{n:04}" for n in range(1001)]
    bucket.put(wanted[0], b"x")
    bucket.put(wanted[-1], b"x")
    answer = bucket.delete_objects(names(*wanted))
    if answer.status == 200:
        assert len(deleted(answer)) == 1001
        assert keys(bucket.listing()) == []
    else:
        refused(answer, 400)
        assert len(keys(bucket.listing())) == 2


@pytest.mark.parametrize(
    "key",
    cases(
        "s3-delete-objects-key",
        {
            "markup": "a<b>&'\"",
            "looks-escaped": "a&amp;b",
            "percent": "a%2Fb",
            "plus-and-space": "a+b c",
            "utf-8": "ä/日本",
            "slash-first": "/a",
            "slash-last": "a/",
            "underscore-first": "_a",
        },
        oracle="S3 API, DeleteObjects",
        level=MUST,
        impact="another object is deleted than was named, or none",
    ),
)
def test_a_key_of_any_kind_is_deleted(bucket, key):
    """The key is XML text and nothing else, and comes back as such."""
    bucket.put(key, b"x")
    bucket.put("neighbour", b"x")
    assert deleted(bucket.delete_objects(names(key))) == [key]
    assert keys(bucket.listing()) == ["neighbour"]


@pytest.mark.parametrize(
    "body",
    cases(
        "s3-delete-objects-malformed",
        {"no-xml": b"<Delete><Object>", "nothing": b"", "another-document": b"<List/>"},
        oracle="S3 API, List of error codes, MalformedXML",
        level=MUST,
        impact="a request that was cut on its way looks like one that succeeded",
    ),
)
def test_a_list_that_cannot_be_read_is_refused(bucket, body):
    """It is answered with 400, and nothing is deleted."""
    bucket.put("a", b"x")
    refused(bucket.delete_objects(body), 400)
    assert keys(bucket.listing()) == ["a"]


@check(
    "s3-delete-objects-md5",
    oracle="S3 API, DeleteObjects `Content-MD5`",
    level=SHOULD,
    impact="none to a registry: it signs the body too",
    api="s3",
)
def test_a_list_with_a_wrong_md5_is_refused(bucket):
    """A wrong Content-MD5 is answered with 400 BadDigest or InvalidDigest, and nothing is deleted."""
    bucket.put("a", b"x")
    refused(bucket.delete_objects(names("a"), md5=b"other"), 400, "BadDigest", "InvalidDigest")
    assert keys(bucket.listing()) == ["a"]


@check(
    "s3-delete-objects-denied",
    oracle="S3 API, DeleteObjects",
    level=MUST,
    impact="one tenant removes another's layers",
    api="s3",
)
def test_another_account_deletes_nothing(bucket, second_s3):
    """Another account is answered with 403, or told AccessDenied for each key; nothing is deleted."""
    bucket.put("a", b"x")
    stranger = type(bucket)(second_s3, bucket.name)
    answer = stranger.delete_objects(names("a"))
    if answer.status == 200:
        result = root(answer, "DeleteResult")
        assert [e.findtext("Code") for e in result.iterfind("./Error")] == ["AccessDenied"]
    else:
        refused(answer, 403, "AccessDenied")
    assert keys(bucket.listing()) == ["a"]


@check("s3-delete-objects-of-uploads", oracle="S3 API, DeleteObjects", level=BREAKS, impact=KEPT, api="s3")
def test_what_was_uploaded_in_parts_is_deleted_too(bucket):
    """An object made of parts, a copy and a plain one are deleted together."""
    completed(Upload.begin(bucket, "parts"), [(1, FIRST), (2, LAST)])
    root(bucket.copy(f"{bucket.name}/parts", "copy"), "CopyObjectResult")
    assert sorted(deleted(bucket.delete_objects(names("copy", "parts")))) == ["copy", "parts"]
    assert keys(bucket.listing()) == []
    assert bucket.head("parts").status == 404
