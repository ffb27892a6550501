"""What boto3's paginators make of listings: of keys, of uploads and of parts, page by page."""

from functools import partial
from hashlib import md5

from suites.clients.told import claim, refused

AWKWARD = ("a b", "a+b", "a%2Fb", "é/ü", "日本", "a&b=c", "<a>", "a'b\"c", "?#", "..a", "~x", "a\tb")
LISTINGS = {"2": "list_objects_v2", "1": "list_objects"}
"""By the version of the listing that they ask for."""
MIB = 1024 * 1024

_claim = partial(claim, oracle="boto3", api="s3")


def _fill(boto, bucket, keys):
    for key in keys:
        boto.put_object(Bucket=bucket.name, Key=key, Body=key.encode())


def _pages(boto, operation, bucket, size=None, **options):
    """All pages; a gateway that never comes to the last is stopped, and told."""
    pages = []
    config = {"PageSize": size} if size else {}
    for page in boto.get_paginator(operation).paginate(Bucket=bucket.name, PaginationConfig=config, **options):
        pages.append(page)
        assert len(pages) < 50, f"{operation} does not come to its last page"
    return pages


def _keys(pages):
    return [row["Key"] for page in pages for row in page.get("Contents", [])]


@_claim("boto3-list", "a paginator of keys", given="operation", cases=LISTINGS)
def test_list(boto, bucket, operation):
    """Every key once and in order, with the size, ETag and time that HEAD tells."""
    _fill(boto, bucket, ("b", "a", "c"))
    pages = _pages(boto, operation, bucket)
    assert _keys(pages) == ["a", "b", "c"]
    row = pages[0]["Contents"][1]
    assert (row["Size"], row["ETag"]) == (1, f'"{md5(b"b", usedforsecurity=False).hexdigest()}"')
    assert abs(row["LastModified"] - boto.head_object(Bucket=bucket.name, Key="b")["LastModified"]).total_seconds() < 2


@_claim("boto3-list-pages", "a paginator of keys", given="operation", cases=LISTINGS)
def test_list_page_by_page(boto, bucket, operation):
    """Pages of two keys go on where the one before ended, and have no more keys than were asked for."""
    keys = [f"d {number}/é" for number in range(5)]
    _fill(boto, bucket, keys)
    pages = _pages(boto, operation, bucket, size=2)
    assert _keys(pages) == keys
    assert [len(page["Contents"]) for page in pages] == [2, 2, 1]


@_claim("boto3-list-delimiter", "listing directories", given="operation", cases=LISTINGS)
def test_list_of_directories(boto, bucket, operation):
    """Directories are common prefixes: each once, also where pages are short."""
    _fill(boto, bucket, ("a/1", "a/2", "b c/1", "d", "e/1"))
    for size in (None, 1, 2):
        pages = _pages(boto, operation, bucket, size=size, Delimiter="/")
        assert [row["Prefix"] for page in pages for row in page.get("CommonPrefixes", [])] == ["a/", "b c/", "e/"]
        assert _keys(pages) == ["d"]


@_claim("boto3-list-prefix", "listing a directory", given="operation", cases=LISTINGS)
def test_list_of_a_directory(boto, bucket, operation):
    """A prefix is listed alone, and an empty one has no keys."""
    _fill(boto, bucket, ("a b/1", "a b/2", "a", "b"))
    assert _keys(_pages(boto, operation, bucket, Prefix="a b/")) == ["a b/1", "a b/2"]
    assert _keys(_pages(boto, operation, bucket, Prefix="no")) == []


@_claim("boto3-list-start", "listing from a key on")
def test_list_from_a_key_on(boto, bucket):
    """StartAfter is not listed itself."""
    _fill(boto, bucket, ("a", "b", "c", "d"))
    assert _keys(_pages(boto, "list_objects_v2", bucket, size=1, StartAfter="b")) == ["c", "d"]


@_claim("boto3-awkward-keys", "a key of unusual characters", given="operation", cases=LISTINGS)
def test_awkward_keys(boto, bucket, operation):
    """Keys of any characters are listed, read and deleted as they were written."""
    _fill(boto, bucket, AWKWARD)
    assert sorted(_keys(_pages(boto, operation, bucket))) == sorted(AWKWARD)
    for key in AWKWARD:
        assert boto.get_object(Bucket=bucket.name, Key=key)["Body"].read() == key.encode(), key
        boto.delete_object(Bucket=bucket.name, Key=key)
    assert _keys(_pages(boto, operation, bucket)) == []


@_claim("boto3-resource", "boto3's resources")
def test_resources(new_boto, bucket):
    """A bucket as a resource: its keys by prefix, and deleting all of them."""
    found = new_boto("resource", request_checksum_calculation="when_required").Bucket(bucket.name)
    for key in ("a/1", "a/2", "b"):
        found.put_object(Key=key, Body=key.encode())
    assert [row.key for row in found.objects.filter(Prefix="a/")] == ["a/1", "a/2"]
    found.objects.filter(Prefix="a/").delete()
    assert [row.key for row in found.objects.all()] == ["b"]


def _uploaded(boto, bucket, parts):
    """What complete_multipart_upload answers, and the ETag that it should have."""
    upload = boto.create_multipart_upload(Bucket=bucket.name, Key="o", ContentType="text/x-layer")["UploadId"]
    asked = {"Bucket": bucket.name, "Key": "o", "UploadId": upload}
    done = [
        {"PartNumber": number, "ETag": boto.upload_part(**asked, PartNumber=number, Body=part)["ETag"]}
        for number, part in enumerate(parts, start=1)
    ]
    digests = b"".join(md5(part, usedforsecurity=False).digest() for part in parts)
    etag = f"{md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"
    return boto.complete_multipart_upload(**asked, MultipartUpload={"Parts": done}), etag


@_claim("boto3-multipart", "a multipart upload")
def test_multipart(boto, bucket):
    """Parts become an object whose ETag ends in the number of parts."""
    etag = _uploaded(boto, bucket, [b"a" * 5 * MIB, b"b"])[1]
    head = boto.head_object(Bucket=bucket.name, Key="o")
    assert (head["ETag"], head["ContentLength"], head["ContentType"]) == (f'"{etag}"', 5 * MIB + 1, "text/x-layer")
    assert boto.get_object(Bucket=bucket.name, Key="o", Range=f"bytes={5 * MIB - 1}-")["Body"].read() == b"ab"


@_claim("boto3-multipart-answer", "verifying a multipart upload")
def test_multipart_is_answered_with_its_etag(boto, bucket):
    """complete_multipart_upload answers with bucket, key and the ETag of the object that was made."""
    told, etag = _uploaded(boto, bucket, [b"a"])
    assert (told.get("Bucket"), told.get("Key")) == (bucket.name, "o")
    assert told.get("ETag", "").strip('"') == etag


@_claim("boto3-list-parts", "a paginator of parts")
def test_list_of_parts(boto, bucket):
    """Parts are listed in order, page by page, with the sizes and ETags that they were acknowledged with."""
    asked = {"Bucket": bucket.name, "Key": "a b"}
    asked["UploadId"] = boto.create_multipart_upload(**asked)["UploadId"]
    etags = [boto.upload_part(**asked, PartNumber=n, Body=b"x" * n)["ETag"] for n in (1, 2, 10)]
    pages = _pages(boto, "list_parts", bucket, size=1, **{name: asked[name] for name in ("Key", "UploadId")})
    rows = [row for page in pages for row in page.get("Parts", [])]
    assert [(row["PartNumber"], row["Size"]) for row in rows] == [(1, 1), (2, 2), (10, 10)]
    assert [row["ETag"].strip('"') for row in rows] == [etag.strip('"') for etag in etags]
    boto.abort_multipart_upload(**asked)


@_claim("boto3-list-uploads", "a paginator of uploads")
def test_list_of_uploads(boto, bucket):
    """Uploads that were begun are listed page by page, by key, and no more when they are aborted."""
    ids = {key: boto.create_multipart_upload(Bucket=bucket.name, Key=key)["UploadId"] for key in ("a", "b c", "d/é")}
    pages = _pages(boto, "list_multipart_uploads", bucket, size=1)
    assert {row["Key"]: row["UploadId"] for page in pages for row in page.get("Uploads", [])} == ids
    for key, upload in ids.items():
        boto.abort_multipart_upload(Bucket=bucket.name, Key=key, UploadId=upload)
    assert "Uploads" not in boto.list_multipart_uploads(Bucket=bucket.name)


@_claim("boto3-upload-gone", "telling an upload that is gone from a failure")
def test_upload_that_is_gone(boto, bucket):
    """Whatever is asked of an upload that was aborted is refused with 404."""
    asked = {"Bucket": bucket.name, "Key": "o"}
    asked["UploadId"] = boto.create_multipart_upload(**asked)["UploadId"]
    boto.abort_multipart_upload(**asked)
    # RGW calls it NoSuchKey.
    with refused(404):
        boto.list_parts(**asked)
    with refused(404):
        boto.upload_part(**asked, PartNumber=1, Body=b"x")
