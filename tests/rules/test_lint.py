"""httplint's notes are decided one by one, and what is not asked of it does not reach it."""

from collections import Counter

import pytest
from httplint import HttpResponseLinter, Note, levels

from suites.rules import lint_table
from suites.rules.catalogue import RULES
from tests.rules.conversation import exchange

DECIDED = [
    *lint_table.WRONG,
    *lint_table.ADVISED,
    *lint_table.NOTED,
    *(name for names in lint_table.PASSED_OVER.values() for name in names.split()),
]
ANSWER = b"HTTP/1.1 %b\r\nDate: Tue, 02 Aug 2016 04:00:53 GMT\r\nContent-Length: 0\r\n%b\r\n\r\n"
SEMANTICS = ("semantics", "semantics-advice", "semantics-noted")


def notes(kind: type = Note) -> set[type]:
    below = set(kind.__subclasses__())
    return below.union(*(notes(note) for note in below))


def told(status: bytes, field: bytes) -> dict[str, str]:
    answer = exchange(ANSWER % (status, field), "GET")
    return {id_: message for id_ in SEMANTICS for message, _ in RULES[id_].judge([answer])}


def test_every_note_that_finds_fault_is_decided_once():
    faults = {n.__name__ for n in notes() if getattr(n, "level", None) in (levels.WARN, levels.BAD)}

    assert faults == set(DECIDED)
    assert [name for name, count in Counter(DECIDED).items() if count > 1] == []


def test_a_note_that_nobody_has_decided_is_told_without_judgement():
    assert lint_table.decided("SOMETHING_NEW") == "noted"


def test_a_complaint_shows_the_value():
    (message,) = told(b"503 Slow Down", b"Retry-After: soon").values()

    assert message.startswith("GET: The Retry-After field")
    assert message.endswith("(Retry-After: soon)")


def test_what_httplint_trips_over_is_told(monkeypatch):
    monkeypatch.setattr(HttpResponseLinter, "process_headers", lambda *_: {}["x"])

    assert told(b"200 OK", b"Age: 77") == {"semantics-noted": "GET: httplint cannot read this head: KeyError: 'x'"}


@pytest.mark.parametrize(
    ("status", "field", "rules"),
    [
        (b"404 Not Found", b"Content-Type: nonsense", {"semantics-advice"}),
        (b"200 OK", b"ETag: a\r\nContent-Type: nonsense", set()),
        (b"400 Bad Request", b"Expires: 0\r\nCache-Control: no-cache, no-store", {"semantics-noted"}),
        (b"201 Created", b"ETag: a", set()),
        (b"200 OK", b"X-Object-Meta-Name: \xc3\xa9", set()),
    ],
    ids=["of-an-error", "stored", "civetweb", "created", "utf-8"],
)
def test_what_a_user_stored_is_the_users(status, field, rules):
    assert set(told(status, field)) == rules
