"""Signatures that differ from a registry's in one thing differ in that thing alone."""

import pytest

from fixtures.gateways.model import Account, Secret
from fixtures.gateways.s3 import S3Session
from fixtures.gateways.s3_signing import (
    Signing,
    altered,
    chunk_signatures,
    chunk_signed,
    presigned,
    signed,
    with_trailer,
)
from fixtures.wire.client import Client, Endpoint
from fixtures.wire.content import from_bytes

ACCOUNT = Account(
    s3_access_key="AKIAIOSFODNN7EXAMPLE", s3_secret_key=Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
)


@pytest.fixture
def session():
    return S3Session(Client(Endpoint.of("http://gateway:7480")), ACCOUNT, prefix="rgwc-")


def test_chunks_are_signed_as_in_the_example_of_the_s3_api():
    """S3 API, "Transferring payload in multiple chunks", the example: 65 KiB in two chunks."""
    signatures = chunk_signatures(
        [b"a" * 65_536, b"a" * 1024],
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        date="20130524T000000Z",
        secret=ACCOUNT.s3_secret_key.value,
    )

    assert signatures == [
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ]


def test_what_is_not_to_be_signed_is_sent_and_not_covered(session):
    plain = session.request("PUT", "rgwc-a", "k", headers=[("X-Amz-Meta-A", "1")], content=from_bytes(b"1"))

    request = signed(plain, ACCOUNT, Signing(unsigned=("x-amz-meta-a",)))

    assert request.get("X-Amz-Meta-A") == "1"
    assert "SignedHeaders=host;x-amz-content-sha256;x-amz-date," in request.get("Authorization")


@pytest.mark.parametrize("tampered", [False, True])
def test_a_body_in_chunks_is_as_long_as_it_says(session, tampered):
    plain = session.request("PUT", "rgwc-a", "k")

    request = chunk_signed(plain, ACCOUNT, [b"one", b"two"], tampered=tampered)

    body = request.content.beginning(1000)
    assert request.get("Content-Length") == str(len(body))
    assert request.get("X-Amz-Decoded-Content-Length") == "6"
    assert body.startswith(b"3;chunk-signature=")
    assert (b"two" in body) is not tampered


def test_a_checksum_comes_after_the_body(session):
    right, wrong = (
        with_trailer(session.request("PUT", "rgwc-a", "k"), ACCOUNT, b"123456789", wrong=wrong)
        for wrong in (False, True)
    )

    assert right.content.beginning(100) == b"9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n"
    assert right.get("Content-Length") == str(right.content.size)
    assert wrong.content.beginning(100) != right.content.beginning(100)


def test_a_presigned_url_says_for_how_long_and_can_be_changed(session):
    request = presigned(session.request("GET", "rgwc-a", "a b"), ACCOUNT, seconds=60, how=Signing(age=3600))

    assert request.path == "/rgwc-a/a%20b"
    assert "X-Amz-Expires=60&" in request.query
    assert b"Expires=61&" in altered(request, b"Expires=60", b"Expires=61").target


def test_a_request_as_it_is_is_not_sent_outside_a_runs_buckets(session):
    with pytest.raises(ValueError, match="'registry', which does not belong to this run"):
        session.exchange(session.request("DELETE", "registry", "layer"))
