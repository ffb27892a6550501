"""A gateway that is good as far as the checks of these tests ask: hostile behaviours strike in between."""

import hashlib
from email.utils import formatdate
from urllib.parse import unquote

from tests.hostile.model import Asked

TOKEN = "AUTH_tk-of-the-hostile-server"
STORAGE = "/swift/v1"
HELLO = b"hello, registry"
_WRITTEN = formatdate(usegmt=True)
"""When all objects were written: HEAD and GET of one may be asked in two different seconds."""
_ETAG = hashlib.md5(HELLO, usedforsecurity=False).hexdigest()
_NO_KEYS = (
    b'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Name>b</Name><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>"
)
_NO_BUCKETS = b'<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>'


def answer(asked: Asked, stored: dict[str, bytes]) -> bytes:
    """The whole answer to one request; `stored` is what was put."""
    if asked.path.startswith("/auth"):
        return _said("204 No Content", None, ("X-Auth-Token", TOKEN), ("X-Storage-Token", TOKEN), (
            "X-Storage-Url", f"http://{asked.authority}{STORAGE}"
        ))  # fmt: skip
    swift = asked.path.startswith(STORAGE)
    inside = asked.path.removeprefix(STORAGE) if swift else asked.path
    _, _, name = unquote(inside).removeprefix("/").partition("/")
    if asked.method == "PUT":
        etag = hashlib.md5(stored[asked.path], usedforsecurity=False).hexdigest()
        etag = etag if swift else f'"{etag}"'
        return _said("201 Created" if swift else "200 OK", b"", ("ETag", etag))
    if asked.method in ("DELETE", "POST"):
        return _said("204 No Content", None)
    if not name:
        return _listing(asked, inside, swift=swift)
    body = stored.get(asked.path, HELLO)
    etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
    head = [("Last-Modified", _WRITTEN), ("ETag", etag if swift else f'"{etag}"')]
    return _said("200 OK", body, *head, bodyless=asked.method == "HEAD")


def _listing(asked: Asked, inside: str, *, swift: bool) -> bytes:
    if asked.method == "HEAD":
        return _said("204 No Content", None) if swift else _said("200 OK", b"")
    if swift:
        return _said("200 OK", b"[]", type_="application/json; charset=utf-8")
    body = _NO_KEYS if inside.strip("/") else _NO_BUCKETS
    return _said("200 OK", body, ("x-amz-request-id", "tx1"), type_="application/xml")


def _said(
    status: str, body: bytes | None, *fields: tuple[str, str], type_: str = "text/plain", bodyless: bool = False
) -> bytes:
    pairs = [("Date", formatdate(usegmt=True)), *fields]
    if body is not None:
        pairs += [("Content-Type", type_), ("Content-Length", str(len(body)))]
    head = "\r\n".join([f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in pairs)])
    return head.encode("latin-1") + b"\r\n\r\n" + (b"" if bodyless or body is None else body)
