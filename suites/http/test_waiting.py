"""Waits that a gateway puts between its own packets, and that no answer tells of."""

import statistics
from collections.abc import Iterator
from typing import Final

from fixtures.wire.client import ACKS_AT_ONCE
from suites.claims import OBSERVED, check, untested

_TIMES: Final = 9
_STALL: Final = 0.02
"""Seconds: Linux acknowledges after 40 ms what it does not at once; a busy gateway is late on both sides."""


@check(
    "small-get-waits-for-ack",
    oracle="RFC 1122 section 4.2.3.4",
    level=OBSERVED,
    impact="a registry waits 40 ms more for each small object that it reads (links, manifests, small layers): "
    "set tcp_nodelay=1 in rgw frontends",
)
def test_a_small_body_does_not_wait_for_an_acknowledgement(container, wire, observer):
    """A small object comes as fast to a client that delays its acknowledgements as to one that does not."""
    if not ACKS_AT_ONCE:
        untested("this system cannot acknowledge at once (TCP_QUICKACK)")
    container.put("small", b"a link of a layer is 71 bytes, and most of what a registry reads is as small")
    at_once, late = zip(*_pairs(container, wire), strict=True)
    stall = statistics.median(late) - statistics.median(at_once)
    observer.observe("waits-for-ack", stall > _STALL)
    assert stall <= _STALL, (
        f"the end of a small GET comes {stall * 1000:.0f} ms later to who delays acknowledgements, as kernels do: "
        "head and body are sent apart under Nagle's algorithm"
    )


def _pairs(container, wire) -> Iterator[tuple[float, float]]:
    """Seconds of a GET with acknowledgements at once, and of one as a registry's kernel gives them, turn by turn."""
    for _ in range(_TIMES):
        pair = []
        for at_once in (True, False):
            wire.quick_ack = at_once
            exchange = container.session.send("GET", container.name, "small", connection=f"at once: {at_once}")
            pair.append(exchange.seconds)
        yield pair[0], pair[1]
