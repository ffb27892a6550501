"""What hostile servers and fuzzing have found, each once: it stays mended."""

import time

import pytest

from fixtures.gateways.swift import climbs
from fixtures.recordings.swift.keystone import path_of, storage_path
from fixtures.wire.documents import Unreadable, document
from fixtures.wire.message import Failure, Request
from fixtures.wire.parser import HEAD_LIMIT, ResponseParser
from fixtures.wire.redaction import Redactor
from suites.plugin import COMPLAINTS, judge
from suites.s3.shapes import shaped
from suites.swift.saying import url_of
from tests.fuzz import answers
from tests.fuzz.targets import TARGETS

_OK = b"HTTP/1.1 200 OK\r\n"
_LINT_SECONDS = 1.0
"""Of our own work; what was mended took from 3 to 90."""


def _worked(act) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _exchange(data: bytes):
    return answers.exchange(Request("GET", b"/o", ()), data)


def test_a_head_in_crumbs_is_read_once_and_not_once_for_each():
    parser = ResponseParser("GET", keep=0, body_limit=0)
    parser.feed(_OK)

    def crumbs():
        while not parser.done:
            parser.feed(b"a:\r\n" * 16)

    assert _worked(crumbs) < _LINT_SECONDS
    assert (parser.failure, parser.detail) == (Failure.TOO_LONG, f"no blank line within {HEAD_LIMIT} bytes of head")


@pytest.mark.parametrize("at", range(-3, 1))
def test_a_blank_line_is_found_wherever_it_is_cut(at):
    data = _OK + b"Content-Length: 5\r\n\r\n"
    parser = ResponseParser("GET", keep=9, body_limit=9)
    for piece in (data[:20], data[20 : len(data) + at], data[len(data) + at :], b"hello"):
        parser.feed(piece)
    assert parser.response is not None
    assert (parser.response.kept, parser.done, parser.failure) == (b"hello", True, None)


def test_interim_answers_share_one_limit():
    parser = ResponseParser("GET", keep=0, body_limit=0)
    parser.feed((b"HTTP/1.1 103 E\r\n" + b"a: b\r\n" * 20_000 + b"\r\n") * 3)
    assert (parser.failure, parser.detail) == (Failure.TOO_LONG, f"more than {HEAD_LIMIT} bytes of interim answers")


@pytest.mark.parametrize("encoding", ["rot13", "nope", "hex", "utf-7", "idna", "undefined"])
def test_a_document_in_no_encoding_is_unreadable(encoding):
    with pytest.raises(Unreadable):
        document(f'<?xml version="1.0" encoding="{encoding}"?><a>\u00e4</a>'.encode("latin-1"))


def test_a_length_of_thousands_of_digits_is_no_length():
    response = _exchange(_OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n").response
    assert response is not None
    assert response.length is None


def test_json_that_is_too_deep_is_no_json():
    response = _exchange(_OK + b"Content-Length: 60000\r\n\r\n" + b"[" * 60_000).response
    assert response is not None
    with pytest.raises(ValueError, match="nested deeper"):
        response.json()
    assert storage_path(b"[" * 100_000) is None


def test_a_storage_url_that_is_none_has_no_path():
    assert path_of("http://[bad/v1") is None
    assert path_of("http://h/v1/") == "/v1"


def test_a_date_that_botocore_cannot_calculate_with_is_a_deviation():
    body = (
        b"<ListAllMyBucketsResult><Owner><ID>a</ID></Owner><Buckets><Bucket><Name>b</Name><CreationDate>"
        + b"9" * 5000
        + b"</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>"
    )
    response = _exchange(_OK + b"Content-Length: %d\r\n\r\n" % len(body) + body).response
    with pytest.raises(pytest.fail.Exception, match="botocore cannot read"):
        shaped("ListBuckets", response)


def test_a_registry_that_is_told_no_url_for_its_storage_goes_on():
    binder, _ = TARGETS["binder"]
    login = b"HTTP/1.1 204 N\r\nX-Auth-Token: t\r\nX-Storage-Url: http://[bad/swift/v1\r\n\r\n"
    binder("2.8.3-swift", [login], 0)
    with pytest.raises(AssertionError, match="is no URL"):
        url_of("http://[bad/swift/v1")


def test_one_rule_does_not_complain_a_hundred_thousand_times():
    found = judge([_exchange(_OK + b"x\r\n" * 80_000 + b"Content-Length: 0\r\n\r\n")])
    assert len([d for d in found if d.rule == "field-lines"]) == COMPLAINTS + 1
    assert f"more than {COMPLAINTS} times" in [d for d in found if d.rule == "field-lines"][-1].message


@pytest.mark.parametrize(
    "field", [b"Link: " + b"a," * 100_000, b"Accept-Ranges: " + b"a," * 100_000, b"Vary: a\r\n" * 28_000]
)
def test_a_field_of_a_hundred_thousand_members_costs_no_seconds(field):
    exchange = _exchange(_OK + field + b"\r\nContent-Length: 0\r\n\r\n")
    assert _worked(lambda: judge([exchange])) < _LINT_SECONDS


def test_a_long_token_is_masked_in_no_time():
    redactor = Redactor(["a" * 200_000])
    assert _worked(lambda: redactor.said("the answer is aaaaaaaaaaaa...")) < _LINT_SECONDS
    assert redactor.said("the answer is aaaaaaaaaaaa...") == "the answer is ***..."


@pytest.mark.parametrize("name", ["..", "../a", "a/../..", "./../a", "a//../../../b", "../../registry/blob"])
def test_names_that_lead_out_of_a_container_are_known(name):
    assert climbs(name)


@pytest.mark.parametrize("name", ["a", "a/../b", "a/..", ".", "...", "..a/b", "a/b/../../c", "/", ""])
def test_names_that_stay_in_a_container_are_known(name):
    assert not climbs(name)


@pytest.mark.parametrize("data", answers.SPECIMENS, ids=range(len(answers.SPECIMENS)))
def test_what_hostile_servers_say_is_borne_by_all_that_reads(data):
    parser, _ = TARGETS["parser"]
    parser(data, "GET", [1, 17, 40, len(data) // 2], [("Range", "bytes=0-4")])
