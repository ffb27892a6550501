"""What is noted of an object: types, encodings and metadata, from PUT and from POST."""

import pytest

from suites.claims import MUST, OBSERVED, check
from suites.swift.saying import stored

_CREATE = "Swift API, Create or replace object"
_UPDATE = "Swift API, Create or update object metadata"
_LOST = "what clients note of an object is lost or changed"


def _read(container, name, field):
    """A field as HEAD and as GET tell it."""
    return container.head(name).get(field), container.get(name).get(field)


def _posted(container, name, *fields):
    return container.session.ask("POST", container.name, name, headers=list(fields))


_KEPT = {
    "content-type": ("Content-Type", "application/vnd.docker.distribution.manifest.v2+json"),
    "content-type-parameter": ("Content-Type", "text/plain; charset=utf-8"),
    "content-encoding": ("Content-Encoding", "gzip"),
    "content-disposition": ("Content-Disposition", 'attachment; filename="a b.tar"'),
    "meta": ("X-Object-Meta-Color", "blue"),
    "meta-spaces": ("X-Object-Meta-Color", "dark  blue, or: so"),
    "meta-utf-8": ("X-Object-Meta-Color", "bläu€".encode().decode("latin-1")),
    "meta-200-bytes": ("X-Object-Meta-Color", "l" * 200),
    "meta-percent": ("X-Object-Meta-Color", "%41%2F+a"),
    "meta-quotes": ("X-Object-Meta-Color", '"blue", \\"'),
    "meta-long-name": ("X-Object-Meta-" + "N" * 60, "1"),
    "meta-dashes": ("X-Object-Meta-A-B-C-1", "1"),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(*case, id=id_, marks=check(f"put-keeps[{id_}]", oracle=_CREATE, level=MUST, impact=_LOST))
        for id_, case in _KEPT.items()
    ],
)
def test_a_field_of_a_put_is_kept(container, field, value):
    """What a PUT says in this field, HEAD and GET say, byte for byte."""
    stored(container, "data", b"hello", headers=[(field, value)])
    assert _read(container, "data", field) == (value, value)


@check("put-keeps-many", oracle=_CREATE, level=MUST, impact=_LOST)
def test_an_object_may_have_much_metadata(container):
    """Twenty fields of metadata are all kept, and no others appear."""
    wanted = {f"X-Object-Meta-Key{n:02}": f"value {n}" for n in range(20)}
    stored(container, "data", b"hello", headers=list(wanted.items()))
    head = container.head("data").head
    fields = {f.name.decode("latin-1").lower(): f.value.decode("latin-1") for f in head.fields}
    assert {k: v for k, v in fields.items() if k.startswith("x-object-meta-")} == {
        k.lower(): v for k, v in wanted.items()
    }


@check("put-type-of-its-own", oracle=_CREATE, level=MUST, impact="clients cannot tell what an object is")
def test_an_object_that_was_given_no_type_has_one(container, observer):
    """An object put without Content-Type has a type, the same in HEAD and GET."""
    stored(container, "data", b"hello")
    head, get = _read(container, "data", "Content-Type")
    observer.observe("type", head)
    assert head is not None
    assert head == get


@check(
    "put-over-forgets-metadata", oracle=_CREATE, level=MUST, impact="a new image is described by the old one's notes"
)
def test_a_second_put_forgets_the_metadata_of_the_first(container):
    """PUT over an object leaves none of the metadata of before."""
    before = [("X-Object-Meta-Old", "1"), ("Content-Encoding", "gzip"), ("Content-Disposition", "inline")]
    stored(container, "data", b"first", headers=before)
    stored(container, "data", b"second", headers=[("X-Object-Meta-New", "2")])
    answer = container.head("data")
    assert [name for name, _ in before if answer.get(name) is not None] == []
    assert answer.get("X-Object-Meta-New") == "2"


@check("post-status", oracle=_UPDATE, level=MUST, impact="clients take a change of metadata for failed")
def test_a_post_is_accepted(container):
    """POST of metadata is answered with 202."""
    stored(container, "data", b"hello")
    assert _posted(container, "data", ("X-Object-Meta-Color", "blue")).status == 202


@check("post-replaces-metadata", oracle=_UPDATE, level=MUST, impact=_LOST)
def test_a_post_replaces_all_metadata(container):
    """POST puts its metadata in the place of all that was there, and leaves bytes, ETag and type alone."""
    before = [("X-Object-Meta-One", "1"), ("X-Object-Meta-Two", "2"), ("Content-Type", "text/plain")]
    stored(container, "data", b"hello", headers=before)
    etag = container.head("data").get("ETag")
    _posted(container, "data", ("X-Object-Meta-Three", "3"))
    answer = container.get("data")
    assert [answer.get(f"X-Object-Meta-{name}") for name in ("One", "Two", "Three")] == [None, None, "3"]
    assert (answer.kept, answer.get("ETag")) == (b"hello", etag)
    assert (answer.get("Content-Type") or "").startswith("text/plain")


@check("post-removes-metadata", oracle=_UPDATE, level=MUST, impact="what was noted of an object cannot be taken away")
def test_a_post_can_take_metadata_away(container):
    """POST with X-Remove-Object-Meta-NAME takes it away, and keeps what the POST names."""
    stored(container, "data", b"hello", headers=[("X-Object-Meta-One", "1"), ("X-Object-Meta-Two", "2")])
    _posted(container, "data", ("X-Remove-Object-Meta-One", "x"), ("X-Object-Meta-Two", "2"))
    answer = container.head("data")
    assert (answer.get("X-Object-Meta-One"), answer.get("X-Object-Meta-Two")) == (None, "2")


@check("post-content-type", oracle=_UPDATE, level=MUST, impact="a type that was wrong cannot be put right")
def test_a_post_can_change_the_type(container):
    """POST with Content-Type changes it, in HEAD, in GET and in the listing, and nothing else."""
    stored(container, "data", b"hello", headers=[("Content-Type", "text/plain")])
    _posted(container, "data", ("Content-Type", "application/json"))
    assert _read(container, "data", "Content-Type") == ("application/json", "application/json")
    assert [row.get("content_type") for row in container.rows()] == ["application/json"]
    assert container.get("data").kept == b"hello"


@check("post-absent", oracle=_UPDATE, level=MUST, impact="objects come into being that nobody wrote")
def test_a_post_makes_no_object(container):
    """POST of metadata of an object that does not exist is answered with 404, and makes none."""
    assert _posted(container, "none", ("X-Object-Meta-One", "1")).status == 404
    assert container.head("none").status == 404
    assert container.rows() == []


@check("post-underscore", oracle=_UPDATE, level=MUST, impact=_LOST)
def test_metadata_of_a_name_with_an_underscore_is_kept(container):
    """POST of metadata works on a name that begins with `_`, and on no other (trackers 19337, 19338)."""
    stored(container, "_data", b"hello")
    stored(container, "data", b"other")
    assert _posted(container, "_data", ("X-Object-Meta-Color", "blue")).status == 202
    assert _read(container, "_data", "X-Object-Meta-Color") == ("blue", "blue")
    assert _read(container, "data", "X-Object-Meta-Color") == (None, None)


@check("metadata-case", oracle="RFC 9110 section 5.1", level=MUST, impact="metadata is kept twice, or not found")
def test_the_case_of_a_metadata_name_does_not_matter(container):
    """Metadata put as x-object-meta-COLOR is there once, in whatever case."""
    stored(container, "data", b"hello", headers=[("x-object-meta-COLOR", "blue")])
    assert container.head("data").head.all("X-Object-Meta-Color") == ["blue"]


@check("post-other-fields", oracle=_UPDATE, level=OBSERVED, impact="shows what a POST does to what it does not name")
def test_what_a_post_does_not_name(container, observer):
    """Content-Disposition and Content-Encoding of a PUT after a POST that names neither (Swift forgets them)."""
    fields = [("Content-Disposition", "inline"), ("Content-Encoding", "gzip")]
    stored(container, "data", b"hello", headers=fields)
    _posted(container, "data", ("X-Object-Meta-One", "1"))
    answer = container.head("data")
    observer.observe("kept", [name for name, _ in fields if answer.get(name) is not None])
