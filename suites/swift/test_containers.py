"""Containers: what a registry asks of its own at the start, and the listings it finds its way with."""

from suites.claims import BREAKS, MUST, check


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
