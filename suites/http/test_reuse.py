"""The next request on the same connection, after every kind of answer: registries keep a pool of connections."""

from typing import Final

from fixtures.wire.content import from_bytes
from fixtures.wire.line import Line
from fixtures.wire.message import Request, make_fields
from suites.claims import BREAKS, MUST, check, untested
from suites.http.asking import BODY, announced, cases, reads, request, status_of, stored, told_to_go_on

_LATER: Final = [("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")]
_WRONG_MD5: Final = [("ETag", "0" * 32)]
_NO_TOKEN: Final = "AUTH_tk00000000000000000000000000000000"

ANSWERS: Final = {
    "404": ("GET", "nothing", {}, (404,)),
    "404-to-head": ("HEAD", "nothing", {}, (404,)),
    "404-to-delete": ("DELETE", "nothing", {}, (404,)),
    "401": ("GET", "o", {"token": _NO_TOKEN}, (401,)),
    "401-to-head": ("HEAD", "o", {"token": _NO_TOKEN}, (401,)),
    "409": ("DELETE", "", {}, (409,)),
    "411": ("PUT", "new", {}, (411,)),
    "412": ("GET", "o", {"fields": [("If-Match", '"0"')]}, (412,)),
    "416": ("GET", "o", {"fields": [("Range", "bytes=50-")]}, (416,)),
    "416-to-head": ("HEAD", "o", {"fields": [("Range", "bytes=50-")]}, (416,)),
    "422": ("PUT", "new", {"fields": _WRONG_MD5, "body": BODY}, (422,)),
    "400": ("PUT", "n" * 1025, {"body": BODY}, (400,)),
    "405": ("PROPFIND", "o", {}, (400, 405, 501)),
    "304": ("GET", "o", {"fields": _LATER}, (304,)),
    "304-to-head": ("HEAD", "o", {"fields": _LATER}, (304,)),
    "204": ("POST", "", {"fields": [("X-Container-Meta-A", "b")], "body": b""}, (202, 204)),
    "206": ("GET", "o", {"fields": [("Range", "bytes=1-2")]}, (206,)),
    "206-to-head": ("HEAD", "o", {"fields": [("Range", "bytes=1-2")]}, (200, 206)),
    "listing": ("GET", "", {}, (200,)),
    "empty-get": ("GET", "empty", {}, (200,)),
}
"""What is asked before, and the answers that make this the case in question."""


@cases(
    "reuse-after",
    ANSWERS,
    oracle="RFC 9112 section 9.3",
    level=MUST,
    impact="the next request of a registry on this connection is lost or gets another one's answer",
)
def test_a_connection_carries_the_next_request_after(container, wire, case):
    """The next request on the connection is answered as it should be, unless the answer said that it ends."""
    method, name, options, expected = ANSWERS[case]
    get = stored(container)
    if name == "empty":
        stored(container, "empty", b"")
    before = request(container, method, name, **options)
    with Line(wire) as line:
        line.say(before)
        answer = line.answer(before)
        if status_of(answer) not in expected:
            untested(f"{method} is answered with {answer.status}, not {' or '.join(map(str, expected))}")
        _goes_on(line, answer, get)


def _goes_on(line, answer, get):
    if announced(answer):
        assert line.closes(2.0), f"the {answer.status} says Connection: close, and the connection stays open"
        return
    line.say(get)
    reads(line, get)


@check(
    "reuse-after-403",
    oracle="RFC 9112 section 9.3",
    level=MUST,
    impact="the next request of a registry on this connection is lost or gets another one's answer",
)
def test_a_connection_carries_the_next_request_after_403(container, second_swift, wire):
    """The next request on the connection is answered after one that was forbidden."""
    get = stored(container)
    before = request(container, "GET", "o", token=second_swift.token)
    with Line(wire) as line:
        line.say(before)
        answer = line.answer(before)
        if status_of(answer) != 403:
            untested(f"another account's GET is answered with {answer.status}, not 403")
        _goes_on(line, answer, get)


_LENGTH: Final = [("Content-Length", "50")]
_CHUNKED: Final = [("Transfer-Encoding", "chunked")]
_EXPECT: Final = [("Expect", "100-continue")]
REFUSED: Final = {
    "401": ("new", {"token": _NO_TOKEN, "fields": [*_LENGTH, *_EXPECT]}),
    "401-chunked": ("new", {"token": _NO_TOKEN, "fields": [*_CHUNKED, *_EXPECT]}),
    "name": ("n" * 1025, {"fields": [*_LENGTH, *_EXPECT]}),
}


@cases(
    "reuse-after-refused-expect",
    REFUSED,
    oracle="RFC 9110 section 10.1.1",
    level=BREAKS,
    impact="after a refused write the next request fails with 400, and with it the push (tracker 58286)",
)
def test_a_connection_carries_the_next_request_after_a_refused_expectation(container, wire, case):
    """A write that waits for 100 and is refused sends no body; what comes next is a request (tracker 58286)."""
    name, options = REFUSED[case]
    get, put = stored(container), request(container, "PUT", name, **options)
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        if status_of(answer) < 400:
            untested(f"the PUT is answered with {answer.status}")
        if not told_to_go_on(answer):
            _goes_on(line, answer, get)


@check(
    "reuse-after-refused-expect-missing-container",
    oracle="RFC 9110 section 10.1.1",
    level=BREAKS,
    impact="after a refused write the next request fails with 400, and with it the push (tracker 58286)",
)
def test_a_connection_carries_the_next_request_after_an_expectation_of_nowhere(container, wire):
    """A write that waits for 100 into a container that is not there is refused; what comes next is a request."""
    get = stored(container)
    gone = f"{container.session.storage_path}/{container.name}-gone/o"
    put = request(container, "PUT", target=gone, fields=[*_LENGTH, *_EXPECT])
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        if status_of(answer) < 400:
            untested(f"the PUT is answered with {answer.status}")
        if not told_to_go_on(answer):
            _goes_on(line, answer, get)


UNREAD: Final = {
    "length": {"body": b"x" * 70_000},
    "chunked": {"body": b"5\r\nhello\r\n0\r\n\r\n", "length": False, "fields": _CHUNKED},
    "length-1m": {"body": b"GET / HTTP/1.1\r\n\r\n" * 60_000},
}


@cases(
    "reuse-after-unread-body",
    UNREAD,
    oracle="RFC 9112 section 9.3",
    level=MUST,
    impact="the body of a refused write is read as the next request: a push with an expired token fails for good",
)
def test_a_connection_carries_the_next_request_after_a_body_that_was_refused(container, wire, case):
    """A write that is refused while its body comes leaves nothing of the body in front of the next request."""
    get, put = stored(container), request(container, "PUT", "new", token=_NO_TOKEN, **UNREAD[case])
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        if status_of(answer) < 400:
            untested(f"a PUT with a wrong token is answered with {answer.status}")
        _goes_on(line, answer, get)


BODIES: Final = ("GET", "HEAD", "DELETE")


@cases(
    "reuse-after-needless-body",
    BODIES,
    oracle="RFC 9112 section 6.3",
    level=MUST,
    impact="behind a load balancer, one client's bytes are read as another's request",
)
def test_a_connection_carries_the_next_request_after_a_body_that_nobody_needs(container, wire, case):
    """A body of a request that has no use for one is passed over, though it looks like a request."""
    get = stored(container)
    before = request(container, case, "nothing" if case == "DELETE" else "o", body=get.head)
    with Line(wire) as line:
        line.say(before)
        answer = line.answer(before)
        if announced(answer):
            assert line.closes(2.0), "the answer says Connection: close, and something follows"
            return
        assert line.stays(0.05), "something follows the answer: the body was read as a request"
        line.say(get)
        reads(line, get)


@check(
    "s3-reuse-after-refused-expect",
    oracle="RFC 9110 section 10.1.1",
    level=BREAKS,
    impact="after a refused write the next request fails with 400, and with it the push (tracker 58286)",
    api="s3",
)
def test_a_connection_carries_the_next_request_after_a_refused_expectation_over_s3(bucket, wire):
    """An unsigned write that waits for 100 is refused; what comes next is a request."""
    host = [("Host", wire.endpoint.authority)]
    target = f"/{bucket.name}/o".encode()
    put = Request("PUT", target, make_fields([*host, *_LENGTH, *_EXPECT]))
    get = Request("GET", target, make_fields(host))
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        if status_of(answer) < 400:
            untested(f"an unsigned PUT is answered with {answer.status}")
        if announced(answer):
            return
        line.say(get)
        assert status_of(line.answer(get)) == 403, "an unsigned GET is not answered with 403"


@check(
    "large-body-on-a-reused-connection",
    oracle="RFC 9112 section 9.3",
    level=BREAKS,
    impact="the second layer of a push fails or is stored wrong",
)
def test_a_large_body_goes_over_a_connection_that_was_used(container):
    """A body of 3 MiB on a connection that carried other requests is stored whole."""
    body = from_bytes(bytes(range(256)) * 4096 * 3)
    assert container.get("nothing").status == 404
    first = container.session.send("PUT", container.name, "large", content=body)
    assert first.status == 201, f"the PUT is answered with {first.status or first.failure}"
    assert container.get("large").sha256 == body.sha256
