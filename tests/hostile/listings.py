"""Listings that never end, that cannot be read, or that name what is not ours."""

import itertools
import json
import re
import threading
from urllib.parse import parse_qs

from tests.hostile.good import HELLO
from tests.hostile.model import Asked, Behaviour, Peer, answers, ok

_JSON = b"application/json; charset=utf-8"
_ROWS = ("listing-limit",)
_CLEAN = ("refused",)
_numbers = itertools.count(1)
_lock = threading.Lock()


def _json(body: bytes) -> bytes:
    return ok(body, type_=_JSON)


def _rows(*names: str) -> bytes:
    rows = [{"name": name, "bytes": 15, "hash": "d", "content_type": "a/b", "last_modified": "x"} for name in names]
    return _json(json.dumps(rows).encode())


def _page(size: int, prefix: str = ""):
    """Ever new names, each after the one before."""
    template = _rows(*(f"{prefix}@{row:05d}" for row in range(size))).partition(b"\r\n\r\n")[2]

    def act(peer: Peer, asked: Asked) -> bool:
        own = parse_qs(asked.query).get("prefix", [""])[0].encode()
        with _lock:
            first = next(_numbers)
        peer.say(_json(template.replace(b"@", own + b"%09d-" % first)))
        return True

    return act


def _ever_more_inside(size: int):
    """One container of the run that asks, and in it ever more objects."""
    page, one = _page(size), _inside()

    def act(peer: Peer, asked: Asked) -> bool:
        return bool((one if "prefix=" in asked.query else page)(peer, asked))

    return act


def _endless(peer: Peer, _: Asked) -> None:
    peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    peer.repeat(b"400\r\n" + b" " * 1024 + b"\r\n")


def _endless_too(peer: Peer, _: Asked) -> None:
    peer.say(b"HTTP/1.1 200 OK\r\n\r\n")
    peer.repeat(HELLO * 1000)


def _foreign(peer: Peer, asked: Asked) -> bool:
    peer.say(_rows("zz-registry"))
    return True


def _inside(*names: str):
    """One container of the run that asks, and in it these objects."""

    def act(peer: Peer, asked: Asked) -> bool:
        query = parse_qs(asked.query)
        if "marker" in query and query["marker"] != query.get("prefix"):
            peer.say(_json(b"[]"))
        elif "prefix" in query:
            peer.say(_rows(query["prefix"][0] + "main-1"))
        else:
            peer.say(_rows(*names))
        return True

    return act


def _lists(asked: Asked) -> bool:
    return asked.method == "GET" and "format=json" in asked.query


def _is_s3_list(asked: Asked) -> bool:
    return asked.method == "GET" and re.search("list-type|prefix|max-keys|encoding", asked.query) is not None


BEHAVIOURS = (
    Behaviour(
        "listing-same-page",
        "answers each page of a listing with the same row",
        answers(_rows("a")),
        _ROWS,
        "rows",
        _lists,
    ),
    Behaviour("listing-never-ends", "has another page behind every page", _page(1), _ROWS, "rows", _lists),
    Behaviour(
        "listing-of-too-many", "answers with 10,000 rows where 2 were asked for", _page(10_000), _ROWS, "rows", _lists
    ),
    Behaviour("listing-depth", "nests a listing 100,000 deep", answers(_json(b"[" * 100_000)), _ROWS, "rows", _lists),
    Behaviour(
        "listing-depth-closed",
        "nests a listing 100,000 deep, and closes it",
        answers(_json(b'[{"a":' * 100_000 + b"1" + b"}]" * 100_000)),
        _ROWS,
        "rows",
        _lists,
    ),
    Behaviour(
        "listing-of-empty-rows",
        "sends a listing of 1,000,000 empty rows",
        answers(_json(b"[" + b"{}," * 999_999 + b"{}]")),
        _ROWS,
        "rows",
        _lists,
    ),
    Behaviour(
        "listing-number",
        "sends a number of 100,000 digits in a listing",
        answers(_json(b'[{"name":"a","bytes":' + b"9" * 100_000 + b"}]")),
        _ROWS,
        "rows",
        _lists,
    ),
    Behaviour(
        "listing-of-numbers",
        "sends names that are numbers, lists and null",
        answers(_json(b'[{"name":1},{"name":[]},{"name":null},{"subdir":{}},{}]')),
        _ROWS,
        "rows",
        _lists,
    ),
    Behaviour("listing-no-list", "sends a listing that is a text", answers(_json(b'"a"')), _ROWS, "rows", _lists),
    Behaviour(
        "listing-invalid-utf-8",
        "sends a listing that is no UTF-8",
        answers(_json(b'[{"name":"\xff\xc3\x28"}]')),
        _ROWS,
        "rows",
        _lists,
    ),
    Behaviour("listing-nul", "sends NUL in a listing", answers(_json(b'[{"name":"a\0b"}]')), _ROWS, "rows", _lists),
    Behaviour(
        "listing-surrogates",
        "names an object with half a character",
        answers(_json(b'[{"name":"\\ud800"}]')),
        _ROWS,
        "rows",
        _lists,
    ),
    Behaviour(
        "listing-endless",
        "sends a listing that never ends",
        _endless,
        ("answered", "framing", "no-excess"),
        "rows",
        _lists,
    ),
    Behaviour(
        "clean-up-never-ends",
        "has ever more containers of the run that is cleaned away",
        _page(9000),
        _CLEAN,
        "clean",
        _lists,
    ),
    Behaviour(
        "clean-up-never-ends-inside",
        "has ever more objects in a container that is removed",
        _ever_more_inside(9000),
        _CLEAN,
        "clean",
        _lists,
    ),
    Behaviour(
        "clean-up-one-by-one", "lists one object on a page, for ever", _ever_more_inside(1), _CLEAN, "clean", _lists
    ),
    Behaviour(
        "clean-up-foreign-container",
        "lists a container of somebody else among the run's",
        _foreign,
        _CLEAN,
        "clean",
        _lists,
    ),
    Behaviour(
        "clean-up-climbing-name",
        "lists an object called ../../registry/blob in the run's container",
        _inside("../../registry/blob"),
        _CLEAN,
        "clean",
        _lists,
    ),
    Behaviour(
        "clean-up-half-a-character",
        "lists an object whose name is no Unicode",
        _inside("a\ud800"),
        _CLEAN,
        "clean",
        _lists,
    ),
    Behaviour(
        "clean-up-depth",
        "nests the listing that clean-up reads 100,000 deep",
        answers(_json(b"[" * 100_000)),
        _CLEAN,
        "clean",
        _lists,
    ),
    Behaviour(
        "clean-up-refused",
        "answers the listing that clean-up reads with an endless body",
        _endless_too,
        _CLEAN,
        "clean",
        _lists,
    ),
)
