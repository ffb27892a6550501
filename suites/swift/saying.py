"""What several files of checks say in the same words: objects put, conditions awaited, forms of fields."""

import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from fixtures.gateways.swift import Container
from fixtures.wire.content import Content
from fixtures.wire.message import Response
from suites.claims import blocked

GONE_WITHIN: Final = 2.0
"""Seconds within which what a gateway counts later must be counted."""
_LOOK_AGAIN: Final = 0.02
_HTTP_DATE: Final = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_TIMESTAMP: Final = re.compile(r"\d{10}\.\d{5}")
_SKEW: Final = 86400 * 2
"""Seconds that a gateway's clock may be wrong: what is meant is 1970, not a clock that goes a little wrong."""


def stored(container: Container, name: str, body: bytes | Content = b"", **options: Any) -> Response:
    """PUT an object for a check that reads it; the check is blocked if that is not acknowledged."""
    answer = container.put(name, body, **options)
    if answer.status != 201:
        blocked(f"PUT of an object is answered with {answer.status}")
    return answer


def came_true(condition: Callable[[], bool], seconds: float = GONE_WITHIN) -> bool:
    """Whether a condition holds, now or within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_AGAIN)
    return True


def stays(condition: Callable[[], bool], seconds: float = 0.1) -> bool:
    """Whether a condition holds for as long: that something does not happen cannot be awaited."""
    deadline = time.monotonic() + seconds
    while condition():
        if time.monotonic() > deadline:
            return True
        time.sleep(_LOOK_AGAIN)
    return False


def url_of(value: str | None) -> SplitResult:
    """A URL in its parts; what is none is the gateway's deviation."""
    try:
        return urlsplit(value or "")
    except ValueError as error:
        msg = f"{value!r} is no URL ({error})"
        raise AssertionError(msg) from error


def is_http_date(value: str | None) -> bool:
    """Whether a field is a date in the one form that may be generated (RFC 9110 section 5.6.7), and of about now."""
    if value is None or not _HTTP_DATE.fullmatch(value):
        return False
    try:
        return abs(parsedate_to_datetime(value).timestamp() - time.time()) < _SKEW
    except (ValueError, OverflowError):
        return False


def is_timestamp(value: str | None) -> bool:
    """Whether a field is seconds since the epoch with five decimals, as Swift writes them, and of about now."""
    return value is not None and bool(_TIMESTAMP.fullmatch(value)) and abs(float(value) - time.time()) < _SKEW


def is_count(value: str | None) -> bool:
    """Whether a field is an integer that is not negative."""
    return value is not None and value.isascii() and value.isdigit() and len(value) <= 20


def bare(etag: str | None) -> str:
    """An ETag without quotes: Swift has none, RGW has some on large objects."""
    return (etag or "").strip('"')
