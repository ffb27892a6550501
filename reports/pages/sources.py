"""Where an oracle can be read: addresses for the sections and files that its words name."""

import re
from collections.abc import Iterator
from typing import Final

from reports.allure import links

_SWIFT: Final = re.compile(r"Swift API(?: v1)?\b")
_S3: Final = re.compile(r"S3 API, ([A-Z][A-Za-z]+)")
_DRIVER: Final = re.compile(r"\bregistry(?: ([\d.]+\d))?(?: and [\d.]+)?:? .*?\b(swift\.go|s3\.go)", re.DOTALL)
_OWN: Final = {"swift.go": "swift/swift.go", "s3.go": "s3-aws/s3.go"}
_NEWEST: Final = {"swift.go": "2.8.3", "s3.go": "3.1.1"}
_AWS: Final = frozenset({"API", "XML", "HTTP"})


def sources(*texts: str) -> Iterator[tuple[str, str]]:
    """Address and name of each source; each once. Only https leaves a page."""
    seen: set[str] = set()
    for url, name in _found(texts):
        if url not in seen and url.startswith("https://"):
            seen.add(url)
            yield url, name


def linked(text: str) -> list[tuple[str, str]]:
    """The text in pieces, each with its address or nothing: the words that name a source are its link."""
    pieces, after = [(text, "")], []
    for url, name in sources(text):
        for words in (url, *_words(name)):
            index = next((n for n, (piece, at) in enumerate(pieces) if words in piece and not at), None)
            if index is not None:
                before, _, rest = pieces[index][0].partition(words)
                pieces[index : index + 1] = [(before, ""), (name if words == url else words, url), (rest, "")]
                break
        else:
            after += [(" ", ""), (name, url)]
    return [piece for piece in [*pieces, *after] if piece[0]]


def _words(name: str) -> Iterator[str]:
    """How a text may name a source."""
    yield name
    yield name.replace("S3 API ", "S3 API, ")
    yield name.removesuffix(" reference")
    yield name.partition(" of ")[0]
    yield name.removeprefix("Ceph ")
    yield name.replace("distribution ", "distribution issue ")


def _found(texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield from ((url, name) for url, name, _ in links(*texts))
    for text in texts:
        if _SWIFT.search(text):
            yield "https://docs.openstack.org/api-ref/object-store/", "Swift API reference"
        for operation in _S3.findall(text):
            if operation not in _AWS:
                yield f"https://docs.aws.amazon.com/AmazonS3/latest/API/API_{operation}.html", f"S3 API {operation}"
        driver = _DRIVER.search(text)
        if driver is not None and "ncw/swift" not in text:
            version = driver[1] or _NEWEST[driver[2]]
            path = f"registry/storage/driver/{_OWN[driver[2]]}"
            yield f"https://github.com/distribution/distribution/blob/v{version}/{path}", f"{driver[2]} of {version}"
