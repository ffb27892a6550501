"""What Nagle's algorithm costs is told of a gateway that has it, and not of one that was told `tcp_nodelay=1`."""

import pytest

from fixtures.gateways.daemons import free_port
from fixtures.gateways.embedded import EmbeddedGateway

CHECK = "small-get-waits-for-ack"


@pytest.fixture
def without_nagle(embedded):
    port = free_port()
    options = {"rgw frontends": f"beast endpoint=127.0.0.1:{port} tcp_nodelay=1"}
    gateway = EmbeddedGateway(port=port, options=options, cluster=embedded.cluster)
    yield gateway.start()
    gateway.stop()


def test_a_small_body_that_waits_for_an_acknowledgement_is_told_and_is_not_red(on_embedded):
    outcome = on_embedded.run("-q", "--check", CHECK)

    assert outcome.code == 0, outcome.output
    assert outcome.run["checks"][CHECK]["observations"] == {"waits-for-ack": True}
    assert "set tcp_nodelay=1 in rgw frontends" in outcome.output


def test_nothing_is_told_of_a_gateway_that_does_not_wait(suites, without_nagle):
    outcome = suites.on(without_nagle).run("-q", "--check", CHECK)

    assert outcome.code == 0, outcome.output
    assert outcome.run["checks"][CHECK]["observations"] == {"waits-for-ack": False}
    assert "tcp_nodelay" not in outcome.output
