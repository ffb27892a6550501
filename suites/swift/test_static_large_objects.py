"""Static large objects (SLO): a manifest in JSON that lists its segments.

No registry writes them; backup tools and python-swiftclient do. Swift API, "Static large objects".
"""

import pytest

from fixtures.wire.client import NoAnswer
from suites.claims import MUST, OBSERVED, SHOULD, blocked, check, unsupported
from suites.swift.stored import md5, put_slo, stored

_SLO = "Swift API, Static large objects"
_BACKUP = "a backup that was uploaded in segments cannot be read back"
PARTS = (b"0123", b"456", b"789")
WHOLE = b"".join(PARTS)


def _entries(container):
    """A manifest's entries for these parts, each with its path, ETag and size; the parts are written."""
    entries = []
    for number, part in enumerate(PARTS):
        stored(container, f"parts/{number}", part)
        entries.append({"path": f"/{container.name}/parts/{number}", "etag": md5(part), "size_bytes": len(part)})
    return entries


@pytest.fixture
def static(container):
    """A container with a static large object of ten bytes in three segments."""
    answer = put_slo(container, "data", _entries(container), headers=[("Content-Type", "application/x-backup")])
    if answer.status != 201:
        blocked(f"the manifest is answered with {answer.status}")
    return container


@check("slo", oracle=_SLO, level=MUST, impact=_BACKUP)
def test_a_static_large_object_has_its_segments_bytes(static):
    """HEAD and GET tell and serve all segments, with X-Static-Large-Object and the manifest's Content-Type."""
    head, answer = static.head("data"), static.get("data")
    assert head.get("Content-Length") == "10"
    assert answer.kept == WHOLE
    for each in (head, answer):
        assert (each.get("X-Static-Large-Object") or "").lower() == "true"
        assert each.get("Content-Type") == "application/x-backup"


@check("slo-etag", oracle=_SLO, level=MUST, impact="a client that compares ETags takes its upload for damaged")
def test_the_etag_of_a_static_large_object_is_that_of_its_segments_etags(static):
    """The ETag of HEAD and GET is the MD5 of the segments' ETags, in quotation marks."""
    wanted = f'"{md5("".join(md5(part) for part in PARTS).encode())}"'
    assert static.head("data").get("ETag") == wanted
    assert static.get("data").get("ETag") == wanted


_RANGES = {
    "one-segment": ("bytes=4-6", 4, 7),
    "across-borders": ("bytes=2-8", 2, 9),
    "from": ("bytes=3-", 3, 10),
    "last-byte": ("bytes=-1", 9, 10),
    "whole": ("bytes=0-", 0, 10),
}


@pytest.mark.parametrize(
    ("range_", "start", "end"),
    [
        pytest.param(
            *case, id=name, marks=check(f"slo-range[{name}]", oracle="RFC 9110 section 14", level=MUST, impact=_BACKUP)
        )
        for name, case in _RANGES.items()
    ],
)
def test_a_part_of_a_static_large_object_is_served(static, range_, start, end):
    """A range is answered as if the segments were one (ceph pull request 25962)."""
    answer = static.get("data", range_=range_)
    if answer.status == 200 and answer.kept == WHOLE:
        unsupported("the gateway ignores Range and serves everything")
    assert answer.status == 206
    assert answer.kept == WHOLE[start:end]
    assert answer.get("Content-Range") == f"bytes {start}-{end - 1}/10"


@check("slo-range-past-the-end", oracle="RFC 9110 section 15.5.17", level=MUST, impact=_BACKUP)
def test_a_range_past_the_end_of_a_static_large_object_is_refused(static):
    """A range that begins where the segments end is answered with 416, or with everything."""
    answer = static.get("data", range_="bytes=10-")
    assert answer.status in (200, 416)
    assert answer.status == 416 or answer.kept == WHOLE


@check("slo-minimal", oracle=_SLO, level=MUST, impact="a manifest is accepted whose object cannot be read")
def test_a_manifest_of_paths_alone_can_be_read(container):
    """A manifest whose entries have a path and nothing else is refused, or served (tracker 18936)."""
    answer = put_slo(container, "data", [{"path": entry["path"]} for entry in _entries(container)])
    if answer.status == 400:
        unsupported("a manifest without etag and size_bytes is refused with 400")
    assert answer.status == 201
    assert container.head("data").get("Content-Length") == "10"
    assert container.get("data").kept == WHOLE


@check("slo-minimal-etag", oracle=_SLO, level=SHOULD, impact="a cache takes all such objects for one and the same")
def test_two_manifests_of_paths_alone_have_two_etags(container):
    """Objects whose manifests have no ETags have ETags of their own all the same."""
    entries = [{"path": entry["path"]} for entry in _entries(container)]
    for name, some in (("one", entries[:1]), ("two", entries[1:])):
        if put_slo(container, name, some).status != 201:
            unsupported("a manifest without etag and size_bytes is refused")
    assert container.head("one").get("ETag") != container.head("two").get("ETag")


_WRONG = {
    "etag": {"etag": "0" * 32},
    "size": {"size_bytes": 5},
    "path": {"path": "/{container}/parts/none"},
}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(
            wrong,
            id=name,
            marks=check(
                f"slo-wrong[{name}]",
                oracle=_SLO,
                level=MUST,
                impact="a damaged or lost segment is found at restore only",
            ),
        )
        for name, wrong in _WRONG.items()
    ],
)
def test_a_manifest_that_does_not_fit_its_segments_is_refused(container, wrong):
    """An entry with another ETag or size than its segment, or without a segment, is refused; nothing is stored."""
    entries = _entries(container)
    entries[0] |= {key: v.format(container=container.name) if key == "path" else v for key, v in wrong.items()}
    answer = put_slo(container, "data", entries)
    assert answer.status in (400, 404, 409, 422)
    assert container.head("data").status == 404


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            text,
            id=name,
            marks=check(f"slo-unreadable[{name}]", oracle=_SLO, level=MUST, impact="an object is stored that is none"),
        )
        for name, text in {"no-json": "[{", "nothing": "", "string": '["segment"]'}.items()
    ],
)
def test_a_manifest_that_is_none_is_refused(container, text):
    """What is no list of segments is refused, and nothing is stored."""
    answer = put_slo(container, "data", text)
    assert answer.status in range(400, 500)
    assert container.head("data").status == 404


# RGW 16 says here what RGW 9.0.3 said of DLO: no status line (rgw_op.cc, `handle_slo_manifest` sends a head with the
# first byte of a segment).
@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            parts,
            id=name,
            marks=check(
                f"slo-of-nothing[{name}]",
                oracle="RFC 9112 section 4",
                level=MUST,
                impact="a client gets an answer that it cannot read: malformed HTTP status code",
            ),
        )
        for name, parts in {"no-segments": (), "empty-segment": (b"",)}.items()
    ],
)
def test_a_static_large_object_of_no_bytes_is_refused_or_empty(container, parts):
    """A manifest of no segments, or of one without bytes, is refused, or HEAD and GET answer with a status line."""
    for part in parts:
        stored(container, "empty", part)
    answer = put_slo(container, "data", [{"path": f"/{container.name}/empty"} for _ in parts])
    if answer.status == 400:
        return
    assert container.head("data").get("Content-Length") == "0"
    assert container.get("data").size == 0


@check("slo-too-many-segments", oracle=_SLO, level=SHOULD, impact="an upload is accepted that cannot be served")
def test_a_manifest_of_more_segments_than_said_is_refused(container):
    """1001 segments are refused with 400 or 413 where 1000 are allowed, as Swift and RGW do by default; or served."""
    entries = _entries(container)[:1] * 1001
    answer = put_slo(container, "data", entries)
    assert answer.status in (201, 400, 413)
    if answer.status == 201:
        assert container.head("data").get("Content-Length") == str(1001 * len(PARTS[0]))


@check("slo-manifest-itself", oracle=_SLO, level=MUST, impact="a backup tool cannot find an object's segments")
def test_the_manifest_of_a_static_large_object_can_be_read(static):
    """`multipart-manifest=get` serves the list of segments in JSON (ceph pull request 70699)."""
    exchange = static.session.send("GET", static.name, "data", query="multipart-manifest=get")
    try:
        told = exchange.response.json() if exchange.status == 200 and exchange.response is not None else None
    except ValueError as error:
        raise NoAnswer(exchange, f"the manifest is not JSON ({error})") from error
    assert isinstance(told, list)
    assert all(isinstance(entry, dict) for entry in told)
    assert [str(entry.get("name", "")).split("/parts/")[-1] for entry in told] == ["0", "1", "2"]
    assert [entry.get("hash") for entry in told] == [md5(part) for part in PARTS]


@check("slo-delete-of-all", oracle=_SLO, level=MUST, impact="space of deleted backups is never given back")
def test_a_static_large_object_is_deleted_with_its_segments(static):
    """DELETE with `multipart-manifest=delete` removes the object and its segments."""
    answer = static.delete("data", query="multipart-manifest=delete")
    if answer.status in (400, 405, 501):
        unsupported(f"multipart-manifest=delete is answered with {answer.status}")
    assert answer.status in (200, 204)
    assert static.rows() == []


@check("slo-delete-of-manifest", oracle=_SLO, level=MUST, impact="deleting one backup destroys another's segments")
def test_delete_of_a_static_large_object_leaves_its_segments(static):
    """A plain DELETE removes the manifest and leaves the segments."""
    assert static.delete("data").status == 204
    assert static.head("data").status == 404
    assert [row.get("name") for row in static.rows()] == ["parts/0", "parts/1", "parts/2"]
    assert static.get("parts/1").kept == PARTS[1]


@check("slo-segment-replaced", oracle=_SLO, level=MUST, impact="a restore gets other bytes, under the ETag of the old")
def test_a_segment_that_was_replaced_is_not_served_as_before(static):
    """GET serves no bytes of a segment that is not the one that was listed: an error, or a body cut short."""
    stored(static, "parts/1", b"XXX")
    exchange = static.session.send("GET", static.name, "data")
    served = exchange.response.kept if exchange.response is not None and exchange.status == 200 else b""
    assert served != b"0123XXX789", "the new segment is served under the old ETag"


@check("slo-copy", oracle="Swift API, Copying a large object", level=MUST, impact="a copied backup cannot be read")
def test_a_copy_of_a_static_large_object_has_its_bytes(static):
    """COPY gives an object with the bytes of the whole."""
    asked = static.session.ask("COPY", static.name, "data", headers=[("Destination", f"{static.name}/copied")])
    assert asked.status == 201
    assert static.get("copied").kept == WHOLE
    assert static.head("copied").get("Content-Length") == "10"


@check("slo-in-listing", oracle=_SLO, level=OBSERVED, impact="none to a registry")
def test_what_a_listing_says_of_a_static_large_object(static, observer):
    """The size of a static large object in a listing is the whole's in Swift."""
    # A manifest's own size depends on the name of its container.
    sizes = [row.get("bytes") for row in static.rows(prefix="data")]
    observer.observe("bytes", ["the whole's" if size == len(WHOLE) else "another" if size else size for size in sizes])
