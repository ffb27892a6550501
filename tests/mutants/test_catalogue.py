"""What holds of every mutant, whatever it does."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.mutants import catalogue
from fixtures.mutants.catalogue import MUTANTS
from fixtures.score.defects import defects
from fixtures.wire.message import Request, make_fields
from fixtures.wire.tampering import Hangup, Tampered

WRONG = [mutant for mutant in MUTANTS.values() if not mutant.legal]
REQUESTS = [
    Request("GET", b"/", ()),
    Request("GET", b"/info", ()),
    Request("GET", b"/auth/v1", make_fields([("X-Auth-User", "u"), ("X-Auth-Key", "k")])),
    Request("PUT", b"/swift/v1/AUTH_a/c/o%2f?x", make_fields([("X-Auth-Token", "t")])),
    Request("POST", b"/bucket?delete", make_fields([("Authorization", "AWS4-HMAC-SHA256 x")])),
    Request("GET", b"*", ()),
]


def test_no_name_is_used_twice():
    listed = [mutant for name, module in vars(catalogue).items() for mutant in getattr(module, "MUTANTS", ())]

    assert len({mutant.name for mutant in listed}) == len(listed) == len(MUTANTS) - 1


def test_there_are_as_many_as_were_promised():
    assert len(WRONG) >= 120
    assert sum(mutant.legal for mutant in MUTANTS.values()) >= 25


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=list(MUTANTS))
def test_a_mutant_says_what_it_does_and_for_which_defects_it_stands(mutant):
    assert mutant.sentence
    assert "\n" not in mutant.sentence
    assert set(mutant.rows) <= {defect.id for defect in defects()}
    assert mutant.name == "none" or mutant.make() is not mutant.make()
    assert {type(mutant.concerns(request)) for request in REQUESTS} == {bool}


ASKED = b"GET /swift/v1/c?format=json HTTP/1.1\r\nHost: h\r\nX-Auth-Token: t\r\n\r\n"


@given(st.sampled_from(WRONG), st.sampled_from([ASKED, ASKED.replace(b"?format=json", b"/o")]), st.binary(max_size=80))
def test_an_answer_that_no_mutant_expects_raises_nothing(mutant, asked, body):
    tap = mutant.make()
    assert tap is not None
    conversation = Tampered(tap)
    conversation.asked(asked)

    for status in (b"200 OK", b"404 Not Found"):
        with contextlib.suppress(Hangup):
            list(conversation.answered(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)))
