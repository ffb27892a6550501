"""As slow, as few and as little as was asked for; nothing at all where only reading is allowed."""

import time

import pytest

from fixtures.gateways.manners import Manners
from fixtures.gateways.model import GatewayError
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.s3 import S3Session, S3Store
from fixtures.gateways.seeding import seed
from fixtures.observer import Unprepared
from fixtures.wire.client import Client
from fixtures.wire.line import Line
from reports.model import Verdict
from tests.manners.given import OWN, RUN, ear, gateway, keeper, request


def test_requests_keep_the_rate_of_their_share():
    with ear(rate=100.0, processes=2) as (_, where), Client(endpoint_of(where)) as client:
        began = time.monotonic()
        for _ in range(11):
            client.exchange(request("GET", "/info"))
        assert time.monotonic() - began >= 10 / 50


def test_raw_lines_and_other_clients_keep_it_too():
    with ear(rate=20.0) as (_, where), Client(endpoint_of(where)) as client, Line(client) as line:
        began = time.monotonic()
        for _ in range(5):
            line.say(request("GET", "/info"))
        assert time.monotonic() - began >= 4 / 20

        passage = endpoint_of(where).keeper.opened(line._socket)
        began = time.monotonic()
        passage.held(b"GET /info HTTP/1.1\r\n\r\n" * 5)
        assert time.monotonic() - began >= 4 / 20


def test_more_connections_than_allowed_are_not_opened(monkeypatch):
    monkeypatch.setattr("fixtures.gateways.keepers._PATIENCE", 0.1)
    with ear(connections=2) as (heard, where), Client(endpoint_of(where)) as client:
        client.exchange(request("GET", "/info"), connection="one")
        client.exchange(request("GET", "/info"), connection="two")
        with pytest.raises(Unprepared, match="--max-connections 2") as untested:
            client.exchange(request("GET", "/info"), connection="three")
        assert untested.value.verdict is Verdict.UNTESTED
        client.drop("one")
        client.exchange(request("GET", "/info"), connection="three")
        assert heard.connections == 3


@pytest.mark.parametrize(("allowed", "opened"), [(0, 5), (5, 5), (3, 4), (1, 2)])
def test_seeding_opens_as_many_connections_as_there_is_room_for(allowed, opened, monkeypatch):
    monkeypatch.setattr("fixtures.gateways.keepers._PATIENCE", 0.1)
    with ear(connections=allowed) as (heard, where), Client(endpoint_of(where)) as client:
        client.exchange(request("GET", "/info"), connection="one")
        failed = seed(S3Session(client, where.account, prefix=OWN), OWN, [(str(n), b"x") for n in range(40)])

        assert failed == {}
        assert heard.connections == opened


@pytest.mark.parametrize("allowed", [1, 2])
def test_clean_up_needs_no_more_connections_than_are_allowed(allowed, monkeypatch):
    monkeypatch.setattr("fixtures.gateways.keepers._PATIENCE", 0.1)
    with ear(connections=allowed) as (heard, where), Client(endpoint_of(where)) as client:
        client.exchange(request("GET", "/info"))
        with pytest.raises(GatewayError, match="was answered with 200"):
            S3Store(S3Session(client, where.account, prefix=OWN)).delete_objects(OWN, [str(n) for n in range(40)])

        assert b"DELETE /" in heard.heard


def test_what_would_send_too_much_is_not_sent():
    with ear(volume=1000) as (heard, where), Client(endpoint_of(where)) as client:
        client.exchange(request("PUT", f"/swift/v1/{OWN}/x", body=b"1" * 900))
        with pytest.raises(Unprepared, match="--max-bytes 1000"):
            client.exchange(request("PUT", f"/swift/v1/{OWN}/x", body=b"2" * 101))
        client.exchange(request("PUT", f"/swift/v1/{OWN}/x", body=b"3" * 100))
        assert b"22" not in heard.heard
        assert b"33" in heard.heard


def test_what_another_client_sends_counts_too_also_in_chunks():
    passage = keeper(volume=10, rate=0.0).opened(None)
    head = f"PUT /swift/v1/{OWN}/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()

    with pytest.raises(Unprepared, match="--max-bytes"):
        passage.held(head + b"8\r\n12345678\r\n")


READABLE = [
    ("GET", "/auth/v1"),
    ("GET", "/info"),
    ("GET", "/"),
    ("HEAD", "/swift/v1"),
    ("GET", "/swift/v1/mine"),
    ("GET", "/swift/v1/mine/some/object"),
    ("HEAD", "/mine/key"),
    ("GET", f"/swift/v1/{OWN}"),
    ("OPTIONS", "/"),
]
UNREADABLE = [
    ("PUT", f"/swift/v1/{OWN}"),
    ("DELETE", f"/swift/v1/{OWN}/x"),
    ("GET", "/swift/v1/precious"),
    ("GET", "/swift/v1/mine/../precious/x"),
    ("GET", "/swift/v1/mine%2f..%2fprecious"),
    ("HEAD", "/precious/key"),
    ("GET", "/swift/v1"),
    ("GET", "/swift/v1?prefix=p"),
    ("GET", "/swift/v1/minerals"),
]


@pytest.mark.parametrize(("method", "target"), READABLE)
def test_discovery_and_named_containers_may_be_read(method, target):
    keeper(read_only=True, readable=("mine",)).request(request(method, target))


@pytest.mark.parametrize(("method", "target"), UNREADABLE)
def test_nothing_else_is_asked_for_with_read_only(method, target):
    with pytest.raises(Unprepared, match="--read-only") as untested:
        keeper(read_only=True, readable=("mine",)).request(request(method, target, ("X-Auth-Token", "t")))
    assert untested.value.verdict is Verdict.UNTESTED


def test_buckets_are_listed_to_anonymous_only():
    with pytest.raises(Unprepared):
        keeper(read_only=True).request(request("GET", "/", ("Authorization", "AWS4-HMAC-SHA256 ...")))


def test_manners_travel_to_workers():
    known = Manners((RUN,), "/swift/v1", account_writes=True, readable=("a", "b"), rate=2.5, volume=7)
    there = type(gateway()).from_json(gateway(rate=2.5).to_json())

    assert Manners.from_json(known.to_json()) == known
    assert there == gateway(rate=2.5)
