"""What a large object manifest (DLO) names, and what becomes of it: encoded values, COPY, POST, DELETE.

Swift API, "Dynamic large objects": the value of X-Object-Manifest is `container/prefix`, percent-encoded where need be.
"""

from urllib.parse import quote

import pytest

from suites.claims import BREAKS, MUST, OBSERVED, check
from suites.swift.stored import MANIFEST, SEGMENTS, stored, stored_dlo, stored_manifest, stored_segments

_DLO = "Swift API, Dynamic large objects"
_NO_SEGMENTS = "layers of a registry whose root directory has such a name read as empty"


def _utf8(text):
    """UTF-8 as it stands on the wire, where fields are bytes."""
    return text.encode().decode("latin-1")


_PREFIXES = {
    "slash": ("files/one/", quote("files/one/", safe="")),
    "space": ("files of one/", quote("files of one/")),
    "utf-8": ("dépôt/日本/", quote("dépôt/日本/")),
    "percent": ("100%/", quote("100%/")),
    "percent-of-percent": ("a%2Fb/", quote("a%2Fb/")),
    "plus": ("c++/", quote("c++/")),
    "bare-space": ("files of one/", "files of one/"),
    "bare-utf-8": ("dépôt/", _utf8("dépôt/")),
    "bare-plus": ("c++/", "c++/"),
    "underscore": ("_files/one/", "_files/one/"),
    "double-slash": ("files//one/", "files//one/"),
    "zero": ("0/0/", "0/0/"),
}


@pytest.mark.parametrize(
    ("prefix", "value"),
    [
        pytest.param(
            *pair, id=name, marks=check(f"dlo-manifest-value[{name}]", oracle=_DLO, level=BREAKS, impact=_NO_SEGMENTS)
        )
        for name, pair in _PREFIXES.items()
    ],
)
def test_a_manifest_finds_its_segments_whatever_their_name(container, prefix, value):
    """A manifest serves the segments that its value names, encoded or not (trackers 12728, 19337)."""
    stored_segments(container, b"first,", b"second", prefix=prefix)
    stored_manifest(container, "data", f"{container.name}/{value}")
    answer = container.get("data")
    assert answer.status == 200
    assert answer.kept == b"first,second"
    assert container.head("data").get("Content-Length") == "12"


@check(
    "dlo-segments-elsewhere", oracle=_DLO, level=MUST, impact="layers whose segments are in another container are lost"
)
def test_a_manifest_may_stand_in_another_container_than_its_segments(container, another_container):
    """A manifest serves the segments of the container that it names, and not those of its own (tracker 49791)."""
    stored_segments(container, b"right", b"bytes")
    stored_segments(another_container, b"wrong")
    stored_manifest(another_container, "data", f"{container.name}/{SEGMENTS}")
    assert another_container.get("data").kept == b"rightbytes"
    assert another_container.head("data").get("Content-Length") == "10"


@check(
    "dlo-of-its-own-prefix",
    oracle=_DLO,
    level=MUST,
    impact="a layer whose manifest lies beside its segments never ends",
)
def test_a_manifest_that_its_own_prefix_names_comes_to_an_end(container):
    """A manifest whose prefix is its own name is answered, and HEAD and GET agree."""
    stored_manifest(container, "data", f"{container.name}/data")
    head = container.head("data")
    assert head.status in (200, 409)
    assert container.get("data").status == head.status


@check(
    "dlo-manifest-without-prefix", oracle=_DLO, level=MUST, impact="a manifest that names nothing is taken for a layer"
)
def test_a_manifest_that_names_no_prefix_is_refused(container):
    """X-Object-Manifest without `container/prefix` is answered with 400, and nothing is stored."""
    answer = container.put("data", b"", headers=[(MANIFEST, container.name)])
    assert answer.status == 400
    assert container.head("data").status == 404


@check("dlo-own-bytes-are-not-served", oracle=_DLO, level=MUST, impact="a layer begins with bytes that are not its own")
def test_the_body_of_a_manifest_is_not_served(container):
    """What a manifest's PUT has for a body is not part of the large object."""
    stored_segments(container, b"layer")
    container.put("data", b"own bytes", headers=[(MANIFEST, f"{container.name}/{SEGMENTS}")])
    assert container.get("data").kept == b"layer"
    assert container.head("data").get("Content-Length") == "5"


@check("dlo-manifest-itself", oracle=_DLO, level=MUST, impact="a backup cannot tell a manifest from what it stands for")
def test_the_manifest_itself_can_be_read(container):
    """`multipart-manifest=get` serves the manifest's own bytes, of which there are none, and says what it names."""
    stored_dlo(container, "data", b"layer")
    answer = container.get("data", query="multipart-manifest=get")
    assert answer.status == 200
    assert answer.size == 0
    assert answer.get(MANIFEST) == f"{container.name}/{SEGMENTS}"


@check("dlo-metadata", oracle=_DLO, level=MUST, impact="what was noted of a blob is lost")
def test_a_large_object_has_its_manifests_metadata(container):
    """GET and HEAD tell the manifest's metadata and Content-Type, not a segment's."""
    stored_segments(container, b"layer")
    fields = {"Content_Type": "application/x-layer", "X_Object_Meta_Color": "blue"}
    stored_manifest(container, "data", f"{container.name}/{SEGMENTS}", **fields)
    for answer in (container.head("data"), container.get("data")):
        assert answer.get("Content-Type") == "application/x-layer"
        assert answer.get("X-Object-Meta-Color") == "blue"


@check("dlo-by-post", oracle=_DLO, level=MUST, impact="a manifest made with POST serves nothing")
def test_post_makes_an_object_a_manifest(container):
    """POST with X-Object-Manifest makes a plain object a large one (tracker 12886)."""
    stored_segments(container, b"layer")
    stored(container, "data")
    value = f"{container.name}/{SEGMENTS}"
    assert container.session.ask("POST", container.name, "data", headers=[(MANIFEST, value)]).status == 202
    assert container.head("data").get(MANIFEST) == value
    assert container.get("data").kept == b"layer"


@check("dlo-post-without-manifest", oracle=_DLO, level=OBSERVED, impact="none to a registry, which never sends POST")
def test_post_may_end_a_manifest(container, observer):
    """POST without X-Object-Manifest: Swift makes a plain object of the manifest, RGW keeps it."""
    stored_dlo(container, "data", b"layer")
    container.session.ask("POST", container.name, "data", headers=[("X-Object-Meta-A", "1")])
    observer.observe("still-a-manifest", container.head("data").get(MANIFEST) is not None)


@check(
    "dlo-overwritten-by-plain", oracle=_DLO, level=BREAKS, impact="a file that replaces an upload reads as that upload"
)
def test_a_plain_object_takes_a_manifests_place(container):
    """PUT of a plain object over a manifest serves the new bytes; the segments stay."""
    stored_dlo(container, "data", b"layer")
    stored(container, "data", b"plain bytes")
    answer = container.get("data")
    assert answer.kept == b"plain bytes"
    assert answer.get(MANIFEST) is None
    assert container.get(f"{SEGMENTS}{1:016}").kept == b"layer"


@check(
    "dlo-overwrites-plain", oracle=_DLO, level=BREAKS, impact="an upload that is resumed reads as what was there before"
)
def test_a_manifest_takes_a_plain_objects_place(container):
    """PUT of a manifest over a plain object serves the segments."""
    stored(container, "data", b"plain bytes")
    stored_dlo(container, "data", b"layer")
    assert container.head("data").get("Content-Length") == "5"
    assert container.get("data").kept == b"layer"


@check(
    "dlo-delete-keeps-segments", oracle=_DLO, level=BREAKS, impact="moving an upload to its blob loses the blob's bytes"
)
def test_delete_of_a_manifest_leaves_its_segments(container):
    """DELETE of a manifest removes it and none of its segments."""
    stored_dlo(container, "data", b"one", b"two")
    assert container.delete("data").status == 204
    assert container.get("data").status == 404
    assert [row.get("name") for row in container.rows()] == [f"{SEGMENTS}{n:016}" for n in (1, 2)]
    assert container.get(f"{SEGMENTS}{2:016}").kept == b"two"


@check("dlo-copy", oracle="registry 2.5.0: swift.go, `Move` before 2.4", level=BREAKS, impact="a copied layer is empty")
def test_a_copy_of_a_large_object_has_its_bytes(container):
    """COPY of a manifest gives an object with the bytes of the whole."""
    stored_dlo(container, "data", b"one", b"two")
    destination = [("Destination", f"{container.name}/copied")]
    assert container.session.ask("COPY", container.name, "data", headers=destination).status == 201
    assert container.get("copied").kept == b"onetwo"
    assert container.head("copied").get("Content-Length") == "6"


@check(
    "dlo-copy-of-its-own",
    oracle="Swift API, Copying a large object: the new object has the content of the segments",
    level=MUST,
    impact="a backup made with COPY loses its layers when the original's segments are deleted",
)
def test_a_copy_of_a_large_object_outlives_the_segments(container):
    """COPY of a manifest copies the bytes, so that the copy needs the segments no more."""
    stored_dlo(container, "data", b"one", b"two")
    container.session.ask("COPY", container.name, "data", headers=[("Destination", f"{container.name}/copied")])
    for number in (1, 2):
        container.delete(f"{SEGMENTS}{number:016}")
    assert container.get("copied").kept == b"onetwo"


@check(
    "dlo-copy-of-manifest", oracle="Swift API, Copying a large object", level=MUST, impact="a manifest cannot be moved"
)
def test_a_manifest_itself_can_be_copied(container):
    """COPY with `multipart-manifest=get` copies the manifest, which serves the same segments."""
    stored_dlo(container, "data", b"one", b"two")
    destination = [("Destination", f"{container.name}/copied")]
    asked = {"query": "multipart-manifest=get", "headers": destination}
    assert container.session.ask("COPY", container.name, "data", **asked).status == 201
    assert container.head("copied").get(MANIFEST) == f"{container.name}/{SEGMENTS}"
    assert container.get("copied").kept == b"onetwo"


@check(
    "dlo-in-listing",
    oracle="Swift API, Dynamic large objects: a listing has the manifest's own size",
    level=OBSERVED,
    impact="a backup that compares listings takes every blob for empty (distribution issue 2758)",
)
def test_what_a_listing_says_of_a_manifest(container, observer):
    """The size of a manifest in a listing is its own in Swift, 0."""
    stored_dlo(container, "data", b"layer")
    observer.observe("bytes", [row.get("bytes") for row in container.rows(prefix="data")])
