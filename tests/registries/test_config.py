"""The configuration that is printed for an operator is one that a registry starts with."""

import socket
import subprocess
import time

import pytest
import requests

from fixtures.gateways.clean import clean_run
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.runs import container_name, new_run_id, prefix
from fixtures.gateways.s3 import S3Session
from fixtures.registries.__main__ import PLACEHOLDER, main
from fixtures.registries.runner import environment
from fixtures.wire.client import Client, Limits


@pytest.fixture
def credentials(embedded, tmp_path):
    account = embedded.gateway.account
    path = tmp_path / "credentials.toml"
    path.write_text(
        f'[default]\nswift_user = "{account.swift_user}"\nswift_key = "{account.swift_key.value}"\n'
        f's3_access_key = "{account.s3_access_key}"\ns3_secret_key = "{account.s3_secret_key.value}"\n'
    )
    return path


@pytest.mark.parametrize("api", ["swift", "s3"])
def test_secrets_are_placeholders_unless_asked_for(embedded, credentials, api, capsys):
    account = embedded.gateway.account
    secrets = {account.swift_key.value, account.s3_secret_key.value, account.s3_access_key}
    arguments = ["config", "--gateway-url", embedded.gateway.url, "--api", api, "--credentials", str(credentials)]

    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert PLACEHOLDER in printed
    assert not any(secret in printed for secret in secrets)

    assert main([*arguments, "--with-secrets"]) == 0
    printed = capsys.readouterr().out
    assert PLACEHOLDER not in printed
    assert any(secret in printed for secret in secrets)


@pytest.mark.parametrize("api", ["swift", "s3"])
def test_a_registry_starts_with_what_is_printed(embedded, credentials, api, capsys, tmp_path):
    gateway, run_id = embedded.gateway, new_run_id()
    name = container_name(run_id, "printed")
    if api == "s3":
        with Client(endpoint_of(gateway)) as client:
            assert S3Session(client, gateway.account, prefix=prefix(run_id)).send("PUT", name).status == 200
    arguments = ["config", "--gateway-url", gateway.url, "--api", api, "--credentials", str(credentials)]
    assert main([*arguments, "--with-secrets", "--container", name]) == 0
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    config = tmp_path / "config.yml"
    config.write_text(capsys.readouterr().out.replace('":5000"', f'"{address}"'))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            ["docker-registry", "serve", config], stdout=log, stderr=subprocess.STDOUT, env=environment()
        )
    try:
        assert answers(address), (tmp_path / "log").read_text()
    finally:
        process.kill()
        process.wait()
        clean_run(gateway, run_id, Limits())


def answers(address):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with requests.Session() as session:
                session.trust_env = False
                if session.get(f"http://{address}/v2/_catalog", timeout=10).status_code in (200, 404):
                    return True
        except requests.ConnectionError:
            time.sleep(0.05)
    return False


def test_a_file_that_cannot_be_read_is_one_line(capsys, tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text('[default]\nswift_key = "hidden-secret\n')
    for path, why in ((tmp_path / "none.toml", "No such file"), (broken, "it is no TOML")):
        assert main(["config", "--gateway-url", "http://h:1", "--api", "s3", "--credentials", str(path)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert why in said.err
        assert "hidden-secret" not in said.err
        assert len(said.err.splitlines()) == 1
