"""TempURLs are signed as Swift says, and are not asked for outside a run's own containers."""

import hashlib
import hmac

import pytest

from fixtures.gateways.model import Account, Secret
from fixtures.gateways.swift import SwiftSession
from fixtures.gateways.tempurl import TempUrls, derived_key
from fixtures.wire.client import Client, Endpoint

ENDPOINT = Endpoint("http", "127.0.0.1", 1)


def _urls():
    session = SwiftSession(Client(ENDPOINT), "http://127.0.0.1:1/auth/v1", Account(), prefix="rgwc-1-")
    session.storage_path = "/swift/v1"
    return TempUrls(session, Secret("key"))


def test_a_signature_is_over_method_time_and_path_a_line_each():
    wanted = hmac.new(b"key", b"GET\n1440619048\n/swift/v1/c/a b", hashlib.sha1).hexdigest()
    urls = _urls()
    assert urls.signature("GET", urls.path("c", "a b"), 1440619048) == wanted


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_nothing_is_asked_of_containers_of_others(method):
    with pytest.raises(ValueError, match="does not belong to this run"):
        _urls().ask(method, "somebody-elses", "o")


def test_a_key_is_the_same_in_every_process_of_a_run_and_in_no_other():
    mine = derived_key(Secret("account"), "run-1")
    assert mine == derived_key(Secret("account"), "run-1")
    assert mine != derived_key(Secret("account"), "run-2")
    assert "account" not in mine.value
