"""What is written, as it is and as whoever opens it sees it: bodies are in base64."""

import base64
import binascii
import re
from collections.abc import Iterator

_BODY = re.compile(rb'"(?:body|excess)": ?"([A-Za-z0-9+/=]+)"')


def pieces(data: bytes) -> Iterator[bytes]:
    """The bytes of a file, and the bodies in them."""
    yield data
    for packed in _BODY.findall(data):
        try:
            yield base64.b64decode(packed)
        except binascii.Error:
            continue
