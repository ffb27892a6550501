"""Lists of uploads and of parts: how a registry finds again the upload that a PATCH goes on with."""

from urllib.parse import unquote_plus

import pytest

from fixtures.gateways.s3_uploads import Upload
from fixtures.wire.content import generated
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.s3.reading import DATE, cases, number, prefixes, refused, root, truncated

LOST = "push of any layer fails with 500: its upload cannot be found again"
PARTS = {n: generated(f"listed-{n}", 10 + n) for n in (1, 2, 3, 5, 8, 13)}


def uploads(bucket, **parameters):
    """The root of a list of uploads; `_` stands for `-` in names."""
    query = {"uploads": "", **{name.replace("_", "-"): value for name, value in parameters.items()}}
    return root(bucket.session.ask("GET", bucket.name, query=query), "ListMultipartUploadsResult")


def found(page):
    """Keys and ids, in the list's order."""
    return [(row.findtext("Key"), row.findtext("UploadId")) for row in page.iterfind("./Upload")]


def turned(bucket, **parameters):
    """The uploads of all pages, each page gone on with as registries do (s3.go, `Writer`)."""
    rows, marks = [], {}
    for _ in range(50):
        page = uploads(bucket, **parameters, **marks)
        rows += found(page)
        if not truncated(page):
            return rows
        after = {n: page.findtext(f"Next{n}") or "" for n in ("KeyMarker", "UploadIdMarker")}
        marks, before = {"key_marker": after["KeyMarker"], "upload_id_marker": after["UploadIdMarker"]}, marks
        assert marks != before, "the list of uploads does not move on"
        assert after["KeyMarker"], "IsTruncated is true and there is no NextKeyMarker"
    pytest.fail("the list of uploads does not end")


def begun(bucket, *keys):
    """Uploads of these keys, in the order of lists; those of one key by time."""
    return [(key, Upload.begin(bucket, key).id) for key in keys]


@check("s3-uploads-by-prefix", oracle="registry: s3-aws/s3.go, `Writer`", level=BREAKS, impact=LOST, api="s3")
def test_an_upload_is_found_by_its_key(bucket):
    """With the key as prefix, the list has the upload's key and id, and those whose keys begin so."""
    mine, longer, _ = begun(bucket, "uploads/0/data", "uploads/0/data2", "uploads/1/data")
    assert found(uploads(bucket, prefix="uploads/0/data")) == [mine, longer]
    assert found(uploads(bucket, prefix="none")) == []


@check(
    "s3-uploads-done",
    oracle="S3 API, ListMultipartUploads",
    level=MUST,
    impact="a finished upload is gone on with",
    api="s3",
)
def test_an_upload_that_is_done_is_not_listed(bucket):
    """After completing or aborting, an upload is in no list."""
    done, gone, kept = (Upload.begin(bucket, "data") for _ in range(3))
    part = done.part(1, b"1").get("ETag") or ""
    root(done.complete([(1, part)]), "CompleteMultipartUploadResult")
    gone.abort()
    assert found(uploads(bucket)) == [("data", kept.id)]


@check(
    "s3-uploads-fields",
    oracle="S3 API, MultipartUpload",
    level=MUST,
    impact="uploads are purged too early or never",
    api="s3",
)
def test_a_row_says_when_the_upload_was_begun(bucket):
    """Each row has Key, UploadId, StorageClass and Initiated as an ISO date; the list says its bucket and limit."""
    begun(bucket, "a")
    page = uploads(bucket)
    assert page.findtext("Bucket") == bucket.name
    assert number(page, "MaxUploads") == 1000
    assert DATE.fullmatch(page.findtext("./Upload/Initiated") or ""), "Initiated is no ISO date"
    assert page.findtext("./Upload/StorageClass") == "STANDARD"


@pytest.mark.parametrize(
    "size",
    cases(
        "s3-uploads-pages",
        {"one": 1, "two": 2, "all": 6},
        oracle="registry 3.1.1: s3-aws/s3.go, `Writer` turns pages by key and upload id",
        level=BREAKS,
        impact=LOST,
    ),
)
def test_pages_of_uploads_have_each_once(bucket, size):
    """Pages, turned with both markers, have every upload once, also where one key has several; none is too large."""
    wanted = begun(bucket, "a", "b/1", "b/1", "b/1", "b/2", "c")
    assert len(found(uploads(bucket, max_uploads=str(size)))) <= size
    assert sorted(turned(bucket, max_uploads=str(size))) == sorted(wanted)


@check("s3-uploads-pages-by-prefix", oracle="registry: s3-aws/s3.go, `Writer`", level=BREAKS, impact=LOST, api="s3")
def test_pages_keep_to_their_prefix(bucket):
    """Prefix and markers together list what begins so and comes after."""
    _, *wanted, _ = begun(bucket, "a", "b/1", "b/2", "b/3", "c")
    assert turned(bucket, prefix="b/", max_uploads="1") == wanted


@check(
    "s3-uploads-key-marker",
    oracle="S3 API, ListMultipartUploads",
    level=SHOULD,
    impact="none to a registry: it sends both markers; tools see an upload twice",
    api="s3",
)
def test_a_key_marker_alone_is_exclusive(bucket):
    """Without an upload id, the list begins after the key."""
    _, _, last = begun(bucket, "a", "b", "c")
    assert found(uploads(bucket, key_marker="b")) == [last]


@check(
    "s3-uploads-delimiter",
    oracle="S3 API, ListMultipartUploads",
    level=SHOULD,
    impact="none to a registry; tools do not show uploads by directory (tracker 47527)",
    api="s3",
)
def test_uploads_are_rolled_up_by_a_delimiter(bucket):
    """Keys with the delimiter become common prefixes, each in an element of its own."""
    top, *_ = begun(bucket, "a", "b/1", "b/2", "c/1")
    page = uploads(bucket, delimiter="/")
    assert found(page) == [top]
    assert prefixes(page) == ["b/", "c/"]


@check(
    "s3-uploads-encoded",
    oracle="S3 API, ListMultipartUploads `encoding-type`",
    level=SHOULD,
    impact="boto shows wrong names",
    api="s3",
)
def test_keys_of_uploads_are_percent_encoded_if_asked(bucket):
    """With `encoding-type=url`, which boto always asks for, keys decode to what was begun."""
    begun(bucket, "a b/ü%+")
    page = uploads(bucket, encoding_type="url")
    encoded = page.findtext("EncodingType") == "url"
    key = page.findtext("./Upload/Key") or ""
    assert (unquote_plus(key) if encoded else key) == "a b/ü%+"


@check(
    "s3-parts",
    oracle="registry: s3-aws/s3.go, `Writer`",
    level=BREAKS,
    impact="an upload that is gone on with is damaged",
    api="s3",
)
def test_parts_are_listed_with_what_was_sent(bucket):
    """Each part has number, size, ETag in quotes and date, in the order of numbers, whatever came first."""
    upload = Upload.begin(bucket, "data")
    for n in (8, 1, 13, 2, 5, 3):
        upload.part(n, PARTS[n])
    page = upload.parts()
    rows = [(number(p, "PartNumber"), number(p, "Size"), p.findtext("ETag")) for p in page.iterfind("./Part")]
    assert rows == [(n, part.size, f'"{part.md5}"') for n, part in PARTS.items()]
    assert all(DATE.fullmatch(p.findtext("LastModified") or "") for p in page.iterfind("./Part"))
    assert [page.findtext(n) for n in ("Bucket", "Key", "UploadId")] == [bucket.name, "data", upload.id]
    assert not truncated(page)


@check("s3-parts-none", oracle="S3 API, ListParts", level=BREAKS, impact=LOST, api="s3")
def test_an_upload_without_parts_has_an_empty_list(bucket):
    """A list of no parts is answered with 200 and no row."""
    page = Upload.begin(bucket, "data").parts()
    assert page.tag == "ListPartsResult"
    assert page.find("./Part") is None
    assert not truncated(page)


@pytest.mark.parametrize(
    "size",
    cases(
        "s3-parts-pages",
        {"one": 1, "two": 2, "four": 4, "all": 6},
        oracle="registry: s3-aws/s3.go, `Writer` turns pages of parts",
        level=BREAKS,
        impact="a large layer that is gone on with is damaged: parts beyond the first page are missed or told twice",
    ),
)
def test_pages_of_parts_have_each_once(bucket, size):
    """max-parts is a limit; NextPartNumberMarker is the last number of its page, and the next begins after it."""
    upload, seen, marker = Upload.begin(bucket, "data"), [], "0"
    for n, part in PARTS.items():
        upload.part(n, part)
    for _ in PARTS:
        page = upload.parts(max_parts=str(size), part_number_marker=marker)
        numbers = [number(p, "PartNumber") for p in page.iterfind("./Part")]
        assert len(numbers) <= size
        seen += numbers
        if not truncated(page):
            break
        marker = page.findtext("NextPartNumberMarker") or ""
        assert numbers, "a page that is not the last has no parts"
        assert marker == str(numbers[-1])
    assert seen == list(PARTS)


@check(
    "s3-parts-again",
    oracle="S3 API, UploadPart",
    level=BREAKS,
    impact="an upload that is gone on with is damaged",
    api="s3",
)
def test_a_part_that_was_sent_again_is_listed_once(bucket):
    """The list has the last size and ETag of a part."""
    upload = Upload.begin(bucket, "data")
    upload.part(1, PARTS[8])
    upload.part(1, PARTS[3])
    rows = [
        (p.findtext("PartNumber"), p.findtext("Size"), p.findtext("ETag")) for p in upload.parts().iterfind("./Part")
    ]
    assert rows == [("1", str(PARTS[3].size), f'"{PARTS[3].md5}"')]


@check("s3-parts-of-another-key", oracle="S3 API, ListParts", level=MUST, impact="uploads are mixed up", api="s3")
def test_an_upload_belongs_to_its_key(bucket):
    """The id of another key's upload is unknown."""
    upload = Upload.begin(bucket, "data")
    refused(Upload(bucket, "other", upload.id).list_parts(), 404)


@check(
    "s3-parts-unknown-code",
    oracle="S3 API, List of error codes, NoSuchUpload",
    level=SHOULD,
    impact="none to a registry: it looks for the upload first",
    api="s3",
)
def test_a_list_of_parts_of_no_upload_is_told_by_its_code(bucket):
    """ListParts with an unknown id is answered with NoSuchUpload."""
    refused(Upload(bucket, "none", "2~thisuploadwasneverbegun0000000").list_parts(), 404, "NoSuchUpload")
