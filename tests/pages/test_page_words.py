"""The sentence a page begins with, the spans that it marks, and the sources that it links: without a browser."""

import pytest

from reports.model import BREAKS, MUST, SHOULD, Verdict
from reports.pages.marks import ANSWERED, ASKED, marks, sides
from reports.pages.sentence import sentence
from reports.pages.sources import linked
from tests.pages.runs import dead
from tests.reports.building import deviation, line, result, run

PUSH, PULL = result("replay[2.8.3-swift-push-config]"), result("real-registry[swift-pull-image]")
KNOWN = {"accepted": "known", "known": "only 885 tags are shown"}
OTHER = result("replay[2.8.3-swift-list-tags]", deviation("body", BREAKS, impact="all fails", **KNOWN))


@pytest.mark.parametrize(
    ("checks", "text", "tone"),
    [
        ([PUSH, PULL], "A registry can push and pull; nothing differs from what was asked for", "good"),
        (
            [PUSH, PULL, result("a", deviation("r", SHOULD))],
            "A registry can push and pull; 1 thing differs from what was asked for",
            "good",
        ),
        ([PUSH, PULL, OTHER], "A registry can push and pull; 1 known fault breaks something else on it", "unsure"),
        ([PUSH], "A registry can push; whether it can pull was not judged; nothing differs", "unsure"),
        (
            [result(PUSH.id, deviation("r", BREAKS, **KNOWN)), PULL],
            "A registry can pull, but its push is known to fail",
            "bad",
        ),
        ([result("a")], "Nothing red in 1 check; no registry's push or pull was among them", "unsure"),
        ([result("a", verdict=Verdict.UNTESTED)], "Nothing was judged: this says nothing about the gateway.", "unsure"),
        ([PUSH, PULL, result("a", deviation())], "NOT SAFE for a registry: 1 check is red: push fails", "bad"),
        (
            [PUSH, PULL, result("a", deviation(accepted="baseline"))],
            "Not worse than the baseline, but NOT SAFE for a registry",
            "bad",
        ),
        ([PUSH, PULL, result("a", verdict=Verdict.ERROR)], "1 check ended in an error of our own", "unsure"),
    ],
)
def test_the_verdict_says_first_what_a_registry_can_do_and_no_more_than_was_judged(checks, text, tone):
    said = sentence(run(*checks))

    assert text in said.text
    assert said.tone == tone


def test_what_is_known_to_break_is_told_with_its_reason():
    assert sentence(run(PUSH, PULL, OTHER)).broken == (("only 885 tags are shown", OTHER.id),)


def test_a_run_that_was_cut_or_had_a_fault_in_front_says_so_first():
    said = sentence(run(PUSH, PULL, complete=False, injected="head-without-status"))

    assert said.text.startswith("As far as the run came: With the fault head-without-status in front: ")
    assert said.tone == "unsure"
    assert len(said.notes) == 2


def marked(exchange, *deviations):
    both = sides(exchange)
    data = {ASKED: both.asked, ANSWERED: both.answered}
    return [
        (side, data[side][begin:end].decode("latin-1"), rule) for side, begin, end, rule in marks(exchange, deviations)
    ]


def test_the_bytes_that_a_deviation_is_about_are_marked():
    seen = line("GET /", "HTTP/1.1 200 OK", fields=["X-Timestamp: nonsense", "ETag: 1"], body=b"<a>wrong</a>")

    assert marked(dead(), deviation("status-line")) == [(ANSWERED, "Content-Length: 0", "status-line")]
    assert marked(seen, deviation("date", message="X-Timestamp is no number")) == [
        (ANSWERED, "X-Timestamp: nonsense", "date")
    ]
    assert marked(seen, deviation("body", message="the listing has 'wrong' in it")) == [(ANSWERED, "wrong", "body")]
    assert marked(seen, deviation("r", message="got 200, expected 404")) == [(ANSWERED, "200", "r")]
    assert marked(seen, deviation("r", message="it is bad")) == []


def test_bytes_after_an_answer_are_marked():
    seen = line("HEAD /", "HTTP/1.1 200 OK") | {"excess": "Ym9keQ=="}

    assert marked(seen, deviation("no-body", MUST)) == [(ANSWERED, "body", "no-body")]


@pytest.mark.parametrize(
    ("text", "word", "address"),
    [
        ("RFC 9112 section 4", "RFC 9112 section 4", "https://www.rfc-editor.org/rfc/rfc9112#section-4"),
        ("Swift API, Show", "Swift API", "https://docs.openstack.org/api-ref/object-store/"),
        ("so (https://tracker.ceph.com/issues/1)", "tracker.ceph.com/issues/1", "https://tracker.ceph.com/issues/1"),
        ("see tracker 12780", "tracker 12780", "https://tracker.ceph.com/issues/12780"),
    ],
)
def test_a_source_is_told_once_and_is_a_link(text, word, address):
    pieces = linked(text)

    assert (word, address) in pieces
    assert "".join(piece for piece, _ in pieces) == text.replace("https://tracker.ceph.com", "tracker.ceph.com")


def test_only_https_becomes_a_link():
    assert linked("see http://evil.example/ and javascript:alert(1)") == [
        ("see http://evil.example/ and javascript:alert(1)", "")
    ]
