"""One user against a real RGW, without Locust: what it plays, and what is counted of a gateway under strain."""

from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from bench.load.ground import Ground
from bench.load.players import Collector, Pusher, Stormer
from bench.load.scenarios import SCENARIOS, read, written
from fixtures.gateways.clean import clean_run
from fixtures.gateways.profile import arrive, endpoint_of
from fixtures.gateways.runs import new_run_id
from fixtures.recordings.har import built_in
from fixtures.session import Session
from fixtures.wire.client import Client, Limits
from fixtures.wire.proxy import Proxy
from fixtures.wire.tampering import End, Say, Tap
from reports.model import SET_UP

S3 = built_in("2.8.3-s3")
_SLOW_DOWN = b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>SlowDown</Code></Error>"


class Overloaded(Tap):
    """Says 503 Slow Down to every 30th GET, and resets the connection of every 40th answer."""

    def __init__(self):
        self.answers = Counter()

    def answer(self, passing, head):
        self.answers[passing.request.method] += 1
        self.answers["all"] += 1
        if self.answers["all"] % 40 == 0:
            return Say(head=b"", limit=0, end=End.RESET)
        if passing.request.method == "GET" and self.answers["GET"] % 30 == 0:
            head = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
            return Say(whole=lambda _: head % len(_SLOW_DOWN) + _SLOW_DOWN)
        return None


@pytest.fixture
def ground_at(embedded):
    run_id = new_run_id()
    with Client(endpoint_of(embedded.gateway)) as client:
        profile = arrive(embedded.gateway, client)

    def make(url=None, scenario="mixed-with-gc"):
        gateway = embedded.gateway
        if url is not None:
            auth = urlsplit(gateway.swift_auth_url)._replace(netloc=urlsplit(url).netloc).geturl()
            gateway = replace(gateway, url=url, swift_auth_url=auth, directory=None)
        session = Session(run_id, [gateway], {gateway.name: profile})
        return Ground(session, scenario, (S3,), Limits(connect=2, silence=5), account_writes=True)

    yield make
    clean_run(embedded.gateway, run_id, Limits())


def troubles(ground):
    return sum((operation.troubles for operation in ground.ledger.operations.values()), Counter())


def red(ground):
    return [f.deviation for o in ground.ledger.operations.values() for f in o.found.values() if f.deviation.red]


def test_all_of_a_recording_is_played_judged_and_removed(ground_at):
    ground = ground_at()
    user = Collector(ground)
    heard = [user.play() for _ in range(len(S3.pages) + 1)]

    assert red(ground) == []
    assert set(ground.ledger.operations) == {f"load[mixed-with-gc-2.8.3-s3-{page}]" for page in S3.pages} | {SET_UP}
    assert sum(o.requests for id_, o in ground.ledger.operations.items() if id_ != SET_UP) == sum(
        len(one.exchanges) for one in heard
    )
    assert heard[0].operation == heard[-1].operation, "begun anew"
    assert ground.ledger.operations[SET_UP].requests > 5, "the first container was removed"
    user.replay.close()


def test_a_storm_pulls_one_image(ground_at):
    ground = ground_at(scenario="pull-storm")
    first, second = Stormer(ground), Stormer(ground)
    for _ in range(len(list(written(S3))) + 1):
        first.play()
    heard = [second.play().operation for _ in range(len(list(read(S3))) + 2)]

    assert red(ground) == []
    pulled = [f"load[pull-storm-2.8.3-s3-{page}]" for page in read(S3)]
    assert heard == [*pulled, *pulled[:2]]
    assert ground.ledger.operations[SET_UP].requests == 1, "one bucket is made"
    for user in (first, second):
        user.replay.close()


def test_an_overloaded_gateway_is_counted_by_name(ground_at, embedded):
    with Proxy("127.0.0.1", embedded.port, tap=Overloaded()) as proxy:
        ground = ground_at(f"http://127.0.0.1:{proxy.port}")
        user = Pusher(ground)
        for _ in range(len(list(written(S3)))):
            user.play()
        user.replay.close()
    told = troubles(ground)

    assert told["503 SlowDown"] >= 1, told
    assert told["not answered: reset"] >= 2, told
    assert {d.rule for d in red(ground)} or told["asked again, as the registry does"] >= 2, told


def test_a_gateway_that_is_gone_is_counted_and_waited_for(ground_at, embedded):
    with Proxy("127.0.0.1", embedded.port) as proxy:
        ground = ground_at(f"http://127.0.0.1:{proxy.port}")
    user = Pusher(ground)
    heard = [user.play() for _ in range(3)]

    assert [one.pause for one in heard] == [1.0, 1.0, 1.0]
    assert troubles(ground)["not answered: unreachable"] == 3
    assert {d.rule for d in red(ground)} == {SET_UP, "reachable"}


def test_scenarios_name_what_they_play():
    assert SCENARIOS["push"].pages(S3) == list(written(S3))
    assert SCENARIOS["pull"].pages(S3) == [*written(S3), *read(S3)]
    assert SCENARIOS["mixed-with-gc"].pages(S3) == list(S3.pages)
