"""Ranges: a registry reads each blob with `Range: bytes=N-`, and clients behind redirects with any range.

RFC 9110 section 14 lets a server ignore Range altogether, so a 200 with everything is right as well; a 206 or 416 must
then say what it serves. Whether they agree with what was asked, rules look at: suites/rules/ranges.py.
"""

import pytest

from fixtures.wire.content import generated
from suites.claims import BREAKS, MUST, SHOULD, check, unsupported
from suites.swift.stored import SEGMENTS, stored, stored_manifest

BYTES = b"0123456789"
RANGES = {
    "first": ("bytes=0-3", b"0123"),
    "inside": ("bytes=3-7", b"34567"),
    "from": ("bytes=4-", b"456789"),
    "whole": ("bytes=0-", BYTES),
    "last": ("bytes=-3", b"789"),
    "beyond": ("bytes=8-99", b"89"),
    "last-byte": ("bytes=9-9", b"9"),
    "last-byte-as-suffix": ("bytes=-1", b"9"),
    "suffix-longer-than-all": ("bytes=-99", BYTES),
    "end-past-64-bits": ("bytes=4-99999999999999999999", b"456789"),
}
OF_PLAIN = {
    "first-byte": ("bytes=0-0", b"0"),
    "unit-in-capitals": ("BYTES=0-3", b"0123"),
}
OF_SEGMENTS = {
    "one-segment": ("bytes=4-6", b"456"),
    "two-segments": ("bytes=0-6", b"0123456"),
    "across-a-border": ("bytes=3-4", b"34"),
    "to-the-end-from-inside": ("bytes=5-9", b"56789"),
}
MIB = 1024 * 1024


@pytest.fixture
def plain(container):
    """An object of ten bytes."""
    stored(container, "data", BYTES)
    return container


@pytest.fixture
def large(container):
    """A large object of the same ten bytes in three segments."""
    for number, part in enumerate((BYTES[:4], BYTES[4:7], BYTES[7:]), start=1):
        stored(container, f"{SEGMENTS}{number:016}", part)
    container.put_manifest("data", SEGMENTS)
    return container


def _ignored(answer):
    """A gateway that serves everything has not heard of ranges."""
    if answer.status == 200 and answer.kept == BYTES:
        unsupported("the gateway ignores Range and serves everything")


_FOLLOWS = 0.1
"""Seconds."""


def _serves(answer, wanted):
    _ignored(answer)
    assert answer.status == 206
    assert answer.kept == wanted
    start = BYTES.index(wanted)
    assert answer.get("Content-Range") == f"bytes {start}-{start + len(wanted) - 1}/{len(BYTES)}"
    assert answer.length in (None, len(wanted))


def _ranges(kind, ranges):
    """One check for each form of a range."""
    impact = "pull of a layer is cut short or joined from the wrong bytes"
    return [
        pytest.param(
            *pair, id=name, marks=check(f"{kind}[{name}]", oracle="RFC 9110 section 14", level=BREAKS, impact=impact)
        )
        for name, pair in ranges.items()
    ]


@pytest.mark.parametrize(("range_", "wanted"), _ranges("range", RANGES | OF_PLAIN))
def test_a_part_of_an_object_is_served(plain, range_, wanted):
    """A range is answered with 206, the bytes asked for, and where they are."""
    _serves(plain.get("data", range_=range_), wanted)


@pytest.mark.parametrize(("range_", "wanted"), _ranges("dlo-range", RANGES | OF_SEGMENTS))
def test_a_part_of_a_large_object_is_served_across_its_segments(large, range_, wanted):
    """A range of a large object is answered as if its segments were one (trackers 13452, 16594)."""
    _serves(large.get("data", range_=range_), wanted)
    # RGW sends what is too much of a range in a packet of its own, on a busy machine later than the look at the end.
    large.session.client.settle(_FOLLOWS, after_bodies=True)


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


_EMPTY = "a registry that reads an empty file fails, or joins bytes that are not there"


@check("range-of-nothing", oracle="RFC 9110 section 15.5.17", level=BREAKS, impact=_EMPTY)
def test_an_open_range_of_an_empty_object_is_416_or_nothing(container):
    """`bytes=0-` of an empty object, which a registry always sends, is answered with 416, or 200 without bytes."""
    stored(container, "empty")
    answer = container.get("empty", range_="bytes=0-")
    assert answer.status in (200, 416)
    assert answer.status == 416 or answer.size == 0


@check("dlo-range-of-nothing", oracle="RFC 9110 section 15.5.17", level=MUST, impact=_EMPTY)
def test_an_open_range_of_a_large_object_without_segments_is_416_or_nothing(container):
    """The same of a manifest whose segments do not exist."""
    container.put_manifest("empty", SEGMENTS)
    answer = container.get("empty", range_="bytes=0-")
    assert answer.status in (200, 416)
    assert answer.status == 416 or answer.size == 0


@check(
    "ranges-of-several-parts",
    oracle="RFC 9110 section 15.3.7",
    level=MUST,
    impact="a client that asks for several parts joins the wrong bytes",
)
def test_several_ranges_are_served_as_parts_or_as_one_or_as_all(plain):
    """`bytes=0-1,4-5` is answered with parts that say where they are, with one of the two, or with everything."""
    answer = plain.get("data", range_="bytes=0-1,4-5")
    assert answer.status in (200, 206)
    if answer.status == 200:
        assert answer.kept == BYTES
    elif (answer.get("Content-Type") or "").startswith("multipart/byteranges"):
        assert b"bytes 0-1/10\r\n\r\n01\r\n" in answer.kept
        assert b"bytes 4-5/10\r\n\r\n45\r\n" in answer.kept
    else:
        shown = answer.get("Content-Range"), answer.kept
        assert shown in (("bytes 0-1/10", b"01"), ("bytes 4-5/10", b"45"), ("bytes 0-5/10", b"012345"))


_UNREADABLE = {
    "no-numbers": "bytes=a-b",
    "end-before-start": "bytes=5-3",
    "dash": "bytes=-",
    "nothing": "bytes=",
    "empty-suffix": "bytes=-0",
}


@pytest.mark.parametrize(
    "range_",
    [
        pytest.param(
            value,
            id=name,
            marks=check(
                f"range-unreadable[{name}]",
                oracle="RFC 9110 section 14.2",
                level=SHOULD,
                impact="a client that asks by mistake gets a part it did not ask for and takes it for the answer",
            ),
        )
        for name, value in _UNREADABLE.items()
    ],
)
def test_a_range_that_is_none_is_ignored_or_refused(plain, range_):
    """What is no range of bytes is answered with everything, or refused with 400 or 416."""
    answer = plain.get("data", range_=range_)
    assert answer.status in (200, 400, 416), f"{range_} is answered with {answer.status} {answer.kept!r}"
    assert answer.status != 200 or answer.kept == BYTES


@check(
    "range-of-another-unit",
    oracle="RFC 9110 section 14.2",
    level=MUST,
    impact="a client whose unit the gateway does not know gets a part of a blob for the whole",
)
def test_a_range_in_another_unit_is_ignored(plain):
    """`items=0-3` is answered as if there were no Range."""
    answer = plain.get("data", range_="items=0-3")
    assert answer.status == 200
    assert answer.kept == BYTES


@check(
    "range-on-head",
    oracle="RFC 9110 section 14.2",
    level=MUST,
    impact="a client takes a part's length for the blob's",
)
def test_head_with_a_range_tells_the_whole_or_says_that_it_does_not(plain, observer):
    """HEAD with Range tells the object's length, or says 206, which part, and of how much."""
    answer = plain.head("data", headers=[("Range", "bytes=2-3")])
    observer.observe("head-with-range", answer.status)
    assert answer.status in (200, 206)
    if answer.status == 200:
        assert answer.length in (None, len(BYTES))
    else:
        assert answer.get("Content-Range") == "bytes 2-3/10"


@check(
    "if-range-of-the-same",
    oracle="RFC 9110 section 13.1.5",
    level=SHOULD,
    impact="an interrupted pull begins anew instead of going on",
)
def test_a_range_of_what_is_still_the_same_is_served(plain):
    """If-Range with the object's own ETag is answered as without it."""
    etag = (plain.head("data").get("ETag") or "").strip('"')
    _ignored(plain.get("data", range_="bytes=2-3"))
    answer = plain.get("data", range_="bytes=2-3", headers=[("If-Range", f'"{etag}"')])
    assert answer.status == 206
    assert answer.kept == b"23"


# The RFC says "must"; but OpenStack Swift does not read If-Range either, and registries' clients compare digests.
@check(
    "if-range-of-another",
    oracle="RFC 9110 section 13.1.5",
    level=SHOULD,
    impact="a download that goes on after the object was replaced joins old bytes to new ones",
)
def test_a_range_of_what_is_no_longer_the_same_is_everything(plain):
    """If-Range with another ETag is answered with everything."""
    answer = plain.get("data", range_="bytes=2-3", headers=[("If-Range", '"00000000000000000000000000000000"')])
    assert answer.status == 200
    assert answer.kept == BYTES


_JOINED = "pull of any layer of more than a few MiB fails: its digest is wrong"


def _reads_in_pieces(container, name, content, places):
    for first, last in places:
        answer = container.get(name, range_=f"bytes={first}-{last}")
        assert answer.status in (200, 206)
        wanted = content if answer.status == 200 else content.part(first, last + 1)
        assert answer.sha256 == wanted.sha256, f"bytes {first}-{last}: {answer.size} other bytes"
        if answer.status == 206:
            assert answer.get("Content-Range") == f"bytes {first}-{last}/{content.size}"


@check("range-deep-inside", oracle="RFC 9110 section 14", level=BREAKS, impact=_JOINED)
def test_a_range_deep_inside_an_object_has_its_bytes(container):
    """Ranges of an object of 5 MiB have their bytes: around 1 MiB, across 4 MiB where RGW cuts objects, at the end."""
    content = generated("range-deep-inside", 5 * MIB)
    stored(container, "layer", content)
    places = [(MIB - 5, MIB + 70_000), (4 * MIB - 100_000, 4 * MIB + 100_000), (5 * MIB - 10, 5 * MIB - 1)]
    _reads_in_pieces(container, "layer", content, places)


@check("dlo-range-deep-inside", oracle="RFC 9110 section 14", level=BREAKS, impact=_JOINED)
def test_a_range_across_large_segments_has_its_bytes(container):
    """Ranges that cross the borders of segments of more than 1 MiB have their bytes."""
    content = generated("dlo-range-deep-inside", 3 * MIB + 30)
    size = MIB + 10
    for number in range(3):
        stored(container, f"{SEGMENTS}{number:016}", content.part(number * size, (number + 1) * size))
    stored_manifest(container, "layer", f"{container.name}/{SEGMENTS}")
    _reads_in_pieces(container, "layer", content, [(size - 1, 2 * size - 1), (MIB - 70_000, 3 * size - 1)])


@check("whole-in-open-ranges", oracle="registry: swift.go, `Reader` sends bytes=N-", level=BREAKS, impact=_JOINED)
def test_open_ranges_serve_all_that_is_left(container):
    """`bytes=N-` serves an object of 2 MiB from N to its end, wherever N is."""
    content = generated("whole-in-open-ranges", 2 * MIB + 1)
    stored(container, "layer", content, chunked=True)
    for first in (0, 1, MIB, MIB + 1, 2 * MIB):
        answer = container.get("layer", range_=f"bytes={first}-")
        assert answer.status in (200, 206)
        wanted = content if answer.status == 200 else content.part(first, content.size)
        assert answer.sha256 == wanted.sha256, f"from byte {first}: {answer.size} other bytes"


@check("two-objects-in-turn", oracle="RFC 9112 section 9.3.2", level=BREAKS, impact=_JOINED)
def test_two_objects_of_one_size_are_not_mixed_up(container):
    """Two objects of the same size, read in turn on one connection, have each its own bytes."""
    contents = {name: generated(f"two-objects-{name}", 300_000) for name in ("one", "two")}
    for name, content in contents.items():
        stored(container, name, content)
    for name in ("one", "two", "two", "one", "one", "two"):
        answer = container.get(name)
        assert answer.status == 200
        assert answer.sha256 == contents[name].sha256, f"the body of {name!r} is another"
