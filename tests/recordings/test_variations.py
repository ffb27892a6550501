"""Configurations of the S3 driver that not every gateway can serve: bucket in the host, signature version 2."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import botocore.auth
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.mutants.model import Fault
from fixtures.recordings.har import ON_REQUEST, built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.redaction import ACCESS_KEY, SIGNATURE
from fixtures.recordings.s3.binding import Bindings, bind
from fixtures.recordings.s3.dialect import S3Dialect
from fixtures.recordings.s3.probe import NO_HOST, NO_VERSION_2, probe, refusal
from fixtures.wire.message import Response
from fixtures.wire.parser import ResponseParser
from fixtures.wire.proxy import Proxy
from tests.recordings.test_bytes import CHANGED, compare_body, head_of, play, recorded
from tests.running import Suites

VIRTUAL = built_in("2.8.3-virtual-host-s3")
VERSION_2 = built_in("2.7.1-sigv2-s3")
NOW = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
DAY = re.compile(rb"(?<=key}/)\d{8}(?=/)")
V2_CHANGED = re.compile(rb"(?m)^(Content-Md5: |X-Amz-Content-Sha256: |Authorization: AWS .*:|date: ).*$")
PLEASE = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
SUBRESOURCES = ("delete", "partNumber", "uploadId", "uploads")
"""Of those that version 2 signs, the ones a registry sends (distribution, s3_v2_signer.go, `s3ParamsToSign`)."""


def bindings(recording, **changes) -> Bindings:
    """This run's values, with something for each that a gateway must have chosen."""
    known = Bindings("gw.example:7480", "AK-OF-THIS-RUN", "secret", "rgwc-run", recording.virtual_host, now=lambda: NOW)
    known.chosen = {s.query["uploadId"]: "2~mine" for s in recording.steps if "uploadId" in s.query}
    known.etags = {
        e: "0" * 32 for s in recording.steps for e in re.findall(r"[0-9a-f]{32}", (s.body or b"").decode("latin-1"))
    }
    return known


def answer(status: int, body: str) -> Response:
    parser = ResponseParser("GET", keep=1 << 20, body_limit=1 << 20)
    parser.feed(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    return parser.response


def error(code: str, message: str = "") -> str:
    return f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"


def kept(recording) -> list:
    """Steps whose body is sent as it was recorded."""
    return [s for s in recording.steps if s.body is not None and s.kind is not Kind.COMPLETE_UPLOAD]


def test_they_are_replayed_on_request():
    assert {VIRTUAL.name, VERSION_2.name} <= ON_REQUEST


def test_the_bucket_moves_into_the_host_and_nothing_else_changes():
    sent = play(S3Dialect(VIRTUAL, Bindings("gw.example:7480", "AK-OF-THIS-RUN", "secret", "rgwc-run", True)))

    bucket, roots = VIRTUAL.container, 0
    for step, request, seen in zip(VIRTUAL.steps, recorded("2.8.3-s3"), sent, strict=True):
        line, _, rest = seen.head.partition(b"\r\n")
        method, target, version = line.decode().split(" ")
        assert "rgwc-run" not in target
        assert rest.startswith(b"Host: rgwc-run.gw.example:7480\r\n")
        roots += target.startswith("/?")
        path = target if not target.startswith("/?") else target[1:]
        head = f"{method} /{bucket}{path} {version}\r\n".encode() + rest
        # A copy's source names its bucket in either style.
        head = head.replace(b"rgwc-run.gw.example:7480", step.authority.encode()).replace(b"rgwc-run", bucket.encode())
        head = head.replace(b"AK-OF-THIS-RUN", ACCESS_KEY.encode())
        assert DAY.sub(b"", CHANGED.sub(rb"\1", head)) == DAY.sub(b"", CHANGED.sub(rb"\1", head_of(request)))
        compare_body(request, seen)
    assert roots > 50


def test_the_host_and_the_path_without_the_bucket_are_signed_as_botocore_signs_them(monkeypatch):
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: NOW)
    for step in kept(VIRTUAL):
        request = bind(step, VIRTUAL, bindings(VIRTUAL))
        authorization = request.get("Authorization") or ""
        names = re.search("SignedHeaders=([^,]+)", authorization)[1].split(";")
        target = request.target.decode()
        theirs = AWSRequest(
            request.method,
            f"http://rgwc-run.gw.example:7480{target}",
            headers={name: request.get(name) or "0" for name in names if name not in ("host", "x-amz-date")},
            data=step.body or b"",
        )
        S3SigV4Auth(Credentials("AK-OF-THIS-RUN", "secret"), "s3", "us-east-1").add_auth(theirs)

        assert theirs.headers["Authorization"] == authorization


def test_a_registry_with_version_2_is_said_again_but_for_the_bound_values():
    known = bindings(VERSION_2)
    sent = play(S3Dialect(VERSION_2, Bindings(known.authority, known.access_key, known.secret, known.container)))

    back = [
        (b"Host: gw.example:7480", f"Host: {VERSION_2.steps[0].authority}".encode()),
        (b"AK-OF-THIS-RUN", ACCESS_KEY.encode()),
        (b"rgwc-run", VERSION_2.container.encode()),
    ]
    for request, seen in zip(recorded(VERSION_2.name), sent, strict=True):
        head = seen.head
        for new, old in back:
            head = head.replace(new, old)
        assert re.search(rb"(?m)^date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d UTC\r$", head)
        assert V2_CHANGED.sub(rb"\1", head) == V2_CHANGED.sub(rb"\1", head_of(request))
        compare_body(request, seen)


def test_every_version_2_signature_is_the_one_that_the_drivers_own_signer_makes():
    """As distribution's s3_v2_signer.go says it, written anew."""
    seen = set()
    for step in VERSION_2.steps:
        request = bind(step, VERSION_2, bindings(VERSION_2))
        path, _, query = request.target.decode().partition("?")
        parameters = sorted(
            name + (f"={value}" if value else "")
            for name, value in parse_qsl(query, keep_blank_values=True)
            if name in SUBRESOURCES
        )
        amz = sorted(
            (f.name.decode().lower(), f.value.decode()) for f in request.fields if f.name.startswith(b"X-Amz-")
        )
        resource = path + ("?" + "&".join(parameters) if parameters else "")
        plain = [request.get(name) or "" for name in ("Content-Md5", "Content-Type", "date")]
        text = "\n".join([request.method, *plain, "".join(f"{name}:{value}\n" for name, value in amz) + resource])
        signature = base64.b64encode(hmac.new(b"secret", text.encode(), hashlib.sha1).digest()).decode()

        assert request.get("Authorization") == f"AWS AK-OF-THIS-RUN:{signature}"
        seen |= {parameter.partition("=")[0] for parameter in parameters}
    assert seen == set(SUBRESOURCES)


def test_the_recording_holds_no_key_and_no_signature():
    fields = [f for request in recorded(VERSION_2.name) for f in request["headers"] if f["name"] == "Authorization"]

    assert {f["value"] for f in fields} == {f"AWS {ACCESS_KEY}:{SIGNATURE}"}
    assert json.dumps(VERSION_2.comment).count("signature version 2") == 1


@pytest.mark.parametrize(
    ("recording", "status", "body", "why"),
    [
        (VIRTUAL, 200, "<ListAllMyBucketsResult/>", NO_HOST),
        (VIRTUAL, 404, error("NoSuchBucket"), NO_HOST),
        (VIRTUAL, 403, "", NO_HOST),
        (VIRTUAL, 405, "", NO_HOST),
        (VIRTUAL, 200, "<ListBucketResult/>", None),
        (VIRTUAL, 200, "no XML", None),
        (VIRTUAL, 500, error("InternalError"), None),
        (VERSION_2, 400, error("InvalidRequest", PLEASE), NO_VERSION_2),
        (VERSION_2, 400, error("InvalidRequest"), NO_VERSION_2),
        (VERSION_2, 403, error("AccessDenied", PLEASE), NO_VERSION_2),
        (VERSION_2, 403, error("SignatureDoesNotMatch"), None),
        (VERSION_2, 403, error("AccessDenied"), None),
        (VERSION_2, 500, error("InvalidRequest", PLEASE), None),
        (VERSION_2, 400, "AWS4-HMAC-SHA256", None),
        (VERSION_2, 200, "<ListBucketResult/>", None),
    ],
)
def test_only_an_answer_that_says_so_makes_a_manner_unsupported(recording, status, body, why):
    assert refusal(answer(status, body), recording, bindings(recording)) == why


@pytest.mark.parametrize("recording", [VIRTUAL, VERSION_2])
def test_no_answer_is_for_the_replay_to_find(recording):
    assert refusal(None, recording, bindings(recording)) is None


def test_what_every_gateway_offers_is_not_probed():
    plain = built_in("2.8.3-s3")

    assert probe(plain, bindings(plain)) is None


def test_on_a_gateway_without_a_name_version_2_passes_and_the_host_is_unsupported(on_embedded: Suites):
    outcome = on_embedded.run("-q", "--recordings", "all", "-k", "sigv2 or virtual")

    assert outcome.code == 0, outcome.output
    version_2 = {v for id_, v in outcome.verdicts.items() if VERSION_2.name in id_}
    virtual = {v for id_, v in outcome.verdicts.items() if VIRTUAL.name in id_}
    assert (version_2, virtual) == ({"pass"}, {"unsupported"})
    assert {c["reason"] for c in outcome.run["checks"].values() if c["verdict"] == "unsupported"} == {NO_HOST}


def test_on_a_gateway_that_knows_its_name_the_bucket_may_stand_in_the_host(suites: Suites):
    embedded = EmbeddedGateway(options={"rgw dns name": "127.0.0.1"})
    try:
        outcome = suites.on(embedded.start()).run("-q", "--recordings", "all", "-k", "virtual")
    finally:
        embedded.stop()

    assert outcome.code == 0, outcome.output
    assert set(outcome.verdicts.values()) == {"pass"}
    assert sum(VIRTUAL.name in id_ for id_ in outcome.verdicts) == len(VIRTUAL.pages)


def test_a_gateway_that_refuses_version_2_and_says_so_does_not_support_it(suites: Suites, embedded):
    body = error("InvalidRequest", PLEASE).encode()
    says = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%b" % (
        len(body),
        body,
    )
    refuses = Fault(lambda request: (request.get("Authorization") or "").startswith("AWS "), lambda *_: says)
    with Proxy("127.0.0.1", embedded.port, tap=refuses) as proxy:
        external = suites.on(embedded.gateway)
        external.options[external.options.index("--gateway-url") + 1] = f"external=http://127.0.0.1:{proxy.port}"
        outcome = external.run("-q", "--recordings", "all", "-k", "sigv2 or 2.7.1-s3-pull-blob-small")

    verdicts = outcome.verdicts
    assert {v for id_, v in verdicts.items() if VERSION_2.name in id_} == {"unsupported"}
    assert {v for id_, v in verdicts.items() if VERSION_2.name not in id_} <= {"pass", "degraded"}
    assert {c["reason"] for c in outcome.run["checks"].values() if c["verdict"] == "unsupported"} == {NO_VERSION_2}
