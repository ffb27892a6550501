"""No request hides: what a gateway might take for one is judged wherever it begins, on every way to the gateway."""

import boto3
import pytest
import requests
import swiftclient
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from fixtures.gateways.gates import Passage
from fixtures.gateways.guard import Refused
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import SwiftSession
from fixtures.observer import Observer
from fixtures.sdk import Authorities, Sdk, unswayed
from fixtures.wire.client import Client, Limits
from fixtures.wire.content import from_bytes, generated, joined
from fixtures.wire.line import Line
from fixtures.wire.message import Framing, Request
from fixtures.wire.proxy import Proxy
from fixtures.wire.redaction import Redactor
from tests.manners.given import OWN, ear, keeper, request

FOREIGN = b"DELETE /swift/v1/precious HTTP/1.1\r\nHost: 127.0.0.1:7480\r\n\r\n"
MINE = f"PUT /swift/v1/{OWN}/x HTTP/1.1\r\nHost: 127.0.0.1:7480\r\nContent-Length: 0\r\n\r\n".encode()
GET = b"GET /info HTTP/1.1\r\nHost: 127.0.0.1:7480\r\n\r\n"

HIDDEN = {
    "alone": FOREIGN,
    "behind another": GET + FOREIGN,
    "behind one of ours": MINE + FOREIGN,
    "in a body": b"GET /info HTTP/1.1\r\nContent-Length: 60\r\n\r\n" + FOREIGN,
    "in a body, not at a line's beginning": b"POST /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd" + FOREIGN,
    "in a chunk": b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n" + FOREIGN,
    "with a bare LF": FOREIGN.replace(b"\r\n", b"\n"),
    "with a bare CR": b"GET /\r" + FOREIGN,
    "with tabs": FOREIGN.replace(b" ", b"\t"),
    "without a version": b"DELETE /swift/v1/precious\r\n\r\n",
    "in lower case": FOREIGN.replace(b"DELETE", b"delete").replace(b"HTTP", b"http"),
    "of an unknown method": FOREIGN.replace(b"DELETE", b"PURGE"),
    "after blank lines": b"\r\n\r\n\r\n" + FOREIGN,
    "after a space": b" " + FOREIGN,
    "as a target": b"GET /a DELETE /swift/v1/precious HTTP/1.1\r\n\r\n",
    "bulk delete": b"POST /swift/v1?bulk-delete=1 HTTP/1.1\r\nContent-Length: 9\r\n\r\nprecious/",
    "bulk delete whose body comes later": b"POST /swift/v1?bulk-delete=1 HTTP/1.1\r\nContent-Length: 99\r\n\r\n",
    "to a bucket in its host": MINE.replace(b"127.0.0.1:7480", b"precious.s3.example"),
    "folded field": f"PUT /swift/v1/{OWN}/x HTTP/1.1\r\nX-Object-Manifest:\r\n precious/x\r\n\r\n".encode(),
}


def first(what: str, ears) -> None:
    """Nothing that could be acted on has come."""
    assert b"precious" not in ears.heard, what


@pytest.mark.parametrize("name", HIDDEN)
def test_a_line_says_no_request_that_hides(name):
    with ear() as (heard, where), Client(endpoint_of(where)) as client, Line(client) as line:
        with pytest.raises(Refused):
            line.say(HIDDEN[name])
        first(name, heard)


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("size", [1, 7])
def test_a_line_that_says_it_piece_by_piece_never_ends_it(name, size):
    passage, said = Passage(keeper().guard, lambda _: None, lambda _: None), b""
    pieces = [HIDDEN[name][begin : begin + size] for begin in range(0, len(HIDDEN[name]), size)]
    refused = False
    for piece in pieces:
        try:
            passage.more(piece, raw=True)
        except Refused:
            refused = True
            break
        said += piece
    assert refused
    _, _, after = said.partition(b"precious")
    assert b"\r\n\r\n" not in after or name.startswith("bulk")


@given(st.lists(st.sampled_from([GET, MINE, b"x" * 70000, b"\r\n", b"data"]), max_size=4), st.data())
def test_wherever_it_is_cut_a_foreign_request_is_found(before, data):
    text = b"".join(before) + b"\r\n" + FOREIGN
    cut = data.draw(st.integers(len(text) - len(FOREIGN) - 5, len(text) - 1))
    passage = Passage(keeper().guard, lambda _: None, lambda _: None)
    refused = False
    for piece in (text[:cut], text[cut:]):
        try:
            passage.more(piece)
        except Refused:
            refused = True
    assert refused


def test_a_client_sends_no_body_with_a_request_in_it():
    body = joined([generated("a", 40_000), from_bytes(b"\r\n" + FOREIGN), generated("b", 300_000)])
    whole = request("PUT", f"/swift/v1/{OWN}/x", ("Content-Length", str(body.size)))
    with ear() as (heard, where), Client(endpoint_of(where)) as client:
        with pytest.raises(Refused):
            client.exchange(Request(whole.method, whole.target, whole.fields, Framing.LENGTH, body))
        first("body", heard)
        # The connection was given up; the next request goes its way.
        assert client.exchange(request("GET", "/info")).status == 200


def test_a_refused_request_opens_no_connection():
    with ear() as (heard, where), Client(endpoint_of(where)) as client:
        with pytest.raises(Refused):
            client.exchange(request("DELETE", "/swift/v1/precious"))
        assert (heard.connections, heard.heard) == (0, b"")


def test_sessions_that_forget_their_own_rule_are_held_too():
    with ear() as (heard, where), Client(endpoint_of(where)) as client:
        session = SwiftSession(client, where.swift_auth_url, where.account, prefix="")
        session.storage_path = "/swift/v1"
        for refused in (
            lambda: session.send("DELETE", "precious"),
            lambda: session.without_token("DELETE", "/swift/v1/precious"),
            lambda: session.bulk_delete([("precious", "x")]),
            lambda: session.post_account([("X-Account-Meta-Temp-Url-Key", "mine")]),
        ):
            with pytest.raises(Refused):
                refused()
        assert heard.connections == 0


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("size", [3, 10_000])
def test_a_proxy_lets_no_request_through_that_hides(name, size):
    passage, out = Passage(keeper().guard, lambda _: None, lambda _: None), b""
    text = HIDDEN[name]
    try:
        for begin in range(0, len(text), size):
            out += passage.held(text[begin : begin + size])
    except Refused:
        pass
    # What is held for want of an end was not sent either; of a body, the beginning of a line may have been.
    _, _, after = out.partition(b"precious")
    assert b"\n" not in after


def test_a_proxy_holds_a_bulk_delete_until_it_has_seen_all_of_it():
    body = f"/{OWN}/a\n/{OWN}/b\n".encode()
    head = b"POST /swift/v1?bulk-delete HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    passage = Passage(keeper().guard, lambda _: None, lambda _: None)

    assert passage.held(head + body[:20]) == b""
    assert passage.held(body[20:] + GET) == head + body + GET


@pytest.fixture
def libraries(monkeypatch):
    """A gateway that only listens, and libraries in front of it; the environment names a proxy that is not there."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    with ear() as (heard, where), unswayed():
        observer = Observer(Redactor([]))
        with Sdk(where, observer, Limits(), Authorities()) as sdk:
            yield heard, where, sdk


def test_boto3_deletes_nothing_of_others(libraries):
    heard, where, sdk = libraries
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=5)
    client = boto3.client(
        "s3", endpoint_url=sdk.url, aws_access_key_id="AK", aws_secret_access_key="s", region_name="x", config=config
    )
    client.put_object(Bucket=OWN, Key="x", Body=b"data")
    for refused in (
        lambda: client.delete_bucket(Bucket="precious"),
        lambda: client.put_object(Bucket="precious", Key="x", Body=b"data"),
        lambda: client.delete_objects(Bucket="precious", Delete={"Objects": [{"Key": "x"}]}),
        lambda: client.copy_object(Bucket="precious", Key="x", CopySource=f"{OWN}/x"),
    ):
        with pytest.raises(Exception, match="closed"):
            refused()
    first("boto3", heard)
    assert OWN.encode() in heard.heard
    assert len(faults(where)) == 4


def test_requests_and_swiftclient_delete_nothing_of_others(libraries):
    heard, where, sdk = libraries
    connection = swiftclient.Connection(preauthurl=f"{sdk.url}/swift/v1", preauthtoken="t", retries=0)

    connection.put_object(OWN, "x", b"data")
    for refused in (
        lambda: connection.delete_container("precious"),
        lambda: connection.put_object("precious", "x", iter([b"a", b"b"])),
        lambda: connection.post_account({"X-Account-Meta-Temp-Url-Key": "mine"}),
        lambda: requests.delete(f"{sdk.url}/swift/v1/precious", timeout=5),
        lambda: requests.post(f"{sdk.url}/swift/v1?bulk-delete=1", data=b"precious/x\n", timeout=5),
    ):
        with pytest.raises(Exception, match=r"(?i)reset|closed|aborted"):
            refused()
    connection.close()
    first("others", heard)
    assert len(faults(where)) >= 5


def faults(where) -> list[Exception]:
    found = endpoint_of(where).keeper
    return [error for error in found.faults if isinstance(error, Refused)]


def test_a_mutant_that_asks_for_something_else_is_held_too():
    class Wrong:
        def asked(self, data):
            return data.replace(OWN.encode(), b"precious")

        def answered(self, data):
            return data

        def rest(self):
            return b""

    with ear() as (heard, where):
        endpoint = endpoint_of(where)
        with (
            Proxy(endpoint.host, endpoint.port, conversation=Wrong, keeper=endpoint.keeper) as proxy,
            Client(type(endpoint)("http", "127.0.0.1", proxy.port), limits=Limits(silence=5)) as client,
        ):
            exchange = client.exchange(request("DELETE", f"/swift/v1/{OWN}/x"))
        assert exchange.failure is not None
        first("mutant", heard)
