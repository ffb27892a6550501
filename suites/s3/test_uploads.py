"""Multipart uploads: how a registry writes every layer, a part for each 10 MiB or each end of a PATCH."""

import hashlib

import pytest

from fixtures.gateways.s3_uploads import Upload, completion
from fixtures.wire.content import from_bytes, generated, joined
from fixtures.wire.documents import bare
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.s3.reading import cases, code, keys, refused, root

MIB = 1 << 20
FIRST, SECOND, LAST = generated("part-1", 5 * MIB), generated("part-2", 5 * MIB + 1), generated("part-3", 70_001)
WRONG = '"00000000000000000000000000000000"'
DAMAGED = "a layer's bytes are not those that were pushed: pull fails with a wrong digest"
STUCK = "push of any layer fails with 500 at its end"


def sent(upload, parts):
    """Numbers and ETags of parts that were uploaded; each ETag is the MD5 of the part, in quotes."""
    etags = []
    for number, content in parts:
        answer = upload.part(number, content)
        assert (answer.status, answer.get("ETag")) == (200, f'"{content.md5}"'), f"part {number} is not taken as sent"
        etags.append((number, answer.get("ETag")))
    return etags


def completed(upload, parts):
    """The document that completing is answered with, after the parts were uploaded."""
    return root(upload.complete(sent(upload, parts)), "CompleteMultipartUploadResult")


def etag_of(*parts):
    """The ETag of an object made of parts: MD5 of their MD5s, and how many (S3 API, CompleteMultipartUpload)."""
    digests = b"".join(bytes.fromhex(part.md5) for part in parts)
    return f'"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"'


def holds(bucket, key, content):
    """The object is these bytes."""
    answer = bucket.get(key)
    assert (answer.status, answer.size) == (200, content.size)
    assert answer.sha256 == content.sha256, "the bytes are not those of the parts, in their order"


@check("s3-upload", oracle="S3 API, CompleteMultipartUpload", level=BREAKS, impact=DAMAGED, api="s3")
def test_an_upload_becomes_an_object_of_its_parts(bucket):
    """Parts in the order of their numbers, whatever the order they came in, are the object; ranges may cross them."""
    parts = [(1, FIRST), (2, SECOND), (3, LAST)]
    upload = Upload.begin(bucket, "blob")
    etags = sorted(sent(upload, [parts[2], parts[0], parts[1]]))
    root(upload.complete(etags), "CompleteMultipartUploadResult")
    holds(bucket, "blob", joined((FIRST, SECOND, LAST)))
    assert bucket.head("blob").length == FIRST.size + SECOND.size + LAST.size
    across = bucket.get("blob", range_=f"bytes={FIRST.size - 2}-{FIRST.size + 1}")
    assert across.kept == joined((FIRST, SECOND)).part(FIRST.size - 2, FIRST.size + 2).beginning(4)


@check("s3-upload-result", oracle="S3 API, CompleteMultipartUpload", level=MUST, impact=STUCK, api="s3")
def test_completing_says_what_was_made(bucket):
    """The answer names bucket, key and location; HEAD and lists have an ETag of all parts that ends in their count."""
    made = completed(Upload.begin(bucket, "a b/ü"), [(1, FIRST), (2, LAST)])
    assert [made.findtext(n) for n in ("Bucket", "Key")] == [bucket.name, "a b/ü"]
    assert made.findtext("Location"), "Location is missing"
    assert bucket.head("a b/ü").get("ETag") == etag_of(FIRST, LAST)
    assert bucket.listing().findtext("./Contents/ETag") == etag_of(FIRST, LAST)


@check(
    "s3-upload-result-etag",
    oracle="S3 API, CompleteMultipartUpload",
    level=MUST,
    impact="none to a registry; clients that keep the ETag of what they wrote have none",
    api="s3",
)
def test_completing_says_the_etag_of_what_was_made(bucket):
    """The answer has the ETag that HEAD has (Red Hat bug 2266579)."""
    made = completed(Upload.begin(bucket, "etag"), [(1, LAST)])
    assert bare(made.findtext("ETag")) == bare(etag_of(LAST))


@check(
    "s3-upload-begun",
    oracle="S3 API, CreateMultipartUpload",
    level=MUST,
    impact="clients upload to another key",
    api="s3",
)
def test_beginning_says_what_was_begun(bucket):
    """The answer names bucket, key and an id, another one each time."""
    begun = [
        root(bucket.session.ask("POST", bucket.name, "a b", query={"uploads": ""}), "InitiateMultipartUploadResult")
        for _ in range(2)
    ]
    assert [(b.findtext("Bucket"), b.findtext("Key")) for b in begun] == [(bucket.name, "a b")] * 2
    assert len({b.findtext("UploadId") for b in begun} - {None, ""}) == 2


@check(
    "s3-upload-of-one-part",
    oracle="registry: s3-aws/s3.go, `Commit`",
    level=BREAKS,
    impact="push of a layer below 5 MiB fails",
    api="s3",
)
def test_one_small_part_is_enough(bucket):
    """An upload of one part of any size can be completed; its ETag ends in -1."""
    completed(Upload.begin(bucket, "small"), [(1, LAST)])
    holds(bucket, "small", LAST)
    assert bucket.head("small").get("ETag") == etag_of(LAST)


@check(
    "s3-upload-of-nothing",
    oracle="registry 3.1.1: s3-aws/s3.go, `Commit`",
    level=BREAKS,
    impact="push of an empty blob fails with 500",
    api="s3",
)
def test_one_empty_part_is_enough(bucket):
    """An upload of one part without bytes becomes an empty object."""
    empty = from_bytes(b"")
    completed(Upload.begin(bucket, "empty"), [(1, empty)])
    assert bucket.head("empty").length == 0


@check("s3-upload-with-gaps", oracle="S3 API, CompleteMultipartUpload", level=MUST, impact=DAMAGED, api="s3")
def test_numbers_of_parts_need_not_follow_one_another(bucket):
    """Parts 2, 17 and 10000 are an object."""
    completed(Upload.begin(bucket, "gaps"), [(2, FIRST), (17, SECOND), (10_000, LAST)])
    holds(bucket, "gaps", joined((FIRST, SECOND, LAST)))


@check(
    "s3-upload-of-some-parts",
    oracle="S3 API, CompleteMultipartUpload",
    level=SHOULD,
    impact="none to a registry: it names every part",
    api="s3",
)
def test_parts_that_are_not_named_are_left_out(bucket):
    """A part that was uploaded and is not in the list that completes is not in the object."""
    upload = Upload.begin(bucket, "some")
    etags = sent(upload, [(1, FIRST), (2, SECOND), (3, LAST)])
    root(upload.complete([etags[0], etags[2]]), "CompleteMultipartUploadResult")
    holds(bucket, "some", joined((FIRST, LAST)))


@check(
    "s3-part-again",
    oracle="S3 API, UploadPart",
    level=BREAKS,
    impact="a registry that repeats a part after a lost answer stores a damaged layer (trackers 11749, 63642)",
    api="s3",
)
def test_the_last_upload_of_a_part_wins(bucket):
    """A part that is uploaded again, with the same or other bytes, is what was sent last."""
    upload = Upload.begin(bucket, "again")
    sent(upload, [(1, SECOND), (2, LAST)])
    etags = sent(upload, [(1, FIRST), (2, SECOND), (2, LAST), (1, FIRST)])
    root(upload.complete([etags[3], etags[2]]), "CompleteMultipartUploadResult")
    holds(bucket, "again", joined((FIRST, LAST)))


@check(
    "s3-upload-hidden",
    oracle="S3 API, Multipart upload overview",
    level=BREAKS,
    impact="a layer is served before it is whole",
    api="s3",
)
def test_nothing_is_seen_of_an_upload_before_it_is_completed(bucket):
    """GET, HEAD and lists do not show an upload's object or parts; an object of that name stays as it is."""
    bucket.put("old", b"old")
    for key in ("new", "old"):
        sent(Upload.begin(bucket, key), [(1, LAST)])
    refused(bucket.get("new"), 404, "NoSuchKey")
    assert bucket.head("new").status == 404
    assert keys(bucket.listing()) == ["old"]
    assert bucket.get("old").kept == b"old"


@check(
    "s3-upload-metadata",
    oracle="S3 API, CreateMultipartUpload",
    level=MUST,
    impact="layers have another type than they were pushed with",
    api="s3",
)
def test_what_was_said_at_the_beginning_is_kept(bucket):
    """Content-Type and metadata given when the upload was begun are the object's."""
    headers = [("Content-Type", "application/x-layer"), ("X-Amz-Meta-Digest", "sha256:0a")]
    completed(Upload.begin(bucket, "typed", headers), [(1, LAST)])
    head = bucket.head("typed")
    assert (head.get("Content-Type"), head.get("X-Amz-Meta-Digest")) == ("application/x-layer", "sha256:0a")


@check(
    "s3-upload-complete-again",
    oracle="S3 API, CompleteMultipartUpload",
    level=MUST,
    impact="push fails with 500 where the SDK repeats a request whose answer was lost (tracker 75534)",
    api="s3",
)
def test_an_upload_completed_twice_is_done_or_gone(bucket):
    """The second time is answered with 200 and no other ETag or with 404 NoSuchUpload, and the object stays whole."""
    upload = Upload.begin(bucket, "twice")
    etags = sent(upload, [(1, FIRST), (2, LAST)])
    root(upload.complete(etags), "CompleteMultipartUploadResult")
    again = upload.complete(etags)
    if again.status == 200:
        etag = root(again, "CompleteMultipartUploadResult").findtext("ETag")
        assert not etag or bare(etag) == bare(etag_of(FIRST, LAST))
    else:
        refused(again, 404, "NoSuchUpload")
    holds(bucket, "twice", joined((FIRST, LAST)))


@check(
    "s3-upload-unknown",
    oracle="S3 API, List of error codes, NoSuchUpload",
    level=BREAKS,
    impact="parts are written to an upload that is gone: the layer is lost",
    api="s3",
)
def test_an_upload_that_was_never_begun_is_told_by_its_code(bucket):
    """UploadPart and Abort with an unknown id are answered with 404 NoSuchUpload, ListParts with 404."""
    upload = Upload(bucket, "none", "2~thisuploadwasneverbegun0000000")
    refused(upload.part(1, b"1"), 404, "NoSuchUpload")
    refused(upload.list_parts(), 404)
    refused(upload.abort(), 404, "NoSuchUpload")


@check(
    "s3-upload-complete-unknown",
    oracle="S3 API, CompleteMultipartUpload, NoSuchUpload",
    level=MUST,
    impact="the registry's SDK repeats for a while what cannot succeed (tracker 75534)",
    api="s3",
)
def test_an_upload_that_was_never_begun_cannot_be_completed(bucket):
    """Complete with an unknown id is answered with 404 NoSuchUpload, and nothing is made."""
    refused(Upload(bucket, "none", "2~thisuploadwasneverbegun0000000").complete([(1, WRONG)]), 404, "NoSuchUpload")
    assert bucket.head("none").status == 404


@check(
    "s3-upload-abort",
    oracle="S3 API, AbortMultipartUpload",
    level=BREAKS,
    impact="cancelled uploads fail, or are kept and paid for, for ever",
    api="s3",
)
def test_an_aborted_upload_is_gone(bucket):
    """Abort is answered with 204; its parts are then not listed, it cannot be completed, and there is no object."""
    upload = Upload.begin(bucket, "aborted")
    etags = sent(upload, [(1, LAST)])
    assert upload.abort().status == 204
    refused(upload.list_parts(), 404)
    assert (upload.complete(etags).status or 0) >= 400, "an aborted upload is completed"
    again = upload.abort()
    assert again.status == 204 or code(again) == "NoSuchUpload"
    refused(bucket.get("aborted"), 404, "NoSuchKey")


@check(
    "s3-two-uploads",
    oracle="S3 API, Multipart upload overview",
    level=BREAKS,
    impact="two pushes of one layer damage each other",
    api="s3",
)
def test_two_uploads_of_one_key_do_not_meet(bucket):
    """Each has its own parts; the one that is completed last is the object; aborting another does nothing to it."""
    one, two = Upload.begin(bucket, "same"), Upload.begin(bucket, "same")
    mine, other = sent(one, [(1, FIRST)]), sent(two, [(1, SECOND)])
    mine += sent(one, [(2, LAST)])
    third = Upload.begin(bucket, "same")
    root(two.complete(other), "CompleteMultipartUploadResult")
    holds(bucket, "same", SECOND)
    root(one.complete(mine), "CompleteMultipartUploadResult")
    third.abort()
    holds(bucket, "same", joined((FIRST, LAST)))


BAD = {
    "no-parts": (lambda _: completion([]), ("MalformedXML", "InvalidRequest")),
    "no-xml": (lambda _: b"<CompleteMultipartUpload><Part>", ("MalformedXML",)),
    "wrong-etag": (lambda etags: completion([etags[0], (2, WRONG)]), ("InvalidPart",)),
    "a-part-never-sent": (lambda etags: completion([*etags, (3, WRONG)]), ("InvalidPart",)),
}


@pytest.mark.parametrize(
    ("body", "codes"),
    cases(
        "s3-upload-complete-wrong",
        BAD,
        oracle="S3 API, CompleteMultipartUpload, errors",
        level=MUST,
        impact="a layer is put together from other parts than were meant",
    ),
)
def test_an_upload_is_not_completed_from_a_wrong_list(bucket, body, codes):
    """The answer is 400 with its code, nothing is made, and the upload can still be completed."""
    upload = Upload.begin(bucket, "wrong")
    etags = sent(upload, [(1, FIRST), (2, LAST)])
    refused(upload.complete([], body=body(etags)), 400, *codes)
    assert bucket.head("wrong").status == 404
    root(upload.complete(etags), "CompleteMultipartUploadResult")


@check(
    "s3-upload-complete-out-of-order",
    oracle="S3 API, CompleteMultipartUpload, InvalidPartOrder",
    level=SHOULD,
    impact="none to a registry: it names parts in the order of their numbers",
    api="s3",
)
def test_parts_are_named_in_order(bucket):
    """Completing with numbers that do not rise is answered with 400 InvalidPartOrder."""
    upload = Upload.begin(bucket, "order")
    refused(upload.complete(sent(upload, [(1, FIRST), (2, LAST)])[::-1]), 400, "InvalidPartOrder")


@check(
    "s3-part-too-small",
    oracle="S3 API, CompleteMultipartUpload, EntityTooSmall",
    level=SHOULD,
    impact="none to a registry: it takes care of that itself (s3.go, `Writer`)",
    api="s3",
)
def test_only_the_last_part_may_be_small(bucket):
    """Completing with a part below 5 MiB that is not the last is answered with 400 EntityTooSmall."""
    upload = Upload.begin(bucket, "small")
    refused(upload.complete(sent(upload, [(1, LAST), (2, LAST)])), 400, "EntityTooSmall")


@check(
    "s3-part-number",
    oracle="S3 API, UploadPart `partNumber`",
    level=SHOULD,
    impact="none to a registry: it counts from 1, and a layer has fewer parts",
    api="s3",
)
def test_a_part_has_a_number_from_1_to_10000(bucket):
    """UploadPart with another number is answered with 400."""
    upload = Upload.begin(bucket, "n")
    for number in ("0", "10001", "-1", "one"):
        refused(upload.part(number, b"1"), 400)


@check("s3-part-content-md5", oracle="S3 API, UploadPart `Content-MD5`", level=BREAKS, impact=DAMAGED, api="s3")
def test_a_part_that_is_not_what_was_meant_is_refused(bucket):
    """A wrong Content-MD5 of a part is answered with 400 BadDigest, and there is no such part."""
    upload = Upload.begin(bucket, "md5")
    answer = upload.part(1, LAST, headers=[("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")])
    refused(answer, 400, "BadDigest")
    assert upload.parts().find("./Part") is None, "the part is listed"
