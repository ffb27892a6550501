"""Rules on fields that a status or a body asks for, and on validators.

Where an RFC says MUST of a field that no registry reads, its rule advises (see catalogue.py).
"""

import re
from collections.abc import Iterator
from typing import Final

from fixtures.wire.message import Exchange, Head
from suites.rules.model import told

_ETAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_BARE: Final = re.compile(r"[\x21\x23-\x7e]+")
_CONDITIONS: Final = frozenset((b"if-none-match", b"if-modified-since"))


def etag(exchange: Exchange, head: Head) -> Iterator[str]:
    """An ETag is an entity tag in quotes; over Swift it may be without."""
    # Swift API, "Get object content and metadata": the ETag of an object is its bare MD5, that of a large object is in
    # quotes. The Swift driver compares it with the MD5 as it stands (ncw/swift, `checkHash`): quotes would fail a push.
    said = head.get("ETag")
    if said is None or _ETAG.fullmatch(said) or (_BARE.fullmatch(said) and not _is_s3(exchange, head)):
        return
    yield f"ETag is {told(said)}"


def _is_s3(exchange: Exchange, head: Head) -> bool:
    """Whether this answer speaks S3: every one of those has a request id (S3 API, "Common response headers")."""
    return head.get("x-amz-request-id") is not None or (exchange.request.get("Authorization") or "").startswith("AWS")


def not_modified_asked(exchange: Exchange, head: Head) -> Iterator[str]:
    """A 304 answers a GET or HEAD with a condition."""
    if head.status != 304:
        return
    request = exchange.request
    if request.method not in ("GET", "HEAD") or not any(f.name.lower() in _CONDITIONS for f in request.fields):
        yield "304, but the request has no If-None-Match or If-Modified-Since"


def allow(exchange: Exchange, head: Head) -> Iterator[str]:
    """A 405 says which methods are allowed, and not the one that it refuses."""
    # RFC 9110 section 15.5.6: MUST.
    if head.status != 405:
        return
    said = head.all("Allow")
    if not said:
        yield "405 without Allow"
    elif exchange.request.method in {method.strip() for value in said for method in value.split(",")}:
        yield f"405 to {exchange.request.method} with Allow: {told(', '.join(said))}"


def challenge(_: Exchange, head: Head) -> Iterator[str]:
    """A 401 says how to authenticate."""
    # RFC 9110 section 11.6.1: MUST. OpenStack Swift sends `Www-Authenticate: Swift realm="..."`, RGW nothing; ncw/swift
    # and the SDKs know their ways and read the status alone.
    if head.status == 401 and not head.get("WWW-Authenticate"):
        yield "401 without WWW-Authenticate"


def redirect_location(_: Exchange, head: Head) -> Iterator[str]:
    """A redirect says where to."""
    # RFC 9110 section 15.4: SHOULD. S3 API, PermanentRedirect: some name the endpoint in their body instead.
    if head.status in (301, 302, 303, 307, 308) and not head.get("Location"):
        yield f"{head.status} without Location"


def content_type(exchange: Exchange, head: Head) -> Iterator[str]:
    """An answer with a body says what it is."""
    response = exchange.response
    if response is not None and response.size and not head.get("Content-Type"):
        yield f"a body of {response.size} bytes without Content-Type"
