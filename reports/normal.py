"""What always differs between two runs, written as a word in braces, so that what is left is the gateway's doing.

Rule 1: the form stays: a quoted ETag stays quoted, a time with fractions is not one without.
Rule 2: what is replaced cannot be judged by a comparison; the checks have judged it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

_PATTERNS: Final = (
    ("container", r"rgwc-[0-9a-z]{6,20}-[0-9a-z-]+"),
    ("transaction", r"tx[0-9a-f]{16,}-[0-9a-f]+(?:-[\w.-]+)?"),
    ("date", r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT"),
    ("time", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d{8}T\d{6}Z|\b1[5-9]\d{8}(?:\.\d+)?\b"),
    ("upload", r"2~[\w-]{8,}"),
    ("uuid", r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    ("token", r"\bAUTH_(?:rgw)?tk\w+"),
    ("hex", r"\b[0-9a-f]{12,}\b"),
    ("host", r"(?:127\.0\.0\.1|localhost|\[::1\]):\d+"),
)
_ALL: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))
_DATES: Final = frozenset({"date", "last-modified"})
_DATE: Final = re.compile(dict(_PATTERNS)["date"])
_DIGIT: Final = re.compile(r"[0-9]")
_ELEMENTS: Final = re.compile(r"<(HostId|RequestId|UploadId|ID|DisplayName)>[^<]*<")
_MEMBERS: Final = re.compile(r"\"(HostId|RequestId)\":\s*\"[^\"]*\"")
_UPLOAD: Final = re.compile(r"(?i)([?&]uploadid=)[^&\s]+")

VOLATILE: Final = frozenset(
    {
        "authorization",
        "content-md5",
        "host",
        "user-agent",
        "x-amz-content-sha256",
        "x-auth-token",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "cookie",
        "set-cookie",
    }
)
"""Fields whose value says nothing of what is compared: addresses, signatures, versions of our own clients."""

_COUNTED: Final = re.compile(
    r"(?i)content-length|content-range|retry-after|x-auth-token-expires|x-(account|container|rgw)-.*"
)
"""Fields that count what checks stored beside each other or of what names they have, and what is left of a token."""


class Normal:
    """Normalises what one run's gateway said: its address and its storage URL are its own."""

    def __init__(self, url: str, profile: Mapping[str, Any]) -> None:
        self._fields: dict[str, tuple[str, str, str]] = {}
        parts = urlsplit(url)
        self._host = parts.netloc
        path = profile.get("storage_path")
        self._storage = re.compile(rf"{re.escape(path)}(?=[/?\s\"<']|$)") if isinstance(path, str) and path else None

    def text(self, text: str) -> str:
        """The text with a word for each thing that always differs."""
        if self._host:
            text = text.replace(self._host, "{host}")
        if self._storage is not None:
            text = self._storage.sub("{storage}", text)
        if "<" in text:
            text = _ELEMENTS.sub(r"<\1>{\1}<", text)
        if "Id" in text:
            text = _MEMBERS.sub(r'"\1":"{\1}"', text)
        if "pload" in text:
            text = _UPLOAD.sub(r"\1{upload}", text)
        return _ALL.sub(_word, text) if _DIGIT.search(text) else text

    def stored(self, text: str) -> str:
        """The text with a word for the storage URL alone: enough to tell what a request is about."""
        return text if self._storage is None else self._storage.sub("{storage}", text, count=1)

    def field(self, line: str) -> tuple[str, str, str]:
        """A field's name in small letters, its name as written, its value; no names where the line is no field."""
        found = self._fields.get(line)
        if found is None:
            name, colon, value = line.partition(":")
            found = (name.lower(), name, self._value(name.lower(), value.strip(" \t"))) if colon else ("", "", line)
            self._fields[line] = found
        return found

    def _value(self, name: str, value: str) -> str:
        if name in VOLATILE:
            return "{...}"
        if name in _DATES and _DATE.fullmatch(value):
            return "{date}"
        if not _DIGIT.search(value):
            return value
        if _COUNTED.fullmatch(name):
            return re.sub(r"\d+" if name.startswith("x-account-") else r"[1-9]\d*", "{n}", value)
        return self.text(value)

    def head(self, head: str) -> str:
        """A head, line by line; whatever is no field is normalised as text."""
        first, end, rest = head.partition("\r\n")
        lines = [self.text(first)]
        for line in rest.split("\r\n"):
            name, written, value = self.field(line)
            lines.append(f"{written}: {value}" if name else self.text(line))
        return end.join(lines) if end else lines[0]


def _word(match: re.Match[str]) -> str:
    name, value = match.lastgroup or "", match[0]
    if name == "hex":
        return f"{{hex {len(value)}}}" if len(value) in (32, 40, 64, 128) else "{hex}"
    if name == "time":
        form = value.partition(".")[2].rstrip("Z")
        return f"{{time .{len(form)}}}" if form else "{time}"
    return f"{{{name}}}"


Normalise: Final[Callable[[str], str]] = Normal("", {}).text
"""For words that no gateway's address is in."""
