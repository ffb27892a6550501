"""A user records his own registry with `python -m fixtures.recordings record`, and replays what it said."""

import contextlib
import json
import queue
import signal
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import trustme

from fixtures.gateways.clean import clean_run
from fixtures.gateways.profile import ARRIVAL, endpoint_of
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.gateways.s3 import S3Session
from fixtures.recordings.har import read
from fixtures.registries.client import RegistryClient, image_manifest
from fixtures.registries.config import s3, swift
from fixtures.registries.process import RegistryProcess
from fixtures.wire.client import Client, Limits
from tests.running import ROOT
from tests.wire.server import Server, says

CONFIG = b'{"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}'
LAYER = bytes(range(256)) * 100
"""Above the size up to which a body is kept."""
LIMIT = 60.0
COMMAND = [sys.executable, "-m", "fixtures.recordings", "record"]


class Recording:
    """The command while it runs, as a user sees it in a terminal."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "--listen", "0", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.url = self.until("recording on ").split()[2]

    def _read(self) -> None:
        for line in self.process.stdout:
            self.said.append(line)
            self._lines.put(line)

    def until(self, beginning: str) -> str:
        """Wait for a line of its output that begins so."""
        while not (line := self._lines.get(timeout=LIMIT)).startswith(beginning):
            pass
        return line

    def operation(self, name: str) -> str:
        """Type the name of an operation, and return what it is called."""
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        return self.until("operation ").split()[1]

    def interrupt(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Press Ctrl-C; the exit code, and what it said on both its outputs. Its input stays open, as a terminal's."""
        self.process.send_signal(number)
        code = self.process.wait(LIMIT)
        self._reader.join()
        return code, "".join(self.said), self.process.stderr.read()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                stream.close()


@pytest.fixture
def record():
    """Starts the command; it is gone when the test ends."""
    with contextlib.ExitStack() as stack:

        def start(*arguments) -> Recording:
            return stack.enter_context(contextlib.closing(Recording(*map(str, arguments))))

        yield start


@pytest.fixture
def container(embedded):
    """A name of a container or bucket of the real gateway that is gone with all that is in it at the end."""
    run_id = new_run_id()
    yield container_name(run_id, "images")
    clean_run(embedded.gateway, run_id, Limits())


def storage_of(api, gateway, url, container):
    account = gateway.account
    if api == "swift":
        user, key = account.swift_user, account.swift_key.value
        return swift(auth_url=f"{url}/auth/v1", user=user, key=key, container=container)
    with Client(endpoint_of(gateway), limits=ARRIVAL) as client:
        assert S3Session(client, account, prefix="").send("PUT", container).status == 200
    access, secret = account.s3_access_key, account.s3_secret_key.value
    return s3(url=url, access_key=access, secret_key=secret, bucket=container)


def push_and_pull(recording, registry):
    """What the user does, and how he calls it."""
    client = RegistryClient(registry.url)
    with contextlib.closing(client):
        assert recording.operation("Push image") == "push-image"
        digests = [client.push_blob("lib/app", data) for data in (LAYER, CONFIG)]
        client.push_manifest("lib/app", "latest", image_manifest(CONFIG, [LAYER]))
        assert recording.operation("pull-image") == "pull-image"
        client.pull_manifest("lib/app", "latest")
        assert [client.pull_blob("lib/app", digest) for digest in digests] == [LAYER, CONFIG]


def secrets_of(gateway):
    account = gateway.account
    return [secret.value for secret in gateway.secrets] + [account.s3_access_key, "AUTH_rgwtk"]


@pytest.mark.parametrize("api", ["swift", "s3"])
def test_what_a_users_registry_said_is_recorded_without_secrets_and_replayed(
    api, record, embedded, container, on_embedded, tmp_path
):
    gateway, out = embedded.gateway, tmp_path / "mine.har"
    recording = record("--gateway-url", gateway.url, "--out", out, "--registry", "2.8.2")
    with RegistryProcess(storage_of(api, gateway, recording.url, container)) as registry:
        push_and_pull(recording, registry)
        code, output, errors = recording.interrupt()

    assert (code, errors) == (0, "")
    assert f"{out}: " in output
    assert {"push-image", "pull-image"} <= set(read(out).pages)
    assert read(out).registry == "2.8.2"
    assert out.stat().st_mode & 0o077 == 0

    outcome = on_embedded.run("-q", "--recording", str(out), "--recordings", "none", "-k", "replay")

    assert outcome.code == 0, outcome.output
    replays = {id_: verdict for id_, verdict in outcome.verdicts.items() if id_.startswith("replay[")}
    assert set(replays.values()) == {"pass"}
    assert {"replay[mine-push-image]", "replay[mine-pull-image]"} <= set(replays)
    texts = [out.read_text(), output, errors, outcome.output]
    texts += [p.read_text(errors="replace") for p in outcome.directory.rglob("*") if p.is_file()]
    for secret in secrets_of(gateway):
        assert not any(secret in text for text in texts)


def test_a_registrys_log_tells_the_operations_that_nobody_typed(record, embedded, container, tmp_path):
    gateway, out, log = embedded.gateway, tmp_path / "mine.har", tmp_path / "registry.log"
    recording = record("--gateway-url", gateway.url, "--out", out, "--registry-log", log)
    with RegistryProcess(storage_of("swift", gateway, recording.url, container)) as registry:
        client = RegistryClient(registry.url)
        with contextlib.closing(client):
            digest = client.push_blob("lib/app", CONFIG)
            assert client.pull_blob("lib/app", digest) == CONFIG
        log.write_text(registry.log)
        code, output, errors = recording.interrupt(signal.SIGTERM)

    assert (code, errors) == (0, ""), output
    assert {"begin-upload", "upload-chunk", "finish-upload", "pull-blob"} <= set(read(out).pages)
    assert json.loads(out.read_text())["log"]["_go"] == registry_go(log)


def registry_go(log):
    return log.read_text().partition("go.version=go")[2][:4]


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 with its key in one file, and who signed it."""
    authority = trustme.CA()
    file = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(file))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return file, context


def test_a_client_over_tls_is_recorded_with_https_urls(record, certificate, tmp_path):
    file, trusting = certificate
    out = tmp_path / "tls.har"
    with Server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")) as server:
        gateway_url = f"http://127.0.0.1:{server.port}"
        recording = record("--gateway-url", gateway_url, "--out", out, "--certificate", file)
        port = int(recording.url.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port), LIMIT) as plain,
            trusting.wrap_socket(plain, server_hostname="127.0.0.1") as client,
        ):
            signed = "Authorization: AWS access:signature"
            client.sendall(f"GET /a HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{signed}\r\n\r\n".encode())
            data = b""
            while not data.endswith(b"hi"):
                data += client.recv(1 << 16)
        code, _, errors = recording.interrupt()

    assert (code, errors) == (0, "")
    assert recording.url.startswith("https://")
    (entry,) = json.loads(out.read_text())["log"]["entries"]
    assert entry["request"]["url"] == f"{recording.url}/a"
    assert entry["response"]["content"]["text"] == "hi"


def test_nothing_recorded_is_said_and_no_file_is_written(record, embedded, tmp_path):
    out = tmp_path / "none.har"
    recording = record("--gateway-url", embedded.gateway.url, "--out", out)

    code, _, errors = recording.interrupt()

    assert (code, errors) == (1, "nothing was recorded: no request came\n")
    assert not out.exists()


def refused(*arguments: str) -> str:
    """The one line that the command says before it ends with exit code 2."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    (line,) = done.stderr.splitlines()
    return line


GATEWAY = ("--gateway-url", "http://127.0.0.1:7480")


def test_a_port_in_use_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused("--listen", port, *GATEWAY, "--out", tmp_path / "x.har")

    assert line == f"--listen {port}: Address already in use; name another port"


@pytest.mark.parametrize("listen", ["here", "localhost:", "127.0.0.1:http", "65536", "", "1:²"])
def test_a_place_to_listen_that_is_none_is_told_in_one_line(listen, tmp_path):
    assert refused(f"--listen={listen}", *GATEWAY, "--out", tmp_path / "x.har").startswith(f"--listen {listen}: ")


@pytest.mark.parametrize(
    "url", ["127.0.0.1:7480", "ftp://gateway", "http://", "http://a:99999", "http://me:pass-word@gateway"]
)
def test_a_gateway_url_that_is_none_is_told_in_one_line(url, tmp_path):
    line = refused("--listen", 0, "--gateway-url", url, "--out", tmp_path / "x.har")

    assert line.startswith("--gateway-url: ")
    assert "pass-word" not in line


def test_a_directory_that_is_not_there_is_told_in_one_line(tmp_path):
    out = tmp_path / "nowhere" / "x.har"

    assert refused("--listen", 0, *GATEWAY, "--out", out) == f"--out {out}: there is no directory {out.parent}"


def test_an_output_file_that_is_a_directory_is_told_in_one_line(tmp_path):
    assert refused("--listen", 0, *GATEWAY, "--out", tmp_path).startswith(f"--out {tmp_path}: ")


@pytest.mark.parametrize("text", ["no certificate", None], ids=["none", "not-there"])
@pytest.mark.parametrize("option", ["--certificate", "--ca-file"])
def test_a_certificate_that_is_none_is_told_in_one_line(option, text, tmp_path):
    file = tmp_path / "server.pem"
    if text is not None:
        Path(file).write_text(text)

    url = "https://127.0.0.1:7480"
    line = refused("--listen", 0, "--gateway-url", url, "--out", tmp_path / "x.har", option, file)

    assert line.startswith(f"{option} {file}: ")


def test_a_registry_log_that_is_not_there_is_told_before_anything_is_recorded(tmp_path):
    log = tmp_path / "registry.log"

    line = refused("--listen", 0, *GATEWAY, "--out", tmp_path / "x.har", "--registry-log", log.parent / "no" / "log")

    assert line.startswith("--registry-log ")
