"""Where requests begin and end, however their bytes are cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fixtures.wire.splitter import RequestSplitter

STREAM = (
    b"PUT /swift/v1/c/o HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n"
    b"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"
    b"PUT /b HTTP/1.1\r\nContent-Length: 21\r\n\r\nGET /no HTTP/1.1\r\n\r\n\n"
    b"\r\nDELETE /d HTTP/1.1\r\n\r\n"
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_every_request_is_found_once_however_the_stream_is_cut(cuts):
    splitter = RequestSplitter()
    places = [0, *sorted(cuts), len(STREAM)]

    found = [r for a, b in pairwise(places) for r in splitter.feed(STREAM[a:b])]

    assert [(r.method, r.target) for r in found] == [
        ("PUT", b"/swift/v1/c/o"),
        ("HEAD", b"/a"),
        ("PUT", b"/b"),
        ("DELETE", b"/d"),
    ]
    assert not splitter.lost


@given(st.binary())
def test_bytes_that_are_not_http_end_the_looking_on_and_nothing_else(data):
    splitter = RequestSplitter()
    splitter.feed(b"\x16\x03\x01 no request line\r\n\r\n")

    assert splitter.lost
    assert splitter.feed(data) == []
