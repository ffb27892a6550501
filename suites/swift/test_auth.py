"""Logging in with Swift's v1 auth, the first thing that a registry does."""

from urllib.parse import urlsplit

from fixtures.gateways.model import Account, Secret
from fixtures.gateways.swift import SwiftSession
from suites.claims import BREAKS, MUST, check, untested


def _login(gateway, wire, account):
    return SwiftSession(wire, gateway.swift_auth_url, account, prefix="").login()


@check(
    "v1-auth",
    oracle="Swift API v1, Authentication",
    level=BREAKS,
    impact="the registry does not start: it cannot log in",
)
def test_a_user_with_the_right_key_gets_a_token_and_a_storage_url(gateway, wire):
    """The v1 auth request is answered with 2xx, a token and an absolute storage URL."""
    if not gateway.account.swift:
        untested(f"no Swift credentials for {gateway.name}")
    exchange = _login(gateway, wire, gateway.account)
    assert exchange.status in (200, 204)
    assert exchange.response.get("X-Auth-Token")
    assert urlsplit(exchange.response.get("X-Storage-Url") or "").netloc


@check(
    "v1-auth-wrong-key",
    oracle="Swift API v1, Authentication",
    level=MUST,
    impact="whoever knows a user's name can read and replace every image",
)
def test_a_user_with_a_wrong_key_gets_no_token(gateway, wire):
    """A wrong key is answered with 401 or 403, and without a token."""
    if not gateway.account.swift:
        untested(f"no Swift credentials for {gateway.name}")
    exchange = _login(gateway, wire, Account(gateway.account.swift_user, Secret("not-the-key-of-this-user")))
    assert exchange.status in (401, 403)
    assert exchange.response.get("X-Auth-Token") is None
