"""Whatever a gateway does, a check ends in time, names it, costs little memory, and the next check knows nothing of it.

Each behaviour is met here as docs/hostile.md tells; `python -m tests.hostile --table docs/hostile.md` writes that page.
"""

from dataclasses import asdict

import pytest

from fixtures.wire.client import Limits
from suites.explaining import briefly
from tests.hostile.catalogue import BEHAVIOURS, GOOD
from tests.hostile.meeting import meet
from tests.hostile.server import HostileServer
from tests.hostile.table import MEBIBYTES, PAGE, SECONDS, names_in


@pytest.fixture(scope="module")
def server():
    with HostileServer() as running:
        yield running


@pytest.mark.parametrize("behaviour", [pytest.param(b, id=b.id) for b in BEHAVIOURS])
def test_it_ends_with_a_deviation_that_names_it(pytestconfig, server, behaviour, record_property):
    with briefly(pytestconfig):
        met = meet(behaviour, server.url(behaviour), server.ca_file)
    record_property("met", asdict(met))
    after = meet(GOOD, server.url(GOOD), server.ca_file, Limits())
    record_property("undisturbed", (after.verdict, after.rules) == ("pass", ()))

    assert met.verdict == "fail", met
    assert set(met.rules) & set(behaviour.named), met
    assert met.seconds < SECONDS, met
    assert met.mebibytes < MEBIBYTES, met
    assert (after.verdict, after.rules) == ("pass", ()), after


def test_clean_up_asks_for_nothing_that_is_not_the_run_s(server):
    for behaviour in (b for b in BEHAVIOURS if b.met == "clean"):
        meet(behaviour, server.url(behaviour), server.ca_file)
        asked = [line for line in server.asked(behaviour) if not line.startswith("GET")]
        assert asked == [], behaviour.id


def test_at_least_sixty_behaviours_are_told():
    assert len(BEHAVIOURS) >= 60
    assert len({b.id for b in BEHAVIOURS}) == len(BEHAVIOURS)
    assert names_in(PAGE.read_text(encoding="utf-8")) == [b.id for b in BEHAVIOURS]
