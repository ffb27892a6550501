"""Several requests at once on one connection, requests that come slowly, and connections that are closed by halves."""

from typing import Final

from fixtures.wire.line import MALFORMED, Line
from suites.claims import BREAKS, MUST, check, untested
from suites.http.asking import BODY, announced, cases, reads, request, status_of, stored

CHUNKED: Final = [("Transfer-Encoding", "chunked")]

PIPELINED: Final = {
    "get-get": [("GET", "o", {}), ("GET", "other", {})],
    "head-get": [("HEAD", "o", {}), ("GET", "other", {})],
    "get-head": [("GET", "o", {}), ("HEAD", "other", {}), ("GET", "other", {})],
    "put-get": [("PUT", "new", {"body": b"new"}), ("GET", "other", {})],
    "chunked-put-get": [
        ("PUT", "new", {"body": b"3\r\nnew\r\n0\r\n\r\n", "length": False, "fields": CHUNKED}),
        ("GET", "other", {}),
    ],
    "404-get": [("GET", "nothing", {}), ("GET", "other", {})],
    "large-get": [("GET", "large", {}), ("GET", "other", {})],
    "delete-get": [("DELETE", "o", {}), ("GET", "other", {})],
}
_STATUS: Final = {"HEAD": 200, "PUT": 201, "DELETE": 204}


@cases(
    "pipelined",
    PIPELINED,
    oracle="RFC 9112 section 9.3.2",
    level=MUST,
    impact="an answer is taken for another one's: a proxy serves one client another one's blob",
)
def test_requests_that_are_sent_at_once_are_answered_in_order(container, wire, case):
    """Requests that come in one piece are answered one after another, in their order."""
    bodies = {"o": BODY, "other": b"another one", "large": b"0123456789abcdef" * 65_536}
    for name, body in bodies.items():
        stored(container, name, body)
    requests = [request(container, method, name, **options) for method, name, options in PIPELINED[case]]
    with Line(wire) as line:
        line.say(*requests)
        for asked, (method, name, _) in zip(requests, PIPELINED[case], strict=True):
            if method == "GET" and name in bodies:
                answer = reads(line, asked, bodies[name])
            else:
                answer = line.answer(asked)
                assert status_of(answer) == _STATUS.get(method, 404), f"{method} is answered with {answer.status}"
                assert method != "HEAD" or answer.response.length == len(bodies[name]), "HEAD of another object"
            if announced(answer):
                return


@check(
    "pipelined-sixteen",
    oracle="RFC 9112 section 9.3.2",
    level=MUST,
    impact="an answer is taken for another one's: a proxy serves one client another one's blob",
)
def test_many_requests_that_are_sent_at_once_are_answered_in_order(container, wire):
    """Sixteen requests in one piece, each of another object, have sixteen answers in their order."""
    gets = [stored(container, f"o{number}", b"%d" % number) for number in range(16)]
    with Line(wire) as line:
        line.say(*gets)
        for number, get in enumerate(gets):
            if announced(reads(line, get, b"%d" % number)):
                return


HALVES: Final = {
    "get": [("GET", {})],
    "get-get": [("GET", {}), ("GET", {})],
    "put": [("PUT", {"body": b"new"})],
    "large-get": [("GET", {})],
}


@cases(
    "half-closed",
    HALVES,
    oracle="RFC 9112 section 9.6",
    level=MUST,
    impact="a client or proxy that says all it has to say and listens gets no answer",
)
def test_a_client_that_closes_its_half_is_still_answered(container, wire, case):
    """Who sends a request and then says that no other follows still gets the answer, whole."""
    if wire.endpoint.tls is not None:
        untested("a TLS connection has no halves")
    body = b"0123456789abcdef" * 65_536 if case.startswith("large") else BODY
    stored(container, "o", body)
    requests = [request(container, m, "o" if m == "GET" else "new", **options) for m, options in HALVES[case]]
    with Line(wire) as line:
        line.say(*requests)
        line.end()
        for asked in requests:
            answer = line.answer(asked)
            assert status_of(answer) == (200 if asked.method == "GET" else 201), f"it is answered with {answer.status}"
            assert asked.method != "GET" or answer.response.kept == body, "the answer has another body"
            if announced(answer):
                return


SLOW: Final = {
    "head": {"piece": 40, "pause": 0.01},
    "head-bytewise": {"piece": 1, "pause": 0.0},
    "head-two-halves": {"piece": 60, "pause": 0.12},
}


@cases(
    "slow-request",
    SLOW,
    oracle="RFC 9112 section 2.2",
    level=BREAKS,
    impact="a registry on a slow or lossy network cannot read",
)
def test_a_request_that_comes_in_pieces_is_read_whole(container, wire, case):
    """A head that comes byte by byte, or with waits in it, is the same request."""
    get = stored(container)
    with Line(wire) as line:
        line.say(get, **SLOW[case])
        reads(line, get)


SLOW_BODIES: Final = {
    "bytewise": (b"0123456789" * 20, {}, 1, 0.0),
    "with-waits": (b"0123456789" * 20, {}, 80, 0.05),
    "chunked-bytewise": (b"a\r\n0123456789\r\n" * 20 + b"0\r\n\r\n", {"length": False, "fields": CHUNKED}, 1, 0.0),
    "chunked-with-waits": (b"a\r\n0123456789\r\n" * 20 + b"0\r\n\r\n", {"length": False, "fields": CHUNKED}, 107, 0.05),
}


@cases(
    "slow-body",
    SLOW_BODIES,
    oracle="RFC 9112 section 6.3",
    level=BREAKS,
    impact="a layer that comes over a slow network is cut short or stored wrong",
)
def test_a_body_that_comes_in_pieces_is_stored_whole(container, wire, case):
    """A body that comes byte by byte, or with waits in it, its chunk lines cut anywhere, is stored as it is."""
    body, options, piece, pause = SLOW_BODIES[case]
    put = request(container, "PUT", "slow", body=body, **options)
    with Line(wire) as line:
        line.say(put, piece=piece, pause=pause)
        written = line.answer(put)
        assert status_of(written) == 201, f"the PUT is answered with {written.status}"
    assert container.get("slow").kept == b"0123456789" * 20


@check(
    "body-begins-with-head",
    oracle="RFC 9112 section 6",
    level=BREAKS,
    impact="a small write whose head and body travel in one packet is stored wrong",
)
def test_a_body_that_comes_with_its_head_and_is_finished_later_is_stored(container, wire):
    """Half of the body comes in one piece with the head, the rest later."""
    put = request(container, "PUT", "o", body=b"0123456789")
    with Line(wire) as line:
        line.say(put.head + b"01234")
        assert line.stays(0.05), "the PUT is answered before its body has come"
        line.say(b"56789")
        assert status_of(line.answer(put)) == 201, "the PUT is not answered with 201"
    assert container.get("o").kept == b"0123456789"


LIMITS: Final = {
    "header-4k": ("o", [("X-Long", "a" * 4096)], (200,)),
    "header-8k": ("o", [("X-Long", "a" * 8192)], (200, 400, 413, 431)),
    "header-64k": ("o", [("X-Long", "a" * 65_536)], (200, 400, 413, 431)),
    "header-300k": ("o", [("X-Long", "a" * 307_200)], (200, 400, 413, 431)),
    "headers-100": ("o", [(f"X-{n}", "a") for n in range(100)], (200, 400, 413, 431)),
    "headers-2000": ("o", [(f"X-{n}", "a" * 20) for n in range(2000)], (200, 400, 413, 431)),
    "url-8k": ("n" * 8192, [], (400, 404, 412, 413, 414, 431)),
    "url-64k": ("n" * 65_536, [], (400, 404, 412, 413, 414, 431)),
}


@cases(
    "limit",
    LIMITS,
    oracle="RFC 9110 section 5.4",
    level=MUST,
    impact="a request that is too large ends the connection or the gateway without a word",
)
def test_what_is_too_large_is_refused_with_a_status(container, wire, case):
    """A long field, many fields or a long target are taken, or refused with a 4xx that says so (RFC 9112 section 3)."""
    name, fields, expected = LIMITS[case]
    stored(container)
    get = request(container, "GET", name, fields)
    with Line(wire) as line:
        line.say(get)
        answer = line.answer(get, **{MALFORMED: True})
        assert status_of(answer) in expected, f"it is answered with {answer.status}"
        if not announced(answer) and answer.status == 200:
            line.say(request(container, "GET", "o"))
            reads(line, request(container, "GET", "o"))
    assert container.get("o").kept == BODY


@check(
    "target-with-long-query",
    oracle="RFC 9112 section 3",
    level=MUST,
    impact="a listing that goes on after a long name cannot be asked for",
)
def test_a_target_of_4000_bytes_is_served(container, wire):
    """A target whose query is 4,000 bytes long is read (RFC 9112 section 3 advises 8,000)."""
    stored(container)
    target = request(container, "GET").target.decode() + "?format=json&marker=" + "a" * 900 + "&x=" + "b" * 3000
    get = request(container, "GET", target=target)
    with Line(wire) as line:
        line.say(get)
        answer = line.answer(get)
        if status_of(answer) == 412:
            untested("the gateway does not list after so long a name")
        assert answer.status == 200, f"it is answered with {answer.status}"
