"""What requests, and so a browser or curl, sees of a gateway: with the fields that such clients send unasked."""

from functools import partial

import pytest

from suites.clients.told import claim

CONTENT = bytes(range(256)) * 64
TEXT = b"compressible " * 5000

_swift = partial(claim, oracle="requests", api="swift")
_s3 = partial(claim, oracle="requests", api="s3")


@pytest.fixture
def place(sdk, swift, container):
    """The URL of an object in the check's container, and the fields that log in."""
    url = f"{sdk.url}{swift.storage_path}/{container.name}"
    return (lambda name: f"{url}/{name}" if name else url), {"X-Auth-Token": swift.token}


@_swift("requests-encoding", "a download by a browser")
def test_accept_encoding_changes_nothing(browser, place):
    """Who accepts gzip gets the bytes and the length that were stored, and an object that does not say it is gzip."""
    url, token = place
    browser.put(url("o"), data=TEXT, headers=token)
    answer = browser.get(url("o"), headers=token, stream=True)
    assert answer.request.headers["Accept-Encoding"].startswith("gzip")
    assert "Content-Encoding" not in answer.headers
    assert answer.headers.get("Content-Length") == str(len(TEXT))
    assert answer.raw.read(decode_content=False) == TEXT


@_s3("requests-encoding-s3", "a download by a browser")
def test_accept_encoding_changes_nothing_in_s3(browser, boto, bucket):
    """The same, with a presigned URL."""
    boto.put_object(Bucket=bucket.name, Key="o", Body=TEXT)
    url = boto.generate_presigned_url("get_object", Params={"Bucket": bucket.name, "Key": "o"})
    answer = browser.get(url, stream=True)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers.get("Content-Length") == str(len(TEXT))
    assert answer.raw.read(decode_content=False) == TEXT


@_swift("requests-stream-upload", "an upload of a stream")
def test_upload_of_a_generator(browser, place):
    """A generator is sent in chunks and stored whole."""
    url, token = place
    pieces = (CONTENT[i : i + 1000] for i in range(0, len(CONTENT), 1000))
    assert browser.put(url("o"), data=pieces, headers=token).status_code == 201
    assert browser.get(url("o"), headers=token).content == CONTENT


@_swift("requests-stream-download", "a download piece by piece")
def test_download_piece_by_piece(browser, place):
    """iter_content has every byte once, and the connection serves the next request."""
    url, token = place
    browser.put(url("o"), data=CONTENT, headers=token)
    with browser.get(url("o"), headers=token, stream=True) as answer:
        assert b"".join(answer.iter_content(999)) == CONTENT
    assert browser.head(url("o"), headers=token).status_code == 200


@_swift("requests-head", "HEAD")
def test_head_does_not_wait(browser, place):
    """HEAD ends with its head, tells the length, and leaves the connection usable."""
    url, token = place
    browser.put(url("o"), data=CONTENT, headers=token)
    for _ in range(3):
        answer = browser.head(url("o"), headers=token)
        assert (answer.status_code, answer.headers.get("Content-Length")) == (200, str(len(CONTENT)))
        assert answer.content == b""


@_swift("requests-no-redirect", "any request")
def test_nothing_is_redirected(browser, place):
    """No request is sent to another place."""
    url, token = place
    answers = [
        browser.put(url("o"), data=b"x", headers=token),
        *(browser.get(url(name), headers=token) for name in ("", "o", "no")),
    ]
    assert [hop.status_code for answer in answers for hop in answer.history] == []


@_swift("requests-expect", "an upload with Expect: 100-continue")
def test_expect(browser, place):
    """A 100 that requests does not wait for is no answer, and the next request has its own."""
    url, token = place
    answer = browser.put(url("o"), data=CONTENT, headers={**token, "Expect": "100-continue"})
    assert answer.status_code == 201
    assert browser.get(url("o"), headers=token).content == CONTENT


@_swift("requests-anonymous", "telling who is not logged in")
def test_anonymous(browser, place):
    """Who shows no token is refused with 401, 403 or 404, and the connection goes on."""
    url, token = place
    browser.put(url("o"), data=b"x", headers=token)
    assert browser.get(url("o")).status_code in (401, 403, 404)
    assert browser.get(url("o"), headers=token).content == b"x"


LISTINGS = {"json": ("json", "application/json"), "xml": ("xml", "application/xml"), "plain": ("", "text/plain")}


@_swift("requests-listing", "a listing in a browser", given="form,type_", cases=LISTINGS)
def test_listing(browser, place, form, type_):
    """A listing has the format that was asked for, says so, and can be read with the charset that it names."""
    url, token = place
    browser.put(url("é"), data=b"", headers=token)
    answer = browser.get(url(""), params={"format": form} if form else {}, headers=token)
    answer.encoding = answer.encoding if "charset" in answer.headers.get("Content-Type", "") else "utf-8"
    assert answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() in (
        type_,
        type_.replace("application/x", "text/x"),
    )
    assert "é" in answer.text or "\\u00e9" in answer.text


@_swift("requests-tempurl", "a download with a TempURL")
def test_temp_url_is_whole(browser, place, temp_url):
    """A TempURL's download has the object's bytes, length and a file name; HEAD has the same."""
    url, token = place
    browser.put(url("o"), data=CONTENT, headers=token)
    answer, head = browser.get(temp_url("o")), browser.head(temp_url("o"))
    assert (answer.status_code, head.status_code) == (200, 200)
    assert answer.content == CONTENT
    assert answer.headers.get("Content-Length") == head.headers.get("Content-Length") == str(len(CONTENT))
