"""A docker daemon of this machine, a release whose image is here, and a gateway of it."""

import pytest

from fixtures.containers.daemon import NoDaemon, connect
from fixtures.gateways.containers import ContainerGateway, orders
from fixtures.gateways.images import asked
from tests.absent import absent
from tests.gateways.presence import present


@pytest.fixture(scope="module")
def daemon():
    """A docker daemon of this machine."""
    try:
        client = connect("a test")
    except NoDaemon as error:
        absent("docker", str(error))
    yield client
    client.close()


@pytest.fixture(scope="module")
def release(daemon):
    """A release whose image is here."""
    return present(daemon, "16", "18", "14", "20")


@pytest.fixture(scope="module")
def contained(release):
    """A gateway in a container, supervised."""
    one = ContainerGateway(
        asked(release).image, order=orders([release], None, configurations=["default"], frontend="beast")[0]
    )
    one.start()
    one.supervise()
    yield one
    one.stop()
