"""Every rule has been seen to fail on bytes that are wrong, and all are silent on bytes that are right."""

from pathlib import Path

import pytest

from fixtures.wire.message import Failure
from reports.model import Level
from suites.rules.catalogue import RULES
from tests.rules.conversation import conversation, exchange

SPECIMENS = Path(__file__).with_name("specimens")
BAD = sorted(path for path in SPECIMENS.glob("*/*.http") if path.parent.name != "good")
GOOD = sorted((SPECIMENS / "good").glob("*.http"))


def found(*exchanges) -> dict[str, list[str]]:
    """The complaints of each rule that has one."""
    complaints = {id_: [message for message, _ in rule.judge(exchanges)] for id_, rule in RULES.items()}
    return {id_: messages for id_, messages in complaints.items() if messages}


UNSEEN = {
    "reachable": exchange(b"", "GET", failure=Failure.UNREACHABLE),
    "answered": exchange(b"", "GET", failure=Failure.TIMEOUT),
}
"""What no bytes show."""

REST = b"Date: Tue, 02 Aug 2016 04:00:53 GMT\r\nContent-Type: text/plain\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: a\r\n" + REST
OBJECTS = {
    "length": (HEAD.replace(b": 5", b": 6"), HEAD + b"hello"),
    "etag": (HEAD, HEAD.replace(b"ETag: a", b"ETag: b") + b"hello"),
    "type": (HEAD, HEAD.replace(b"text/plain", b"text/html") + b"hello"),
    "metadata": (
        HEAD.replace(b"ETag: a", b"ETag: a\r\nx-object-meta-k: 1"),
        HEAD.replace(b"ETag: a", b"ETag: a\r\nX-Object-Meta-K: 2") + b"hello",
    ),
}


@pytest.mark.parametrize("path", BAD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_wrong_answer_is_told_by_its_rule_and_no_other(path):
    assert set(found(*conversation(path))) == {path.parent.name}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_right_answer_is_not_complained_of(path):
    assert found(*conversation(path)) == {}


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
    write = exchange(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n" + REST, "PUT", b"/swift/v1/c/segment")

    assert found(head, write, get) == {}


def test_head_and_get_of_different_objects_are_not_compared():
    head = exchange(OBJECTS["etag"][0], "HEAD", b"/swift/v1/c/a")
    get = exchange(OBJECTS["etag"][1], "GET", b"/swift/v1/c/b")

    assert found(head, get) == {}


def test_what_a_registry_closes_later_is_not_the_gateways_doing():
    heard = exchange(HEAD + b"hello", "GET")
    heard.reusable = False
    assert set(found(heard)) == {"persistence"}
    heard.tags["registry"] = "2.8.3"
    assert found(heard) == {}


def test_every_rule_has_been_seen_to_fail():
    assert set(RULES) == {path.parent.name for path in BAD} | set(UNSEEN)


@pytest.mark.parametrize("id_", RULES)
def test_a_rule_says_what_it_claims_on_whose_word_and_what_follows(id_):
    rule = RULES[id_]

    assert rule.id == id_
    assert rule.claim.endswith(".")
    assert rule.oracle
    assert rule.impact
    assert isinstance(rule.level, Level)
    # What a client cannot read costs it the operation: that is no advice.
    assert rule.level in (Level.BREAKS, Level.MUST) or not rule.unreadable


def test_the_missing_status_line_is_told_with_its_bytes():
    (message,) = found(*conversation(SPECIMENS / "status-line" / "head-v1.http"))["status-line"]

    assert message.startswith("HEAD: ")
    assert r"Content-Length: 0\r\nDate: Tue" in message
