"""What is replayed equals what was recorded, byte for byte, in everything but the bound values."""

import json

import pytest

from fixtures.recordings.binding import Bindings
from fixtures.recordings.har import BUILT_IN, DATA, built_in
from fixtures.recordings.redaction import KEY, USER
from fixtures.recordings.replay import Conversation, Patience
from fixtures.wire.client import Client, Endpoint
from tests.recordings.gateway import RecordedGateway, Sent

BLOCK = 32 * 1024


def play(recording, bindings) -> list[Sent]:
    """Every operation of a recording against a gateway that answers as the recorded one did."""
    with (
        RecordedGateway(recording) as gateway,
        Client(Endpoint.of(f"http://127.0.0.1:{gateway.port}")) as client,
    ):
        conversation = Conversation(recording, client, bindings, patience=Patience())
        for page in recording.pages:
            played = conversation.page(page)
            assert [step.blocked for step in played if step.blocked] == []
            assert [len(step.exchanges) for step in played] == [1] * len(played), f"{page}: something was asked again"
        return gateway.sent


def recorded(name) -> list[dict]:
    """The requests of a recording, read from the file and by nothing of the project's."""
    har = json.loads((DATA / BUILT_IN[name]).read_text(encoding="utf-8"))
    return [entry["request"] for entry in har["log"]["entries"]]


def head_of(request) -> bytes:
    target = request["url"].split("://", 1)[1].partition("/")[2]
    lines = [f"{request['method']} /{target} HTTP/1.1", *(f"{h['name']}: {h['value']}" for h in request["headers"])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def chunks(body: bytes) -> tuple[list[int], bytes]:
    """Chunk sizes with the last one, and the bytes without their framing; fails on anything but plain chunks."""
    sizes, content, rest = [], b"", memoryview(body)
    parts = []
    while True:
        end = bytes(rest[:20]).index(b"\r\n")
        line = bytes(rest[:end])
        size = int(line, 16)
        assert line == b"%x" % size
        sizes.append(size)
        rest = rest[end + 2 :]
        parts.append(rest[:size])
        assert bytes(rest[size : size + 2]) == b"\r\n"
        rest = rest[size + 2 :]
        if size == 0:
            assert not rest
            return sizes, content.join(parts)


def all_chunk_sizes(request) -> list[int]:
    """The first 64 are recorded; the others are blocks and a rest, as Go's io.Copy writes them."""
    first = request["_chunkSizes"]
    if first and first[-1] == 0:
        return first
    left = request["_body"]["size"] - sum(first)
    return first + [BLOCK] * (left // BLOCK) + ([left % BLOCK] if left % BLOCK else []) + [0]


def compare_body(request, sent: Sent) -> None:
    body = request.get("_body", {})
    kept = body.get("text")
    if request["_framing"] == "chunked":
        sizes, content = chunks(sent.body)
        assert sizes == all_chunk_sizes(request)
    else:
        content = sent.body
    assert len(content) == body.get("size", 0)
    if kept is not None and body.get("encoding") != "base64":
        assert content == kept.encode()


def identity(recording) -> Bindings:
    """Bindings under which nothing is replaced."""
    start = recording.start
    tokens = {token: token for token in (step.get("X-Auth-Token") for step in recording.steps) if token}
    return Bindings(start.authority, start.target, USER, KEY, recording.container, tokens=tokens)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_request_of_every_operation_is_sent_as_it_was_recorded(name):
    recording = built_in(name)
    sent = play(recording, identity(recording))

    requests = recorded(name)
    assert len(sent) == len(requests) > 400
    for request, seen in zip(requests, sent, strict=True):
        assert seen.head == head_of(request)
        compare_body(request, seen)


@pytest.mark.parametrize("name", BUILT_IN)
def test_other_bindings_change_the_bound_values_and_nothing_else(name):
    recording = built_in(name)
    bindings = Bindings("gw.example:7480", "/auth/v1.0", "user-of-this-run:swift", "key-of-this-run", "rgwc-run-1")
    sent = play(recording, bindings)

    back = [
        (b"Host: gw.example:7480", f"Host: {recording.start.authority}".encode()),
        (b"GET /auth/v1.0 ", b"GET /auth/v1 "),
        (b"user-of-this-run:swift", USER.encode()),
        (b"key-of-this-run", KEY.encode()),
        (b"rgwc-run-1", recording.container.encode()),
    ]
    for request, seen in zip(recorded(name), sent, strict=True):
        head = seen.head
        assert recording.container.encode() not in head
        for new, old in back:
            head = head.replace(new, old)
        assert head == head_of(request)
        compare_body(request, seen)


def test_a_registry_built_with_go_1_6_differs_in_its_empty_manifest_puts_only():
    varied = built_in("2.5.0-go1.6-swift")
    sent = play(varied, identity(varied))

    changed = 0
    for request, seen in zip(recorded("2.5.0-swift"), sent, strict=True):
        names = {header["name"] for header in request["headers"]}
        if "X-Object-Manifest" in names:
            changed += 1
            assert seen.head == head_of(request).replace(b"Transfer-Encoding: chunked", b"Content-Length: 0")
            assert seen.body == b""
        else:
            assert seen.head == head_of(request)
            compare_body(request, seen)
    assert changed > 10
