"""Objects that end by themselves: X-Delete-At and X-Delete-After (Swift API, "Schedule objects for deletion")."""

import time

import pytest

from suites.claims import MUST, OBSERVED, blocked, check
from suites.swift.saying import came_true, is_count, stored

_ORACLE = "Swift API, Schedule objects for deletion"
_GONE_WITHIN = 6.0
"""Seconds within which what lives for one second must be gone: clocks of gateways are counted in whole seconds."""


def _freed(container, name):
    """Put over what is over, so that it can be deleted: Swift lists it until a daemon removes it."""
    container.put(name, b"")


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(
            field,
            id=field.lower(),
            marks=check(
                f"expires[{field.lower()}]",
                oracle=_ORACLE,
                level=MUST,
                impact="what should end by itself stays for ever",
            ),
        )
        for field in ("X-Delete-After", "X-Delete-At")
    ],
)
def test_an_object_is_gone_when_its_time_is_over(container, field):
    """An object that is to live for a second or two is there at first, and then GET and HEAD say 404."""
    value = 1 if field == "X-Delete-After" else int(time.time()) + 2
    stored(container, "short", b"1", headers=[(field, str(value))])
    stored(container, "long", b"1", headers=[("X-Delete-After", "3600")])
    assert came_true(lambda: container.head("short").status == 404, _GONE_WITHIN), f"still there after {_GONE_WITHIN} s"
    assert container.get("short").status == 404
    assert container.get("long").kept == b"1"
    _freed(container, "short")


@check("expires-is-told", oracle=_ORACLE, level=MUST, impact="nobody can tell when an object will end")
def test_the_end_of_an_object_is_told(container):
    """HEAD and GET have X-Delete-At: what a PUT said in it, or about now and X-Delete-After."""
    at = int(time.time()) + 3600
    stored(container, "at", b"1", headers=[("X-Delete-At", str(at))])
    stored(container, "after", b"1", headers=[("X-Delete-After", "3600")])
    for answer in (container.head("at"), container.get("at")):
        assert answer.get("X-Delete-At") == str(at)
    told = container.head("after").get("X-Delete-At") or ""
    assert is_count(told), f"X-Delete-At is {told!r}"
    # A gateway's clock may be some seconds from ours.
    assert abs(int(told) - at) < 300


_WRONG = {
    "after-text": ("X-Delete-After", "soon"),
    "after-negative": ("X-Delete-After", "-1"),
    "at-text": ("X-Delete-At", "tomorrow"),
    "at-past": ("X-Delete-At", "1000000000"),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(
            *case,
            id=id_,
            marks=check(
                f"expires-refused[{id_}]",
                oracle=_ORACLE,
                level=MUST,
                impact="what should end by itself stays for ever, or is gone at once",
            ),
        )
        for id_, case in _WRONG.items()
    ],
)
def test_a_time_that_is_none_is_refused(container, field, value):
    """PUT with a time that is no number, or is over, is answered with 400, and stores nothing."""
    assert container.put("new", b"1", headers=[(field, value)]).status == 400
    assert container.head("new").status == 404


@check("expires-by-post", oracle=_ORACLE, level=MUST, impact="the end of an object cannot be changed")
def test_the_end_of_an_object_can_be_set_and_taken_away(container):
    """POST with X-Delete-After sets the end of an object, and one with X-Remove-Delete-At takes it away."""
    stored(container, "data", b"1")
    ask = container.session.ask
    assert ask("POST", container.name, "data", headers=[("X-Delete-After", "3600")]).status == 202
    assert container.head("data").get("X-Delete-At") is not None
    assert ask("POST", container.name, "data", headers=[("X-Remove-Delete-At", "x")]).status == 202
    assert container.head("data").get("X-Delete-At") is None
    assert container.get("data").kept == b"1"


@check("expires-put-over", oracle=_ORACLE, level=MUST, impact="a tag that is pushed again vanishes by itself")
def test_a_put_over_an_object_with_an_end_has_none(container):
    """PUT without a time over an object with one: the new object has none, and outlives the old one."""
    stored(container, "data", b"old", headers=[("X-Delete-After", "1")])
    stored(container, "data", b"new")
    stored(container, "other", b"old", headers=[("X-Delete-After", "1")])
    assert container.head("data").get("X-Delete-At") is None
    if not came_true(lambda: container.head("other").status == 404, _GONE_WITHIN):
        blocked("an object whose time is over is still there")
    assert container.get("data").kept == b"new"
    _freed(container, "other")


@check("expires-in-listing", oracle=_ORACLE, level=OBSERVED, impact="shows how long a listing shows what is over")
def test_what_is_over_in_a_listing(container, observer):
    """Whether an object is still listed when GET says that it is gone."""
    stored(container, "data", b"1", headers=[("X-Delete-After", "1")])
    came_true(lambda: container.head("data").status == 404, _GONE_WITHIN)
    observer.observe("listed", [row.get("name") for row in container.rows()] == ["data"])
    _freed(container, "data")
