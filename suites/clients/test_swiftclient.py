"""The steps with which the article of 2016 tried its gateway, through python-swiftclient itself."""

import pytest
from swiftclient import ClientException, Connection

from suites.claims import BREAKS, check, untested

CONTENT = bytes(range(256)) * 64


@pytest.fixture
def client(gateway):
    """python-swiftclient as its command line sets it up, without repetitions of its own."""
    if not gateway.account.swift:
        untested(f"no Swift credentials for {gateway.name}")
    connection = Connection(
        authurl=gateway.swift_auth_url,
        user=gateway.account.swift_user,
        key=gateway.account.swift_key.value,
        auth_version="1",
        retries=0,
        cacert=str(gateway.ca_file) if gateway.ca_file else None,
        timeout=30,
    )
    yield connection
    connection.close()


def _claim(id_, what):
    return check(id_, oracle="python-swiftclient", level=BREAKS, impact=f"swift {what} fails")


def _works(call, *arguments, **options):
    try:
        return call(*arguments, **options)
    except ClientException as error:
        msg = f"{call.__name__}: {error.msg} ({error.http_status})"
        raise AssertionError(msg) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # python-swiftclient takes what it reads for what Swift promises.
        msg = f"{call.__name__} cannot read the answer: {type(error).__name__}: {error}"
        raise AssertionError(msg) from None


def _names(rows):
    return [row.get("name") if isinstance(row, dict) else row for row in rows]


@_claim("swiftclient-stat", "stat")
def test_stat(client, container):
    """`swift stat` of account and container."""
    containers = _works(client.head_account).get("x-account-container-count", "")
    assert containers.isdigit()
    assert int(containers) >= 1
    assert _works(client.head_container, container.name).get("x-container-object-count") == "0"


@_claim("swiftclient-post", "post")
def test_post(client, container):
    """`swift post` makes a container, and gives it and an object metadata."""
    name = f"{container.name}-made"
    _works(client.put_container, name)
    _works(client.post_container, name, {"X-Container-Meta-Owner": "registry"})
    assert _works(client.head_container, name).get("x-container-meta-owner") == "registry"
    _works(client.put_object, name, "o", CONTENT)
    _works(client.post_object, name, "o", {"X-Object-Meta-Kind": "layer"})
    assert _works(client.head_object, name, "o").get("x-object-meta-kind") == "layer"


@_claim("swiftclient-list", "list")
def test_list(client, container):
    """`swift list` of account and container."""
    for name in ("b", "a"):
        _works(client.put_object, container.name, name, b"")
    rows = _works(client.get_container, container.name, full_listing=True)[1]
    assert _names(rows) == ["a", "b"]
    account = _works(client.get_account, prefix=container.name)[1]
    assert _names(account) == [container.name]


@_claim("swiftclient-upload-download", "upload or download")
def test_upload_and_download(client, container):
    """`swift upload` and `swift download` bring back the bytes that were sent."""
    _works(client.put_object, container.name, "dir/file name", CONTENT)
    assert _works(client.get_object, container.name, "dir/file name")[1] == CONTENT


@_claim("swiftclient-segmented-upload", "upload --segment-size")
def test_segmented_upload(client, container):
    """`swift upload --segment-size`: a manifest whose X-Object-Manifest is percent-encoded (tracker 12728)."""
    for number in range(2):
        _works(client.put_object, container.name, f"parts of/{number:08}", CONTENT)
    _works(
        client.put_object,
        container.name,
        "whole",
        b"",
        headers={"X-Object-Manifest": f"{container.name}/parts%20of/"},
    )
    assert _works(client.get_object, container.name, "whole")[1] == CONTENT * 2


@_claim("swiftclient-delete", "delete")
def test_delete(client, container):
    """`swift delete` of an object: it is gone for every way of asking."""
    _works(client.put_object, container.name, "o", CONTENT)
    _works(client.delete_object, container.name, "o")
    with pytest.raises(ClientException) as refused:
        client.head_object(container.name, "o")
    assert refused.value.http_status == 404
