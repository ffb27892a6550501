"""Credentials come from a file that only its owner can read, or from the environment; a mistake is one line."""

import pytest

from fixtures.gateways.credentials import load
from fixtures.gateways.model import Gateway, GatewayError, KeystoneLogin, Secret

GOOD = """
[default]
swift_user = "one:swift"
swift_key = "sEcReT-1"
[new]
swift_user = "two:swift"
swift_key = "sEcReT-2"
s3_access_key = "AK"
s3_secret_key = "sEcReT-3"
swift_auth_url = "/auth/1.0"
version = "18.2.7"
[new.second]
swift_user = "three:swift"
swift_key = "sEcReT-4"
"""


@pytest.fixture
def file(tmp_path):
    """Writes a credentials file that only we can read."""

    def write(text):
        path = tmp_path / "credentials.toml"
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    return write


def test_a_gateway_has_its_own_table_or_the_default(file):
    known = load(file=file(GOOD), environ={}, names=["old", "new"])

    assert known["old"].account.swift_user == "one:swift"
    assert known["old"].second is None
    assert not known["old"].account.s3
    assert known["new"].account.s3_secret_key.value == "sEcReT-3"
    assert known["new"].second.swift_user == "three:swift"
    assert (known["new"].swift_auth_url, known["new"].version) == ("/auth/1.0", "18.2.7")
    assert "sEcReT" not in repr(known)


def test_the_environment_serves_every_gateway():
    environ = {"RGW_SWIFT_USER": "one:swift", "RGW_SWIFT_KEY": "k", "RGW_S3_ACCESS_KEY": ""}
    known = load(file=None, environ=environ, names=["a", "b"])

    assert known["a"].account == known["b"].account
    assert known["a"].account.swift
    assert not known["a"].account.s3
    assert load(file=None, environ={}, names=["a"]) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[default", "not TOML"),
        ("\xff\xfe", "not TOML"),
        ('swift_user = "one:swift"', "outside a table"),
        ('[default]\nswift_pass = "x"', "unknown key 'swift_pass'"),
        ('[default]\nswift_user = "one:swift"', "swift_user without swift_key"),
        ('[default]\ns3_secret_key = "sEcReT"', "s3_secret_key without s3_access_key"),
        ('[other]\nswift_user = "u"\nswift_key = "sEcReT"', "[other] is none of the gateways gw"),
        ("[default]\nswift_user = 1\nswift_key = 2", "must be a string in quotes"),
        ('[default]\nsecond = "sEcReT"', "[NAME.second]"),
        ('[default.second]\nswift_user = "u"', "second: swift_user without swift_key"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(file, text, says):
    with pytest.raises(GatewayError) as refused:
        load(file=file(text), environ={}, names=["gw"])

    assert says in str(refused.value)
    assert "credentials.toml" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "sEcReT" not in str(refused.value)


def test_a_file_that_others_can_read_a_missing_one_and_a_directory(file, tmp_path):
    path = file(GOOD)
    path.chmod(0o640)
    for bad, says in ((path, "chmod 600"), (tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(GatewayError, match=says):
            load(file=bad, environ={}, names=["gw"])


def test_an_environment_with_half_a_pair_is_told_in_one_line():
    with pytest.raises(GatewayError, match=r"environment \(RGW_SWIFT_USER ...\): swift_user without swift_key"):
        load(file=None, environ={"RGW_SWIFT_USER": "one:swift"}, names=["gw"])


KEYSTONE = """
keystone_auth_url = "http://keystone:5000/v3/"
keystone_user = "u"
keystone_password = "hidden-word"
keystone_project = "p"
keystone_domain = "d"
"""


def loaded(tmp_path, text):
    file = tmp_path / "keystone.toml"
    file.touch(mode=0o600)
    file.write_text(f"[default]\n{text}")
    return load(file=file, environ={}, names=["one"])["one"].account


def test_a_login_at_keystone_is_read_and_its_password_hidden(tmp_path):
    account = loaded(tmp_path, KEYSTONE)

    assert account.keystone == KeystoneLogin("http://keystone:5000/v3", "u", Secret("hidden-word"), "p", "d")
    assert "hidden-word" in {secret.value for secret in account.secrets}
    assert "hidden-word" not in repr(account)
    gateway = Gateway("one", "http://gateway", "http://gateway/auth/v1", account)
    assert Gateway.from_json(gateway.to_json()) == gateway
    assert gateway.keystone == account.keystone


@pytest.mark.parametrize("line", [row.partition(" ")[0] for row in KEYSTONE.strip().splitlines()])
def test_a_login_at_keystone_that_lacks_something_is_refused(tmp_path, line):
    lines = [kept for kept in KEYSTONE.splitlines() if not kept.startswith(line)]
    with pytest.raises(GatewayError, match=f"keystone_[a-z_]+ without {line}$"):
        loaded(tmp_path, "\n".join(lines))


def test_a_keystone_that_is_no_url_is_refused(tmp_path):
    with pytest.raises(
        GatewayError, match=r"keystone_auth_url is 'keystone:5000/v3', not the URL of Keystone's v3 API"
    ):
        loaded(tmp_path, KEYSTONE.replace("http://keystone:5000/v3/", "keystone:5000/v3"))
