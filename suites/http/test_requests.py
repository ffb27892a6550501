"""Requests that are rare or wrong: other forms of the first line, other methods, fields that are none."""

from typing import Final

from fixtures.wire.line import MALFORMED, Line
from fixtures.wire.message import Field, Request
from suites.claims import MUST, SHOULD, check
from suites.http.asking import BODY, cases, follows, reads, request, status_of, stored

SPLIT: Final = "behind a load balancer, one client's bytes are read as another's request"
_CHUNKED: Final = [("Transfer-Encoding", "chunked")]


@check(
    "absolute-form",
    oracle="RFC 9112 section 3.2.2",
    level=MUST,
    impact="nothing comes through a proxy that passes the target on as it got it",
)
def test_a_target_with_scheme_and_host_is_served(container, wire):
    """A target in absolute form is the same as one without scheme and host."""
    stored(container)
    get = request(container, "GET", "o")
    absolute = request(container, "GET", target=wire.endpoint.url + get.target.decode())
    with Line(wire) as line:
        line.say(absolute)
        reads(line, absolute)


@check(
    "lower-case-method",
    oracle="RFC 9110 section 9.1",
    level=MUST,
    impact="a proxy that tells methods by their case lets a write pass as something else",
)
def test_a_method_in_lower_case_is_another_method(container, wire):
    """`get` is not GET: it is refused with 400, 405 or 501."""
    stored(container)
    asked = request(container, "get", "o")
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked, **{MALFORMED: True})
        assert status_of(answer) in (400, 405, 501), f"it is answered with {answer.status}"


METHODS: Final = {
    "trace": ("TRACE", (403, 404, 405, 501)),
    "connect": ("CONNECT", (400, 403, 404, 405, 501)),
    "unknown": ("FROBNICATE", (400, 403, 404, 405, 501)),
    "patch": ("PATCH", (400, 403, 404, 405, 501)),
}


@cases(
    "method",
    METHODS,
    oracle="RFC 9110 section 9.1",
    level=MUST,
    impact="a gateway that runs what it does not know, or falls silent, is one that anybody can stop",
)
def test_a_method_that_is_not_served_is_refused(container, wire, case):
    """A method that the API has not is refused, and the connection carries the next request."""
    method, expected = METHODS[case]
    get, asked = stored(container), request(container, method, "o", body=b"")
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked)
        assert status_of(answer) in expected, f"{method} is answered with {answer.status}"
        follows(wire, line, answer, get)


@check(
    "options-asterisk",
    oracle="RFC 9110 section 9.3.7",
    level=MUST,
    impact="a load balancer that asks OPTIONS * for its health check breaks a connection each time",
)
def test_options_of_the_server_are_answered(container, wire):
    """OPTIONS * is answered, in whichever way, and the connection carries the next request."""
    get = stored(container)
    asked = request(container, "OPTIONS", target="*")
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked)
        assert status_of(answer) < 500 or answer.status == 501, f"it is answered with {answer.status}"
        follows(wire, line, answer, get)


OLD: Final = {
    "get": ("GET", "o", {}),
    "head": ("HEAD", "o", {}),
    "404": ("GET", "nothing", {}),
    "listing": ("GET", "", {}),
    "without-host": ("GET", "o", {"host": []}),
    "put": ("PUT", "new", {"body": BODY}),
}


@cases(
    "http10",
    OLD,
    oracle="RFC 9112 section 9.3",
    level=MUST,
    impact="an old client or health check hangs, or reads chunk sizes as part of the body",
)
def test_a_request_of_http10_is_answered_and_the_connection_ends(container, wire, case):
    """A request of HTTP/1.0 is answered without chunks, and the connection ends with the answer."""
    method, name, options = OLD[case]
    stored(container)
    asked = request(container, method, name, version=b"HTTP/1.0", **options)
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked)
        expected = 201 if method == "PUT" else 404 if name == "nothing" else 200
        assert status_of(answer) == expected, f"it is answered with {answer.status}"
        assert answer.response.get("Transfer-Encoding") is None, "an answer to HTTP/1.0 in chunks"
        assert line.closes(2.0), "the connection stays open"


@check(
    "http10-keep-alive",
    oracle="RFC 9112 appendix C.2.2",
    level=MUST,
    impact="a client of HTTP/1.0 that asked to keep its connection waits for an end, or loses what it sends next",
)
def test_a_connection_of_http10_is_kept_where_both_say_so(container, wire):
    """Where a client of HTTP/1.0 asks to keep the connection, the gateway does what its answer says."""
    stored(container)
    get = request(container, "GET", "o", [("Connection", "keep-alive")], version=b"HTTP/1.0")
    with Line(wire) as line:
        line.say(get)
        answer = line.answer(get)
        assert status_of(answer) == 200, f"it is answered with {answer.status}"
        if "keep-alive" in (answer.response.get("Connection") or "").lower():
            line.say(get)
            reads(line, get)
        else:
            assert line.closes(2.0), "the answer does not say Connection: keep-alive, and the connection stays open"


VERSIONS: Final = {"2.0": b"HTTP/2.0", "9.9": b"HTTP/9.9", "lower-case": b"http/1.1", "none": b"HTTP/"}


@cases(
    "version",
    VERSIONS,
    oracle="RFC 9110 section 15.6.6",
    level=MUST,
    impact="a client that speaks another protocol is answered in one that it does not understand",
)
def test_a_version_that_is_not_served_is_refused(container, wire, case):
    """A request of another major version, or of none, is answered with 400 or 505."""
    stored(container)
    asked = request(container, "GET", "o", version=VERSIONS[case])
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked, **{MALFORMED: True})
        assert status_of(answer) in (400, 505), f"it is answered with {answer.status}"


HOSTS: Final = {"missing": [], "twice": ["good", "other.example"], "malformed": ["a b/@c"]}


@cases(
    "host",
    HOSTS,
    oracle="RFC 9112 section 3.2",
    level=MUST,
    impact="a load balancer routes by one name and the gateway serves another's bucket",
)
def test_a_request_without_one_good_host_is_refused(container, wire, case):
    """A request of HTTP/1.1 without Host, with two, or with a malformed one is answered with 400."""
    stored(container)
    values = [wire.endpoint.authority if value == "good" else value for value in HOSTS[case]]
    asked = request(container, "GET", "o", host=values)
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked, **{MALFORMED: True})
        assert status_of(answer) == 400, f"it is answered with {answer.status}"


@check("field-space-before-colon", oracle="RFC 9112 section 5.1", level=MUST, impact=SPLIT)
def test_a_field_with_a_space_before_its_colon_is_refused(container, wire):
    """A field with a space between name and colon is answered with 400: proxies read it in different ways."""
    _refused(wire, stored(container), b"X-A ", b"b")


BAD_NAMES: Final = {"nul": b"X\0A", "empty": b"", "space": b"X A", "control": b"X\x01A"}


@cases("field-name", BAD_NAMES, oracle="RFC 9112 section 2.2", level=SHOULD, impact=SPLIT)
def test_a_field_whose_name_is_none_is_refused(container, wire, case):
    """A field without a name, or with a space or a control character in it, is answered with 400."""
    _refused(wire, stored(container), BAD_NAMES[case], b"b")


def _refused(wire, get: Request, name: bytes, value: bytes) -> None:
    asked = _with(get, name, value)
    with Line(wire) as line:
        line.say(asked, hidden=1)
        answer = line.answer(asked, **{MALFORMED: True})
        assert status_of(answer) == 400, f"it is answered with {answer.status}"


BAD_VALUES: Final = {
    "nul": b"a\0Range: bytes=1-2",
    "bare-cr": b"a\rRange: bytes=1-2",
    "folded": b"a\r\n Range: bytes=1-2",
}


@cases("field-value", BAD_VALUES, oracle="RFC 9110 section 5.5", level=MUST, impact=SPLIT)
def test_a_value_that_goes_on_is_refused_or_read_as_one(container, wire, case):
    """A value with NUL, CR or a folded line in it is refused, or read as one: what follows is no field of its own."""
    get = stored(container)
    asked = _with(get, b"X-A", BAD_VALUES[case])
    with Line(wire) as line:
        line.say(asked)
        answer = line.answer(asked, **{MALFORMED: True})
        assert status_of(answer) in (200, 400), f"it is answered with {answer.status}"
        assert answer.status == 400 or answer.response.kept == BODY, "the end of the value is read as a field"


def _with(get: Request, name: bytes, value: bytes) -> Request:
    return Request(get.method, get.target, (*get.fields, Field(name, value)))


CHUNKED: Final = {
    "extension": b"5;name=value\r\nhello\r\n0;last\r\n\r\n",
    "quoted-extension": b'5;name="a b;c"\r\nhello\r\n0\r\n\r\n',
    "trailers": b"5\r\nhello\r\n0\r\nX-Trailer: 1\r\nX-Other: 2\r\n\r\n",
    "leading-zeros": b"0005\r\nhello\r\n000\r\n\r\n",
    "bytewise": b"1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n0\r\n\r\n",
    "hex-digits": b"5\r\nhello\r\n" + b"1A\r\n" + b"z" * 26 + b"\r\n" + b"0b\r\n" + b"y" * 11 + b"\r\n0\r\n\r\n",
}


@cases(
    "chunked-form",
    CHUNKED,
    oracle="RFC 9112 section 7.1.1",
    level=MUST,
    impact="a write that a proxy has cut into chunks of its own is refused or stored wrong",
)
def test_chunks_of_every_legal_form_are_read(container, wire, case):
    """Chunks with extensions, trailers, leading zeros or digits of either case are stored without them."""
    put = request(container, "PUT", "o", _CHUNKED, body=CHUNKED[case], length=False)
    get = request(container, "GET", "o")
    with Line(wire) as line:
        line.say(put)
        answer = line.answer(put)
        assert status_of(answer) == 201, f"it is answered with {answer.status}"
        follows(wire, line, answer, get, BODY + (b"z" * 26 + b"y" * 11 if case == "hex-digits" else b""))
