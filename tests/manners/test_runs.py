"""Runs beside somebody else's data: it stays as it is, unlisted, whatever the gateway does wrong."""

import hashlib

import pytest

from fixtures.gateways.__main__ import main
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.runs import Journal
from fixtures.gateways.s3 import S3Session
from fixtures.gateways.swift import SwiftSession
from fixtures.wire.client import Client
from fixtures.wire.content import from_bytes
from tests.manners.given import ear
from tests.manners.watching import Watching
from tests.running import TOO_LONG, Outcome

CANARY = "precious-canary"
OF_THE_ENVIRONMENT = "c4n4ry-0f-th3-env1r0nm3nt"
CHANGING = ("Date", "X-Trans-Id", "X-Openstack-Request-Id", "x-amz-request-id", "X-Timestamp")


@pytest.fixture(scope="module")
def canary(embedded):
    """A container and a bucket of another user, and what they look like."""
    gateway = embedded.gateway
    with Client(endpoint_of(gateway)) as client:
        swift = SwiftSession(client, gateway.swift_auth_url, gateway.second, prefix=CANARY)
        swift.login()
        s3 = S3Session(client, gateway.second, prefix=CANARY)
        swift.send("PUT", CANARY)
        s3.send("PUT", f"{CANARY}-s3")
        for n in range(3):
            swift.send("PUT", CANARY, f"files/{n}", content=from_bytes(b"precious %d" % n))
            s3.send("PUT", f"{CANARY}-s3", f"files/{n}", content=from_bytes(b"precious %d" % n))
        yield lambda: looks(swift, s3)
        for session, name in ((swift, CANARY), (s3, f"{CANARY}-s3")):
            for n in range(3):
                session.send("DELETE", name, f"files/{n}")
            session.send("DELETE", name)


def looks(swift, s3):
    """Every byte that says something of the canaries, and of the account that they are in."""
    asked = [swift.send("GET", "", query="format=json"), swift.send("HEAD", "")]
    for session, name in ((swift, CANARY), (s3, f"{CANARY}-s3")):
        asked += [session.send("GET", name), *(session.send("GET", name, f"files/{n}") for n in range(3))]
    answers = [exchange.response for exchange in asked]
    assert all(answer is not None and answer.status in (200, 204) for answer in answers)
    digest = hashlib.sha256()
    for answer in answers:
        told = [(f.name, f.value) for f in answer.head.fields if f.name.decode() not in CHANGING]
        digest.update(repr((answer.status, told, answer.kept)).encode())
    return digest.hexdigest()


def unlisted(outcome) -> bool:
    """Whether no report of a run knows the canary."""
    return not any(
        CANARY in path.read_text(errors="replace") for path in outcome.directory.glob("**/*") if path.is_file()
    )


FEW = (
    "(replay and 2.8.3-swift-push-blob-monolithic-small) or (test_deletes and bulk) or boto3_objects or "
    "(real_registry and start)"
)


def test_a_run_says_what_it_makes_leaves_nothing_and_shows_no_secret(on_embedded, embedded, canary, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", OF_THE_ENVIRONMENT)
    # Nobody asks for it: no proxy of the environment is used, by us, by libraries or by registries.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://{OF_THE_ENVIRONMENT}:9")
    before = canary()

    on_embedded.gentle = True
    process = on_embedded.start("-q", "-vv", "-n", "1", "-k", FEW)
    with Watching(process.pid) as watching:
        output, _ = process.communicate(timeout=TOO_LONG)
    outcome = Outcome(process.returncode, output, on_embedded.directory / "run-1")

    assert outcome.code == 0, outcome.output
    assert canary() == before
    assert unlisted(outcome)
    run = outcome.run["run_id"]
    assert f"makes containers and buckets rgwc-{run}-* as one:swift, and removes them" in outcome.output
    assert "at most 100 requests in a second, 32 connections at once" in outcome.output
    assert f"nothing is left of run {run}" in outcome.output
    secrets = [*(secret.value for secret in embedded.gateway.secrets), OF_THE_ENVIRONMENT]
    assert len(watching.seen) > 1
    assert not [line for line in watching.seen if any(secret.encode() in line for secret in secrets)]
    assert not [secret for secret in secrets if secret in output]
    written = [path for path in outcome.directory.glob("**/*") if path.is_file()]
    assert written
    assert not [path for path in written if any(secret in path.read_text(errors="replace") for secret in secrets)]


def test_a_mutant_makes_a_run_touch_nothing_of_others(on_embedded, canary):
    before = canary()

    outcome = on_embedded.run("-q", "-k", "test_copy and container", "--inject", "copy-to-own-container")

    assert outcome.code == 1, outcome.output
    assert canary() == before
    assert unlisted(outcome)


def test_a_run_that_only_reads_makes_nothing(on_embedded, embedded, canary):
    gateway = embedded.gateway
    outcome = on_embedded.run(
        "-q", "-k", "root or test_auth or (test_deletes and bulk and post)", "--read-only", "--max-rate", "1000"
    )

    assert outcome.code == 0, outcome.output
    assert "--read-only: nothing is written or deleted" in outcome.output
    checks = outcome.run["checks"]
    assert checks["anonymous-root"]["verdict"] == "pass"
    assert "--read-only" in checks["bulk-delete[post]"]["reason"]
    assert {check["verdict"] for check in checks.values()} <= {"pass", "degraded", "untested", "unsupported", "fail"}
    assert gateway.second is not None


def test_a_dry_run_connects_nowhere_and_tells_every_recorded_request(suites):
    with ear() as (heard, where):
        outcome = suites.run(
            "--dry-run", "-k", "monolithic-small or (test_deletes and bulk)", "--gateway-url", f"mine={where.url}"
        )
        assert heard.connections == 0

    assert outcome.code == 0, outcome.output
    assert "  PUT {storage-path}/{container}/files/docker/registry" in outcome.output
    assert "    X-Auth-Token: {token-1}" in outcome.output
    assert "bulk-delete[post]: decided while it runs; made for it: a container" in outcome.output
    assert "Nothing was sent: --dry-run." in outcome.output
    assert not outcome.runs


def test_leftovers_are_listed_and_cleaned(embedded, tmp_path, monkeypatch, on_embedded, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    gateway, run = embedded.gateway, "0dead0dead0d"
    Journal().record(
        run, name="external", gateway_url=gateway.url, swift_auth_url=gateway.swift_auth_url, user="one:swift"
    )
    file = Journal().directory / f"{run}.json"
    file.write_text(file.read_text().replace('"born": "', '"born": "1'))
    with Client(endpoint_of(gateway)) as client:
        swift = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix="rgwc-")
        swift.login()
        swift.send("PUT", f"rgwc-{run}-main-1")

    credentials = ("--credentials", str(on_embedded.directory / "credentials.toml"))
    said = []
    for code, arguments in (
        (1, ("leftovers", *credentials)),
        (0, ("clean", "--run-id", run, *credentials)),
        (0, ("leftovers",)),
    ):
        assert main([*arguments]) == code, arguments
        said.append(capsys.readouterr().out)

    assert f"run {run} (dead) on {gateway.url} as one:swift: 1 containers and buckets" in said[0]
    assert f"  rgwc-{run}-main-1" in said[0]
    assert "no run of this machine has left anything" in said[2]
