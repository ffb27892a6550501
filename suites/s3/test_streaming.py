"""Bodies in signed chunks, which SDKs send where they cannot read a body twice, and with a checksum after them."""

from fixtures.gateways.s3_signing import chunk_signed, with_trailer
from fixtures.wire.content import generated
from suites.claims import BREAKS, MUST, SHOULD, blocked, check, unsupported
from suites.s3.reading import code, refused

CHUNKED = "S3 API, Transferring payload in multiple chunks"
PIECES = [
    generated("chunk-1", 64 << 10).beginning(64 << 10),
    generated("chunk-2", 64 << 10).beginning(64 << 10),
    b"the end",
]


@check(
    "s3-chunks",
    oracle=CHUNKED,
    level=BREAKS,
    impact="registries on SDKs that send signed chunks cannot write (tracker 20447)",
    api="s3",
)
def test_a_body_in_signed_chunks_is_taken(bucket):
    """The object is the chunks' bytes without their framing."""
    session = bucket.session
    answer = session.answer(chunk_signed(session.request("PUT", bucket.name, "a"), session.account, PIECES))
    assert answer.status == 200, f"answered with {answer.status} {code(answer) or ''}"
    got = bucket.get("a")
    assert got.size == sum(map(len, PIECES))
    assert got.kept == b"".join(PIECES)


@check(
    "s3-chunks-encoding",
    oracle=CHUNKED,
    level=SHOULD,
    impact="clients that know no aws-chunked cannot read what was written so",
    api="s3",
)
def test_the_framing_of_chunks_is_no_encoding_of_the_object(bucket):
    """The object's Content-Encoding does not say aws-chunked, which was that of the request."""
    session = bucket.session
    session.answer(chunk_signed(session.request("PUT", bucket.name, "a"), session.account, PIECES))
    assert "aws-chunked" not in (bucket.get("a").get("Content-Encoding") or "")


@check(
    "s3-chunks-of-nothing",
    oracle=CHUNKED,
    level=SHOULD,
    impact="clients that stream cannot write empty files",
    api="s3",
)
def test_an_empty_body_in_signed_chunks_is_taken(bucket):
    """The last chunk alone is an empty object."""
    session = bucket.session
    assert session.answer(chunk_signed(session.request("PUT", bucket.name, "a"), session.account, [])).status == 200
    assert bucket.head("a").length == 0


@check(
    "s3-chunks-tampered", oracle=CHUNKED, level=MUST, impact="a layer that was changed on its way is stored", api="s3"
)
def test_a_chunk_that_was_changed_is_refused(bucket):
    """A byte changed in the last chunk is answered with 403 SignatureDoesNotMatch or 400, and nothing is written."""
    session = bucket.session
    plain = session.request("PUT", bucket.name, "a")
    refused(session.answer(chunk_signed(plain, session.account, PIECES, tampered=True)), (400, 403))
    assert bucket.head("a").status == 404


def trailing(bucket, *, wrong=False):
    """A PUT with a CRC-32 after its body; unsupported where the gateway says that it does not know of such."""
    session = bucket.session
    answer = session.answer(
        with_trailer(session.request("PUT", bucket.name, "a"), session.account, PIECES[0], wrong=wrong)
    )
    if code(answer) in ("XAmzContentSHA256Mismatch", "NotImplemented", "InvalidRequest", "InvalidArgument"):
        unsupported(f"bodies with a trailing checksum are answered with {answer.status} {code(answer)}")
    return answer


@check(
    "s3-trailer",
    oracle="S3 API, Checking object integrity: trailing checksums",
    level=BREAKS,
    impact="registries on SDKs of 2025 or later cannot write, unless told to do without checksums",
    api="s3",
)
def test_a_body_with_a_checksum_after_it_is_taken(bucket):
    """The object is the body without framing and trailer; a gateway without this says so with a code of its own."""
    answer = trailing(bucket)
    assert answer.status == 200, f"answered with {answer.status} {code(answer) or ''}"
    got = bucket.get("a")
    assert got.kept == PIECES[0], f"{got.size} bytes are stored, {len(PIECES[0])} were sent"


@check(
    "s3-trailer-wrong",
    oracle="S3 API, Checking object integrity: trailing checksums",
    level=MUST,
    impact="a layer that was damaged on its way is stored",
    api="s3",
)
def test_a_body_with_a_wrong_checksum_is_refused(bucket):
    """A wrong CRC-32 is answered with 400 BadDigest or the like, and nothing is written."""
    if trailing(bucket).status != 200:
        blocked("a body with a right checksum is refused too")
    bucket.delete("a")
    refused(trailing(bucket, wrong=True), 400)
    assert bucket.head("a").status == 404
