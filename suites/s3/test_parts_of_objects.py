"""Ranges and conditions: a registry reads each blob with `Range: bytes=N-`, and 416 is its end of a file."""

import hashlib

import pytest

from fixtures.wire.content import generated
from suites.claims import BREAKS, MUST, SHOULD, check, unsupported
from suites.s3.reading import cases, code, refused

BYTES = b"0123456789"
ETAG = f'"{hashlib.md5(BYTES, usedforsecurity=False).hexdigest()}"'
OTHER = '"00000000000000000000000000000000"'
PAST, FUTURE = "Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.fixture
def ten(bucket):
    """A bucket with an object of ten bytes."""
    bucket.put("data", BYTES)
    return bucket


@pytest.mark.parametrize(
    ("range_", "wanted"),
    cases(
        "s3-range",
        {
            "whole": ("bytes=0-", BYTES),
            "first": ("bytes=0-0", b"0"),
            "inside": ("bytes=3-7", b"34567"),
            "from": ("bytes=4-", b"456789"),
            "the-last-byte": ("bytes=9-", b"9"),
            "last": ("bytes=-3", b"789"),
            "more-than-all": ("bytes=-99", BYTES),
            "beyond": ("bytes=8-99", b"89"),
        },
        oracle="RFC 9110 section 14; registry: s3-aws/s3.go, `Reader`",
        level=BREAKS,
        impact="pull of a layer is cut short or joined from the wrong bytes",
    ),
)
def test_a_part_of_an_object_is_served(ten, range_, wanted):
    """A range is answered with 206, the bytes asked for, and where they are."""
    answer = ten.get("data", range_=range_)
    if answer.status == 200 and answer.kept == BYTES:
        unsupported("the gateway ignores Range and serves everything")
    start = BYTES.index(wanted)
    assert answer.status == 206
    assert answer.kept == wanted
    assert answer.length == len(wanted)
    assert answer.get("Content-Range") == f"bytes {start}-{start + len(wanted) - 1}/10"
    assert answer.get("ETag") == ETAG


@pytest.mark.parametrize(
    "start",
    cases(
        "s3-range-past-the-end",
        {"at-the-end": 10, "beyond": 11, "far-beyond": 1 << 40},
        oracle="registry: s3-aws/s3.go, `Reader` takes InvalidRange for no more bytes",
        level=BREAKS,
        impact="an upload that is gone on with at its end fails with 500",
    ),
)
def test_a_range_past_the_end_is_refused_by_its_code(ten, start):
    """A range that begins where the object ends or later is answered with 416 and InvalidRange."""
    refused(ten.get("data", range_=f"bytes={start}-"), 416, "InvalidRange")


@check(
    "s3-range-of-nothing",
    oracle="RFC 9110 section 14.1.2; registry: s3-aws/s3.go, `Reader`",
    level=BREAKS,
    impact="an empty file cannot be read: GET fails with 500 (tracker 16388)",
    api="s3",
)
def test_a_range_of_an_empty_object_gives_nothing(bucket):
    """`bytes=0-` of an empty object is answered with 416 InvalidRange, or with 200 and nothing."""
    bucket.put("empty", b"")
    answer = bucket.get("empty", range_="bytes=0-")
    assert answer.status in (200, 416), f"answered with {answer.status}"
    assert code(answer) == "InvalidRange" if answer.status == 416 else answer.size == 0


@pytest.mark.parametrize(
    "range_",
    cases(
        "s3-range-that-is-none",
        {"words": "bytes=a-b", "backwards": "bytes=7-3", "unit": "lines=1-2", "nothing": "bytes="},
        oracle="RFC 9110 section 14.2",
        level=SHOULD,
        impact="none to a registry: it asks for a number",
    ),
)
def test_a_range_that_cannot_be_read_is_ignored_or_refused(ten, range_):
    """A Range that is none is answered with everything, or with 400 or 416, never with a part."""
    answer = ten.get("data", range_=range_)
    assert answer.status in (200, 400, 416), f"answered with {answer.status}"
    assert answer.status != 200 or answer.kept == BYTES


@check(
    "s3-range-of-much",
    oracle="RFC 9110 section 14",
    level=BREAKS,
    impact="a resumed pull of a large layer is joined from the wrong bytes",
    api="s3",
)
def test_ranges_across_stripes_are_right(bucket):
    """Ranges around 4 MiB, where RGW begins another RADOS object, have the bytes that were written."""
    content = generated("stripes", (8 << 20) + 5)
    bucket.put("large", content)
    for start, end in (
        (0, 4 << 20),
        ((4 << 20) - 1, (4 << 20) + 1),
        (4 << 20, (8 << 20) + 5),
        ((8 << 20) + 4, (8 << 20) + 5),
    ):
        answer = bucket.get("large", range_=f"bytes={start}-{end - 1}")
        assert (answer.status, answer.size) == (206, end - start)
        assert answer.sha256 == content.part(start, end).sha256, f"bytes {start} to {end} are others"


CONDITIONS = {
    "if-match": ("If-Match", ETAG, (200,)),
    "if-match-other": ("If-Match", OTHER, (412,)),
    "if-none-match": ("If-None-Match", ETAG, (304,)),
    "if-none-match-list": ("If-None-Match", f"{OTHER}, {ETAG}", (304, 200)),
    "if-none-match-other": ("If-None-Match", OTHER, (200,)),
    "if-modified-since-past": ("If-Modified-Since", PAST, (200,)),
    "if-modified-since-future": ("If-Modified-Since", FUTURE, (304, 200)),
    "if-unmodified-since-future": ("If-Unmodified-Since", FUTURE, (200,)),
    "if-unmodified-since-past": ("If-Unmodified-Since", PAST, (412,)),
}


@pytest.mark.parametrize(
    ("method", "name", "value", "wanted"),
    cases(
        "s3-condition",
        {f"{m.lower()}-{case}": (m, *row) for m in ("GET", "HEAD") for case, row in CONDITIONS.items()},
        oracle="RFC 9110 section 13; S3 API, GetObject",
        level=MUST,
        impact="caches and mirrors serve what has been replaced, or fetch what they have",
    ),
)
def test_conditions_are_those_of_http(ten, method, name, value, wanted):
    """An ETag as it was given out, in quotes, is the object's; dates compare as dates; 304 and 412 say which."""
    answer = ten.session.ask(method, ten.name, "data", headers=[(name, value)])
    assert answer.status in wanted, f"answered with {answer.status}, expected {wanted}"
    if answer.status == 200:
        assert answer.size == (10 if method == "GET" else 0)
    if answer.status == 412 and method == "GET":
        assert code(answer) == "PreconditionFailed"


@check(
    "s3-if-match-any",
    oracle="RFC 9110 section 13.1.1",
    level=SHOULD,
    impact="none to a registry: a client that asks for any object at all gets none",
    api="s3",
)
def test_a_star_matches_any_object(ten):
    """If-Match: * is true of an object that is there."""
    assert ten.get("data", headers=[("If-Match", "*")]).status == 200


@check(
    "s3-not-modified",
    oracle="RFC 9110 section 15.4.5",
    level=MUST,
    impact="a cache does not know which of its copies is still good",
    api="s3",
)
def test_304_says_which_object_it_speaks_of(ten):
    """A 304 has the ETag that a 200 would have; that it has no body is a rule."""
    answer = ten.get("data", headers=[("If-None-Match", ETAG)])
    assert answer.status == 304
    assert answer.get("ETag") == ETAG


@check(
    "s3-range-of-another",
    oracle="RFC 9110 section 13.1.1",
    level=MUST,
    impact="a resumed pull is joined from two images",
    api="s3",
)
def test_a_part_is_served_only_of_the_object_that_is_meant(ten):
    """A range with If-Match is a part of that very object, or 412."""
    assert ten.get("data", range_="bytes=5-", headers=[("If-Match", ETAG)]).kept == b"56789"
    ten.put("data", b"abcdefghij")
    refused(ten.get("data", range_="bytes=5-", headers=[("If-Match", ETAG)]), 412, "PreconditionFailed")
