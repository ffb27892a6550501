"""What stands at the gateway's root: the first thing that an administrator and a load balancer ask for."""

from suites.claims import MUST, check, unsupported
from suites.http.asking import ask

_FOLLOWS = 0.5
"""Seconds."""


@check(
    "anonymous-root",
    oracle="S3 API, ListBuckets",
    level=MUST,
    impact="the first look at a new gateway with curl or a browser shows something else than a gateway",
    api="s3",
)
def test_the_root_answers_with_the_buckets_of_anonymous(wire):
    """An anonymous GET / is answered with an S3 list of buckets that belongs to nobody."""
    answer = ask(wire, "GET", "/")
    if answer.get("x-amz-request-id") is None:
        unsupported(f"the S3 API does not answer at / ({answer.status}); rgw_enable_apis may leave it out")
    assert answer.status == 200
    assert "<ListAllMyBucketsResult" in answer.text
    assert "<ID>anonymous</ID>" in answer.text


@check(
    "head-of-root",
    oracle="RFC 9110 section 9.3.2",
    level=MUST,
    impact="a load balancer that asks with HEAD / loses its connection, or takes the next answer for garbage",
    api="s3",
)
def test_the_root_answers_to_head_without_a_body(wire):
    """HEAD / is answered, and nothing follows its head."""
    assert ask(wire, "HEAD", "/").status in (200, 403, 404)
    # What must not follow comes in a packet of its own, on a busy gateway later than the look at a check's end.
    wire.settle(_FOLLOWS)
