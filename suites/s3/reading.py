"""What an S3 answer says, for checks: whatever cannot be read is the gateway's deviation, told in one line."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element

import pytest

from fixtures.wire.documents import Unreadable, document, text_of
from suites.claims import check

DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
"""xsd:dateTime in UTC as S3 writes it (S3 API, ListObjectsV2, LastModified)."""
_PAGES: Final = 1500


def cases(name: str, values: Mapping[str, Any], **claim: Any) -> list[Any]:
    """One check for each case: `name[case]`; a value that is a tuple fills several arguments."""
    return [
        pytest.param(*(v if isinstance(v, tuple) else (v,)), id=case, marks=check(f"{name}[{case}]", api="s3", **claim))
        for case, v in values.items()
    ]


def code(answer: Any) -> str | None:
    """The Code of an error document, or None."""
    return text_of(answer.kept, "Code")


def refused(answer: Any, status: int | tuple[int, ...], *codes: str) -> None:
    """The answer is an error of this status, with one of these codes."""
    statuses = status if isinstance(status, tuple) else (status,)
    wanted = f"{' or '.join(map(str, statuses))} {' or '.join(codes)}"
    seen = code(answer)
    assert answer.status in statuses, f"answered with {answer.status} {seen or ''}, expected {wanted}"
    assert not codes or seen in codes, f"the error's code is {seen}, expected {wanted}"


def root(answer: Any, name: str) -> Element:
    """The document of an answer with 200, whose root has this name."""
    assert answer.status == 200, f"answered with {answer.status} {code(answer) or ''}, expected 200 and a {name}"
    try:
        found = document(answer.kept)
    except Unreadable as error:
        pytest.fail(f"the answer is {error}")
    assert found.tag == name, f"200 is followed by a {found.tag} {found.findtext('Code') or ''}, expected a {name}"
    return found


def number(element: Element, path: str) -> int:
    """The number that an element has at this path."""
    text = (element.findtext(path) or "").strip()
    assert re.fullmatch(r"[0-9]{1,20}", text), f"{path} is {text[:60]!r}, expected a number"
    return int(text)


def truncated(listing: Element) -> bool:
    """Whether a list says that there is more."""
    text = listing.findtext("IsTruncated")
    assert text in ("true", "false"), f"IsTruncated is {text!r}, expected true or false"
    return text == "true"


def keys(listing: Element) -> list[str]:
    """The keys of a list of objects or uploads, in its order."""
    return [row.findtext("Key") or "" for row in listing if row.tag in ("Contents", "Upload")]


def prefixes(listing: Element) -> list[str]:
    """Its common prefixes, in its order."""
    return [row.text or "" for row in listing.iterfind("./CommonPrefixes/Prefix")]


def rows(listing: Element) -> list[str]:
    """Keys and common prefixes, in bytewise order."""
    return sorted(keys(listing) + prefixes(listing), key=str.encode)


def pages(bucket: Any, version: str, **parameters: str) -> Iterator[Element]:
    """Every page of a list of objects of version `v1` or `v2`, as clients turn them; it must come to an end."""
    mark: dict[str, str] = {"list_type": "" if version == "v1" else "2"}
    before = ""
    for _ in range(_PAGES):
        page = bucket.listing(**parameters, **mark)
        yield page
        if not truncated(page):
            return
        name = "marker" if version == "v1" else "continuation_token"
        mark[name] = after = _mark(page, version)
        assert after != before, f"the page after {before!r} goes on after the same {name}"
        before = after
    pytest.fail(f"the list does not end within {_PAGES} pages")


def _mark(page: Element, version: str) -> str:
    """Where the next page begins (S3 API, ListObjects: without NextMarker, the last key)."""
    if version == "v2":
        token = page.findtext("NextContinuationToken")
        assert token, "IsTruncated is true and there is no NextContinuationToken"
        return token
    mark = page.findtext("NextMarker") or (keys(page)[-1] if keys(page) else "")
    assert mark, "IsTruncated is true, and there is neither NextMarker nor a key"
    return mark
