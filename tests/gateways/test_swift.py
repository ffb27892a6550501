"""What a Swift session sends, and what it refuses to send."""

import pytest

from fixtures.gateways.model import Account
from fixtures.gateways.swift import Container, SwiftSession, containers_of
from fixtures.wire.client import Client, Endpoint, NoAnswer
from fixtures.wire.message import Exchange, Framing, Request, Response
from fixtures.wire.parser import parse_head


class _Recorded(Client):
    """Answers each request with the next of these bodies, and keeps the requests."""

    def __init__(self, *bodies: bytes, status: bytes = b"200 OK") -> None:
        super().__init__(Endpoint("http", "127.0.0.1", 1))
        self.sent: list[Request] = []
        self._bodies, self._status = list(bodies), status

    def exchange(self, request, **_):
        self.sent.append(request)
        head, body = parse_head(b"HTTP/1.1 %b\r\n\r\n" % self._status), self._bodies.pop(0) if self._bodies else b"[]"
        return Exchange(request, Response(head, (), Framing.LENGTH, len(body), "", body, complete=True), b"")


def _session(client):
    session = SwiftSession(client, "http://127.0.0.1:1/auth/v1", Account(), prefix="mine-")
    session.token, session.storage_path = "token", "/swift/v1"
    return session


def test_a_bulk_delete_names_containers_of_the_run_only():
    client = _Recorded()
    with pytest.raises(ValueError, match="does not belong to this run"):
        _session(client).bulk_delete([("mine-1", "a"), ("theirs", "b")])
    assert client.sent == []


def test_a_bulk_delete_has_a_line_for_each_object_percent_encoded():
    client = _Recorded()
    _session(client).bulk_delete([("mine-1", "a b/c"), ("mine-1", "%")])
    assert client.sent[0].target == b"/swift/v1?bulk-delete=1"
    assert b"".join(client.sent[0].content.pieces()) == b"/mine-1/a%20b/c\n/mine-1/%25\n"


def test_another_login_is_said_in_place_of_the_token():
    client = _Recorded()
    _session(client).send("GET", "mine-1", "a", auth=[])
    assert client.sent[0].get("X-Auth-Token") is None


def test_a_name_may_be_given_as_it_is_encoded():
    client = _Recorded()
    _session(client).send("GET", "mine-1", encoded="a%2fb")
    assert client.sent[0].target == b"/swift/v1/mine-1/a%2fb"


def test_a_put_may_say_nothing_of_a_body():
    client = _Recorded()
    _session(client).send("PUT", "mine-1", "a", unframed=True)
    assert client.sent[0].get("Content-Length") is None
    assert client.sent[0].framing is Framing.NONE


def test_containers_are_asked_for_behind_their_prefix():
    client = _Recorded(b'[{"name": "mine-1"}]')
    assert list(containers_of(_session(client), "mine-")) == ["mine-1"]
    assert "marker=mine-" in client.sent[0].query
    assert "marker=mine-1" in client.sent[1].query


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[1]", b""])
def test_a_listing_that_cannot_be_read_is_no_answer(body):
    with pytest.raises(NoAnswer):
        _session(_Recorded(body)).containers()
    with pytest.raises(NoAnswer):
        Container(_session(_Recorded(body)), "mine-1").rows()
