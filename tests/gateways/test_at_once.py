"""Many things over several connections: all are done once, what fails stops the rest, and few need no more than one."""

import threading
from types import SimpleNamespace

import pytest

from fixtures.gateways.at_once import AT_ONCE, at_once
from fixtures.gateways.model import GatewayError
from fixtures.wire.client import Client, Endpoint


@pytest.fixture
def session():
    return SimpleNamespace(client=Client(Endpoint.of("http://127.0.0.1:9")))


def test_each_thing_is_done_once_and_what_was_found_comes_back(session):
    found = at_once(session, range(1000), lambda mine, thing: (mine.client, thing))

    assert sorted(thing for _, thing in found) == list(range(1000))
    clients = {id(client) for client, _ in found}
    assert len(clients) == AT_ONCE
    assert id(session.client) not in clients


@pytest.mark.parametrize("things", [0, 1, 7])
def test_a_few_things_need_one_connection(session, things):
    assert len({id(mine) for mine in at_once(session, range(things), lambda mine, _: mine)}) == min(things, 1)


def test_what_one_raises_is_raised_and_stops_the_others(session):
    many, begun, done = 1_000_000, threading.Barrier(AT_ONCE), []

    def work(_, thing):
        if thing < AT_ONCE:
            begun.wait()
        if thing == 0:
            raise GatewayError("the gateway is gone")
        done.append(thing)

    with pytest.raises(GatewayError, match="the gateway is gone"):
        at_once(session, range(many), work)
    assert len(done) < many - many // AT_ONCE
