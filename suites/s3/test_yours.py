"""Buckets that the user names with `--read-container`: what stands there is read, and holds together."""

import hashlib
import re

import pytest

from fixtures.gateways.s3 import Bucket
from suites.claims import MUST, check, untested

FEW = 5
"""Objects of a bucket that are read, each up to SMALL bytes."""
SMALL = 64 * 1024
_MD5 = re.compile(r'"([0-9a-f]{32})"')


@pytest.fixture
def yours(pytestconfig, s3) -> list[Bucket]:
    """What the user named and this account has."""
    names = pytestconfig.getoption("--read-container")
    found = [Bucket(s3, name) for name in names if Bucket(s3, name).head().status == 200]
    return found or untested(
        "the account has no bucket that --read-container names" if names else "no --read-container"
    )


@check(
    "your-bucket-objects",
    oracle="S3 API, GetObject",
    level=MUST,
    impact="images that a registry keeps are told or served wrong",
    api="s3",
)
def test_your_objects_are_what_their_listing_says(yours):
    """The first objects of the user's buckets have the size and the bytes that their listing tells."""
    for bucket in yours:
        for row in bucket.listing(max_keys=str(FEW)).iterfind("./Contents"):
            key, size, etag = row.findtext("Key") or "", row.findtext("Size") or "", row.findtext("ETag") or ""
            assert re.fullmatch("[0-9]{1,18}", size), f"a listed object has the size {size!r}"
            head = bucket.head(key)
            assert head.length == int(size), f"an object of {size} bytes by its listing has {head.length} by HEAD"
            answer = bucket.get(key) if int(size) <= SMALL else bucket.get(key, range_=f"bytes=0-{SMALL - 1}")
            assert answer.size == min(int(size), SMALL), f"{answer.size} of {min(int(size), SMALL)} bytes are served"
            told = _MD5.fullmatch(etag)
            if int(size) <= SMALL and told is not None:
                assert hashlib.md5(answer.kept, usedforsecurity=False).hexdigest() == told[1], "other bytes are served"
