"""Lists of objects, of both versions: 2.8 registries look for files with version 1, 3.x with version 2, and both walk
the whole bucket with version 2.
"""

import hashlib
from urllib.parse import unquote_plus

import pytest

from suites.claims import BREAKS, MUST, SHOULD
from suites.s3.conftest import KEYS
from suites.s3.reading import DATE, cases, keys, number, pages, prefixes, refused, rows, truncated

VERSIONS = {"v1": "", "v2": "2"}
TREE = ("a", "b/", "b/0", "b/_", "b/x/1", "b/x/2", "b-", "b0", "b0/1", "c/d/e", "d~/1", "e/1", "é/1")
"""Names around the delimiter: `-` and `.` come before it, `0` after it (tracker 39989), `_` is escaped in an index."""
TOP = ["a", "b-", "b/", "b0", "b0/", "c/", "d~/", "e/", "é/"]
ODD = ("a b", "a%2Fb", "a+b", "a<&>'\"b", "a?b#c", "ä/€", "日本", "~-_.!*()")


def both(name, **claim):
    """One check for each version of the list."""
    return pytest.mark.parametrize("version", cases(name, {v: v for v in VERSIONS}, **claim))


def first(bucket, version, **parameters):
    """The first page."""
    return bucket.listing(list_type=VERSIONS[version], **parameters)


def filled(bucket, names=TREE):
    """The bucket with an object of each name."""
    for name in names:
        bucket.put(name, b"x")
    return bucket


def once(found, wanted):
    """Every row once and no other."""
    missing, twice = sorted({*wanted} - {*found}), sorted({n for n in found if found.count(n) > 1})
    assert not missing, f"{len(missing)} rows are missing: {missing[:3]}"
    assert not twice, f"{len(twice)} rows are listed twice: {twice[:3]}"
    assert sorted(found) == sorted(wanted), f"rows that are not there: {sorted({*found} - {*wanted})[:3]}"


@both(
    "s3-list-empty",
    oracle="S3 API, ListObjects and ListObjectsV2",
    level=BREAKS,
    impact="looking for a file that is not there fails with 500",
)
def test_a_list_of_nothing_is_empty(bucket, version):
    """A list without rows is answered with 200, no row, IsTruncated false, and in version 2 KeyCount 0."""
    page = first(bucket, version, prefix="docker/", delimiter="/")
    assert rows(page) == []
    assert not truncated(page)
    assert version == "v1" or number(page, "KeyCount") == 0


@both(
    "s3-list-fields",
    oracle="S3 API, Object",
    level=MUST,
    impact="registries and backups read wrong sizes or dates of blobs, or end where one is missing",
)
def test_a_row_says_what_the_object_is(bucket, version):
    """Key, Size, ETag in quotes, StorageClass, and LastModified as an ISO date in UTC."""
    bucket.put("blobs/data", b"12345")
    row = first(bucket, version).find("./Contents")
    assert row is not None, "the object is not listed"
    assert row.findtext("Key") == "blobs/data"
    assert number(row, "Size") == 5
    assert row.findtext("ETag") == f'"{hashlib.md5(b"12345", usedforsecurity=False).hexdigest()}"'
    assert row.findtext("StorageClass") == "STANDARD"
    assert DATE.fullmatch(row.findtext("LastModified") or ""), "LastModified is no ISO date"


@both(
    "s3-list-said-again",
    oracle="S3 API, ListObjects and ListObjectsV2",
    level=SHOULD,
    impact="clients that read the parameters from the answer, as aws-sdk-go's do, turn to the wrong page",
)
def test_a_list_says_what_was_asked(bucket, version):
    """Name, Prefix, Delimiter and MaxKeys come back."""
    page = first(filled(bucket, ("b/1",)), version, prefix="b", delimiter="/", max_keys="7")
    assert [page.findtext(n) for n in ("Name", "Prefix", "Delimiter", "MaxKeys")] == [bucket.name, "b", "/", "7"]


@both(
    "s3-list-order",
    oracle="S3 API, ListObjects and ListObjectsV2",
    level=MUST,
    impact="a walk over the registry that goes on after its last key misses others: garbage collection removes them",
)
def test_keys_are_listed_in_the_order_of_their_bytes(bucket, version):
    """The order is that of UTF-8 bytes, whatever a locale says."""
    names = ["-", "0", "A", "_", "a", "a-", "a.", "a/", "a/b", "a0", "a_", "~", "é", "日"]
    assert keys(first(filled(bucket, reversed(names)), version)) == sorted(names, key=str.encode)


@pytest.mark.parametrize(
    ("version", "size"),
    cases(
        "s3-list-pages",
        {f"{v}-{n}": (v, n) for v in VERSIONS for n in (1, 3, len(TREE))},
        oracle="S3 API, ListObjects and ListObjectsV2",
        level=BREAKS,
        impact="repositories, tags and uploads beyond the first page are not found, or listed for ever",
    ),
)
def test_pages_have_every_key_once(bucket, version, size):
    """Pages of any size, turned as clients do it, have every key once, none more than max-keys, and an end."""
    turned = list(pages(filled(bucket), version, max_keys=str(size)))
    assert max(len(keys(page)) for page in turned) <= size
    once([key for page in turned for key in keys(page)], TREE)


@pytest.mark.parametrize(
    ("version", "size"),
    cases(
        "s3-list-delimiter-pages",
        {f"{v}-{n}": (v, n) for v in VERSIONS for n in (1, 2, 1000)},
        oracle="S3 API, ListObjects and ListObjectsV2",
        level=BREAKS,
        impact="the registry does not find repositories or tags: trackers 39989, 40905, 50621",
    ),
)
def test_pages_with_a_delimiter_have_every_directory_once(bucket, version, size):
    """Common prefixes count as rows, and none is missing or repeated where a page ends with one."""
    turned = list(pages(filled(bucket), version, delimiter="/", max_keys=str(size)))
    assert max(len(rows(page)) for page in turned) <= size
    once([name for page in turned for name in rows(page)], TOP)


@both(
    "s3-list-directories",
    oracle="registry: s3-aws/s3.go, `List`",
    level=BREAKS,
    impact="the registry takes files for directories, or does not find them",
)
def test_a_delimiter_tells_keys_from_directories(bucket, version):
    """What has the delimiter after the prefix is a common prefix, which ends with it; the rest are keys."""
    page = first(filled(bucket), version, prefix="b/", delimiter="/")
    assert keys(page) == ["b/", "b/0", "b/_"]
    assert prefixes(page) == ["b/x/"]


@pytest.mark.parametrize(
    ("version", "prefix", "wanted"),
    cases(
        "s3-list-prefix",
        {
            f"{v}-{name}": (v, prefix, wanted)
            for v in VERSIONS
            for name, prefix, wanted in (
                ("half-a-name", "b", ["b-", "b/", "b0", "b0/"]),
                ("a-directory", "c/d", ["c/d/"]),
                ("a-key", "b/0", ["b/0"]),
                ("underscore", "b/_", ["b/_"]),
                ("utf-8", "é", ["é/"]),
                ("none", "zz", []),
            )
        },
        oracle="S3 API, ListObjects and ListObjectsV2",
        level=BREAKS,
        impact="the registry mistakes one path for another: trackers 12960, 19432",
    ),
)
def test_a_prefix_is_bytes_that_a_key_begins_with(bucket, version, prefix, wanted):
    """A prefix need not end where a directory does, and is never given a delimiter of the gateway's own."""
    assert rows(first(filled(bucket), version, prefix=prefix, delimiter="/")) == wanted


@pytest.mark.parametrize(
    ("version", "marker", "wanted"),
    cases(
        "s3-list-after",
        {
            f"{v}-{name}": (v, marker, wanted)
            for v in VERSIONS
            for name, marker, wanted in (
                ("a-key", "b/0", ["b/_", "b/x/1"]),
                ("no-key", "b/3", ["b/_", "b/x/1"]),
                ("a-directory", "b/", ["b/0", "b/_"]),
                ("the-last", "é/1", []),
            )
        },
        oracle="S3 API, ListObjects `marker`, ListObjectsV2 `start-after`",
        level=BREAKS,
        impact="what is listed from the middle is not what is there: deletion stops or skips (registry 3.x, `Delete`)",
    ),
)
def test_a_list_begins_after_what_is_named(bucket, version, marker, wanted):
    """`marker` and `start-after` name a place between keys; a key of that name is not listed."""
    name = "marker" if version == "v1" else "start_after"
    assert keys(first(filled(bucket), version, max_keys="2", **{name: marker})) == wanted


@pytest.mark.parametrize(
    ("version", "prefix", "wanted"),
    cases(
        "s3-list-thousand",
        {
            f"{v}-{name}": (v, prefix, wanted)
            for v in VERSIONS
            for name, prefix, wanted in (("exactly", "page/", KEYS[:-1]), ("and-one", "", KEYS))
        },
        oracle="S3 API, ListObjects and ListObjectsV2",
        level=BREAKS,
        impact="tags and layers beyond a thousand are not found: pushed images look deleted",
    ),
)
def test_a_thousand_keys_and_one_more_are_all_listed(seeded, version, prefix, wanted):
    """Without max-keys a page has at most 1000 rows; all pages have every key once, in order."""
    turned = [keys(page) for page in pages(seeded, version, prefix=prefix)]
    assert max(map(len, turned)) <= 1000
    found = [key for page in turned for key in page]
    once(found, wanted)
    assert found == list(wanted), "the keys are out of order"


@pytest.mark.parametrize(
    ("version", "asked"),
    cases(
        "s3-list-max-keys",
        {f"{v}-{n}": (v, n) for v in VERSIONS for n in ("0", "1000", "1001", "99999")},
        oracle="S3 API, ListObjects and ListObjectsV2; CVE-2018-16846",
        level=MUST,
        impact="one request makes the gateway list a whole bucket, or an empty page is turned for ever",
    ),
)
def test_a_page_is_never_larger_than_asked_nor_than_a_thousand(seeded, version, asked):
    """max-keys is a limit, 1000 is another; a page of 0 rows says that there is no more."""
    page = first(seeded, version, max_keys=asked)
    assert len(rows(page)) <= min(int(asked), 1000)
    assert truncated(page) is (asked != "0")


@both(
    "s3-list-max-keys-wrong",
    oracle="S3 API, List of error codes, InvalidArgument",
    level=SHOULD,
    impact="none to a registry: it asks for a number",
)
def test_a_size_of_page_that_is_none_is_refused(bucket, version):
    """max-keys that is no number is answered with 400 InvalidArgument."""
    query = {"max-keys": "many", **({"list-type": "2"} if version == "v2" else {})}
    refused(bucket.session.ask("GET", bucket.name, query=query), 400, "InvalidArgument")


@both(
    "s3-list-encoded",
    oracle="S3 API, ListObjectsV2 `encoding-type`",
    level=MUST,
    impact="boto and the AWS CLI, which ask for it, see other names than were written",
)
def test_keys_are_percent_encoded_if_asked(bucket, version):
    """`encoding-type=url` is said again, and Key, Prefix and common prefixes decode to what was written."""
    page = first(filled(bucket, ODD), version, encoding_type="url")
    assert page.findtext("EncodingType") == "url", "EncodingType does not say url"
    assert sorted(map(unquote_plus, keys(page))) == sorted(ODD)
    assert [unquote_plus(p) for p in prefixes(first(bucket, version, encoding_type="url", delimiter="/"))] == ["ä/"]


@both(
    "s3-list-odd-names",
    oracle="S3 API, ListObjects and ListObjectsV2",
    level=MUST,
    impact="names with characters of markup, spaces or UTF-8 are listed wrong, or break the list",
)
def test_keys_are_listed_as_they_were_written(bucket, version):
    """Without `encoding-type`, keys are XML text and nothing else, and so are pages' ends."""
    once([key for page in pages(filled(bucket, ODD), version, max_keys="1") for key in keys(page)], ODD)


@both(
    "s3-list-while-writing",
    oracle="S3 API, ListObjects and ListObjectsV2",
    level=BREAKS,
    impact="garbage collection, which walks while others push, misses layers that are in use",
)
def test_what_was_there_is_listed_once_while_others_write(bucket, version):
    """Keys written and deleted between two pages do not hide or repeat the others."""
    found = []
    for turn, page in enumerate(pages(filled(bucket), version, max_keys="2")):
        found += keys(page)
        if turn < 4 and found:
            bucket.put(f"!{turn}", b"")
            bucket.put(f"{found[-1]}!", b"")
            bucket.put(f"zz{turn}", b"")
            bucket.delete(found[-1])
    once([key for key in found if "!" not in key and "zz" not in key], TREE)


@both(
    "s3-list-after-write",
    oracle="S3 API, Data consistency model",
    level=BREAKS,
    impact="the registry does not find what it has just written, or finds what it has deleted",
)
def test_a_list_shows_what_was_written_last(bucket, version):
    """A list after an overwrite has the new size, one after a DELETE has no row (tracker 58965)."""
    bucket.put("a", b"1")
    bucket.put("a", b"22")
    row = first(bucket, version).find("./Contents")
    assert row is not None, "the object is not listed"
    assert number(row, "Size") == 2
    bucket.delete("a")
    assert keys(first(bucket, version)) == []
