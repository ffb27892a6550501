"""What an S3 gateway chose and what we own is replaced; whatever else was sent survives, also what looks alike."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.s3.binding import Bindings, bind, learn, missing
from fixtures.wire.message import Field, make_fields
from tests.suites.test_reads import answered

RECORDING = built_in("2.8.3-s3")
BUCKET = RECORDING.container
MINE = "2~mine+/ ="
"""An upload id that a query can only hold encoded."""
ENCODED = "2~mine%2B%2F%20%3D"
ETAGS = {"8f9ee4b0818215d3d324dd8016ba6259": "first-of-mine", "99b0d987372f937d26a28cc729cd2018": "2nd"}
TWO_PARTS = "<C><Part><ETag>%s</ETag><PartNumber>1</PartNumber></Part><Part><ETag>%s</ETag></Part></C>"
NOW = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
CHOSEN = ("uploadId", "upload-id-marker", "continuation-token")


def bindings(**changes) -> Bindings:
    return Bindings(**({"authority": "gw:1", "access_key": "AK", "secret": "SK", "container": "rgwc-x"} | changes))


def step(kind, **changes):
    return replace(next(s for s in RECORDING.steps if s.kind is kind), **changes)


def sent(recorded, **changes):
    return bind(recorded, RECORDING, bindings(**changes))


def with_fields(recorded, *pairs):
    return replace(recorded, fields=make_fields(pairs))


def answering(recorded, body: str):
    """The step with another recorded answer."""
    return replace(recorded, answer=replace(recorded.answer, body=body.encode()))


def heard(recorded, now: str, known: Bindings, **changes) -> Bindings:
    """What is known after this run's answer, a document or other fields."""
    learn(recorded, answered(recorded, body=now.encode(), **changes).response, known)
    return known


def test_an_upload_is_named_by_the_id_that_this_runs_gateway_chose():
    create = step(Kind.CREATE_UPLOAD)
    part = step(Kind.UPLOAD_PART)
    known = heard(create, f"<a><UploadId>{MINE}</UploadId></a>", bindings())

    query = bind(part, RECORDING, known).target.partition(b"?")[2]

    assert known.chosen == {part.query["uploadId"]: MINE}
    assert query == f"partNumber=1&uploadId={ENCODED}".encode()


PAGES = [
    (Kind.LIST_UPLOADS, "NextUploadIdMarker", "uploads=&upload-id-marker=2~old%2B", "&key-marker=2~old%2B"),
    (Kind.LIST_OBJECTS, "NextContinuationToken", "list-type=2&continuation-token=2~old%2B", "&prefix=2~old%2B"),
]


@pytest.mark.parametrize(("kind", "element", "replaced", "kept"), PAGES)
def test_a_listing_goes_on_where_this_runs_gateway_said(kind, element, replaced, kept):
    first = answering(step(kind), f"<a><{element}>2~old+</{element}></a>")
    following = step(kind, target=f"/{BUCKET}?{replaced}{kept}")
    known = heard(first, f'<a xmlns="http://s3"><{element}>{MINE}</{element}></a>', bindings())

    now = replaced.replace("2~old%2B", ENCODED)
    assert bind(following, RECORDING, known).target == f"/rgwc-x?{now}{kept}".encode()


@pytest.mark.parametrize("name", CHOSEN)
def test_what_no_gateway_answered_yet_is_a_reason_not_to_send(name):
    asked = step(Kind.LIST_OBJECTS, target=f"/{BUCKET}?{name}=old&prefix=a")
    empty = step(Kind.LIST_OBJECTS, target=f"/{BUCKET}?{name}=&prefix=a")

    assert name in (missing(asked, bindings()) or "")
    assert missing(asked, bindings(chosen={"old": "new"})) is None
    assert missing(empty, bindings()) is None
    assert sent(empty).target == f"/rgwc-x?{name}=&prefix=a".encode()


def test_a_listing_that_names_another_upload_does_not_change_what_is_known():
    listing = answering(step(Kind.LIST_UPLOADS), "<a><Upload><UploadId>old</UploadId></Upload></a>")
    known = heard(listing, "<a><Upload><UploadId>others</UploadId></Upload></a>", bindings(chosen={"old": "mine"}))

    assert known.chosen == {"old": "mine"}


@pytest.mark.parametrize("body", ["", "no xml", "<a/>", "<a><UploadId/></a>"])
def test_nothing_is_learnt_from_an_answer_that_names_nothing(body):
    assert heard(step(Kind.CREATE_UPLOAD), body, bindings()).chosen == {}


def test_etags_are_learnt_from_the_field_of_a_part_and_from_the_document_of_a_copied_one():
    part, copied = step(Kind.UPLOAD_PART), step(Kind.COPY_PART)
    known = heard(part, "", bindings(), fields=(Field(b"etag", b'"put"'),))
    heard(copied, '<a xmlns="http://s3"><ETag>&quot;copied&quot;</ETag></a>', known)

    assert known.etags == {"921658e693f9200147fb08afb6bb41e6": "put", "8f9ee4b0818215d3d324dd8016ba6259": "copied"}


@pytest.mark.parametrize("quotes", ["%s", '"%s"', "&#34;%s&#34;", "&quot;%s&quot;"])
def test_a_completed_upload_names_this_runs_etags_in_the_recorded_form(quotes):
    body = (TWO_PARTS % tuple(quotes % etag for etag in ETAGS)).encode()
    complete = with_fields(
        step(Kind.COMPLETE_UPLOAD, body=body, size=len(body)),
        ("content-length", str(len(body))),
        ("Content-Md5", "b2xk"),
        ("X-AMZ-Content-Sha256", hashlib.sha256(body).hexdigest()),
        ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
    )
    ids = {complete.query["uploadId"]: MINE}
    request = sent(complete, etags=ETAGS, chosen=ids)

    wanted = (TWO_PARTS % tuple(quotes % etag for etag in ETAGS.values())).encode()
    assert request.content.beginning(1000) == wanted
    assert [f.value.decode() for f in request.fields] == [
        str(len(wanted)),
        base64.b64encode(hashlib.md5(wanted).digest()).decode(),
        hashlib.sha256(wanted).hexdigest(),
        "UNSIGNED-PAYLOAD",
    ]
    assert missing(complete, bindings(etags=ETAGS, chosen=ids)) is None
    for etag in ETAGS:
        assert "ETag" in (missing(complete, bindings(etags={etag: "mine"}, chosen=ids)) or "")


def test_a_body_that_was_not_kept_is_another_of_its_size_and_what_is_said_of_it_is_true():
    part = step(Kind.UPLOAD_PART)
    one, two = (sent(replace(part, number=n), chosen={part.query["uploadId"]: MINE}) for n in (7, 8))

    assert one.content.size == part.size == int(one.get("Content-Length") or 0)
    assert one.get("X-Amz-Content-Sha256") == one.content.sha256 == two.content.sha256 != part.sha256
    assert one.get("Content-Md5") == base64.b64encode(bytes.fromhex(one.content.md5)).decode()


@pytest.mark.parametrize(
    ("recorded", "now"),
    [
        (f"{BUCKET}/a", "rgwc-x/a"),
        (f"/{BUCKET}/a", "/rgwc-x/a"),
        (f"/{BUCKET}/{BUCKET}/a%20b", f"/rgwc-x/{BUCKET}/a%20b"),
        ("another/a", "another/a"),
        (f"/another/{BUCKET}/a", f"/another/{BUCKET}/a"),
        (f"{BUCKET}-2/a", f"{BUCKET}-2/a"),
    ],
)
def test_a_copy_is_made_from_this_runs_bucket_where_it_was_made_from_the_recorded_one(recorded, now):
    copy = with_fields(step(Kind.COPY_OBJECT), ("x-amz-copy-source", recorded))

    assert sent(copy).get("X-Amz-Copy-Source") == now


@pytest.mark.parametrize("rest", ["", "?delete=", f"/{BUCKET}/a%2Fb", "/a?partNumber=1"])
def test_a_bucket_is_named_by_the_path_or_by_the_host(rest):
    recorded = with_fields(step(Kind.GET_OBJECT, target=f"/{BUCKET}{rest}"), ("host", "127.0.0.1:8480"))
    path, virtual = sent(recorded), sent(recorded, virtual_host=True)

    assert (path.get("Host"), path.target.decode()) == ("gw:1", f"/rgwc-x{rest}")
    assert (virtual.get("Host"), virtual.target.decode()) == ("rgwc-x.gw:1", rest if rest[:1] == "/" else f"/{rest}")


def test_a_bucket_whose_name_begins_with_the_recorded_one_is_another():
    assert sent(step(Kind.GET_OBJECT, target=f"/{BUCKET}-2/a")).target == f"/{BUCKET}-2/a".encode()


def test_order_case_and_number_of_fields_survive():
    odd = [("hOST", "old"), ("x-b", "1"), ("X-B", "2"), ("x-b", "1"), ("A", f"/{BUCKET}/a"), ("User-Agent", BUCKET)]

    assert sent(with_fields(step(Kind.PUT_OBJECT), *odd)).fields == make_fields([("hOST", "gw:1"), *odd[1:]])


def test_a_signature_is_of_now_for_the_day_and_the_field():
    request = sent(step(Kind.GET_OBJECT), now=lambda: NOW)

    assert request.get("X-Amz-Date") == "20310203T040506Z"
    assert "Credential=AK/20310203/us-east-1/s3/aws4_request" in (request.get("Authorization") or "")


def test_a_version_2_signature_names_the_bucket_also_where_the_path_does_not():
    get = step(Kind.GET_OBJECT, target=f"/{BUCKET}/a")
    old = with_fields(get, ("Host", "h"), ("Date", "-"), ("Authorization", "AWS OLD:c2ln"))
    request = sent(old, virtual_host=True, now=lambda: NOW)

    text = b"GET\n\n\nMon, 03 Feb 2031 04:05:06 GMT\n/rgwc-x/a"
    signature = base64.b64encode(hmac.new(b"SK", text, hashlib.sha1).digest()).decode()
    assert request.get("Authorization") == f"AWS AK:{signature}"
    assert request.target == b"/a"
