"""Presigned URLs: where a registry with redirects sends its clients for a layer."""

from dataclasses import replace

import pytest

from fixtures.gateways.s3_signing import PLAIN, Signing, altered, presigned
from fixtures.wire.content import from_bytes
from suites.claims import BREAKS, MUST, OBSERVED, check
from suites.s3.reading import cases, refused

PULL = "pull of every layer fails: the registry redirects to an URL that is refused"
OPEN = "layers can be read or replaced by whoever has an old or other URL"
BYTES = b"0123456789"


@pytest.fixture
def layer(bucket):
    """A bucket with an object to redirect to."""
    bucket.put("docker/blob", BYTES)
    return bucket


def asked(bucket, method="GET", key="docker/blob", *, seconds=1200, how=PLAIN, parameters=(), **options):
    """A presigned request."""
    session = bucket.session
    plain = session.request(method, bucket.name, key, **options)
    return presigned(plain, session.account, seconds=seconds, how=how, parameters=parameters)


@check("s3-presigned-get", oracle="registry: s3-aws/s3.go, `URLFor`", level=BREAKS, impact=PULL, api="s3")
def test_a_presigned_url_is_good_for_its_object(layer):
    """GET of it is answered as if it were signed, whole and in parts, although client and registry are not one."""
    answer = layer.session.answer(asked(layer))
    assert (answer.status, answer.kept) == (200, BYTES)
    part = layer.session.answer(asked(layer, headers=[("Range", "bytes=4-"), ("Accept-Encoding", "gzip")]))
    assert (part.status, part.kept) == (206, BYTES[4:])


@check(
    "s3-presigned-head",
    oracle="registry: s3-aws/s3.go, `URLFor`",
    level=BREAKS,
    impact="clients that look before they pull get none",
    api="s3",
)
def test_a_url_that_was_signed_for_head_is_good_for_head(layer):
    """HEAD of it is answered with 200 and the object's length."""
    answer = layer.session.answer(asked(layer, "HEAD"))
    assert (answer.status, answer.length) == (200, len(BYTES))


@check(
    "s3-presigned-odd-key",
    oracle="S3 API, Authenticating requests: using query parameters",
    level=BREAKS,
    impact=PULL,
    api="s3",
)
def test_a_presigned_url_may_have_any_key(bucket):
    """Keys with spaces, plus, percent and UTF-8 are signed as their canonical path."""
    for key in ("a b+c", "100%", "ä/日本", "sha256:0a"):
        bucket.put(key, key.encode())
        answer = bucket.session.answer(asked(bucket, key=key))
        assert (answer.status, answer.kept) == (200, key.encode()), f"{key!r} is answered with {answer.status}"


@check(
    "s3-presigned-put",
    oracle="S3 API, Authenticating requests: using query parameters",
    level=MUST,
    impact="none to a registry: it signs no uploads away",
    api="s3",
)
def test_an_object_is_written_through_a_url(bucket):
    """PUT of it writes the object."""
    answer = bucket.session.answer(asked(bucket, "PUT", "new", content=from_bytes(BYTES)))
    assert answer.status == 200
    assert bucket.get("new").kept == BYTES


@check(
    "s3-presigned-override",
    oracle="S3 API, GetObject `response-*`",
    level=MUST,
    impact="downloads through a redirect have the wrong name",
    api="s3",
)
def test_a_url_may_say_what_the_answer_is_called(layer):
    """`response-content-disposition` is signed with the rest and is the answer's Content-Disposition."""
    wanted = ["response-content-disposition=attachment%3B%20filename%3Dlayer.tar"]
    answer = layer.session.answer(asked(layer, parameters=wanted))
    assert (answer.status, answer.get("Content-Disposition")) == (200, "attachment; filename=layer.tar")


@check(
    "s3-presigned-expired",
    oracle="S3 API, Authenticating requests: using query parameters",
    level=MUST,
    impact=OPEN,
    api="s3",
)
def test_a_url_expires(layer):
    """A URL that was good until a minute ago is answered with 403; one that is good for a minute more is not."""
    assert layer.session.answer(asked(layer, seconds=1200, how=Signing(age=1140))).status == 200
    refused(
        layer.session.answer(asked(layer, seconds=1200, how=Signing(age=1260))), 403, "AccessDenied", "RequestExpired"
    )


TAMPERED = {
    "another-key": (b"docker/blob", b"docker/secret"),
    "longer": (b"X-Amz-Expires=1200", b"X-Amz-Expires=9999"),
    "signature": (b"X-Amz-Signature=", b"X-Amz-Signature=0"),
    "more-asked": (b"?X-Amz-Algorithm", b"?acl=&X-Amz-Algorithm"),
}


@pytest.mark.parametrize(
    ("old", "new"),
    cases(
        "s3-presigned-tampered",
        TAMPERED,
        oracle="S3 API, Authenticating requests: using query parameters",
        level=MUST,
        impact=OPEN,
    ),
)
def test_a_url_is_good_for_nothing_else(layer, old, new):
    """A URL that was changed after it was signed is answered with 403."""
    layer.put("docker/secret", b"secret")
    answer = layer.session.answer(altered(asked(layer), old, new))
    assert answer.status == 403, f"answered with {answer.status}"
    assert answer.kept != b"secret"


@check(
    "s3-presigned-other-method",
    oracle="S3 API, Authenticating requests: using query parameters",
    level=MUST,
    impact=OPEN,
    api="s3",
)
def test_a_url_to_read_is_none_to_write(layer):
    """PUT and DELETE with a URL that was signed for GET are answered with 403 and change nothing."""
    target = asked(layer).target
    for method in ("PUT", "DELETE"):
        plain = layer.session.request(method, layer.name, "docker/blob")
        answer = layer.session.answer(replace(plain, target=target))
        refused(answer, 403, "SignatureDoesNotMatch")
    assert layer.get("docker/blob").kept == BYTES


@check(
    "s3-presigned-wrong-secret",
    oracle="S3 API, List of error codes, SignatureDoesNotMatch",
    level=MUST,
    impact=OPEN,
    api="s3",
)
def test_a_url_is_signed_with_the_secret(layer):
    """A URL signed with another secret is answered with 403 SignatureDoesNotMatch."""
    refused(layer.session.answer(asked(layer, how=Signing(secret="another"))), 403, "SignatureDoesNotMatch")


@check(
    "s3-presigned-get-asked-with-head",
    oracle="registry: clients of a redirect may look first",
    level=OBSERVED,
    impact="clients that look at a redirect's target before they pull get 403",
    api="s3",
)
def test_what_head_gets_of_a_url_to_read(layer, observer):
    """What HEAD of a URL that was signed for GET is answered with is a fact to compare (200, or 403 from 19.2.6)."""
    plain = layer.session.request("HEAD", layer.name, "docker/blob")
    answer = layer.session.answer(replace(plain, target=asked(layer).target))
    observer.observe("head-of-a-url-to-get", answer.status)
