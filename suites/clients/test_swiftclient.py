"""What a program does with python-swiftclient's Connection; first the steps with which the article of 2016 began."""

from email.utils import parsedate_to_datetime
from functools import partial
from hashlib import md5
from urllib.parse import urlsplit

from suites.claims import unsupported
from suites.clients.told import claim, refused

CONTENT = bytes(range(256)) * 64
ETAG = md5(CONTENT, usedforsecurity=False).hexdigest()
AWKWARD = ("a b", "a+b", "a%2Fb", "é/ü", "日本", "a&b=c", "a'b\"c", "?#", "..a", "~x")

_claim = partial(claim, oracle="python-swiftclient", api="swift")


def _names(rows):
    return [row.get("name", row.get("subdir")) if isinstance(row, dict) else row for row in rows]


@_claim("swiftclient-auth", "swift auth")
def test_auth(new_connection, gateway, sdk):
    """`swift auth`: a token, and a storage URL at this gateway."""
    storage, token = new_connection(storage_url="").get_auth()
    assert token
    assert urlsplit(storage).netloc in (urlsplit(sdk.url).netloc, urlsplit(gateway.url).netloc)


@_claim("swiftclient-auth-refused", "telling a wrong key from a gateway that is broken")
def test_auth_with_a_wrong_key(new_connection):
    """A wrong key is refused with 401 or 403."""
    with refused(401, 403):
        new_connection(key="wrong-key-of-nobody").get_auth()


@_claim("swiftclient-token-renewal", "any swift command that outlives its token")
def test_a_bad_token_is_renewed(new_connection, container):
    """A token that is none is refused with 401, and only then python-swiftclient logs in again."""
    connection = new_connection(preauthtoken="AUTH_rgwtk-of-nobody")
    assert connection.head_container(container.name).get("x-container-object-count") == "0"


@_claim("swiftclient-stat", "swift stat")
def test_stat(client, container):
    """`swift stat` of account and container."""
    containers = client.head_account().get("x-account-container-count", "")
    assert containers.isdigit()
    assert int(containers) >= 1
    assert client.head_container(container.name).get("x-container-object-count") == "0"


@_claim("swiftclient-stat-object", "swift stat of an object")
def test_stat_of_an_object(client, container):
    """`swift stat` of an object: its length, ETag, type and when it was written."""
    client.put_object(container.name, "o", CONTENT, content_type="text/x-layer")
    told = client.head_object(container.name, "o")
    assert told["content-length"] == str(len(CONTENT))
    assert told["etag"].strip('"') == ETAG
    assert told["content-type"] == "text/x-layer"
    assert parsedate_to_datetime(told["last-modified"]).year > 2000
    assert float(told["x-timestamp"]) > 1e9


@_claim("swiftclient-post", "swift post")
def test_post(client, container):
    """`swift post` makes a container, and gives it and an object metadata."""
    name = f"{container.name}-made"
    client.put_container(name)
    client.post_container(name, {"X-Container-Meta-Owner": "registry"})
    assert client.head_container(name).get("x-container-meta-owner") == "registry"
    client.put_object(name, "o", CONTENT)
    client.post_object(name, "o", {"X-Object-Meta-Kind": "layer"})
    assert client.head_object(name, "o").get("x-object-meta-kind") == "layer"


@_claim("swiftclient-post-replaces", "swift post")
def test_post_of_an_object_replaces_its_metadata(client, container):
    """`swift post` of an object takes away the metadata that it does not name (Swift API, "Create or update ...")."""
    client.put_object(container.name, "o", CONTENT, headers={"X-Object-Meta-Old": "1"})
    client.post_object(container.name, "o", {"X-Object-Meta-New": "2"})
    told = client.head_object(container.name, "o")
    assert told.get("x-object-meta-new") == "2"
    assert "x-object-meta-old" not in told


@_claim("swiftclient-metadata-unicode", "swift post")
def test_metadata_beyond_ascii(client, container):
    """Metadata in UTF-8 comes back as it was sent."""
    client.put_object(container.name, "o", b"", headers={"X-Object-Meta-Owner": "Jürgen 日本"})
    assert client.head_object(container.name, "o").get("x-object-meta-owner") == "Jürgen 日本"


@_claim("swiftclient-list", "swift list")
def test_list(client, container):
    """`swift list` of account and container."""
    for name in ("b", "a"):
        client.put_object(container.name, name, b"")
    assert _names(client.get_container(container.name, full_listing=True)[1]) == ["a", "b"]
    assert _names(client.get_account(prefix=container.name)[1]) == [container.name]


@_claim("swiftclient-list-rows", "swift list --long")
def test_list_says_what_stat_says(client, container):
    """`swift list --long`: each row has name, bytes, hash, type and date as python-swiftclient prints them."""
    client.put_object(container.name, "o", CONTENT, content_type="text/x-layer")
    (row,) = client.get_container(container.name)[1]
    assert (row["name"], row["bytes"], row["hash"]) == ("o", len(CONTENT), ETAG)
    assert row["content_type"] == "text/x-layer"
    assert row["last_modified"][10] == "T"


@_claim("swiftclient-list-pages", "swift list")
def test_list_page_by_page(client, container):
    """A full listing goes through every page, whatever a page's limit, and has each name once."""
    for number in range(5):
        client.put_object(container.name, f"n{number}", b"")
    rows = client.get_container(container.name, limit=2, full_listing=True)[1]
    assert _names(rows) == [f"n{number}" for number in range(5)]


@_claim("swiftclient-list-delimiter", "swift list --delimiter")
def test_list_of_directories(client, container):
    """`swift list --prefix --delimiter` shows directories as such."""
    for name in ("d/a", "d/e/b", "d/e/c", "f"):
        client.put_object(container.name, name, b"")
    assert _names(client.get_container(container.name, delimiter="/")[1]) == ["d/", "f"]
    rows = client.get_container(container.name, prefix="d/", delimiter="/")[1]
    assert [("subdir" in row, name) for row, name in zip(rows, _names(rows), strict=True)] == [
        (False, "d/a"),
        (True, "d/e/"),
    ]


@_claim("swiftclient-list-marker", "swift list --marker")
def test_list_between_markers(client, container):
    """Markers are outside of what is listed between them."""
    for name in "abcd":
        client.put_object(container.name, name, b"")
    assert _names(client.get_container(container.name, marker="a", end_marker="d")[1]) == ["b", "c"]
    assert _names(client.get_container(container.name, marker="d")[1]) == []


@_claim("swiftclient-list-empty", "swift list")
def test_list_of_nothing(client, container):
    """An empty container has an empty listing, with 200 or 204."""
    assert client.get_container(container.name, full_listing=True)[1] == []


@_claim("swiftclient-awkward-names", "upload or download")
def test_awkward_names(client, container):
    """Names of any characters are listed, read and deleted as they were written."""
    for name in AWKWARD:
        client.put_object(container.name, name, name.encode())
    assert sorted(_names(client.get_container(container.name)[1])) == sorted(AWKWARD)
    for name in AWKWARD:
        assert client.get_object(container.name, name)[1] == name.encode(), name
        client.delete_object(container.name, name)
    assert client.get_container(container.name)[1] == []


@_claim("swiftclient-upload-download", "swift upload or download")
def test_upload_and_download(client, container):
    """`swift upload` and `swift download` bring back the bytes that were sent."""
    assert client.put_object(container.name, "dir/file name", CONTENT).strip('"') == ETAG
    assert client.get_object(container.name, "dir/file name")[1] == CONTENT


@_claim("swiftclient-chunked-upload", "upload of a stream")
def test_upload_of_a_stream(client, container):
    """A stream of unknown length is stored whole, and answered with its MD5."""
    pieces = [CONTENT[:1], CONTENT[1:5000], CONTENT[5000:]]
    assert client.put_object(container.name, "o", iter(pieces)).strip('"') == ETAG
    assert client.get_object(container.name, "o")[1] == CONTENT


@_claim("swiftclient-chunked-download", "swift download")
def test_download_piece_by_piece(client, container):
    """A download in pieces has every byte once, and ends."""
    client.put_object(container.name, "o", CONTENT)
    head, body = client.get_object(container.name, "o", resp_chunk_size=1000)
    assert b"".join(body) == CONTENT
    assert int(head["content-length"]) == len(CONTENT)


@_claim("swiftclient-checksum", "finding out that an upload was damaged")
def test_upload_with_a_wrong_checksum(client, container):
    """An upload whose ETag is not its MD5 is refused with 422, and nothing is stored."""
    with refused(422):
        client.put_object(container.name, "o", CONTENT, etag="0" * 32)
    with refused(404):
        client.head_object(container.name, "o")


@_claim("swiftclient-range", "resuming a download")
def test_range(client, container):
    """A range is answered with its bytes, and says which."""
    client.put_object(container.name, "o", CONTENT)
    head, body = client.get_object(container.name, "o", headers={"Range": "bytes=10-19"})
    assert body == CONTENT[10:20]
    assert head["content-range"] == f"bytes 10-19/{len(CONTENT)}"


@_claim("swiftclient-conditional", "downloading only what is new")
def test_conditional_download(client, container):
    """What is not newer is not sent again: 304; what must be another is refused with 412."""
    client.put_object(container.name, "o", CONTENT)
    with refused(304):
        client.get_object(
            container.name, "o", headers={"If-None-Match": client.head_object(container.name, "o")["etag"]}
        )
    with refused(412):
        client.get_object(container.name, "o", headers={"If-Match": "0" * 32})


@_claim("swiftclient-copy", "swift copy")
def test_copy(client, container, another_container):
    """`swift copy` to another container takes bytes, type and metadata along."""
    client.put_object(container.name, "o", CONTENT, content_type="text/x-layer", headers={"X-Object-Meta-Kind": "k"})
    client.copy_object(container.name, "o", destination=f"/{another_container.name}/copy of o")
    head, body = client.get_object(another_container.name, "copy of o")
    assert body == CONTENT
    assert (head.get("content-type"), head.get("x-object-meta-kind")) == ("text/x-layer", "k")


@_claim("swiftclient-segmented-upload", "swift upload --segment-size")
def test_segmented_upload(client, container):
    """`swift upload --segment-size`: a manifest whose X-Object-Manifest is percent-encoded (tracker 12728)."""
    for number in range(2):
        client.put_object(container.name, f"parts of/{number:08}", CONTENT)
    manifest = {"X-Object-Manifest": f"{container.name}/parts%20of/"}
    client.put_object(container.name, "whole", b"", headers=manifest)
    assert client.get_object(container.name, "whole")[1] == CONTENT * 2


@_claim("swiftclient-capabilities", "swift capabilities")
def test_capabilities(capabilities):
    """`swift capabilities`: JSON that has a `swift` member, where it is offered."""
    told = capabilities()
    if told is None:
        unsupported("/info is not answered, neither at the root nor below Swift's prefix")
    assert "swift" in told, f"capabilities without `swift`: {sorted(told)[:5]}"


@_claim("swiftclient-delete", "swift delete")
def test_delete(client, container):
    """`swift delete` of an object: it is gone for every way of asking."""
    client.put_object(container.name, "o", CONTENT)
    client.delete_object(container.name, "o")
    for ask in (client.head_object, client.get_object, client.delete_object):
        with refused(404):
            ask(container.name, "o")


@_claim("swiftclient-delete-container", "swift delete")
def test_delete_of_a_container(client, container):
    """A container that is not empty is not deleted (409); an empty one is."""
    name = f"{container.name}-made"
    client.put_container(name)
    client.put_object(name, "o", b"")
    with refused(409):
        client.delete_container(name)
    client.delete_object(name, "o")
    client.delete_container(name)
    with refused(404):
        client.head_container(name)


@_claim("swiftclient-one-connection", "a program that asks often")
def test_a_connection_is_used_again(client, container, sdk):
    """python-swiftclient's requests travel on one connection, as long as the gateway does not end it."""
    client.put_object(container.name, "o", CONTENT)
    before = sdk.connections
    for _ in range(5):
        if client.head_object(container.name, "o").get("connection", "").lower() == "close":
            return
        client.get_object(container.name, "o")
    # python-swiftclient itself gives up the connection of an answer whose body it did not read to its end.
    assert sdk.connections - before <= 1, f"{sdk.connections - before} new connections for 10 requests"
