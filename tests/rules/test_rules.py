"""Every rule has been seen to fail on bytes that are wrong, and all are silent on bytes that are right.

A specimen is the answer to one request, as it came; its name begins with the request's method.
"""

from pathlib import Path

import pytest

from fixtures.wire.message import Exchange, Failure, Request
from fixtures.wire.parser import ResponseParser
from reports.model import Level
from suites.rules.catalogue import RULES

SPECIMENS = Path(__file__).with_name("specimens")
BAD = sorted(path for path in SPECIMENS.glob("*/*.http") if path.parent.name != "good")
GOOD = sorted((SPECIMENS / "good").glob("*.http"))


def exchange(data: bytes, method: str, target: bytes = b"/swift/v1/c/o", failure: Failure | None = None) -> Exchange:
    """What the wire client makes of these bytes when the connection ends after them."""
    parser = ResponseParser(method, keep=1024, body_limit=1 << 20)
    parser.feed(data)
    parser.eof()
    return Exchange(
        Request(method, target, ()),
        parser.response,
        data,
        failure=failure or parser.failure,
        failure_detail=parser.detail,
        excess=parser.excess,
    )


def specimen(path: Path) -> Exchange:
    return exchange(path.read_bytes(), path.name.partition("-")[0].upper())


def found(*exchanges: Exchange) -> dict[str, list[str]]:
    """The complaints of each rule that has one."""
    complaints = {id_: [message for message, _ in rule.judge(exchanges)] for id_, rule in RULES.items()}
    return {id_: messages for id_, messages in complaints.items() if messages}


UNSEEN = {
    "reachable": exchange(b"", "GET", failure=Failure.UNREACHABLE),
    "answered": exchange(b"", "GET", failure=Failure.TIMEOUT),
}
"""What no bytes show."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: a\r\n\r\n"
OBJECTS = {
    "length": (HEAD.replace(b"5", b"6"), b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: a\r\n\r\nhello"),
    "etag": (HEAD, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: b\r\n\r\nhello"),
    "whole": (HEAD, b"HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\nContent-Range: bytes 0-1/9\r\n\r\nhe"),
}


@pytest.mark.parametrize("path", BAD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_wrong_answer_turns_its_rule_red_and_no_other(path):
    assert set(found(specimen(path))) == {path.parent.name}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_right_answer_is_not_complained_of(path):
    assert found(specimen(path)) == {}


@pytest.mark.parametrize("rule", UNSEEN)
def test_an_answer_that_did_not_come_is_complained_of(rule):
    assert set(found(UNSEEN[rule])) == {rule}


@pytest.mark.parametrize("what", OBJECTS)
@pytest.mark.parametrize("order", [1, -1], ids=["head-first", "get-first"])
def test_head_and_get_that_differ_are_complained_of(what, order):
    head, get = (exchange(data, method) for data, method in zip(OBJECTS[what], ("HEAD", "GET"), strict=True))

    assert set(found(*(head, get)[::order])) == {"head-agrees-with-get"}


def test_a_write_between_head_and_get_ends_the_comparison():
    head, get = (exchange(data, method) for data, method in zip(OBJECTS["etag"], ("HEAD", "GET"), strict=True))
    write = exchange(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", "PUT", b"/swift/v1/c/segment")

    assert found(head, write, get) == {}


def test_head_and_get_of_different_objects_are_not_compared():
    head = exchange(OBJECTS["etag"][0], "HEAD", b"/swift/v1/c/a")
    get = exchange(OBJECTS["etag"][1], "GET", b"/swift/v1/c/b")

    assert found(head, get) == {}


def test_every_rule_has_been_seen_to_fail():
    seen = {path.parent.name for path in BAD} | set(UNSEEN) | {"head-agrees-with-get"}

    assert set(RULES) == seen


@pytest.mark.parametrize("id_", RULES)
def test_a_rule_says_what_it_claims_on_whose_word_and_what_follows(id_):
    rule = RULES[id_]

    assert rule.id == id_
    assert rule.claim.endswith(".")
    assert rule.oracle
    assert rule.impact
    assert rule.level in (Level.BREAKS, Level.MUST)


def test_the_missing_status_line_is_told_with_its_bytes():
    (message,) = found(specimen(SPECIMENS / "status-line" / "head-v1.http"))["status-line"]

    assert r"Content-Length: 0\r\nDate: Tue" in message
