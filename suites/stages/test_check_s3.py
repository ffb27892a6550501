"""What was written over S3 before is there, byte for byte, and can be gone on with: `--stage check`."""

import pytest

from fixtures.gateways.s3_uploads import Upload
from fixtures.stages import contents, s3
from fixtures.stages.comparing import (
    bytes_differ,
    fields_differ,
    head_differs,
    names_differ,
    piece_differs,
    rows_differ,
)
from fixtures.stages.model import objects_of
from fixtures.wire.documents import bare, text_of
from suites.claims import BREAKS, MUST, check, untested
from suites.swift.rows import in_order, rolled_up

_OBJECTS = (*(case for case in (*contents.SIZES, *contents.NAMES) if case not in s3.DOTTED), "in-parts")
_GET = "S3 API, GetObject"
_HEAD = "S3 API, HeadObject"
_LIST = "S3 API, ListObjectsV2"
_LOST = "tags, repositories and uploads from before are not found"


def _cases(name, values, **claim):
    return [pytest.param(value, id=value, marks=check(f"{name}[{value}]", api="s3", **claim)) for value in values]


@pytest.fixture
def one(prepared):
    """A prepared object by its case, with its bucket."""

    def found(case):
        bucket, facts = prepared.bucket("s3-objects")
        for kept in objects_of(facts):
            if kept.case == case:
                return bucket, kept
        return untested(f"this stage has no object {case}: it was not acknowledged")

    return found


@pytest.mark.parametrize(
    "case",
    _cases("stage-s3-object", _OBJECTS, oracle=_GET, level=BREAKS, impact="blobs and links from before are lost"),
)
def test_an_object_is_there(case, one):
    """GET brings the bytes that were written, under the key that they were written under."""
    bucket, kept = one(case)
    difference = bytes_differ(kept, bucket.get(kept.name))
    assert not difference, f"{kept.name[:60]!r}: {difference}"


@pytest.mark.parametrize(
    "case",
    _cases("stage-s3-object-head", _OBJECTS, oracle=_HEAD, level=BREAKS, impact="blobs have the wrong size"),
)
def test_head_tells_what_it_told(case, one):
    """HEAD tells the size that was written."""
    bucket, kept = one(case)
    difference = head_differs(kept, bucket.head(kept.name))
    assert not difference, f"{kept.name[:60]!r}: {difference}"


@check("stage-s3-object-fields", oracle=_HEAD, level=MUST, impact="dates, types or ETags of blobs change", api="s3")
def test_fields_stay(prepared):
    """HEAD tells the ETag, date, type and metadata that it told before, also of what was uploaded in parts."""
    bucket, facts = prepared.bucket("s3-objects")
    pairs = [(kept, fields_differ(kept, bucket.head(kept.name))) for kept in objects_of(facts)]
    found = [f"{kept.name[:60]!r}: {difference}" for kept, difference in pairs if difference]
    assert not found, f"{len(found)} differ; the first: {found[0]}"


@pytest.mark.parametrize(
    "case",
    _cases(
        "stage-s3-object-range",
        [*(case for case, size in contents.SIZES.items() if contents.ranges_of(size)), "in-parts"],
        oracle="RFC 9110 section 14.2",
        level=BREAKS,
        impact="a pull that goes on after the upgrade joins the wrong bytes",
    ),
)
def test_parts_of_an_object_are_there(case, one):
    """A range brings the bytes that are there, also across stripes and parts."""
    bucket, kept = one(case)
    found = [
        wrong for piece in kept.pieces if (wrong := piece_differs(piece, bucket.get(kept.name, range_=piece.range)))
    ]
    assert not found, f"{len(found)} differ; the first: {found[0]}"


def _keys(root):
    return [key.text or "" for key in root.iterfind("./Contents/Key")]


@pytest.mark.parametrize("size", _cases("stage-s3-listing", ("1000", "100"), oracle=_LIST, level=BREAKS, impact=_LOST))
def test_a_listing_of_pages_is_whole(size, prepared):
    """Page after page, a listing names every key that was written, in order."""
    bucket, facts = prepared.bucket("s3-rows")
    seen, token = [], ""
    for _ in range(30):
        page = bucket.listing(max_keys=size, continuation_token=token)
        seen += _keys(page)
        token = page.findtext("./NextContinuationToken") or ""
        if not token:
            break
    difference = names_differ(seen, sorted(facts["rows"], key=in_order))
    assert not difference, difference


@check("stage-s3-listing-names", oracle=_LIST, level=BREAKS, impact=_LOST, api="s3")
def test_awkward_keys_are_listed(prepared):
    """A listing names each key as it was written, with its size."""
    bucket, facts = prepared.bucket("s3-objects")
    wanted = {one.name: (str(one.size), None) for one in objects_of(facts)}
    rows = list(bucket.listing().iterfind("./Contents"))
    seen = {row.findtext("Key") or "": (row.findtext("Size"), None) for row in rows}
    difference = names_differ([row.findtext("Key") or "" for row in rows], sorted(wanted, key=in_order))
    difference = difference or rows_differ(seen, wanted)
    assert not difference, difference


@check("stage-s3-listing-directories", oracle=_LIST, level=BREAKS, impact=_LOST, api="s3")
def test_directories_are_listed(prepared):
    """With a delimiter the directories of a bucket are listed, and those of one of them."""
    bucket, facts = prepared.bucket("s3-rows")
    for prefix in ("", "tags", "tags/"):
        root = bucket.listing(delimiter="/", prefix=prefix)
        prefixes = [row.text or "" for row in root.iterfind("./CommonPrefixes/Prefix")]
        seen = sorted([*_keys(root), *prefixes], key=in_order)
        difference = names_differ(seen, rolled_up(list(facts["rows"]), prefix=prefix))
        assert not difference, f"prefix {prefix!r}: {difference}"


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        pytest.param(
            key,
            wanted,
            id=key,
            marks=check(f"stage-s3-grant[{key}]", oracle="S3 API, Canned ACL", level=level, impact=impact, api="s3"),
        )
        for key, wanted, level, impact in (
            ("public", 200, MUST, "who may read changes at the upgrade"),
            ("private", 403, BREAKS, "images are open to everybody"),
        )
    ],
)
def test_grants_stay(key, wanted, prepared):
    """Who signs nothing reads what everybody may read, and nothing else."""
    bucket, facts = prepared.bucket("s3-grants")
    session = bucket.session
    answer = session.answer(session.request("GET", bucket.name, key))
    assert answer.status == wanted, f"it is answered with {answer.status}"
    assert wanted != 200 or answer.sha256 == facts["digests"][key]


@pytest.fixture
def taken(prepared):
    """The bucket with what is under way, and the next round for something."""

    def of(what):
        bucket, facts = prepared.bucket("s3-uploads")
        number = prepared.round(f"s3-{what}")
        found = [one for one in facts["rounds"] if one["number"] == number]
        return (bucket, found[0]) if found else untested(f"round {number} was not acknowledged in preparation")

    return of


@check(
    "stage-s3-uploads-listed",
    oracle="S3 API, ListMultipartUploads",
    level=BREAKS,
    impact="a push that was under way during the upgrade fails: its upload is not found",
    api="s3",
)
def test_an_upload_from_before_is_listed(prepared):
    """An upload that was begun before is listed with its id, and its part with size and ETag."""
    bucket, facts = prepared.bucket("s3-uploads")
    standing = facts["standing"] or untested("the upload was not acknowledged in preparation")
    upload = Upload(bucket, "standing", standing["id"])
    root = bucket.session.document("GET", bucket.name, query={"uploads": "", "prefix": upload.key})
    ids = [row.findtext("UploadId") for row in root.iterfind("./Upload") if row.findtext("Key") == upload.key]
    assert ids == [upload.id], f"the uploads of {upload.key} are {ids}"
    parts = [(row.findtext("Size"), bare(row.findtext("ETag"))) for row in upload.parts().iterfind("./Part")]
    assert parts == [(str(contents.small("standing").size), bare(standing["etag"]))], f"its parts are {parts}"


@check(
    "stage-s3-upload-goes-on",
    oracle="registry: s3.go, `Writer`",
    level=BREAKS,
    impact="a push that was under way during the upgrade fails",
    api="s3",
)
def test_an_upload_goes_on(taken):
    """An upload with a part from before takes another one, is completed, and is whole."""
    bucket, begun = taken("upload")
    upload, number = s3.upload_of(bucket, begun), begun["number"]
    had = [(row.findtext("PartNumber"), bare(row.findtext("ETag"))) for row in upload.parts().iterfind("./Part")]
    assert had == [("1", bare(begun["etag"]))], f"the parts from before are {had}"
    answer = upload.part(2, contents.multipart_parts(number)[1])
    assert answer.status == 200, f"the next part is answered with {answer.status}"
    done = upload.complete([(1, begun["etag"]), (2, answer.get("ETag") or "")])
    code = text_of(done.kept, "Code")
    assert (done.status, code) == (200, None), f"the completion is answered with {done.status} {code}"
    whole = s3.whole_upload(number)
    difference = bytes_differ(whole, bucket.get(whole.name))
    assert not difference, difference


@check(
    "stage-s3-upload-given-up",
    oracle="S3 API, AbortMultipartUpload",
    level=MUST,
    impact="the space of pushes that failed during the upgrade is never freed",
    api="s3",
)
def test_an_upload_from_before_is_given_up(taken):
    """An upload that was begun before is aborted, and is there no more."""
    bucket, begun = taken("give-up")
    upload = s3.upload_of(bucket, begun, given_up=True)
    assert upload.abort().status == 204
    assert upload.list_parts().status == 404


@check("stage-s3-copy", oracle="S3 API, CopyObject", level=BREAKS, impact="push on a base from before fails", api="s3")
def test_an_object_from_before_is_copied(taken):
    """A copy of an object from before has its bytes."""
    bucket, begun = taken("copy")
    number = begun["number"]
    answer = bucket.copy(f"{bucket.name}/copied/{number}", f"copies/{number}")
    assert answer.status == 200, f"it is answered with {answer.status}"
    assert text_of(answer.kept, "Code") is None, f"it is answered with 200 and {text_of(answer.kept, 'Code')}"
    assert bucket.get(f"copies/{number}").sha256 == contents.small(f"copied {number}").sha256


@check(
    "stage-s3-delete",
    oracle="S3 API, DeleteObjects",
    level=BREAKS,
    impact="garbage-collect frees nothing",
    api="s3",
)
def test_an_object_from_before_is_deleted(taken):
    """DeleteObjects takes an object from before out of the bucket and its listing."""
    bucket, begun = taken("delete")
    key = f"deleted/{begun['number']}"
    answer = bucket.delete_objects(f"<Delete><Object><Key>{key}</Key></Object></Delete>".encode())
    assert answer.status == 200, f"it is answered with {answer.status}"
    assert bucket.head(key).status == 404
    assert key not in _keys(bucket.listing(prefix="deleted/"))
