"""Which answers the AWS SDK does not take, and how often it asks again: three times, and not where it is of no use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.replay import Conversation, Patience
from fixtures.recordings.s3.binding import Bindings
from fixtures.recordings.s3.dialect import S3Dialect
from fixtures.recordings.s3.driver import again
from fixtures.wire.client import Client, Endpoint, Limits
from fixtures.wire.message import Exchange, Failure, Field, Request
from tests.recordings.gateway import RecordedGateway
from tests.recordings.test_driver import TWO_LENGTHS, V1, answered
from tests.wire.server import Server, heads, resets, says

RECORDING = built_in("3.1.1-s3")
GET = next(s for s in RECORDING.steps if s.kind is Kind.GET_OBJECT)
ONE = replace(RECORDING, steps=(GET,))
START = datetime(2031, 2, 3, tzinfo=UTC)
NEW, OLD = (1, 26), (1, 6)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
NOTHING = Exchange(Request("GET", b"/", ()), None, b"", failure=Failure.RESET)


def status(code: int) -> Exchange:
    return answered(f"HTTP/1.1 {code} X\r\nContent-Length: 0\r\n\r\n".encode(), "GET")


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_gateway_that_is_busy_or_failed_is_asked_again(code):
    assert again(status(code), 1, NEW) is not None


@pytest.mark.parametrize("code", [200, 204, 206, 301, 307, 400, 403, 404, 409, 411, 412, 416, 501])
def test_any_other_answer_is_taken(code):
    assert again(status(code), 1, NEW) is None


@pytest.mark.parametrize(
    "exchange",
    [
        NOTHING,
        replace(NOTHING, failure=Failure.NO_RESPONSE),
        replace(NOTHING, failure=Failure.TIMEOUT),
        replace(NOTHING, failure=Failure.UNREACHABLE),
        answered(V1),
        answered(b"HTTP/1.1 200 OK\r\nContent-Le"),
        answered(b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n"),
    ],
    ids=["reset", "closed", "timeout", "refused", "no status line", "half a head", "no length"],
)
def test_what_is_no_answer_is_asked_for_again(exchange):
    assert again(exchange, 1, NEW) is not None


def test_a_body_that_ends_early_is_not_asked_for_again():
    cut = answered(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "GET")

    assert cut.failure is Failure.CLOSED_EARLY
    assert again(cut, 1, NEW) is None


def test_what_go_takes_depends_on_the_go_that_the_registry_was_built_with():
    exchange = answered(TWO_LENGTHS, "GET")

    assert again(exchange, 1, NEW) is not None
    assert again(exchange, 1, OLD) is None


@pytest.mark.parametrize("exchange", [status(500), NOTHING], ids=["500", "reset"])
def test_the_waits_double_and_end_with_the_third(exchange):
    waits = [again(exchange, attempts, NEW) for attempts in (1, 2, 3)]

    assert waits == pytest.approx([0.03, 0.06, 0.12])
    assert [again(exchange, attempts, NEW) for attempts in (4, 5)] == [None, None]


def play(endpoint, recording=ONE):
    """The first page over a real connection; waiting is only noted, and each signature is a second later."""
    seconds, waited = count(), []
    later = Bindings("gw:1", "AK", "SK", recording.container, now=lambda: START + timedelta(seconds=next(seconds)))
    with Client(endpoint, limits=Limits(silence=5.0)) as client:
        dialect = S3Dialect(recording, later)
        conversation = Conversation(dialect, client, patience=Patience(), sleep=waited.append)
        (played,) = conversation.page(recording.pages[0])
    return played, waited


def test_each_repetition_is_signed_anew():
    failed = replace(GET, answer=replace(GET.answer, status=500))

    with RecordedGateway(replace(RECORDING, steps=(failed,) * 5)) as gateway:
        played, waited = play(Endpoint.of(f"http://127.0.0.1:{gateway.port}"))
        sent = [part.head for part in gateway.sent]

    assert len(sent) == len(played.exchanges) == 4
    assert len(waited) == 3
    for second, head in enumerate(sent):
        assert b"X-Amz-Date: 20310203T00000%dZ" % second in head
    assert len({head.partition(b"Signature=")[2][:64] for head in sent}) == 4


def test_the_first_answer_that_can_be_read_is_taken():
    def hangs_up(client):
        heads(client)
        resets(client)

    with Server(hangs_up, says(b"nonsense\r\n\r\n"), says(OK)) as server:
        played, _ = play(server.endpoint)

    assert [exchange.status for exchange in played.exchanges] == [None, None, 200]


@pytest.mark.parametrize(("expect", "waits"), [("100-continue", 1.0), ("100-Continue", 1.0), (None, 0.0)])
def test_a_body_waits_a_second_for_the_gateway_to_ask_for_it(expect, waits):
    fields = tuple(f for f in GET.fields if f.name != b"Expect")
    put = replace(GET, method="PUT", fields=(*fields, Field(b"expect", expect.encode())) if expect else fields)

    assert S3Dialect(ONE, Bindings("gw:1", "AK", "SK", "c")).awaits_continue(put) == waits
