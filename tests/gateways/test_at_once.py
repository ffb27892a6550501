"""Many things over several connections: all are done once, what fails stops the rest, and few need no more than one."""

import threading

import pytest

from fixtures.gateways.at_once import AT_ONCE, at_once
from fixtures.gateways.model import GatewayError
from fixtures.wire.client import Client, Endpoint


@pytest.fixture
def client():
    return Client(Endpoint.of("http://127.0.0.1:9"))


def test_each_thing_is_done_once_and_what_was_found_comes_back(client):
    found = at_once(client, range(1000), lambda mine, share: (mine, list(share)))

    assert sorted(thing for _, share in found for thing in share) == list(range(1000))
    assert len({id(mine) for mine, _ in found} - {id(client)}) == AT_ONCE


@pytest.mark.parametrize("things", [0, 1, 7])
def test_a_few_things_need_one_connection(client, things):
    assert at_once(client, range(things), lambda _, share: list(share)) == [list(range(things))]


def test_what_one_raises_is_raised_and_stops_the_others(client):
    begun, many, done = threading.Barrier(AT_ONCE), 10_000_000, []

    def work(_, share):
        begun.wait()
        for _done_before, thing in enumerate(share):
            if thing == 0:
                raise GatewayError("the gateway is gone")
        done.append(_done_before + 1)

    with pytest.raises(GatewayError, match="the gateway is gone"):
        at_once(client, range(many), work)
    assert sum(done) < many - many // AT_ONCE
