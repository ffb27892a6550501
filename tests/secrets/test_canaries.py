"""Whatever opens a door is put where it may stand, and looked for in all that is written.

Rule 1: exchanges go through the writers that a run uses; canaries are looked for in bytes of files and of a terminal,
    as they are and in base64.
"""

import base64
import json
import re
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from fixtures.gateways.cluster import account_of
from fixtures.gateways.image import facts
from fixtures.gateways.upgrade_cluster import UpgradedCluster
from fixtures.observer import Observer, Seen
from fixtures.recordings.recorder import Recorder
from fixtures.registries.config import swift
from fixtures.registries.process import RegistryProcess
from fixtures.wire.content import from_bytes
from fixtures.wire.evidence import evidence_of
from fixtures.wire.message import Exchange, Framing, Request, make_fields
from fixtures.wire.parser import ResponseParser
from fixtures.wire.redaction import Redactor
from reports.__main__ import main
from reports.evidence import Evidence
from reports.junit import junit
from reports.loading import Loaded
from reports.model import BREAKS
from reports.pages.report import write_report
from reports.store import Part, merge
from reports.terminal import summary
from suites.claims import Claim
from suites.plugin import _masked, announce, conclude
from tests.secrets.unpacking import pieces

CANARY = re.compile(rb"CANARY[a-z]+", re.IGNORECASE)
KNOWN = ("CANARYswiftkey/+&<1", "CANARYsecretkey+/=2", 'CANARYkeystonepassword"3')
"""What the gateway's user is given: masked wherever it stands. All others are known by their names alone."""

HEADS = {
    "token": ("X-Auth-Token", "CANARYtoken"),
    "storage-token": ("X-Storage-Token", "CANARYstoragetoken"),
    "subject-token": ("X-Subject-Token", "CANARYsubjecttoken"),
    "swift-key": ("X-Auth-Key", "CANARYauthkey"),
    "signature-v4": (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=CANARYaccess/20261125/r/s3/aws4, SignedHeaders=h, Signature=CANARYvfour",
    ),
    "signature-v2": ("Authorization", "AWS access:CANARYvtwo="),
    "folded": ("Authorization", "AWS4-HMAC-SHA256\r\n Credential=a,\r\n Signature=CANARYfolded"),
    "basic": ("Proxy-Authorization", "Basic CANARYbasic"),
    "cookie": ("Set-Cookie", "session=CANARYcookie; Secure"),
    "tempurl-key": ("X-Account-Meta-Temp-URL-Key", "CANARYtempurlkey"),
    "tempurl-key-2": ("X-Container-Meta-Temp-URL-Key-2", "CANARYcontainerkey"),
    "session": ("x-amz-security-token", "CANARYsession"),
    "customer-key": ("x-amz-server-side-encryption-customer-key", "CANARYcustomerkey"),
    "metadata": ("X-Object-Meta-My-Secret", "CANARYmetadata"),
    "s3-metadata": ("x-amz-meta-api-token", "CANARYmetatoken"),
    "location": ("Location", "http://gw/c/o?temp_url_sig=CANARYlocation&temp_url_expires=9"),
    **{f"known-{n}": ("X-Object-Meta-Note", f"see {value} there") for n, value in enumerate(KNOWN)},
}
TARGETS = {
    "tempurl": b"/v1/AUTH_a/c/o?temp_url_sig=CANARYtempurl&temp_url_expires=9",
    "presigned-v2": b"/c/o?AWSAccessKeyId=AKIDONE&Expires=9&Signature=CANARYpresigned",
    "presigned-v4": b"/c/o?X-Amz-Credential=CANARYcred&X-Amz-Signature=CANARYquery&X-Amz-Security-Token=CANARYquerysts",
    "known": f"/c/{quote(KNOWN[1], safe='')}".encode(),
}
BODIES = {
    "keystone-login": json.dumps(
        {
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": {"name": "u", "password": "CANARYlogin"}}}
            }
        }
    ).encode(),
    "keystone-known": json.dumps({"auth": {"user": {"name": "u", "told": KNOWN[2]}}}).encode(),
    "keystone-token": b'{"auth": {"identity": {"methods": ["token"], "token": {"id": "CANARYtokenid"}}}}',
    "application-credential": b'{"auth": {"application_credential": {"id": "a", "secret": "CANARYapplication"}}}',
    "ec2": b'{"credential": {"access": "a", "secret" : "CANARYec"}}',
    "admin-api": b'{"keys": [{"user": "u", "access_key": "a", "secret_key": "CANARYadmin"}]}',
    "sts": b"<C><SecretAccessKey>CANARYsecret</SecretAccessKey><SessionToken>CANARYststoken</SessionToken></C>",
    "post-policy": b'--x\r\nContent-Disposition: form-data; name="x-amz-signature"\r\n\r\nCANARYpost\r\n--x--\r\n',
    "link": b'<a href="/c/o?a=1&amp;temp_url_sig=CANARYlink&amp;b=2">o</a>',
    "across-the-cut": b"x" * 4090 + KNOWN[0].encode() + b"x" * 100,
}


def exchange(request, answer):
    parser = ResponseParser(request.method, keep=1 << 20, body_limit=1 << 20)
    parser.feed(answer)
    parser.eof()
    return Exchange(request, parser.response, answer, failure=parser.failure, excess=answer, started=1.0)


def request(target=b"/c/o", fields=(), body=b""):
    fields = make_fields([("Host", "gw"), *fields, ("Content-Length", str(len(body)))])
    return Request("PUT", target, fields, Framing.LENGTH, from_bytes(body))


def answered(head=(), body=b"", status="HTTP/1.1 200 OK"):
    lines = [status, *(f"{name}: {value}" for name, value in head), f"Content-Length: {len(body)}"]
    return "\r\n".join([line for line in lines if line]).encode("latin-1") + b"\r\n\r\n" + body


def everywhere():
    """Each canary in a request and in an answer, with and without a status line."""
    found = []
    for field in HEADS.values():
        found.append(exchange(request(fields=[field]), answered([field])))
        found.append(exchange(request(), answered([field], status="")))
        found.append(exchange(request(), b"HTTP/1.1 100 C\r\n\r\n" + answered([field], status="HTTP/9 nonsense")))
    found += [exchange(request(target), answered()) for target in TARGETS.values()]
    for body in BODIES.values():
        found.append(exchange(request(body=body), answered(body=body)))
        found.append(exchange(request(body=body), answered(body=body, status="")))
    return found


CLAIM = Claim("a-check", oracle="RFC 9112 section 4", level=BREAKS, impact="push fails", api="swift")


def judged(exchanges, message):
    """What the suites make of it: rules that tell bytes of it, a message that quotes it, and observations."""
    observer = Observer(Redactor(KNOWN))
    observations = {"said": message, "all": [message, {"x": message}]}
    result = _masked(conclude(CLAIM, Seen(exchanges, [], observations), AssertionError(message), 0.1), observer)
    return result, observer


def quoting(known=KNOWN):
    """A sentence that quotes all that is secret, as messages of checks do."""
    fields = "\r\n".join(
        f"{name}: {value}" for name, value in HEADS.values() if "\r\n" not in value and name != "X-Object-Meta-Note"
    )
    targets = [target.decode() for name, target in TARGETS.items() if name != "known"]
    return f"got {fields.encode()!r}, asked {targets}, with {' '.join(known)}"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A report directory and what a terminal is told, of a run in which every secret was said."""
    place = tmp_path_factory.mktemp("run")
    exchanges = everywhere()
    result, observer = judged(exchanges, quoting())
    part = Part(place / ".parts" / "main" / "gw")
    part.gateway({"url": "http://127.0.0.1:1", "profile": {"version": "16.2.15"}, "run_id": "abc", "untested": []})
    part.check(result, [evidence_of(one, observer.redactor) for one in exchanges], "swift")
    with pytest.raises(pytest.fail.Exception) as told:
        announce(result, exchanges, None, observer.redactor)
    merged = merge(place, "gw", suite="1", command="pytest suites", started="2026-11-25T20:00:00+00:00", complete=True)
    (place / "gw" / "junit.xml").write_bytes(junit(merged.run))
    run = Loaded(merged.run, Evidence(place / "gw" / "exchanges.jsonl"), place / "gw" / "run.json")
    write_report(run, place / "gw" / "report.html")
    lines = [line.text for line in summary(merged, evidence="x")]
    (place / "terminal").write_text("\n".join([str(told.value), *lines]))
    return place


def leaks(data):
    """The canaries in these bytes, as they are, in base64, or packed."""
    return sorted({found.decode() for piece in pieces(data) for found in CANARY.findall(piece)})


def test_there_is_something_to_find():
    text = repr(everywhere()).encode()

    assert len(set(CANARY.findall(text))) >= 25
    assert leaks(b'{"body": "%s"}' % base64.b64encode(b"a CANARYbody")) == ["CANARYbody"]
    assert leaks(b'{"excess": "%s"}' % base64.b64encode(b"CANARYexcess")) == ["CANARYexcess"]


@pytest.mark.parametrize("name", ["gw/run.json", "gw/exchanges.jsonl", "gw/junit.xml", "gw/report.html", "terminal"])
def test_no_canary_is_written(written, name):
    data = (written / name).read_bytes()

    assert b"***" in data
    assert leaks(data) == []


@pytest.mark.parametrize(
    "command", [["show"], ["show", "a-check", "--all"], ["summary"], ["summary", "--markdown", "-"]]
)
def test_no_canary_is_printed_again(written, capsys, command):
    assert main([command[0], str(written / "gw"), *command[1:]]) == 0

    assert leaks(capsys.readouterr().out.encode()) == []


def test_no_canary_is_in_a_comparison(written, tmp_path, capsys):
    other = tmp_path / "other"
    other.mkdir()
    value = json.loads((written / "gw" / "run.json").read_text())
    value["checks"]["a-check"] |= {"deviations": [], "verdict": "pass"}
    (other / "run.json").write_text(json.dumps(value | {"run_id": "def"}))
    (other / "exchanges.jsonl").write_text("")

    files = ["--markdown", str(tmp_path / "comparison.md"), "--html", str(tmp_path / "comparison.html")]
    assert main(["compare", str(other), str(written / "gw"), *files]) == 1
    assert leaks((tmp_path / "comparison.md").read_bytes()) == []
    assert b"***" in b"".join(pieces((tmp_path / "comparison.html").read_bytes()))
    assert leaks((tmp_path / "comparison.html").read_bytes()) == []
    assert leaks(capsys.readouterr().out.encode()) == []


def test_no_canary_is_recorded():
    recorder = Recorder()
    heard = recorder.conversation()
    for name, field in HEADS.items():
        if name not in ("folded", "known-0", "known-1", "known-2"):
            heard.asked(request(fields=[field]).head)
            heard.answered(answered([field]))
    for name in ("tempurl", "presigned-v2", "presigned-v4"):
        heard.asked(request(TARGETS[name]).head)
        heard.answered(answered())
    login = BODIES["keystone-login"]
    asked = request(b"/v3/auth/tokens", [("Content-Type", "application/json")], login)
    heard.asked(asked.head.replace(b"PUT", b"POST", 1) + login)
    heard.answered(answered([HEADS["subject-token"]], b'{"token": {"user": {"name": "u"}}}', "HTTP/1.1 201 C"))
    heard.rest()

    text = json.dumps(recorder.har(scheme="http", authority="proxy:1", registry="2.8.3"))

    assert text.count('"startedDateTime"') > 15
    assert leaks(text.encode()) == []


def test_no_canary_is_in_the_log_of_a_registry():
    registry = RegistryProcess(swift(auth_url="http://gw/auth", user="u", key=KNOWN[0], container="c"))
    registry._said = f"level=debug msg={quoting(KNOWN[:1])!r}\n{KNOWN[0]}\n".encode()

    assert leaks(registry.log.encode()) == []


def test_no_canary_is_in_the_logs_of_an_upgrade():
    cluster = UpgradedCluster()
    account = facts.new_account("one")
    cluster._accounts = {"first": account}
    keys = [secret.value for secret in account_of(account).secrets]
    said = f'beast: "GET {TARGETS["tempurl"].decode()} HTTP/1.1" 200 - "{TARGETS["presigned-v4"].decode()}" {keys}'
    cluster._running = {"gateway": SimpleNamespace(log=lambda: said, end=lambda _: said, stop=lambda: None)}

    for text in (cluster.log("gateway"), cluster.stop("gateway")):
        assert leaks(text.encode()) == []
        assert len(keys) == 2
        assert not any(key in text for key in keys)
