"""Containers from before are listed as they were, and who could read them can read them: `--stage check`."""

from fixtures.stages.comparing import names_differ, rows_differ
from fixtures.stages.model import objects_of
from suites.claims import BREAKS, MUST, check, untested
from suites.swift.rows import in_order, listed, names, pages, rolled_up

_ORACLE = "Swift API, Show container details and list objects"
_LOST = "tags, repositories and uploads from before are not found"


@check("stage-listing", oracle=_ORACLE, level=BREAKS, impact=_LOST)
def test_a_listing_of_pages_is_whole(prepared):
    """Page after page of a thousand, as registries ask, a listing names every object that was written, in order."""
    container, facts = prepared.container("swift-rows")
    found = pages(container, limit="1000")
    difference = names_differ([name for page in found for name in page], sorted(facts["rows"], key=in_order))
    assert not difference, difference
    # A registry takes a page that is shorter than its limit for the last one (ncw/swift, `ObjectsAll`).
    assert all(len(page) == 1000 for page in found[:-1]), f"the pages have {[len(page) for page in found]} rows"


@check("stage-listing-short-pages", oracle=_ORACLE, level=BREAKS, impact=_LOST)
def test_a_listing_of_short_pages_is_whole(prepared):
    """The same in pages of 100, as the registries of 2.x that walk their storage ask."""
    container, facts = prepared.container("swift-rows")
    seen = [name for page in pages(container, limit="100") for name in page]
    difference = names_differ(seen, sorted(facts["rows"], key=in_order))
    assert not difference, difference


@check("stage-listing-rows", oracle=_ORACLE, level=BREAKS, impact="blobs from before have the wrong size")
def test_rows_tell_what_was_written(prepared):
    """A row has the size and MD5 of what was written."""
    container, facts = prepared.container("swift-rows")
    rows = {row.get("name"): (row.get("bytes"), row.get("hash")) for row in container.rows(prefix="page/", limit="500")}
    wanted = {name: (len(name.encode()), md5) for name, md5 in facts["rows"].items()}
    assert rows, "no row comes"
    difference = rows_differ(rows, wanted)
    assert not difference, difference


@check("stage-listing-directories", oracle=_ORACLE, level=BREAKS, impact=_LOST)
def test_directories_are_listed(prepared):
    """With a delimiter the directories of a container are listed, and those of one of them."""
    container, facts = prepared.container("swift-rows")
    for prefix in ("", "tags", "tags/"):
        seen = listed(container, delimiter="/", **({"prefix": prefix} if prefix else {}))
        difference = names_differ(seen, rolled_up(list(facts["rows"]), prefix=prefix))
        assert not difference, f"prefix {prefix!r}: {difference}"


@check("stage-listing-names", oracle=_ORACLE, level=BREAKS, impact=_LOST)
def test_awkward_names_are_listed(prepared):
    """A listing names each object by the name that it was written under, with size and MD5."""
    container, facts = prepared.container("swift-objects")
    wanted = {one.name: (one.size, one.md5) for one in objects_of(facts)}
    rows = container.rows()
    difference = names_differ(names(rows), sorted(wanted, key=in_order))
    difference = difference or rows_differ({row["name"]: (row.get("bytes"), row.get("hash")) for row in rows}, wanted)
    assert not difference, difference


@check("stage-listing-segments", oracle=_ORACLE, level=BREAKS, impact="an upload from before loses its segments")
def test_segments_are_listed(prepared):
    """A listing names every segment of every large object, with its size, as a registry asks before it goes on."""
    container, facts = prepared.container("swift-large")
    rows = container.rows(prefix="segments/")
    difference = names_differ(names(rows), sorted(facts["segments"], key=in_order))
    seen = {row["name"]: (row.get("bytes"), None) for row in rows}
    difference = difference or rows_differ(seen, {name: (size, None) for name, size in facts["segments"].items()})
    assert not difference, difference


@check("stage-container-counters", oracle=_ORACLE, level=MUST, impact="what a container holds is counted wrongly")
def test_a_container_counts_what_is_in_it(prepared):
    """HEAD of a container counts the objects and bytes that were written."""
    container, facts = prepared.container("swift-rows")
    answer = container.head()
    assert answer.status in (200, 204)
    assert answer.get("X-Container-Object-Count") == str(len(facts["rows"]))
    assert answer.get("X-Container-Bytes-Used") == str(sum(len(name.encode()) for name in facts["rows"]))


def _granted(prepared, kind):
    container = prepared.facts("swift-grants")["containers"].get(kind)
    return container or untested(f"the {kind} container was not acknowledged")


@check("stage-grant-kept", oracle="Swift API, Container ACLs", level=MUST, impact="who may read changes at the upgrade")
def test_grants_and_metadata_stay(prepared, stage_swift):
    """HEAD of a container tells the grants and the metadata that it told before."""
    for kind in ("public", "private"):
        container = _granted(prepared, kind)
        answer = stage_swift.ask("HEAD", container["name"])
        told = {name: answer.get(name) for name in container["told"]}
        assert told == container["told"], f"{kind}: {told}, before {container['told']}"


@check(
    "stage-grant-public", oracle="Swift API, Container ACLs", level=MUST, impact="who may read changes at the upgrade"
)
def test_everybody_reads_what_is_public(prepared, stage_swift):
    """Who has no token still reads an object of a container that everybody may read."""
    container = _granted(prepared, "public")
    if container["anonymous"] != 200:
        untested(f"without a token it was answered with {container['anonymous']} before, too")
    answer = stage_swift.ask("GET", container["name"], "object", auth=())
    assert answer.status == 200, f"it is answered with {answer.status}"
    assert answer.sha256 == container["sha256"]


@check("stage-grant-private", oracle="Swift API, Container ACLs", level=BREAKS, impact="images are open to everybody")
def test_nobody_reads_what_is_private(prepared, stage_swift):
    """Who has no token reads no object of a container that was granted to nobody."""
    container = _granted(prepared, "private")
    answer = stage_swift.ask("GET", container["name"], "object", auth=())
    assert answer.status in (401, 403, 404), f"it is answered with {answer.status}"
