"""What is forbidden weighs what it costs a registry, for which Go reads; what answers a request that was broken on
purpose must be readable, and how it is refused is not advised upon.
"""

import pytest

from fixtures.wire.line import MALFORMED
from fixtures.wire.message import Exchange, Request, make_fields
from fixtures.wire.parser import ResponseParser
from reports.model import BREAKS, MUST
from suites.plugin import judge

UNDATED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
TWO_LENGTHS = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n"


def answered(raw, tags):
    parser = ResponseParser("GET", keep=100, body_limit=100)
    parser.feed(raw)
    request = Request("GET", b"/", make_fields([("Host", "h")]))
    return Exchange(request, parser.response, raw, excess=parser.excess, reusable=True, tags=tags)


@pytest.mark.parametrize(("tags", "advised"), [({}, True), ({MALFORMED: True}, False)])
def test_no_advice_is_given_on_how_a_broken_request_is_refused(tags, advised):
    assert ("date" in {deviation.rule for deviation in judge([answered(UNDATED, tags)])}) is advised


@pytest.mark.parametrize("tags", [{}, {MALFORMED: True}])
def test_what_nobody_can_read_is_told_of_every_answer(tags):
    assert "framing" in {deviation.rule for deviation in judge([answered(TWO_LENGTHS, tags)])}


@pytest.mark.parametrize(
    ("raw", "rule", "level"),
    [
        (TWO_LENGTHS, "framing", BREAKS),
        (b"HTTP/1.1 200 OK\r\nContent-Length: +0\r\n\r\n", "framing", BREAKS),
        (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "status-line-form", MUST),
        (UNDATED.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n"), "framing", MUST),
    ],
)
def test_what_go_reads_all_the_same_breaks_no_registry(raw, rule, level):
    levels = {deviation.rule: deviation.level for deviation in judge([answered(raw, {})])}

    assert levels[rule] is level
