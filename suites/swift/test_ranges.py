"""Ranges: a registry reads each blob with `Range: bytes=N-`, and clients behind redirects with any range.

RFC 9110 section 14 lets a server ignore Range altogether, so a 200 with everything is right as well; a 206 or 416 must
then say what it serves.
"""

import pytest

from suites.claims import BREAKS, MUST, check, unsupported

SEGMENTS = "segments/0f0/data/"
BYTES = b"0123456789"
RANGES = {
    "first": ("bytes=0-3", b"0123"),
    "inside": ("bytes=3-7", b"34567"),
    "from": ("bytes=4-", b"456789"),
    "whole": ("bytes=0-", BYTES),
    "last": ("bytes=-3", b"789"),
    "beyond": ("bytes=8-99", b"89"),
}


@pytest.fixture
def plain(container):
    """An object of ten bytes."""
    container.put("data", BYTES)
    return container


@pytest.fixture
def large(container):
    """A large object of the same ten bytes in three segments."""
    for number, part in enumerate((BYTES[:4], BYTES[4:7], BYTES[7:]), start=1):
        container.put(f"{SEGMENTS}{number:016}", part)
    container.put_manifest("data", SEGMENTS)
    return container


def _serves(answer, wanted):
    if answer.status == 200 and answer.kept == BYTES:
        unsupported("the gateway ignores Range and serves everything")
    assert answer.status == 206
    assert answer.kept == wanted
    start = BYTES.index(wanted)
    assert answer.get("Content-Range") == f"bytes {start}-{start + len(wanted) - 1}/{len(BYTES)}"


def _ranges(kind):
    """One check for each form of a range."""
    impact = "pull of a layer is cut short or joined from the wrong bytes"
    return [
        pytest.param(
            *pair, id=name, marks=check(f"{kind}[{name}]", oracle="RFC 9110 section 14", level=BREAKS, impact=impact)
        )
        for name, pair in RANGES.items()
    ]


@pytest.mark.parametrize(("range_", "wanted"), _ranges("range"))
def test_a_part_of_an_object_is_served(plain, range_, wanted):
    """A range is answered with 206, the bytes asked for, and where they are."""
    _serves(plain.get("data", range_=range_), wanted)


@pytest.mark.parametrize(("range_", "wanted"), _ranges("dlo-range"))
def test_a_part_of_a_large_object_is_served_across_its_segments(large, range_, wanted):
    """A range of a large object is answered as if its segments were one (trackers 13452, 16594)."""
    _serves(large.get("data", range_=range_), wanted)


def _refuses(answer):
    assert answer.status in (200, 416)
    assert answer.status == 200 or answer.kept != BYTES


@check(
    "range-past-the-end",
    oracle="RFC 9110 section 15.5.17",
    level=MUST,
    impact="the registry cannot tell the end of an upload: it reads 416 as no more bytes (swift.go, `Reader`)",
)
def test_a_range_past_the_end_is_refused(plain):
    """A range that begins where the object ends is answered with 416."""
    _refuses(plain.get("data", range_="bytes=10-"))


@check(
    "dlo-range-past-the-end",
    oracle="RFC 9110 section 15.5.17",
    level=MUST,
    impact="the registry cannot tell the end of an upload: it reads 416 as no more bytes (swift.go, `Reader`)",
)
def test_a_range_past_the_end_of_a_large_object_is_refused(large):
    """The same for a large object: its length is that of its segments."""
    _refuses(large.get("data", range_="bytes=10-"))
