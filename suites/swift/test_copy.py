"""COPY with `Destination`, and PUT with `X-Copy-From`: how a registry moves a file, and how others copy in place.

A registry's `Move` of what is no large object is COPY and then DELETE (swift.go, `Move`; ncw/swift `ObjectMove`).
Swift API, "Copy object". Paths in these fields are percent-encoded.
"""

from urllib.parse import quote

import pytest

from fixtures.wire.content import generated
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.registry.read import http_date
from suites.swift.stored import md5, stored

_COPY = "Swift API, Copy object"
_MOVE = "push fails at its end: an upload cannot be moved to its place"
BODY = b"what is copied"


def _copy(container, name, destination, **fields):
    """COPY to a destination as it is said in the field."""
    headers = [("Destination", destination), *((key.replace("_", "-"), value) for key, value in fields.items())]
    return container.session.ask("COPY", container.name, name, headers=headers)


def _put_from(container, name, source, **fields):
    """PUT with X-Copy-From as it is said in the field."""
    headers = [("X-Copy-From", source), *((key.replace("_", "-"), value) for key, value in fields.items())]
    return container.session.ask("PUT", container.name, name, headers=headers)


@pytest.fixture
def source(container):
    """A container with one object that has metadata."""
    headers = [("Content-Type", "application/x-old"), ("X-Object-Meta-Old", "old"), ("X-Object-Meta-Both", "old")]
    stored(container, "source", BODY, headers=headers)
    return container


_NAMES = {
    "plain": "files/copied",
    "question-mark": "files/a?b",
    "space": "files/a b",
    "utf-8": "files/dépôt/日本",
    "percent": "files/100%",
    "percent-of-percent": "files/a%2Fb",
    "plus": "files/c++",
    "underscore": "_files/_a",
    "ampersand": "files/a&b=c",
    "hash": "files/a#b",
    "double-slash": "files//a",
}


def _named(kind, impact):
    return pytest.mark.parametrize(
        "name",
        [
            pytest.param(value, id=key, marks=check(f"{kind}[{key}]", oracle=_COPY, level=BREAKS, impact=impact))
            for key, value in _NAMES.items()
        ],
    )


@_named("copy-to", _MOVE)
def test_an_object_is_copied_to_any_name(source, name):
    """COPY puts the bytes where Destination says, percent-encoded, and leaves the source (trackers 40128, 43259)."""
    answer = _copy(source, "source", f"{source.name}/{quote(name)}")
    assert answer.status == 201
    assert source.get(name).kept == BODY
    assert source.get("source").kept == BODY


@_named("copy-from", "a copy of a file with such a name fails, or is of another file")
def test_an_object_is_copied_from_any_name(container, name):
    """PUT with X-Copy-From copies from the name that it says, percent-encoded."""
    stored(container, name, BODY)
    answer = _put_from(container, "copied", f"/{container.name}/{quote(name)}")
    assert answer.status == 201
    assert container.get("copied").kept == BODY
    assert container.get(name).kept == BODY


@check(
    "copy-with-leading-slash", oracle=_COPY, level=MUST, impact="clients that begin the path with a slash cannot copy"
)
def test_a_destination_may_begin_with_a_slash(source):
    """Destination and X-Copy-From mean the same with a slash in front and without."""
    assert _copy(source, "source", f"/{source.name}/one").status == 201
    assert _put_from(source, "two", f"{source.name}/source").status == 201
    assert _put_from(source, "three", f"/{source.name}/source").status == 201
    for name in ("one", "two", "three"):
        assert source.get(name).kept == BODY


@check(
    "copy-answer",
    oracle=_COPY,
    level=MUST,
    impact="a client cannot see what was copied (trackers 10645, 10662)",
)
def test_the_answer_to_a_copy_tells_what_was_copied(source):
    """COPY is answered with 201, the ETag of the bytes, X-Copied-From and the date of what was copied."""
    answer = _copy(source, "source", f"{source.name}/copied")
    assert answer.status == 201
    assert (answer.get("ETag") or "").strip('"') == md5(BODY)
    assert answer.get("X-Copied-From") == f"{source.name}/source"
    assert http_date(answer.get("X-Copied-From-Last-Modified") or "")


@check("copy-etag", oracle=_COPY, level=BREAKS, impact="a moved file is taken for damaged: its Etag is not its MD5")
def test_a_copy_has_the_etag_and_size_of_its_bytes(source):
    """HEAD of a copy tells the MD5 and the size of its bytes."""
    _copy(source, "source", f"{source.name}/copied")
    answer = source.head("copied")
    assert (answer.get("ETag") or "").strip('"') == md5(BODY)
    assert answer.get("Content-Length") == str(len(BODY))


@check("copy-keeps-metadata", oracle=_COPY, level=MUST, impact="what was noted of a file is lost when it is moved")
def test_a_copy_keeps_metadata_and_content_type(source):
    """A copy has the source's metadata and Content-Type; what the request says is added or takes its place."""
    _copy(source, "source", f"{source.name}/copied", X_Object_Meta_New="new", X_Object_Meta_Both="new")
    answer = source.head("copied")
    assert answer.get("Content-Type") == "application/x-old"
    assert answer.get("X-Object-Meta-Old") == "old"
    assert answer.get("X-Object-Meta-New") == "new"
    assert answer.get("X-Object-Meta-Both") == "new"


@check("copy-content-type", oracle=_COPY, level=MUST, impact="a copy is served with another type than was asked for")
def test_a_copy_may_have_another_content_type(source):
    """Content-Type of a COPY takes the place of the source's; the source keeps its own."""
    _copy(source, "source", f"{source.name}/copied", Content_Type="application/x-new")
    assert source.head("copied").get("Content-Type") == "application/x-new"
    assert source.head("source").get("Content-Type") == "application/x-old"


@check("copy-fresh-metadata", oracle=_COPY, level=MUST, impact="metadata that should be left behind goes along")
def test_a_copy_may_begin_with_fresh_metadata(source):
    """X-Fresh-Metadata: true leaves the source's metadata behind."""
    _copy(source, "source", f"{source.name}/copied", X_Fresh_Metadata="true", X_Object_Meta_New="new")
    answer = source.head("copied")
    assert answer.get("X-Object-Meta-Old") is None
    assert answer.get("X-Object-Meta-New") == "new"
    assert source.head("source").get("X-Object-Meta-Old") == "old"


@check(
    "copy-onto-itself", oracle=_COPY, level=BREAKS, impact="a file whose metadata is changed in place loses its bytes"
)
def test_an_object_may_be_copied_onto_itself(source):
    """COPY onto itself keeps the bytes and adds metadata."""
    answer = _copy(source, "source", f"{source.name}/source", X_Object_Meta_New="new")
    assert answer.status == 201
    answer = source.get("source")
    assert answer.kept == BODY
    assert (answer.get("X-Object-Meta-Old"), answer.get("X-Object-Meta-New")) == ("old", "new")


@check("copy-to-another-container", oracle=_COPY, level=MUST, impact="files cannot be moved between containers")
def test_an_object_is_copied_between_containers(source, another_container):
    """COPY and X-Copy-From work between two containers of an account."""
    assert _copy(source, "source", f"{another_container.name}/one").status == 201
    assert _put_from(another_container, "two", f"{source.name}/source").status == 201
    assert another_container.get("one").kept == BODY
    assert another_container.get("two").kept == BODY
    assert source.head("one").status == 404


@check(
    "copy-over-another", oracle=_COPY, level=BREAKS, impact="a tag that is moved onto an old one shows the old image"
)
def test_a_copy_takes_the_place_of_what_was_there(source):
    """COPY over an object of another size serves the new bytes and the new length."""
    stored(source, "target", b"something longer than what is copied here")
    assert _copy(source, "source", f"{source.name}/target").status == 201
    answer = source.get("target")
    assert answer.kept == BODY
    assert answer.get("X-Object-Meta-Old") == "old"


@check("copy-is-its-own", oracle=_COPY, level=BREAKS, impact="deleting an upload destroys the blob that was made of it")
def test_a_copy_outlives_its_source(container):
    """COPY then DELETE, a registry's Move, leaves all bytes of a large file at the new name and none at the old."""
    content = generated("copy-is-its-own", 5 * 1024 * 1024 + 1)
    stored(container, "upload/data", content)
    assert _copy(container, "upload/data", f"{container.name}/blobs/data").status == 201
    assert container.delete("upload/data").status == 204
    assert container.head("upload/data").status == 404
    answer = container.get("blobs/data")
    assert answer.status == 200
    assert answer.sha256 == content.sha256
    assert [row.get("name") for row in container.rows()] == ["blobs/data"]


@check("copy-then-overwrite", oracle=_COPY, level=BREAKS, impact="a blob changes when the file it was copied from does")
def test_a_copy_does_not_change_with_its_source(source):
    """Overwriting the source leaves the copy."""
    _copy(source, "source", f"{source.name}/copied")
    stored(source, "source", b"other bytes")
    assert source.get("copied").kept == BODY


@check("copy-of-nothing", oracle=_COPY, level=MUST, impact="a registry takes a failed move for done")
def test_a_copy_of_what_does_not_exist_is_404(container):
    """COPY and X-Copy-From of an object or container that does not exist are 404, and nothing is written."""
    assert _copy(container, "none", f"{container.name}/copied").status == 404
    assert _put_from(container, "copied", f"{container.name}/none").status == 404
    assert _put_from(container, "copied", f"{container.name}-gone/none").status == 404
    assert container.head("copied").status == 404


@check("copy-to-no-container", oracle=_COPY, level=MUST, impact="a registry takes a failed move for done")
def test_a_copy_to_a_container_that_does_not_exist_is_404(source):
    """COPY to a container that does not exist is answered with 404."""
    assert _copy(source, "source", f"{source.name}-gone/copied").status == 404


@pytest.mark.parametrize(
    "destination",
    [
        pytest.param(
            value,
            id=name,
            marks=check(f"copy-unreadable[{name}]", oracle=_COPY, level=MUST, impact="a copy goes nobody knows where"),
        )
        for name, value in {"none": None, "no-object": "{container}", "only-slash": "{container}/"}.items()
    ],
)
def test_a_copy_to_no_object_is_412(source, destination):
    """COPY without a Destination, or with one that names no object, is answered with 412."""
    headers = [] if destination is None else [("Destination", destination.format(container=source.name))]
    answer = source.session.ask("COPY", source.name, "source", headers=headers)
    assert answer.status in (400, 412)


# Swift copies the part that Range asks for; the API's documents do not say so.
@check(
    "copy-of-a-part",
    oracle="Swift proxy, copy.py: a COPY is a GET and a PUT",
    level=SHOULD,
    impact="none to a registry",
)
def test_a_copy_with_a_range_is_the_part_or_refused(source, observer):
    """COPY with Range copies that part, or everything, and the ETag says which."""
    answer = _copy(source, "source", f"{source.name}/part", Range="bytes=0-3")
    observer.observe("status", answer.status)
    if answer.status == 201:
        copied = source.get("part")
        assert copied.kept in (BODY[:4], BODY)
        assert (copied.get("ETag") or "").strip('"') == md5(copied.kept)
