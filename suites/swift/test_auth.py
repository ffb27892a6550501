"""Logging in with Swift's v1 auth, the first thing that a registry does."""

from copy import copy
from urllib.parse import urlsplit

from fixtures.gateways.model import Account, Secret
from fixtures.gateways.swift import Container, SwiftSession
from suites.claims import BREAKS, MUST, check, untested

_RENEWAL = "registry: ncw/swift swift.go, `Call` logs in again on 401 only"
_NEVER_RENEWED = (
    "the registry re-authenticates only on 401: after its token expires every push and pull fails until it is restarted"
)


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


def _answered_with_401(container: Container, token: str) -> None:
    """HEAD, GET and PUT of the container and of an object in it, each with this token."""
    assert container.put("kept", b"kept").status == 201
    nobody = copy(container.session)
    nobody.token = token
    for method, name in (("HEAD", ""), ("GET", ""), ("PUT", ""), ("HEAD", "kept"), ("GET", "kept"), ("PUT", "kept")):
        answer = nobody.ask(method, container.name, name)
        assert answer.status == 401, f"{method} of {'an object' if name else 'the container'}: {answer.status}"
    assert container.get("kept").kept == b"kept"


@check("garbage-token", oracle=_RENEWAL, level=BREAKS, impact=_NEVER_RENEWED)
def test_a_garbage_token_is_answered_with_401(container):
    """HEAD, GET and PUT with what never was a token are answered with 401, as with a token that is none any more."""
    _answered_with_401(container, "AUTH_tk" + "0" * 32)


@check("truncated-token", oracle=_RENEWAL, level=BREAKS, impact=_NEVER_RENEWED)
def test_a_truncated_token_is_answered_with_401(container):
    """HEAD, GET and PUT with the beginning of a token are answered with 401."""
    _answered_with_401(container, container.session.token[:-8])
