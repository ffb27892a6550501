"""Large object manifests (DLO): an object without bytes of its own that stands for its segments.

The bug of 2016 is here. A registry that begins an upload writes a manifest whose segments do not exist yet, and asks
for it with HEAD. RGW 9.0.3 answered that HEAD without a status line, and so did 0.80.11 and 0.94 up to 0.94.3; every
push failed. It was not civetweb's doing, although its access log said -1. RGW's own code for DLO wrote the head of an
answer when the first byte of the first segment came (ceph v9.0.3, src/rgw/rgw_op.cc, `handle_user_manifest`); without
segments no byte came, so nobody ever sent the status, and the frontend closed the answer with the only fields it adds
by itself, Content-Length and Date (src/rgw/rgw_civetweb.cc, `complete_header`). Fixed in 9.1.0 and 0.94.4, tracker
12780.
"""

import pytest

from fixtures.wire.content import generated
from suites.claims import BREAKS, MUST, OBSERVED, check
from suites.registry.read import http_date
from suites.swift.stored import SEGMENTS, md5, stored, stored_dlo, stored_manifest, stored_segments
from suites.swift.thousand import ROWS, THOUSAND

SIZE = 1024 * 1024 + 4321
"""Bytes of a large segment: more than 1 MiB, and no multiple of any block."""


@check(
    "head-of-empty-dlo",
    oracle="RFC 9112 section 4",
    level=BREAKS,
    impact="push of any layer fails with 500: malformed HTTP status code",
)
def test_head_of_an_empty_large_object_has_a_status_line(container):
    """HEAD of a manifest without segments is answered with a status line and length 0 (tracker 12780)."""
    assert container.put_manifest("upload/data", SEGMENTS).status == 201
    answer = container.head("upload/data")
    assert answer.status == 200
    assert answer.get("Content-Length") == "0"
    assert answer.get("X-Object-Manifest") == f"{container.name}/{SEGMENTS}"


@check(
    "head-of-empty-dlo-put-with-length",
    oracle="RFC 9112 section 4",
    level=BREAKS,
    impact="push of any layer fails with 500 on registries built with Go 1.6",
)
def test_an_empty_large_object_may_be_put_with_a_length(container):
    """The same where the manifest was put with Content-Length: 0, as Go 1.6 sent it."""
    assert container.put_manifest("upload/data", SEGMENTS, chunked=False).status == 201
    answer = container.head("upload/data")
    assert answer.status == 200
    assert answer.get("Content-Length") == "0"


@check(
    "get-of-empty-dlo",
    oracle="RFC 9112 section 4",
    level=MUST,
    impact="pull of a layer without bytes fails, and looking at an abandoned upload does",
)
def test_get_of_an_empty_large_object_has_a_status_line(container):
    """GET of a manifest without segments is answered with a status line and no bytes (tracker 17692)."""
    container.put_manifest("upload/data", SEGMENTS)
    answer = container.get("upload/data")
    assert answer.status == 200
    assert answer.size == 0


@check(
    "dlo-of-missing-container",
    oracle="RFC 9112 section 4",
    level=MUST,
    impact="a registry whose segment container is gone gets an answer that it cannot read, instead of an error",
)
def test_a_large_object_whose_container_is_gone_is_an_error_with_a_status_line(container, swift):
    """GET and HEAD of a manifest whose container does not exist are answered with an error (tracker 15812)."""
    gone = [("X-Object-Manifest", f"{container.name}-gone/{SEGMENTS}")]
    swift.ask("PUT", container.name, "lost", headers=gone, chunked=True)
    assert container.get("lost").status in (404, 409)
    assert container.head("lost").status in (404, 409)


@check(
    "dlo-length",
    oracle="Swift API, Dynamic large objects",
    level=BREAKS,
    impact="push fails with 500 after 15 s: the registry waits until the length is what it wrote",
)
def test_the_length_of_a_large_object_is_the_sum_of_its_segments(container):
    """HEAD and GET of a manifest tell and serve all segments, in the order of their names."""
    parts = {"0000000000000002": b"second", "0000000000000001": b"first, ", "0000000000000003": b""}
    for number, part in parts.items():
        assert container.put(SEGMENTS + number, part, chunked=True).status == 201
    container.put_manifest("data", SEGMENTS)
    assert container.head("data").get("Content-Length") == "13"
    assert container.get("data").kept == b"first, second"


@check(
    "dlo-manifest-moves",
    oracle="registry 2.5.0: swift.go, `Move` of a large object",
    level=BREAKS,
    impact="push fails at its end: the upload cannot be moved to its blob",
)
def test_a_second_manifest_keeps_the_segments_when_the_first_is_deleted(container):
    """A manifest put over the same segments serves them after the first manifest is deleted."""
    container.put(SEGMENTS + "0000000000000001", b"layer", chunked=True)
    container.put_manifest("upload/data", SEGMENTS)
    container.put_manifest("blobs/data", SEGMENTS)
    assert container.delete("upload/data").status == 204
    assert container.head("upload/data").status == 404
    assert container.get("blobs/data").kept == b"layer"


_DLO = "Swift API, Dynamic large objects"
_CUT = "pull of a layer is cut short, or its digest is wrong"
_SIZE = "push fails with 500 after 15 s: the registry waits until the length is what it wrote"


def _is(container, name, wanted):
    """HEAD and GET tell of these bytes."""
    assert container.head(name).get("Content-Length") == str(len(wanted))
    answer = container.get(name)
    assert answer.status == 200
    assert answer.kept == wanted


@check("dlo-one-segment", oracle=_DLO, level=BREAKS, impact=_SIZE)
def test_a_large_object_of_one_segment_is_that_segment(container):
    """A manifest over one segment, as most layers are, serves it."""
    stored_dlo(container, "data", b"layer")
    _is(container, "data", b"layer")


# Swift serves ten segments at once and then one each second (swift dlo.py, `rate_limit_after_segment`): a few are asked
# for, of which the last is there only if all are.
@check("dlo-1001-segments", oracle=_DLO, level=BREAKS, impact="layers of more than 1000 segments are cut short")
def test_a_large_object_may_have_a_thousand_and_one_segments(container, thousand):
    """A manifest with more segments than a page of a listing has rows tells their size, and serves the last ones."""
    stored_manifest(container, "data", f"{thousand.name}/{ROWS}")
    whole = b"".join(body for _, body in THOUSAND)
    assert container.head("data").get("Content-Length") == str(len(whole))
    start = sum(len(body) for _, body in THOUSAND[:997]) + 3
    answer = container.get("data", range_=f"bytes={start}-")
    assert answer.status in (200, 206)
    assert answer.kept == (whole if answer.status == 200 else whole[start:])


@check("dlo-before-its-segments", oracle=_DLO, level=BREAKS, impact=_SIZE)
def test_a_manifest_that_was_first_finds_what_comes_after(container):
    """A manifest written before its segments, as at the start of each upload, serves them once they are there."""
    container.put_manifest("data", SEGMENTS)
    assert container.head("data").get("Content-Length") == "0"
    stored_segments(container, b"first,", b"second")
    _is(container, "data", b"first,second")


_CHANGES = {
    "added": (lambda c, names: stored(c, names[-1] + "0", b"!"), b"onetwo!"),
    "overwritten": (lambda c, names: stored(c, names[0], b"longer than before"), b"longer than beforetwo"),
    "removed": (lambda c, names: c.delete(names[0]), b"two"),
}


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        pytest.param(*pair, id=name, marks=check(f"dlo-segment[{name}]", oracle=_DLO, level=BREAKS, impact=_SIZE))
        for name, pair in _CHANGES.items()
    ],
)
def test_a_large_object_is_what_its_segments_are_now(container, change, wanted):
    """HEAD and GET follow each segment that is added, overwritten or removed."""
    names = stored_segments(container, b"one", b"two")
    stored_manifest(container, "data", f"{container.name}/{SEGMENTS}")
    _is(container, "data", b"onetwo")
    change(container, names)
    _is(container, "data", wanted)


@check("dlo-order", oracle=_DLO, level=BREAKS, impact=_CUT)
def test_segments_follow_each_other_by_the_bytes_of_their_names(container):
    """Segments are served in the bytewise order of their names, whatever the order in which they came."""
    names = ["2", "é", "10", "a", "1", "_", "Z", "~", "0", "日本", "-"]
    for name in names:
        stored(container, f"{SEGMENTS}{name}", f"<{name}>".encode())
    stored_manifest(container, "data", f"{container.name}/{SEGMENTS}")
    _is(container, "data", "".join(f"<{name}>" for name in sorted(names, key=str.encode)).encode())


@check("dlo-empty-segments", oracle=_DLO, level=BREAKS, impact=_CUT)
def test_segments_without_bytes_are_passed_over(container):
    """Segments of no bytes at the beginning, in between and at the end change nothing (tracker 17692)."""
    stored_dlo(container, "data", b"", b"one", b"", b"", b"two", b"")
    _is(container, "data", b"onetwo")


@check(
    "dlo-of-empty-segments", oracle="RFC 9112 section 4", level=BREAKS, impact="push of an empty layer fails with 500"
)
def test_a_large_object_of_empty_segments_is_empty(container):
    """A manifest whose segments have no bytes at all is answered like one without segments."""
    stored_dlo(container, "data", b"", b"")
    _is(container, "data", b"")


@check("dlo-etag", oracle=_DLO, level=MUST, impact="a cache or client that compares ETags takes layers for changed")
def test_the_etag_of_a_large_object_is_that_of_its_segments_etags(container):
    """The ETag is the MD5 of the segments' ETags one after another, in quotation marks."""
    stored_dlo(container, "data", b"one", b"two")
    wanted = f'"{md5((md5(b"one") + md5(b"two")).encode())}"'
    assert container.head("data").get("ETag") == wanted
    assert container.get("data").get("ETag") == wanted


@check("dlo-etag-follows-segments", oracle=_DLO, level=MUST, impact="a cache serves the bytes of before")
def test_the_etag_of_a_large_object_changes_with_a_segment(container):
    """A segment that is overwritten by others of the same size changes the ETag."""
    stored_dlo(container, "data", b"one", b"two")
    before = container.head("data").get("ETag")
    stored(container, f"{SEGMENTS}{2:016}", b"TWO")
    assert container.head("data").get("ETag") != before
    assert container.get("data").kept == b"oneTWO"


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            parts,
            id=name,
            marks=check(
                f"dlo-last-modified[{name}]",
                oracle="registry 2.4.0 and 2.5.0: ncw/swift, `Object` reads Last-Modified",
                level=BREAKS,
                impact='push fails with 500: parsing time "" as RFC 1123 (distribution issue 1673)',
            ),
        )
        for name, parts in {"without-segments": (), "with-segments": (b"one", b"two")}.items()
    ],
)
def test_a_large_object_has_a_date(container, parts):
    """HEAD and GET of a manifest tell a Last-Modified that can be read (tracker 15812)."""
    stored_dlo(container, "data", *parts)
    for answer in (container.head("data"), container.get("data")):
        assert http_date(answer.get("Last-Modified") or ""), f"Last-Modified is {answer.get('Last-Modified')!r}"


@check(
    "dlo-large", oracle=_DLO, level=BREAKS, impact="pull of any layer of more than a few MiB fails: its digest is wrong"
)
def test_a_large_object_of_large_segments_has_its_bytes(container):
    """A manifest over three segments of more than 1 MiB, chunked as a registry sends them, serves every byte."""
    content = generated("dlo-large", 3 * SIZE)
    for number in range(3):
        part = content.part(number * SIZE, (number + 1) * SIZE)
        assert container.put(f"{SEGMENTS}{number:016}", part, chunked=True).status == 201
    container.put_manifest("data", SEGMENTS)
    assert container.head("data").get("Content-Length") == str(content.size)
    assert container.get("data").sha256 == content.sha256


@check("dlo-if-none-match", oracle="RFC 9110 section 13.1.2", level=MUST, impact="a cache fetches each layer anew")
def test_a_large_object_that_is_known_is_not_sent_again(container):
    """GET with If-None-Match and the ETag that HEAD told is answered with 304; with another, with everything."""
    stored_dlo(container, "data", b"one", b"two")
    assert container.get("data", headers=[("If-None-Match", '"other"')]).kept == b"onetwo"
    etag = container.head("data").get("ETag") or ""
    assert container.get("data", headers=[("If-None-Match", etag)]).status == 304


@check(
    "dlo-if-match", oracle="RFC 9110 section 13.1.1", level=MUST, impact="a client that insists on a layer is refused"
)
def test_a_large_object_that_is_the_one_meant_is_served(container):
    """GET with If-Match and its ETag is served; with another it is 412."""
    stored_dlo(container, "data", b"one", b"two")
    assert container.get("data", headers=[("If-Match", '"other"')]).status == 412
    # Not from HEAD: Swift's GET that follows has the Content-Type of an error page, and a rule would tell of that here.
    etag = container.get("data").get("ETag") or ""
    assert container.get("data", headers=[("If-Match", etag)]).kept == b"onetwo"


@check("dlo-if-modified-since", oracle="RFC 9110 section 13.1.3", level=MUST, impact="a cache fetches each layer anew")
def test_a_large_object_that_did_not_change_is_not_sent_again(container):
    """GET with If-Modified-Since and its own date is answered with 304; with an old date, with everything."""
    stored_dlo(container, "data", b"one", b"two")
    since = container.head("data").get("Last-Modified") or ""
    assert container.get("data", headers=[("If-Modified-Since", since)]).status == 304
    old = container.get("data", headers=[("If-Modified-Since", "Sun, 02 Jan 2005 15:04:05 GMT")])
    assert old.kept == b"onetwo"


@check(
    "dlo-head-time",
    oracle="registry: swift.go, `Stat` sends HEAD before each pull",
    level=OBSERVED,
    impact="HEAD that reads all segments makes each push and pull wait (tracker 12780)",
)
def test_how_long_head_of_a_large_object_takes(container, observer):
    """HEAD of a large object takes as long as HEAD of a small one where no segment is read."""
    stored_dlo(container, "data", *(generated(f"head-time-{n}", SIZE) for n in range(4)))
    stored(container, "small", b"1")
    times = {name: container.session.send("HEAD", container.name, name).waited for name in ("small", "data")}
    observer.observe("large-to-small", round(times["data"] / max(times["small"], 1e-6), 1))
