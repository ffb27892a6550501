"""The binder replaces what the gateway chose and what we own, and nothing that only looks alike."""

from dataclasses import replace

from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind
from fixtures.recordings.swift.binding import Bindings, bind, missing
from fixtures.wire.message import Field, Framing

RECORDING = built_in("2.8.3-swift")


def bindings(**changes) -> Bindings:
    given = {
        "authority": "gw:1",
        "auth_target": "/auth/1.0",
        "user": "u:swift",
        "key": "k",
        "container": "rgwc-x",
        "storage_path": "/swift/v1/AUTH_acc",
        "tokens": {"{token-1}": "AUTH_mine"},
    }
    return Bindings(**(given | changes))


def step(kind, **changes):
    return replace(next(s for s in RECORDING.steps if s.kind is kind), **changes)


def test_a_storage_url_with_an_account_moves_every_path_under_it():
    for recorded in RECORDING.steps:
        if recorded.kind in (Kind.AUTH, Kind.INFO):
            continue
        bound = bind(recorded, RECORDING, bindings())
        assert bound.path.startswith("/swift/v1/AUTH_acc/rgwc-x")
        assert RECORDING.container not in bound.path
        assert bound.query == recorded.target.partition("?")[2]


def test_info_is_asked_two_levels_above_the_storage_url():
    info = step(Kind.INFO)

    assert bind(info, RECORDING, bindings()).target == b"/swift/info"
    assert bind(info, RECORDING, bindings(storage_path="/swift/v1")).target == b"/info"


def test_only_the_container_in_front_of_a_name_is_replaced():
    name = f"{RECORDING.container}/files/{RECORDING.container}/x"
    put = step(Kind.PUT_MANIFEST, target=f"/swift/v1/{name}")

    assert bind(put, RECORDING, bindings()).path == f"/swift/v1/AUTH_acc/rgwc-x/files/{RECORDING.container}/x"


def test_a_manifest_and_a_destination_name_this_runs_container():
    fields = (
        Field(b"X-Object-Manifest", f"{RECORDING.container}/segments/0".encode()),
        Field(b"Destination", f"/{RECORDING.container}/a".encode()),
        Field(b"X-Copy-From", b"another/a"),
    )
    bound = bind(step(Kind.PUT_MANIFEST, fields=fields), RECORDING, bindings())

    assert [f.value for f in bound.fields] == [b"rgwc-x/segments/0", b"/rgwc-x/a", b"another/a"]


def test_a_bulk_delete_names_this_runs_container_and_gets_its_length():
    body = f"/{RECORDING.container}/a\n/{RECORDING.container}/b\n".encode()
    delete = step(
        Kind.DELETE,
        framing=Framing.LENGTH,
        body=body,
        size=len(body),
        fields=(Field(b"Content-Length", str(len(body)).encode()),),
    )
    bound = bind(delete, RECORDING, bindings())

    assert bound.content is not None
    assert bound.content.beginning(100) == b"/rgwc-x/a\n/rgwc-x/b\n"
    assert bound.get("Content-Length") == str(len(b"/rgwc-x/a\n/rgwc-x/b\n"))


def test_a_body_that_was_not_kept_is_the_same_each_time_and_of_its_size():
    segment = next(s for s in RECORDING.steps if s.kind is Kind.PUT_SEGMENT and s.body is None)
    one, two = (bind(segment, RECORDING, bindings()).content for _ in range(2))

    assert one is not None
    assert two is not None
    assert one.size == segment.size
    assert one.sha256 == two.sha256


def test_a_token_that_is_not_known_yet_is_a_reason_not_to_send():
    listing = step(Kind.LIST)

    assert missing(listing, bindings()) is None
    assert "token" in (missing(listing, bindings(tokens={})) or "")
    assert "storage URL" in (missing(listing, bindings(storage_path=None)) or "")
    assert missing(step(Kind.AUTH), bindings(storage_path=None, tokens={})) is None


def test_a_key_that_equals_another_value_is_replaced_where_it_stands_for_the_key_only():
    auth = bind(step(Kind.AUTH), RECORDING, bindings(key="distribution/v2.8.3"))

    assert auth.get("User-Agent") == "distribution/v2.8.3"
    assert auth.get("X-Auth-Key") == "distribution/v2.8.3"
