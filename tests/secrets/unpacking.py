"""What is written, as it is and as whoever opens it sees it: bodies are in base64, exchanges of a page are packed."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

_BLOB = re.compile(rb'id="blob-\d+">([A-Za-z0-9+/=]+)<')
_BODY = re.compile(rb'"(?:body|excess)": ?"([A-Za-z0-9+/=]+)"')


def pieces(data: bytes) -> Iterator[bytes]:
    """The bytes of a file, what is packed in them, and the bodies in both."""
    yield data
    for blob in _BLOB.findall(data):
        yield from pieces(zlib.decompress(base64.b64decode(blob)))
    for packed in _BODY.findall(data):
        try:
            yield base64.b64decode(packed)
        except binascii.Error:
            continue
