"""Only what is named by this run's id is written or deleted, whoever reads the name: attempts to break that."""

import json
import re
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fixtures.gateways.guard import Refused
from tests.manners.given import OWN, RUN, keeper, request

ALLOWED = {
    "read": request("GET", "/swift/v1/precious/data"),
    "read of a bucket": request("HEAD", "/precious/data"),
    "login": request("GET", "/auth/v1"),
    "container": request("PUT", f"/swift/v1/{OWN}"),
    "object": request("PUT", f"/swift/v1/{OWN}/a%2F..%2Fb", body=b"data"),
    "bucket": request("PUT", f"/{OWN}/"),
    "upload": request("POST", f"/{OWN}/key?uploads"),
    "delete objects": request("POST", f"/{OWN}?delete", body=b"<Delete><Object><Key>/etc</Key></Object></Delete>"),
    "copy to ours": request("PUT", f"/swift/v1/{OWN}/x", ("X-Copy-From", "/precious/data")),
    "copy to our bucket": request("PUT", f"/{OWN}/x", ("X-Amz-Copy-Source", "/precious/data")),
    "COPY to ours": request("COPY", "/swift/v1/precious/data", ("Destination", f"{OWN}/x")),
    "manifest": request("PUT", f"/swift/v1/{OWN}/x", ("X-Object-Manifest", f"{OWN}/segments%2Fx")),
    "bulk delete": request("POST", "/swift/v1?bulk-delete=1", body=f"/{OWN}/a\n/{OWN}/b\n/{OWN}/\n".encode()),
    "segments": request(
        "PUT",
        f"/swift/v1/{OWN}/x?multipart-manifest=put",
        body=json.dumps([{"path": f"/{OWN}/1"}, {"data": "aGk="}]).encode(),
    ),
    "absolute form": request("PUT", f"http://127.0.0.1:7480/swift/v1/{OWN}/x"),
    "temporary URL": request("PUT", f"/swift/v1/{OWN}/x?temp_url_sig=ab&temp_url_expires=1"),
}

REFUSED = {
    "another container": request("DELETE", "/swift/v1/precious"),
    "another object": request("PUT", "/swift/v1/precious/x", body=b"x"),
    "another bucket": request("PUT", "/precious"),
    "another run": request("DELETE", f"/swift/v1/rgwc-{RUN[:-1]}d-main-1"),
    "only the prefix": request("DELETE", f"/swift/v1/rgwc-{RUN}-"),
    "a prefix that ends early": request("DELETE", f"/swift/v1/rgwc-{RUN}"),
    "name within the name": request("DELETE", f"/swift/v1/precious-{OWN}"),
    "name in the object": request("DELETE", f"/swift/v1/precious/{OWN}"),
    "name in the query": request("DELETE", f"/swift/v1/precious?{OWN}"),
    "name in the fragment": request("DELETE", f"/swift/v1/precious#/{OWN}"),
    "account": request("DELETE", "/swift/v1"),
    "account with slash": request("DELETE", "/swift/v1/"),
    "account metadata": request("POST", "/swift/v1", ("X-Account-Meta-Temp-Url-Key", "mine")),
    "root": request("POST", "/", body=b"Action=AssumeRole"),
    "account in the path": request("PUT", f"/swift/v1/AUTH_other/{OWN}/x"),
    "admin": request("PUT", f"/admin/user?uid={OWN}"),
    "dots": request("DELETE", f"/swift/v1/{OWN}/../precious/x"),
    "dots to the account": request("DELETE", f"/swift/v1/{OWN}/.."),
    "encoded dots": request("DELETE", f"/swift/v1/{OWN}/%2e%2E/precious/x"),
    "encoded slashes": request("DELETE", f"/swift/v1/{OWN}%2f..%2fprecious"),
    "encoded twice": request("DELETE", f"/swift/v1/{OWN}/%252e%252e/precious/x"),
    "backslashes": request("DELETE", f"/swift/v1/{OWN}/..\\..\\precious\\x"),
    "double slashes": request("DELETE", f"/swift/v1//{OWN}/x"),
    "double slashes in front": request("DELETE", f"//swift/v1/{OWN}/x"),
    "dots in front": request("DELETE", f"/swift/v1/./{OWN}/../../v1/precious"),
    "NUL": request("DELETE", f"/swift/v1/%00{OWN}/x"),
    "NUL before the name": request("DELETE", f"/swift/v1/precious%00/{OWN}"),
    "another case": request("DELETE", f"/swift/v1/{OWN.upper()}/x"),
    "encoded name": request("DELETE", f"/swift/v1/%72gwc-{RUN}-main-1/x"),
    "method in lower case": request("delete", "/swift/v1/precious"),
    "unknown method": request("PURGE", "/swift/v1/precious"),
    "method told by a field": request("GET", "/swift/v1/precious", ("X-HTTP-Method-Override", "DELETE")),
    "method told with underscores": request("GET", "/swift/v1/precious", ("x_http_method_override", "delete")),
    "path told by a field": request("PUT", f"/swift/v1/{OWN}/x", ("X-Original-URL", "/swift/v1/precious")),
    "COPY to another": request("COPY", f"/swift/v1/{OWN}/x", ("Destination", "precious/x")),
    "COPY to another, encoded": request("COPY", f"/swift/v1/{OWN}/x", ("Destination", f"%2F{OWN}/../precious/x")),
    "COPY to two places": request("COPY", f"/swift/v1/{OWN}/x", ("Destination", f"{OWN}/x"), ("destination", "p/x")),
    "COPY to another account": request(
        "COPY", f"/swift/v1/{OWN}/x", ("Destination", f"{OWN}/x"), ("Destination-Account", "AUTH_other")
    ),
    "COPY without a destination": request("COPY", "/swift/v1/precious/x"),
    "manifest of another's": request("PUT", f"/swift/v1/{OWN}/x", ("X-Object-Manifest", "precious/segments")),
    "manifest, with underscores": request("PUT", f"/swift/v1/{OWN}/x", ("X_Object_Manifest", "precious/segments")),
    "versions elsewhere": request("PUT", f"/swift/v1/{OWN}", ("X-Versions-Location", "precious")),
    "history elsewhere": request("POST", f"/swift/v1/{OWN}", ("X-History-Location", "precious")),
    "synchronised": request("POST", f"/swift/v1/{OWN}", ("X-Container-Sync-To", "https://elsewhere/")),
    "symbolic link": request("PUT", f"/swift/v1/{OWN}/x", ("X-Symlink-Target", "precious/x")),
    "another bucket by its host": request("PUT", f"/{OWN}/x", ("Host", "precious.s3.example")),
    "our bucket by a host nobody tried": request("PUT", "/x", ("Host", f"{OWN}.s3.example")),
    "absolute form of another": request("PUT", f"http://precious.s3.example/{OWN}/x"),
    "bulk delete of another": request("POST", "/swift/v1?bulk-delete=1", body=f"/{OWN}/a\nprecious/b\n".encode()),
    "bulk delete without an end": request("POST", "/swift/v1?bulk-delete", body=f"/{OWN}/a\nprecious/b".encode()),
    "bulk delete of an account's": request("DELETE", "/swift/v1?bulk-delete=1", body=b"/AUTH_other/precious\n"),
    "bulk delete, encoded": request("POST", "/swift/v1?bulk%2Ddelete=1", body=b"precious/b\n"),
    "bulk delete in our container": request("POST", f"/swift/v1/{OWN}?bulk-delete=1", body=b"precious/b\n"),
    "bulk delete with dots": request("POST", "/swift/v1?bulk-delete", body=f"/{OWN}/../precious/b\n".encode()),
    "archive": request("PUT", "/swift/v1?extract-archive=tar", body=b"tar"),
    "segments of another's": request(
        "PUT", f"/swift/v1/{OWN}/x?multipart-manifest=put", body=json.dumps([{"path": "/precious/1"}]).encode()
    ),
    "segments, escaped": request(
        "PUT", f"/swift/v1/{OWN}/x?multipart-manifest=put", body=b'[{"p\\u0061th": "\\u002fprecious\\u002f1"}]'
    ),
    "segments, told twice": request(
        "PUT",
        f"/swift/v1/{OWN}/x?multipart-manifest=put",
        body=f'[{{"path": "/{OWN}/1", "Path": "/precious/1"}}]'.encode(),
    ),
    "segments that are no JSON": request(
        "PUT", f"/swift/v1/{OWN}/x?multipart-manifest=put", body=b'[{"path": "/precious/1"},]'
    ),
    "log to another bucket": request("PUT", f"/{OWN}?logging", body=b"<TargetBucket>precious</TargetBucket>"),
    "copies to another bucket": request("PUT", f"/{OWN}?replication", body=b""),
    "request in a field": request("GET", "/", ("X-A", "b\r\n\r\nDELETE /swift/v1/precious HTTP/1.1")),
    "request in the target": request("GET", "/ HTTP/1.1\r\n\r\nDELETE /swift/v1/precious"),
    "field in a field": request("PUT", f"/swift/v1/{OWN}/x", ("X-A", "b\r\nX-Object-Manifest: precious/x")),
    "method with a space": request("GET /x HTTP/1.1\r\n\r\nDELETE", "/swift/v1/precious"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_run_needs_passes(name):
    keeper().request(ALLOWED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_the_runs_is_refused(name):
    with pytest.raises(Refused, match="not sent"):
        keeper().request(REFUSED[name])


def test_a_refusal_names_request_line_and_reason_and_no_secret():
    with pytest.raises(Refused) as refused:
        keeper().request(request("PUT", "/swift/v1/precious/x?temp_url_sig=5ecre7", ("X-Auth-Token", "5ecre7")))

    assert "PUT /swift/v1/precious/x" in str(refused.value)
    assert f"rgwc-{RUN}-" in str(refused.value)
    assert "5ecre7" not in str(refused.value)


def test_an_account_may_be_changed_where_that_was_allowed_and_never_deleted():
    keeper(account_writes=True).request(request("POST", "/swift/v1", ("X-Account-Meta-Temp-Url-Key", "mine")))

    for method in ("PUT", "DELETE"):
        with pytest.raises(Refused):
            keeper(account_writes=True).request(request(method, "/swift/v1"))


def test_a_bucket_in_a_host_passes_once_the_gateway_was_seen_to_take_it():
    known = keeper(storage_path="/other/v1")
    with pytest.raises(Refused):
        known.take_from("precious.s3.example")
    known.take_from(f"{OWN}.s3.example")

    known.request(request("PUT", "/x", ("Host", f"{OWN}.s3.example")))
    with pytest.raises(Refused):
        known.request(request("PUT", "/x", ("Host", "precious.s3.example")))


def test_an_account_in_the_url_is_no_container():
    known = keeper(storage_path="/swift/v1/AUTH_one")

    known.request(request("PUT", f"/swift/v1/AUTH_one/{OWN}/x"))
    with pytest.raises(Refused):
        known.request(request("PUT", f"/swift/v1/{OWN}/x"))
    with pytest.raises(Refused):
        known.request(request("PUT", f"/swift/v1/AUTH_one/precious/{OWN}"))


@pytest.mark.parametrize("path", ["/precious", "/precious/AUTH_x", "/", None])
def test_a_storage_url_that_is_none_opens_nothing(path):
    with pytest.raises(Refused):
        keeper(storage_path=path).request(request("DELETE", f"/precious/{OWN}"))


def test_without_a_run_nothing_is_written():
    with pytest.raises(Refused):
        keeper(run_ids=()).request(request("PUT", f"/swift/v1/{OWN}"))


WORDS = "precious|..|.||%2e%2e|%2E.|%252e%252e|%2f|%5c|\\|swift|v1|x|AUTH_x|%00|#|;|?|%23|%3f|%09| |..;|%c0%ae"
PARTS = st.sampled_from([*WORDS.split("|"), OWN, "rgwc-", RUN])
METHODS = st.sampled_from(["PUT", "POST", "DELETE", "COPY", "PATCH", "put", "MOVE", "Delete"])


def naive(path: str) -> set[str]:
    """The containers that simple servers would find in a path: each with another idea of what it means."""
    found = set()
    for decoded in (path, unquote(path), unquote(unquote(path))):
        for text in (decoded, decoded.replace("\\", "/"), re.split("[#?\0]", decoded)[0]):
            for collapse in (False, True):
                segments = text.split("/")
                segments = [s for s in segments if s] if collapse else segments[1:]
                kept: list[str] = []
                for segment in segments:
                    if segment == "..":
                        kept[-1:] = []
                    elif segment != ".":
                        kept.append(segment)
                for some in (segments, kept):
                    inside = some[2:] if some[:2] == ["swift", "v1"] else some
                    found.add(inside[0] if inside else "")
    return found


@given(METHODS, st.lists(PARTS, max_size=8), st.booleans())
@example("DELETE", ["swift", "v1", OWN, "..", "precious"], False)
def test_no_writing_request_passes_that_somebody_may_take_for_another_container(method, parts, joined):
    target = "/" + ("" if joined else "/").join(parts)
    try:
        keeper().request(request(method, target, ("Destination", f"{OWN}/x")))
    except Refused:
        return
    if method != "COPY":
        assert all(name.startswith(f"rgwc-{RUN}-") for name in naive(target)), target


@given(st.text(max_size=40))
def test_any_object_name_that_is_encoded_as_one_segment_passes_unless_it_climbs(name):
    target = f"/swift/v1/{OWN}/" + quote(name, safe="", errors="replace")
    climbs = ".." in unquote(unquote(target))
    try:
        keeper().request(request("PUT", target))
    except Refused:
        assert climbs or "\\" in name, name
