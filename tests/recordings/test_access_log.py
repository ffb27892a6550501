"""A registry's own log tells its operations, in each of its forms; whatever else is in it is passed over."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.recordings.access_log import go_of, operation_name, operations

AT = "2026-11-25T12:00:10.500000000Z"
END = 1795608010.5
PUT = {"http.request.method": "PUT", "http.request.uri": "/v2/lib/app/manifests/latest"}


def text(time=AT, duration="1.5s", msg="response completed", **facts):
    fields = {**PUT, "http.response.duration": duration, "http.response.status": 201, **facts}
    told = " ".join(f"{name}={value if '/' not in str(value) else json.dumps(value)}" for name, value in fields.items())
    return f'time="{time}" level=info msg="{msg}" go.version=go1.19.8 {told} service=registry version="2.8.2+ds1"'


def as_json(time=AT, duration="1.5s", **facts):
    told = {**PUT, "http.response.duration": duration, "http.response.status": 201, "go.version": "go1.19.8", **facts}
    return json.dumps({"level": "info", "msg": "response completed", "time": time, **told})


def logstash(time=AT, duration="1.5s"):
    told = {**PUT, "http.response.duration": duration, "go.version": "go1.19.8"}
    return json.dumps({"@timestamp": time, "@version": "1", "message": "response completed", "level": "info", **told})


@pytest.mark.parametrize("form", [text, as_json, logstash])
def test_each_form_of_a_log_tells_an_operation_with_its_beginning_and_end(form):
    (mark,) = operations([form()])

    assert (mark.page, mark.title) == ("push-manifest", "PUT /v2/lib/app/manifests/latest")
    assert (mark.at, mark.until) == (END - 1.5, END)


@pytest.mark.parametrize("form", [text, as_json, logstash])
def test_each_form_of_a_log_tells_the_go_of_its_registry(form):
    assert go_of(["nothing", form()]) == "1.19"


def test_a_log_that_does_not_tell_its_go_has_none():
    assert go_of(["go.version=devel", "", "go1.19"]) is None


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("1m2.5s", 62.5),
        ("1h0m1s", 3601),
        ("856.395µs", 856.395e-6),
        ("12us", 12e-6),
        ("3.25ms", 0.00325),
        ("7ns", 7e-9),
    ],
)
def test_a_duration_is_read_as_go_writes_it(duration, seconds):
    (mark,) = operations([text(duration=duration)])

    assert mark.until - mark.at == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "response completed",
        text(duration="soon"),
        text(duration="1.5"),
        text(duration="-1s"),
        text(time="yesterday"),
        text(msg="authorized request"),
        text(msg='response completed "'),
        '{"msg": "response completed"',
        '["response completed"]',
        '{"msg": "response completed", "http.request.method": "GET"}',
        '192.0.2.1 - - [25/Nov/2026:12:00:10 +0000] "PUT /v2/lib/app/manifests/latest HTTP/1.1" 201 0 "" "docker"',
        "[" * 100_000,
        "{" * 100_000,
        '{"a":' * 100_000,
    ],
    ids=lambda line: line[:20],
)
def test_a_line_that_tells_no_operation_is_passed_over(line):
    assert [mark.page for mark in operations([line, text()])] == ["push-manifest"]


def test_a_completed_response_with_an_error_is_an_operation_too():
    assert [mark.page for mark in operations([text(msg="response completed with error")])] == ["push-manifest"]


def test_operations_are_told_in_the_order_of_their_beginnings_and_a_second_one_of_a_name_is_new():
    late, early = text(duration="100ms"), text(duration="9s")

    marks = operations([late, early])

    assert [mark.page for mark in marks] == ["push-manifest", "push-manifest-2"]
    assert marks[0].at < marks[1].at


@pytest.mark.parametrize(
    ("method", "uri", "name"),
    [
        ("GET", "/v2/", "ping"),
        ("GET", "/v2/_catalog?n=1000", "list-catalog"),
        ("GET", "/v2/lib/app/tags/list", "list-tags"),
        ("GET", "/v2/lib/app/manifests/latest", "pull-manifest"),
        ("HEAD", "/v2/lib/app/manifests/latest", "head-manifest"),
        ("DELETE", "/v2/lib/app/manifests/sha256:00", "delete-manifest"),
        ("POST", "/v2/lib/app/blobs/uploads/", "begin-upload"),
        ("POST", "/v2/lib/app/blobs/uploads/?mount=sha256:00&from=lib/b", "mount-blob"),
        ("POST", "/v2/lib/app/blobs/uploads/?digest=sha256:00", "push-blob-at-once"),
        ("PATCH", "/v2/lib/app/blobs/uploads/1-2?_state=x", "upload-chunk"),
        ("PUT", "/v2/lib/app/blobs/uploads/1-2?_state=x&digest=y", "finish-upload"),
        ("GET", "/v2/lib/app/blobs/uploads/1-2", "look-at-upload"),
        ("DELETE", "/v2/lib/app/blobs/uploads/1-2", "cancel-upload"),
        ("HEAD", "/v2/lib/app/blobs/sha256:00", "head-blob"),
        ("GET", "/v2/lib/app/blobs/sha256:00", "pull-blob"),
        ("OPTIONS", "/v2/", "options"),
        ("GET", "/metrics", "get-other"),
        ("GET", "", "get-other"),
    ],
)
def test_an_operation_is_called_after_what_a_client_asked_for(method, uri, name):
    assert operation_name(method, uri) == name


@given(st.lists(st.text() | st.text().map(lambda t: f"response completed {t}"), max_size=4))
def test_no_text_is_too_strange_for_a_log(lines):
    operations(lines)
    go_of(lines)


@given(st.text(), st.text(), st.text())
def test_no_value_of_a_field_is_too_strange_for_a_log(time, duration, uri):
    for form in (text, as_json):
        operations([form(time=time, duration=duration, **{"http.request.uri": uri})])
    operation_name(time, uri)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_no_json_is_too_strange_for_a_log(value):
    operations([json.dumps(value), json.dumps({"msg": value, "time": value, "http.request.method": value})])


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59"])
def test_a_time_at_the_end_of_the_calendar_is_no_reason_to_stop(time):
    operations([text(time=time, duration="99999999999999999999h")])
