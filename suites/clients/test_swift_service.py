"""What the command `swift` does, through python-swiftclient's SwiftService: files, segments, and several at once."""

from functools import partial
from hashlib import md5

import pytest

from suites.claims import unsupported
from suites.clients.told import claim, said

_claim = partial(claim, oracle="python-swiftclient", api="swift")

BODY = bytes(range(250)) * 10
SEGMENT = 1000


@pytest.fixture
def file(tmp_path):
    """A file of more than two segments."""
    path = tmp_path / "layer of data"
    path.write_bytes(BODY)
    return str(path)


def _done(results):
    """What was done; whatever was not is told."""
    results = list(results)
    for result in results:
        error = result.get("error")
        why = said(error) if isinstance(error, BaseException) else error
        assert result["success"], f"{result.get('action')}: {why}"
    return results


def _upload(service, container, file, **options):
    from swiftclient.service import SwiftUploadObject  # noqa: PLC0415 - see suites/clients/conftest.py

    options = {"segment_container": container.name, **options}
    return _done(service.upload(container.name, [SwiftUploadObject(file, object_name="o")], options))


def _download(service, container, tmp_path, name="o"):
    place = tmp_path / "downloaded"
    results = _done(service.download(container.name, [name], {"out_file": str(place)}))
    return place.read_bytes(), results[0]


@_claim("swift-upload-file", "swift upload")
def test_upload_of_a_file(service, container, file, tmp_path):
    """`swift upload FILE` and `swift download`, which compares the ETag with what came."""
    _upload(service, container, file)
    body, result = _download(service, container, tmp_path)
    assert body == BODY
    assert result["read_length"] == len(BODY)


@_claim("swift-upload-dlo", "swift upload --segment-size")
def test_upload_in_segments_as_dlo(service, container, file, tmp_path):
    """`swift upload --segment-size --use-slo=no`: segments and a manifest, which is downloaded whole."""
    _upload(service, container, file, segment_size=SEGMENT, use_slo=False)
    assert "x-object-manifest" in container.head("o").head.raw.decode("latin-1").lower()
    assert _download(service, container, tmp_path)[0] == BODY


@_claim("swift-upload-slo", "swift upload --segment-size --use-slo")
def test_upload_in_segments_as_slo(service, container, file, tmp_path):
    """`swift upload --use-slo`: the manifest's ETag is that of the segments' ETags, and it is downloaded whole."""
    *_, result = _upload(service, container, file, segment_size=SEGMENT, use_slo=True)
    if result.get("response_dict", {}).get("status") in (405, 501):
        unsupported("static large objects are refused")
    parts = [md5(BODY[i : i + SEGMENT], usedforsecurity=False).hexdigest() for i in range(0, len(BODY), SEGMENT)]
    told = container.head("o")
    assert told.length == len(BODY)
    assert (told.get("Etag") or "").strip('"') == md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
    assert _download(service, container, tmp_path)[0] == BODY


@_claim("swift-upload-again", "swift upload --skip-identical")
def test_upload_of_what_is_there(service, container, file):
    """`swift upload --skip-identical` sees by ETag and length that a file is there already."""
    _upload(service, container, file)
    *_, result = _upload(service, container, file, skip_identical=True)
    assert result.get("status") == "skipped-identical"


@_claim("swift-upload-changed", "swift upload --changed")
def test_upload_of_what_has_not_changed(service, container, file):
    """`swift upload --changed` finds the file's time in the metadata that it wrote."""
    _upload(service, container, file)
    *_, result = _upload(service, container, file, changed=True)
    assert result.get("status") == "skipped-changed"


@_claim("swift-list-command", "swift list")
def test_list_command(service, client, container):
    """`swift list CONTAINER` shows all pages, in order."""
    for name in ("b", "d/c", "a"):
        client.put_object(container.name, name, b"")
    pages = _done(service.list(container.name))
    assert [row["name"] for page in pages for row in page["listing"]] == ["a", "b", "d/c"]


@_claim("swift-stat-command", "swift stat")
def test_stat_command(service, client, container):
    """`swift stat CONTAINER OBJECT` prints length, ETag and metadata."""
    client.put_object(container.name, "o", BODY, headers={"X-Object-Meta-Kind": "layer"})
    (result,) = _done(service.stat(container.name, ["o"]))
    items = {name: value for name, value in result["items"] if value}
    assert items["Content Length"] == str(len(BODY))
    assert result["headers"]["x-object-meta-kind"] == "layer"
    assert _done([service.stat(container.name)])[0]["headers"]["x-container-object-count"] == "1"


@_claim("swift-download-container", "swift download CONTAINER")
def test_download_of_a_container(service, client, container, tmp_path):
    """`swift download CONTAINER` brings every object, each verified."""
    bodies = {"a": b"1", "d/b": BODY}
    for name, body in bodies.items():
        client.put_object(container.name, name, body)
    _done(service.download(container.name, options={"out_directory": str(tmp_path / "all")}))
    assert {name: (tmp_path / "all" / name).read_bytes() for name in bodies} == bodies


@_claim("swift-delete-objects", "swift delete CONTAINER OBJECT...")
def test_delete_of_several_objects(service, client, container):
    """`swift delete` of several objects, in bulk where the gateway says that it can: they alone are gone."""
    for name in ("a", "b é", "c"):
        client.put_object(container.name, name, b"")
    _done(service.delete(container.name, ["a", "b é"]))
    assert [row["name"] for row in client.get_container(container.name)[1]] == ["c"]


@_claim("swift-delete-dlo", "swift delete")
def test_delete_of_a_segmented_object(service, container, file):
    """`swift delete` of a segmented object deletes its segments too: the manifest says which they are."""
    _upload(service, container, file, segment_size=SEGMENT, use_slo=False)
    _done(service.delete(container.name, ["o"]))
    assert container.rows() == []


@_claim("swift-delete-container", "swift delete CONTAINER")
def test_delete_of_a_whole_container(service, client, container):
    """`swift delete CONTAINER` deletes its objects and itself."""
    for name in ("a", "b"):
        client.put_object(container.name, name, b"")
    _done(service.delete(container.name))
    assert container.head().status == 404


@_claim("swift-tempurl", "swift tempurl")
def test_temp_url(browser, client, container, temp_url):
    """`swift tempurl`: whoever has the URL may read the object, and do nothing else."""
    client.put_object(container.name, "o", BODY)
    url = temp_url("o")
    assert browser.get(url).content == BODY
    assert browser.delete(url).status_code in (401, 403)
    assert browser.get(url.replace("/o?", "/other?")).status_code in (401, 403)


@_claim("swift-tempurl-put", "swift tempurl PUT")
def test_temp_url_to_write(browser, client, container, temp_url):
    """A TempURL for PUT takes a browser's upload."""
    assert browser.put(temp_url("o", method="PUT"), data=BODY).status_code == 201
    assert client.get_object(container.name, "o")[1] == BODY


@_claim("swift-tempurl-expired", "the end of a TempURL")
def test_temp_url_that_is_over(browser, client, container, temp_url):
    """A TempURL that is over is refused."""
    client.put_object(container.name, "o", BODY)
    answer = browser.get(temp_url("o", seconds=1_000_000_000, absolute=True))
    assert answer.status_code in (401, 403), f"a TempURL of 2001 is answered with {answer.status_code}"
