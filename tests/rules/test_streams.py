"""Answers made up by hypothesis: valid ones are left alone, broken ones never raise or hang anything.

A valid answer is valid by construction: the grammar of RFC 9112 is followed, and what it says of itself is so.
"""

from email.utils import formatdate

from hypothesis import given
from hypothesis import strategies as st

from fixtures.wire.message import Exchange, Request
from fixtures.wire.parser import ResponseParser
from reports.model import Level
from suites.rules.catalogue import RULES

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "COPY")
TARGET = b"/swift/v1/c/o"
TOKEN = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~", min_size=1, max_size=20
)
TEXT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30)
STATUSES = (200, 201, 202, 204, 404, 409, 412, 500, 503)


@st.composite
def unknown_fields(draw) -> list[bytes]:
    """Fields that nobody knows, of any case and value."""
    names = draw(st.lists(TOKEN.map(lambda name: f"X-Made-Up-{name}"), max_size=5, unique_by=str.lower))
    white = st.sampled_from(["", " ", "\t", "  "])
    return [f"{name}:{draw(white)}{draw(TEXT)}{draw(white)}".encode() for name in names]


@st.composite
def bodies(draw, method: str, status: int) -> tuple[list[bytes], bytes]:
    """The fields that frame a body, and the body as it is on the wire."""
    if status == 204:
        return [], b""
    body = draw(st.binary(max_size=200))
    if method == "HEAD":
        return [b"Content-Length: %d" % len(body)], b""
    if draw(st.booleans()):
        return [draw(st.sampled_from([b"Content-Length", b"content-length"])) + b": %d" % len(body)], body
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=4)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    extension = draw(st.sampled_from([b"", b";a", b";a=b", b';a="b c"']))
    framed = b"".join(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece) for piece in pieces if piece)
    trailer = draw(st.sampled_from([b"", b"X-Made-Up-Trailer: 1\r\n"]))
    return [b"Transfer-Encoding: chunked"], framed + b"0\r\n" + trailer + b"\r\n"


@st.composite
def answers(draw) -> tuple[str, bytes]:
    """A method and a valid answer to it, as bytes."""
    method, status = draw(st.sampled_from(METHODS)), draw(st.sampled_from(STATUSES))
    framing, body = draw(bodies(method, status))
    reason = draw(st.sampled_from([b"", b"OK", b"Made Up", b"caf\xe9"]))
    known = [
        f"Date: {formatdate(usegmt=True)}".encode(),
        *([b"Content-Type: application/octet-stream"] if status != 204 else []),
        *framing,
    ]
    lines = draw(st.permutations(known + draw(unknown_fields())))
    interim = draw(st.sampled_from([b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"]))
    head = b"\r\n".join([b"HTTP/1.1 %d %b" % (status, reason), *lines])
    return method, interim + head + b"\r\n\r\n" + body


def parsed(method: str, pieces: list[bytes], *, open_: bool = True) -> Exchange:
    """What the wire client makes of these bytes; without `open_` the connection ends after them."""
    parser = ResponseParser(method, keep=1024, body_limit=1 << 16)
    for piece in pieces:
        parser.feed(piece)
    if not open_ or not parser.done:
        parser.eof()
    return Exchange(
        Request(method, TARGET, ()),
        parser.response,
        b"".join(pieces),
        failure=parser.failure,
        failure_detail=parser.detail,
        excess=parser.excess,
        reusable=parser.failure is None and not parser.excess,
    )


def complaints(*exchanges: Exchange) -> dict[str, list[str]]:
    """What rules that judge complain of; those that only observe may say what they like."""
    judging = {id_: rule for id_, rule in RULES.items() if rule.level is not Level.OBSERVED}
    found = {id_: [message for message, _ in rule.judge(exchanges)] for id_, rule in judging.items()}
    return {id_: messages for id_, messages in found.items() if messages}


@given(answers(), st.data())
def test_a_valid_answer_is_left_alone_however_its_bytes_are_cut(answer, data):
    method, raw = answer
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]

    exchange = parsed(method, pieces)

    assert exchange.failure is None
    assert exchange.response is not None
    assert exchange.response.complete
    assert complaints(exchange) == {}


@st.composite
def edits(draw, raw: bytes) -> bytes:
    """The same bytes with one edit: some taken out, put in, doubled, or changed."""
    at = draw(st.integers(0, len(raw)))
    until = draw(st.integers(at, min(len(raw), at + 40)))
    instead = draw(
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from([b"\r\n", b"\n", b"\0", b" ", b":", b"HTTP/1.1 200 OK\r\n", b"Content-Length: 5\r\n"]),
            st.just(raw[at:until] * 2),
        )
    )
    return raw[:at] + instead + raw[until:]


@given(answers(), st.data())
def test_an_answer_that_is_broken_by_one_edit_raises_nothing(answer, data):
    method, raw = answer
    broken = data.draw(edits(raw))

    exchange = parsed(method, [broken], open_=False)

    for rule in RULES.values():
        for message, numbers in rule.judge([exchange]):
            assert message.isprintable()
            assert numbers == (0,)


@given(st.lists(st.tuples(st.sampled_from(METHODS), st.binary(max_size=300)), min_size=1, max_size=4))
def test_no_bytes_at_all_raise_anything(conversation):
    exchanges = [parsed(method, [raw], open_=False) for method, raw in conversation]

    for rule in RULES.values():
        for message, numbers in rule.judge(exchanges):
            assert message.isprintable()
            assert set(numbers) <= set(range(len(exchanges)))
