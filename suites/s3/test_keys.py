"""Keys: any text up to 1024 bytes names an object of its own."""

import pytest

from fixtures.gateways.s3_signing import altered, signed
from suites.claims import MUST, check
from suites.s3.reading import cases, keys, refused

AWKWARD = {
    "percent": "100%",
    "looks-encoded": "a%2Fb",
    "plus": "a+b",
    "space": "a b",
    "question-mark": "a?uploads=&b",
    "hash": "a#b",
    "ampersand": "a&b=c",
    "utf-8": "ä/日本/€",
    "emoji": "\U0001f433",
    "two-slashes": "a//b",
    "slash-first": "/a",
    "slash-last": "a/",
    "underscore-first": "_a",
    "two-underscores-first": "__a",
    "dots": "a/..b/.c/...",
    "dot-directory": "a/./b",
    "dot-dot-directory": "a/../b",
    "markup": "a<b>&amp;'\"",
    "colon-and-at": "sha256:0a@b",
    "reserved": "!$'()*,;=[]{}|\\^`~",
    "1024-bytes": "k" * 1020 + "/end",
}


@pytest.mark.parametrize(
    "key",
    cases(
        "s3-key",
        AWKWARD,
        oracle="S3 API, Naming Amazon S3 objects",
        level=MUST,
        impact="an object is written under another name: it is not found, or takes another's place",
    ),
)
def test_an_object_has_exactly_the_name_it_was_given(bucket, key):
    """It is listed, read, and deleted under the name it was put under, and its neighbour is left alone."""
    bucket.put("neighbour", b"kept")
    assert bucket.put(key, key.encode()).status == 200
    assert keys(bucket.listing()) == sorted([key, "neighbour"], key=str.encode)
    assert bucket.get(key).kept == key.encode()
    assert bucket.head(key).length == len(key.encode())
    assert bucket.delete(key).status == 204
    assert keys(bucket.listing()) == ["neighbour"]


@check(
    "s3-key-too-long",
    oracle="S3 API, List of error codes, KeyTooLongError",
    level=MUST,
    impact="a name that is too long is cut, and two objects become one",
    api="s3",
)
def test_a_name_of_1025_bytes_is_refused(bucket):
    """PUT of a key with 1025 bytes is answered with 400 KeyTooLongError."""
    refused(bucket.put("k" * 1025, b"1"), 400, "KeyTooLongError", "InvalidObjectName")


@check(
    "s3-key-two-forms",
    oracle="S3 API, Create a canonical request; RFC 3986 section 6.2.2.2",
    level=MUST,
    impact="clients that encode more than others do not find what these have written",
    api="s3",
)
def test_a_name_is_the_same_in_any_encoding(bucket):
    """A path that encodes what it need not names the same object, and is signed as the same (canonical) path."""
    bucket.put("a-b/c_d", b"same")
    plain = signed(bucket.session.request("GET", bucket.name, "a-b/c_d"), bucket.session.account)
    for path in (b"a%2Db/c%5Fd", b"a-b%2Fc_d", b"%61-b/c_d"):
        answer = bucket.session.answer(altered(plain, b"a-b/c_d", path))
        assert (answer.status, answer.kept) == (200, b"same"), f"{path!r} is answered with {answer.status}"
