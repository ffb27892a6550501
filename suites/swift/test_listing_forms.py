"""The forms of a listing: JSON, XML and plain text, what a row says of an object, and what the answer's head says.

Swift API, "Show container details and list objects" and "Response formats".
"""

import re
from datetime import datetime

import pytest

from fixtures.wire.documents import Unreadable, document
from suites.claims import BREAKS, MUST, OBSERVED, SHOULD, check
from suites.swift.stored import md5, stored

_LIST = "Swift API, Show container details and list objects"
_FORMS = "Swift API, Response formats"
_ROW = "the registry takes files for others: it reads size, hash and date of each row"
# ncw/swift swift.go, `Objects`: the date is cut at its fraction and read as 2006-01-02T15:04:05; without one as it is.
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", re.ASCII)


@pytest.fixture
def two(container):
    """A container with an object and a directory."""
    stored(container, "a", b"12345", headers=[("Content-Type", "application/x-layer")])
    stored(container, "b/c", b"67")
    return container


def _row(container, name):
    rows = [row for row in container.rows() if row.get("name") == name]
    assert len(rows) == 1, f"{len(rows)} rows of {name!r}"
    return rows[0]


def _read(text, form):
    """A date in UTC, as everything that Swift says of time."""
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - both sides are UTC, and only compared
    except ValueError as error:
        raise AssertionError(f"{text!r} is no date") from error


@check("listing-row", oracle=_LIST, level=BREAKS, impact=_ROW)
def test_a_row_tells_size_hash_and_type(two):
    """A row in JSON has the object's size as a number, its Etag without quotes, and its Content-Type."""
    row = _row(two, "a")
    assert row.get("bytes") == 5
    assert row.get("hash") == md5(b"12345")
    assert row.get("content_type") == "application/x-layer"


@check("listing-row-date", oracle="registry: ncw/swift, `Objects` reads last_modified", level=BREAKS, impact=_ROW)
def test_a_row_has_a_date_that_drivers_read(two):
    """`last_modified` is `2006-01-02T15:04:05` with or without a fraction, and the date that HEAD tells."""
    said = str(_row(two, "a").get("last_modified"))
    assert _DATE.fullmatch(said), f"last_modified is {said!r}"
    modified = _read(said[:19], "%Y-%m-%dT%H:%M:%S")
    shown = _read(two.head("a").get("Last-Modified") or "", "%a, %d %b %Y %H:%M:%S GMT")
    # HEAD rounds up (RFC 9110 has no fractions; swift request_helpers.py), a row does not round.
    assert abs((shown - modified).total_seconds()) <= 1


@check("listing-row-follows-overwrite", oracle=_LIST, level=BREAKS, impact=_ROW)
def test_a_row_follows_its_object(two):
    """After an overwrite the row has the new size and hash."""
    stored(two, "a", b"other bytes")
    row = _row(two, "a")
    assert (row.get("bytes"), row.get("hash")) == (11, md5(b"other bytes"))


@check("listing-subdir-row", oracle=_LIST, level=BREAKS, impact="the registry does not find its repositories and tags")
def test_a_row_of_a_directory_is_its_path_and_a_slash(two):
    """A directory is a row with `subdir`, which ends with the delimiter, and without `name` (swift.go, `Stat`)."""
    rows = two.rows(prefix="b", delimiter="/", limit="1000")
    assert rows == [{"subdir": "b/"}]


_ASKED = {
    "json": ("format=json", None, "application/json"),
    "xml": ("format=xml", None, "application/xml"),
    "plain": ("format=plain", None, "text/plain"),
    "nothing": ("", None, "text/plain"),
    "accept-json": ("", "application/json", "application/json"),
    "accept-xml": ("", "application/xml", "application/xml"),
    "accept-plain": ("", "text/plain", "text/plain"),
    "accept-and-format": ("format=json", "application/xml", "application/json"),
}


@pytest.mark.parametrize(
    ("query", "accept", "type_"),
    [
        pytest.param(*case, id=name, marks=check(f"listing-form[{name}]", oracle=_FORMS, level=MUST, impact=_ROW))
        for name, case in _ASKED.items()
    ],
)
def test_a_listing_has_the_form_that_was_asked_for(two, query, accept, type_):
    """`format`, and without it Accept, choose JSON, XML or lines of text; Content-Type says which, in UTF-8."""
    headers = [("Accept", accept)] if accept else []
    answer = two.session.ask("GET", two.name, query=query, headers=headers)
    assert answer.status == 200
    told, _, charset = (answer.get("Content-Type") or "").lower().partition(";")
    assert told.strip() in (type_, type_.replace("application/xml", "text/xml"))
    assert charset.strip() in ("charset=utf-8", ""), charset
    begins = {"application/json": b"[{", "application/xml": b"<?xml", "text/plain": b"a\nb/c"}[type_]
    # Space between the tokens of JSON means nothing (RFC 8259 section 2).
    kept = b"".join(answer.kept.split()) if type_ == "application/json" else answer.kept
    assert kept.startswith(begins)


@check("listing-plain", oracle=_FORMS, level=MUST, impact="scripts that read listings lose names")
def test_a_plain_listing_has_a_name_on_each_line(two):
    """Plain text has a line for each name or subdir."""
    assert two.session.ask("GET", two.name).text.split("\n") in (["a", "b/c"], ["a", "b/c", ""])
    rolled = two.session.ask("GET", two.name, query={"delimiter": "/"})
    assert rolled.text.split("\n") in (["a", "b/"], ["a", "b/", ""])


@check("listing-xml", oracle=_FORMS, level=MUST, impact="clients that read XML lose rows")
def test_an_xml_listing_has_the_same_rows(container):
    """XML has object elements with name, hash, bytes and date, and subdir elements; names are escaped."""
    for name in ("a&<b>", "é", "sub/x"):
        stored(container, name, b"12345")
    answer = container.session.ask("GET", container.name, query={"format": "xml", "delimiter": "/"})
    assert answer.status == 200
    try:
        root = document(answer.kept)
    except Unreadable as error:
        raise AssertionError(f"the listing is {error}") from error
    assert [row.findtext("name") for row in root.iterfind("object")] == ["a&<b>", "é"]
    assert [row.findtext("hash") for row in root.iterfind("object")] == [md5(b"12345")] * 2
    assert [row.findtext("bytes") for row in root.iterfind("object")] == ["5", "5"]
    assert [row.get("name") or row.findtext("name") for row in root.iterfind("subdir")] == ["sub/"]


_NOTHING = {"plain": ("", (204, 200), b""), "json": ("format=json", (200,), b"[]"), "xml": ("format=xml", (200,), None)}


@pytest.mark.parametrize(
    ("query", "statuses", "body"),
    [
        pytest.param(
            *case, id=name, marks=check(f"listing-of-nothing-in[{name}]", oracle=_FORMS, level=MUST, impact=_ROW)
        )
        for name, case in _NOTHING.items()
    ],
)
def test_a_listing_of_nothing_is_empty(container, query, statuses, body):
    """Without a row, plain text is answered with 204 (or 200), JSON with 200 and [], XML with 200 and no object."""
    answer = container.session.ask("GET", container.name, query=query)
    assert answer.status in statuses
    assert body is None or answer.kept.strip() == body
    assert b"<object>" not in answer.kept


@check(
    "listing-counters",
    oracle=_LIST,
    level=MUST,
    impact="clients that read the counters of a listing fail (tracker 10666)",
)
def test_a_listing_tells_how_much_is_in_the_container(two):
    """GET of a container has the counters that HEAD has, whatever page is asked for."""
    for query in ("", "format=json", "format=json&limit=1"):
        answer = two.session.ask("GET", two.name, query=query)
        assert answer.get("X-Container-Object-Count") == "2"
        assert answer.get("X-Container-Bytes-Used") == "7"


@check(
    "listing-of-no-container",
    oracle=_LIST,
    level=BREAKS,
    impact="a registry on a wrong container looks like an empty one",
)
def test_a_listing_of_no_container_is_404(container):
    """A listing of a container that does not exist is answered with 404."""
    answer = container.session.ask("GET", f"{container.name}-gone", query="format=json")
    assert answer.status == 404


@check("listing-limit-of-nothing", oracle=_LIST, level=SHOULD, impact="none to a registry")
def test_a_limit_of_0_gives_no_row(two):
    """`limit=0` is answered with an empty list."""
    assert two.rows(limit="0") == []


@check("listing-largest-limit", oracle=_LIST, level=MUST, impact="a client that asks for the most it may is refused")
def test_the_largest_limit_is_served(two):
    """`limit=10000` is served."""
    assert len(two.rows(limit="10000")) == 2


@pytest.mark.parametrize(
    "limit",
    [
        pytest.param(
            value, id=value, marks=check(f"listing-odd-limit[{value}]", oracle=_LIST, level=OBSERVED, impact="none")
        )
        for value in ("10001", "-1", "x")
    ],
)
def test_what_an_odd_limit_is_answered_with(two, observer, limit):
    """Swift answers 412 to a limit above 10000 and passes over what is no number."""
    answer = two.session.ask("GET", two.name, query={"format": "json", "limit": limit})
    # The size of an error tells how long this container's name is.
    observer.observe("answer", [answer.status, answer.size if answer.status == 200 else 0])
