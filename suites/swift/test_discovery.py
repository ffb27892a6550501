"""What a gateway says it can do: `/info`, which a registry asks for once, when it starts, and without a token.

A registry asks beside its storage URL (`<storage URL>/../../info`) and turns bulk delete and redirects off without a
word where the answer is not what it hopes for (distribution 2.4 to 2.8, swift.go, `New`). RGW answers at `/swift/info`
whatever the storage URL, so by default a registry finds nothing at `/info`.
"""

import posixpath

import pytest

from fixtures.wire.client import NoAnswer
from suites.claims import BREAKS, MUST, OBSERVED, check, unsupported

_DRIVER = "registry: swift.go, `New`"
_SILENT = "the registry starts without bulk delete and without redirects, and does not say so"


def _path(swift):
    return posixpath.normpath(f"{swift.storage_path}/../../info")


def _asked(swift, path):
    exchange = swift.look(path)
    if exchange.response is None or exchange.status is None:
        raise NoAnswer(exchange)
    return exchange


def _said(swift):
    """What `/info` says to a registry; unsupported where it does not answer."""
    exchange = _asked(swift, _path(swift))
    if exchange.status != 200:
        unsupported(f"{_path(swift)} is answered with {exchange.status}")
    try:
        said = exchange.response.json()
    except ValueError as error:
        raise NoAnswer(exchange, f"/info is not JSON ({error})") from error
    if not isinstance(said, dict):
        raise NoAnswer(exchange, "/info is not an object")
    return said


def _section(swift, name):
    said = _said(swift)
    if name not in said:
        unsupported(f"/info has no {name}")
    assert isinstance(said[name], dict), f"{name} is {said[name]!r}"
    return said[name]


@check("info-form", oracle=_DRIVER, level=MUST, impact=_SILENT)
def test_info_is_an_object_of_sections(swift):
    """Where `/info` answers 200, it is JSON: an object whose members are objects, `swift` among them."""
    said = _said(swift)
    assert "swift" in said
    assert [name for name, section in said.items() if not isinstance(section, dict)] == []


@check("info-content-type", oracle="Swift API, Discoverability", level=MUST, impact=_SILENT)
def test_info_says_that_it_is_json(swift):
    """Where `/info` answers 200, its Content-Type is JSON's."""
    answer = _asked(swift, _path(swift)).response
    if answer.status != 200:
        unsupported(f"{_path(swift)} is answered with {answer.status}")
    assert (answer.get("Content-Type") or "").startswith("application/json")


@check(
    "info-version",
    oracle=_DRIVER,
    level=BREAKS,
    impact="the registry does not start: it compares the version as text, and panics where it is none",
)
def test_info_has_a_version_that_can_be_compared(swift, observer):
    """`swift.version` is text that begins with a digit; where it is above "2.3.0" as text, keys are the container's."""
    version = _section(swift, "swift").get("version")
    assert isinstance(version, str), f"swift.version is {version!r}"
    assert version[:1].isdigit()
    observer.observe("version", version)
    observer.observe("temp-url-key-of", "container" if version >= "2.3.0" else "account")


@check(
    "info-bulk-delete",
    oracle="registry: swift.go, `Delete` deletes in bulk where max_deletes_per_request is above 0",
    level=MUST,
    impact="the registry sends bulk deletes that are refused, or none at all",
)
def test_the_limit_of_a_bulk_delete_is_a_number(swift, observer):
    """Where `bulk_delete` names how much one request may delete, that is a number above 0."""
    limit = _section(swift, "bulk_delete").get("max_deletes_per_request")
    observer.observe("registry-deletes-in-bulk", isinstance(limit, int) and limit > 0)
    assert limit is None or (type(limit) is int and limit > 0), f"max_deletes_per_request is {limit!r}"


@check(
    "info-tempurl",
    oracle="registry: swift.go, `URLFor` redirects where GET and HEAD are among tempurl.methods",
    level=MUST,
    impact="the registry does not redirect: every layer goes through it",
)
def test_the_methods_of_a_temporary_url_are_listed(swift):
    """Where there is `tempurl`, its `methods` are a list of text with GET and HEAD."""
    methods = _section(swift, "tempurl").get("methods")
    assert isinstance(methods, list), f"tempurl.methods is {methods!r}"
    assert all(isinstance(method, str) for method in methods)
    assert {"GET", "HEAD"} <= set(methods)


_LIMITS = ("max_file_size", "container_listing_limit", "max_container_name_length")


@pytest.mark.parametrize(
    "limit",
    [
        pytest.param(
            name,
            id=name,
            marks=check(
                f"info-limit[{name}]",
                oracle="Swift API, Discoverability",
                level=MUST,
                impact="clients that keep to the limits of /info cut layers or pages wrongly",
            ),
        )
        for name in _LIMITS
    ],
)
def test_a_limit_is_a_number(swift, limit):
    """Where `swift` has this limit, it is a number above 0."""
    value = _section(swift, "swift").get(limit, 1)
    assert type(value) is int, f"{limit} is {value!r}"
    assert value > 0


@check(
    "info-large-enough",
    oracle="registry: swift.go, segments are of 20 MiB unless told",
    level=BREAKS,
    impact="push of a large layer fails: its segments are larger than the gateway takes",
)
def test_a_segment_may_be_as_large_as_registries_make_them(swift):
    """`swift.max_file_size`, where it is a number, is at least 20 MiB."""
    value = _section(swift, "swift").get("max_file_size", 20 << 20)
    assert not isinstance(value, int) or value >= 20 << 20, f"max_file_size is {value}"


@check("info-places", oracle=_DRIVER, level=OBSERVED, impact="shows whether a registry finds /info")
def test_where_info_answers(swift, observer):
    """`/info` and `/swift/info`: which of them answers, and with which sections."""
    for path in ("/info", "/swift/info"):
        answer = _asked(swift, path).response
        observer.observe(path, answer.status)
    observer.observe("asked-by-registries", _path(swift))
