"""Each mutant says exactly the bytes of the gateway that it imitates, and leaves every other answer alone."""

import re
from pathlib import Path

import pytest

from fixtures.mutants import historic
from fixtures.mutants.__main__ import main
from fixtures.mutants.catalogue import MUTANTS, MutantError, find
from fixtures.wire.message import Request, make_fields
from fixtures.wire.parser import parse_head
from fixtures.wire.tampering import Passing

HISTORIC = sorted(mutant.name for mutant in historic.MUTANTS)
SPECIMENS = Path(__file__).with_name("specimens")
DATE = re.compile(rb"(?<=Date: )\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
TARGET = b"/swift/v1/registry136/files/data"
OTHER = b"/swift/v1/registry136/files/other"

EMPTY_DLO = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Object-Manifest: registry136/segments/\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
GONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n"
RANGE = b"HTTP/1.1 416 No\r\nContent-Length: 12\r\nContent-Range: bytes 10-10/10\r\nX-Trans-Id: tx1\r\n\r\n"

REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 12\r\nX-Trans-Id: tx1\r\n\r\n"

MET_BY = {
    "expired-token-403": ("GET", REFUSED),
    "head-with-body": ("HEAD", PLAIN),
    "duplicate-content-length-on-416": ("GET", RANGE),
    "get-empty-dlo-without-status": ("GET", EMPTY_DLO),
    "get-dlo-error-without-status": ("GET", GONE),
}
"""The method and the right answer that a mutant waits for; HEAD of an empty large object if none is named."""


def passing(method, target, fields=()):
    return Passing(Request(method, target, fields), connection=1, position=0)


def tap_of(name):
    """A mutant in front of a gateway on which one object was put as a large object manifest."""
    tap = MUTANTS[name].make()
    assert tap is not None
    tap.request(passing("PUT", TARGET, make_fields([("X-Object-Manifest", "registry136/segments/")])))
    tap.request(passing("PUT", OTHER))
    return tap


def answer(tap, method, head, target=TARGET):
    return tap.answer(passing(method, target), parse_head(head))


def test_every_mutant_of_the_past_has_a_specimen():
    assert {path.stem for path in SPECIMENS.glob("*.http")} == set(HISTORIC)
    assert MUTANTS["none"].make() is None
    assert next(iter(MUTANTS)) == "none"


@pytest.mark.parametrize("name", HISTORIC)
def test_a_mutant_says_its_specimen(name):
    method, right = MET_BY.get(name, ("HEAD", EMPTY_DLO))

    said = answer(tap_of(name), method, right)

    assert said is not None
    assert DATE.sub(b"{date}", said) == (SPECIMENS / f"{name}.http").read_bytes()


ANSWERS = [
    (method, head, target)
    for method in ("GET", "HEAD", "PUT", "DELETE")
    for head in (EMPTY_DLO, PLAIN, EMPTY, GONE, RANGE, REFUSED)
    for target in (TARGET, OTHER)
]


@pytest.mark.parametrize("name", HISTORIC)
def test_a_mutant_leaves_every_other_answer_alone(name):
    method, right = MET_BY.get(name, ("HEAD", EMPTY_DLO))
    touched = {(m, h) for m, h, target in ANSWERS if answer(tap_of(name), m, h, target) is not None}

    allowed = {(method, right)}
    if name == "head-with-body":
        allowed |= {("HEAD", GONE), ("HEAD", RANGE), ("HEAD", REFUSED)}
    if name == "expired-token-403":
        allowed |= {(m, REFUSED) for m in ("HEAD", "PUT", "DELETE")}
    if name == "get-dlo-error-without-status":
        allowed |= {("HEAD", GONE), ("HEAD", RANGE), ("GET", RANGE), ("HEAD", REFUSED), ("GET", REFUSED)}
    assert touched == allowed


def test_an_error_of_a_plain_object_is_not_one_of_a_large_object():
    assert answer(tap_of("get-dlo-error-without-status"), "GET", GONE, OTHER) is None


def test_the_container_is_named_with_and_without_an_account_in_the_path():
    tap = tap_of("head-empty-dlo-without-status-expose-bucket")
    for target in (TARGET, b"/swift/v1/AUTH_test/registry136/files/data"):
        assert (answer(tap, "HEAD", EMPTY_DLO, target) or b"").startswith(b"Bucket: registry136\r\n")


def test_a_name_that_is_nearly_right_is_helped():
    with pytest.raises(MutantError, match="did you mean head-with-body") as refused:
        find("head-with-bdoy")
    assert "\n" not in str(refused.value)
    with pytest.raises(MutantError, match=r"python -m fixtures\.mutants list"):
        find("zzz")
    assert find("none").name == "none"


def test_the_list_has_every_mutant_and_its_sentence(capsys):
    assert main(["list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(MUTANTS)
    for mutant, line in zip(MUTANTS.values(), lines, strict=True):
        assert line.endswith(mutant.sentence)
