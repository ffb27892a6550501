"""What boto3's transfer manager and presigned URLs do: large objects in parts, and requests of who has no keys."""

import base64
import io
import zlib
from functools import partial

import pytest

from suites.claims import untested
from suites.clients.told import by_name, claim

MIB = 1024 * 1024
CHECKSUMS = {"default": "when_supported", "when-required": "when_required"}
LARGE = bytes(range(256)) * (MIB // 256) * 5 + b"the last part"

_claim = partial(claim, oracle="boto3", api="s3")


@pytest.fixture
def in_parts():
    """A transfer manager that sends parts of 5 MiB, the smallest that S3 takes, two at a time."""
    from boto3.s3.transfer import TransferConfig  # noqa: PLC0415 - see suites/clients/conftest.py

    return TransferConfig(
        multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=2, num_download_attempts=1
    )


def _read(boto, bucket, key):
    return boto.get_object(Bucket=bucket.name, Key=key)["Body"].read()


@_claim("boto3-transfer-upload", "upload_fileobj", given="checksums", cases=CHECKSUMS)
def test_upload_in_parts(new_boto, bucket, sdk, in_parts, checksums):
    """A large upload goes in parts, and is one object of the same bytes."""
    if checksums == "when_supported" and sdk.url.startswith("https"):
        untested("over TLS boto3 sends its CRC in a trailer: see boto3-trailer")
    boto = new_boto(request_checksum_calculation=checksums)
    boto.upload_fileobj(io.BytesIO(LARGE), bucket.name, "o", Config=in_parts, ExtraArgs={"Metadata": {"kind": "layer"}})
    head = boto.head_object(Bucket=bucket.name, Key="o")
    assert head["ETag"].endswith('-2"'), f"ETag {head['ETag']} of an object of two parts"
    assert by_name(head["Metadata"]) == {"kind": "layer"}
    assert _read(boto, bucket, "o") == LARGE


@_claim("boto3-parts-checksums", "an upload in parts with checksums of its own")
def test_parts_with_checksums(boto, bucket):
    """Checksums that a program gives for a part, and for the whole, are taken (trackers 68513, 68537)."""
    crc = zlib.crc32(b"layer").to_bytes(4, "big")
    part, whole = (base64.b64encode(value).decode() for value in (crc, zlib.crc32(crc).to_bytes(4, "big")))
    where = {"Bucket": bucket.name, "Key": "o"}
    where["UploadId"] = boto.create_multipart_upload(**where, ChecksumAlgorithm="CRC32")["UploadId"]
    etag = boto.upload_part(**where, PartNumber=1, Body=b"layer", ChecksumCRC32=part)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag, "ChecksumCRC32": part}]}
    boto.complete_multipart_upload(**where, MultipartUpload=parts, ChecksumCRC32=whole)
    assert _read(boto, bucket, "o") == b"layer"


@_claim("boto3-transfer-small", "upload_file or download_file")
def test_small_file(boto, bucket, in_parts, tmp_path):
    """A small file goes and comes in one piece."""
    (tmp_path / "f").write_bytes(b"small")
    boto.upload_file(str(tmp_path / "f"), bucket.name, "a b", Config=in_parts)
    boto.download_file(bucket.name, "a b", str(tmp_path / "g"), Config=in_parts)
    assert (tmp_path / "g").read_bytes() == b"small"


@_claim("boto3-transfer-download", "download_fileobj")
def test_download_in_parts(boto, bucket, in_parts):
    """A large download goes by ranges that fit together."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=LARGE)
    found = io.BytesIO()
    boto.download_fileobj(bucket.name, "o", found, Config=in_parts)
    assert found.getvalue() == LARGE


@_claim("boto3-transfer-copy", "copy of a large object")
def test_copy_in_parts(boto, bucket, in_parts):
    """A large copy goes by UploadPartCopy, and has the same bytes."""
    boto.put_object(Bucket=bucket.name, Key="a b", Body=LARGE)
    boto.copy({"Bucket": bucket.name, "Key": "a b"}, bucket.name, "c", Config=in_parts)
    assert _read(boto, bucket, "c") == LARGE


@_claim("boto3-presigned-get", "a presigned URL", given="version", cases={"v4": "s3v4", "v2": "s3"})
def test_presigned_get(new_boto, bucket, browser, version):
    """A presigned URL is read by whoever has it, with the bytes and the length of the object."""
    boto = new_boto(signature_version=version, request_checksum_calculation="when_required")
    boto.put_object(Bucket=bucket.name, Key="a b+é", Body=b"layer")
    url = boto.generate_presigned_url("get_object", Params={"Bucket": bucket.name, "Key": "a b+é"})
    answer = browser.get(url)
    assert (answer.status_code, answer.content, answer.headers.get("Content-Length")) == (200, b"layer", "5")


@_claim("boto3-presigned-head", "a presigned URL for HEAD")
def test_presigned_head(boto, bucket, browser):
    """A presigned HEAD tells the length, and has no body."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=b"layer")
    answer = browser.head(boto.generate_presigned_url("head_object", Params={"Bucket": bucket.name, "Key": "o"}))
    assert (answer.status_code, answer.headers.get("Content-Length"), answer.content) == (200, "5", b"")


@_claim("boto3-presigned-put", "a presigned URL for PUT")
def test_presigned_put(boto, bucket, browser):
    """A presigned PUT stores what a browser sends."""
    url = boto.generate_presigned_url("put_object", Params={"Bucket": bucket.name, "Key": "o", "ContentType": "a/b"})
    assert browser.put(url, data=b"layer", headers={"Content-Type": "a/b"}).status_code == 200
    told = boto.get_object(Bucket=bucket.name, Key="o")
    assert (told["Body"].read(), told["ContentType"]) == (b"layer", "a/b")


@_claim("boto3-presigned-override", "a presigned URL that names the file to save")
def test_presigned_get_overrides_fields(boto, bucket, browser):
    """A presigned GET may say which type and file name the answer shall have."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=b"layer")
    asked = {"ResponseContentType": "text/x-other", "ResponseContentDisposition": "attachment; filename=x"}
    url = boto.generate_presigned_url("get_object", Params={"Bucket": bucket.name, "Key": "o", **asked})
    fields = browser.get(url).headers
    assert (fields.get("Content-Type"), fields.get("Content-Disposition")) == tuple(asked.values())


@_claim("boto3-presigned-limits", "the limits of a presigned URL")
def test_presigned_url_is_for_one_thing(boto, bucket, browser):
    """A presigned GET lets nobody write, nor read another key."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=b"layer")
    url = boto.generate_presigned_url("get_object", Params={"Bucket": bucket.name, "Key": "o"})
    for answer in (browser.put(url, data=b"x"), browser.delete(url), browser.get(url.replace("/o?", "/p?"))):
        assert answer.status_code == 403, f"{answer.request.method} is answered with {answer.status_code}"
    assert _read(boto, bucket, "o") == b"layer"


@_claim("boto3-presigned-post", "an upload by a browser's form")
def test_presigned_post(boto, bucket, browser):
    """A form with a signed policy stores its file, and is answered with 204 or as it asks."""
    fields = {"success_action_status": "201"}
    form = boto.generate_presigned_post(bucket.name, "o", fields, [fields, ["content-length-range", 1, 9]])
    answer = browser.post(form["url"], data=form["fields"], files={"file": ("f", b"layer")})
    assert answer.status_code == 201, answer.text[:100]
    assert _read(boto, bucket, "o") == b"layer"


@_claim("boto3-presigned-post-limits", "the limits of a browser's form")
def test_presigned_post_is_limited(boto, bucket, browser):
    """A form whose file is larger than its policy allows, or whose policy was changed, is refused."""
    form = boto.generate_presigned_post(bucket.name, "o", Conditions=[["content-length-range", 1, 3]])
    assert browser.post(form["url"], data=form["fields"], files={"file": ("f", b"layer")}).status_code in (400, 403)
    other = {**form["fields"], "key": "p"}
    assert browser.post(form["url"], data=other, files={"file": ("f", b"x")}).status_code == 403
    assert "Contents" not in boto.list_objects_v2(Bucket=bucket.name)
