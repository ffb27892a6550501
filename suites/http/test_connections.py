"""Who closes a connection and when, and what clients that go away in the middle leave behind."""

import time
from typing import Final

from fixtures.wire.content import from_bytes, generated
from fixtures.wire.line import MALFORMED, Line
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.http.asking import BODY, announced, cases, reads, request, status_of, stored

CLOSES: Final = {
    "get": ("GET", "o", "close"),
    "head": ("HEAD", "o", "close"),
    "404": ("GET", "nothing", "close"),
    "put": ("PUT", "new", "close"),
    "upper-case": ("GET", "o", "Close"),
}


@cases(
    "close-asked",
    CLOSES,
    oracle="RFC 9112 section 9.6",
    level=MUST,
    impact="a client or load balancer that reads up to the end of the connection hangs",
)
def test_a_client_that_asks_for_it_is_left_after_the_answer(container, wire, case):
    """A request with Connection: close is answered whole, the answer says close too, and the connection ends."""
    method, name, option = CLOSES[case]
    stored(container)
    asked = request(container, method, name, [("Connection", option)], body=b"" if method == "PUT" else None)
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked)
        assert status_of(answer) == {"PUT": 201}.get(method, 404 if name == "nothing" else 200)
        assert announced(answer), "the answer does not say Connection: close"
        assert line.closes(2.0), "the connection does not end with the answer"


@check(
    "close-asked-in-a-list",
    oracle="RFC 9110 section 7.6.1",
    level=SHOULD,
    impact="none to a registry, which sends no such list; a proxy that does waits for an end that does not come",
)
def test_close_is_found_in_a_list_of_options(container, wire):
    """Connection: TE, close asks for the end of the connection too."""
    stored(container)
    get = request(container, "GET", "o", [("Connection", "TE, close")])
    with Line(wire) as line:
        line.say(get)
        answer = line.answer(get)
        assert announced(answer), "the answer does not say Connection: close"
        assert line.closes(2.0), "the connection does not end with the answer"


@check(
    "nothing-after-close",
    oracle="RFC 9112 section 9.6",
    level=MUST,
    impact="behind a load balancer, one client's bytes are read as another's request",
)
def test_what_follows_a_request_that_closes_is_not_answered(container, wire):
    """A request that comes after one with Connection: close is not answered."""
    get = stored(container)
    asked = request(container, "GET", "o", [("Connection", "close")])
    with Line(wire) as line:
        line.say(asked, get)
        reads(line, asked)
        assert line.more(get, seconds=5.0) is None, "a second request is answered after Connection: close"


ALIVE: Final = {
    "nothing-said": [],
    "asked": [("Connection", "keep-alive")],
    "upper-case": [("Connection", "Keep-Alive")],
}


@cases(
    "keep-alive",
    ALIVE,
    oracle="RFC 9112 section 9.3",
    level=SHOULD,
    impact="a registry opens a connection for each request: slower pushes, and ports run out",
)
def test_a_connection_is_kept_for_what_comes_next(container, wire, case):
    """Ten requests travel on one connection, unless an answer says that it ends."""
    stored(container)
    get = request(container, "GET", "o", ALIVE[case])
    with Line(wire) as line:
        for _ in range(10):
            line.say(get)
            answer = line.answer(get)
            assert status_of(answer) == 200, f"GET is answered with {answer.status}"
            if announced(answer):
                assert line.closes(2.0), "the answer says Connection: close, and the connection stays open"
                return


@check(
    "idle-connection",
    oracle="RFC 9112 section 9.5",
    level=SHOULD,
    impact="a registry's pooled connection is gone whenever it is used: requests fail now and then",
)
def test_an_idle_connection_lives_for_a_second(container, wire):
    """A connection on which nothing is said for a second is open, and carries the next request."""
    get = stored(container)
    with Line(wire) as line:
        line.say(get)
        if announced(reads(line, get)):
            return
        assert line.stays(1.0), "the connection was closed, or something was said on it, within a second"
        line.say(get)
        reads(line, get)


@check(
    "fresh-idle-connection",
    oracle="RFC 9112 section 9.5",
    level=SHOULD,
    impact="a connection that was opened ahead is gone when it is used",
)
def test_a_connection_on_which_nothing_was_said_yet_waits(container, wire):
    """A connection that was opened and not used for a quarter of a second carries a request."""
    get = stored(container)
    with Line(wire) as line:
        assert line.stays(0.25), "the connection was closed before anything was said"
        line.say(get)
        reads(line, get)


@check(
    "two-connections",
    oracle="RFC 9112 section 9.3",
    level=BREAKS,
    impact="one layer's bytes are served as another's",
)
def test_two_connections_do_not_mix_their_answers(container, wire):
    """Requests on two connections that are under way at once have each its own answer."""
    one, two = stored(container, "one", b"1" * 70_000), stored(container, "two", b"2" * 70_000)
    for _ in range(3):
        with Line(wire) as first, Line(wire) as second:
            first.say(one.head[:30])
            second.say(two)
            first.say(one.head[30:])
            reads(first, one, b"1" * 70_000)
            reads(second, two, b"2" * 70_000)


@check(
    "two-uploads",
    oracle="Swift API, Create or replace object",
    level=BREAKS,
    impact="one layer's bytes are stored as another's",
)
def test_two_uploads_do_not_mix_their_bodies(container, wire):
    """Bodies that come in turns on two connections are stored each under its own name."""
    puts = [request(container, "PUT", name, body=name.encode() * 30_000) for name in ("a", "b")]
    with Line(wire) as first, Line(wire) as second:
        for line, put in zip((first, second), puts, strict=True):
            line.say(put.head)
        for _ in range(3):
            first.say(b"a" * 10_000)
            second.say(b"b" * 10_000)
        for line, put in zip((first, second), puts, strict=True):
            assert status_of(line.answer(put)) == 201
    assert container.get("a").kept == b"a" * 30_000
    assert container.get("b").kept == b"b" * 30_000


ABORTED: Final = {"closed": False, "reset": True}


@cases(
    "get-aborted",
    ABORTED,
    oracle="RFC 9112 section 9.6",
    level=BREAKS,
    impact="one pull that is broken off keeps the gateway from serving others",
)
def test_a_read_that_is_broken_off_disturbs_nobody(container, wire, case):
    """Clients that go away in the middle of a large GET leave a gateway that answers."""
    body = generated("get-aborted", 3 << 20)
    container.put("large", body)
    get = stored(container)
    for _ in range(4):
        with Line(wire) as line:
            line.say(request(container, "GET", "large"))
            if ABORTED[case]:
                time.sleep(0.002)
                line.reset()
    with Line(wire) as line:
        line.say(get)
        reads(line, get)
    assert container.get("large").sha256 == body.sha256


CUT: Final = {
    "length-closed": ({"body": b"x" * 1000}, 400, "close"),
    "length-half-closed": ({"body": b"x" * 1000}, 400, "end"),
    "length-reset": ({"body": b"x" * 1000}, 400, "reset"),
    "chunked-closed": ({"body": b"5\r\nhello\r\n0\r\n\r\n", "length": False}, 8, "close"),
    "chunked-half-closed": ({"body": b"5\r\nhello\r\n0\r\n\r\n", "length": False}, 8, "end"),
    "chunked-without-last": ({"body": b"5\r\nhello\r\n0\r\n\r\n", "length": False}, 10, "close"),
    "chunked-without-last-half-closed": ({"body": b"5\r\nhello\r\n0\r\n\r\n", "length": False}, 10, "end"),
    "chunked-reset": ({"body": b"5\r\nhello\r\n0\r\n\r\n", "length": False}, 10, "reset"),
}


@cases(
    "put-aborted",
    CUT,
    oracle="RFC 9112 section 8",
    level=BREAKS,
    impact="a push that was broken off leaves half a layer that is served as a whole one",
)
def test_a_write_that_is_broken_off_stores_nothing(container, wire, case):
    """A PUT whose body does not come to its end stores nothing, and is never answered with success."""
    options, size, how = CUT[case]
    fields = [] if options.get("length", True) else [("Transfer-Encoding", "chunked")]
    put = request(container, "PUT", "cut", fields, **options)
    with Line(wire) as line:
        line.say(put.head + put.content.beginning(size))
        assert line.stays(0.03), "the PUT is answered before its body has come"
        getattr(line, how)()
        if how == "end":
            answer = line.more(put, seconds=5.0, **{MALFORMED: True})
            assert answer is None or status_of(answer) >= 400, f"half a body is answered with {answer.status}"
    status = _settled(container)
    assert status == 404, f"half a body is stored: GET is answered with {status}"


def _settled(container):
    """The status of the object that must not be there, after the gateway had the time to notice."""
    for _ in range(4):
        status = container.head("cut").status
        if status != 404:
            break
        time.sleep(0.02)
    return status


@check(
    "put-aborted-over-another",
    oracle="RFC 9112 section 8",
    level=BREAKS,
    impact="a push that was broken off destroys what was there before",
)
def test_a_write_that_is_broken_off_leaves_what_was_there(container, wire):
    """A PUT whose body does not come to its end leaves the object as it was."""
    get = stored(container)
    put = request(container, "PUT", "o", body=b"x" * 1000)
    with Line(wire) as line:
        line.say(put.head + b"x" * 400)
        assert line.stays(0.03), "the PUT is answered before its body has come"
    with Line(wire) as line:
        line.say(get)
        reads(line, get, BODY)


@check(
    "answer-without-reading",
    oracle="RFC 9112 section 9.6",
    level=SHOULD,
    impact="a registry whose token has expired does not get to know: it sees a broken connection",
)
def test_a_refused_write_is_told_although_its_body_is_still_coming(container):
    """A large write with a wrong token is answered with 401, and the answer can be read."""
    content = from_bytes(b"x" * (4 << 20))
    session = container.session
    good, session.token = session.token, "AUTH_tk00000000000000000000000000000000"
    try:
        answer = session.send("PUT", container.name, "new", content=content)
    finally:
        session.token = good
    assert status_of(answer) == 401, f"it is answered with {answer.status}"
