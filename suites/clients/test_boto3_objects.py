"""What a program does with boto3's S3 client to one object or bucket, and what it reads of a refusal."""

import io
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import md5

import pytest

from suites.claims import untested
from suites.clients.told import by_name, claim, refused

CONTENT = bytes(range(256)) * 64
ETAG = f'"{md5(CONTENT, usedforsecurity=False).hexdigest()}"'
CHECKSUMS = {"default": "when_supported", "when-required": "when_required"}
"""Whether boto3 adds a CRC to what it sends by itself; over TLS that is a trailer of a body in chunks of AWS's own."""

_claim = partial(claim, oracle="boto3", api="s3")


def _without_trailers(sdk, checksums):
    if checksums == "when_supported" and sdk.url.startswith("https"):
        untested("over TLS boto3 sends its CRC in a trailer: see boto3-trailer")


@_claim("boto3-put-get", "put_object or get_object", given="checksums", cases=CHECKSUMS)
def test_put_and_get(new_boto, bucket, sdk, checksums):
    """What put_object writes, get_object reads: with the CRC that boto3 adds by itself, and without."""
    _without_trailers(sdk, checksums)
    boto = new_boto(request_checksum_calculation=checksums, response_checksum_validation=checksums)
    assert boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT)["ETag"] == ETAG
    assert boto.get_object(Bucket=bucket.name, Key="o")["Body"].read() == CONTENT


@_claim(
    "boto3-checksum",
    "put_object with ChecksumAlgorithm",
    given="algorithm",
    cases={"crc32": "CRC32", "sha256": "SHA256"},
)
def test_put_with_a_checksum(boto, bucket, sdk, algorithm):
    """A checksum that a program asks for is taken, and get_object with ChecksumMode agrees with what it reads."""
    _without_trailers(sdk, "when_supported")
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT, ChecksumAlgorithm=algorithm)
    assert boto.get_object(Bucket=bucket.name, Key="o", ChecksumMode="ENABLED")["Body"].read() == CONTENT


@_claim("boto3-upload-stream", "put_object of a file", given="checksums", cases=CHECKSUMS)
def test_put_of_a_file(new_boto, bucket, sdk, tmp_path, checksums):
    """A file is stored byte for byte, however boto3 frames it."""
    _without_trailers(sdk, checksums)
    boto = new_boto(request_checksum_calculation=checksums)
    (tmp_path / "f").write_bytes(CONTENT)
    with (tmp_path / "f").open("rb") as file:
        boto.put_object(Bucket=bucket.name, Key="o", Body=file)
    assert boto.get_object(Bucket=bucket.name, Key="o")["Body"].read() == CONTENT


@_claim(
    "boto3-trailer",
    "put_object over TLS as boto3 does it unless told",
    given="body",
    cases={"put": bytes, "file": io.BytesIO},
)
def test_put_with_a_trailer(new_boto, bucket, sdk, body):
    """Over TLS boto3 sends chunks of AWS's own and the CRC behind them: the object is what was in the chunks."""
    if not sdk.url.startswith("https"):
        untested("boto3 sends trailers over TLS only")
    boto = new_boto()
    boto.put_object(Bucket=bucket.name, Key="o", Body=body(CONTENT))
    assert boto.get_object(Bucket=bucket.name, Key="o")["Body"].read() == CONTENT


@_claim("boto3-signature-v2", "a program that signs with version 2")
def test_signature_version_2(new_boto, bucket):
    """Requests signed with version 2 are taken, as those of registries with `v4auth: false`."""
    boto = new_boto(signature_version="s3")
    boto.put_object(Bucket=bucket.name, Key="o p", Body=CONTENT)
    assert boto.get_object(Bucket=bucket.name, Key="o p")["Body"].read() == CONTENT


@_claim("boto3-head", "head_object")
def test_head(boto, bucket):
    """head_object says length, ETag, type, metadata, and a time of now."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT, ContentType="text/x-layer", Metadata={"kind": "layer"})
    told = boto.head_object(Bucket=bucket.name, Key="o")
    assert (told["ContentLength"], told["ETag"], told["ContentType"]) == (len(CONTENT), ETAG, "text/x-layer")
    assert by_name(told["Metadata"]) == {"kind": "layer"}
    assert abs(told["LastModified"] - datetime.now(UTC)) < timedelta(days=1)


@_claim("boto3-metadata", "metadata of put_object")
def test_fields_are_kept(boto, bucket):
    """Fields that belong to an object come back with it."""
    fields = {"CacheControl": "max-age=5", "ContentDisposition": 'attachment; filename="a b"', "ContentLanguage": "de"}
    boto.put_object(Bucket=bucket.name, Key="o", Body=b"x", Metadata={"a": "1", "b-c": "two words"}, **fields)
    told = boto.get_object(Bucket=bucket.name, Key="o")
    assert by_name(told["Metadata"]) == {"a": "1", "b-c": "two words"}
    assert {name: told.get(name) for name in fields} == fields


@_claim("boto3-stored-encoding", "an object that was stored compressed")
def test_stored_encoding_is_not_undone(boto, bucket):
    """An object that says that it is gzip comes back as the bytes that were stored, and says so."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT, ContentEncoding="gzip")
    told = boto.get_object(Bucket=bucket.name, Key="o")
    assert told["Body"].read() == CONTENT
    assert told.get("ContentEncoding") == "gzip"


@_claim("boto3-no-encoding", "get_object")
def test_nothing_is_encoded_unasked(boto, bucket):
    """An object that was stored as it is does not say that it is compressed."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT)
    told = boto.get_object(Bucket=bucket.name, Key="o")
    assert told["Body"].read() == CONTENT
    assert told.get("ContentEncoding", "") in ("", "identity")


@_claim("boto3-stream", "reading get_object's Body")
def test_body_is_read_to_its_end(boto, bucket):
    """The body comes in pieces of any size, has every byte, and ends."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT)
    told = boto.get_object(Bucket=bucket.name, Key="o")
    assert told["ContentLength"] == len(CONTENT)
    assert b"".join(told["Body"].iter_chunks(1000)) == CONTENT
    assert told["Body"].read() == b""


@_claim("boto3-empty", "an empty object")
def test_empty_object(boto, bucket):
    """An empty object is written and read as one."""
    boto.put_object(Bucket=bucket.name, Key="o")
    told = boto.get_object(Bucket=bucket.name, Key="o")
    assert (told["ContentLength"], told["Body"].read()) == (0, b"")


RANGES = {"first": ("0-0", 0, 0), "inside": ("10-19", 10, 19), "last": ("-5", 16379, 16383)}


@_claim("boto3-range", "get_object with Range", given="asked,first,last", cases=RANGES)
def test_range(boto, bucket, asked, first, last):
    """A range is answered with 206, its bytes, and where they are."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT)
    told = boto.get_object(Bucket=bucket.name, Key="o", Range=f"bytes={asked}")
    assert told["Body"].read() == CONTENT[first : last + 1]
    assert told["ContentRange"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 206


@_claim("boto3-range-refused", "telling the end of an object from a failure")
def test_range_past_the_end(boto, bucket):
    """A range behind the end is refused with InvalidRange."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT)
    with refused(416, code="InvalidRange"):
        boto.get_object(Bucket=bucket.name, Key="o", Range=f"bytes={len(CONTENT)}-")


@_claim("boto3-conditional", "get_object with conditions")
def test_conditions(boto, bucket):
    """If-None-Match and If-Modified-Since end in 304, If-Match in 412, and those that hold in the object."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT)
    get = partial(boto.get_object, Bucket=bucket.name, Key="o")
    with refused(304):
        get(IfNoneMatch=ETAG)
    with refused(304):
        get(IfModifiedSince=datetime.now(UTC) + timedelta(seconds=1))
    with refused(412, code="PreconditionFailed"):
        get(IfMatch='"0"')
    assert get(IfMatch=ETAG)["Body"].read() == CONTENT


@_claim("boto3-copy", "copy_object")
def test_copy(boto, bucket, another_bucket):
    """copy_object to another bucket takes bytes and metadata along, and answers with ETag and time."""
    boto.put_object(Bucket=bucket.name, Key="a b", Body=CONTENT, Metadata={"kind": "layer"})
    told = boto.copy_object(Bucket=another_bucket.name, Key="c", CopySource={"Bucket": bucket.name, "Key": "a b"})
    # RGW leaves out the quotes here, as S3's documents do of some answers.
    assert told["CopyObjectResult"]["ETag"].strip('"') == ETAG.strip('"')
    assert told["CopyObjectResult"]["LastModified"].year > 2000
    copy = boto.get_object(Bucket=another_bucket.name, Key="c")
    assert (copy["Body"].read(), by_name(copy["Metadata"])) == (CONTENT, {"kind": "layer"})


@_claim("boto3-copy-replace", "copy_object with new metadata")
def test_copy_onto_itself(boto, bucket):
    """copy_object onto itself with REPLACE gives an object new metadata and leaves its bytes."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT, Metadata={"kind": "layer"})
    boto.copy_object(
        Bucket=bucket.name,
        Key="o",
        CopySource={"Bucket": bucket.name, "Key": "o"},
        MetadataDirective="REPLACE",
        Metadata={"new": "1"},
    )
    told = boto.get_object(Bucket=bucket.name, Key="o")
    assert (told["Body"].read(), by_name(told["Metadata"])) == (CONTENT, {"new": "1"})


@_claim("boto3-delete", "delete_object")
def test_delete(boto, bucket):
    """A deleted object is gone, and deleting it again is no error."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=CONTENT)
    for _ in range(2):
        assert boto.delete_object(Bucket=bucket.name, Key="o")["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused(404, code="NoSuchKey"):
        boto.get_object(Bucket=bucket.name, Key="o")


@_claim("boto3-delete-objects", "delete_objects", given="checksums", cases=CHECKSUMS)
def test_delete_of_several(boto, new_boto, bucket, checksums):
    """delete_objects answers with each key that it deleted, and they alone are gone."""
    for key in ("a", "b é&<", "c"):
        boto.put_object(Bucket=bucket.name, Key=key, Body=b"")
    asked = {"Objects": [{"Key": "a"}, {"Key": "b é&<"}, {"Key": "no"}]}
    told = new_boto(request_checksum_calculation=checksums).delete_objects(Bucket=bucket.name, Delete=asked)
    assert told.get("Errors", []) == []
    assert sorted(row["Key"] for row in told["Deleted"]) == ["a", "b é&<", "no"]
    assert [row["Key"] for row in boto.list_objects_v2(Bucket=bucket.name)["Contents"]] == ["c"]


@_claim("boto3-no-such", "telling what does not exist from a failure")
def test_what_does_not_exist(boto, bucket):
    """No object is NoSuchKey, or 404 to HEAD; no bucket is NoSuchBucket: each its own exception."""
    with pytest.raises(boto.exceptions.NoSuchKey):
        boto.get_object(Bucket=bucket.name, Key="no")
    with refused(404):
        boto.head_object(Bucket=bucket.name, Key="no")
    with pytest.raises(boto.exceptions.NoSuchBucket):
        boto.list_objects_v2(Bucket=f"{bucket.name}-no")
    with refused(404):
        boto.head_bucket(Bucket=f"{bucket.name}-no")


@_claim("boto3-wrong-secret", "telling a wrong key from a gateway that is broken")
def test_wrong_secret(boto, bucket):
    """A signature of another key is refused with SignatureDoesNotMatch, and HEAD with 403."""

    def spoil(request, **_):
        signed = request.headers["Authorization"]
        signed = signed.decode() if isinstance(signed, bytes) else signed
        request.headers["Authorization"] = signed[:-64] + "0" * 64

    boto.meta.events.register("before-send.s3", spoil)
    with refused(403, code="SignatureDoesNotMatch"):
        boto.list_objects_v2(Bucket=bucket.name)
    with refused(403):
        boto.head_bucket(Bucket=bucket.name)


@_claim("boto3-bucket", "create_bucket or delete_bucket")
def test_bucket_comes_and_goes(boto, bucket):
    """A bucket is made, waited for, found, refuses to go while it is full, goes, and is waited for."""
    name, wait = f"{bucket.name}-made", {"Delay": 0, "MaxAttempts": 1}
    boto.create_bucket(Bucket=name)
    boto.get_waiter("bucket_exists").wait(Bucket=name, WaiterConfig=wait)
    assert name in [row["Name"] for row in boto.list_buckets()["Buckets"]]
    boto.put_object(Bucket=name, Key="o")
    with refused(409, code="BucketNotEmpty"):
        boto.delete_bucket(Bucket=name)
    boto.delete_object(Bucket=name, Key="o")
    boto.delete_bucket(Bucket=name)
    boto.get_waiter("bucket_not_exists").wait(Bucket=name, WaiterConfig=wait)


@_claim("boto3-waiters", "waiters")
def test_waiters(boto, bucket):
    """object_exists and object_not_exists tell by the status of HEAD, at their first question."""
    wait = {"Delay": 0, "MaxAttempts": 1}
    boto.get_waiter("object_not_exists").wait(Bucket=bucket.name, Key="o", WaiterConfig=wait)
    boto.put_object(Bucket=bucket.name, Key="o")
    boto.get_waiter("object_exists").wait(Bucket=bucket.name, Key="o", WaiterConfig=wait)


@_claim("boto3-bucket-facts", "get_bucket_location, get_bucket_acl or get_bucket_versioning")
def test_facts_of_a_bucket(boto, bucket):
    """Where a bucket is, whose it is, and that it keeps no versions."""
    location = boto.get_bucket_location(Bucket=bucket.name)["LocationConstraint"]
    assert location is None or isinstance(location, str)
    acl = boto.get_bucket_acl(Bucket=bucket.name)
    assert acl["Owner"]["ID"] in [grant["Grantee"].get("ID") for grant in acl["Grants"]]
    assert acl["Grants"][0]["Permission"] == "FULL_CONTROL"
    assert boto.get_bucket_versioning(Bucket=bucket.name).get("Status") in (None, "Suspended")


@_claim("boto3-tagging", "put_object_tagging")
def test_tags(boto, bucket):
    """Tags come back as they were put, and go."""
    tags = [{"Key": "kind", "Value": "a & b"}]
    boto.put_object(Bucket=bucket.name, Key="o", Body=b"")
    boto.put_object_tagging(Bucket=bucket.name, Key="o", Tagging={"TagSet": tags})
    assert boto.get_object_tagging(Bucket=bucket.name, Key="o")["TagSet"] == tags
    boto.delete_object_tagging(Bucket=bucket.name, Key="o")
    assert boto.get_object_tagging(Bucket=bucket.name, Key="o")["TagSet"] == []
