"""What the project's own tests are given: a real gateway, and a way to run the suites as a user does."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from fixtures.gateways.embedded import EmbeddedGateway
from tests.running import Suites

# How long an example takes is this machine's affair.
settings.register_profile("here", deadline=None)
settings.load_profile("here")


def pytest_configure():
    """What tests interrupt must hear it, also where a shell started all this in the background (POSIX, sh, 2.11)."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedded() -> Iterator[EmbeddedGateway]:
    """A real RGW, one for each process of the tests."""
    gateway = EmbeddedGateway()
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def suites(tmp_path) -> Suites:
    """`pytest suites` in a process of its own, with its reports and its journal in a directory of the test's own."""
    return Suites(tmp_path)


@pytest.fixture
def on_embedded(suites, embedded) -> Suites:
    """The same against the real RGW as if it were somebody else's."""
    return suites.on(embedded.gateway)
