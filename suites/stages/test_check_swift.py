"""What was written over Swift before is there, byte for byte, and can be gone on with: `--stage check`.

Each answer is held against what was told and written before, not against what this suite would write today.
"""

import pytest

from fixtures.stages import contents
from fixtures.stages.comparing import (
    bytes_differ,
    fields_differ,
    head_differs,
    piece_differs,
)
from fixtures.stages.model import objects_of
from suites.claims import BREAKS, MUST, check, untested

_OBJECTS = (*contents.SIZES, *contents.NAMES)
_LARGE = tuple(contents.SEGMENTED)
_GET = "Swift API, Get object content and metadata"
_HEAD = "Swift API, Show object metadata"
_LIST = "Swift API, Show container details and list objects"


def _cases(name, values, **claim):
    return [pytest.param(value, id=value, marks=check(f"{name}[{value}]", **claim)) for value in values]


@pytest.fixture
def one(prepared):
    """A prepared object by its case, with its container."""

    def found(item, case):
        container, facts = prepared.container(item)
        for kept in objects_of(facts):
            if kept.case == case:
                return container, kept
        return untested(f"this stage has no object {case}: it was not acknowledged")

    return found


def _unlike(differences):
    """The first difference of many, and how many there are."""
    found = [difference for difference in differences if difference]
    assert not found, f"{len(found)} differ; the first: {found[0]}"


@pytest.mark.parametrize(
    "case",
    _cases("stage-object", _OBJECTS, oracle=_GET, level=BREAKS, impact="blobs and links from before are lost"),
)
def test_an_object_is_there(case, one):
    """GET brings the bytes that were written, under the name that they were written under."""
    container, kept = one("swift-objects", case)
    difference = bytes_differ(kept, container.get(kept.name))
    assert not difference, f"{kept.name[:60]!r}: {difference}"


@pytest.mark.parametrize(
    "case",
    _cases("stage-object-head", _OBJECTS, oracle=_HEAD, level=BREAKS, impact="blobs from before have the wrong size"),
)
def test_head_tells_what_it_told(case, one):
    """HEAD tells the size that was written, and that it is no large object."""
    container, kept = one("swift-objects", case)
    difference = head_differs(kept, container.head(kept.name))
    assert not difference, f"{kept.name[:60]!r}: {difference}"


@check("stage-object-fields", oracle=_HEAD, level=MUST, impact="dates, types, ETags or metadata of blobs change")
def test_fields_stay(prepared):
    """HEAD tells the ETag, date, type and metadata that it told before."""
    container, facts = prepared.container("swift-objects")
    _unlike(
        difference and f"{kept.name[:60]!r}: {difference}"
        for kept in objects_of(facts)
        for difference in [fields_differ(kept, container.head(kept.name))]
    )


@pytest.mark.parametrize(
    "case",
    _cases(
        "stage-object-range",
        [case for case in _OBJECTS if contents.ranges_of(contents.SIZES.get(case, 0))],
        oracle="RFC 9110 section 14.2",
        level=BREAKS,
        impact="a pull that goes on after the upgrade joins the wrong bytes",
    ),
)
def test_parts_of_an_object_are_there(case, one):
    """A range brings the bytes that are there, also across RGW's stripes."""
    container, kept = one("swift-objects", case)
    _unlike(piece_differs(piece, container.get(kept.name, range_=piece.range)) for piece in kept.pieces)


@pytest.mark.parametrize(
    "case",
    _cases("stage-large-object", _LARGE, oracle=_GET, level=BREAKS, impact="layers from before cannot be pulled"),
)
def test_a_large_object_is_there(case, one):
    """GET of a large object brings its segments, one after another."""
    container, kept = one("swift-large", case)
    difference = bytes_differ(kept, container.get(kept.name))
    assert not difference, difference


@pytest.mark.parametrize(
    "case",
    _cases(
        "stage-large-object-head",
        _LARGE,
        oracle="registry: swift.go, `Stat`",
        level=BREAKS,
        impact="layers from before have the wrong size, or are taken for plain objects",
    ),
)
def test_a_large_object_is_told(case, one):
    """HEAD tells the size of all segments, and where they are."""
    container, kept = one("swift-large", case)
    difference = head_differs(kept, container.head(kept.name))
    assert not difference, difference


@check("stage-large-object-fields", oracle=_HEAD, level=MUST, impact="dates, types or ETags of layers change")
def test_fields_of_large_objects_stay(prepared):
    """HEAD tells the ETag, date and type that it told before."""
    container, facts = prepared.container("swift-large")
    _unlike(
        difference and f"{kept.name}: {difference}"
        for kept in objects_of(facts)
        for difference in [fields_differ(kept, container.head(kept.name))]
    )


@pytest.mark.parametrize(
    "case",
    _cases(
        "stage-large-object-range",
        [case for case in _LARGE if case != "no-segments"],
        oracle="RFC 9110 section 14.2",
        level=BREAKS,
        impact="a pull that goes on after the upgrade joins the wrong bytes",
    ),
)
def test_parts_of_a_large_object_are_there(case, one):
    """An open range, as registries ask, brings the bytes from there to the end, also across segments."""
    container, kept = one("swift-large", case)
    whole = container.get(kept.name)
    assert whole.sha256 == kept.sha256
    for piece in kept.pieces:
        first = int(piece.range.removeprefix("bytes=").partition("-")[0])
        answer = container.get(kept.name, range_=f"bytes={first}-")
        assert answer.status == 206, f"bytes={first}- is answered with {answer.status}"
        assert answer.kept == whole.kept[first:], f"bytes={first}- brings {answer.size} other bytes"
