"""Every answer that a registry reads has the shape that botocore's model of S3 gives it."""

import pytest

from fixtures.gateways.s3_uploads import Upload
from suites.claims import MUST
from suites.s3.reading import cases
from suites.s3.shapes import USED, shaped
from suites.s3.test_delete_objects import names

TYPED = [("Content-Type", "application/octet-stream"), ("X-Amz-Meta-A", "1")]


def answers(bucket):
    """How each operation is asked for, after what it needs."""
    ask, name = bucket.session.ask, bucket.name

    def listed(**query):
        bucket.put("a/b", b"1")
        bucket.put("c", b"1")
        return ask("GET", name, query={"delimiter": "/", **query})

    def read(method):
        bucket.put("a", b"1", headers=TYPED)
        return ask(method, name, "a")

    def uploaded():
        upload = Upload.begin(bucket, "u")
        return upload, upload.part(1, b"1")

    def done():
        upload, part = uploaded()
        return upload.complete([(1, part.get("ETag") or "")])

    def aborted():
        return uploaded()[0].abort()

    def parts():
        return uploaded()[0].list_parts()

    def copied_part():
        bucket.put("a", b"1")
        return Upload.begin(bucket, "u").copied_part(1, f"{name}/a")

    return {
        "AbortMultipartUpload": aborted,
        "CompleteMultipartUpload": done,
        "CopyObject": lambda: bucket.put("a", b"1") and bucket.copy(f"{name}/a", "b"),
        "CreateMultipartUpload": lambda: ask("POST", name, "u", query={"uploads": ""}),
        "DeleteObject": lambda: bucket.put("a", b"1") and bucket.delete("a"),
        "DeleteObjects": lambda: bucket.put("a", b"1") and bucket.delete_objects(names("a")),
        "GetObject": lambda: read("GET"),
        "HeadBucket": bucket.head,
        "HeadObject": lambda: read("HEAD"),
        "ListBuckets": lambda: ask("GET", ""),
        "ListMultipartUploads": lambda: uploaded() and ask("GET", name, query={"uploads": ""}),
        "ListObjects": listed,
        "ListObjectsV2": lambda: listed(**{"list-type": "2"}),
        "ListParts": parts,
        "PutObject": lambda: bucket.put("a", b"1"),
        "UploadPart": lambda: uploaded()[1],
        "UploadPartCopy": copied_part,
    }


@pytest.mark.parametrize(
    "operation",
    cases(
        "s3-shape",
        {operation: operation for operation in USED},
        oracle="botocore's model of S3, 2006-03-01",
        level=MUST,
        impact="SDK clients fail on the answer, or do without what they need",
    ),
)
def test_an_answer_has_the_shape_of_its_operation(bucket, operation):
    """botocore reads it, and finds what registries and tools use."""
    shaped(operation, answers(bucket)[operation]())
