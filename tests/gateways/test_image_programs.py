"""How the daemons of a container are waited for: with programs that end, or do not."""

import time

import pytest

from fixtures.gateways.image.programs import Daemons

LONG = ["sleep", "600"]


@pytest.fixture
def daemons():
    running = Daemons(1.0)
    yield running
    running.stop()


def test_what_waits_for_a_daemon_that_has_ended_ends_too_and_blames_that(daemons):
    daemons.start("mon.a", ["sh", "-c", "exit 3"])
    daemons.start("osd.0", LONG)
    began = time.monotonic()

    assert daemons.until(lambda: False, seconds=300.0) == ("mon.a", "it ended with exit code 3")
    assert time.monotonic() - began < 100


def test_a_daemon_that_is_not_ready_in_time_is_blamed_itself(daemons):
    daemons.start("mon.a", LONG)
    daemons.start("osd.0", LONG)

    assert daemons.until(lambda: False, seconds=0.05) == ("osd.0", "not ready within 0.05 s")


def test_what_is_ready_is_not_asked_whether_it_goes_on(daemons):
    daemons.start("mon.a", ["true"])

    assert daemons.until(lambda: True, seconds=1.0) is None


def test_a_daemon_that_is_killed_is_told_by_the_signal(daemons):
    daemons.start("radosgw", ["sh", "-c", "kill -ABRT $$"])

    assert daemons.until(lambda: False, seconds=300.0) == ("radosgw", "it ended with SIGABRT")
    assert daemons.ended() == ("radosgw", -6)
