"""What is signed anew is signed as botocore signs it, and stays in the form that its sender gave it."""

from datetime import UTC, datetime

import botocore.auth
import pytest
from botocore.auth import HmacV1Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fixtures.wire.message import Request, make_fields
from fixtures.wire.signing import NotSigned, presigned_anew, signed_anew

NOW = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
LATER = datetime(2031, 2, 4, 4, 5, 6, tzinfo=UTC)
KEYS = Credentials("AK", "SK")
ALGORITHM = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
SIGNED = "X-Amz-SignedHeaders=host"
SCOPE = "X-Amz-Credential=OLD%2F20260101%2Feu-x%2Fs3%2Faws4_request"
OLD = f"{ALGORITHM}&{SCOPE}&X-Amz-Date=20260101T000000Z&X-Amz-Expires=1200&{SIGNED}&X-Amz-Signature=00"


def get(target: str, *fields, method: str = "GET") -> Request:
    return Request(method, target.encode(), make_fields([("Host", "gw:1"), *fields]))


def presigned(target: str, method: str, monkeypatch, now=NOW) -> str:
    """The target as botocore presigns it."""
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: now)
    request = AWSRequest(method, f"http://gw:1{target}")
    S3SigV4QueryAuth(KEYS, "s3", "eu-x", expires=1200).add_auth(request)
    return request.url.removeprefix("http://gw:1")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("target", ["/b/a", "/b/a%20b/c%2Fd~", "/b/a?response-content-type=text%2Fplain"])
def test_a_presigned_target_is_the_one_that_botocore_makes(target, method, monkeypatch):
    wanted = presigned(target, method, monkeypatch)
    recorded = get(f"{target}{'&' if '?' in target else '?'}{OLD}", method=method)

    assert presigned_anew(recorded, access_key="AK", secret="SK", now=NOW).target.decode() == wanted
    # A target that botocore made is made again from its own date.
    again = get(wanted, method=method)
    assert presigned_anew(again, access_key="AK", secret="SK") == again


def test_a_presigned_target_is_of_another_day_and_nothing_else_changes(monkeypatch):
    before, after = (presigned("/b/a", "GET", monkeypatch, now=now) for now in (NOW, LATER))

    made = presigned_anew(get(before, ("Range", "bytes=0-1")), access_key="AK", secret="SK", now=LATER)
    assert made.target.decode() == after != before
    assert made.fields == get("/", ("Range", "bytes=0-1")).fields


def test_parameters_stay_in_their_order():
    pairs = OLD.split("&")
    turned = "&".join(reversed(pairs))
    made = presigned_anew(get(f"/b/a?{turned}"), access_key="AK", secret="SK", now=NOW).target.decode()

    names = [pair.partition("=")[0] for pair in made.partition("?")[2].split("&")]
    assert names == [pair.partition("=")[0] for pair in reversed(pairs)]
    straight = presigned_anew(get(f"/b/a?{OLD}"), access_key="AK", secret="SK", now=NOW).target.decode()
    # The signature covers the parameters by name.
    assert set(made.partition("?")[2].split("&")) == set(straight.partition("?")[2].split("&"))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "AWSAccessKeyId=AK&Expires=1&Signature=c2ln",
        OLD.replace("%2Faws4_request", ""),
        OLD.replace(f"&{SIGNED}", ""),
        OLD.replace(SIGNED, f"{SIGNED}%3Brange"),
    ],
)
def test_a_query_that_is_not_of_version_4_over_the_host_alone_is_not_signed(query):
    with pytest.raises(NotSigned, match=r"^the query is not of signature version 4 over the host alone$"):
        presigned_anew(get(f"/b/a?{query}"), access_key="AK", secret="SK", now=NOW)


@pytest.mark.parametrize("authorization", ["", "Basic x", "AWS AK", "AWS4-HMAC-SHA256 Credential=AK"])
def test_a_field_that_is_no_signature_is_not_signed(authorization):
    with pytest.raises(NotSigned, match="neither of signature version 4 nor of version 2"):
        signed_anew(get("/b", ("Authorization", authorization)), access_key="AK", secret="SK", now=NOW)


@pytest.mark.parametrize("zone", ["GMT", "UTC"])
@pytest.mark.parametrize(
    ("sent", "signed"),
    [
        ("/b?uploads=", "/b?uploads"),
        ("/b/a?uploads", "/b/a?uploads"),
        ("/b?delete=", "/b?delete"),
        ("/b/a?partNumber=1&uploadId=2~x", "/b/a?partNumber=1&uploadId=2~x"),
        ("/b?max-keys=1&prefix=", "/b"),
    ],
)
def test_version_2_signs_a_subresource_without_a_value_by_its_name(sent, signed, zone, monkeypatch):
    date = f"Mon, 03 Feb 2031 04:05:06 {zone}"
    fields = [("Content-Md5", "bQ=="), ("Content-Type", "text/plain"), ("X-Amz-Acl", "private")]
    old = get(sent, *fields, ("Authorization", "AWS OLD:c2ln"), ("date", f"Thu, 01 Jan 2026 00:00:00 {zone}"))
    made = signed_anew(old, access_key="AK", secret="SK", now=NOW)

    monkeypatch.setattr(botocore.auth, "formatdate", lambda **_: date)
    request = AWSRequest("GET", f"http://gw:1{signed}", headers=dict(fields))
    HmacV1Auth(KEYS).add_auth(request)
    assert made.get("Authorization") == request.headers["Authorization"]
    # The S3 driver's own signer says UTC.
    assert made.get("Date") == date
    assert made.target == sent.encode()
