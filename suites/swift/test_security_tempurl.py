"""TempURLs made to say more than was signed: a longer path, another method, a part of a signature, a second expiry.

What is refused in the plain forms is in test_tempurl.py. Swift API, "Temporary URL middleware".
"""

import time
from urllib.parse import quote

import pytest

from fixtures.observer import Unprepared
from fixtures.wire.client import NoAnswer
from fixtures.wire.content import from_bytes
from reports.model import Verdict
from suites.claims import MUST, check
from suites.swift.stored import stored

_TEMP = "Swift API, Temporary URL middleware"
_OPEN = "whoever is given a link to one layer reads or changes others"
_REFUSED = (301, 400, 401, 403, 404, 405, 412)
BODY = b"what was signed"
SECRET = b"what was not signed"


@pytest.fixture
def signed(container):
    """A container with an object to sign for, `data`, and others that nobody signed for."""
    for name, body in {"data": BODY, "data2": SECRET, "data/below": SECRET, "secret": SECRET}.items():
        put = container.session.send("PUT", container.name, name, content=from_bytes(body))
        if put.status != 201:
            raise Unprepared(
                Verdict.BLOCKED, f"the PUT that prepares this is answered with {put.status or put.failure}"
            )
    return container


def _asked(temp_urls, target, signature, query):
    """A request with these parameters, put together by hand."""
    exchange = temp_urls.session.without_token("GET", f"{target}?temp_url_sig={signature}{query}")
    if exchange.response is None or exchange.status is None:
        raise NoAnswer(exchange)
    return exchange.response


_STRETCHED = {
    "path": [
        ("data2", ""),
        ("data/below", ""),
        ("data/../secret", ""),
        ("data%2F%2E%2E%2Fsecret", ""),
        ("data%00", ""),
    ],
    "prefix": [("secret", "&temp_url_prefix="), ("data2", "&temp_url_prefix=data")],
}


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(paths, id=name, marks=check(f"tempurl-stretched[{name}]", oracle=_TEMP, level=MUST, impact=_OPEN))
        for name, paths in _STRETCHED.items()
    ],
)
def test_a_signature_is_good_for_one_path(signed, temp_urls, paths):
    """A good signature of one object serves no other whose path begins with the signed one or leads back from it."""
    until = int(time.time()) + 600
    signature = temp_urls.signature("GET", temp_urls.path(signed.name, "data"), until)
    for path, query in paths:
        target = f"{temp_urls.session.storage_path}/{quote(signed.name)}/{path}"
        answer = _asked(temp_urls, target, signature, f"&temp_url_expires={until}{query}")
        assert answer.status in _REFUSED, f"{path}{query} is answered with {answer.status}"
        assert SECRET not in answer.kept


@check("tempurl-of-another-container", oracle=_TEMP, level=MUST, impact=_OPEN)
def test_a_signature_is_good_in_its_container_only(signed, another_container, temp_urls):
    """A signature for an object is refused for the object of the same name in another container."""
    stored(another_container, "data", SECRET)
    answer = temp_urls.ask("GET", another_container.name, "data", signed_path=temp_urls.path(signed.name, "data"))
    assert answer.status in _REFUSED, f"answered with {answer.status}"
    assert SECRET not in answer.kept


_PARTS = {"first-8": slice(8), "all-but-the-last": slice(-1), "last-8": slice(-8, None)}


@check("tempurl-part-of-a-signature", oracle=_TEMP, level=MUST, impact="signatures can be guessed piece by piece")
def test_a_part_of_a_signature_is_none(signed, temp_urls):
    """The beginning of a signature, its end, and one with digits behind it are refused."""
    until = int(time.time()) + 600
    whole = temp_urls.signature("GET", temp_urls.path(signed.name, "data"), until)
    forged = {name: whole[part] for name, part in _PARTS.items()} | {"longer": whole + "00", "percent": whole + "%00"}
    for what, signature in forged.items():
        answer = temp_urls.ask("GET", signed.name, "data", signature=signature, until=until)
        assert answer.status in _REFUSED, f"{what}: answered with {answer.status}"
        assert BODY not in answer.kept, what


@check("tempurl-of-head-reads-nothing", oracle=_TEMP, level=MUST, impact=_OPEN)
def test_a_signature_for_head_serves_no_bytes(signed, temp_urls):
    """GET with a signature for HEAD is refused: HEAD is granted by GET, and not the other way round."""
    answer = temp_urls.ask("GET", signed.name, "data", signed_as="HEAD")
    assert answer.status in _REFUSED, f"answered with {answer.status}"
    assert BODY not in answer.kept


@check("tempurl-two-expiries", oracle=_TEMP, level=MUST, impact="a link that has expired is good for ever")
def test_a_second_expiry_makes_no_old_signature_good(signed, temp_urls):
    """An old TempURL to which an expiry in the future is added, before or behind, stays refused."""
    past, future = int(time.time()) - 60, int(time.time()) + 600
    signature = temp_urls.signature("GET", temp_urls.path(signed.name, "data"), past)
    target = f"{temp_urls.session.storage_path}/{quote(signed.name)}/data"
    old, new = f"&temp_url_expires={past}", f"&temp_url_expires={future}"
    for query in (old + new, new + old, f"&temp_url_expires={past}e9", f"&temp_url_expires={past}%00{future}"):
        answer = _asked(temp_urls, target, signature, query)
        assert answer.status in _REFUSED, f"answered with {answer.status}"
        assert BODY not in answer.kept


@check("tempurl-of-get-copies-nothing", oracle=_TEMP, level=MUST, impact=_OPEN)
def test_a_signature_for_get_copies_nothing(signed, temp_urls):
    """COPY and PUT with X-Copy-From with a signature for GET are refused, and nothing is written."""
    for method, headers in (
        ("COPY", [("Destination", f"{signed.name}/copied")]),
        ("PUT", [("X-Copy-From", f"{signed.name}/secret")]),
    ):
        answer = temp_urls.ask(method, signed.name, "data", signed_as="GET", headers=headers)
        assert answer.status in _REFUSED, f"{method} is answered with {answer.status}"
    assert signed.head("copied").status == 404
    assert signed.get("data").kept == BODY
