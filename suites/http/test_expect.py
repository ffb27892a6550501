"""Expect: 100-continue, which registries send with every write: what comes before the body, and what after."""

from typing import Final

from fixtures.wire.content import from_bytes
from fixtures.wire.line import Line
from suites.claims import BREAKS, MUST, SHOULD, blocked, check, unsupported
from suites.http.asking import BODY, announced, cases, follows, request, status_of, stored, told_to_go_on

_EXPECT: Final = [("Expect", "100-continue")]
_CHUNKED: Final = [("Transfer-Encoding", "chunked")]
_FRAMED: Final = b"5\r\nhello\r\n0\r\n\r\n"
_WAITS: Final = 3.0
"""Seconds: Go's client waits for one second and then sends its body (net/http, `ExpectContinueTimeout`)."""

WAITING: Final = {
    "length": {"body": BODY, "fields": _EXPECT},
    "chunked": {"body": _FRAMED, "length": False, "fields": [*_CHUNKED, *_EXPECT]},
    "upper-case": {"body": BODY, "fields": [("Expect", "100-Continue")]},
    "before-length": {"body": BODY, "length": False, "fields": [*_EXPECT, ("Content-Length", "5")]},
    "over-an-object": {"body": BODY, "fields": _EXPECT},
}


@cases(
    "expect-waits",
    WAITING,
    oracle="RFC 9110 section 10.1.1",
    level=MUST,
    impact="each write of a registry waits for a second before it sends its body, or for ever",
)
def test_a_client_that_waits_for_100_gets_it_before_its_body(container, wire, case):
    """A write that waits is told to go on, once, before its body is sent, and then answered."""
    put = request(container, "PUT", "o", **WAITING[case])
    if case == "over-an-object":
        stored(container)
    with Line(wire) as line:
        line.say(put.head)
        assert line.hears(_WAITS), "nothing comes, neither a 100 nor an answer"
        line.say(put.content.beginning(put.content.size))
        answer = line.answer(put)
        assert status_of(answer) == 201, f"the PUT is answered with {answer.status}"
        assert told_to_go_on(answer) == 1, f"{told_to_go_on(answer)} times 100 comes before the answer"
    assert container.get("o").kept == BODY


@check(
    "expect-body-at-once",
    oracle="RFC 9110 section 10.1.1",
    level=BREAKS,
    impact="a write whose client does not wait for 100 is stored wrong or not at all",
)
def test_a_client_that_does_not_wait_for_100_is_served(container, wire):
    """A write that expects 100 and sends its body all the same is stored, and the connection goes on."""
    put, get = request(container, "PUT", "o", _EXPECT, body=BODY), request(container, "GET", "o")
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        assert status_of(answer) == 201, f"the PUT is answered with {answer.status}"
        follows(wire, line, answer, get)


@check(
    "expect-refused",
    oracle="RFC 9110 section 10.1.1",
    level=MUST,
    impact="a layer of gigabytes is sent although its token has expired, again and again",
)
def test_a_write_that_is_refused_is_not_told_to_go_on(container, wire):
    """A write with a wrong token that waits for 100 is answered with 401 and no 100."""
    put = request(container, "PUT", "o", [("Content-Length", "5"), *_EXPECT], token="AUTH_tk0000000000000000000000")
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        assert status_of(answer) == 401, f"it is answered with {answer.status}"
        assert not told_to_go_on(answer), "a 100 comes before the 401"


@check(
    "expect-empty-body",
    oracle="RFC 9110 section 10.1.1",
    level=BREAKS,
    impact="a registry cannot store an empty layer or begin an upload",
)
def test_an_empty_write_that_waits_for_100_is_stored(container, wire):
    """A PUT of no bytes that expects 100 is stored, and the connection carries the next request."""
    _needless(container, wire, request(container, "PUT", "o", _EXPECT, body=b""))


NEEDLESS: Final = ("GET", "HEAD", "DELETE")


@cases(
    "expect-without-body",
    NEEDLESS,
    oracle="RFC 9110 section 10.1.1",
    level=SHOULD,
    impact="none to a registry; a client that asks needlessly loses its connection",
)
def test_an_expectation_without_a_body_does_no_harm(container, wire, case):
    """A request without a body that expects 100, which no client may send, is answered, and so is the next one."""
    stored(container)
    _needless(container, wire, request(container, case, "o", _EXPECT))


def _needless(container, wire, asked):
    other = stored(container, "other")
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked)
        assert status_of(answer) in (200, 201, 204), f"{asked.method} is answered with {answer.status}"
        follows(wire, line, answer, other)


@check(
    "expect-unknown",
    oracle="RFC 9110 section 10.1.1",
    level=MUST,
    impact="none to a registry; a client that expects something else is left without an answer",
)
def test_an_unknown_expectation_is_refused_or_passed_over(container, wire):
    """An Expect that nobody knows is answered with 417, or as if it were not there."""
    put = request(container, "PUT", "o", [("Expect", "x-nothing=1")], body=BODY)
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        assert status_of(answer) in (201, 417), f"it is answered with {answer.status}"
        if answer.status == 417:
            unsupported("the gateway refuses expectations that it does not know")
    assert container.get("o").kept == BODY


@check(
    "expect-http10",
    oracle="RFC 9110 section 10.1.1",
    level=MUST,
    impact="a client or proxy of HTTP/1.0 takes the 100 for the answer",
)
def test_an_expectation_of_http10_is_passed_over(container, wire):
    """A write of HTTP/1.0 that expects 100 gets no 100, only its answer."""
    put = request(container, "PUT", "o", _EXPECT, body=BODY, version=b"HTTP/1.0")
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        assert status_of(answer) == 201, f"it is answered with {answer.status}"
        assert not told_to_go_on(answer), "a 100 comes, which HTTP/1.0 does not know"


@check(
    "expect-reused",
    oracle="RFC 9110 section 10.1.1",
    level=MUST,
    impact="the second write on a connection waits or fails",
)
def test_writes_that_wait_for_100_follow_each_other(container):
    """Three writes that wait for 100 on one connection are stored, each with its own 100."""
    for number in range(3):
        body = from_bytes(b"%d" % number)
        exchange = container.session.send(
            "PUT",
            container.name,
            f"o{number}",
            content=body,
            headers=_EXPECT,
            await_continue=_WAITS,
            connection="waits",
        )
        if exchange.status != 201:
            blocked(f"the PUT is answered with {exchange.status or exchange.failure}")
        if announced(exchange):
            return
        assert exchange.position == number, "the connection was not kept"
        assert told_to_go_on(exchange) <= 1, "more than one 100"
    assert [container.get(f"o{number}").kept for number in range(3)] == [b"0", b"1", b"2"]
