"""Logging in with Swift's v1 auth, the first thing that a registry does."""

from copy import copy

import pytest

from fixtures.gateways.model import Account, Secret
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.wire.client import NoAnswer
from suites.claims import BREAKS, MUST, OBSERVED, check, untested
from suites.swift.saying import url_of

_RENEWAL = "registry: ncw/swift swift.go, `Call` logs in again on 401 only"
_NEVER_RENEWED = (
    "the registry re-authenticates only on 401: after its token expires every push and pull fails until it is restarted"
)


def _login(gateway, wire, account):
    return SwiftSession(wire, gateway.swift_auth_url, account, prefix="").login()


def _relogged(swift, fields=None):
    """The answer to a login, of the usual form or with other fields."""
    exchange = copy(swift).login() if fields is None else swift.look(swift.auth_path, fields)
    if exchange.response is None or exchange.status is None:
        raise NoAnswer(exchange)
    return exchange.response


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
    assert url_of(exchange.response.get("X-Storage-Url")).netloc


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
    assert exchange.response.get("X-Auth-Token") is None, "a token is given out"


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


@check(
    "v1-auth-token-form",
    oracle="RFC 9110 section 5.5",
    level=MUST,
    impact="clients that take the other field, or send the token back as it came, are refused",
)
def test_a_token_can_be_sent_as_a_field(swift):
    """A token is printable ASCII without spaces, and X-Storage-Token, where there is one, is the same."""
    answer = _relogged(swift)
    token = answer.get("X-Auth-Token") or ""
    # Not as a comparison: a message must not tell a token.
    plain = token.isascii() and token.isprintable() and token.split() == [token]
    assert plain, "the token is no word of ASCII"
    assert answer.get("X-Storage-Token") in (None, token), "X-Storage-Token is another token"


@check(
    "v1-auth-storage-url-place",
    oracle="Swift API v1, Authentication",
    level=BREAKS,
    impact="the registry logs in and then talks to somewhere else: a port inside the load balancer, or another host",
)
def test_the_storage_url_is_where_the_client_is(swift, wire):
    """X-Storage-Url has the scheme, host and port that the login was sent to."""
    url = url_of(_relogged(swift).get("X-Storage-Url"))
    assert f"{url.scheme}://{url.netloc}" == wire.endpoint.url


@check(
    "v1-auth-storage-url-answers",
    oracle="Swift API v1, Authentication",
    level=BREAKS,
    impact="the registry logs in, and then every operation fails: its account is not where it is told",
)
def test_the_account_is_at_the_storage_url(swift):
    """HEAD of the storage URL with the token that came with it is answered with 2xx."""
    assert 200 <= swift.ask("HEAD", "").status < 300


@check(
    "v1-auth-storage-url-form",
    oracle="registry: ncw/swift auth.go, `StorageUrl` is put before each path",
    level=BREAKS,
    impact="every operation fails with 404: the registry puts its paths behind this URL",
)
def test_paths_can_be_put_behind_the_storage_url(swift):
    """X-Storage-Url ends with a path that does not end with a slash, and has no query and no fragment."""
    url = _relogged(swift).get("X-Storage-Url") or ""
    assert url_of(url).path.startswith("/")
    assert not url.endswith("/")
    assert "?" not in url
    assert "#" not in url


@check(
    "v1-auth-expires",
    oracle="Swift API v1, Authentication: X-Auth-Token-Expires",
    level=MUST,
    impact="clients that renew their token in time renew it for each request, or never",
)
def test_the_life_of_a_token_is_a_number_of_seconds(swift, observer):
    """X-Auth-Token-Expires, where there is one, is an integer above 0."""
    value = _relogged(swift).get("X-Auth-Token-Expires")
    observer.observe("expires", value is not None)
    assert value is None or (value.isascii() and value.isdigit() and int(value) > 0), (
        f"X-Auth-Token-Expires is {value!r}"
    )


_LOGINS = {
    "empty-key": ("{user}", ""),
    "key-longer": ("{user}", "{key}x"),
    "key-case": ("{user}", "{yek}"),
    "key-cut": ("{user}", "{cut}"),
    "no-user": ("", "{key}"),
    "other-user": ("nobody:nobody", "{key}"),
    "user-longer": ("{user}x", "{key}"),
}


@pytest.mark.parametrize(
    "login",
    [
        pytest.param(
            login,
            id=name,
            marks=check(
                f"v1-auth-refused[{name}]",
                oracle="Swift API v1, Authentication",
                level=MUST,
                impact="whoever knows a part of a login can read and replace every image",
            ),
        )
        for name, login in _LOGINS.items()
    ],
)
def test_a_login_that_is_not_quite_right_gets_no_token(gateway, wire, login):
    """A login that differs from the right one is answered with 401 or 403, and without a token."""
    if not gateway.account.swift:
        untested(f"no Swift credentials for {gateway.name}")
    right, key = gateway.account.swift_user, gateway.account.swift_key.value
    user, said = (part.format(user=right, key=key, yek=key.swapcase(), cut=key[:-1]) for part in login)
    if (user, said) == (right, key):
        untested("the key has no letters")
    exchange = _login(gateway, wire, Account(user, Secret(said)))
    assert exchange.status in (401, 403)
    assert exchange.response.get("X-Auth-Token") is None, "a token is given out"


@check(
    "v1-auth-without-key",
    oracle="Swift API v1, Authentication",
    level=MUST,
    impact="whoever knows a user's name can read and replace every image",
)
def test_a_login_without_a_key_gets_no_token(swift):
    """A login that names the user and no key is answered with 401 or 403, and without a token."""
    answer = _relogged(swift, [("X-Auth-User", swift.account.swift_user)])
    assert answer.status in (401, 403)
    assert answer.get("X-Auth-Token") is None, "a token is given out"


@check(
    "v1-auth-field-case",
    oracle="RFC 9110 section 5.1",
    level=BREAKS,
    impact="clients that write x-auth-user, as every proxy that speaks HTTP/2 does, cannot log in",
)
def test_the_fields_of_a_login_may_be_in_lower_case(swift):
    """A login whose field names are in lower case gets a token."""
    key = swift.account.swift_key.value
    answer = _relogged(swift, [("x-auth-user", swift.account.swift_user), ("x-auth-key", key)])
    assert answer.get("X-Auth-Token")


@check(
    "v1-auth-again",
    oracle="Swift API v1, Authentication",
    level=BREAKS,
    impact="two registries on one account end each other's tokens: pushes fail at random with 401",
)
def test_a_second_login_does_not_end_the_first(container):
    """After another login, both tokens are good, on a connection of their own as well."""
    again = copy(container.session)
    again.token = _relogged(container.session).get("X-Auth-Token") or ""
    for session, connection in ((container.session, "main"), (again, "other"), (container.session, "third")):
        answer = session.ask("HEAD", container.name, connection=connection)
        assert answer.status in (200, 204), f"HEAD of the container: {answer.status}"


@check(
    "v1-auth-trailing-slash",
    oracle="Swift API v1, Authentication",
    level=OBSERVED,
    impact="shows whether an auth URL may end with a slash",
)
def test_an_auth_url_with_a_slash_at_its_end(swift, observer):
    """A login at the auth URL with a slash behind it: its status."""
    key = swift.account.swift_key.value
    fields = [("X-Auth-User", swift.account.swift_user), ("X-Auth-Key", key)]
    observer.observe("status", swift.look(f"{swift.auth_path}/", fields).status)


_NOBODY = {"no-token": (), "empty-token": (("X-Auth-Token", ""),)}


@pytest.mark.parametrize(
    "auth",
    [
        pytest.param(
            auth,
            id=name,
            marks=check(
                f"nobody[{name}]",
                oracle="Swift API, Authentication",
                level=MUST,
                impact="anybody who reaches the gateway can read and replace every image",
            ),
        )
        for name, auth in _NOBODY.items()
    ],
)
def test_without_a_token_nothing_is_told_and_nothing_done(container, observer, auth):
    """Requests without a token, or with an empty one, are refused, and change nothing."""
    container.put("kept", b"kept")
    session, seen = container.session, {}
    for method, name in (("GET", ""), ("HEAD", "kept"), ("GET", "kept"), ("PUT", "kept"), ("DELETE", "kept")):
        answer = session.ask(method, container.name, name, auth=auth)
        what = f"{method} of {'an object' if name else 'the container'}"
        assert answer.status >= 300, f"{what}: {answer.status}"
        assert b"kept" not in answer.kept, f"{what} tells what is in it"
        seen[what] = answer.status
    observer.observe("statuses", seen)
    assert container.get("kept").kept == b"kept"


@check(
    "foreign-token",
    oracle="Swift API, Authentication",
    level=MUST,
    impact="every account of the gateway can read and replace the images of every other",
)
def test_the_token_of_another_account_opens_nothing(container, second_swift):
    """Requests with the token of an account that was given no right are refused, and change nothing."""
    container.put("kept", b"kept")
    other = copy(container.session)
    other.token = second_swift.token
    wanted = [(m, n) for n in ("", "kept") for m in ("GET", "HEAD", "POST", "PUT", "DELETE") if (m, n) != ("PUT", "")]
    for method, name in wanted:
        answer = other.ask(method, container.name, name)
        assert answer.status in (401, 403, 404), f"{method} of {'an object' if name else 'the container'}"
    assert container.get("kept").kept == b"kept"


@check("longer-token", oracle=_RENEWAL, level=BREAKS, impact=_NEVER_RENEWED)
def test_a_token_with_something_behind_it_is_answered_with_401(container):
    """HEAD, GET and PUT with a token and four more digits are answered with 401."""
    _answered_with_401(container, container.session.token + "0123")


@check(
    "token-field-case",
    oracle="RFC 9110 section 5.1",
    level=BREAKS,
    impact="behind a proxy that writes field names in lower case, as HTTP/2 does, every operation fails with 401",
)
def test_the_token_may_be_in_a_field_in_lower_case(container):
    """HEAD with x-auth-token is answered as with X-Auth-Token."""
    answer = container.head(auth=[("x-auth-token", container.session.token)])
    assert answer.status in (200, 204)


@check(
    "storage-token",
    oracle="Swift API v1, X-Storage-Token",
    level=OBSERVED,
    impact="shows whether clients of the first Swift can be used",
)
def test_a_token_in_the_field_of_old_clients(container, observer):
    """A token in X-Storage-Token, as clients before X-Auth-Token sent it: its status."""
    observer.observe("status", container.head(auth=[("X-Storage-Token", container.session.token)]).status)
