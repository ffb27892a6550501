"""What a user gets wrong is one line that says what, where and what to do, with exit code 4 and nothing left behind."""

import socket
import threading
from collections.abc import Iterator

import pytest

from fixtures.gateways.daemons import free_port


def refused(outcome, *words):
    """One line, which has these words."""
    assert outcome.code == 4, outcome.output
    (line,) = outcome.error_lines
    for word in words:
        assert word in line
    assert "Traceback" not in outcome.output
    assert not outcome.runs
    return line


@pytest.fixture
def says() -> Iterator:
    """Starts a server that says the same bytes to everybody, whatever they ask."""
    servers = []

    def start(data: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.settimeout(5)
                    client.recv(65536)
                    client.sendall(data)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_a_host_that_does_not_resolve(suites):
    refused(suites.run("--gateway-url", "http://gateway.invalid:7480"), "gateway.invalid", "--gateway-url")


def test_a_port_that_refuses(suites):
    refused(suites.run("--gateway-url", f"http://127.0.0.1:{free_port()}"), "refused", "--gateway-url")


@pytest.mark.parametrize("url", ["127.0.0.1:7480", "ftp://gateway", "http://", "http://user:secret-word@gateway/"])
def test_a_url_that_is_none(suites, url):
    assert "secret-word" not in refused(suites.run("--gateway-url", url), "http" if "@" not in url else "credentials")


def test_something_that_does_not_speak_http(suites, says):
    refused(suites.run("--gateway-url", says(b"SSH-2.0-OpenSSH_9.2p1\r\n")), "does not speak HTTP", "SSH-2.0")


def test_a_web_server_that_is_no_gateway(suites, says):
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    refused(suites.run("--gateway-url", says(page)), "no object gateway")


def test_an_https_url_of_a_gateway_without_tls(suites, embedded):
    url = embedded.gateway.url.replace("http://", "https://")
    refused(suites.run("--gateway-url", url), url)


def test_a_server_that_says_nothing(suites):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        refused(suites.run("--gateway-url", url), "no answer", url)


@pytest.mark.parametrize(
    ("name", "value"), [("RGW_SWIFT_USER", "nobody:swift"), ("RGW_SWIFT_KEY", "not-the-key-at-all")]
)
def test_a_wrong_user_or_key(suites, embedded, name, value):
    account = embedded.gateway.account
    right = {"RGW_SWIFT_USER": account.swift_user, "RGW_SWIFT_KEY": account.swift_key.value}

    line = refused(suites.run("--gateway-url", embedded.gateway.url, env=right | {name: value}), "refuses the login")

    assert "not-the-key-at-all" not in line
    assert account.swift_key.value not in line


def test_another_auth_entry_than_the_gateway_has(on_embedded):
    refused(on_embedded.run("--swift-auth-url", "/nowhere/v1"), "/nowhere/v1", "--swift-auth-url")


def test_a_credentials_file_that_is_missing_or_open_to_all(suites, tmp_path):
    url = ["--gateway-url", "http://127.0.0.1:1"]
    refused(suites.run(*url, "--credentials", str(tmp_path / "none.toml")), "none.toml", "No such file")
    bad = tmp_path / "open.toml"
    bad.write_text("[default]\n")
    bad.chmod(0o644)
    refused(suites.run(*url, "--credentials", str(bad)), "open.toml", "chmod 600")
    bad.chmod(0o600)
    bad.write_text("[default\n")
    refused(suites.run(*url, "--credentials", str(bad)), "open.toml", "not TOML")


def test_a_mutant_or_configuration_that_nobody_knows(suites):
    refused(suites.run("--inject", "head-with-bodies"), "head-with-body", "python -m fixtures.mutants list")
    refused(suites.run("--configuration", "fast"), "'fast'", "account-in-url")


def test_two_gateways_of_one_name(suites):
    refused(suites.run("--gateway-url", "http://rgw:1", "--gateway-url", "http://rgw:2"), "old=", "new=")


def test_daemons_that_are_not_installed(suites, tmp_path):
    line = refused(suites.run(env={"PATH": str(tmp_path)}), "apt-get install", "--gateway-url")
    assert "radosgw" in line


def test_the_same_under_xdist(suites):
    refused(suites.run("-n", "2", "--gateway-url", f"http://127.0.0.1:{free_port()}"), "refused", "--gateway-url")


def test_a_selection_without_checks_starts_nothing(suites):
    outcome = suites.run("-k", "no-check-has-this-name")

    assert outcome.code == 5
    assert not outcome.runs
