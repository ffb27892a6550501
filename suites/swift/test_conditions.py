"""Conditional reads: clients that keep what they read, and caches between them and a gateway, live by these.

RFC 9110 section 13 is the oracle. Swift's ETags have no quotes, so clients say them back with and without.
"""

import pytest

from suites.claims import MUST, OBSERVED, check
from suites.swift.saying import bare, is_http_date, stored

_PAST = "Wed, 25 Nov 2015 14:27:23 GMT"
_FUTURE = "Sat, 25 Nov 2056 14:27:23 GMT"
_CASES = {
    "if-match": ("If-Match", '"{etag}"', 200),
    "if-match-bare": ("If-Match", "{etag}", 200),
    "if-match-any": ("If-Match", "*", 200),
    "if-match-list": ("If-Match", '"0", "{etag}"', 200),
    "if-match-other": ("If-Match", '"00000000000000000000000000000000"', 412),
    "if-none-match": ("If-None-Match", '"{etag}"', 304),
    "if-none-match-bare": ("If-None-Match", "{etag}", 304),
    "if-none-match-any": ("If-None-Match", "*", 304),
    "if-none-match-list": ("If-None-Match", '"0", "{etag}"', 304),
    "if-none-match-other": ("If-None-Match", '"00000000000000000000000000000000"', 200),
    "if-modified-since-past": ("If-Modified-Since", _PAST, 200),
    "if-modified-since-then": ("If-Modified-Since", "{date}", 304),
    "if-modified-since-nonsense": ("If-Modified-Since", "yesterday", 200),
    "if-unmodified-since-past": ("If-Unmodified-Since", _PAST, 412),
    "if-unmodified-since-then": ("If-Unmodified-Since", "{date}", 200),
    "if-unmodified-since-future": ("If-Unmodified-Since", _FUTURE, 200),
    "if-unmodified-since-nonsense": ("If-Unmodified-Since", "yesterday", 200),
}


@pytest.fixture
def known(container):
    """An object, with its ETag and its date as HEAD tells them."""
    stored(container, "data", b"hello")
    answer = container.head("data")
    return container, {"etag": bare(answer.get("ETag")), "date": answer.get("Last-Modified") or ""}


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        pytest.param(
            *case,
            id=id_,
            marks=check(
                f"condition[{id_}]",
                oracle="RFC 9110 section 13.1",
                level=MUST,
                impact="caches serve what is out of date, or clients read what they have again",
            ),
        )
        for id_, case in _CASES.items()
    ],
)
def test_a_condition_decides_what_is_answered(known, field, value, status):
    """GET and HEAD with this condition are answered with this status; a 304 and a 412 do not serve the object."""
    container, said = known
    headers = [(field, value.format(**said))]
    for method in ("GET", "HEAD"):
        answer = container.session.ask(method, container.name, "data", headers=headers)
        assert answer.status == status, f"{method} is answered with {answer.status}, not with {status}"
        if method == "GET":
            assert (answer.kept == b"hello") is (status == 200)


@check(
    "not-modified-etag",
    oracle="RFC 9110 section 15.4.5",
    level=MUST,
    impact="caches cannot tell which of the things they keep is still good",
)
def test_a_304_has_the_etag_of_the_object(known):
    """A 304 has the ETag that the 200 would have."""
    container, said = known
    answer = container.get("data", headers=[("If-None-Match", f'"{said["etag"]}"')])
    assert answer.status == 304
    assert bare(answer.get("ETag")) == said["etag"]


@check(
    "not-modified-date",
    oracle="RFC 9111 section 3.2: a cache takes the fields of a 304 over",
    level=MUST,
    impact="caches note of a layer that it is of 1970, and find it changed ever after",
)
def test_a_304_does_not_tell_another_date(known):
    """Last-Modified of a 304, where there is one, is that of the object."""
    container, said = known
    answer = container.get("data", headers=[("If-None-Match", f'"{said["etag"]}"')])
    assert answer.status == 304
    assert is_http_date(said["date"])
    assert answer.get("Last-Modified") in (None, said["date"])


@check(
    "condition-weak",
    oracle="RFC 9110 section 8.8.3.2",
    level=OBSERVED,
    impact="shows whether clients behind a proxy that weakens ETags read everything again",
)
def test_a_weak_etag(known, observer):
    """GET with the ETag as a weak one in If-None-Match: its status (Swift itself says 200)."""
    container, said = known
    observer.observe("status", container.get("data", headers=[("If-None-Match", f'W/"{said["etag"]}"')]).status)


@check(
    "condition-after-write",
    oracle="RFC 9110 section 13.1.2",
    level=MUST,
    impact="clients keep an image that was replaced",
)
def test_a_condition_is_judged_by_what_is_there_now(known):
    """After another PUT, the ETag of before is answered with 200 in If-None-Match, and with 412 in If-Match."""
    container, said = known
    stored(container, "data", b"other")
    etag = f'"{said["etag"]}"'
    assert container.get("data", headers=[("If-None-Match", etag)]).kept == b"other"
    assert container.get("data", headers=[("If-Match", etag)]).status == 412
