"""A page drives the conversation up to itself, once; what reads an unacknowledged write is not sent."""

from dataclasses import replace

import pytest

from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.replay import Conversation, Patience
from fixtures.wire.client import Client, Endpoint
from tests.recordings.gateway import RecordedGateway
from tests.recordings.test_bytes import identity

RECORDING = built_in("2.8.3-swift")
PAGE = "push-blob-monolithic-small"
SHORT = replace(RECORDING, steps=tuple(s for s in RECORDING.steps if s.page in ("start", PAGE, "health-wait")))


def altered(kind, **answer):
    """The short recording whose first step of a kind in the push is answered otherwise."""
    at = next(i for i, s in enumerate(SHORT.steps) if s.page == PAGE and s.kind is kind)
    wrong = replace(SHORT.steps[at], answer=replace(SHORT.steps[at].answer, **answer))
    return replace(SHORT, steps=(*SHORT.steps[:at], wrong, *SHORT.steps[at + 1 :])), at


@pytest.fixture
def play():
    """Plays the short recording against a gateway that answers as another one says; waiting is only noted."""

    def run(answers, page=PAGE):
        waited = []
        with (
            RecordedGateway(answers) as gateway,
            Client(Endpoint.of(f"http://127.0.0.1:{gateway.port}")) as client,
        ):
            conversation = Conversation(identity(SHORT), client, patience=Patience(), sleep=waited.append)
            return conversation.page(page), len(gateway.sent), waited

    return run


def test_a_page_plays_what_comes_before_it_and_nothing_after(play):
    played, sent, waited = play(SHORT)

    before = [s for s in SHORT.steps if s.page == "start"]
    assert sent == len(before) + len(played)
    assert {p.step.page for p in played} == {PAGE}
    assert waited == []


def test_a_page_is_played_once():
    with (
        RecordedGateway(SHORT) as gateway,
        Client(Endpoint.of(f"http://127.0.0.1:{gateway.port}")) as client,
    ):
        conversation = Conversation(identity(SHORT), client, patience=Patience())
        first = conversation.page(PAGE)
        sent = len(gateway.sent)
        again = conversation.page(PAGE)
        assert again is first
        assert len(gateway.sent) == sent


def test_what_reads_a_write_that_was_refused_is_not_sent(play):
    refused, at = altered(Kind.PUT_CONTENT, status=503, reason="Slow Down")
    name = SHORT.object_of(SHORT.steps[at])

    played, _, _ = play(refused)

    reasons = {p.step.number: p.blocked for p in played if p.blocked}
    readers = {
        s.number
        for s in SHORT.steps[at + 1 :]
        if s.page == PAGE and SHORT.object_of(s) == name and s.method in ("GET", "HEAD", "DELETE")
    }
    assert readers
    assert set(reasons) >= readers
    assert all(name in why for why in reasons.values())
    assert SHORT.steps[at].number not in reasons


def test_a_manifest_that_stays_short_is_asked_for_seven_times_in_all(play):
    at = next(
        i
        for i, s in enumerate(SHORT.steps)
        if s.page == PAGE and s.kind is Kind.AWAIT_MANIFEST and s.answer.get("Content-Length") != "0"
    )
    right = SHORT.steps[at]
    short = replace(
        right,
        answer=replace(
            right.answer,
            fields=tuple(replace(f, value=b"0") if f.name == b"Content-Length" else f for f in right.answer.fields),
        ),
    )
    script = replace(SHORT, steps=(*SHORT.steps[:at], *[short] * 7, *SHORT.steps[at + 1 :]))

    played, _, waited = play(script)

    step = next(p for p in played if p.step.number == right.number)
    assert len(step.exchanges) == 7
    assert waited == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4])
