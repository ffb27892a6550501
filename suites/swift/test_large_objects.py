"""Large object manifests (DLO): an object without bytes of its own that stands for its segments.

The bug of 2016 is here. A registry that begins an upload writes a manifest whose segments do not exist yet, and asks
for it with HEAD. RGW 9.0.3 answered that HEAD without a status line, and so did 0.80.11 and 0.94 up to 0.94.3; every
push failed. It was not civetweb's doing, although its access log said -1. RGW's own code for DLO wrote the head of an
answer when the first byte of the first segment came (ceph v9.0.3, src/rgw/rgw_op.cc, `handle_user_manifest`); without
segments no byte came, so nobody ever sent the status, and the frontend closed the answer with the only fields it adds
by itself, Content-Length and Date (src/rgw/rgw_civetweb.cc, `complete_header`). Fixed in 9.1.0 and 0.94.4, tracker
12780.
"""

from suites.claims import BREAKS, MUST, check

SEGMENTS = "segments/0f0/data/"


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
