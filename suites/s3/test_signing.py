"""Signatures in the Authorization field: what a registry signs is taken, and whatever else is not."""

from dataclasses import replace

import pytest

from fixtures.gateways.s3_signing import UNSIGNED, Signing, altered, signed, signed_v2, with_fields, without
from fixtures.wire.content import from_bytes
from suites.claims import BREAKS, MUST, OBSERVED, SHOULD, check, unsupported
from suites.s3.reading import cases, code, keys, refused

OPEN = "layers are read or written by whoever knows the bucket's name"
ALL = "every operation fails with 403"
FORM = "S3 API, Authenticating requests: using the Authorization header"


@check(
    "s3-wrong-secret", oracle="S3 API, List of error codes, SignatureDoesNotMatch", level=MUST, impact=OPEN, api="s3"
)
def test_another_secret_is_refused(bucket):
    """Reading and writing with another secret are answered with 403 SignatureDoesNotMatch; nothing is written."""
    bucket.put("a", b"1")
    wrong = Signing(secret="another")
    refused(bucket.get("a", sign=wrong), 403, "SignatureDoesNotMatch")
    refused(bucket.put("a", b"2", sign=wrong), 403, "SignatureDoesNotMatch")
    assert bucket.get("a").kept == b"1"


@check(
    "s3-unknown-key",
    oracle="S3 API, List of error codes, InvalidAccessKeyId",
    level=MUST,
    impact="a mistyped key is reported as something else",
    api="s3",
)
def test_an_unknown_access_key_is_told_by_its_code(bucket):
    """An access key that nobody has is answered with 403 InvalidAccessKeyId."""
    refused(
        bucket.session.ask("GET", bucket.name, sign=Signing(access_key="NOBODYHASTHISKEY0000")),
        403,
        "InvalidAccessKeyId",
    )


@check("s3-not-signed", oracle="S3 API, List of error codes, AccessDenied", level=MUST, impact=OPEN, api="s3")
def test_nothing_is_answered_unsigned(bucket):
    """GET, HEAD, PUT, DELETE and a list without a signature are answered with 403."""
    bucket.put("a", b"1")
    session = bucket.session
    for method, key in (("GET", "a"), ("PUT", "a"), ("DELETE", "a"), ("GET", "")):
        refused(session.answer(session.request(method, bucket.name, key)), 403, "AccessDenied")
    assert session.answer(session.request("HEAD", bucket.name, "a")).status == 403
    assert bucket.get("a").kept == b"1"


@pytest.mark.parametrize(
    "age",
    cases(
        "s3-wrong-time",
        {"16-minutes-ago": 16 * 60, "in-16-minutes": -16 * 60, "a-day-ago": 86_400},
        oracle="S3 API, List of error codes, RequestTimeTooSkewed",
        level=MUST,
        impact="what somebody overheard once can be sent again for ever",
    ),
)
def test_a_request_of_another_time_is_refused(bucket, age):
    """A date more than 15 minutes off is answered with 403 RequestTimeTooSkewed."""
    refused(bucket.session.ask("GET", bucket.name, sign=Signing(age=age)), 403, "RequestTimeTooSkewed")


@check(
    "s3-time-nearly-right",
    oracle="S3 API, List of error codes, RequestTimeTooSkewed",
    level=BREAKS,
    impact=ALL,
    api="s3",
)
def test_a_clock_may_be_a_little_off(bucket):
    """Dates 5 minutes ago and in 5 minutes are taken."""
    for age in (300, -300):
        assert bucket.session.ask("HEAD", bucket.name, sign=Signing(age=age)).status == 200


@check(
    "s3-region", oracle=FORM, level=OBSERVED, impact="a registry whose region is not the gateway's is refused", api="s3"
)
def test_what_becomes_of_another_region(bucket, observer):
    """Whether a scope with another region is taken is a fact to compare."""
    answer = bucket.session.ask("GET", bucket.name, sign=Signing(region="eu-central-7"))
    observer.observe("another-region", answer.status)


TAMPERED = {
    "another-key": lambda r: altered(r, b"/a", b"/b"),
    "another-query": lambda r: altered(r, b"prefix=a", b"prefix="),
    "another-range": lambda r: with_fields(without(r, "Range"), [("Range", "bytes=1-")]),
    "another-date": lambda r: with_fields(without(r, "X-Amz-Date"), [("X-Amz-Date", "20160101T000000Z")]),
    "no-date": lambda r: without(r, "X-Amz-Date"),
}


@pytest.mark.parametrize("change", cases("s3-tampered", TAMPERED, oracle=FORM, level=MUST, impact=OPEN))
def test_a_request_that_was_changed_is_refused(bucket, change):
    """What is signed, path, query, signed fields and date, cannot be changed on its way."""
    for key in ("a", "b"):
        bucket.put(key, b"12")
    session = bucket.session
    plain = session.request("GET", bucket.name, "a", query={"prefix": "a"}, headers=[("Range", "bytes=0-0")])
    assert session.answer(signed(plain, session.account)).status == 206
    refused(session.answer(change(signed(plain, session.account))), (400, 403))


@check("s3-body-tampered", oracle=FORM, level=MUST, impact="a layer that was changed on its way is stored", api="s3")
def test_a_body_that_was_changed_is_refused(bucket):
    """A body with a byte changed after signing is answered with 4xx, and not written."""
    session = bucket.session
    request = signed(session.request("PUT", bucket.name, "a", content=from_bytes(b"right")), session.account)
    refused(
        session.answer(replace(request, content=from_bytes(b"wrong"))),
        (400, 403),
        "XAmzContentSHA256Mismatch",
        "SignatureDoesNotMatch",
    )
    assert bucket.head("a").status == 404


@check(
    "s3-unsigned-field",
    oracle="S3 API, Authenticating requests: x-amz-* headers must be signed",
    level=SHOULD,
    impact="whoever stands between changes what is written (CVE-2026-54330)",
    api="s3",
)
def test_an_x_amz_field_must_be_signed(bucket):
    """PUT with an x-amz-* field that the signature does not cover is answered with 403, and nothing is written."""
    for name, value in (("X-Amz-Meta-A", "1"), ("X-Amz-Acl", "public-read")):
        refused(bucket.put("a", b"1", headers=[(name, value)], sign=Signing(unsigned=(name.lower(),))), 403)
    assert bucket.head("a").status == 404


@check(
    "s3-unsigned-host",
    oracle="S3 API, Authenticating requests: host must be signed",
    level=SHOULD,
    impact="a request can be sent again to another gateway",
    api="s3",
)
def test_the_host_must_be_signed(bucket):
    """A signature that does not cover Host is answered with 403."""
    refused(bucket.session.ask("GET", bucket.name, sign=Signing(unsigned=("host",))), (400, 403))


@check(
    "s3-unsigned-content-type",
    oracle=FORM,
    level=OBSERVED,
    impact="clients that do not sign Content-Type cannot write (trackers 79725, 79803)",
    api="s3",
)
def test_whether_a_content_type_may_be_unsigned(bucket, observer):
    """AWS takes a Content-Type that is not signed, gateways with a fix of 2026 may not: a fact to compare."""
    answer = bucket.put("a", b"1", headers=[("Content-Type", "text/x")], sign=Signing(unsigned=("content-type",)))
    observer.observe("unsigned-content-type", answer.status)


@check(
    "s3-unsigned-payload",
    oracle="S3 API, Common request headers, UNSIGNED-PAYLOAD",
    level=BREAKS,
    impact="registries behind SDKs that do not sign bodies cannot write",
    api="s3",
)
def test_a_body_need_not_be_signed(bucket):
    """PUT with UNSIGNED-PAYLOAD is taken."""
    assert bucket.put("a", b"12345", sign=Signing(payload=UNSIGNED)).status == 200
    assert bucket.get("a").kept == b"12345"


@check(
    "s3-signed-spaces",
    oracle="S3 API, Create a canonical request: Trim()",
    level=MUST,
    impact="metadata with several spaces cannot be written",
    api="s3",
)
def test_spaces_in_a_signed_field_count_once(bucket):
    """A value with spaces at its ends and several inside is signed with one each, and taken."""
    assert bucket.put("a", b"1", headers=[("X-Amz-Meta-A", "two  words   here")]).status == 200
    assert (bucket.head("a").get("X-Amz-Meta-A") or "").split() == ["two", "words", "here"]


@check(
    "s3-signed-query",
    oracle="S3 API, Create a canonical request: query",
    level=BREAKS,
    impact="lists with some parameters fail with 403",
    api="s3",
)
def test_a_query_is_signed_in_its_own_order(bucket):
    """The canonical query is sorted, whatever order was sent, with odd characters and empty values."""
    bucket.put("b c/+1", b"1")
    for query in (
        "prefix=b%20c%2F&list-type=2&delimiter=%2F",
        "max-keys=5&list-type=2&prefix=b%20c%2F%2B&fetch-owner=true",
        "list-type=2&start-after=a%21%27%28%29%2A~&prefix=",
    ):
        answer = bucket.session.ask("GET", bucket.name, query=query)
        assert answer.status == 200, f"?{query} is answered with {answer.status}"


@check("s3-signed-by-two", oracle=FORM, level=MUST, impact="one account sees what is another's", api="s3")
def test_each_account_is_known_by_its_key(bucket, another_bucket, second_s3):
    """A request is that of the account whose key signed it, also where both speak on one connection."""
    bucket.put("a", b"1")
    refused(second_s3.ask("GET", bucket.name, "a"), 403, "AccessDenied")
    assert keys(bucket.listing()) == ["a"]
    refused(second_s3.ask("GET", another_bucket.name), 403, "AccessDenied")
    assert keys(another_bucket.listing()) == []


@check("s3-authorization-malformed", oracle="S3 API, List of error codes", level=MUST, impact=OPEN, api="s3")
def test_an_authorization_that_is_none_is_refused(bucket):
    """Nonsense in Authorization is answered with 400 or 403, not as if nobody had asked."""
    bucket.put("a", b"1")
    session = bucket.session
    for value in ("AWS4-HMAC-SHA256 nonsense", "Bearer x", "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature="):
        request = with_fields(session.request("GET", bucket.name, "a"), [("Authorization", value)])
        refused(session.answer(request), (400, 401, 403))


@check(
    "s3-signature-v2",
    oracle="registry: s3-aws/s3.go with `v4auth: false`; S3 API, Signing and authenticating REST requests",
    level=BREAKS,
    impact="registries that are configured for old gateways fail with 403",
    api="s3",
)
def test_a_signature_of_version_2_is_taken_and_checked(bucket):
    """Reads, writes and subresources signed with version 2 are taken, and refused with another secret."""
    session = bucket.session
    put = session.request("PUT", bucket.name, "a b/c", content=from_bytes(b"12"), headers=[("X-Amz-Acl", "private")])
    first = session.answer(signed_v2(put, session.account))
    if first.status == 400 and code(first) in ("InvalidRequest", "NotImplemented"):
        unsupported(f"signatures of version 2 are answered with {first.status} {code(first)}")
    assert first.status == 200, f"answered with {first.status} {code(first) or ''}"
    get = session.request("GET", bucket.name, "a b/c")
    assert session.answer(signed_v2(get, session.account)).kept == b"12"
    uploads = session.request("GET", bucket.name, query="uploads")
    assert session.answer(signed_v2(uploads, session.account)).status == 200
    refused(session.answer(signed_v2(get, session.account, Signing(secret="another"))), 403, "SignatureDoesNotMatch")
