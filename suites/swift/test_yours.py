"""Containers that the user names with `--read-container`: what stands there is read, and holds together.

Nothing is known of them but what the gateway says itself, so it is held against itself: listing, HEAD and GET.
"""

import hashlib
import re

import pytest

from fixtures.gateways.swift import Container
from suites.claims import MUST, check, untested

_LOST = "images that a registry keeps are told or served wrong"
FEW = 5
"""Objects of a container that are read, each up to SMALL bytes."""
SMALL = 64 * 1024
_MD5 = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def yours(pytestconfig, swift) -> list[Container]:
    """What the user named and this account has."""
    names = pytestconfig.getoption("--read-container")
    found = [Container(swift, name) for name in names if Container(swift, name).head().status in (200, 204)]
    return found or untested(
        "the account has no container that --read-container names" if names else "no --read-container"
    )


@check("your-containers", oracle="Swift API, Show container details and list objects", level=MUST, impact=_LOST)
def test_your_containers_are_listed_in_order(yours):
    """A container of the user's is listed in the order of its names, with a name, a size and a hash in each row."""
    for container in yours:
        rows = container.rows(limit="100")
        names = [row.get("name") for row in rows]
        assert all(isinstance(name, str) for name in names), f"a row of {container.name} has no name"
        assert names == sorted(set(names), key=lambda name: name.encode()), f"{container.name} is not listed in order"
        told = [row for row in rows if isinstance(row.get("bytes"), int) and row.get("hash")]
        assert len(told) == len(rows), "a row has no size or no hash"


@check("your-objects", oracle="Swift API, Get object content and metadata", level=MUST, impact=_LOST)
def test_your_objects_are_what_their_listing_says(yours):
    """The first objects of the user's containers have the size and the bytes that their listing tells."""
    for container in yours:
        for row in container.rows(limit=str(FEW)):
            name, size, md5 = row.get("name"), row.get("bytes"), row.get("hash")
            head = container.head(name)
            assert head.status == 200, f"HEAD of a listed object is answered with {head.status}"
            if head.get("X-Object-Manifest") or head.get("X-Static-Large-Object") or not isinstance(size, int):
                continue
            assert head.length == size, f"an object of {size} bytes by its listing has {head.length} by HEAD"
            answer = container.get(name) if size <= SMALL else container.get(name, range_=f"bytes=0-{SMALL - 1}")
            assert answer.size == min(size, SMALL), f"{answer.size} of {min(size, SMALL)} bytes are served"
            if size <= SMALL and _MD5.fullmatch(str(md5)):
                assert hashlib.md5(answer.kept, usedforsecurity=False).hexdigest() == md5, "other bytes are served"
