"""Buckets: what a registry's owner does to one, and what clients ask of it."""

from suites.claims import BREAKS, MUST, check
from suites.s3.reading import DATE, refused, root


@check(
    "s3-bucket-head",
    oracle="S3 API, HeadBucket",
    level=MUST,
    impact="tools take a bucket that is there for one that is not, or the other way round",
    api="s3",
)
def test_head_of_a_bucket_tells_whether_it_is_there(bucket, s3):
    """HEAD of a bucket is answered with 200, of none with 404."""
    assert bucket.head().status == 200
    assert s3.ask("HEAD", f"{bucket.name}-none").status == 404


@check(
    "s3-bucket-put-again",
    oracle="S3 API, CreateBucket",
    level=MUST,
    impact="a deployment that is applied twice fails, or empties the registry",
    api="s3",
)
def test_a_bucket_may_be_put_again_by_its_owner(bucket, s3):
    """PUT of one's own bucket is answered with 200 or with 409 BucketAlreadyOwnedByYou, and keeps what is in it."""
    bucket.put("kept", b"1")
    answer = s3.ask("PUT", bucket.name)
    if answer.status != 200:
        refused(answer, 409, "BucketAlreadyOwnedByYou")
    assert bucket.get("kept").kept == b"1"


@check(
    "s3-bucket-of-another",
    oracle="S3 API, CreateBucket",
    level=MUST,
    impact="one tenant takes over another's registry",
    api="s3",
)
def test_a_bucket_of_another_account_cannot_be_put(bucket, second_s3):
    """PUT of another's bucket is answered with 409 BucketAlreadyExists; HEAD with 403."""
    refused(second_s3.ask("PUT", bucket.name), (403, 409), "BucketAlreadyExists", "AccessDenied")
    assert second_s3.ask("HEAD", bucket.name).status == 403
    assert bucket.head().status == 200


@check(
    "s3-bucket-not-empty",
    oracle="S3 API, DeleteBucket",
    level=MUST,
    impact="a bucket is removed with the registry in it, or cannot be removed at all",
    api="s3",
)
def test_only_an_empty_bucket_can_be_deleted(bucket, s3):
    """DELETE of a bucket is answered with 409 BucketNotEmpty while something is in it, and with 204 after."""
    bucket.put("last", b"")
    refused(s3.ask("DELETE", bucket.name), 409, "BucketNotEmpty")
    assert bucket.head("last").status == 200
    bucket.delete("last")
    assert s3.ask("DELETE", bucket.name).status == 204
    assert bucket.head().status == 404


@check(
    "s3-bucket-delete-none",
    oracle="S3 API, DeleteBucket",
    level=MUST,
    impact="clean-up cannot tell what it removed",
    api="s3",
)
def test_no_bucket_cannot_be_deleted(bucket, s3):
    """DELETE of no bucket is answered with 404 NoSuchBucket."""
    refused(s3.ask("DELETE", f"{bucket.name}-none"), 404, "NoSuchBucket")


@check(
    "s3-bucket-location",
    oracle="S3 API, GetBucketLocation",
    level=MUST,
    impact="SDKs that look for the region first cannot use the bucket",
    api="s3",
)
def test_a_bucket_has_a_location(bucket, s3):
    """GET ?location is answered with a LocationConstraint."""
    root(s3.ask("GET", bucket.name, query={"location": ""}), "LocationConstraint")


@check(
    "s3-bucket-list",
    oracle="S3 API, ListBuckets",
    level=MUST,
    impact="tools do not show the registry's bucket",
    api="s3",
)
def test_a_bucket_is_listed_once_with_its_date(bucket, s3):
    """GET of the service lists each of the account's buckets once, with the date on which it was made."""
    listed = root(s3.ask("GET", ""), "ListAllMyBucketsResult").findall("./Buckets/Bucket")
    mine = [row for row in listed if row.findtext("Name") == bucket.name]
    assert len(mine) == 1, f"the bucket is listed {len(mine)} times"
    assert DATE.fullmatch(mine[0].findtext("CreationDate") or ""), "CreationDate is no date"


@check(
    "s3-signature-4",
    oracle="registry: s3-aws/s3.go, `New` makes a client that signs with version 4",
    level=BREAKS,
    impact="the registry does not start: whatever it asks is refused",
    api="s3",
)
def test_a_signature_of_version_4_is_known(s3):
    """A signed GET of the list of buckets is answered with 200."""
    assert s3.ask("GET", "").status == 200
