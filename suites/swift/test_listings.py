"""Listings of a container: how a registry finds its repositories, tags, uploads and segments.

Swift API, "Show container details and list objects". A registry asks for `format=json&limit=1000` with `prefix`,
`delimiter=/` and `marker`, and takes a page of fewer rows for the last (ncw/swift, `ObjectsAll`).
"""

import pytest

from suites.claims import BREAKS, MUST, OBSERVED, check, unsupported
from suites.swift.rows import in_order, listed, pages, rolled_up, worded
from suites.swift.stored import stored
from suites.swift.thousand import LONG, ROWS, THOUSAND

_LIST = "Swift API, Show container details and list objects"
_LOST = "tags, repositories or segments are not found, or found twice"
NAMES = [
    "0", "0/a", "00", "0a/b", "-x", "_u", "_v/w", "~t", "A", "Z/1", "a", "a b", "a+b", "a-1", "a/1", "a/2", "a/b/c",
    "a/b/d", "a/0/e", "a0", "a&<b>", "b//c", "b/", "%41", "é/ü", "é", "日本/語",
]  # fmt: skip
"""Names that sort around the delimiter, and around what comes right before and after it in ASCII."""


@pytest.fixture
def mixed(seeds, swift, gateway, observer):
    """A container with these objects, which is only read."""
    return seeds.container("mixed", [(name, b"12345") for name in NAMES], swift, gateway, observer)


FEW = ["0", "a", "a/1", "a/b/c", "a/b/d", "b", "b/1", "c", "d/1", "e"]


@pytest.fixture
def few(container):
    """A container of the check's own with these objects."""
    for name in FEW:
        stored(container, name, b"12345")
    return container


def _sorted(given):
    return sorted(given, key=in_order)


@check("listing-order", oracle=_LIST, level=BREAKS, impact=_LOST)
def test_a_listing_is_in_the_order_of_bytes(mixed):
    """Every name is listed once, sorted by its bytes."""
    assert listed(mixed) == _sorted(NAMES)


_PREFIXES = ["0", "0/", "a", "a/", "a/b", "a/b/", "_", "-", "~", "é", "b/", "a ", "none", "%41"]


@pytest.mark.parametrize(
    "prefix",
    [
        pytest.param(
            p, id=worded(p), marks=check(f"listing-prefix[{worded(p)}]", oracle=_LIST, level=BREAKS, impact=_LOST)
        )
        for p in _PREFIXES
    ],
)
def test_a_listing_has_what_begins_with_its_prefix(mixed, prefix):
    """`prefix` gives the names that begin with it, with `delimiter=/` rolled up behind it (trackers 12960, 19432)."""
    wanted = [name for name in NAMES if name.startswith(prefix)]
    assert listed(mixed, prefix=prefix) == _sorted(wanted)
    assert listed(mixed, prefix=prefix, delimiter="/") == rolled_up(wanted, prefix=prefix)


_MARKERS = ["a", "a/", "a/b", "a/b/", "0", "0/", "/", "a0", "_v/", "_", "é", "é/", "b/", "~~"]


@pytest.mark.parametrize(
    "marker",
    [
        pytest.param(
            m, id=worded(m), marks=check(f"listing-marker[{worded(m)}]", oracle=_LIST, level=BREAKS, impact=_LOST)
        )
        for m in _MARKERS
    ],
)
def test_a_listing_begins_after_its_marker(mixed, marker):
    """`marker` gives what sorts after it, a name or subdir or neither (trackers 39989, 40905, 50621)."""
    after = in_order(marker)
    assert listed(mixed, marker=marker) == [name for name in _sorted(NAMES) if in_order(name) > after]
    shown = listed(mixed, marker=marker, delimiter="/")
    # After `a/`, the subdir itself, what is in it has been shown. After a name in it, Swift shows it again for what is
    # left in it, and RGW does not.
    wanted = [[name for name in rolled_up(NAMES) if in_order(name) > after]]
    if "/" in marker[:-1]:
        wanted.append(rolled_up([name for name in NAMES if in_order(name) > after]))
    assert shown in wanted, f"after {marker!r}: {shown}"


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(
            m, id=worded(m), marks=check(f"listing-end-marker[{worded(m)}]", oracle=_LIST, level=MUST, impact=_LOST)
        )
        for m in ("a", "a/", "0", "é")
    ],
)
def test_a_listing_ends_before_its_end_marker(mixed, end):
    """`end_marker` gives what sorts before it (tracker 18977)."""
    assert listed(mixed, end_marker=end) == [name for name in _sorted(NAMES) if in_order(name) < in_order(end)]


@pytest.mark.parametrize(
    "limit",
    [
        pytest.param(n, id=str(n), marks=check(f"listing-limit[{n}]", oracle=_LIST, level=BREAKS, impact=_LOST))
        for n in (1, 2, 3, 7)
    ],
)
def test_pages_have_every_row_once(mixed, limit):
    """Pages of any size have every row once, in order, and no page but the last is shorter than `limit`."""
    found = pages(mixed, limit=str(limit))
    assert [name for page in found for name in page] == _sorted(NAMES)
    assert all(len(page) == limit for page in found[:-1]), [len(page) for page in found]


@pytest.mark.parametrize(
    ("limit", "prefix"),
    [
        pytest.param(
            n, p, id=case, marks=check(f"listing-subdir-pages[{case}]", oracle=_LIST, level=BREAKS, impact=_LOST)
        )
        for n in (1, 2, 3)
        for p in ("", "a/")
        for case in [f"{n}-{worded(p)}"]
    ],
)
def test_pages_of_directories_have_every_row_once(mixed, limit, prefix):
    """With `delimiter`, pages have each name and subdir once, whatever row is the last of a page."""
    found = pages(mixed, limit=str(limit), delimiter="/", prefix=prefix)
    assert [name for page in found for name in page] == rolled_up(NAMES, prefix=prefix)


@check(
    "listing-leading-slash",
    oracle=_LIST,
    level=MUST,
    impact="what a client stored under / is not found with a delimiter",
)
def test_a_name_that_begins_with_the_delimiter_is_in_a_directory_too(container):
    """A name that begins with `/` is listed, and is rolled up into the subdir `/`."""
    stored(container, "/a")
    stored(container, "b")
    assert listed(container) == ["/a", "b"]
    assert listed(container, delimiter="/") == ["/", "b"]


_ESCAPED = {
    "quote": 'a"b',
    "backslash": "a\\b",
    "newline": "a\nb",
    "control": "a\x01b",
    "tab": "a\tb",
    "markup": "a&<b>'c",
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            n, id=key, marks=check(f"listing-escapes[{key}]", oracle="RFC 8259 section 7", level=MUST, impact=_LOST)
        )
        for key, n in _ESCAPED.items()
    ],
)
def test_names_are_escaped_in_json(container, name):
    """A name that JSON must escape is read as it was written, as a row and as a subdir."""
    stored(container, name)
    stored(container, f"{name}/c")
    assert listed(container) == [name, f"{name}/c"]
    assert listed(container, delimiter="/") == [name, f"{name}/"]


@check("listing-of-a-path", oracle=_LIST, level=OBSERVED, impact="none to a registry: it sends prefix and delimiter")
def test_what_a_listing_of_a_path_has(mixed, observer):
    """`path=a` lists what is in the directory a: Swift leaves out its subdirs."""
    shown = listed(mixed, path="a")
    observer.observe("rows", shown)


@check(
    "listing-long-delimiter", oracle=_LIST, level=MUST, impact="clients with a delimiter of two characters lose rows"
)
def test_a_delimiter_may_have_two_characters(container):
    """A delimiter of more than one character rolls names up behind it (tracker 38776)."""
    names = ["a", "a--b", "a--c", "a-d", "e"]
    for name in names:
        stored(container, name)
    assert listed(container, delimiter="--") == rolled_up(names, "--")


@check("listing-reverse", oracle=f"{_LIST}, reverse (Swift 2.4)", level=MUST, impact="none to a registry")
def test_a_listing_may_be_in_reverse(container):
    """`reverse=on` gives the same rows from the last to the first; RGW has no such parameter."""
    for name in ("a", "b", "c"):
        stored(container, name)
    rows = listed(container, reverse="on")
    if rows == ["a", "b", "c"]:
        unsupported("the parameter reverse is passed over, as unknown ones are")
    assert rows == ["c", "b", "a"]
    assert listed(container, reverse="on", marker="c") == ["b", "a"]


@check(
    "listing-1000-rows",
    oracle=_LIST,
    level=BREAKS,
    impact="segments or tags beyond a full page are lost: pulls are cut short",
)
def test_a_page_of_exactly_a_thousand_rows_is_whole(thousand):
    """A thousand rows where there are a thousand, and none after them."""
    names = [name for name, _ in THOUSAND[:1000]]
    assert listed(thousand, prefix=f"{ROWS}0", limit="1000") == names
    assert listed(thousand, prefix=f"{ROWS}0", limit="1000", marker=names[-1]) == []


@check(
    "listing-of-a-mebibyte",
    oracle=_LIST,
    level=BREAKS,
    impact="a directory with many or long names cannot be read: its layers or tags are lost (tracker 35990)",
)
def test_a_page_of_more_than_a_mebibyte_is_whole(long_names):
    """A page whose JSON is longer than 1 MiB has all its rows, in order."""
    page = listed(long_names, limit="1000")
    assert page == [name for name, _ in LONG[:1000]]


@check(
    "listing-1001-rows",
    oracle=_LIST,
    level=BREAKS,
    impact="segments or tags beyond a full page are lost: pulls are cut short",
)
def test_the_row_after_a_full_page_is_on_the_next(thousand):
    """A thousand and one rows are a page of a thousand and a page of one; without a limit, one page."""
    names = [name for name, _ in THOUSAND]
    assert pages(thousand, prefix=ROWS, limit="1000") == [names[:1000], names[1000:]]
    assert listed(thousand, prefix=ROWS) == names


@check("listing-1001-in-pages", oracle=_LIST, level=BREAKS, impact=_LOST)
def test_pages_of_many_rows_have_every_row_once(thousand):
    """Pages of 334 rows have all thousand and one in order."""
    found = pages(thousand, prefix=ROWS, limit="334")
    assert [name for page in found for name in page] == [name for name, _ in THOUSAND]
    assert [len(page) for page in found] == [334, 334, 333]


@check(
    "listing-1001-subdirs",
    oracle="registry 2.5.0: ncw/swift, `ObjectsAll` takes a page below its limit for the last",
    level=BREAKS,
    impact="a repository of more than a page of tags shows only some of them; its other tags are found by name",
)
def test_a_page_of_directories_is_as_full_as_one_of_names(thousand):
    """With `delimiter`, a thousand and one directories are a page of a thousand and a page of one (tracker 44554)."""
    directories = [name.removesuffix("link") for name, _ in THOUSAND]
    found = pages(thousand, prefix=ROWS, delimiter="/", limit="1000")
    assert [name for page in found for name in page] == directories
    assert len(found[0]) == 1000, f"a page of {len(found[0])} directories where there are more"


@check("listing-1001-subdirs-in-pages", oracle=_LIST, level=BREAKS, impact=_LOST)
def test_pages_of_directories_come_to_all_of_them(thousand):
    """Pages of 400 directories, however full, have every directory once."""
    found = pages(thousand, prefix=ROWS, delimiter="/", limit="400")
    assert [name for page in found for name in page] == [name.removesuffix("link") for name, _ in THOUSAND]


@check("listing-far-marker", oracle=_LIST, level=BREAKS, impact=_LOST)
def test_a_directory_among_many_is_found(thousand):
    """Each of a few directories among a thousand and one is found by its own prefix, as `Stat` looks for it."""
    for name, _ in THOUSAND[::250]:
        directory = name.removesuffix("/link")
        assert listed(thousand, prefix=directory, delimiter="/", limit="1000") == [f"{directory}/"]
        assert listed(thousand, prefix=f"{directory}/", limit="1000") == [name]


@check("listing-deleted-rows", oracle=_LIST, level=BREAKS, impact="a registry fails on an upload that was removed")
def test_rows_of_deleted_objects_are_gone(few):
    """What was deleted is not listed, and a directory with nothing left in it is none."""
    for name in ("a/b/c", "a/b/d", "0"):
        few.delete(name)
    left = [name for name in FEW if name not in ("a/b/c", "a/b/d", "0")]
    assert listed(few) == _sorted(left)
    assert listed(few, prefix="a/", delimiter="/") == rolled_up(left, prefix="a/")


@check("listing-while-writing", oracle=_LIST, level=BREAKS, impact=_LOST)
def test_pages_keep_what_stays_while_others_come_and_go(few):
    """Rows that are there all the time are on the pages once, while others are written and deleted in between."""
    found, marker = [], ""
    for number in range(len(FEW) + 10):
        page = listed(few, limit="3", **({"marker": marker} if marker else {}))
        if not page:
            break
        found, marker = found + page, page[-1]
        stored(few, f"{marker}.new{number}" if number % 2 else f"!{number}")
        few.delete(f"!{number - 1}")
    assert [name for name in found if name in FEW] == _sorted(FEW)
    assert len(found) == len(set(found))
