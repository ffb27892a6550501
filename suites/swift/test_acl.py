"""Access of one account to another's container: nobody's unless it was granted, and nobody's again when it was revoked.

Swift API, "Container access control lists". A grant is to an account or to anybody; Ceph's ACLs know accounts (users of
RGW) and `.r:*`, and not the users within an account (Ceph, Swift API, "Access control lists").
"""

from copy import copy

import pytest

from fixtures.wire.content import from_bytes
from suites.claims import MUST, blocked, check, unsupported, untested
from suites.swift.stored import stored

_ACL = "Swift API, Container access control lists"
_THEFT = "another account of the gateway reads or replaces the registry's images"
BODY = b"mine"


@pytest.fixture
def foreign(second_swift, swift):
    """The second account's session, where the first one's containers are.

    Without accounts in its URLs RGW has one name space of containers for all accounts of a tenant.
    """
    session = copy(second_swift)
    session.storage_path = swift.storage_path
    return session


@pytest.fixture
def mine(container):
    """A container of the first account with one object."""
    stored(container, "data", BODY)
    return container


def _account(session):
    """What a grant calls the account of a session: the last part of its storage path, or its user's name before `:`."""
    return (session.account.swift_user or "").partition(":")[0]


def _grant(container, **fields):
    """POST the container's ACLs."""
    headers = [(f"X-Container-{kind.title()}", value) for kind, value in fields.items()]
    answer = container.session.ask("POST", container.name, headers=headers)
    if answer.status == 501:
        unsupported("access control lists are answered with 501")
    if answer.status not in (201, 202, 204):
        blocked(f"the grant is answered with {answer.status}")


_DEEDS = {
    "get": ("GET", "data", None),
    "head": ("HEAD", "data", None),
    "list": ("GET", "", None),
    "head-container": ("HEAD", "", None),
    "put": ("PUT", "planted", b"foreign"),
    "overwrite": ("PUT", "data", b"foreign"),
    "delete": ("DELETE", "data", None),
    "post": ("POST", "data", None),
    "post-container": ("POST", "", None),
    "delete-container": ("DELETE", "", None),
}


def _do(session, container, deed):
    method, name, body = _DEEDS[deed]
    return session.ask(method, container.name, name, content=None if body is None else from_bytes(body))


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(deed, id=deed, marks=check(f"acl-nothing-granted[{deed}]", oracle=_ACL, level=MUST, impact=_THEFT))
        for deed in _DEEDS
    ],
)
def test_another_account_may_do_nothing_that_was_not_granted(mine, foreign, deed):
    """Without a grant every request of another account is refused, and nothing changes."""
    assert _do(foreign, mine, deed).status in (401, 403, 404)
    assert mine.get("data").kept == BODY
    assert [row.get("name") for row in mine.rows()] == ["data"]


@check("acl-copy-from", oracle=_ACL, level=MUST, impact=_THEFT)
def test_another_account_may_not_copy_what_it_may_not_read(mine, second_swift, another_container):
    """PUT with X-Copy-From of another account's object is refused, and stores nothing of it."""
    owner = mine.session.storage_path.rpartition("/")[2]
    headers = [("X-Copy-From", f"{mine.name}/data"), ("X-Copy-From-Account", owner)]
    target = f"{another_container.name}-of-another"
    second_swift.ask("PUT", target)
    try:
        assert second_swift.ask("PUT", target, "copied", headers=headers).status in (401, 403, 404)
        assert second_swift.ask("GET", target, "copied").status == 404
    finally:
        second_swift.send("DELETE", target, "copied")
        second_swift.send("DELETE", target)


@check("acl-read", oracle=_ACL, level=MUST, impact="a mirror of the registry in another account cannot read it")
def test_an_account_that_may_read_does(mine, foreign):
    """X-Container-Read for an account lets it GET, HEAD and list, and do nothing else."""
    _grant(mine, read=_account(foreign))
    assert _do(foreign, mine, "get").kept == BODY
    assert _do(foreign, mine, "head").status == 200
    assert _do(foreign, mine, "list").status == 200
    for deed in ("put", "overwrite", "delete", "post", "post-container", "delete-container"):
        assert _do(foreign, mine, deed).status in (401, 403), f"{deed} with a grant to read"
    assert mine.get("data").kept == BODY


@check("acl-write", oracle=_ACL, level=MUST, impact="another account that should write the registry's container cannot")
def test_an_account_that_may_write_does(mine, foreign):
    """X-Container-Write for an account lets it PUT and DELETE, and not read."""
    _grant(mine, write=_account(foreign))
    assert _do(foreign, mine, "put").status == 201
    assert "planted" in [row.get("name") for row in mine.rows()]
    for deed in ("get", "head", "list"):
        assert _do(foreign, mine, deed).status in (401, 403), f"{deed} with a grant to write"
    assert _do(foreign, mine, "delete").status == 204
    assert mine.head("data").status == 404


_LAYOUTS = {"account-in-url": True, "no-account-in-url": False}


def _layout(container, *, account_in_url):
    """RGW differs with the form of its URLs, and what it does with each is told apart."""
    if account_in_url == container.session.storage_path.endswith("/v1"):
        untested(f"the storage URL has {'no' if account_in_url else 'the'} account")


def _layouts(id_, impact):
    return pytest.mark.parametrize(
        "account_in_url",
        [
            pytest.param(value, id=name, marks=check(f"{id_}[{name}]", oracle=_ACL, level=MUST, impact=impact))
            for name, value in _LAYOUTS.items()
        ],
    )


@_layouts("acl-written-by-another", "what another account writes into the registry's container is lost to the registry")
def test_the_owner_reads_what_another_account_wrote(mine, foreign, account_in_url):
    """What an account with a grant to write has written is read by the container's owner."""
    _layout(mine, account_in_url=account_in_url)
    _grant(mine, write=_account(foreign))
    assert _do(foreign, mine, "put").status == 201
    assert mine.get("planted").kept == b"foreign"


@check("acl-write-owns-nothing", oracle=_ACL, level=MUST, impact="who may write gives himself or anybody all rights")
def test_an_account_that_may_write_does_not_own_the_container(mine, foreign):
    """A grant to write objects lets nobody change the container's own metadata and grants."""
    _grant(mine, write=_account(foreign))
    answer = foreign.ask("POST", mine.name, headers=[("X-Container-Read", ".r:*")])
    assert answer.status in (401, 403)
    assert mine.head().get("X-Container-Read") is None


@check("acl-shown", oracle=_ACL, level=MUST, impact="nobody can see who may read the registry's images")
def test_the_owner_is_shown_what_is_granted(mine, foreign):
    """HEAD of the container tells its owner the grants as they were given."""
    _grant(mine, read=_account(foreign), write=_account(foreign))
    head = mine.head()
    assert head.get("X-Container-Read") == _account(foreign)
    assert head.get("X-Container-Write") == _account(foreign)


@check("acl-emptied", oracle=_ACL, level=MUST, impact="who could once read the registry's images goes on reading them")
def test_an_empty_grant_takes_it_back(mine, foreign):
    """An empty X-Container-Read and -Write takes the grant back at once."""
    _grant(mine, read=_account(foreign), write=_account(foreign))
    assert _do(foreign, mine, "get").status == 200
    _grant(mine, read="", write="")
    assert _do(foreign, mine, "get").status in (401, 403)
    assert _do(foreign, mine, "put").status in (401, 403)
    assert mine.head().get("X-Container-Read") is None


@check("acl-removed", oracle=_ACL, level=MUST, impact="who could once read the registry's images goes on reading them")
def test_a_grant_can_be_removed(mine, foreign):
    """X-Remove-Container-Read takes the grant back."""
    _grant(mine, read=_account(foreign))
    assert mine.session.ask("POST", mine.name, headers=[("X-Remove-Container-Read", "x")]).status in (200, 202, 204)
    assert mine.head().get("X-Container-Read") is None
    assert _do(foreign, mine, "get").status in (401, 403)


def _anonymous(container, name="", method="GET"):
    session = container.session
    target = f"{session.storage_path}/{container.name}{name and '/'}{name}"
    exchange = session.without_token(method, target)
    assert exchange.status is not None, f"no answer: {exchange.failure}"
    return exchange.response


@check("acl-anonymous", oracle=_ACL, level=MUST, impact="anybody reads the registry's images")
def test_nobody_is_let_in_without_a_token(mine):
    """Without a token and a grant, objects and the container are not shown."""
    for method, name in (("GET", "data"), ("HEAD", "data"), ("GET", ""), ("DELETE", "data")):
        answer = _anonymous(mine, name, method)
        assert answer.status in (301, 401, 403, 404)
        assert BODY not in answer.kept
    assert mine.get("data").kept == BODY


@_layouts("acl-public", "a public mirror cannot be read")
def test_what_is_public_is_read_without_a_token(mine, account_in_url):
    """X-Container-Read: .r:* lets anybody GET and HEAD objects, and nobody write."""
    _layout(mine, account_in_url=account_in_url)
    _grant(mine, read=".r:*")
    assert _anonymous(mine, "data").kept == BODY
    assert _anonymous(mine, "data", "HEAD").status == 200
    assert _anonymous(mine, "data", "DELETE").status in (401, 403)
    assert mine.get("data").kept == BODY


@check("acl-public-emptied", oracle=_ACL, level=MUST, impact="what was public once stays so")
def test_what_was_public_is_so_no_more(mine):
    """After the grant to anybody is taken back, nothing is shown without a token."""
    _grant(mine, read=".r:*")
    _grant(mine, read="")
    assert _anonymous(mine, "data").status in (401, 403, 404)


@check(
    "acl-public-is-no-listing",
    oracle=_ACL,
    level=MUST,
    impact="anybody sees the names of all images of a public mirror",
)
def test_what_is_public_is_not_listed(mine, foreign):
    """.r:* without .rlistings shows objects to anybody, and the list of them to nobody else."""
    _grant(mine, read=".r:*")
    assert _do(foreign, mine, "get").status == 200
    assert _do(foreign, mine, "list").status in (401, 403)
