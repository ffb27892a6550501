"""A token of RGW's own is refused with 401 when it has expired, so that a registry logs in again."""

import pytest

from fixtures.gateways.daemons import until
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.mutants.catalogue import find
from fixtures.wire.client import Client, Endpoint
from fixtures.wire.proxy import Proxy

SECONDS = 4
"""How long a token lives; RGW counts whole seconds."""
ASKED = [(method, name) for method in ("HEAD", "GET", "PUT") for name in ("", "o")]


@pytest.fixture(scope="module")
def rgw():
    embedded = EmbeddedGateway(options={"rgw swift token expiration": str(SECONDS)})
    yield embedded.start()
    embedded.stop()


def statuses(session, container):
    return {session.send(method, container, name).status for method, name in ASKED}


def test_an_expired_token_is_answered_with_401_and_a_new_one_opens_the_account_again(rgw):
    with Client(endpoint_of(rgw)) as client:
        session = SwiftSession(client, rgw.swift_auth_url, rgw.account, prefix="")
        session.login()
        assert session.send("PUT", "rgwc-tokens").status == 201
        container = Container(session, "rgwc-tokens")
        assert container.put("o", b"kept").status == 201

        expired = lambda: session.send("HEAD", "rgwc-tokens").status != 204  # noqa: E731
        until(expired, what="the end of a token's life", seconds=SECONDS + 20)

        assert statuses(session, "rgwc-tokens") == {401}
        session.login()
        assert container.get("o").kept == b"kept"


def test_a_mutant_answers_an_expired_token_with_403_and_leaves_a_good_one_alone(rgw):
    where = endpoint_of(rgw)
    with (
        Proxy(where.host, where.port, tap=find("expired-token-403").make()) as proxy,
        Client(Endpoint.of(f"http://127.0.0.1:{proxy.port}")) as client,
    ):
        session = SwiftSession(client, rgw.swift_auth_url, rgw.account, prefix="")
        session.login()
        assert session.send("PUT", "rgwc-mutant").status == 201

        until(lambda: session.send("HEAD", "rgwc-mutant").status != 204, what="the end", seconds=SECONDS + 20)

        assert statuses(session, "rgwc-mutant") == {403}
        exchange = session.send("GET", "rgwc-mutant")
        assert exchange.failure is None
        assert exchange.response.text == "AccessDenied"
