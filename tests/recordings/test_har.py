"""Recordings are read whole, hold no secret, and what is none is told in one line."""

import json

import pytest

from fixtures.recordings.__main__ import main
from fixtures.recordings.har import BUILT_IN, DATA, VARIATIONS, built_in, read
from fixtures.recordings.model import Kind, RecordingError
from fixtures.recordings.shelf import INDEX, chosen, index

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


BROWSERS = json.dumps(
    {
        "log": {
            "version": "1.2",
            "creator": {"name": "Firefox", "version": "128.0"},
            "browser": {"name": "Firefox", "version": "128.0"},
            "pages": [{"id": "page_1", "title": "x", "pageTimings": {"onLoad": 1}}],
            "entries": [
                {
                    "pageref": "page_1",
                    "connection": "443",
                    "request": {"method": "GET", "url": "https://example.org/", "headers": [], "bodySize": 0},
                    "response": {"status": 200, "statusText": "OK", "headers": [], "content": {"size": 0}},
                }
            ],
        }
    }
)


EVERYWHERE = {
    "head-blob-absent",
    "push-blob-monolithic-small",
    "push-blob-docker-style",
    "push-blob-multi-segment",
    "push-blob-resumed-chunks",
    "push-blob-cancelled",
    "push-config",
    "push-manifest-tag",
    "retag-manifest",
    "mount-blob-cross-repo",
    "pull-manifest",
    "pull-blob-small",
    "pull-blob-multi-segment",
    "pull-blob-range",
    "list-tags",
    "list-catalog",
    "delete-blob",
    "delete-manifest",
    "garbage-collect",
}
"""What every recorded registry was asked to do, and did by asking the gateway."""


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_operation_of_a_recording_is_a_page(name):
    recording = built_in(name)

    assert set(recording.pages) >= EVERYWHERE
    # The S3 driver asks nothing when it starts.
    assert (recording.pages[0] == "start") == (recording.api == "swift")
    assert Kind.OTHER not in {step.kind for step in recording.steps}


@pytest.mark.parametrize("api", ["swift", "s3"])
def test_every_kind_of_request_of_a_driver_is_in_a_recording(api):
    recordings = [built_in(name) for name in BUILT_IN if name.endswith(api)]

    kinds = {step.kind for recording in recordings for step in recording.steps}
    if api == "s3":
        assert kinds | {Kind.HEAD_OBJECT} == {*ONLY_S3, Kind.HEAD_OBJECT}
    else:
        assert kinds >= set(Kind) - set(ONLY_S3) - {Kind.COPY, Kind.OTHER}


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
        (json.dumps(har())[:-40], "only the beginning of it"),
        ("", "no JSON"),
        ("\x00\x01", "no JSON"),
        ('{"log": ' + "[" * 100_000, "no JSON"),
        ("null", "not HAR 1.2"),
        ('{"log": null}', "not HAR 1.2"),
        ('{"log": {"entries": {}, "pages": []}}', "no list"),
        ('{"log": {"entries": {"a": 1}, "pages": []}}', "bad.har"),
        ('{"log": {"entries": 5, "pages": []}}', "bad.har"),
        ('{"log": {"entries": [1, null], "pages": []}}', "bad.har"),
        ('{"log": {"entries": [{"request": null}], "pages": []}}', "bad.har"),
        ('{"log": {"entries": [{}], "pages": [{}]}}', "bad.har"),
        ('{"log": {"entries": [{}], "pages": 1}}', "bad.har"),
        (BROWSERS, "as a browser's HAR; record with python -m fixtures.recordings record"),
        (json.dumps(har(response={**SOME_ENTRY["response"], "status": 0})), "answered without a status"),
        (json.dumps(har(response={k: v for k, v in SOME_ENTRY["response"].items() if k != "status"})), "no status"),
        (json.dumps(har(response={**SOME_ENTRY["response"], "status": "two"})), "entry 0"),
        (json.dumps(har(response=None)), "entry 0"),
        (json.dumps(har(request={**SOME_ENTRY["request"], "headers": [["a", "b"]]})), "entry 0"),
        (json.dumps(har(request={**SOME_ENTRY["request"], "url": "http://[gw/"})), "entry 0"),
        (json.dumps(har(request={**SOME_ENTRY["request"], "url": 7})), "entry 0"),
        (
            json.dumps(har(request={**SOME_ENTRY["request"], "_body": {"size": 2, "encoding": "base64", "text": "a"}})),
            "entry 0",
        ),
        (json.dumps(har()).replace('"pages": [{"id": "start"}]', '"pages": []'), "entry 0"),
        (json.dumps(har()).replace("Storage-Url", "Other"), "bad.har"),
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


def test_fields_that_nobody_knows_are_ignored(tmp_path):
    plain, odd = tmp_path / "plain.har", tmp_path / "odd.har"
    plain.write_text(json.dumps(har()))
    entry = {**SOME_ENTRY, "_initiator": {"type": "other"}, "_priority": 1}
    entry["request"] = {**entry["request"], "_later": [1], "postData": {"text": "x"}}
    whole = har(**entry)
    whole["log"] |= {"_vendor": None, "version": "1.3"}
    odd.write_text(json.dumps(whole))

    assert read(odd, name="same") == read(plain, name="same")


@pytest.mark.parametrize("text", [json.dumps(har())[:300], BROWSERS, json.dumps(har(pageref="elsewhere"))])
def test_a_run_with_a_recording_that_is_none_ends_with_one_error_line_and_exit_code_4(suites, tmp_path, text):
    file = tmp_path / "broken.har"
    file.write_text(text)

    outcome = suites.run("-q", "--gateway-url", "http://127.0.0.1:1", "--recording", str(file))

    assert outcome.code == 4
    (line,) = outcome.error_lines
    assert str(file) in line
    assert "Traceback" not in outcome.output


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


def test_the_index_says_what_is_in_the_files():
    assert json.loads(INDEX.read_text()) == index(), "run: python -m fixtures.recordings index"


def test_a_recording_is_read_when_it_is_replayed():
    shelved = {one.name: one for one in chosen("all", [])}

    assert set(shelved) == {*BUILT_IN, *VARIATIONS}
    assert shelved["2.8.3-swift"].read() is built_in("2.8.3-swift")
    # What is the same in both is not said twice.
    assert 0 < len(shelved["2.5.0-go1.6-swift"].pages) < len(shelved["2.5.0-swift"].pages)
