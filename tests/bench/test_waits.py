"""What went by while a gateway was waited for: several connections that wait at once count once."""

import pytest

from bench.waits import gone_by
from fixtures.wire.message import Exchange, Framing, Request

REQUEST = Request("GET", b"/", (), Framing.NONE)


def exchange(started, seconds, waited):
    return Exchange(REQUEST, None, b"", started=started, seconds=seconds, waited=waited)


@pytest.mark.parametrize(
    ("exchanges", "seconds"),
    [
        ([], 0.0),
        ([exchange(1, 2, 1.5)], 1.5),
        ([exchange(1, 2, 1.5), exchange(3, 1, 0.5)], 2.0),
        ([exchange(1, 4, 4), exchange(1, 4, 4), exchange(2, 3, 3)], 4.0),
        ([exchange(1, 4, 1), exchange(2, 4, 1)], 2.0),
        ([exchange(10, 1, 1), exchange(1, 4, 4), exchange(1, 4, 4)], 5.0),
    ],
    ids=["none", "one", "one-after-the-other", "at-once", "at-once-and-mostly-ours", "in-any-order"],
)
def test_what_went_by(exchanges, seconds):
    assert gone_by(exchanges) == pytest.approx(seconds)
