"""Answers that are easy to get wrong on the wire: errors, answers without a body, and what follows a 100."""

from fixtures.wire.content import from_bytes, generated
from suites.claims import BREAKS, MUST, blocked, check


@check(
    "head-of-nothing",
    oracle="registry 2.8.3: swift.go, `Writer` looks for the next segment until 404",
    level=BREAKS,
    impact="a push that was interrupted cannot be resumed",
)
def test_head_of_an_object_that_does_not_exist_is_404(container):
    """HEAD of nothing is answered with 404, and the connection goes on."""
    assert container.head("nothing").status == 404
    assert container.get("nothing").status == 404


@check(
    "one-connection",
    oracle="RFC 9112 section 9.3",
    level=MUST,
    impact="a registry opens a connection for each request: slower pushes, and ports run out",
)
def test_a_connection_carries_every_kind_of_answer(container, swift):
    """A connection that the gateway does not say it closes stays usable after 200, 201, 204, 404 and HEAD."""
    for method, name in (("PUT", "o"), ("HEAD", "o"), ("GET", "o"), ("HEAD", "no"), ("DELETE", "o"), ("DELETE", "o")):
        exchange = swift.send(method, container.name, name)
        closes = exchange.response is not None and (exchange.response.get("Connection") or "").lower() == "close"
        assert exchange.reusable or closes, f"the connection is lost after {method} of {name!r}, unannounced"


@check(
    "expect-100-continue",
    oracle="RFC 9110 section 10.1.1",
    level=BREAKS,
    impact="push fails or waits: registries from 2.7 on send Expect: 100-continue with every write",
)
def test_a_write_that_waits_for_100_is_stored(container, swift):
    """A PUT that expects 100-continue is answered with a 100 or at once, and stored."""
    body, expect = from_bytes(b"layer"), [("Expect", "100-continue")]
    written = swift.send("PUT", container.name, "waits", content=body, headers=expect, await_continue=5.0)
    if written.status != 201:
        blocked(f"the PUT is answered with {written.status or written.failure}")
    assert container.get("waits").kept == b"layer"


@check(
    "chunked-put",
    oracle="registry 2.5.0: swift.go, `Writer` sends segments chunked",
    level=BREAKS,
    impact="push of any layer fails with 500: its bytes cannot be written",
)
def test_a_chunked_write_is_stored_whole(container):
    """A PUT with chunks of any size is stored byte for byte."""
    body = generated("chunked-put", 300_001, (1, 7, 4096, 65_536))
    written = container.put("chunked", body, chunked=True)
    assert written.status == 201
    assert written.get("Etag") == body.md5
    assert container.get("chunked").sha256 == body.sha256
