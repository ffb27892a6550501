"""No secret is written down: by its name, by its value, in heads, bodies and evidence."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.wire.content import from_bytes
from fixtures.wire.evidence import BODY_LIMIT, evidence_of
from fixtures.wire.message import Exchange, Framing, Request, make_fields
from fixtures.wire.parser import ResponseParser
from fixtures.wire.redaction import SECRET_FIELDS, SECRET_PARAMETERS, Redactor

SECRET = "sEcReT-value/1234+=="


@pytest.mark.parametrize("name", SECRET_FIELDS)
def test_a_secret_field_is_masked_and_its_line_stays(name):
    text = f"GET / HTTP/1.1\r\nHost: h\r\n{name.upper()}:  {SECRET}\r\nX-Other: kept\r\n\r\n"

    masked = Redactor().head(text)

    assert masked == text.replace(SECRET, "***")


@pytest.mark.parametrize("name", SECRET_PARAMETERS)
def test_a_secret_parameter_is_masked_and_the_others_stay(name):
    masked = Redactor().head(f"GET /o?a=1&{name}=abcdef&b=2 HTTP/1.1\r\n\r\n")

    assert masked == f"GET /o?a=1&{name}=***&b=2 HTTP/1.1\r\n\r\n"


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_value_that_is_known_is_masked_wherever_it_stands(before, after):
    assert SECRET not in Redactor([SECRET]).values(before + SECRET + after)


def test_short_values_are_not_masked_in_ordinary_text():
    assert Redactor(["GET"]).values("GET / HTTP/1.1") == "GET / HTTP/1.1"


def exchange(data: bytes, content: bytes = b"") -> Exchange:
    request = Request(
        "PUT",
        b"/swift/v1/c/o",
        make_fields([("X-Auth-Token", SECRET), ("X-Note", SECRET), ("Content-Length", str(len(content)))]),
        Framing.LENGTH,
        from_bytes(content),
    )
    parser = ResponseParser("PUT", keep=1 << 20, body_limit=1 << 20)
    parser.feed(data)
    parser.eof()
    return Exchange(
        request, parser.response, data, failure=parser.failure, excess=SECRET.encode(), failure_detail=SECRET
    )


@pytest.mark.parametrize(
    "data",
    [
        f"HTTP/1.1 200 OK\r\nX-Echo: {SECRET}\r\nContent-Length: {len(SECRET)}\r\n\r\n{SECRET}".encode(),
        f"X-Echo: {SECRET}\r\nDate: x\r\n\r\n{SECRET}".encode(),
        f"HTTP/1.1 100 C\r\nX-Auth-Token: {SECRET}\r\n\r\nHTTP/1.1 200".encode(),
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Auth-Token: {SECRET}\r\n\r\n".encode(),
    ],
    ids=["body", "broken", "interim", "trailer"],
)
def test_evidence_is_json_without_secrets(data):
    evidence = evidence_of(exchange(data, SECRET.encode()), Redactor([SECRET]))

    text = json.dumps(evidence)
    assert SECRET not in text
    assert base64.b64encode(SECRET.encode()).decode() not in text
    assert "X-Auth-Token: ***" in evidence["request"]["head"]


def test_a_secret_across_the_end_of_what_is_kept_does_not_survive_in_half():
    body = b"x" * (BODY_LIMIT - 5) + SECRET.encode()
    data = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    kept = base64.b64decode(evidence_of(exchange(data), Redactor([SECRET]))["response"]["body"])

    assert kept == b"x" * (BODY_LIMIT - 5) + b"***"


def test_an_answer_without_a_status_line_is_shown_as_it_came():
    evidence = evidence_of(exchange(b"Content-Length: 0\r\nDate: x\r\n\r\n"), Redactor())

    assert evidence["raw"] == "Content-Length: 0\r\nDate: x\r\n\r\n"
    assert evidence["response"]["status"] is None
