"""Deleting: one object, many in one request, and what is told of what was deleted.

A registry deletes one by one unless `/info` names how many one request may delete (distribution, swift.go, `Delete`);
then it reads `Number Deleted`, `Number Not Found` and `Errors` (ncw/swift, `BulkDelete`).
"""

import pytest

from fixtures.wire.client import NoAnswer
from suites.claims import BREAKS, MUST, check, unsupported
from suites.swift.saying import stored

_DELETE = "Swift API, Delete object"
_BULK = "Swift API, Bulk delete"
_STAYS = "what was deleted is still there, or what was not is gone: garbage collection leaves the registry broken"


@check("delete", oracle=_DELETE, level=BREAKS, impact="every push fails at its end: uploads cannot be cleaned away")
def test_an_object_can_be_deleted(container):
    """DELETE is answered with 204; GET, HEAD and the listing say that the object is gone, and another is not."""
    stored(container, "gone", b"1")
    stored(container, "kept", b"2")
    assert container.delete("gone").status == 204
    assert container.get("gone").status == 404
    assert container.head("gone").status == 404
    assert [row.get("name") for row in container.rows()] == ["kept"]
    assert container.get("kept").kept == b"2"


@check(
    "delete-again",
    oracle=_DELETE,
    level=MUST,
    impact="clients cannot tell that there was nothing to delete",
)
def test_what_is_gone_cannot_be_deleted_again(container):
    """DELETE of what was deleted, and of what never was, is answered with 404."""
    stored(container, "gone", b"1")
    container.delete("gone")
    assert container.delete("gone").status == 404
    assert container.delete("never").status == 404


@check("delete-put-again", oracle=_DELETE, level=BREAKS, impact="a tag that was deleted cannot be pushed again")
def test_what_was_deleted_can_be_put_again(container):
    """PUT after DELETE is answered with 201, and the new bytes are there, with none of the metadata of before."""
    stored(container, "tag", b"first", headers=[("X-Object-Meta-Old", "1")])
    container.delete("tag")
    assert container.put("tag", b"second").status == 201
    answer = container.get("tag")
    assert (answer.kept, answer.get("X-Object-Meta-Old")) == (b"second", None)
    assert [row.get("name") for row in container.rows()] == ["tag"]


@check("delete-prefix", oracle=_DELETE, level=BREAKS, impact=_STAYS)
def test_only_the_very_name_is_deleted(container):
    """DELETE of `a/b` leaves `a/b/c`, `a/bc` and `a` alone."""
    for name in ("a", "a/b", "a/b/c", "a/bc"):
        stored(container, name, b"1")
    assert container.delete("a/b").status == 204
    assert [row.get("name") for row in container.rows()] == ["a", "a/b/c", "a/bc"]


@check("delete-answer", oracle="RFC 9110 section 15.3.5", level=MUST, impact="the next answer is misread")
def test_the_answer_to_a_delete_is_empty(container):
    """DELETE is answered with a 204 without a body; unless it says close, the connection carries the next request."""
    stored(container, "gone", b"1")
    answer = container.delete("gone")
    assert (answer.status, answer.size) == (204, 0)
    exchange = container.session.send("HEAD", container.name, "gone")
    closes = (answer.get("Connection") or "").lower() == "close"
    assert (exchange.status, closes or exchange.position > 0) == (404, True)


@check("delete-many", oracle=_DELETE, level=BREAKS, impact=_STAYS)
def test_many_objects_are_deleted_one_by_one(container):
    """Sixty objects are put and deleted in turn; then the listing is empty."""
    names = [f"{n:x}/data" for n in range(60)]
    for name in names:
        stored(container, name, b"1")
    assert {container.delete(name).status for name in names} == {204}
    assert container.rows() == []


def _bulk(container, *names, method="POST"):
    """What a bulk delete is answered with; unsupported where the gateway does not know it."""
    exchange = container.session.bulk_delete([(container.name, name) for name in names], method=method)
    if exchange.response is None or exchange.status is None:
        raise NoAnswer(exchange)
    if exchange.status in (404, 405, 501):
        unsupported(f"a bulk delete is answered with {exchange.status}")
    assert exchange.status == 200
    try:
        said = exchange.response.json()
    except ValueError as error:
        raise NoAnswer(exchange, f"the answer to a bulk delete is not JSON ({error})") from error
    if not isinstance(said, dict):
        raise NoAnswer(exchange, "the answer to a bulk delete is not an object")
    return said


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(
            m, id=m.lower(), marks=check(f"bulk-delete[{m.lower()}]", oracle=_BULK, level=BREAKS, impact=_STAYS)
        )
        for m in ("POST", "DELETE")
    ],
)
def test_objects_can_be_deleted_in_bulk(container, method):
    """A bulk delete counts what it deleted and what was not there, has no errors, and leaves other objects alone."""
    for name in ("one", "two/three", "kept"):
        stored(container, name, b"1")
    said = _bulk(container, "one", "two/three", "never", method=method)
    assert (said.get("Number Deleted"), said.get("Number Not Found"), said.get("Errors")) == (2, 1, [])
    assert str(said.get("Response Status")).startswith("200")
    assert [row.get("name") for row in container.rows()] == ["kept"]


@check("bulk-delete-names", oracle=_BULK, level=BREAKS, impact=_STAYS)
def test_names_of_a_bulk_delete_are_percent_encoded(container):
    """A bulk delete decodes its lines: names with space, percent, plus, question mark and UTF-8 are deleted."""
    names = ["a b", "a%20b", "a+b", "a?b#c", "ä€", "_a"]
    for name in [*names, "a b c"]:
        stored(container, name, b"1")
    assert _bulk(container, *names).get("Number Deleted") == len(names)
    assert [row.get("name") for row in container.rows()] == ["a b c"]


@check("bulk-delete-many", oracle=_BULK, level=BREAKS, impact=_STAYS)
def test_a_bulk_delete_may_be_of_a_hundred(container):
    """A bulk delete of 100 objects and 100 names that are none counts both."""
    names = [f"{n:02x}" for n in range(100)]
    for name in names:
        stored(container, name)
    said = _bulk(container, *names, *(f"none/{name}" for name in names))
    assert (said.get("Number Deleted"), said.get("Number Not Found")) == (100, 100)
    assert container.rows() == []


@check("bulk-delete-none", oracle=_BULK, level=MUST, impact="clients take a delete for done that was refused")
def test_a_bulk_delete_of_nothing_is_told_in_its_body(container):
    """A bulk delete without names has counted nothing, and says so in `Response Status`: 400."""
    said = _bulk(container)
    assert (said.get("Number Deleted"), said.get("Number Not Found")) == (0, 0)
    assert str(said.get("Response Status")).startswith("400")


@check("bulk-delete-container", oracle=_BULK, level=MUST, impact="a bulk delete takes a container that is in use")
def test_a_bulk_delete_does_not_take_a_container_with_objects(container):
    """A bulk delete of a container that is not empty has an error for it, and deletes nothing."""
    stored(container, "kept", b"kept")
    said = _bulk(container, "")
    assert said.get("Number Deleted") == 0
    assert isinstance(said.get("Errors"), list)
    assert len(said["Errors"]) == 1
    assert container.get("kept").kept == b"kept"
