"""What a check cannot read is the gateway's deviation, never an error of ours."""

import pytest

from fixtures.gateways.clean import clean_run
from fixtures.mutants.model import Fault, anything
from fixtures.wire.client import Limits
from fixtures.wire.proxy import Proxy
from tests.running import Suites

XML = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n<container>"
ROWS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n[1, 2, {}] "
FOUND = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
BARE = b"HTTP/1.1 204 No Content\r\n\r\n"
LISTINGS = {"listing-pages", "listing-subdirs", "listing-of-nothing", "swiftclient-list"}

SOME = "test_containers or test_answers or (test_swiftclient and (list or stat or post or delete))"


def _lists(request, head):
    return request.method == "GET" and "format=json" in request.query


def _gone(request, head):
    return request.method == "HEAD" and head.status == 404


def _heads(request, head):
    return request.method == "HEAD" and head.get("X-Trans-Id") is not None


@pytest.mark.parametrize(
    ("touches", "says", "red"),
    [
        pytest.param(_lists, XML, LISTINGS, id="xml"),
        pytest.param(_lists, ROWS, LISTINGS, id="rows"),
        pytest.param(_gone, FOUND, {"swiftclient-delete", "head-of-nothing", "container-not-there"}, id="found"),
        pytest.param(_heads, BARE, {"swiftclient-stat", "swiftclient-post", "container-counters"}, id="bare"),
    ],
)
def test_nonsense_is_a_deviation(suites: Suites, embedded, touches, says, red):
    proxy = Proxy(
        "127.0.0.1",
        embedded.port,
        tap=Fault(anything, lambda passing, head: says if touches(passing.request, head) else None),
    )
    url = f"http://127.0.0.1:{proxy.start()}"
    try:
        external = suites.on(embedded.gateway)
        # The gateway names itself in the storage URL by the Host field that it got: the proxy is passed by all checks.
        external.options[external.options.index("--gateway-url") + 1] = f"external={url}"
        outcome = external.run("-q", "-k", SOME)
    finally:
        proxy.stop()
    # With listings that cannot be read the run could not do this itself, and said so.
    clean_run(embedded.gateway, outcome.run["run_id"], Limits())

    assert outcome.code == 1
    assert red <= outcome.red
    errors = {id_: check["reason"] for id_, check in outcome.run["checks"].items() if check["verdict"] == "error"}
    assert errors == {}
