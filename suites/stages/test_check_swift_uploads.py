"""What was under way over Swift is gone on with, and what was there is copied, replaced and deleted: `--stage check`.

Each check takes one of the rounds that were prepared, so that it can be repeated after each step of an upgrade.
"""

import pytest

from fixtures.stages import contents
from fixtures.stages.comparing import bytes_differ, head_differs
from fixtures.stages.swift import upload_goes_on
from suites.claims import BREAKS, check, untested
from suites.swift.rows import listed


@pytest.fixture
def taken(prepared):
    """The container with what is under way, and the next round for something."""

    def of(what):
        container, facts = prepared.container("swift-uploads")
        number = prepared.round(f"swift-{what}")
        if number not in facts["rounds"]:
            untested(f"round {number} was not acknowledged in preparation")
        return container, number

    return of


@check(
    "stage-upload-goes-on",
    oracle="registry: swift.go, `Writer`",
    level=BREAKS,
    impact="a push that was under way during the upgrade fails",
)
def test_an_upload_goes_on(taken):
    """A large object whose first segments were written before gets its last one and its manifest, and is whole."""
    container, number = taken("upload")
    segments = listed(container, prefix=f"segments/{number}/")
    assert segments == [f"segments/{number}/{n:016}" for n in (1, 2)], f"the segments from before are {segments}"
    done, whole = upload_goes_on(container.name, number, container.session)
    assert done.status == 201, f"the manifest is answered with {done.status}"
    difference = head_differs(whole, container.head(whole.name)) or bytes_differ(whole, container.get(whole.name))
    assert not difference, difference


@check(
    "stage-copy",
    oracle="Swift API, Copy object",
    level=BREAKS,
    impact="push on a base from before fails: nothing moves",
)
def test_an_object_from_before_is_copied(taken):
    """COPY of an object from before brings its bytes under another name."""
    container, number = taken("copy")
    there = [("Destination", f"{container.name}/copies/{number}")]
    answer = container.session.ask("COPY", container.name, f"copied/{number}", headers=there)
    assert answer.status == 201, f"COPY is answered with {answer.status}"
    assert container.get(f"copies/{number}").sha256 == contents.small(f"copied {number}").sha256


@check("stage-replace", oracle="Swift API, Create or replace object", level=BREAKS, impact="tags cannot be moved")
def test_an_object_from_before_is_replaced(taken):
    """PUT over an object from before replaces it, and it is listed once."""
    container, number = taken("replace")
    name, new = f"replaced/{number}", contents.small(f"new {number} and longer than before")
    assert container.put(name, new).status == 201
    assert container.get(name).sha256 == new.sha256
    rows = container.rows(prefix="replaced/")
    assert [row.get("bytes") for row in rows if row.get("name") == name] == [new.size]


@check("stage-delete", oracle="Swift API, Delete object", level=BREAKS, impact="garbage-collect frees no old blob")
def test_an_object_from_before_is_deleted(taken):
    """DELETE of an object from before takes it out of the container and its listing."""
    container, number = taken("delete")
    name = f"deleted/{number}"
    assert container.delete(name).status == 204
    assert container.head(name).status == 404
    assert name not in listed(container, prefix="deleted/")


@check(
    "stage-delete-large-object",
    oracle="registry: swift.go, `Delete`",
    level=BREAKS,
    impact="garbage-collect frees no old layer",
)
def test_a_large_object_from_before_is_deleted(taken):
    """A manifest from before and its segments are deleted, as a registry does: the manifest tells where they are."""
    container, number = taken("delete-large")
    name, at = f"deleted-large/{number}", f"dead/{number}/"
    assert container.head(name).get("X-Object-Manifest") == f"{container.name}/{at}"
    for gone in (name, *listed(container, prefix=at)):
        assert container.delete(gone).status == 204
    assert listed(container, prefix=at) == []
    assert container.head(name).status == 404
