"""Putting objects: with a length or in chunks, whole or broken off, over what was there, and what the answer says."""

import hashlib

import pytest

from fixtures.wire.client import NoAnswer
from fixtures.wire.content import from_bytes, generated
from suites.claims import BREAKS, MUST, OBSERVED, check
from suites.swift.saying import bare, is_http_date, stays, stored

_CREATE = "Swift API, Create or replace object"
_WRONG_BYTES = "layers are stored with other bytes than were pushed: pulls fail with a wrong digest"


def _each(id_, level=BREAKS, impact=_WRONG_BYTES, oracle=_CREATE):
    """One check with a length, and one in chunks: registries send both."""
    return [
        pytest.param(chunked, id=name, marks=check(f"{id_}[{name}]", oracle=oracle, level=level, impact=impact))
        for name, chunked in (("length", False), ("chunked", True))
    ]


@pytest.mark.parametrize("chunked", _each("put"))
def test_what_is_put_is_there(container, chunked):
    """PUT is answered with 201 and the ETag of the body; HEAD and GET give its length, ETag and bytes."""
    body = b"hello, registry"
    answer = container.put("new", body, chunked=chunked)
    assert answer.status == 201
    assert bare(answer.get("ETag")) == hashlib.md5(body, usedforsecurity=False).hexdigest()
    assert container.head("new").get("Content-Length") == "15"
    assert container.get("new").kept == body


@pytest.mark.parametrize("chunked", _each("put-nothing", impact="a registry's empty files cannot be written"))
def test_an_object_may_have_no_bytes(container, chunked):
    """PUT of no bytes is answered with 201; the object is there, and is empty."""
    answer = container.put("empty", b"", chunked=chunked)
    assert answer.status == 201
    assert bare(answer.get("ETag")) == "d41d8cd98f00b204e9800998ecf8427e"
    assert container.head("empty").get("Content-Length") == "0"
    assert container.get("empty").size == 0


_SIZES = {"1.5-mib": 3 << 19, "5-mib": 5 << 20, "5-mib-less-1": (5 << 20) - 1}


@pytest.mark.parametrize(
    ("size", "chunked"),
    [
        pytest.param(
            size,
            chunked,
            id=f"{name}-{how}",
            marks=check(f"put-large[{name}-{how}]", oracle=_CREATE, level=BREAKS, impact=_WRONG_BYTES),
        )
        for name, size in _SIZES.items()
        for how, chunked in (("length", False), ("chunked", True))
    ],
)
def test_a_large_object_comes_back_as_it_was_put(container, size, chunked):
    """What was put in several MiB has its ETag, its length and its bytes."""
    content = generated(f"put-large-{size}", size)
    answer = container.put("large", content, chunked=chunked)
    assert answer.status == 201
    assert bare(answer.get("ETag")) == content.md5
    read = container.get("large")
    assert (read.size, read.sha256) == (size, content.sha256)


@check("put-odd-chunks", oracle="RFC 9112 section 7.1", level=BREAKS, impact=_WRONG_BYTES)
def test_chunks_may_be_of_any_size(container):
    """A body of 2 MiB in chunks of 1, 7, 4095, 65537, 3 and 100003 bytes comes back as it was put."""
    content = generated("put-odd-chunks", 2 << 20, (1, 7, 4095, 65537, 3, 100003))
    assert container.put("odd", content, chunked=True).status == 201
    read = container.get("odd")
    assert (read.size, read.sha256) == (content.size, content.sha256)


@check("put-many-small-chunks", oracle="RFC 9112 section 7.1", level=BREAKS, impact=_WRONG_BYTES)
def test_chunks_may_be_of_one_byte(container):
    """A body of 2000 bytes in chunks of one byte each comes back as it was put."""
    content = from_bytes(bytes(range(250)) * 8, (1,))
    assert container.put("small", content, chunked=True).status == 201
    assert container.get("small").sha256 == content.sha256


@check("put-every-byte", oracle=_CREATE, level=BREAKS, impact=_WRONG_BYTES)
def test_a_body_may_have_every_byte(container):
    """A body with all 256 values, with line ends and what looks like a chunk, comes back as it was put."""
    body = bytes(range(256)) + b"\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\x00\xff"
    stored(container, "bytes", body)
    assert container.get("bytes").kept == body


@pytest.mark.parametrize("chunked", _each("put-over", impact="a tag that is pushed again shows the old image"))
def test_a_second_put_replaces_the_first(container, chunked):
    """PUT over an object changes bytes, length, ETag and type, and leaves nothing of the longer one before it."""
    stored(container, "tag", b"the first and longer one", headers=[("Content-Type", "text/plain")])
    headers = [("Content-Type", "application/json")]
    assert container.put("tag", b"second", headers=headers, chunked=chunked).status == 201
    read = container.get("tag")
    assert read.kept == b"second"
    assert bare(read.get("ETag")) == hashlib.md5(b"second", usedforsecurity=False).hexdigest()
    assert (read.get("Content-Type") or "").startswith("application/json")
    assert [row.get("bytes") for row in container.rows()] == [6]


@pytest.mark.parametrize("chunked", _each("put-wrong-etag", MUST, "a layer that was damaged on its way is stored"))
def test_a_body_that_is_not_what_its_etag_says_is_refused(container, chunked):
    """PUT with the ETag of another body is answered with 422; nothing is stored, and what was there stays."""
    stored(container, "old", b"old")
    wrong = [("ETag", hashlib.md5(b"other", usedforsecurity=False).hexdigest())]
    for name in ("new", "old"):
        assert container.put(name, b"body", headers=wrong, chunked=chunked).status == 422
    assert container.head("new").status == 404
    assert container.get("old").kept == b"old"
    assert [row.get("name") for row in container.rows()] == ["old"]


@pytest.mark.parametrize("chunked", _each("put-right-etag", MUST, "clients that check what they send cannot push"))
def test_a_body_that_is_what_its_etag_says_is_stored(container, chunked):
    """PUT with the ETag of its body is answered with 201."""
    right = [("ETag", hashlib.md5(b"body", usedforsecurity=False).hexdigest())]
    assert container.put("new", b"body", headers=right, chunked=chunked).status == 201


@check("put-quoted-etag", oracle=_CREATE, level=OBSERVED, impact="shows whether an ETag may be given in quotes")
def test_an_etag_in_quotes(container, observer):
    """PUT with the ETag of its body in quotes: its status."""
    quoted = [("ETag", f'"{hashlib.md5(b"body", usedforsecurity=False).hexdigest()}"')]
    observer.observe("status", container.put("new", b"body", headers=quoted).status)


@pytest.mark.parametrize("chunked", _each("put-cut-off", BREAKS, "half a layer is taken for a whole one"))
def test_a_body_that_is_cut_off_leaves_nothing(container, chunked):
    """A PUT whose connection ends inside its body stores nothing, and what was there stays."""
    stored(container, "old", b"old")
    for name in ("new", "old"):
        container.put_cut_off(name, b"half of it", size=100, chunked=chunked)
    assert stays(lambda: container.head("new").status == 404), "half a body was stored"
    assert container.get("old").kept == b"old"
    assert [row.get("name") for row in container.rows()] == ["old"]


@check(
    "put-answer",
    oracle="Swift API, Create or replace object; trackers 10650 and 11036",
    level=MUST,
    impact="clients that read the answer to a PUT fail",
)
def test_the_answer_to_a_put_tells_what_was_stored(container):
    """PUT is answered with ETag, an HTTP date in Last-Modified, and Content-Length: 0."""
    answer = container.put("new", b"body")
    assert is_http_date(answer.get("Last-Modified")), f"Last-Modified is {answer.get('Last-Modified')!r}"
    assert answer.get("ETag") is not None
    assert answer.get("Content-Length") == "0"
    assert answer.size == 0


@check(
    "put-etag-unquoted",
    oracle="registry: ncw/swift, `ObjectPut` compares Etag with the MD5 of what it sent",
    level=BREAKS,
    impact="every push fails: the registry takes the object for corrupted",
)
def test_the_etag_of_a_put_has_no_quotes(container):
    """ETag in the answer to a PUT is the MD5 in 32 hex digits, without quotes."""
    assert (container.put("new", b"body").get("ETag") or "").lower() == hashlib.md5(
        b"body", usedforsecurity=False
    ).hexdigest()


@check(
    "put-continue",
    oracle="RFC 9110 section 10.1.1",
    level=BREAKS,
    impact="push fails on registries that send Expect: 100-continue with each PUT",
)
def test_a_put_may_expect_100(container):
    """PUT with Expect: 100-continue is answered with 201, whether or not a 100 came first."""
    assert container.put("new", b"body", headers=[("Expect", "100-continue")], await_continue=1.0).status == 201
    assert container.get("new").kept == b"body"


@check(
    "put-if-none-match",
    oracle="Swift API, Create or replace object: If-None-Match",
    level=MUST,
    impact="clients that must not replace anything replace it",
)
def test_a_put_may_be_for_what_is_not_there_only(container):
    """PUT with `If-None-Match: *` is answered with 201 where nothing is, and with 412 where something is."""
    nothing = [("If-None-Match", "*")]
    assert container.put("new", b"first", headers=nothing).status == 201
    assert container.put("new", b"second", headers=nothing).status == 412
    assert container.get("new").kept == b"first"


@check("put-without-length", oracle="RFC 9110 section 8.6", level=MUST, impact="clients hang, or store nothing")
def test_a_put_without_length_and_without_chunks_is_answered(container):
    """PUT without Content-Length and Transfer-Encoding is answered with 411, or stores an object without bytes."""
    exchange = container.session.send("PUT", container.name, "bare", unframed=True)
    if exchange.status is None:
        raise NoAnswer(exchange)
    if exchange.status == 411:
        assert container.head("bare").status == 404
    else:
        assert exchange.status == 201
        assert container.head("bare").get("Content-Length") == "0"


@check("put-same-again", oracle=_CREATE, level=BREAKS, impact="a push that is repeated fails")
def test_the_same_may_be_put_again(container):
    """The same PUT sent three times is answered with 201 each time, and is there once."""
    assert [container.put("same", b"same").status for _ in range(3)] == [201, 201, 201]
    assert [row.get("name") for row in container.rows()] == ["same"]
