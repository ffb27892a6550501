"""Who must not get in by S3's side doors: another account and nobody, forged URLs, climbing paths, the admin API.

Plain reads, writes and lists that are not signed, or signed by another, are in test_signing.py, and what becomes of
changed URLs in test_presigned.py.
"""

import base64
import hashlib
import hmac
import time
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest

from fixtures.gateways.s3_signing import Signing, altered, keys, presigned, signed, with_fields
from fixtures.observer import Unprepared
from fixtures.wire.client import Client, NoAnswer
from fixtures.wire.content import from_bytes
from reports.model import Verdict
from suites.claims import MUST, blocked, check, unsupported
from suites.s3.reading import cases, code
from suites.s3.reading import keys as listed

_DENIED = "S3 API, List of error codes, AccessDenied"
_QUERY = "S3 API, Authenticating requests: using query parameters"
_OPEN = "anybody who reaches the gateway reads or destroys the registry's images"
_THEFT = "another account of the gateway reads or replaces the registry's images"
_FORGED = "whoever is given a link to one layer reads or changes others"
_REFUSED = (400, 401, 403, 404, 405)
BODY = b"what another must not have"

_DELETES = b"<Delete><Object><Key>data</Key></Object></Delete>"
_MD5 = base64.b64encode(hashlib.md5(_DELETES, usedforsecurity=False).digest()).decode()
_DEEDS = {
    "changes": {
        "DeleteObjects": ("POST", "", "delete=", [("Content-MD5", _MD5)], _DELETES),
        "DeleteBucket": ("DELETE", "", "", [], None),
        "CopyObject": ("PUT", "copied", "", [("X-Amz-Copy-Source", "{bucket}/data")], b""),
    },
    "uploads": {
        "CreateMultipartUpload": ("POST", "data", "uploads=", [], b""),
        "UploadPart": ("PUT", "data", "partNumber=1&uploadId={upload}", [], b"planted"),
        "ListMultipartUploads": ("GET", "", "uploads=", [], None),
        "ListParts": ("GET", "data", "uploadId={upload}", [], None),
        "AbortMultipartUpload": ("DELETE", "data", "uploadId={upload}", [], None),
    },
    "grants": {
        "GetObjectAcl": ("GET", "data", "acl=", [], None),
        "PutObjectAcl": ("PUT", "data", "acl=", [("X-Amz-Acl", "public-read")], b""),
        "PutBucketAcl": ("PUT", "", "acl=", [("X-Amz-Acl", "public-read-write")], b""),
    },
}


@pytest.fixture
def mine(bucket):
    """A bucket of the first account with one object."""
    put = bucket.session.send("PUT", bucket.name, "data", content=from_bytes(BODY))
    if put.status != 200:
        raise Unprepared(Verdict.BLOCKED, f"the PUT that prepares this is answered with {put.status or put.failure}")
    return bucket


def _begun(bucket):
    """The id of an upload that the owner has begun."""
    upload = bucket.session.document("POST", bucket.name, "data", query={"uploads": ""}).findtext("UploadId")
    if not upload:
        blocked("no upload can be begun")
    return upload


def _asked(bucket, deed, upload):
    method, key, query, headers, body = deed
    return bucket.session.request(
        method,
        bucket.name,
        key,
        query=query.format(upload=quote(upload, safe="")),
        headers=[(name, value.format(bucket=bucket.name)) for name, value in headers],
        content=None if body is None else from_bytes(body),
    )


def _denied(what, answer):
    """Whether it is refused; DeleteObjects may be answered with 200 and tell of each object that it is."""
    told = b"<Code>AccessDenied</Code>" in answer.kept and b"<Deleted>" not in answer.kept
    return answer.status in _REFUSED or (what == "DeleteObjects" and told)


def _unharmed(bucket, upload):
    """Object, grants and upload are as they were."""
    assert bucket.get("data").kept == BODY
    assert listed(bucket.listing()) == ["data"]
    parts = bucket.session.ask("GET", bucket.name, "data", query={"uploadId": upload})
    assert parts.status == 200, "the upload is gone"
    assert b"<PartNumber>" not in parts.kept, "a part was written into the upload"
    session = bucket.session
    assert session.answer(session.request("GET", bucket.name, "data")).status in _REFUSED, "the object is public now"


@pytest.mark.parametrize("deeds", cases("s3-nobody-does", _DEEDS, oracle=_DENIED, level=MUST, impact=_OPEN))
def test_nobody_does_anything(mine, deeds):
    """Uploads, grants, copies and deletes in bulk that are not signed are refused, and change nothing."""
    upload = _begun(mine)
    for what, deed in deeds.items():
        answer = mine.session.answer(_asked(mine, deed, upload))
        assert _denied(what, answer), f"{what} is answered with {answer.status}"
        _unharmed(mine, upload)


@pytest.mark.parametrize("deeds", cases("s3-foreign-does", _DEEDS, oracle=_DENIED, level=MUST, impact=_THEFT))
def test_another_account_does_nothing(mine, second_s3, deeds):
    """Uploads, grants, copies and deletes in bulk that another account signed are refused, and change nothing."""
    upload = _begun(mine)
    for what, deed in deeds.items():
        answer = mine.session.answer(signed(_asked(mine, deed, upload), second_s3.account))
        assert _denied(what, answer), f"{what} is answered with {answer.status}"
        _unharmed(mine, upload)


@check("s3-copy-from-another", oracle=_DENIED, level=MUST, impact=_THEFT, api="s3")
def test_another_accounts_object_is_not_copied(mine, second_s3, next_container):
    """A copy of another account's object, whole or as a part, into one's own bucket is refused."""
    upload, name, source = "", next_container(), [("X-Amz-Copy-Source", f"{mine.name}/data")]
    if second_s3.ask("PUT", name).status != 200:
        blocked("the second account cannot make a bucket")
    try:
        whole = second_s3.ask("PUT", name, "copied", headers=source)
        upload = second_s3.document("POST", name, "copied", query={"uploads": ""}).findtext("UploadId") or ""
        part = second_s3.ask("PUT", name, "copied", query={"partNumber": "1", "uploadId": upload}, headers=source)
        kept = second_s3.ask("GET", name, "copied")
    finally:
        if upload:
            second_s3.send("DELETE", name, "copied", query={"uploadId": upload})
        second_s3.send("DELETE", name, "copied")
        second_s3.send("DELETE", name)
    for what, answer in (("the copy", whole), ("the part", part)):
        assert answer.status in _REFUSED, f"{what} is answered with {answer.status}"
    assert kept.kept != BODY


def _url(bucket, method="GET", key="data", **options):
    return presigned(bucket.session.request(method, bucket.name, key), bucket.session.account, **options)


def _v2(bucket, key, until, *, signature=None):
    """A URL in the form of signature version 2, rightly signed unless another signature is given."""
    access_key, secret = keys(bucket.session.account)
    text = f"GET\n\n\n{until}\n/{bucket.name}/data"
    right = base64.b64encode(hmac.new(secret.encode(), text.encode(), "sha1").digest()).decode()
    said = {"AWSAccessKeyId": access_key, "Expires": str(until), "Signature": right if signature is None else signature}
    return bucket.session.request("GET", bucket.name, key, query=said)


def _v4_signature(bucket):
    return unquote(_url(bucket).target.decode().rpartition("X-Amz-Signature=")[2])


_URLS = {
    "v4": {
        "a second expiry": lambda b: altered(
            _url(b, seconds=1, how=_OLD), b"&X-Amz-Sig", b"&X-Amz-Expires=9999&X-Amz-Sig"
        ),
        "no signature": lambda b: replace(_url(b), target=_url(b).target.partition(b"&X-Amz-Signature=")[0]),
        "a part of it": lambda b: replace(_url(b), target=_url(b).target[:-8]),
        "a path that climbs": lambda b: altered(_url(b, key="other"), b"/other?", b"/other/../data?"),
    },
    "v2": {
        "the signature of version 4": lambda b: _v2(b, "data", int(time.time()) + 600, signature=_v4_signature(b)),
        "an empty signature": lambda b: _v2(b, "data", int(time.time()) + 600, signature=""),
        "an old one": lambda b: _v2(b, "data", int(time.time()) - 60),
        "another key": lambda b: _v2(b, "secret", int(time.time()) + 600),
    },
}
_OLD = Signing(age=60)


@pytest.mark.parametrize("urls", cases("s3-presigned-forged", _URLS, oracle=_QUERY, level=MUST, impact=_FORGED))
def test_a_forged_url_opens_nothing(mine, urls):
    """A URL with a second expiry, a part of a signature, or a signature of the other version is refused."""
    mine.put("secret", BODY)
    for what, make in urls.items():
        answer = mine.session.answer(make(mine))
        assert answer.status in _REFUSED, f"a URL with {what} is answered with {answer.status}"
        assert BODY not in answer.kept


_ALL_SIGNED = f"{_QUERY}: x-amz-* headers must be signed"


def _added(bucket, name, value):
    """PUT with a URL that was presigned for it, and a field that was not."""
    answer = bucket.session.answer(with_fields(_url(bucket, "PUT", "planted"), [(name, value)]))
    assert answer.status in (*_REFUSED, 200), f"answered with {answer.status}"


@check("s3-presigned-put-copies-nothing", oracle=_ALL_SIGNED, level=MUST, impact=_FORGED, api="s3")
def test_a_url_to_write_does_not_read(mine):
    """A presigned PUT to which an unsigned X-Amz-Copy-Source is added is refused, or is a plain PUT."""
    _added(mine, "X-Amz-Copy-Source", f"{mine.name}/data")
    assert mine.get("planted").kept != BODY, "who may write one object has copied another to it"


@check("s3-presigned-put-grants-nothing", oracle=_ALL_SIGNED, level=MUST, impact=_FORGED, api="s3")
def test_a_url_to_write_does_not_grant(mine):
    """A presigned PUT to which an unsigned X-Amz-Acl is added is refused, or is a plain PUT."""
    _added(mine, "X-Amz-Acl", "public-read")
    read = mine.session.answer(mine.session.request("GET", mine.name, "planted"))
    assert read.status in _REFUSED, "who may write one object has made it public"


_WAYS = ("../", "%2e%2e/", "..%2f", "%252e%252e%252f", "/../", "x/%2e%2e/%2e%2e/")


@check("s3-traversal", oracle=_DENIED, level=MUST, impact="whoever may read one bucket reads all of them", api="s3")
def test_no_path_leads_from_one_bucket_to_another(mine, another_bucket):
    """Nobody reaches anything of a private bucket by dots and slashes after the name of one that is public."""
    granted = another_bucket.session.ask(
        "PUT", another_bucket.name, query="acl=", headers=[("X-Amz-Acl", "public-read-write")]
    )
    if granted.status != 200:
        unsupported(f"a public bucket is answered with {granted.status} {code(granted) or ''}")
    session = mine.session
    for way in _WAYS:
        for method in ("GET", "PUT", "DELETE"):
            plain = session.request(
                method, another_bucket.name, "o", content=None if method != "PUT" else from_bytes(b"x")
            )
            target = plain.target.removesuffix(b"o") + f"{way}{mine.name}/data".encode()
            answer = session.answer(replace(plain, target=target))
            assert BODY not in answer.kept, f"GET of {way!r} beside a public bucket reads another"
        assert mine.get("data").kept == BODY, f"a write to {way!r} beside a public bucket changes another"


_INJECTS = "whoever makes a link gives its readers fields of his own: cookies, redirects, a second answer"


def _in_one_piece(answer, what):
    assert answer.get("X-Injected") is None, f"{what} becomes a field of its own"


@check("s3-override-injects-nothing", oracle="RFC 9110 section 5.5", level=MUST, impact=_INJECTS, api="s3")
def test_a_response_override_adds_no_field(mine, observer):
    """`response-*` and metadata with line breaks put no line of their own into the answer (CVE-2020-1760)."""
    heads = 0
    for name in ("response-content-type", "response-content-disposition"):
        for breaks in ("%0D%0A", "%0A", "%0D"):
            # Not noted, and on a connection of its own: RGW 16 refuses it when its head has begun, so that one answer
            # has two, which each proxy in front passes on in another way.
            with Client(mine.session.client.endpoint, limits=mine.session.client.limits) as client:
                answer = client.exchange(_url(mine, parameters=[f"{name}=a{breaks}X-Injected%3A%20yes"])).response
            if answer is not None:
                _in_one_piece(answer, name)
                heads += sum(f.value.startswith(b"HTTP/1.1 ") or not f.name for f in answer.head.fields)
    observer.observe("heads-within-heads", heads > 0)
    mine.put("data", BODY, headers=[("X-Amz-Meta-A", "a%0d%0aX-Injected:%20yes")])
    _in_one_piece(mine.head("data"), "metadata")


@check("s3-cors-injects-nothing", oracle="RFC 9110 section 5.5", level=MUST, impact=_INJECTS, api="s3")
def test_an_exposed_header_adds_no_field(mine):
    """ExposeHeader of a bucket's CORS rules puts no line of its own into answers (CVE-2020-10753, CVE-2021-3524)."""
    for breaks in ("&#13;&#10;", "&#10;", "&#13;"):
        rule = (
            "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
            f"<ExposeHeader>a{breaks}X-Injected: yes</ExposeHeader></CORSRule></CORSConfiguration>"
        ).encode()
        md5 = base64.b64encode(hashlib.md5(rule, usedforsecurity=False).digest()).decode()
        made = mine.session.ask(
            "PUT", mine.name, query="cors=", headers=[("Content-MD5", md5)], content=from_bytes(rule)
        )
        if made.status == 501:
            unsupported("CORS is answered with 501")
        _in_one_piece(mine.get("data", headers=[("Origin", "http://a.example")]), "an exposed header")


_ADMIN = (
    "/admin/user?uid={user}", "/admin/bucket?stats=true", "/admin/usage?show-entries=true", "/admin/metadata/user",
    "/admin/log?type=metadata", "/admin/info",
)  # fmt: skip


@check(
    "admin-closed",
    oracle="Ceph, Admin operations: a user needs a capability for each",
    level=MUST,
    impact="a registry's key reads every user's secret keys, or anybody does",
    api="s3",
)
def test_the_admin_api_is_closed_to_a_registry(s3):
    """GET of the admin API, signed by a registry's user or by nobody, is refused."""
    user = (s3.account.swift_user or "one").partition(":")[0]
    for path in _ADMIN:
        plain = replace(s3.request("GET", "x"), target=path.format(user=user).encode())
        for who, request in (("nobody", plain), ("a registry's user", signed(plain, s3.account))):
            # Not noted: where it is open, the answer has everybody's secret keys.
            with Client(s3.client.endpoint, limits=s3.client.limits) as client:
                exchange = client.exchange(request)
            if exchange.status is None:
                raise NoAnswer(exchange)
            assert exchange.status in _REFUSED, f"{path} is answered to {who} with {exchange.status}"
