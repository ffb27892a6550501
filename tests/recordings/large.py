"""Replays a layer of 1 GiB against a gateway named on stdin, and prints by how many bytes memory grew.

A program of its own, so that only the replay's memory is seen.
"""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

from fixtures.gateways.model import Gateway
from fixtures.gateways.profile import endpoint_of
from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind, Recording, Step
from fixtures.recordings.replay import Conversation, Patience
from fixtures.recordings.swift.binding import Bindings
from fixtures.recordings.swift.dialect import SwiftDialect
from fixtures.wire.client import Client
from fixtures.wire.message import Field
from suites.registry.judgement import judge_step

SIZE = 1 << 30


def memory(what: str) -> int:
    """Bytes that this process uses now (VmRSS), or used at most (VmHWM); proc(5). getrusage tells of the parent too."""
    match = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert match is not None
    return int(match[1]) * 1024


def with_size(step: Step) -> Step:
    """The step with the layer's size where the recorded gateway told another."""
    fields = tuple(
        Field(f.name, str(SIZE).encode())
        if f.name.lower() == b"content-length"
        else Field(f.name, f"bytes 0-{SIZE - 1}/{SIZE}".encode())
        if f.name.lower() == b"content-range"
        else f
        for f in step.answer.fields
    )
    return replace(step, answer=replace(step.answer, fields=fields))


def layer(recording: Recording) -> Recording:
    """Log in, make the container, push one segment of 1 GiB and its manifest, ask for it, and pull it."""
    steps = recording.steps
    segment = next(s for s in steps if s.kind is Kind.PUT_SEGMENT and s.size == 20 * 1024 * 1024)
    prefix = (recording.object_of(segment) or "").rpartition("/")[0]
    own = [s for s in steps if (s.get("X-Object-Manifest") or "").partition("/")[2].rstrip("/") == prefix]
    manifest = own[0]
    head = next(s for s in steps if s.kind is Kind.AWAIT_MANIFEST and s.path == manifest.path)
    pull = next(s for s in steps if s.kind is Kind.GET_RANGE and s.get("Range") == "bytes=0-")
    pull = replace(pull, target=manifest.target)
    start = [s for s in steps if s.page == "start"]
    chosen = [*start, replace(segment, size=SIZE, body=None), manifest, with_size(head), with_size(pull)]
    return replace(recording, steps=tuple(replace(s, page="layer") for s in chosen))


def main() -> int:
    value = json.load(sys.stdin)
    gateway = Gateway.from_json(value["gateway"])
    recording = layer(built_in("2.8.3-swift"))
    endpoint = endpoint_of(gateway)
    assert gateway.account.swift_key is not None
    bindings = Bindings(
        endpoint.authority,
        gateway.swift_auth_url.removeprefix(gateway.url),
        gateway.account.swift_user or "",
        gateway.account.swift_key.value,
        value["container"],
    )
    with Client(endpoint) as client:
        conversation = Conversation(SwiftDialect(recording, bindings), client, patience=Patience())
        before = memory("VmRSS")
        played = conversation.page("layer")
        found = [deviation.message for step in played for deviation, _ in judge_step(step, recording)]
        pulled = played[-1].exchanges[-1].response
        after = memory("VmHWM")
    json.dump(
        {
            "grown": after - before,
            "deviations": found,
            "blocked": [step.blocked for step in played if step.blocked],
            "pulled": pulled.size if pulled else None,
        },
        sys.stdout,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
