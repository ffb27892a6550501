"""An account's requests in S3's manner are right for a real gateway, and only what a run made there is ever removed."""

import pytest

from fixtures.gateways.clean import clean_run
from fixtures.gateways.model import Account, GatewayError, Secret
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.runs import container_name, new_run_id, prefix, remove_run
from fixtures.gateways.s3 import S3Session, S3Store
from fixtures.wire.client import Client, Limits
from fixtures.wire.content import from_bytes
from fixtures.wire.documents import document, text_of
from tests.wire.server import Server, heads, says

ODD = ["a b", "a+b", "a%2Fb", "ä/ü €", "a?b&c=d#e", "dir//x", "~-_.!*'()", "日本", "quo\"te'<&>"]
MORE_THAN_A_PAGE = 1001
ACCOUNT = Account(s3_access_key="AK", s3_secret_key=Secret("SK"))


@pytest.fixture
def exchanges():
    """Everything that the session of a test exchanged."""
    return []


@pytest.fixture
def run_id(embedded):
    """A run whose buckets are gone afterwards: the gateway is shared by the tests of a process."""
    run_id = new_run_id()
    yield run_id
    clean_run(embedded.gateway, run_id, Limits())


@pytest.fixture
def session(embedded, run_id, exchanges):
    """The first account of the real gateway."""
    with Client(endpoint_of(embedded.gateway), record=exchanges.append) as client:
        yield S3Session(client, embedded.gateway.account, prefix=prefix(run_id))


@pytest.fixture
def bucket(session, run_id) -> str:
    return made(session, container_name(run_id, "main"))


def made(session, name) -> str:
    assert session.send("PUT", name).status == 200
    return name


def put(session, bucket, *keys):
    for key in keys:
        assert session.send("PUT", bucket, key, content=from_bytes(key.encode())).status == 200, key


def upload(session, bucket, key) -> str:
    """Begin an upload of one part."""
    begun = session.send("POST", bucket, key, query={"uploads": ""})
    upload_id = text_of(begun.response.kept, "UploadId")
    part = {"partNumber": "1", "uploadId": upload_id}
    assert session.send("PUT", bucket, key, query=part, content=from_bytes(b"part")).status == 200
    return upload_id


def test_any_key_is_written_listed_read_and_deleted_under_its_own_name(session, bucket):
    store = S3Store(session)
    put(session, bucket, *ODD)

    assert sorted(store.list_objects(bucket)) == sorted(ODD)
    for key in ODD:
        assert session.send("GET", bucket, key, headers=[("Range", "bytes=0-")]).response.kept == key.encode()
        store.delete_object(bucket, key)
        assert session.send("HEAD", bucket, key).status == 404
    assert list(store.list_objects(bucket)) == []


def test_headers_and_queries_are_covered_by_the_signature(session, bucket, exchanges):
    put(session, bucket, "a/1", "a/2", "b c")
    headers = [("x-amz-copy-source", f"/{bucket}/a/1"), ("X-Amz-Meta-Two", "2  words"), ("Content-Type", "text/x")]

    assert session.send("PUT", bucket, "copy", headers=headers).status == 200
    answer = session.send("GET", bucket, query={"prefix": "b c", "delimiter": "/", "max-keys": "5"})
    assert [key.text for key in document(answer.response.kept).iterfind("./Contents/Key")] == ["b c"]
    copied = exchanges[-2].request
    names = "content-type;host;x-amz-content-sha256;x-amz-copy-source;x-amz-date;x-amz-meta-two"
    assert f"SignedHeaders={names}," in copied.get("Authorization")
    assert copied.get("Content-Length") == "0"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_write_outside_a_runs_buckets_is_not_sent(session, exchanges, method):
    with pytest.raises(ValueError, match="'registry', which does not belong to this run"):
        session.send(method, "registry", "layer")
    assert exchanges == []


def test_a_key_that_is_wrong_is_told_without_being_shown(embedded, session):
    wrong = Account(s3_access_key=embedded.gateway.account.s3_access_key, s3_secret_key=Secret("not-the-key"))

    with pytest.raises(GatewayError, match="cannot list the buckets: 403") as refused:
        S3Store(S3Session(session.client, wrong, prefix="rgwc-")).list_containers("rgwc-")
    assert "not-the-key" not in str(refused.value)


def test_only_buckets_that_begin_with_the_prefix_are_found(session, run_id, bucket):
    others = S3Session(session.client, session.account, prefix="")
    other = made(others, f"zz-{bucket}")
    second = made(session, container_name(run_id, "second"))
    store = S3Store(others)

    assert sorted(store.list_containers(prefix(run_id))) == sorted([bucket, second])
    assert list(store.list_containers(f"zz-{prefix(run_id)}")) == [other]
    store.delete_container(other)
    assert list(store.list_containers("zz-")) == []


def test_more_objects_than_a_listing_holds_are_listed_once_each_in_order_and_removed(session, run_id, bucket):
    keys = [f"files/{number:04}" for number in range(MORE_THAN_A_PAGE)]
    put(session, bucket, *keys)

    assert list(S3Store(session).list_objects(bucket)) == keys
    assert remove_run(S3Store(session), run_id) == 1
    assert session.send("HEAD", bucket).status == 404


def test_what_a_run_made_is_removed_with_its_uploads_in_progress_and_nothing_else(session, run_id, bucket, exchanges):
    another = new_run_id()
    others = S3Session(session.client, session.account, prefix=prefix(another))
    kept = made(others, container_name(another, "main"))
    put(others, kept, "layer")
    kept_id = upload(others, kept, "layer")
    made(session, container_name(run_id, "empty"))
    put(session, bucket, "layer")
    ids = [upload(session, bucket, key) for key in ("layer", "layer", "ä b")]

    assert remove_run(S3Store(session), run_id) == 2

    aborted = [e for e in exchanges if e.request.method == "DELETE" and "uploadId=" in e.request.query]
    assert [e.status for e in aborted] == [204] * len(set(ids)) == [204] * 3
    assert session.send("HEAD", bucket).status == 404
    assert list(S3Store(others).list_objects(kept)) == ["layer"]
    assert text_of(others.send("GET", kept, query={"uploads": ""}).response.kept, "UploadId") == kept_id
    remove_run(S3Store(others), another)


def test_what_is_gone_already_is_no_error_and_what_cannot_be_deleted_is_one(session, bucket):
    store = S3Store(session)
    put(session, bucket, "layer")

    store.delete_object(bucket, "never")
    store.delete_object(f"{bucket}-never", "layer")
    store.delete_container(f"{bucket}-never")
    with pytest.raises(GatewayError, match=f"DELETE of {bucket}/ was answered with 409"):
        store.delete_container(bucket)
    with pytest.raises(GatewayError, match=f"cannot list {bucket}-never: 404"):
        list(store.list_objects(f"{bucket}-never"))


def answer(body: bytes, status: int = 200) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


def store_on(client) -> S3Store:
    return S3Store(S3Session(client, ACCOUNT, prefix="rgwc-"))


LISTINGS = {
    "buckets": lambda store: store.list_containers("rgwc-"),
    "objects": lambda store: list(store.list_objects("rgwc-a")),
    "uploads": lambda store: store.delete_container("rgwc-a"),
}


UNREADABLE = {
    "no xml": answer(b"<html>"),
    "500": answer(b"<L/>", 500),
    "no status line": b"nonsense\r\n\r\n",
    "cut": answer(b"<L><Buckets/><Contents/></L>")[:-1],
}


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("said", UNREADABLE)
def test_a_listing_that_cannot_be_read_is_no_empty_one(listing, said):
    def speaks(client):
        heads(client)
        client.sendall(UNREADABLE[said])

    with Server(speaks) as server, Client(server.endpoint) as client, pytest.raises(GatewayError, match="list"):
        LISTINGS[listing](store_on(client))


def test_a_listing_that_never_moves_on_has_an_end():
    page = answer(b"<L><IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents></L>")

    with Server(says(*[page] * 10)) as server, Client(server.endpoint, limits=Limits(silence=2.0)) as client:
        assert list(store_on(client).list_objects("rgwc-a")) == ["a"]
