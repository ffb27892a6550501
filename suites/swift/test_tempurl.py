"""TempURLs: what a registry with redirects hands to its clients instead of a blob's bytes.

A registry signs GET with SHA-1 for 20 minutes, and HEAD with the same signature (distribution, swift.go, `URLFor`).
Swift API, "Temporary URL middleware".
"""

import time

import pytest

from fixtures.gateways.model import Secret
from fixtures.gateways.tempurl import FIRST_KEY, SECOND_KEY, shown_key
from fixtures.plugin import SESSION
from fixtures.wire.content import from_bytes, generated
from suites.claims import BREAKS, MUST, SHOULD, check, unsupported, untested
from suites.swift.stored import MANIFEST, SEGMENTS, stored, stored_dlo

_TEMP = "Swift API, Temporary URL middleware"
_PULL = "every pull fails where the registry redirects to the gateway"
_OPEN = "whoever has an old or a forged URL reads or changes what is stored"
# With the account in its URL, RGW takes an empty signature for none, and hides what there is from who is nobody.
_REFUSALS = (401, 403, 404)
_HOUR = 3600
BODY = b"0123456789"


@pytest.fixture
def public(container):
    """A container with one object."""
    stored(container, "data", BODY, headers=[("Content-Type", "application/x-layer")])
    return container


@check("tempurl-get", oracle=_TEMP, level=BREAKS, impact=_PULL)
def test_a_signed_get_is_served_without_a_token(public, temp_urls):
    """GET with a signature for GET serves the object."""
    answer = temp_urls.ask("GET", public.name, "data")
    assert answer.status == 200
    assert answer.kept == BODY
    assert answer.get("Content-Type") == "application/x-layer"


@check("tempurl-head", oracle=_TEMP, level=BREAKS, impact=_PULL)
def test_head_is_answered_with_the_signature_of_get(public, temp_urls):
    """HEAD with a signature for GET, as registries' clients send it, or for HEAD, tells the object's length."""
    for method in ("GET", "HEAD"):
        answer = temp_urls.ask("HEAD", public.name, "data", signed_as=method)
        assert answer.status == 200, f"signed for {method}: {answer.status}"
        assert answer.get("Content-Length") == "10"


@check("tempurl-put", oracle=_TEMP, level=MUST, impact="clients cannot upload with a TempURL")
def test_a_signed_put_is_stored(container, temp_urls):
    """PUT with a signature for PUT stores the object."""
    answer = temp_urls.ask("PUT", container.name, "new", content=from_bytes(BODY))
    assert answer.status == 201
    assert container.get("new").kept == BODY


@check("tempurl-delete", oracle=_TEMP, level=MUST, impact="clients cannot delete with a TempURL")
def test_a_signed_delete_deletes(public, temp_urls):
    """DELETE with a signature for DELETE removes the object."""
    assert temp_urls.ask("DELETE", public.name, "data").status == 204
    assert public.head("data").status == 404


_FORGED = {
    "no-signature-at-all": {"signature": "0" * 40},
    "another-key": {"key": Secret("not-the-key-of-this-account")},
    "empty-signature": {"signature": ""},
    "for-another-object": {"signed_path": "{path}x"},
    "for-put": {"signed_as": "PUT"},
    "for-delete": {"signed_as": "DELETE"},
    "for-another-time": {"signed_until": 2_000_000_000},
}


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(forged, id=name, marks=check(f"tempurl-forged[{name}]", oracle=_TEMP, level=MUST, impact=_OPEN))
        for name, forged in _FORGED.items()
    ],
)
def test_a_get_that_was_not_signed_so_is_refused(public, temp_urls, forged):
    """GET with a signature made with another key, or for another object, method or time, is refused."""
    asked = dict(forged)
    if "signed_path" in asked:
        asked["signed_path"] = asked["signed_path"].format(path=temp_urls.path(public.name, "data"))
    answer = temp_urls.ask("GET", public.name, "data", **asked)
    assert answer.status in _REFUSALS
    assert answer.kept != BODY


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(m, id=m, marks=check(f"tempurl-get-is-no[{m}]", oracle=_TEMP, level=MUST, impact=_OPEN))
        for m in ("PUT", "DELETE", "POST")
    ],
)
def test_a_signature_for_get_changes_nothing(public, temp_urls, method):
    """PUT, POST and DELETE with a signature for GET are refused, and the object stays."""
    content = from_bytes(b"other") if method == "PUT" else None
    assert temp_urls.ask(method, public.name, "data", signed_as="GET", content=content).status in _REFUSALS
    assert public.get("data").kept == BODY


@check("tempurl-expired", oracle=_TEMP, level=MUST, impact=_OPEN)
def test_a_signature_that_is_too_old_is_refused(public, temp_urls):
    """A TempURL whose time is past is refused, by seconds or by years; one for a later day is served."""
    now = int(time.time())
    for until in (now - 5, now - 365 * 24 * _HOUR, 1):
        assert temp_urls.ask("GET", public.name, "data", until=until).status in _REFUSALS
    assert temp_urls.ask("GET", public.name, "data", until=now + 24 * _HOUR).kept == BODY


@check(
    "tempurl-iso-8601", oracle=f"{_TEMP}: temp_url_expires in ISO 8601", level=MUST, impact="newer clients are refused"
)
def test_the_time_may_be_a_date(public, temp_urls):
    """`temp_url_expires` may be in ISO 8601; what is signed is the number of seconds."""
    until = int(time.time()) + _HOUR
    date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(until))
    answer = temp_urls.ask("GET", public.name, "data", signed_until=until, until=date)
    if answer.status in (400, *_REFUSALS):
        unsupported(f"a date is answered with {answer.status}")
    assert answer.kept == BODY


@check("tempurl-second-key", oracle=_TEMP, level=MUST, impact="keys cannot be changed without breaking URLs in use")
def test_each_of_two_keys_is_good(public, temp_urls, swift):
    """The account's first and second key are both good for what they sign."""
    keys = [key for name in (FIRST_KEY, SECOND_KEY) if (key := shown_key(swift, name)) is not None]
    if len(keys) < 2:
        untested("the account has one TempURL key only")
    for key in keys:
        assert temp_urls.ask("GET", public.name, "data", key=key).kept == BODY


@check(
    "tempurl-container-key",
    oracle="registry 2.8.3: swift.go, `New` gives the container a key where /info tells a version from 2.3.0 on",
    level=BREAKS,
    impact=_PULL,
)
def test_a_containers_own_key_is_good(public, temp_urls, gateway, pytestconfig):
    """A key of the container signs for its objects; on Ceph 20 and later registries use no other."""
    key = Secret("a key of this container alone")
    set_ = public.session.ask("POST", public.name, headers=[("X-Container-Meta-Temp-Url-Key", key.value)])
    answer = temp_urls.ask("GET", public.name, "data", key=key)
    used = pytestconfig.stash[SESSION].profiles[gateway.name].get("temp_url_key") == "container"
    if not used and (set_.status >= 400 or answer.status in _REFUSALS):
        unsupported("keys of containers are not known (Ceph, Swift API features); no registry uses one here")
    assert answer.kept == BODY


@pytest.mark.parametrize(
    "digest",
    [
        pytest.param(
            d, id=d, marks=check(f"tempurl-digest[{d}]", oracle=_TEMP, level=MUST, impact="clients are refused")
        )
        for d in ("sha256", "sha512")
    ],
)
def test_a_digest_that_is_named_is_good(public, temp_urls, digest):
    """Each digest that /info names is good; one that is not named need not be (tracker 78341)."""
    info = public.session.look(f"{public.session.storage_path.rpartition('/v1')[0]}/info").response
    answer = temp_urls.ask("GET", public.name, "data", digest=digest)
    if answer.status in _REFUSALS and (info is None or info.status != 200 or f'"{digest}"' not in info.text):
        unsupported(f"{digest} is refused, and /info does not name it")
    assert answer.status == 200
    assert answer.kept == BODY


_NAMES = {
    "space": "a b",
    "utf-8": "dépôt/日本",
    "percent": "100%/a%2Fb",
    "question-mark": "a?b=c&d",
    "plus": "c++",
    "underscore": "_a",
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, id=key, marks=check(f"tempurl-name[{key}]", oracle=_TEMP, level=MUST, impact=_PULL))
        for key, n in _NAMES.items()
    ],
)
def test_what_is_signed_is_the_path_before_it_is_encoded(container, temp_urls, name):
    """An object whose name must be percent-encoded is served with a signature over its bare path (tracker 18625)."""
    stored(container, name, BODY)
    answer = temp_urls.ask("GET", container.name, name)
    assert answer.status == 200
    assert answer.kept == BODY


@check("tempurl-prefix", oracle=f"{_TEMP}: temp_url_prefix", level=MUST, impact=_OPEN)
def test_a_signature_for_a_prefix_is_good_for_it_alone(public, temp_urls):
    """A signature for a prefix serves what begins with it and nothing else."""
    stored(public, "other", b"secret")
    path = f"prefix:{temp_urls.path(public.name, 'da')}"
    answer = temp_urls.ask("GET", public.name, "data", signed_path=path, query="&temp_url_prefix=da")
    other = temp_urls.ask("GET", public.name, "other", signed_path=path, query="&temp_url_prefix=da")
    assert other.status in _REFUSALS
    if answer.status in _REFUSALS:
        unsupported(f"temp_url_prefix is answered with {answer.status}")
    assert answer.kept == BODY


@check("tempurl-filename", oracle=_TEMP, level=SHOULD, impact="a browser saves a download under another name")
def test_a_download_may_be_given_a_name(public, temp_urls):
    """Content-Disposition names the object, or what `filename` says; with `inline` it is shown."""
    assert "data" in (temp_urls.ask("GET", public.name, "data").get("Content-Disposition") or "")
    named = temp_urls.ask("GET", public.name, "data", query="&filename=layer.tar").get("Content-Disposition") or ""
    assert named.startswith("attachment")
    assert 'filename="layer.tar"' in named
    inline = temp_urls.ask("GET", public.name, "data", query="&inline").get("Content-Disposition") or ""
    assert inline.startswith("inline")


@check(
    "tempurl-plants-no-manifest",
    oracle=_TEMP,
    level=MUST,
    impact="whoever may upload one file reads all (tracker 20797)",
)
def test_a_signed_put_makes_no_manifest(container, temp_urls):
    """PUT with a TempURL and X-Object-Manifest is refused, or stores a plain object."""
    stored(container, f"{SEGMENTS}1", b"secret")
    headers = [(MANIFEST, f"{container.name}/{SEGMENTS}")]
    temp_urls.ask("PUT", container.name, "data", headers=headers, content=from_bytes(b""))
    assert container.head("data").get(MANIFEST) is None
    assert container.get("data").kept != b"secret"


@check("tempurl-range", oracle="RFC 9110 section 14", level=BREAKS, impact="an interrupted pull cannot go on")
def test_a_part_is_served_with_a_signature(public, temp_urls):
    """GET with a TempURL and Range serves that part."""
    answer = temp_urls.ask("GET", public.name, "data", headers=[("Range", "bytes=4-")])
    assert answer.status in (200, 206)
    assert answer.kept == (BODY if answer.status == 200 else BODY[4:])


@check("tempurl-of-dlo", oracle=_TEMP, level=BREAKS, impact="pull of any layer fails where the registry redirects")
def test_a_large_object_is_served_with_a_signature(container, temp_urls):
    """A signature for a manifest serves its segments, as each layer of a registry is one."""
    stored_dlo(container, "data", b"one", b"two")
    assert temp_urls.ask("GET", container.name, "data").kept == b"onetwo"
    assert temp_urls.ask("HEAD", container.name, "data", signed_as="GET").get("Content-Length") == "6"


@check("tempurl-large", oracle=_TEMP, level=BREAKS, impact="pull of larger layers fails where the registry redirects")
def test_a_large_body_is_served_whole_with_a_signature(container, temp_urls):
    """GET with a TempURL serves an object of more than 1 MiB byte for byte."""
    content = generated("tempurl-large", 1_500_000)
    stored(container, "layer", content)
    assert temp_urls.ask("GET", container.name, "layer").sha256 == content.sha256


@check("tempurl-if-none-match", oracle="RFC 9110 section 13.1.2", level=MUST, impact="caches fetch each layer anew")
def test_what_is_known_is_not_sent_again_with_a_signature(public, temp_urls):
    """GET with a TempURL and If-None-Match with the object's ETag is answered with 304."""
    etag = (temp_urls.ask("HEAD", public.name, "data", signed_as="GET").get("ETag") or "").strip('"')
    answer = temp_urls.ask("GET", public.name, "data", headers=[("If-None-Match", f'"{etag}"')])
    assert answer.status == 304


@check(
    "tempurl-of-nothing", oracle=_TEMP, level=MUST, impact="a client of a redirect takes a missing blob for a wrong URL"
)
def test_a_good_signature_for_nothing_is_404(container, temp_urls):
    """GET and HEAD with a good signature of an object that does not exist are 404."""
    assert temp_urls.ask("GET", container.name, "gone").status == 404
    assert temp_urls.ask("HEAD", container.name, "gone", signed_as="GET").status == 404
