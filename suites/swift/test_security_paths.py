"""Paths and values that say more than they seem to: dots and slashes that climb, line breaks that become fields.

A name of an object is not normalised (Swift API, "Object names"); whoever does so must do it before he asks who may
see it. A field's value never has a line break (RFC 9110 section 5.5).
"""

from copy import copy
from urllib.parse import quote

from fixtures.wire.client import NoAnswer
from suites.claims import MUST, blocked, check, unsupported
from suites.swift.stored import stored

_ACL = "Swift API, Container access control lists"
_CLIMBS = "whoever may read or write one container reads and writes all of them"
_FIELD = "RFC 9110 section 5.5"
_INJECTS = "whoever writes an object gives its readers fields of his own: cookies, redirects, a second answer"
SECRET = b"what is in the next container"

_WAYS = (
    "../",
    "%2e%2e/",
    "x/%2e%2e/%2e%2e/",
    "..%2f",
    "%2e%2e%2F",
    "%252e%252e%252f",
    "/../",
    "./../",
    "..%5c",
    "..;/",
)


@check("traversal", oracle=_ACL, level=MUST, impact=_CLIMBS)
def test_no_path_leads_from_one_container_to_another(container, another_container, second_swift):
    """Another account that may read and write one container reaches nothing of the next by dots and slashes."""
    private, open_ = container, another_container
    stored(private, "data", SECRET)
    session = copy(second_swift)
    session.storage_path = private.session.storage_path
    user = (session.account.swift_user or "").partition(":")[0]
    granted = open_.session.ask("POST", open_.name, headers=[("X-Container-Read", user), ("X-Container-Write", user)])
    if granted.status == 501:
        unsupported("access control lists are answered with 501")
    if granted.status not in (201, 202, 204):
        blocked(f"the grant is answered with {granted.status}")
    for climb in _WAYS:
        path = f"{climb}{private.name}/data"
        read = session.ask("GET", open_.name, encoded=path)
        assert SECRET not in read.kept, f"GET of {path!r} beside {open_.name} reads another container"
        session.send("PUT", open_.name, encoded=path)
        session.send("DELETE", open_.name, encoded=path)
        assert private.get("data").kept == SECRET, f"PUT or DELETE of {path!r} beside {open_.name} changes another's"


_BREAKS = ("a%0d%0aX-Injected:%20yes", "a%0aX-Injected:%20yes", "a%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0a")
_OF_OBJECTS = ("X-Object-Meta-A", "Content-Type", "Content-Disposition")


def _in_one_piece(answer, what):
    assert answer.get("X-Injected") is None, f"{what} becomes a field of its own"
    assert all(b"\r" not in f.value and b"\n" not in f.value for f in answer.head.fields), f"{what} breaks a line"


@check("injects-nothing", oracle=_FIELD, level=MUST, impact=_INJECTS)
def test_an_encoded_line_break_stays_encoded(container):
    """A value of an object or a container with %0d%0a is served as it was written, and never as a line break."""
    for value in _BREAKS:
        container.session.ask("POST", container.name, headers=[("X-Container-Meta-A", value)])
        _in_one_piece(container.head(), "X-Container-Meta-A")
        stored(container, "o", b"1", headers=[(field, value) for field in _OF_OBJECTS])
        for answer in (container.head("o"), container.get("o")):
            _in_one_piece(answer, "a value of an object")
            assert answer.status == 200


@check("injects-nothing-by-name", oracle=_FIELD, level=MUST, impact=_INJECTS)
def test_a_name_with_a_line_break_adds_no_field(container):
    """A copy of an object, and a manifest, whose names have line breaks are answered with no line of their own."""
    name = "a\r\nX-Injected: yes"
    stored(container, name, b"1")
    source = f"{container.name}/{quote(name)}"
    copied = container.session.ask("PUT", container.name, "copied", headers=[("X-Copy-From", source)])
    _in_one_piece(copied, "the name of a copy's source")
    container.session.ask("PUT", container.name, "large", headers=[("X-Object-Manifest", source)])
    _in_one_piece(container.head("large"), "the name in a manifest")
    redirected = container.session.look(f"{container.session.storage_path}/{container.name}/{quote(name)}")
    if redirected.response is None or redirected.status is None:
        raise NoAnswer(redirected)
    _in_one_piece(redirected.response, "the name of what is refused")


@check("tempurl-filename-injects-nothing", oracle=_FIELD, level=MUST, impact=_INJECTS)
def test_a_file_name_in_a_tempurl_adds_no_field(container, temp_urls):
    """`filename`, which no signature covers, and an object's own name put no line break in Content-Disposition."""
    stored(container, "a\r\nX-Injected: yes", b"1")
    _in_one_piece(temp_urls.ask("GET", container.name, "a\r\nX-Injected: yes"), "an object's name")
    for value in (*_BREAKS, "a%22%0d%0aX-Injected:%20yes"):
        _in_one_piece(temp_urls.ask("GET", container.name, "a\r\nX-Injected: yes", query=f"&filename={value}"), value)
