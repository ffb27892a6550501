"""What only one version of the list has: markers in the first, tokens and counts in the second."""

from suites.claims import BREAKS, MUST, OBSERVED, SHOULD, check
from suites.s3.reading import keys, number, pages, prefixes, rows, truncated
from suites.s3.test_lists import TREE, filled


@check(
    "s3-list-next-marker",
    oracle="registry 2.8.3: s3-aws/s3.go, `List`",
    level=BREAKS,
    impact="tags and repositories beyond the first thousand are not listed",
    api="s3",
)
def test_a_page_with_a_delimiter_says_where_the_next_begins(bucket):
    """With a delimiter, a page of version 1 that is not the last has NextMarker, and the next goes on after it."""
    filled(bucket)
    page = bucket.listing(list_type="", delimiter="/", max_keys="3")
    assert truncated(page)
    marker = page.findtext("NextMarker")
    assert marker, "there is no NextMarker"
    after = rows(bucket.listing(list_type="", delimiter="/", max_keys="3", marker=marker))
    assert after == ["b0", "b0/", "c/"]


@check(
    "s3-list-marker-is-a-key",
    oracle="S3 API, ListObjects",
    level=MUST,
    impact="tools of version 1 that go on after the last key repeat or miss keys",
    api="s3",
)
def test_the_last_key_is_a_marker(bucket):
    """Without a delimiter, the last key of a page of version 1 is where the next begins."""
    found = filled(bucket) and keys(bucket.listing(list_type="", max_keys="4"))
    assert len(found) == 4
    found += keys(bucket.listing(list_type="", marker=found[-1]))
    assert found == sorted(TREE, key=str.encode)


@check(
    "s3-list-v2-is-v2",
    oracle="registry: s3-aws/s3.go, `Walk`",
    level=BREAKS,
    impact="the registry ends in a panic: KeyCount is not there (distribution#2553)",
    api="s3",
)
def test_a_list_of_version_2_has_a_count(bucket):
    """`list-type=2` is answered in version 2: with KeyCount, without Marker."""
    page = filled(bucket, ("a", "b")) and bucket.listing()
    assert number(page, "KeyCount") == 2
    assert page.find("Marker") is None, "the answer is of version 1: it has a Marker"


@check(
    "s3-list-key-count",
    oracle="S3 API, ListObjectsV2",
    level=MUST,
    impact="a walk that trusts the count ends early (ceph pr 37396)",
    api="s3",
)
def test_the_count_is_that_of_all_rows(bucket):
    """KeyCount of each page counts keys and common prefixes."""
    for page in pages(filled(bucket), "v2", delimiter="/", max_keys="4"):
        assert number(page, "KeyCount") == len(rows(page))
    assert number(bucket.listing(delimiter="/"), "KeyCount") == 9


@check(
    "s3-list-token",
    oracle="S3 API, ListObjectsV2",
    level=MUST,
    impact="clients turn pages for ever, or stop at the first (tracker 40728)",
    api="s3",
)
def test_a_token_is_there_where_there_is_more(bucket):
    """NextContinuationToken comes with IsTruncated and only with it; the token that was sent comes back."""
    page = filled(bucket, ("a", "b", "c")) and bucket.listing(max_keys="2")
    token = page.findtext("NextContinuationToken")
    assert truncated(page)
    assert token, "there is no NextContinuationToken"
    rest = bucket.listing(max_keys="2", continuation_token=token)
    assert keys(rest) == ["c"]
    assert rest.findtext("ContinuationToken") == token
    assert not truncated(rest)
    assert not rest.findtext("NextContinuationToken")


@check(
    "s3-list-token-before-start",
    oracle="S3 API, ListObjectsV2 `start-after`",
    level=BREAKS,
    impact="registry 3.x, which sends both, deletes the same page again and again (`Delete`, `Walk`)",
    api="s3",
)
def test_a_token_comes_before_start_after(bucket):
    """Where both are sent, the list goes on after the token."""
    filled(bucket, ("a", "b", "c", "d"))
    token = bucket.listing(max_keys="2", start_after="a").findtext("NextContinuationToken")
    assert token, "there is no NextContinuationToken"
    assert keys(bucket.listing(max_keys="2", start_after="a", continuation_token=token)) == ["d"]


@check(
    "s3-list-start-after-said",
    oracle="S3 API, ListObjectsV2",
    level=SHOULD,
    impact="none to a registry",
    api="s3",
)
def test_start_after_comes_back(bucket):
    """StartAfter says where the list was asked to begin, and is no token."""
    page = filled(bucket, ("a", "b")) and bucket.listing(start_after="a")
    assert page.findtext("StartAfter") == "a"
    assert not page.findtext("ContinuationToken")


@check(
    "s3-list-token-of-a-directory",
    oracle="S3 API, ListObjectsV2",
    level=BREAKS,
    impact="directories are listed twice or not at all where a page ends with one (tracker 50621)",
    api="s3",
)
def test_a_page_that_ends_with_a_directory_is_gone_on_after_it(bucket):
    """The page after a common prefix begins with what follows all that begins with it."""
    filled(bucket, ("a/1", "a/2", "a/3", "b", "c/1"))
    page = bucket.listing(delimiter="/", max_keys="1")
    assert prefixes(page) == ["a/"]
    rest = bucket.listing(delimiter="/", continuation_token=page.findtext("NextContinuationToken") or "")
    assert rows(rest) == ["b", "c/"]


@check(
    "s3-list-owner",
    oracle="S3 API, ListObjectsV2 `fetch-owner`",
    level=SHOULD,
    impact="none to a registry; tools that show owners show none",
    api="s3",
)
def test_the_owner_is_shown_if_asked(bucket):
    """`fetch-owner=true` adds an Owner with an ID to each row; version 1 has it always."""
    filled(bucket, ("a",))
    assert bucket.listing(fetch_owner="true").findtext("./Contents/Owner/ID"), "version 2 does not tell the owner"
    assert bucket.listing(list_type="").findtext("./Contents/Owner/ID"), "version 1 does not tell the owner"


@check(
    "s3-list-no-owner",
    oracle="S3 API, ListObjectsV2 `fetch-owner`",
    level=OBSERVED,
    impact="none",
    api="s3",
)
def test_whether_the_owner_is_shown_unasked(bucket, observer):
    """Whether rows of version 2 have an Owner that nobody asked for is a fact to compare."""
    filled(bucket, ("a",))
    observer.observe("owner-unasked", bucket.listing().find("./Contents/Owner") is not None)


@check(
    "s3-list-delimiter-of-any-kind",
    oracle="S3 API, ListObjectsV2 `delimiter`",
    level=MUST,
    impact="none to a registry, whose delimiter is `/`",
    api="s3",
)
def test_any_text_may_be_a_delimiter(bucket):
    """A delimiter of one or several characters rolls up what has it."""
    filled(bucket, ("a-1", "a-2", "b--1", "c"))
    assert rows(bucket.listing(delimiter="-")) == ["a-", "b-", "c"]
    assert rows(bucket.listing(delimiter="--")) == ["a-1", "a-2", "b--", "c"]
