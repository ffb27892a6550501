"""What is replayed equals what was recorded, byte for byte, in everything but the bound values."""

import json
import re
from pathlib import Path

import pytest

from fixtures.recordings.har import BUILT_IN, DATA, built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.redaction import ACCESS_KEY, KEY, SIGNATURE, TEMP_URL_KEY, USER
from fixtures.recordings.replay import Conversation, Patience
from fixtures.recordings.s3 import binding as s3
from fixtures.recordings.s3.dialect import S3Dialect
from fixtures.recordings.swift import binding as swift
from fixtures.recordings.swift.dialect import SwiftDialect
from fixtures.wire.client import Client, Endpoint
from fixtures.wire.message import Request
from fixtures.wire.signing import signed_anew
from tests.recordings.gateway import RecordedGateway, Sent

BLOCK = 32 * 1024
SIGNATURES = json.loads((Path(__file__).parent / "signatures.json").read_text())
"""Of every S3 request as it was recorded, with the key S3ACCESS and its secret S3SECRET, which open nothing.

The secrets of the other recordings were random and are gone: their requests are compared without their signatures.
"""
SWIFT = [name for name in BUILT_IN if name.endswith("-swift") and "keystone" not in name]
"""Those that log in at Keystone are in test_keystone.py: they speak to two servers."""
S3 = [name for name in BUILT_IN if name.endswith("-s3")]
CHANGED = re.compile(
    rb"(?mi)^(Content-Md5: |X-Amz-Content-Sha256: |Authorization: AWS [^:\n]+:|Authorization: .*Signature=|"
    rb"X-Amz-Date: |Date: ).*$"
)
"""What follows from another body or another time."""
SIGNED = re.compile(rb"(?<=[?&])((?:temp_url_sig|temp_url_expires|X-Amz-Signature|X-Amz-Date|X-Amz-Credential)=)[^& ]+")
"""What follows from another time where a URL is signed."""


def play(dialect) -> list[Sent]:
    """Every operation of a recording against a gateway that answers as the recorded one did."""
    recording = dialect.recording
    with (
        RecordedGateway(recording) as gateway,
        Client(Endpoint.of(f"http://127.0.0.1:{gateway.port}")) as client,
    ):
        conversation = Conversation(dialect, client, patience=Patience())
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


def unsigned(head: bytes) -> bytes:
    """A head without what depends on the time."""
    return SIGNED.sub(rb"\1", head)


def compare_body(request, sent: Sent, container: str = "") -> None:
    """The body that was sent is the recorded one; `container` is what stands in it for `images`."""
    body = request.get("_body", {})
    kept = body.get("text")
    if request["_framing"] == "chunked":
        sizes, content = chunks(sent.body)
        assert sizes == all_chunk_sizes(request)
    else:
        content = sent.body
    if container:
        content = content.replace(f"/{container}/".encode(), b"/images/")
    assert len(content) == body.get("size", 0)
    if kept is not None and body.get("encoding") != "base64":
        assert content == kept.encode()


def identity(recording) -> SwiftDialect | S3Dialect:
    """Under which nothing is replaced, and everything is signed for the time at which it was recorded."""
    authority = recording.steps[0].authority
    if recording.api == "s3":
        return S3Dialect(recording, s3.Bindings(authority, "S3ACCESS", "S3SECRET", recording.container, now=None))
    login = next(step for step in recording.steps if step.kind is Kind.AUTH)
    tokens = {token: token for token in (step.get("X-Auth-Token") for step in recording.steps) if token}
    bindings = swift.Bindings(
        authority, login.target, USER, KEY, recording.container, TEMP_URL_KEY, may_set_key=True, tokens=tokens
    )
    return SwiftDialect(recording, bindings)


@pytest.mark.parametrize("name", SWIFT)
def test_every_request_of_every_operation_is_sent_as_it_was_recorded(name):
    recording = built_in(name)
    sent = play(identity(recording))

    requests = recorded(name)
    assert len(sent) == len(requests) > 400
    for request, seen in zip(requests, sent, strict=True):
        assert unsigned(seen.head) == unsigned(head_of(request))
        compare_body(request, seen)


@pytest.mark.parametrize("name", SWIFT)
def test_other_bindings_change_the_bound_values_and_nothing_else(name):
    recording = built_in(name)
    bindings = swift.Bindings(
        "gw.example:7480",
        "/auth/v1.0",
        "user-of-this-run:swift",
        "key-of-this-run",
        "rgwc-run",
        own_key="own-key-of-this-run",
        may_set_key=True,
    )
    sent = play(SwiftDialect(recording, bindings))

    back = [
        (b"Host: gw.example:7480", f"Host: {recording.steps[0].authority}".encode()),
        (b"GET /auth/v1.0 ", b"GET /auth/v1 "),
        (b"user-of-this-run:swift", USER.encode()),
        (b"own-key-of-this-run", TEMP_URL_KEY.encode()),
        (b"key-of-this-run", KEY.encode()),
        (b"rgwc-run", recording.container.encode()),
    ]
    for request, seen in zip(recorded(name), sent, strict=True):
        head = seen.head
        assert recording.container.encode() not in head
        for new, old in back:
            head = head.replace(new, old)
        names = seen.body.count(b"/rgwc-run/")
        if names:
            # A bulk delete names the container on each line, and is so much longer.
            longer = names * (len("rgwc-run") - len(recording.container))
            size = request["_body"]["size"]
            head = head.replace(b"Content-Length: %d" % (size + longer), b"Content-Length: %d" % size)
        assert unsigned(head) == unsigned(head_of(request))
        compare_body(request, seen, "rgwc-run" if names else "")


@pytest.mark.parametrize("name", S3)
def test_every_s3_request_is_sent_as_it_was_recorded_with_its_signature(name):
    sent = play(identity(built_in(name)))

    exact = 0
    requests = recorded(name)
    signatures = SIGNATURES.get(name) or [None] * len(requests)
    for request, signature, seen in zip(requests, signatures, sent, strict=True):
        wanted = head_of(request).replace(ACCESS_KEY.encode(), b"S3ACCESS")
        if signature is None:
            compare_body(request, seen)
            assert unsigned(CHANGED.sub(rb"\1", seen.head)) == unsigned(CHANGED.sub(rb"\1", wanted))
            continue
        wanted = wanted.replace(SIGNATURE.encode(), signature.encode())
        # A body that was not kept is another one of its size, and what is said of it is another.
        generated = request["_body"].get("size", 0) and "text" not in request["_body"]
        assert CHANGED.sub(rb"\1", seen.head) == CHANGED.sub(rb"\1", wanted)
        if not generated:
            assert seen.head == wanted
            exact += 1
        compare_body(request, seen)
    assert exact > 200 or name not in SIGNATURES


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_recorded_signature_is_made_again_from_the_recorded_date_and_key(name):
    for step, signature in zip(built_in(name).steps, SIGNATURES[name], strict=True):
        request = Request(step.method, step.target.encode("latin-1"), step.fields)
        again = signed_anew(request, access_key="S3ACCESS", secret="S3SECRET")
        assert (again.get("Authorization") or "").endswith(f"Signature={signature}")


@pytest.mark.parametrize("name", S3)
def test_other_s3_bindings_change_the_bound_values_and_nothing_else(name):
    recording = built_in(name)
    bindings = s3.Bindings("gw.example:7480", "AK-OF-THIS-RUN", "secret-of-this-run", "rgwc-run")
    sent = play(S3Dialect(recording, bindings))

    back = [
        (b"Host: gw.example:7480", f"Host: {recording.steps[0].authority}".encode()),
        (b"AK-OF-THIS-RUN", ACCESS_KEY.encode()),
        (b"rgwc-run", recording.container.encode()),
    ]
    day = re.compile(rb"(?<=key}/)\d{8}(?=/)")
    for request, seen in zip(recorded(name), sent, strict=True):
        head = seen.head
        assert recording.container.encode() not in head
        for new, old in back:
            head = head.replace(new, old)
        wanted = unsigned(CHANGED.sub(rb"\1", head_of(request)))
        assert day.sub(b"", unsigned(CHANGED.sub(rb"\1", head))) == day.sub(b"", wanted)
        compare_body(request, seen)


def test_a_registry_built_with_go_1_6_differs_in_its_empty_manifest_puts_only():
    varied = built_in("2.5.0-go1.6-swift")
    sent = play(identity(varied))

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
