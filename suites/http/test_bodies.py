"""Where an answer's body is, how its length is told, and where there must be none."""

from typing import Final

from fixtures.wire.line import Line
from suites.claims import BREAKS, MUST, SHOULD, check, untested
from suites.http.asking import BODY, announced, cases, follows, reads, request, status_of, stored

_LATER: Final = [("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")]

HEADS: Final = {
    "object": ("o", [], {}),
    "container": ("", [], {}),
    "nothing": ("nothing", [], {}),
    "range": ("o", [("Range", "bytes=1-2")], {}),
    "range-past-the-end": ("o", [("Range", "bytes=50-")], {}),
    "wrong-token": ("o", [], {"token": "AUTH_tk0000000000000000000000"}),
    "not-modified": ("o", _LATER, {}),
    "keep-alive": ("o", [("Connection", "keep-alive")], {}),
    "large": ("large", [], {}),
}


@cases(
    "head-without-body",
    HEADS,
    oracle="RFC 9110 section 9.3.2",
    level=BREAKS,
    impact="the answer to a registry's next request is misread",
)
def test_nothing_follows_an_answer_to_head(container, wire, case):
    """Nothing comes between an answer to HEAD and the answer to the next request on the connection."""
    name, fields, options = HEADS[case]
    get = stored(container)
    if name == "large":
        stored(container, "large", b"x" * 100_000)
    head = request(container, "HEAD", name, fields, **options)
    with Line(wire) as line:
        line.say(head)
        answer = line.answer(head)
        status_of(answer)
        if announced(answer):
            assert line.closes(2.0), "something follows the answer, or the connection stays open"
            return
        assert line.stays(0.01), "something follows the answer, or the connection is closed unannounced"
        line.say(get)
        reads(line, get)


EMPTY: Final = {
    "304": ("GET", "o", {"fields": _LATER}, (304,)),
    "304-by-etag": ("GET", "o", {"fields": "etag"}, (304,)),
    "204-of-delete": ("DELETE", "o", {}, (204,)),
    "204-of-post": ("POST", "", {"fields": [("X-Container-Meta-A", "b")], "body": b""}, (204,)),
    "201": ("PUT", "new", {"body": BODY}, (201,)),
    "202": ("POST", "o", {"fields": [("X-Object-Meta-A", "b")], "body": b""}, (202,)),
}


@cases(
    "answer-without-body",
    EMPTY,
    oracle="RFC 9112 section 6.3",
    level=MUST,
    impact="the next answer on this connection is misread",
)
def test_nothing_follows_an_answer_that_has_no_body(container, wire, case):
    """A 304 or 204 has no body, any other answer to a write says how long its body is."""
    method, name, options, expected = EMPTY[case]
    stored(container)
    etag = container.head("o").get("ETag") or ""
    options = {**options, "fields": [("If-None-Match", etag)]} if options.get("fields") == "etag" else options
    other, asked = stored(container, "other"), request(container, method, name, **options)
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked)
        if status_of(answer) not in expected:
            untested(f"{method} is answered with {answer.status}, not {expected[0]}")
        assert answer.response.complete, "the answer does not end"
        assert line.stays(0.01) or announced(answer), "something follows the answer, or the connection is closed"
        follows(wire, line, answer, other)


ERRORS: Final = {
    "404": ("GET", "nothing", {}),
    "401": ("GET", "o", {"token": "AUTH_tk0000000000000000000000"}),
    "409": ("DELETE", "", {}),
    "411": ("PUT", "new", {}),
    "416": ("GET", "o", {"fields": [("Range", "bytes=50-")]}),
    "422": ("PUT", "new", {"fields": [("ETag", "0" * 32)], "body": BODY}),
}


@cases(
    "error-document",
    ERRORS,
    oracle="RFC 9112 section 6.3",
    level=SHOULD,
    impact="a client can tell only by the end of the connection where the error ends, and loses it",
)
def test_an_error_says_what_it_is_and_how_long(container, wire, case):
    """An error tells the length of its body, by Content-Length or in chunks, and the type of one that is there."""
    method, name, options = ERRORS[case]
    stored(container)
    asked = request(container, method, name, **options)
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked)
        if status_of(answer) < 400:
            untested(f"{method} is answered with {answer.status}")
        response = answer.response
        assert response.get("Content-Length") is not None or response.get("Transfer-Encoding") is not None, (
            "neither Content-Length nor Transfer-Encoding"
        )
        assert response.complete, "the body is shorter than its length"
        assert not response.size or response.get("Content-Type"), "a body without Content-Type"
        assert line.stays(0.01) or announced(answer), "something follows the error, or the connection is closed"


DATED: Final = {
    "200": ("GET", "o", {}),
    "201": ("PUT", "new", {"body": BODY}),
    "204": ("DELETE", "o", {}),
    "206": ("GET", "o", {"fields": [("Range", "bytes=1-2")]}),
    "304": ("GET", "o", {"fields": _LATER}),
    "404": ("GET", "nothing", {}),
    "401": ("GET", "o", {"token": "AUTH_tk0000000000000000000000"}),
    "head": ("HEAD", "o", {}),
}


@cases(
    "dated",
    DATED,
    oracle="RFC 9110 section 6.6.1",
    level=SHOULD,
    impact="none to a registry; a cache or a signing client cannot tell how old the answer is",
)
def test_every_kind_of_answer_has_one_date(container, case):
    """An answer of any kind says when it was made, once."""
    method, name, options = DATED[case]
    stored(container)
    answer = container.session.client.exchange(request(container, method, name, **options))
    status_of(answer)
    assert len(answer.response.head.all("Date")) == 1, f"{len(answer.response.head.all('Date'))} Date fields"


@check(
    "body-in-one-answer",
    oracle="RFC 9112 section 6.3",
    level=BREAKS,
    impact="a registry serves a layer that is cut short or has a byte too many",
)
def test_bodies_of_many_sizes_come_whole(container, wire):
    """Objects of 0, 1, 4,095 to 4,097 and 65,535 to 65,537 bytes come whole, one after another on one connection."""
    sizes = (0, 1, 4095, 4096, 4097, 65_535, 65_536, 65_537)
    gets = [(stored(container, f"o{size}", b"x" * size), size) for size in sizes]
    last, _ = gets[-1]
    with Line(wire) as line:
        for get, size in gets:
            line.say(get)
            if announced(reads(line, get, b"x" * size)):
                break
    with Line(wire) as line:
        line.say(last)
        reads(line, last, b"x" * sizes[-1])
