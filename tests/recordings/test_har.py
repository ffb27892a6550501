"""Recordings are read whole, hold no secret, and what is none is told in one line."""

import json

import pytest

from fixtures.recordings.__main__ import main
from fixtures.recordings.har import BUILT_IN, DATA, VARIATIONS, built_in, read
from fixtures.recordings.model import Kind, RecordingError

ONLY_S3 = [kind for kind in list(Kind) if list(Kind).index(kind) >= list(Kind).index(Kind.PUT_OBJECT)][:-1]

SOME_ENTRY = {
    "pageref": "start",
    "connection": "1",
    "request": {
        "method": "GET",
        "url": "http://gw/auth/v1",
        "headers": [{"name": "X-Auth-User", "value": "a:swift"}, {"name": "X-Auth-Key", "value": "sEcReT-key"}],
        "_framing": "none",
    },
    "response": {
        "status": 204,
        "statusText": "No Content",
        "headers": [
            {"name": "X-Storage-Url", "value": "http://gw/swift/v1"},
            {"name": "X-Auth-Token", "value": "AUTH_rgwtk0123"},
        ],
        "content": {"size": 0},
    },
}


NEXT_ENTRY = {
    "pageref": "start",
    "connection": "1",
    "request": {"method": "HEAD", "url": "http://gw/swift/v1/c", "headers": [], "_framing": "none"},
    "response": {"status": 204, "statusText": "No Content", "headers": [], "content": {"size": 0}},
}


def har(**changes) -> dict:
    entry = {**SOME_ENTRY, **changes}
    return {"log": {"browser": {"version": "2.8.3"}, "pages": [{"id": "start"}], "entries": [entry, NEXT_ENTRY]}}


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_operation_of_a_recording_is_a_page(name):
    recording = built_in(name)

    kinds = {step.kind for step in recording.steps}
    assert recording.pages[-1] == "garbage-collect"
    assert Kind.OTHER not in kinds
    if recording.api == "swift":
        assert len(recording.pages) == 22
        assert recording.pages[0] == "start"
        assert kinds >= set(Kind) - set(ONLY_S3) - {Kind.COPY, Kind.OTHER}
    else:
        # This driver asks nothing when it starts.
        assert len(recording.pages) == 21
        assert kinds | {Kind.HEAD_OBJECT} == {*ONLY_S3, Kind.HEAD_OBJECT}


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_credential_is_in_a_recording(name):
    text = (DATA / BUILT_IN[name]).read_text(encoding="utf-8")

    assert "AUTH_rgwtk" not in text
    assert "swiftsecret" not in text
    assert "dockerlucky" not in text
    assert "S3ACCESS" not in text
    assert "S3SECRET" not in text
    for entry in json.loads(text)["log"]["entries"]:
        for message in (entry["request"], entry["response"]):
            for header in message["headers"]:
                if header["name"].lower() in ("x-auth-key", "x-auth-token", "x-storage-token", "x-auth-user"):
                    assert header["value"].startswith("{")


def test_redacting_names_each_secret_and_leaves_the_rest(tmp_path, capsys):
    source, target = tmp_path / "in.har", tmp_path / "out.har"
    second = json.loads(json.dumps(SOME_ENTRY).replace("AUTH_rgwtk0123", "AUTH_rgwtk4567"))
    whole = har()
    whole["log"]["entries"].append(second)
    source.write_text(json.dumps(whole))

    assert main(["redact", str(source), str(target)]) == 0

    text = target.read_text()
    assert "sEcReT-key" not in text
    assert "AUTH_rgwtk" not in text
    assert "{token-1}" in text
    assert "{token-2}" in text
    assert json.loads(text)["log"]["_assumes"] == {"info": "absent"}
    assert "3 requests in 1 operations" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not json", "not HAR 1.2"),
        ("[]", "not HAR 1.2"),
        ('{"log": {"entries": [], "pages": []}}', "no request"),
        (json.dumps(har(request={"method": "GET"})), "entry 0 cannot be replayed"),
        (json.dumps(har(pageref="elsewhere")), "elsewhere"),
        (json.dumps(har(request={**SOME_ENTRY["request"], "_framing": "guess"})), "entry 0"),
    ],
)
def test_what_is_no_recording_is_told_in_one_line(tmp_path, text, says):
    file = tmp_path / "bad.har"
    file.write_text(text)

    with pytest.raises(RecordingError) as refused:
        read(file)

    assert says in str(refused.value)
    assert "bad.har" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_and_a_name_that_nobody_knows(tmp_path):
    with pytest.raises(RecordingError, match="No such file"):
        read(tmp_path / "none.har")
    with pytest.raises(RecordingError, match=r"2\.5\.0-swift"):
        built_in("2.5.1-swift")
    assert main(["redact", str(tmp_path / "none.har"), str(tmp_path / "out.har")]) == 2


def test_a_variation_is_the_same_conversation():
    for name, (base, _) in VARIATIONS.items():
        assert [s.target for s in built_in(name).steps] == [s.target for s in built_in(base).steps]
        assert built_in(name).name == name
