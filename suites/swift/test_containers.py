"""Containers: what a registry asks of its own at the start, and the listings it finds its way with."""

import re

import pytest

from suites.claims import BREAKS, MUST, SHOULD, check
from suites.swift.saying import came_true, is_http_date, is_timestamp


def _each(id_, oracle):
    """One check for HEAD and one for GET of a container."""
    impact = "caches and backup tools cannot tell how old a container is, or how much is in it"
    return [
        pytest.param(m, id=m.lower(), marks=check(f"{id_}[{m.lower()}]", oracle=oracle, level=MUST, impact=impact))
        for m in ("HEAD", "GET")
    ]


@check(
    "container-counters",
    oracle="registry 2.5.0: ncw/swift, `Container`",
    level=BREAKS,
    impact="the registry does not start: it cannot look at its container",
)
def test_head_of_a_container_tells_how_much_is_in_it(container):
    """HEAD of a container has two counters, both integers."""
    container.put("one", b"12345")
    answer = container.head()
    assert answer.status in (200, 204)
    assert answer.get("X-Container-Object-Count") == "1"
    assert answer.get("X-Container-Bytes-Used") == "5"


@check(
    "container-put-again",
    oracle="Swift API, Create container",
    level=BREAKS,
    impact="a registry that starts anew fails on its own container",
)
def test_a_container_may_be_put_again(container, swift):
    """PUT of a container that exists is answered with 201 or 202, and keeps what is in it."""
    container.put("kept", b"1")
    assert swift.ask("PUT", container.name).status in (201, 202)
    assert container.head("kept").status == 200


@check(
    "container-not-there",
    oracle="registry 2.5.0: swift.go, `New` makes the container on 404",
    level=BREAKS,
    impact="a registry with a new container does not start",
)
def test_head_of_a_container_that_does_not_exist_is_404(container, swift):
    """HEAD of no container is answered with 404."""
    assert swift.ask("HEAD", f"{container.name}-gone").status == 404


@check(
    "listing-of-nothing",
    oracle="Swift API, Show container details and list objects",
    level=BREAKS,
    impact="looking for a tag or an upload that does not exist fails with 500",
)
def test_a_json_listing_of_nothing_is_an_empty_list(container):
    """A listing in JSON without rows is answered with 200 and []."""
    assert container.rows(prefix="none/", delimiter="/") == []


@check(
    "listing-pages",
    oracle="Swift API, Show container details and list objects",
    level=BREAKS,
    impact="tags and uploads beyond the first page are not found, or listed for ever",
)
def test_a_listing_goes_on_after_its_marker(container):
    """`limit` and `marker` give every row once, in the order of names."""
    for name in ("b/2", "a", "b/1", "c"):
        container.put(name, b"")
    seen, marker = [], ""
    while page := [row.get("name", "") for row in container.rows(limit="2", marker=marker)]:
        seen += page
        assert page[-1] > marker, f"the page after {marker!r} ends with {page[-1]!r}"
        marker = page[-1]
    assert seen == ["a", "b/1", "b/2", "c"]


@check(
    "listing-subdirs",
    oracle="registry 2.5.0: swift.go, `Stat` looks for subdir entries",
    level=BREAKS,
    impact="the registry does not find its repositories and tags",
)
def test_a_listing_with_a_delimiter_shows_directories(container):
    """`delimiter` rolls names up into subdir rows that end with it."""
    for name in ("files/a/1", "files/a/2", "files/b"):
        container.put(name, b"")
    rows = container.rows(prefix="files/", delimiter="/")
    assert [row.get("subdir") or row.get("name") for row in rows] == ["files/a/", "files/b"]


@check(
    "container-gone",
    oracle="Swift API, Delete container",
    level=MUST,
    impact="an emptied container cannot be removed",
)
def test_an_empty_container_can_be_deleted_and_a_full_one_cannot(container, swift):
    """DELETE of a container is answered with 409 while something is in it, and with 204 after."""
    container.put("last", b"")
    assert swift.ask("DELETE", container.name).status == 409
    container.delete("last")
    assert swift.ask("DELETE", container.name).status == 204


@check(
    "container-made-and-there",
    oracle="Swift API, Create container",
    level=MUST,
    impact="tools cannot tell a new container from one that was there",
)
def test_a_new_container_is_created_and_an_old_one_accepted(container):
    """PUT of a new container is answered with 201, and of one that exists with 202."""
    assert container.session.ask("PUT", f"{container.name}-new").status == 201
    assert container.session.ask("PUT", f"{container.name}-new").status == 202


@check(
    "container-put-length",
    oracle="RFC 9112 section 6.3",
    level=MUST,
    impact="the registry hangs at its first start: nothing says where the answer ends",
)
def test_the_answer_to_a_new_container_says_where_it_ends(container):
    """PUT of a container is answered with a length or in chunks (tracker 11036)."""
    answer = container.session.ask("PUT", f"{container.name}-new")
    assert answer.get("Content-Length") is not None or answer.get("Transfer-Encoding") is not None


@check(
    "container-counters-follow",
    oracle="Swift API, Show container metadata",
    level=MUST,
    impact="nobody can tell what a registry uses; quotas count what is gone",
)
def test_the_counters_follow_what_is_written(container):
    """X-Container-Object-Count and -Bytes-Used follow a write, one over it, and a delete."""
    for action, wanted in (
        (lambda: container.put("one", b"12345"), ("1", "5")),
        (lambda: container.put("two", b"123"), ("2", "8")),
        (lambda: container.put("one", b"12"), ("2", "5")),
        (lambda: container.delete("two"), ("1", "2")),
    ):
        action()
        assert came_true(lambda wanted=wanted: _counters(container) == wanted), f"{_counters(container)}, not {wanted}"


def _counters(container):
    answer = container.head()
    return answer.get("X-Container-Object-Count"), answer.get("X-Container-Bytes-Used")


@pytest.mark.parametrize("method", _each("container-timestamp", "Swift API, Show container metadata"))
def test_a_container_has_a_timestamp(container, method):
    """X-Timestamp is seconds since the epoch with a fraction, of about now (trackers 10938 and 20883)."""
    value = container.session.ask(method, container.name).get("X-Timestamp")
    assert is_timestamp(value), f"X-Timestamp is {value!r}"


@pytest.mark.parametrize("method", _each("container-last-modified", "Swift API, Show container metadata"))
def test_a_container_has_a_date(container, method):
    """Last-Modified of a container is an HTTP date of about now (tracker 20883)."""
    value = container.session.ask(method, container.name).get("Last-Modified")
    assert is_http_date(value), f"Last-Modified is {value!r}"


@pytest.mark.parametrize("method", _each("container-counters-of", "Swift API, Show container metadata"))
def test_a_container_has_counters(container, method):
    """HEAD and GET of a container have both counters (tracker 10666)."""
    container.put("one", b"12345")
    answer = container.session.ask(method, container.name)
    assert (answer.get("X-Container-Object-Count"), answer.get("X-Container-Bytes-Used")) == ("1", "5")


@pytest.mark.parametrize(
    ("method", "name"),
    [
        pytest.param(
            method,
            name,
            id=id_,
            marks=check(
                f"container-absent[{id_}]",
                oracle="Swift API, Containers",
                level=MUST,
                impact="clients cannot tell that there is no such container",
            ),
        )
        for id_, method, name in (
            ("get", "GET", ""),
            ("delete", "DELETE", ""),
            ("post", "POST", ""),
            ("put-object", "PUT", "name"),
            ("get-object", "GET", "name"),
            ("head-object", "HEAD", "name"),
            ("delete-object", "DELETE", "name"),
        )
    ],
)
def test_what_is_asked_of_no_container_is_404(container, method, name):
    """A request about a container that does not exist, or about an object in it, is answered with 404."""
    assert container.session.ask(method, f"{container.name}-none", name).status == 404


_NAMES = {
    "utf-8": "-ä€",
    "space": " a b",
    "percent": "-%41",
    "question-mark": "-?a=b",
    "hash": "-#a",
    "plus": "-a+b",
    "quote": "-\"'",
    "upper-case": "-ABC",
    "dots": "-..",
}


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(
            end,
            id=name,
            marks=check(
                f"container-name[{name}]",
                oracle="Swift API, Create container",
                level=MUST,
                impact="a registry whose container has such a name does not find it",
            ),
        )
        for name, end in _NAMES.items()
    ],
)
def test_a_container_may_have_any_name(container, end):
    """A container of this name can be made, is found, holds an object, and can be deleted."""
    session, name = container.session, container.name + end
    assert session.ask("PUT", name).status == 201
    assert session.ask("PUT", name, "in").status == 201
    assert session.ask("HEAD", name, "in").status == 200
    assert [row.get("name") for row in session.containers(prefix=name)] == [name]
    assert session.ask("DELETE", name, "in").status == 204
    assert session.ask("DELETE", name).status == 204


@check("container-name-255", oracle="Swift API, Create container", level=MUST, impact="long names are refused or cut")
def test_the_name_of_a_container_may_have_255_bytes(container):
    """A container with a name of 255 bytes can be made and is found; one with 257 is refused with 400."""
    session = container.session
    longest = f"{container.name}-".ljust(255, "l")
    assert session.ask("PUT", longest).status == 201
    assert session.ask("HEAD", longest).status in (200, 204)
    assert session.ask("PUT", longest + "mm").status == 400
    assert [row.get("name") for row in session.containers(prefix=longest)] == [longest]


@check(
    "container-name-with-slash",
    oracle="Swift API, Create container: a name has no slash",
    level=MUST,
    impact="what is put into one container shows up in another",
)
def test_a_slash_in_a_path_ends_the_name_of_the_container(container):
    """PUT of `none%2Fname` is about an object in a container that does not exist: 404, or refused with 400."""
    assert container.session.ask("PUT", f"{container.name}-none/name").status in (400, 404, 412)
    assert container.session.containers(prefix=f"{container.name}-none") == []


@check(
    "container-metadata",
    oracle="Swift API, Create, update, or delete container metadata",
    level=MUST,
    impact="what is noted of a container is lost: a TempURL key among it",
)
def test_metadata_of_a_container_is_kept(container):
    """POST of X-Container-Meta-* gives 204; HEAD and GET show them; another POST keeps what it does not name."""
    assert _posted(container, {"X-Container-Meta-Color": "blue"}).status == 204
    assert _posted(container, {"X-Container-Meta-SIZE": "x y, z"}).status == 204
    for method in ("HEAD", "GET"):
        answer = container.session.ask(method, container.name)
        assert answer.get("X-Container-Meta-Color") == "blue"
        assert answer.get("X-Container-Meta-Size") == "x y, z"


@pytest.mark.parametrize(
    "removal",
    [
        pytest.param(
            removal,
            id=name,
            marks=check(
                f"container-metadata-removed[{name}]",
                oracle="Swift API, Create, update, or delete container metadata",
                level=MUST,
                impact="what was noted of a container cannot be taken away: a TempURL key among it",
            ),
        )
        for name, removal in {
            "x-remove": {"X-Remove-Container-Meta-Color": "x"},
            "empty": {"X-Container-Meta-Color": ""},
        }.items()
    ],
)
def test_metadata_of_a_container_can_be_removed(container, removal):
    """POST with X-Remove-Container-Meta-NAME, or with an empty value, takes that one away and no other."""
    _posted(container, {"X-Container-Meta-Color": "blue", "X-Container-Meta-Size": "l"})
    assert _posted(container, removal).status == 204
    answer = container.head()
    assert answer.get("X-Container-Meta-Color") is None
    assert answer.get("X-Container-Meta-Size") == "l"


@check(
    "container-put-keeps-metadata",
    oracle="Swift API, Create container",
    level=MUST,
    impact="each start of a registry takes away what was noted of its container",
)
def test_a_container_that_is_put_again_keeps_its_metadata(container):
    """PUT of a container that exists keeps its metadata, and adds what it names."""
    _posted(container, {"X-Container-Meta-Color": "blue"})
    container.session.ask("PUT", container.name)
    assert container.head().get("X-Container-Meta-Color") == "blue"
    container.session.ask("PUT", container.name, headers=[("X-Container-Meta-Size", "l")])
    answer = container.head()
    assert (answer.get("X-Container-Meta-Color"), answer.get("X-Container-Meta-Size")) == ("blue", "l")


def _posted(container, fields):
    return container.session.ask("POST", container.name, headers=list(fields.items()))


@check(
    "container-made-anew",
    oracle="Swift API, Delete container",
    level=MUST,
    impact="a container that is made again shows what was deleted with the last",
)
def test_a_container_that_is_made_again_is_empty(container):
    """A container that was deleted and made again has no objects and no metadata."""
    _posted(container, {"X-Container-Meta-Color": "blue"})
    container.put("gone", b"1")
    container.delete("gone")
    assert container.session.ask("DELETE", container.name).status == 204
    assert container.head().status == 404
    assert container.session.ask("PUT", container.name).status == 201
    assert container.rows() == []
    assert container.head().get("X-Container-Meta-Color") is None


@check(
    "trans-id",
    oracle="Swift API, X-Trans-Id",
    level=MUST,
    impact="what a registry complains of cannot be found in the gateway's log",
)
def test_every_answer_has_a_transaction_id_of_its_own(container):
    """HEAD, GET, PUT, POST and DELETE have X-Trans-Id, each its own: `tx`, 21 hex digits, a dash, 10 hex digits."""
    asked = [("PUT", "o"), ("HEAD", "o"), ("GET", "o"), ("POST", "o"), ("GET", ""), ("HEAD", ""), ("DELETE", "o")]
    asked.append(("GET", "o"))
    ids = [container.session.ask(method, container.name, name).get("X-Trans-Id") or "" for method, name in asked]
    assert [i for i in ids if not re.match(r"tx[0-9a-f]{21}-[0-9a-f]{10}", i)] == []
    assert len(set(ids)) == len(ids)


@check(
    "content-type-of-answers",
    oracle="Swift API, Content-Type of each answer",
    level=SHOULD,
    impact="old clients and caches refuse answers without a type",
)
def test_every_answer_says_what_it_is(container):
    """PUT, HEAD, GET and errors have Content-Type (trackers 12157, 12158, 12363)."""
    asked = [("PUT", "o"), ("HEAD", "o"), ("GET", "o"), ("GET", ""), ("HEAD", ""), ("GET", "none"), ("HEAD", "none")]
    answers = [(method, name, container.session.ask(method, container.name, name)) for method, name in asked]
    assert [(method, name) for method, name, answer in answers if answer.get("Content-Type") is None] == []
