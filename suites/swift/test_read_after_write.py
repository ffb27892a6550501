"""What was acknowledged is seen at once, by everybody: on the same connection, on another, in the listing.

A registry counts on it: it asks for what it wrote a moment before, and never writes twice. RGW promises it (Ceph's
documentation: radosgw is strongly consistent); Swift promises it for objects that are new, and lists them soon.
"""

import hashlib

import pytest

from suites.claims import BREAKS, MUST, check
from suites.swift.saying import bare, came_true, stored

_READ = "registry: swift.go, `Stat` and `waitForSegmentsToShowUp` ask for what was written"
_OLD = "a push is acknowledged and a pull right after it gets the image of before, or none"
_CONNECTIONS = {"same-connection": "main", "other-connection": "other"}


def _each(id_, level=BREAKS, impact=_OLD):
    """One check on the connection that wrote, and one on another."""
    return [
        pytest.param(c, id=name, marks=check(f"{id_}[{name}]", oracle=_READ, level=level, impact=impact))
        for name, c in _CONNECTIONS.items()
    ]


def _open(container, connection):
    """Use a connection once, so that the next request on it loses no time."""
    container.head(connection=connection)


@pytest.mark.parametrize("connection", _each("head-after-put"))
def test_head_sees_what_was_put(container, connection):
    """HEAD right after a PUT has its length and its ETag."""
    _open(container, connection)
    stored(container, "new", b"first")
    answer = container.head("new", connection=connection)
    assert answer.status == 200, "HEAD does not see what was put a moment before"
    assert (answer.get("Content-Length"), bare(answer.get("ETag"))) == ("5", _md5(b"first"))


@pytest.mark.parametrize("connection", _each("get-after-put"))
def test_get_sees_what_was_put(container, connection):
    """GET right after a PUT has its bytes."""
    _open(container, connection)
    stored(container, "new", b"first", chunked=True)
    assert container.get("new", connection=connection).kept == b"first"


@pytest.mark.parametrize("connection", _each("put-after-404"))
def test_what_was_not_there_before_is_seen(container, connection):
    """HEAD, GET and a listing that found nothing find what was put since."""
    assert container.head("new", connection=connection).status == 404
    assert container.get("new", connection=connection).status == 404
    assert container.rows(prefix="new") == []
    stored(container, "new", b"first")
    assert container.head("new", connection=connection).status == 200
    assert container.get("new", connection=connection).kept == b"first"
    assert [row.get("name") for row in container.rows(prefix="new")] == ["new"]


@pytest.mark.parametrize("connection", _each("get-after-put-over"))
def test_get_sees_what_was_put_over(container, connection):
    """GET and HEAD right after a PUT over an object, which had been read before, have the new bytes and ETag."""
    stored(container, "tag", b"the first")
    assert container.get("tag", connection=connection).kept == b"the first"
    assert container.head("tag", connection=connection).get("Content-Length") == "9"
    stored(container, "tag", b"second")
    answer = container.get("tag", connection=connection)
    assert (answer.kept, bare(answer.get("ETag"))) == (b"second", _md5(b"second"))
    head = container.head("tag", connection=connection)
    assert (head.get("Content-Length"), bare(head.get("ETag"))) == ("6", _md5(b"second"))


@pytest.mark.parametrize("connection", _each("read-after-delete"))
def test_what_was_deleted_is_gone_at_once(container, connection):
    """HEAD and GET right after a DELETE say 404, also of what had been read before."""
    stored(container, "gone", b"1")
    assert container.get("gone", connection=connection).status == 200
    assert container.delete("gone").status == 204
    assert container.head("gone", connection=connection).status == 404
    assert container.get("gone", connection=connection).status == 404


@check(
    "list-after-put",
    oracle="registry: swift.go, `getAllSegments` lists the segments it has just written",
    level=BREAKS,
    impact="the registry does not see a segment that it wrote: the layer is cut short",
)
def test_a_listing_has_what_was_put(container):
    """A listing right after each of several PUTs has all of them, and the size of each as it is now."""
    for number in range(1, 5):
        stored(container, f"segments/{number:016}", b"s" * number, chunked=True)
        rows = [(row.get("name"), row.get("bytes")) for row in container.rows(prefix="segments/")]
        assert rows == [(f"segments/{n:016}", n) for n in range(1, number + 1)]


@check("list-after-put-over", oracle=_READ, level=MUST, impact="the registry takes a file for the one before it")
def test_a_listing_has_what_was_put_over(container):
    """A listing right after a PUT over an object has the new size and MD5."""
    stored(container, "tag", b"the first")
    assert [row.get("bytes") for row in container.rows()] == [9]
    stored(container, "tag", b"second")
    assert [(row.get("bytes"), row.get("hash")) for row in container.rows()] == [(6, _md5(b"second"))]


@check("list-after-delete", oracle=_READ, level=BREAKS, impact="the registry finds uploads and tags that are gone")
def test_a_listing_has_nothing_that_was_deleted(container):
    """A listing right after a DELETE, and one with a delimiter, do not have it any more."""
    for name in ("a/gone", "b/kept"):
        stored(container, name, b"1")
    assert [row.get("subdir") for row in container.rows(delimiter="/")] == ["a/", "b/"]
    container.delete("a/gone")
    assert [row.get("name") for row in container.rows()] == ["b/kept"]
    assert [row.get("subdir") for row in container.rows(delimiter="/")] == ["b/"]


@pytest.mark.parametrize("connection", _each("head-after-post", MUST, "what was noted of an object is not seen"))
def test_head_sees_what_was_posted(container, connection):
    """HEAD right after a POST has the new metadata, and not the old."""
    stored(container, "data", b"1", headers=[("X-Object-Meta-Color", "blue")])
    assert container.head("data", connection=connection).get("X-Object-Meta-Color") == "blue"
    container.session.ask("POST", container.name, "data", headers=[("X-Object-Meta-Color", "red")])
    assert container.head("data", connection=connection).get("X-Object-Meta-Color") == "red"


@check(
    "container-after-put", oracle=_READ, level=MUST, impact="whoever looks for the container that it just made fails"
)
def test_a_container_is_there_at_once(container):
    """HEAD of a container right after its PUT finds it, and an object can be put into it at once."""
    name = f"{container.name}-new"
    assert container.session.ask("HEAD", name).status == 404
    assert container.session.ask("PUT", name).status == 201
    assert container.session.ask("HEAD", name, connection="other").status in (200, 204)
    assert container.session.ask("PUT", name, "first").status == 201


@check("read-after-writes", oracle=_READ, level=BREAKS, impact=_OLD)
def test_every_one_of_many_writes_is_seen(container):
    """Of 60 PUTs over one object, each is seen by the GET after it, on two connections in turn."""
    for number in range(60):
        body = b"version %d" % number
        stored(container, "tag", body)
        assert container.get("tag", connection="main" if number % 2 else "other").kept == body


@check("counters-after-write", oracle="Swift API, Show container metadata", level=MUST, impact="quotas count wrongly")
def test_counters_are_soon_what_was_written(container):
    """X-Container-Object-Count is soon the number of objects, after ten PUTs and after ten DELETEs."""
    for number in range(10):
        stored(container, f"{number}", b"1")
    assert came_true(lambda: container.head().get("X-Container-Object-Count") == "10")
    for number in range(10):
        container.delete(f"{number}")
    assert came_true(lambda: container.head().get("X-Container-Object-Count") == "0")


def _md5(body):
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
