"""Who must not get in: changed tokens, another account and nobody at all, in the operations that leave by a side door.

What is read, written and deleted directly is in test_auth.py and test_acl.py; here it is copied, deleted in bulk,
named by another's manifest, or asked for in the URL of another's account. Swift API, "Container access control lists".
"""

import io
import tarfile
from contextlib import contextmanager
from copy import copy

import pytest

from fixtures.gateways.swift import Container
from fixtures.observer import Unprepared
from fixtures.wire.client import NoAnswer
from fixtures.wire.content import from_bytes
from reports.model import Verdict
from suites.claims import MUST, blocked, check, unsupported, untested
from suites.swift.stored import MANIFEST, put_slo, stored

_TOKENS = "Swift API, Authentication"
_ACL = "Swift API, Container access control lists"
_GUESSED = "whoever has an old token, or a part of one, reads and replaces every image"
_THEFT = "another account of the gateway reads or replaces the registry's images"
_OPEN = "anybody who reaches the gateway reads or destroys the registry's images"
# Static websites of RGW redirect from a container to its slash before they look who asks.
_REFUSED = (301, 401, 403, 404)
BODY = b"what another must not have"


def _cases(id_, names, *, oracle, impact):
    """The marks of one check for each name, `ID[NAME]`."""
    return [
        pytest.param(name, id=name, marks=check(f"{id_}[{name}]", oracle=oracle, level=MUST, impact=impact))
        for name in names
    ]


@pytest.fixture
def mine(container):
    """A container of the first account with one object."""
    put = container.session.send("PUT", container.name, "data", content=from_bytes(BODY))
    if put.status != 201:
        raise Unprepared(Verdict.BLOCKED, f"the PUT that prepares this is answered with {put.status or put.failure}")
    return container


@pytest.fixture
def foreign(second_swift, swift):
    """The second account's session, where the first one's containers are."""
    session = copy(second_swift)
    session.storage_path = swift.storage_path
    return session


@contextmanager
def _theirs(second_swift, next_container):
    """A container that the second account has made in this run; it is gone with all that is in it afterwards."""
    made = Container(second_swift, next_container())
    if second_swift.ask("PUT", made.name).status not in (201, 202):
        blocked("the second account cannot make a container")
    try:
        yield made
    finally:
        for name in ("copied", "data", "manifest"):
            second_swift.send("DELETE", made.name, name)
        second_swift.send("DELETE", made.name)


def _unharmed(container):
    """Nothing was written to the container, and nothing deleted."""
    answer = container.get("data")
    assert answer.status == 200, f"the object is gone: its owner's GET is answered with {answer.status}"
    assert answer.kept == BODY, "the object has other bytes"
    assert [row.get("name") for row in container.rows()] == ["data"]


def _refused(answer, what):
    assert answer.status in _REFUSED, f"{what} is answered with {answer.status}"
    assert BODY not in answer.kept, f"{what} tells what is stored"


_FORM = "AUTH_rgwtk"


def _other(digit):
    return "1" if digit == "0" else "0"


def _spliced(token, foreign):
    """The second half of a token behind the first half of another account's."""
    return foreign[: len(foreign) // 2] + token[len(token) // 2 :]


_CHANGES = {
    "first-digit": lambda t, _: t[: len(_FORM)] + _other(t[len(_FORM)]) + t[len(_FORM) + 1 :],
    "middle-digit": lambda t, _: t[: len(t) // 2] + _other(t[len(t) // 2]) + t[len(t) // 2 + 1 :],
    "last-digit": lambda t, _: t[:-1] + _other(t[-1]),
    "form-only": lambda t, _: t[: len(_FORM)],
    "spliced": _spliced,
}


@check("tampered-token", oracle=_TOKENS, level=MUST, impact=_GUESSED)
def test_a_token_that_was_changed_is_none(mine, foreign):
    """Requests with a token of which one character is another, or that is put together of two, are refused."""
    session = copy(mine.session)
    if len(session.token) < 2 * len(_FORM):
        untested("the token is too short to be changed in one place")
    for change, make in _CHANGES.items():
        session.token = make(mine.session.token, foreign.token)
        for method, name in (("GET", "data"), ("GET", ""), ("DELETE", "data"), ("PUT", "planted")):
            _refused(session.ask(method, mine.name, name), f"{method} of {name or 'the container'} ({change})")
    _unharmed(mine)


def _copies(session, container, auth=None):
    """COPY within the container."""
    return session.ask("COPY", container.name, "data", headers=[("Destination", f"{container.name}/copied")], auth=auth)


def _copies_from(session, container, auth=None):
    """PUT with X-Copy-From within the container."""
    headers = [("X-Copy-From", f"{container.name}/data")]
    return session.ask("PUT", container.name, "copied", headers=headers, auth=auth)


def _archive():
    """A tar of one file, `planted`."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        file = tarfile.TarInfo("planted")
        file.size = len(BODY)
        tar.addfile(file, io.BytesIO(BODY))
    return from_bytes(made.getvalue())


def _extracts(session, container, auth=None):
    """PUT of an archive that is taken apart in the container."""
    return session.ask("PUT", container.name, query="extract-archive=tar", content=_archive(), auth=auth)


def _deletes_in_bulk(session, container):
    exchange = session.bulk_delete([(container.name, "data")])
    if exchange.response is None or exchange.status is None:
        raise NoAnswer(exchange)
    return exchange.response


@check("foreign-token-copies-nothing", oracle=_ACL, level=MUST, impact=_THEFT)
def test_another_account_copies_nothing(mine, foreign):
    """COPY and X-Copy-From within a container with the token of another account change nothing."""
    for what, deed in (("COPY", _copies), ("X-Copy-From", _copies_from)):
        _refused(deed(foreign, mine), what)
        _unharmed(mine)


_LAYOUTS = {"account-in-url": True, "no-account-in-url": False}


def _layouts(id_, *, oracle, impact):
    """One check for each form of URLs: RGW asks for other rights with each."""
    return pytest.mark.parametrize(
        "account_in_url",
        [
            pytest.param(value, id=name, marks=check(f"{id_}[{name}]", oracle=oracle, level=MUST, impact=impact))
            for name, value in _LAYOUTS.items()
        ],
    )


def _layout(container, *, account_in_url):
    if account_in_url == container.session.storage_path.endswith("/v1"):
        untested(f"the storage URL has {'no' if account_in_url else 'the'} account")


@_layouts("foreign-token-deletes-in-bulk", oracle=_ACL, impact="every account deletes the registry's images")
def test_another_account_deletes_nothing_in_bulk(mine, foreign, account_in_url):
    """A bulk delete with the token of another account deletes nothing, whatever it is answered with."""
    _layout(mine, account_in_url=account_in_url)
    _deletes_in_bulk(foreign, mine)
    _unharmed(mine)


@check("foreign-token-extracts-nothing", oracle=_ACL, level=MUST, impact=_THEFT)
def test_another_account_extracts_nothing(mine, foreign):
    """An archive that is uploaded with the token of another account puts no file into a container."""
    _extracts(foreign, mine)
    _unharmed(mine)


@check("foreign-copy-into", oracle=_ACL, level=MUST, impact=_THEFT)
def test_another_account_copies_nothing_into_a_container(mine, second_swift, next_container):
    """COPY of one's own object into another account's container is refused, and stores nothing there."""
    if second_swift.storage_path != mine.session.storage_path:
        untested("the account is in the URL: Destination names the account's own containers")
    with _theirs(second_swift, next_container) as theirs:
        stored(theirs, "data", b"planted")
        headers = [("Destination", f"{mine.name}/data")]
        _refused(second_swift.ask("COPY", theirs.name, "data", headers=headers), "COPY")
    _unharmed(mine)


@check("foreign-manifest-reads-nothing", oracle=_ACL, level=MUST, impact=_THEFT)
def test_another_accounts_manifest_does_not_serve_ones_objects(mine, second_swift, next_container):
    """A large object manifest of another account that names one's objects serves nothing of them to that account."""
    with _theirs(second_swift, next_container) as theirs:
        second_swift.ask("PUT", theirs.name, "manifest", headers=[(MANIFEST, f"{mine.name}/data")])
        for range_ in (None, "bytes=0-3"):
            answer = theirs.get("manifest", range_=range_)
            assert BODY[:4] not in answer.kept, f"answered with {answer.status} and the other account's bytes"


@check("foreign-slo-reads-nothing", oracle=_ACL, level=MUST, impact=_THEFT)
def test_another_accounts_static_large_object_does_not_serve_ones_objects(mine, second_swift, next_container):
    """A static large object of another account that names one's objects serves nothing of them to that account."""
    with _theirs(second_swift, next_container) as theirs:
        put_slo(theirs, "manifest", [{"path": f"/{mine.name}/data", "size_bytes": len(BODY), "etag": None}])
        answer = theirs.get("manifest")
    assert BODY not in answer.kept, f"answered with {answer.status} and the other account's bytes"


@check("acl-write-copies-nothing", oracle=_ACL, level=MUST, impact="who may only add images reads all of them")
def test_who_may_write_does_not_read_by_copying(mine, second_swift, next_container):
    """A grant to write alone does not let another account copy what it may not read to where it may."""
    _grant(mine, Write=_user(second_swift))
    owner = mine.session.storage_path.rpartition("/")[2]
    with _theirs(second_swift, next_container) as theirs:
        for headers in ([], [("X-Copy-From-Account", owner)]):
            said = [("X-Copy-From", f"{mine.name}/data"), *headers]
            _refused(second_swift.ask("PUT", theirs.name, "copied", headers=said), "X-Copy-From")
            assert theirs.get("copied").kept != BODY


def _grant(container, **grants):
    answer = container.session.ask(
        "POST", container.name, headers=[(f"X-Container-{kind}", value) for kind, value in grants.items()]
    )
    if answer.status == 501:
        unsupported("access control lists are answered with 501")
    if answer.status not in (201, 202, 204):
        blocked(f"the grant is answered with {answer.status}")


def _user(session):
    """What a grant calls the account of a session."""
    return (session.account.swift_user or "").partition(":")[0]


@check("acl-of-one-container", oracle=_ACL, level=MUST, impact="a grant for one container opens all of them")
def test_a_grant_is_of_its_container_only(mine, another_container, foreign):
    """Another account that may read and write one container may do neither in the next."""
    _grant(another_container, Read=_user(foreign), Write=_user(foreign))
    if foreign.ask("GET", another_container.name).status not in (200, 204):
        blocked("the grant opens nothing")
    for method, name in (("GET", "data"), ("GET", ""), ("PUT", "planted"), ("DELETE", "data")):
        _refused(foreign.ask(method, mine.name, name), f"{method} of {name or 'the container'}")
    _unharmed(mine)


_NOBODYS = {
    "objects": {
        "POST": lambda s, c: s.ask("POST", c.name, "data", headers=[("X-Object-Meta-A", "1")], auth=()),
        "COPY": lambda s, c: _copies(s, c, auth=()),
        "X-Copy-From": lambda s, c: _copies_from(s, c, auth=()),
    },
    "containers": {
        "POST": lambda s, c: s.ask("POST", c.name, headers=[("X-Container-Read", ".r:*,.rlistings")], auth=()),
        "HEAD": lambda s, c: s.ask("HEAD", c.name, auth=()),
        "DELETE": lambda s, c: s.ask("DELETE", c.name, auth=()),
    },
    "uploads": {
        "extract-archive": lambda s, c: _extracts(s, c, auth=()),
        "multipart-manifest": lambda s, c: s.ask(
            "PUT", c.name, "o", query="multipart-manifest=put", content=from_bytes(b"[]"), auth=()
        ),
    },
}


@pytest.mark.parametrize("deeds", _cases("nobody-changes", _NOBODYS, oracle=_TOKENS, impact=_OPEN))
def test_nobody_changes_anything(mine, deeds):
    """POST, COPY, DELETE of a container, uploads of archives and manifests without a token are refused."""
    for what, deed in _NOBODYS[deeds].items():
        answer = deed(mine.session, mine)
        # OpenStack Swift tells in the body of a 200 what became of each file.
        if what != "extract-archive":
            _refused(answer, what)
        _unharmed(mine)
    assert mine.head("data").get("X-Object-Meta-A") is None
    assert mine.head().get("X-Container-Read") is None


@_layouts("nobody-deletes-in-bulk", oracle=_TOKENS, impact=_OPEN)
def test_nobody_deletes_in_bulk(mine, account_in_url):
    """A bulk delete without a token deletes nothing, whatever it is answered with."""
    _layout(mine, account_in_url=account_in_url)
    session = mine.session
    headers = [("Accept", "application/json"), ("Content-Type", "text/plain")]
    body = from_bytes(f"/{mine.name}/data\n".encode())
    session.without_token("POST", f"{session.storage_path}?bulk-delete=1", headers, body)
    _unharmed(mine)


def _strangers(mine, foreign):
    """Nobody, and an account in the URL of another one."""
    nobody = copy(mine.session)
    nobody.token = ""
    return {"nobody": nobody, "another account": foreign}


@check("account-of-another", oracle=_ACL, level=MUST, impact="whoever knows an account's name sees all its containers")
def test_an_account_is_listed_by_its_owner_only(mine, foreign):
    """GET and HEAD of an account without a token, or with that of another account, tell none of its containers."""
    for who, session in _strangers(mine, foreign).items():
        shown = session.ask("GET", "", query={"prefix": mine.name})
        assert mine.name.encode() not in shown.kept, f"the containers are listed to {who}"
        if session.token == "" or session.storage_path.rpartition("/")[2] != "v1":
            head = session.ask("HEAD", "")
            assert head.status in _REFUSED, f"HEAD of the account is answered to {who} with {head.status}"


_NOTED = "Account-Meta-Rgw-Conformance"
_KEYS = "whoever knows an account's name sets its TempURL keys, and reads and writes with them all that it has"


@check("account-of-another-changes", oracle=_ACL, level=MUST, impact=_KEYS)
def test_an_accounts_metadata_is_changed_by_its_owner_only(mine, foreign, second_swift, may_write_account):
    """POST of an account without a token, or in the URL of another's, notes nothing of that account."""
    if not may_write_account:
        untested("a gateway that is wrong would change the account, and --allow-account-writes was not said")
    for who, session in _strangers(mine, foreign).items():
        if session.token and session.storage_path.rpartition("/")[2] == "v1":
            continue  # Such a URL is every account's own.
        try:
            status = session.post_account([(f"X-{_NOTED}", "planted")]).status
            noted = mine.session.ask("HEAD", "").get(f"X-{_NOTED}")
        finally:
            # A gateway may note it of whoever has asked.
            for owner in (mine.session, second_swift):
                owner.post_account([(f"X-Remove-{_NOTED}", "x")])
        assert noted is None, f"POST of the account by {who} is answered with {status}, and what it says is noted"
        assert status in _REFUSED, f"POST of the account by {who} is answered with {status}"


@_layouts("account-of-another-makes", oracle=_ACL, impact="anybody makes containers in another's account")
def test_a_container_is_made_by_the_accounts_owner_only(mine, foreign, next_container, account_in_url):
    """PUT of a container in the URL of another's account, or without a token, makes none that is in that account."""
    _layout(mine, account_in_url=account_in_url)
    for who, session in _strangers(mine, foreign).items():
        name = next_container()
        session.send("PUT", name)
        try:
            listed = [row.get("name") for row in mine.session.containers(prefix=name)]
            seen = mine.session.ask("HEAD", name).status
        finally:
            for owner in (session, mine.session):
                owner.send("DELETE", name)
        assert listed == [], f"{who} has made a container in the account"
        assert seen in _REFUSED, f"a container of {who} is shown to the account with {seen}"
