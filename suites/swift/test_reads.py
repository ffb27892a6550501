"""Reading objects: what HEAD and GET say of one, and that both say the same."""

import hashlib

import pytest

from fixtures.wire.content import generated
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.swift.saying import bare, is_http_date, is_timestamp, stored

_SHOW = "Swift API, Show object metadata"
_BODY = b"hello, registry"
_FIELDS = [
    ("Content-Type", "application/vnd.oci.image.manifest.v1+json"),
    ("Content-Disposition", 'attachment; filename="a b"'),
    ("X-Object-Meta-One", "1"),
]
_OWN = ("Date", "X-Trans-Id", "X-Openstack-Request-Id", "Connection", "Keep-Alive", "Transfer-Encoding", "Age", "Via")


def _both(id_, level, impact, oracle=_SHOW):
    """One check for HEAD and one for GET; `level` of each, or of both."""
    levels = level if isinstance(level, dict) else {"HEAD": level, "GET": level}
    return [
        pytest.param(m, id=m.lower(), marks=check(f"{id_}[{m.lower()}]", oracle=oracle, level=levels[m], impact=impact))
        for m in ("HEAD", "GET")
    ]


@check("head-is-get", oracle="RFC 9110 section 9.3.2", level=MUST, impact="what HEAD tells of a layer is not so")
def test_head_says_all_that_get_says(container):
    """HEAD of an object has every field that GET has, with the same values."""
    stored(container, "data", _BODY, headers=_FIELDS)
    head, get = container.head("data"), container.get("data")
    names = {f.name.decode("latin-1").title() for answer in (head, get) for f in answer.head.fields} - set(_OWN)
    assert {name: (head.get(name), get.get(name)) for name in names if head.get(name) != get.get(name)} == {}


@pytest.mark.parametrize(
    "method", _both("object-length", {"HEAD": BREAKS, "GET": MUST}, "the registry takes a layer for empty")
)
def test_an_object_has_its_length(container, method):
    """Content-Length is the number of bytes that were put."""
    stored(container, "data", _BODY)
    assert container.session.ask(method, container.name, "data").get("Content-Length") == str(len(_BODY))


@pytest.mark.parametrize("method", _both("object-etag", MUST, "clients cannot tell whether they got what was put"))
def test_an_object_has_its_etag(container, method):
    """ETag is the MD5 of what was put."""
    stored(container, "data", _BODY)
    etag = container.session.ask(method, container.name, "data").get("ETag")
    assert bare(etag) == hashlib.md5(_BODY, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("method", _both("object-last-modified", MUST, "the registry cannot tell how old an upload is"))
def test_an_object_has_a_date(container, method):
    """Last-Modified is an HTTP date of about now."""
    stored(container, "data", _BODY)
    value = container.session.ask(method, container.name, "data").get("Last-Modified")
    assert is_http_date(value), f"Last-Modified is {value!r}"


@pytest.mark.parametrize("method", _both("object-timestamp", MUST, "clients that sort by X-Timestamp fail"))
def test_an_object_has_a_timestamp(container, method):
    """X-Timestamp is seconds since the epoch with a fraction, of about now (tracker 8911)."""
    stored(container, "data", _BODY)
    value = container.session.ask(method, container.name, "data").get("X-Timestamp")
    assert is_timestamp(value), f"X-Timestamp is {value!r}"


@pytest.mark.parametrize("method", _both("accept-ranges", SHOULD, "clients do not resume a pull: they begin anew"))
def test_an_object_says_that_it_can_be_read_in_parts(container, method):
    """Accept-Ranges is `bytes` (ceph pull request 17967)."""
    stored(container, "data", _BODY)
    assert container.session.ask(method, container.name, "data").get("Accept-Ranges") == "bytes"


@pytest.mark.parametrize("method", _both("object-absent", BREAKS, "the registry takes what is not there for an error"))
def test_what_is_not_there_is_404(container, method):
    """HEAD and GET of an object that does not exist are answered with 404."""
    assert container.session.ask(method, container.name, "none").status == 404


@check("row-is-object", oracle="Swift API, Show container details", level=MUST, impact="lists and objects disagree")
def test_a_row_says_what_head_says(container):
    """The row of an object in JSON has its size, its MD5, its type, and a date without a zone."""
    stored(container, "data", _BODY, headers=[("Content-Type", "application/json")])
    rows = container.rows()
    assert [row.get("name") for row in rows] == ["data"]
    md5 = hashlib.md5(_BODY, usedforsecurity=False).hexdigest()
    assert (rows[0].get("bytes"), rows[0].get("hash"), rows[0].get("content_type")) == (15, md5, "application/json")
    assert str(rows[0].get("last_modified"))[10:11] == "T"


@check("get-again", oracle="Swift API, Get object content", level=BREAKS, impact="every second pull of a layer fails")
def test_an_object_can_be_read_again_and_again(container):
    """GET and HEAD in turn, on one connection and on others, give the same bytes each time."""
    content = generated("get-again", 200_000)
    stored(container, "data", content)
    for connection in ("main", "main", "other", "main", "third", "other"):
        assert container.head("data", connection=connection).get("Content-Length") == "200000"
        assert container.get("data", connection=connection).sha256 == content.sha256


@check(
    "get-is-not-coded",
    oracle="RFC 9110 section 12.5.3",
    level=MUST,
    impact="who does not unpack it, as Go does, has other bytes",
)
def test_accept_encoding_does_not_change_the_bytes(container):
    """GET with `Accept-Encoding: gzip`, as Go sends it, gives the bytes that were put, and no Content-Encoding."""
    body = b"compressible " * 500
    stored(container, "data", body)
    answer = container.get("data", headers=[("Accept-Encoding", "gzip")])
    assert answer.get("Content-Encoding") is None
    assert answer.kept == body
