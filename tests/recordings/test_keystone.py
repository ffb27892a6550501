"""A registry that logs in at Keystone is replayed against a real Keystone and a real RGW that asks it."""

import base64
import contextlib
import json
from dataclasses import replace

import pytest

from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.keystone import Keystone
from fixtures.gateways.keystone_login import keystone_session
from fixtures.gateways.model import Gateway, KeystoneLogin, Secret
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import containers_of
from fixtures.recordings.har import DATA, built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.redaction import redact
from fixtures.recordings.swift.binding import Bindings, at_keystone, bind, missing
from fixtures.recordings.swift.keystone import Login, logs_in_at_keystone, storage_url
from fixtures.rerecord import SWIFT_PATH, keystone_login
from fixtures.wire.client import Client

NAME = "2.8.2-keystone-swift"
RECORDING = built_in(NAME)
LOGIN = next(step for step in RECORDING.steps if step.kind is Kind.AUTH)


@pytest.fixture(scope="module")
def cloud():
    """A gateway whose account logs in at a Keystone, as at somebody else's."""
    with Keystone() as keystone, contextlib.ExitStack() as stack:
        embedded = EmbeddedGateway(options=keystone.rgw_options())
        stack.callback(embedded.stop)
        gateway = embedded.start()
        keystone.register(gateway.url + SWIFT_PATH)
        login = keystone_login(keystone, auth_url=keystone.auth_url)
        yield replace(gateway, account=replace(gateway.account, keystone=login))


def left_on(gateway: Gateway) -> list[str]:
    with Client(endpoint_of(gateway)) as client:
        return list(containers_of(keystone_session(gateway, gateway.keystone, client, prefix=""), ""))


def test_every_operation_passes_nothing_is_left_and_no_secret_is_written_down(suites, cloud):
    outcome = suites.on(cloud).run("-q", "--recordings", "all", "-k", "keystone")

    assert outcome.code == 0, outcome.output
    assert set(outcome.verdicts) == {f"replay[{NAME}-{page}]" for page in RECORDING.pages}
    assert set(outcome.verdicts.values()) == {"pass"}
    assert left_on(cloud) == []
    written = b"".join(path.read_bytes() for path in outcome.directory.rglob("*") if path.is_file())
    evidence = [
        json.loads(line)
        for path in outcome.directory.rglob("exchanges*.jsonl")
        for line in path.read_text().splitlines()
    ]
    assert b"gAAAAAB" not in written
    assert cloud.keystone.password.value.encode() not in written
    assert cloud.keystone.password.value not in outcome.output
    logins = [line["request"] for line in evidence if "auth/tokens" in line["request"]["head"]]
    assert len(logins) >= 2
    for login in logins:
        assert b'"password":"***"' in base64.b64decode(login["body"])
        # Whoever has the digest can try words until one fits.
        assert login["sha256"] is None


def test_a_gateway_that_keystone_users_alone_may_use_is_replayed_and_cleaned(suites, cloud):
    login = cloud.keystone
    credentials = suites.directory / "credentials.toml"
    credentials.touch(mode=0o600)
    rows = {"auth_url": login.auth_url, "user": login.user, "project": login.project, "domain": login.domain}
    rows["password"] = login.password.value
    credentials.write_text("[default]\n" + "".join(f'keystone_{key} = "{value}"\n' for key, value in rows.items()))
    suites.options += ["--gateway-url", f"external={cloud.url}", "--credentials", str(credentials)]

    outcome = suites.run("-q", "--recordings", "all", "-k", "keystone and (start or monolithic)")

    assert outcome.code == 0, outcome.output
    assert set(outcome.verdicts.values()) == {"pass"}
    assert left_on(cloud) == []


def test_without_a_keystone_login_it_is_untested(suites, cloud):
    plain = replace(cloud, account=replace(cloud.account, keystone=None))
    outcome = suites.on(plain).run("-q", "--recordings", "all", "-k", "keystone and start")

    assert outcome.verdicts == {f"replay[{NAME}-start]": "untested"}
    assert "no Keystone credentials for external" in json.dumps(outcome.run)


def test_a_login_that_keystone_refuses_is_told_and_the_rest_is_blocked(suites, cloud):
    wrong = replace(cloud.keystone, password=Secret("not-the-password-of-this-user"))
    outcome = suites.on(replace(cloud, account=replace(cloud.account, keystone=wrong))).run(
        "-q", "--recordings", "all", "-k", "keystone and (start or monolithic)"
    )

    assert outcome.code == 1
    assert outcome.red == {f"replay[{NAME}-start]"}
    assert outcome.verdicts[f"replay[{NAME}-push-blob-monolithic-small]"] == "blocked"


def test_the_recording_holds_no_secret_and_names_what_is_bound():
    text = (DATA / f"registry-{NAME}.har").read_text()

    tokens = {step.answer.get("X-Subject-Token") for step in RECORDING.steps if step.kind is Kind.AUTH}
    assert tokens == {"{token-1}", "{token-2}"}
    assert {step.get("X-Auth-Token") for step in RECORDING.steps} == tokens | {None}
    assert "gAAAAAB" not in text
    user = json.loads(LOGIN.body)["auth"]["identity"]["password"]["user"]
    assert user == {
        "domain": {"name": "{keystone-domain}"},
        "name": "{keystone-user}",
        "password": "{keystone-password}",
    }
    assert redact(json.loads(text)) == json.loads(text)


def test_a_login_goes_to_keystone_as_this_runs_user_and_everything_else_to_the_gateway():
    login = Login("keystone:5000", "/identity/v3/auth/tokens", 'us"er', "päss", "p", "d")
    bindings = Bindings("gateway:80", "/auth/v1", "", "", "mine", storage_path="/swift/v1/AUTH_x", keystone=login)
    bindings.tokens = {"{token-1}": "token"}

    sent = bind(LOGIN, RECORDING, bindings)
    body = b"".join(sent.content.pieces())
    assert sent.get("Host") == "keystone:5000"
    assert sent.target == b"/identity/v3/auth/tokens"
    assert sent.get("Content-Length") == str(len(body))
    assert json.loads(body)["auth"] == {
        "identity": {
            "methods": ["password"],
            "password": {"user": {"domain": {"name": "d"}, "name": 'us"er', "password": "päss"}},
        },
        "scope": {"project": {"name": "p", "domain": {"name": "d"}}},
    }
    after = next(step for step in RECORDING.steps if step.kind is Kind.HEAD_CONTAINER)
    sent = bind(after, RECORDING, bindings)
    assert (sent.get("Host"), sent.get("X-Auth-Token")) == ("gateway:80", "token")
    assert sent.target == b"/swift/v1/AUTH_x/mine"


def test_only_this_recording_logs_in_at_keystone():
    assert logs_in_at_keystone(RECORDING)
    assert not logs_in_at_keystone(built_in("2.8.2-swift"))
    assert {step.authority for step in RECORDING.steps if at_keystone(step)} == {LOGIN.authority}
    assert LOGIN.authority not in {step.authority for step in RECORDING.steps if not at_keystone(step)}
    assert missing(LOGIN, Bindings("gateway:80", "/auth/v1", "", "", "mine")) == "no Keystone login is known"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        b'{"token": {"catalog": []}}',
        b'{"token": {"catalog": [{"type": "image", "endpoints": [{"interface": "public", "url": "http://a"}]}]}}',
        b'{"token": {"catalog": [{"type": "object-store", "endpoints": [{"interface": "admin", "url": "http://a"}]}]}}',
    ],
)
def test_a_catalogue_without_a_public_object_store_has_no_storage_url(body):
    assert storage_url(body) is None


def test_a_login_goes_through_a_pipe_and_shows_no_password():
    login = KeystoneLogin("http://k:5000/v3", "u", Secret("hidden-word"), "p", "d")

    assert KeystoneLogin.from_json(login.to_json()) == login
    assert "hidden-word" not in repr(login)


def entry(body: str, answer: str, *, path: str = "/v3/auth/tokens"):
    """A login as a recorder notes it, before it is redacted."""
    return {
        "request": {
            "method": "POST",
            "url": f"http://keystone:5000{path}",
            "headers": [{"name": "Content-Length", "value": str(len(body))}],
            "_body": {"size": len(body), "sha256": "of what was sent", "text": body},
        },
        "response": {
            "headers": [{"name": "X-Subject-Token", "value": "gAAAAAB-token"}],
            "content": {"size": len(answer), "sha256": "of what was said", "text": answer},
        },
    }


def redacted(*entries):
    return redact({"log": {"entries": list(entries)}})["log"]["entries"]


def test_the_words_of_a_login_are_replaced_in_it_alone_and_what_identifies_the_project_everywhere():
    id_ = "0123456789abcdef0123456789abcdef"
    who = {"name": "registry", "password": 'wo"rd', "domain": {"name": "Default"}}
    asked = {"auth": {"identity": {"password": {"user": who}}, "scope": {"project": {"name": "docker"}}}}
    said = {"token": {"project": {"id": id_, "name": "docker"}, "audit_ids": ["abc"], "user": {"id": "ldap-name"}}}
    other = entry("", "", path=f"/v1/AUTH_{id_}/docker/registry")

    login, later = redacted(entry(json.dumps(asked), json.dumps(said)), other)

    text = json.dumps(login)
    for secret in ("wo\\", "Default", "docker", id_, "abc", "ldap-name", "gAAAAAB-token", "of what was"):
        assert secret not in text
    body = login["request"]["_body"]
    assert body["size"] == len(body["text"]) == int(login["request"]["headers"][0]["value"])
    assert later["request"]["url"] == "http://keystone:5000/v1/AUTH_{keystone-id-1}/docker/registry"


def test_a_login_that_is_no_json_is_not_kept():
    (login,) = redacted(entry("password=word", "<html>word</html>"))

    assert "word" not in json.dumps(login)
