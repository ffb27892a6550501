"""What is written, as it is and as whoever opens it sees it: bodies are in base64, and pages pack their evidence."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

_BODY = re.compile(rb'"(?:body|excess)": ?"([A-Za-z0-9+/=]+)"')
_BLOB = re.compile(rb"<script[^>]*application/octet-stream[^>]*>([A-Za-z0-9+/=\s]+)</script>")


def pieces(data: bytes) -> Iterator[bytes]:
    """The bytes of a file, and all that is packed in them."""
    yield data
    for packed in _BODY.findall(data):
        try:
            yield base64.b64decode(packed)
        except binascii.Error:
            continue
    for packed in _BLOB.findall(data):
        yield from pieces(zlib.decompress(base64.b64decode(packed)))
