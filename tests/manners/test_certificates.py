"""A certificate that is wrong is told with its names, its dates and its chain; nobody is trusted unasked."""

import datetime as dt
import socket
import ssl
import threading

import pytest
import trustme

from fixtures.gateways.credentials import load
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.model import Account, Gateway, GatewayError
from fixtures.gateways.profile import arrive, endpoint_of
from fixtures.session import Host, Options
from fixtures.wire.client import Client

ANSWER = b"HTTP/1.1 200 OK\r\nx-amz-request-id: tx0\r\nContent-Length: 0\r\n\r\n"
LONG_AGO = dt.datetime(2001, 2, 3, tzinfo=dt.UTC)


class Tls:
    """Answers 200 over TLS, and remembers which names it was asked for."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.names: list[str | None] = []
        context.sni_callback = lambda _sock, name, _context: self.names.append(name)
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, self._context.wrap_socket(client, server_side=True) as shown:
                while shown.recv(65536):
                    shown.sendall(ANSWER)
        except OSError:
            return

    def close(self) -> None:
        self._listener.close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA(organization_name="trusted")


@pytest.fixture
def serve(authority, tmp_path):
    """A gateway with a certificate, and a Gateway that trusts `authority`."""
    servers = []
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))

    def start(*names, by=authority, host="localhost", client_ca=None, expired=False, **options):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        when = {"not_before": LONG_AGO, "not_after": LONG_AGO + dt.timedelta(days=90)} if expired else {}
        by.issue_cert(*names, **when).configure_cert(context)
        if client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            client_ca.configure_trust(context)
        servers.append(Tls(context))
        url = f"https://{host}:{servers[-1].port}"
        return Gateway("tls", url, f"{url}/auth/v1", Account(), **{"ca_file": ca_file} | options), servers[-1]

    yield start
    for server in servers:
        server.close()


def met(gateway):
    """What arriving comes to."""
    with Client(endpoint_of(gateway)) as client:
        return arrive(gateway, client)


def test_a_trusted_certificate_is_not_spoken_of(serve):
    gateway, server = serve("localhost")

    assert "certificate" not in met(gateway)
    assert set(server.names) == {"localhost"}


def test_an_expired_certificate_is_told_with_its_dates(serve):
    gateway, _ = serve("localhost", expired=True)

    with pytest.raises(GatewayError, match=r"has expired: .*for localhost, valid from 2001-02-03 to 2001-05-04, "):
        met(gateway)


def test_one_for_other_names_is_told_with_them(serve):
    gateway, _ = serve("rgw.example", "other.example")

    with pytest.raises(GatewayError, match=r"is for other names: .*for rgw\.example, other\.example, valid from"):
        met(gateway)


def test_one_for_other_addresses_too(serve):
    gateway, server = serve("rgw.example", host="127.0.0.1")

    with pytest.raises(GatewayError, match=r"is for other addresses: .*for rgw\.example"):
        met(gateway)
    assert server.names == [None] * len(server.names)


def test_an_unknown_ca_is_told_with_the_chain(serve):
    unknown = trustme.CA(organization_name="nobody knows")
    middle = unknown.create_child_ca()
    gateway, _ = serve("localhost", by=middle)

    with pytest.raises(GatewayError) as wrong:
        met(gateway)
    (line,) = str(wrong.value).splitlines()
    assert "is signed by a CA that is not known here" in line
    assert "sent with it: " in line
    assert "nobody knows" in line
    assert "--insecure" in line


def test_insecure_takes_it_and_says_what_is_wrong(serve):
    gateway, _ = serve("localhost", by=trustme.CA(), insecure=True)

    profile = met(gateway)

    assert profile["insecure"] is True
    assert "is signed by a CA that is not known here" in profile["certificate"]


def test_a_gateway_that_asks_who_we_are_is_told(serve, authority, tmp_path):
    own = tmp_path / "own.pem"
    own.touch(mode=0o600)
    authority.issue_cert("client@example.org").private_key_and_cert_chain_pem.write_to_path(str(own))
    gateway, _ = serve("localhost", client_ca=authority, client_cert=own)
    assert met(gateway)["s3"] is True

    unknown, _ = serve("localhost", client_ca=authority)
    with pytest.raises(GatewayError, match="--client-cert"):
        met(unknown)
    own.chmod(0o640)
    with pytest.raises(GatewayError, match="chmod 600"):
        met(gateway)
    own.chmod(0o600)
    own.write_text("nothing")
    with pytest.raises(GatewayError, match=f"client certificate {own}: no certificate in PEM"):
        met(gateway)


def test_keys_of_connections_are_written_nowhere(serve, monkeypatch, tmp_path):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    gateway, _ = serve("localhost")

    met(gateway)

    assert not (tmp_path / "keys").exists()


def test_a_run_says_loudly_that_it_is_insecure(embedded, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    https = EmbeddedGateway(configuration="https", cluster=embedded.cluster)
    try:
        url = https.start().url
        said: list[str] = []
        strict = Host(Options(gateway_urls=(f"mine={url}",)))
        with pytest.raises(GatewayError, match=r"gateway mine: the certificate of 127\.0\.0\.1:\d+ is signed by a CA"):
            strict.start()
        host = Host(Options(gateway_urls=(f"mine={url}",), insecure=True), said.append)
        session = host.start()
        assert host.close() == []
    finally:
        https.stop()

    assert session.profiles["mine"]["insecure"] is True
    assert any("INSECURE" in line for line in said)


def test_files_of_a_client_are_named_in_credentials_too(tmp_path):
    path = tmp_path / "credentials.toml"
    path.touch(mode=0o600)
    path.write_text('[default]\nclient_cert = "c.pem"\nclient_key = "k.pem"\n')

    known = load(file=path, environ={}, names=["a"])["a"]

    assert (str(known.client_cert), str(known.client_key)) == ("c.pem", "k.pem")


def test_a_key_without_its_certificate_is_the_users_mistake(tmp_path):
    with pytest.raises(GatewayError, match="a client's key without its certificate"):
        Host(Options(gateway_urls=("http://127.0.0.1:1",), client_key=tmp_path)).start()
