"""What passes through the recorder is kept as it was said, and nothing of it that opens a door."""

import base64
import hashlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.recordings.har import from_log
from fixtures.recordings.recorder import Mark, Recorder, past, unused
from fixtures.wire.message import Framing

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
SIGNED = b"Authorization: AWS access:signature"
NOW = 1_795_608_000.0


def get(target=b"/a", *lines):
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"Host: gw:80", *lines, b"", b""])


def har_of(recorder):
    return recorder.har(scheme="http", authority="proxy:1", registry="2.8.2")["log"]


def said(*turns, recorder=None):
    """The entries of one connection on which client and gateway say these in turn."""
    recorder = recorder or Recorder()
    heard = recorder.conversation()
    for number, data in enumerate(turns):
        pass_on = heard.answered if number % 2 else heard.asked
        assert pass_on(data) == data
    assert heard.rest() == b""
    return har_of(recorder)["entries"]


def pairs(message):
    return [(header["name"], header["value"]) for header in message["headers"]]


def test_fields_keep_their_order_case_and_duplicates_and_the_target_its_encoding():
    request = get(b"/c/a%2Fb%20c?X=1&prefix=%C3%A9", b"x-LOW: 1", b"X-Low: 2", b"Accept:")
    answer = b"HTTP/1.1 404 Nope nope\r\nDATE: x\r\nb: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n"

    (entry,) = said(request, answer)

    assert entry["request"]["url"] == "http://gw:80/c/a%2Fb%20c?X=1&prefix=%C3%A9"
    assert pairs(entry["request"]) == [("Host", "gw:80"), ("x-LOW", "1"), ("X-Low", "2"), ("Accept", "")]
    assert pairs(entry["response"]) == [("DATE", "x"), ("b", "1"), ("B", "2"), ("Content-Length", "0")]
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (404, "Nope nope")


def test_requests_that_are_sent_before_an_answer_come_each_get_their_own():
    entries = said(get(b"/1") + get(b"/2") + get(b"/3"), OK + b"HTTP/1.1 201 OK\r\nContent-Length: 2\r\n\r\nab" + OK)

    assert [entry["request"]["url"][-1] for entry in entries] == ["1", "2", "3"]
    assert [entry["response"]["status"] for entry in entries] == [200, 201, 200]
    assert entries[1]["response"]["content"]["text"] == "ab"


def test_a_chunked_body_keeps_its_chunks_on_both_sides():
    request = b"PUT /o HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    answer = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfghi\r\n0\r\n\r\n"

    (entry,) = said(request, answer)

    assert (entry["request"]["_framing"], entry["request"]["_chunkSizes"]) == ("chunked", [3, 2, 0])
    assert entry["request"]["_body"]["text"] == "abcde"
    assert (entry["response"]["_framing"], entry["response"]["_chunkSizes"]) == ("chunked", [4, 0])
    assert entry["response"]["content"]["text"] == "fghi"


@pytest.mark.parametrize(
    ("lines", "body", "framing"),
    [([], b"", "none"), ([b"Content-Length: 0"], b"", "length"), ([b"Content-Length: 2"], b"hi", "length")],
)
def test_how_a_requests_body_is_framed_is_kept(lines, body, framing):
    (entry,) = said(get(b"/a", *lines) + body, OK)

    assert (entry["request"]["_framing"], entry["request"]["bodySize"]) == (framing, len(body))


def test_the_answer_to_head_has_a_length_and_no_body():
    head = b"HEAD /o HTTP/1.1\r\nHost: h\r\n\r\n"

    first, second = said(head, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", get(), OK)

    assert first["response"]["content"]["size"] == 0
    assert ("Content-Length", "5") in pairs(first["response"])
    assert second["request"]["method"] == "GET"


def test_a_100_is_no_answer():
    put = b"PUT /o HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"

    (entry,) = said(put, b"HTTP/1.1 100 CONTINUE\r\n\r\n", b"hi", b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    assert entry["response"]["status"] == 201
    assert entry["request"]["_body"]["text"] == "hi"


def test_an_answer_that_the_registry_cut_off_is_kept_as_far_as_it_came():
    (entry,) = said(get(), b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")

    assert entry["response"]["status"] == 200
    assert entry["response"]["content"]["size"] == 4


def test_a_request_without_an_answer_is_counted_and_not_kept():
    recorder = Recorder()

    assert said(get(), recorder=recorder) == []
    assert recorder.unanswered() == 1


def test_a_connection_that_does_not_speak_http_is_counted_and_not_kept():
    recorder = Recorder()

    assert said(b"\x16\x03\x01 hello\r\n\r\n", b"\x15\x03", recorder=recorder) == []
    assert recorder.lost() == 1


def test_what_was_said_before_a_connection_spoke_something_else_is_kept():
    recorder = Recorder()

    assert len(said(get(), OK, b"nonsense\r\n\r\n", recorder=recorder)) == 1
    assert recorder.lost() == 1


def test_each_connection_has_its_name():
    recorder = Recorder()
    said(get(b"/1"), OK, get(b"/2"), OK, recorder=recorder)

    assert [entry["connection"] for entry in said(get(b"/3"), OK, recorder=recorder)] == ["0001", "0001", "0002"]


STREAM = get(b"/1", b"Content-Length: 3") + b"abc" + get(b"/2") + get(b"/3")
ANSWERS = OK + b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + OK


def without_times(entries):
    return [{k: v for k, v in e.items() if k not in ("startedDateTime", "time", "timings")} for e in entries]


@given(st.lists(st.integers(0, len(STREAM)), max_size=6), st.lists(st.integers(0, len(ANSWERS)), max_size=6))
def test_where_the_stream_is_cut_does_not_change_what_is_kept(asked, answered):
    recorder = Recorder()
    heard = recorder.conversation()
    for cuts, stream, pass_on in ((asked, STREAM, heard.asked), (answered, ANSWERS, heard.answered)):
        for start, end in pairwise([0, *sorted(cuts), len(stream)]):
            pass_on(stream[start:end])

    assert without_times(har_of(recorder)["entries"]) == without_times(said(STREAM, ANSWERS))


@given(st.lists(st.binary(), max_size=6))
def test_no_bytes_are_too_strange_to_pass_on(turns):
    said(*turns)
    said(get(), *turns)


def test_a_body_above_the_limit_is_kept_as_size_and_digest():
    body, kept = bytes(range(200)) * 6, b"\x00\xff" * 50
    recorder = Recorder(keep=1000)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    large, small = said(
        get(b"/a", b"Content-Length: 1200") + body,
        answer + body,
        get(b"/b", b"Content-Length: 100") + kept,
        OK,
        recorder=recorder,
    )

    told = {"size": 1200, "sha256": hashlib.sha256(body).hexdigest()}
    assert large["request"]["_body"] == told
    assert large["response"]["content"] == {"mimeType": "", **told}
    assert base64.b64decode(small["request"]["_body"]["text"]) == kept


def test_a_listing_above_the_limit_is_kept_because_a_replay_reads_it():
    rows = json.dumps([{"name": "a"}] * 100).encode()

    (entry,) = said(
        get(), b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(rows) + rows, recorder=Recorder(keep=9)
    )

    assert entry["response"]["content"]["text"].encode() == rows


def test_requests_belong_to_the_operation_that_was_marked_last_and_before_it_to_the_start():
    recorder = Recorder()
    said(get(b"/1"), OK, recorder=recorder)
    assert recorder.mark("push", "Push it") == "push"
    said(get(b"/2"), OK, recorder=recorder)
    assert recorder.mark("push") == "push-2"
    said(get(b"/3"), OK, recorder=recorder)
    assert recorder.mark("nothing-came") == "nothing-came"

    log = har_of(recorder)

    assert [entry["pageref"] for entry in log["entries"]] == ["start", "push", "push-2"]
    assert [(page["id"], page["title"]) for page in log["pages"]] == [
        ("start", "registry start"),
        ("push", "Push it"),
        ("push-2", "push"),
    ]


def test_a_request_between_two_operations_of_a_log_is_the_registrys_own():
    recorder = Recorder()
    for number in range(3):
        said(get(b"/%d" % number, SIGNED), OK, recorder=recorder)
    for number, entry in enumerate(recorder.entries):
        entry.started = NOW + number
    recorder.marks = [Mark("pull", "pull", NOW - 1, NOW + 0.5), Mark("push", "push", NOW + 1.5, NOW + 9)]

    log = har_of(recorder)

    assert [entry["pageref"] for entry in log["entries"]] == ["pull", "background", "push"]
    assert [step.page for step in from_log({"log": log}, name="x", path=Path("x")).steps] == ["pull", "pull", "push"]


def test_what_was_recorded_is_read_back_as_it_was_said():
    request = get(b"/b/o%20o?a=b", SIGNED, b"Transfer-Encoding: chunked") + b"2\r\nhi\r\n0\r\n\r\n"
    recorder = Recorder()
    said(request, OK, recorder=recorder)

    (step,) = from_log({"log": har_of(recorder)}, name="x", path=Path("x.har")).steps

    assert (step.target, step.framing, step.body, step.chunk_sizes) == ("/b/o%20o?a=b", Framing.CHUNKED, b"hi", (2, 0))


def test_a_login_that_sends_the_registry_past_the_recorder_is_told():
    recorder = Recorder()
    answer = b"HTTP/1.1 204 No Content\r\nX-Storage-Url: http://%s/swift/v1\r\n\r\n"
    for place in (b"gw:80", b"proxy:1", b"elsewhere:7480"):
        said(get(b"/auth/v1"), answer % place, recorder=recorder)

    assert list(past(recorder, "proxy:1")) == ["http://elsewhere:7480/swift/v1"]


def test_a_name_that_is_taken_gets_the_first_free_number():
    assert unused("a", []) == "a"
    assert unused("a", ["a", "a-2"]) == "a-3"


V4 = (
    b"Authorization: AWS4-HMAC-SHA256 Credential=ACCESS/20261125/us-east-1/s3/aws4_request, "
    b"SignedHeaders=host, Signature="
)
SAID_SECRETS = {
    "login": (
        get(b"/auth/v1", b"X-Auth-User: SECRET-user", b"X-Auth-Key: SECRET-key"),
        b"HTTP/1.1 204 No Content\r\nX-Storage-Token: SECRET-a\r\nX-Auth-Token: SECRET-b\r\n\r\n",
    ),
    "a token in another case": (get(b"/c", b"x-auth-token: SECRET-token"), OK),
    "account key": (
        get(b"/c", b"X-Account-Meta-Temp-Url-Key: SECRET-1", b"X-Account-Meta-Temp-URL-Key-2: SECRET-2"),
        OK,
    ),
    "account key told": (
        get(),
        b"HTTP/1.1 204 No\r\nX-Account-Meta-Temp-Url-Key: SECRET\r\nX-Container-Meta-Temp-Url-Key: SECRET2\r\n\r\n",
    ),
    "SigV4": (get(b"/c", V4.replace(b"ACCESS", b"SECRET-access") + b"SECRET-5ig"), OK),
    "SigV4 without spaces": (get(b"/c", V4.replace(b", ", b",").replace(b"ACCESS", b"SECRET") + b"SECRET-5ig"), OK),
    "SigV2": (get(b"/c", b"Authorization: AWS SECRET-access:SECRET/sig+nature="), OK),
    "presigned, version 4": (
        get(b"/c?X-Amz-Credential=SECRETA%2F2026%2Fs3&X-Amz-Signature=SECRETB&X-Amz-Security-Token=SECRETC"),
        OK,
    ),
    "presigned, version 2": (get(b"/c?AWSAccessKeyId=SECRETA&Expires=1&Signature=SECRET%2Fb%2Bc%3D"), OK),
    "TempURL": (get(b"/c?temp_url_sig=SECRET&temp_url_expires=1"), OK),
    "session token": (get(b"/c", b"X-Amz-Security-Token: SECRET"), OK),
    "basic": (
        get(b"/c", b"Authorization: Basic SECRET", b"Cookie: SECRET2", b"Proxy-Authorization: Basic SECRET3"),
        OK,
    ),
    "bearer": (get(b"/c", b"Authorization: Bearer SECRET"), OK),
    "cookie told": (get(), b"HTTP/1.1 200 OK\r\nSet-Cookie: SECRET\r\nContent-Length: 0\r\n\r\n"),
}


@pytest.mark.parametrize("what", SAID_SECRETS)
def test_a_secret_stands_nowhere_in_what_is_kept(what):
    entries = said(*SAID_SECRETS[what])

    assert len(entries) == 1
    assert "SECRET" not in json.dumps(entries)


def test_a_secret_that_is_said_again_in_a_body_or_url_is_replaced_there_too():
    login = get(b"/auth/v1", b"X-Auth-User: a:b", b"X-Auth-Key: SECRET+/=key")
    body = b'{"key": "SECRET+/=key"}'
    again = get(b"/c?key=SECRET%2B%2F%3Dkey", b"Content-Length: %d" % len(body)) + body
    binary = get(b"/c", b"Content-Length: 14") + b"\xffSECRET+/=key"

    assert "SECRET" not in json.dumps(said(login, OK, again, OK))
    assert len(said(login, OK, binary, OK)) == 2


def test_two_tokens_stay_two():
    answer = b"HTTP/1.1 204 No Content\r\nX-Auth-Token: SECRET%d\r\nX-Storage-Token: SECRET%d\r\n\r\n"

    first, second = said(get(b"/auth/v1"), answer % (1, 1), get(b"/auth/v1"), answer % (2, 2))

    assert pairs(first["response"])[0][1] == pairs(first["response"])[1][1] == "{token-1}"
    assert pairs(second["response"])[0][1] == "{token-2}"
