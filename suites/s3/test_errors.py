"""Errors: a registry tells by the code in an error's document what is not there from what went wrong."""

from fixtures.wire.content import from_bytes
from fixtures.wire.documents import text_of
from suites.claims import BREAKS, MUST, SHOULD, check
from suites.s3.reading import code, refused

DRIVER = "registry: s3-aws/s3.go, `parseError`"


@check(
    "s3-no-such-key",
    oracle=DRIVER,
    level=BREAKS,
    impact="push of anything new fails with 500: a file that is not there looks like a failure",
    api="s3",
)
def test_a_key_that_is_not_there_is_told_by_its_code(bucket):
    """GET of no object is answered with 404 and NoSuchKey, with a range as the registry reads, too."""
    refused(bucket.get("docker/none"), 404, "NoSuchKey")
    refused(bucket.get("docker/none", range_="bytes=0-"), 404, "NoSuchKey")


@check(
    "s3-no-such-bucket",
    oracle="S3 API, Error responses",
    level=MUST,
    impact="a mistyped bucket is reported as something else",
    api="s3",
)
def test_a_bucket_that_is_not_there_is_told_by_its_code(bucket, s3):
    """Listing and reading in no bucket are answered with 404 and NoSuchBucket."""
    refused(s3.ask("GET", f"{bucket.name}-none", query={"list-type": "2"}), 404, "NoSuchBucket")
    refused(s3.ask("GET", f"{bucket.name}-none", "key"), 404, "NoSuchBucket")


@check(
    "s3-error-document",
    oracle="S3 API, REST error responses",
    level=MUST,
    impact="clients report an error that they cannot name: SerializationError",
    api="s3",
)
def test_an_error_is_told_in_xml(bucket):
    """An error is an Error document of type application/xml with a Code."""
    answer = bucket.get("none")
    assert (answer.get("Content-Type") or "").split(";")[0] == "application/xml"
    assert answer.text.lstrip().startswith("<")
    assert code(answer) == "NoSuchKey"


@check(
    "s3-error-request-id",
    oracle="S3 API, REST error responses",
    level=SHOULD,
    impact="an error in a registry's log cannot be found in the gateway's",
    api="s3",
)
def test_an_error_says_which_request_it_answers(bucket):
    """RequestId in an error's document is what x-amz-request-id says."""
    answer = bucket.get("none")
    assert answer.get("x-amz-request-id")
    assert text_of(answer.kept, "RequestId") == answer.get("x-amz-request-id")


@check(
    "s3-request-id",
    oracle="S3 API, Common response headers",
    level=SHOULD,
    impact="a slow or failed operation cannot be found in the gateway's log",
    api="s3",
)
def test_every_answer_has_a_request_id_of_its_own(bucket):
    """x-amz-request-id is there and another one each time."""
    answers = [bucket.put("a", b"1"), bucket.head("a"), bucket.get("a"), bucket.delete("a"), bucket.head("a")]
    ids = [answer.get("x-amz-request-id") for answer in answers]
    assert all(ids), f"x-amz-request-id is missing: {ids}"
    assert len(set(ids)) == len(ids), f"a request id is said twice: {ids}"


@check(
    "s3-error-of-head",
    oracle="registry 3.1.1: s3-aws/s3.go, `Stat`",
    level=BREAKS,
    impact="push of anything new fails with 500: the registry cannot tell that a blob is not there",
    api="s3",
)
def test_head_of_nothing_is_404(bucket, s3):
    """HEAD of no object, and of one in no bucket, is answered with 404; the rules see that nothing follows."""
    assert bucket.head("docker/none").status == 404
    assert s3.ask("HEAD", f"{bucket.name}-none", "key").status == 404


@check(
    "s3-error-escaped",
    oracle="XML 1.0 section 2.4",
    level=MUST,
    impact="clients cannot read the error for a name with & or <",
    api="s3",
)
def test_an_error_about_an_odd_name_can_be_read(bucket):
    """A key with the characters of markup does not break the error's document."""
    refused(bucket.get("a<b>&\"c'"), 404, "NoSuchKey")


@check(
    "s3-method-not-allowed",
    oracle="S3 API, List of error codes",
    level=SHOULD,
    impact="none to a registry: it sends no such request",
    api="s3",
)
def test_a_method_that_means_nothing_is_refused(bucket):
    """POST of an object without a parameter is answered with 405 or another error, never with 2xx or 5xx."""
    bucket.put("a", b"1")
    answer = bucket.session.ask("POST", bucket.name, "a", content=from_bytes(b""))
    refused(answer, (400, 403, 405, 411, 412, 501))


@check(
    "s3-access-denied",
    oracle="S3 API, List of error codes",
    level=MUST,
    impact="one tenant reads, changes or removes another's layers",
    api="s3",
)
def test_another_account_gets_nothing(bucket, second_s3):
    """GET, PUT, DELETE and listing by another account are answered with 403 and AccessDenied; nothing changes."""
    bucket.put("layer", b"mine")
    refused(second_s3.ask("GET", bucket.name, "layer"), 403, "AccessDenied")
    refused(second_s3.ask("GET", bucket.name, query={"list-type": "2"}), 403, "AccessDenied")
    refused(second_s3.ask("PUT", bucket.name, "layer", content=from_bytes(b"other")), 403, "AccessDenied")
    refused(second_s3.ask("DELETE", bucket.name, "layer"), 403, "AccessDenied")
    assert bucket.get("layer").kept == b"mine"
