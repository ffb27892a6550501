"""Client libraries reach a gateway through a proxy that overhears, and nothing else tells them what to do."""

import os
import socket
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from fixtures import sdk
from fixtures.gateways.model import Account, Gateway
from fixtures.observer import Observer
from fixtures.wire.client import Limits
from fixtures.wire.redaction import Redactor


class _Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("X-Auth-Token", "AUTH_secret-token")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Gateway) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield Gateway("g", url, f"{url}/auth/v1", Account())
        server.shutdown()
        thread.join()


@pytest.fixture
def observer():
    found = Observer(Redactor())
    found.begin()
    return found


@pytest.fixture
def place(gateway, observer):
    with sdk.Sdk(gateway, observer, Limits(), sdk.Authorities()) as found:
        yield found


def test_what_a_library_says_becomes_exchanges_of_the_check(place, observer):
    with requests.Session() as session:
        session.get(f"{place.url}/a")
        session.get(place.swift_auth_url)
    seen = observer.end()
    assert [exchange.request.path for exchange in seen.exchanges] == ["/a", "/auth/v1"]
    assert {exchange.connection for exchange in seen.exchanges} == {"sdk-1"}
    assert place.connections == 1
    assert observer.redactor.values("AUTH_secret-token") == "***"


def _ask_for_ever(url):
    with requests.Session() as session:
        for _ in range(20):
            session.get(url)


def test_a_library_that_never_ends_is_ended(place, monkeypatch):
    monkeypatch.setattr(sdk, "MOST", 3)
    with pytest.raises(requests.RequestException):
        _ask_for_ever(place.url)


def test_nothing_of_the_environment_reaches_a_library(place, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere")
        monkeypatch.setenv("AWS_PROFILE", "somebody")
        monkeypatch.setenv("OS_AUTH_TOKEN", "somebody")
        before = dict(os.environ)
        with sdk.unswayed():
            assert urllib.request.getproxies_environment() == {}
            assert not {"AWS_CA_BUNDLE", "AWS_PROFILE", "OS_AUTH_TOKEN"} & set(os.environ)
            assert os.environ["AWS_CONFIG_FILE"] == os.devnull
            assert requests.get(place.url, timeout=10).text == "ok"
        assert dict(os.environ) == before
