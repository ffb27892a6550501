"""Answers as botocore's own model of S3 describes them: what every boto client is given of an answer.

Rule 1: the model is the oracle; a table here only says which members a registry or its tools cannot do without.
"""

from functools import cache
from typing import Any, Final

import pytest

USED: Final = {
    "AbortMultipartUpload": (),
    "CompleteMultipartUpload": ("Bucket", "Key", "Location"),
    "CopyObject": ("CopyObjectResult.ETag", "CopyObjectResult.LastModified"),
    "CreateMultipartUpload": ("Bucket", "Key", "UploadId"),
    "DeleteObject": (),
    "DeleteObjects": ("Deleted.Key",),
    "GetObject": ("AcceptRanges", "ContentLength", "ContentType", "ETag", "LastModified", "Metadata"),
    "HeadBucket": (),
    "HeadObject": ("AcceptRanges", "ContentLength", "ContentType", "ETag", "LastModified", "Metadata"),
    "ListBuckets": ("Buckets.Name", "Buckets.CreationDate", "Owner.ID"),
    "ListMultipartUploads": (
        "Bucket",
        "IsTruncated",
        "MaxUploads",
        "Uploads.Key",
        "Uploads.UploadId",
        "Uploads.Initiated",
        "Uploads.StorageClass",
    ),
    "ListObjects": (
        "Name",
        "IsTruncated",
        "MaxKeys",
        "Contents.Key",
        "Contents.ETag",
        "Contents.LastModified",
        "Contents.Size",
        "Contents.StorageClass",
        "CommonPrefixes.Prefix",
    ),
    "ListObjectsV2": (
        "Name",
        "IsTruncated",
        "KeyCount",
        "MaxKeys",
        "Contents.Key",
        "Contents.ETag",
        "Contents.LastModified",
        "Contents.Size",
        "Contents.StorageClass",
        "CommonPrefixes.Prefix",
    ),
    "ListParts": (
        "Bucket",
        "Key",
        "UploadId",
        "IsTruncated",
        "MaxParts",
        "Parts.PartNumber",
        "Parts.ETag",
        "Parts.LastModified",
        "Parts.Size",
        "StorageClass",
    ),
    "PutObject": ("ETag",),
    "UploadPart": ("ETag",),
    "UploadPartCopy": ("CopyPartResult.ETag", "CopyPartResult.LastModified"),
}
"""What registries, their tools and clean-up read of each answer; `A.B` is B of A, or of the first A of a list."""


@cache
def _model() -> Any:
    from botocore.session import get_session  # noqa: PLC0415 - it takes long, and runs collect more than they ask

    return get_session().get_service_model("s3")


def shaped(operation: str, answer: Any) -> dict[str, Any]:
    """What botocore reads of the answer; every used member is there, and of the type that the model says."""
    from botocore.awsrequest import HeadersDict  # noqa: PLC0415
    from botocore.parsers import ResponseParserError, create_parser  # noqa: PLC0415

    assert answer.status in (200, 204, 206), f"{operation} is answered with {answer.status}"
    headers = HeadersDict([(f.name.decode("latin-1"), f.value.decode("latin-1")) for f in answer.head.fields])
    said = {"status_code": answer.status, "headers": headers, "body": answer.kept}
    try:
        parsed = create_parser("rest-xml").parse(said, _model().operation_model(operation).output_shape)
    except (ResponseParserError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, OverflowError) as error:
        pytest.fail(f"botocore cannot read the answer to {operation}: {error}")
    missing = [path for path in USED[operation] if _at(parsed, path) in (None, "")]
    assert not missing, f"the answer to {operation} has no {', '.join(missing)}"
    return dict(parsed)


def _at(parsed: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(parsed, list):
            parsed = parsed[0] if parsed else {}
        parsed = parsed.get(name) if isinstance(parsed, dict) else None
    return parsed
