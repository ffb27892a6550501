"""Rows of a listing: their names, and what names with a delimiter should come to."""

from typing import Any

from fixtures.gateways.swift import Container

_WORDS = {"-": "dash", "/": "slash", "_": "underscore", "~": "tilde", "%": "percent", " ": "space", "é": "accent"}


def worded(name: str) -> str:
    """A name as the case of an id: letters and digits, and words for the rest; `none` for nothing."""
    parts = [_WORDS.get(character, character) for character in name]
    joined = "".join(f"-{part}-" if len(part) > 1 else part for part in parts)
    return "-".join(part for part in joined.split("-") if part) or "none"


def in_order(text: str) -> bytes:
    """What names are sorted by: their bytes."""
    return text.encode("utf-8", "surrogatepass")


def names(rows: list[dict[str, Any]]) -> list[str]:
    """The name or subdir of each row."""
    return [str(row.get("subdir") or row.get("name") or "") for row in rows]


def listed(container: Container, **parameters: str) -> list[str]:
    """Names and subdirs of one page. Raises NoAnswer as `Container.rows`."""
    return names(container.rows(**parameters))


def pages(container: Container, *, most: int = 60, **parameters: str) -> list[list[str]]:
    """Page after page, each after the last row of the one before, until one is empty or `most` have come.

    Raises NoAnswer as `Container.rows`, AssertionError if a page does not move on.
    """
    found: list[list[str]] = []
    marker = ""
    while len(found) < most and (page := listed(container, **parameters, **({"marker": marker} if marker else {}))):
        assert in_order(page[-1]) > in_order(marker), f"the page after {marker!r} ends with {page[-1]!r}"
        found.append(page)
        marker = page[-1]
    return found


def rolled_up(given: list[str], delimiter: str = "/", prefix: str = "") -> list[str]:
    """What a listing of these names with a delimiter should show."""
    found: set[str] = set()
    for name in given:
        if name.startswith(prefix):
            head, sign, _ = name[len(prefix) :].partition(delimiter)
            found.add(prefix + head + sign)
    return sorted(found, key=in_order)
