"""What a gateway may say, made up: grammatical pieces and specimens put together, cut, repeated and damaged."""

import contextlib
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

from fixtures.wire.message import Exchange, Request, make_fields
from fixtures.wire.parser import ResponseParser
from tests.hostile.catalogue import BEHAVIOURS
from tests.hostile.model import Asked, Gone

_LARGEST = 4096
_ASKED = Asked("GET", "/swift/v1/rgwc-hostile1-main-1/o?format=json&prefix=rgwc-hostile1-", {}, "127.0.0.1:1")


class _Heard:
    """A peer that keeps the beginning of what is said to it."""

    def __init__(self) -> None:
        self.data = b""

    def say(self, *data: bytes) -> None:
        self.data += b"".join(data)
        if len(self.data) > _LARGEST:
            raise Gone

    def repeat(self, data: bytes, **_: float) -> None:
        while True:
            self.say(data or b"-" * _LARGEST)

    def drip(self, data: bytes, **_: float) -> None:
        self.say(bytes(data))

    def close(self, *_: float) -> None:
        raise Gone

    wait = reset = close


def _specimens() -> list[bytes]:
    """How the behaviours of the hostile server begin."""
    found = []
    for behaviour in BEHAVIOURS:
        heard = _Heard()
        with contextlib.suppress(Gone, AttributeError):
            behaviour.act(heard, _ASKED)
        if heard.data:
            found.append(heard.data[:_LARGEST])
    return sorted(set(found))


NAMES = (
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Content-Type",
    "Content-Range",
    "ETag",
    "Last-Modified",
    "Date",
    "X-Auth-Token",
    "X-Storage-Url",
    "X-Subject-Token",
    "X-Account-Meta-Temp-Url-Key",
    "X-Object-Manifest",
    "Location",
    "Accept-Ranges",
    "X-Trans-Id",
    "X-Timestamp",
    "Content-Encoding",
    "Upgrade",
    "Vary",
    "Link",
    "Allow",
    "Trailer",
    "WWW-Authenticate",
    "Cache-Control",
    "Retry-After",
    "X-Auth-Token-Expires",
    "X-Container-Object-Count",
    "Keep-Alive",
)
_VALUES = (
    b"5",
    b"0",
    b"-1",
    b"9" * 30,
    b"9" * 5000,
    b"chunked",
    b"gzip, chunked",
    b"close",
    b"keep-alive",
    b"bytes 0-4/5",
    b"bytes 5-4/*",
    b"bytes */5",
    b'"',
    b'W/"a',
    b"Thu, 01 Jan 1970 00:00:00 GMT",
    b"Thu, 99 Foo 0000 99:99:99 GMT",
    b"http://[bad/x",
    b"http://a:b@c:99999999/v1",
    b"/swift/v1",
    b"",
    b"a\0b",
    b"\xff\xfe",
    b'a/b;c="d',
    b"\\",
    b"%zz",
    b"multipart/byteranges; boundary=",
    b"multipart/byteranges; boundary=x",
    b"application/json; charset=nope",
    b",,,;;;==",
)
_BODIES = (
    b"hello",
    b"[]",
    b"{}",
    b"[1,null,{}]",
    b'[{"name":"a","bytes":5,"hash":"x","last_modified":"2020-01-01T00:00:00"}]',
    b'[{"name":"\\ud800","bytes":"x"}]',
    b'[{"subdir":1}]',
    b"[" * 2000,
    b'{"token":{"catalog":[{"type":"object-store"}]}}',
    b'{"token":{"catalog":[{"type":"object-store","endpoints":[{"interface":"public","url":"http://[a"}]}]}}',
    b"NaN",
    b"9" * 5000,
    b"<a/>",
    b"<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key/><Size>x</Size></Contents></ListBucketResult>",
    b"<ListPartsResult><Part><PartNumber>" + b"9" * 5000 + b"</PartNumber></Part></ListPartsResult>",
    b"<InitiateMultipartUploadResult><UploadId>\xc3\xa4&#10;/..</UploadId></InitiateMultipartUploadResult>",
    b'<?xml version="1.0" encoding="hex"?><a/>',
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"<Error><Code></Code></Error>",
    b"--x\r\nContent-Range: bytes 0-0/5\r\n\r\nh\r\n--x--",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\n",
    b"0\r\na: b\r\n\r\n",
)
SPECIMENS = _specimens()

_status = st.one_of(
    st.sampled_from(
        [
            b"200 OK",
            b"204 No Content",
            b"206 Partial",
            b"100 Continue",
            b"101 S",
            b"304 N",
            b"302 F",
            b"404 N",
            b"201 C",
            b"416 R",
            b"401 U",
            b"500 E",
            b"000 Z",
            b"999 X",
            b"20",
            b"\xb2\xb0\xb0 OK",
            b"200",
        ]
    ),
    st.binary(max_size=8),
)
_line = st.one_of(
    st.builds(
        lambda name, sign, value, end: name + sign + value + end,
        st.one_of(st.sampled_from([name.encode() for name in NAMES]), st.binary(max_size=12)),
        st.sampled_from([b": ", b":", b" : ", b"", b":\r\n "]),
        st.one_of(st.sampled_from(_VALUES), st.binary(max_size=24)),
        st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"]),
    ),
    st.binary(max_size=24),
)
_body = st.one_of(st.sampled_from(_BODIES), st.binary(max_size=64))


def _framed(head: bytes, lines: list[bytes], body: bytes, how: str, rest: bytes) -> bytes:
    if how == "length":
        lines = [*lines, b"Content-Length: %d\r\n" % len(body)]
    elif how == "chunked":
        lines = [*lines, b"Transfer-Encoding: chunked\r\n"]
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    return head + b"".join(lines) + b"\r\n" + body + rest


_grammatical = st.builds(
    lambda status, lines, body, how, rest: _framed(b"HTTP/1.1 " + status + b"\r\n", lines, body, how, rest),
    _status,
    st.lists(_line, max_size=6),
    _body,
    st.sampled_from(["length", "length", "chunked", "none"]),
    st.one_of(st.just(b""), st.just(b""), st.binary(max_size=8)),
)


def _damaged(data: bytes, places: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, piece in places:
        begin = at % (len(data) + 1)
        data = data[:begin] + piece + data[begin + length :]
    return data


_damage = st.lists(
    st.tuples(st.integers(0, _LARGEST), st.integers(0, 6), st.one_of(st.binary(max_size=4), st.sampled_from(_VALUES))),
    max_size=4,
)
answer = st.builds(_damaged, st.one_of(_grammatical, _grammatical, st.sampled_from(SPECIMENS)), _damage)
"""The bytes that came back for one request."""
cuts = st.lists(st.integers(0, _LARGEST), max_size=4)
method = st.sampled_from(["GET", "GET", "HEAD", "PUT", "DELETE", "POST"])
asking = st.lists(
    st.sampled_from(
        [("Range", "bytes=0-4"), ("Range", "bytes=-5"), ("Expect", "100-continue"), ("If-None-Match", "*")]
    ),
    max_size=2,
)


def parsed(data: bytes, how: str, places: Sequence[int] = (), *, limit: int = 1 << 40) -> ResponseParser:
    """These bytes as they came, in pieces."""
    parser = ResponseParser(how, keep=1 << 16, body_limit=limit)
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    for begin, end in pairwise(edges):
        if begin != end:
            parser.feed(data[begin:end])
    parser.eof()
    return parser


def exchange(request: Request, data: bytes) -> Exchange:
    """What the client would make of these bytes."""
    parser = parsed(data, request.method)
    return Exchange(
        request, parser.response, data[:16384], parser.failure, parser.detail, parser.excess, "fuzz-1", seconds=0.1
    )


def asked(how: str, fields: list[tuple[str, str]]) -> Request:
    """A request that such an answer may be one to."""
    return Request(how, b"/swift/v1/rgwc-fuzzed-1/o?format=json", make_fields([("Host", "h"), *fields]))
