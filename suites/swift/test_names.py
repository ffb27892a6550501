"""Names of objects: what is put under a name is found, listed and deleted under the same name, whatever its bytes are.

Swift takes any name of UTF-8 up to 1024 bytes (Swift API, "Object names"); a path is not normalised, `.` and `..` are
names like others. Registries use `_uploads`, `_layers`, `_manifests`, colons and hex digits, and a root directory of
their owner's choice.
"""

import pytest

from suites.claims import BREAKS, MUST, check
from suites.swift.saying import stored

_ORACLE = "Swift API, Create or replace object"
_REGISTRY = {
    "upload": "files/docker/registry/v2/repositories/a/b/_uploads/0f-9/data",
    "tag": "files/docker/registry/v2/repositories/a/_manifests/tags/1.0_x-y/current/link",
    "segment": "segments/0f0/6461746100/0000000000000001",
    "leading-underscore": "_a",
    "two-underscores": "__a_b",
    "underscore-directory": "_root/docker/registry/v2",
    "leading-zero": "0a",
    "zero-directory": "a/0",
    "colon": "sha256:0a",
    "leading-dash": "-a",
    "leading-dot": ".a",
}
_AWKWARD = {
    "percent": "a%b",
    "percent-2f": "a%2Fb",
    "percent-41": "a%41b",
    "percent-00": "a%00b",
    "question-mark": "a?b=c",
    "hash": "a#b",
    "plus": "a+b",
    "space": "a b",
    "space-at-ends": " a ",
    "utf-8": "ä€😀",
    "utf-8-decomposed": "a\u0308",
    "leading-slash": "/a",
    "two-slashes": "a//b",
    "trailing-slash": "a/",
    "dot": "./a",
    "dot-dot": "a/../b",
    "only-dots": "dots/..",
    "semicolon": "a;b",
    "ampersand": "a&b=c",
    "quote": "a\"b'c",
    "backslash": "a\\b",
    "newline": "a\nb",
    "carriage-return": "a\rb",
    "tab": "a\tb",
    "control": "a\x01b\x7f",
    "angle-brackets": "<a>&amp;",
    "brackets": "[a]{b}",
    "others": "$@!*(),=^`|~",
    "1024-bytes": "n" * 1024,
    "1024-bytes-of-utf-8": "ä" * 512,
}


def _cases(names, level, impact):
    """One check for each name."""
    return [
        pytest.param(name, id=id_, marks=check(f"name[{id_}]", oracle=_ORACLE, level=level, impact=impact))
        for id_, name in names.items()
    ]


@pytest.mark.parametrize(
    "name",
    _cases(_REGISTRY, BREAKS, "push or pull fails: what was written under this name is not found")
    + _cases(_AWKWARD, MUST, "what was written under this name is not found, or something else is"),
)
def test_every_request_means_the_same_name(container, name):
    """What is put under this name is read, listed and deleted under it, beside another object."""
    stored(container, "other", b"other")
    body = name.encode()
    assert container.put(name, body).status == 201
    assert container.head(name).get("Content-Length") == str(len(body))
    assert container.get(name).kept == body
    assert sorted(str(row.get("name")) for row in container.rows()) == sorted([name, "other"])
    assert [row.get("name") for row in container.rows(prefix=name)] == [name]
    # Which of both is right, `delete` asks.
    assert container.delete(name).status in (200, 204)
    assert container.head(name).status == 404
    assert [row.get("name") for row in container.rows()] == ["other"]


@check("name-1025-bytes", oracle=_ORACLE, level=MUST, impact="long names are cut, and one object replaces another")
def test_a_name_that_is_too_long_is_refused(container):
    """PUT under a name of 1025 bytes is answered with 400, and stores nothing."""
    assert container.put("n" * 1025, b"1").status == 400
    assert container.rows() == []


_ENCODED = {
    "lower-case": "a%2fb%20c",
    "upper-case": "a%2Fb%20c",
    "more-than-needed": "%61/%62%20%63",
    "mixed": "a/b%20%63",
}


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(
            encoded,
            id=id_,
            marks=check(
                f"name-encoded[{id_}]",
                oracle="RFC 3986 section 6.2.2",
                level=MUST,
                impact="clients that encode otherwise than the registry do not find what it wrote",
            ),
        )
        for id_, encoded in _ENCODED.items()
    ],
)
def test_a_name_may_be_encoded_in_more_than_one_way(container, encoded):
    """GET, HEAD and DELETE find an object by its name however that is percent-encoded."""
    stored(container, "a/b c", b"1")
    assert container.get("", encoded=encoded).kept == b"1"
    assert container.head("", encoded=encoded).get("Content-Length") == "1"
    assert container.delete("", encoded=encoded).status == 204
    assert container.head("a/b c").status == 404


@check("name-plus-is-no-space", oracle="RFC 3986 section 2.2", level=MUST, impact="one object is taken for another")
def test_a_plus_in_a_path_is_no_space(container):
    """`a+b` and `a%20b` are two objects."""
    stored(container, "a b", b"space")
    assert container.get("", encoded="a+b").status == 404
    stored(container, "a+b", b"plus")
    assert container.get("a b").kept == b"space"


_PAIRS = {
    "case": ("Name", "name"),
    "trailing-slash": ("a", "a/"),
    "two-slashes": ("a/b", "a//b"),
    "dot-dot": ("b", "a/../b"),
    "normal-forms": ("\u00e4", "a\u0308"),
    "encoded-slash": ("a/b", "a%2Fb"),
    "long": ("n" * 1023 + "a", "n" * 1023 + "b"),
    "underscore": ("_a", "__a"),
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            *pair,
            id=id_,
            marks=check(
                f"names-apart[{id_}]",
                oracle=_ORACLE,
                level=MUST,
                impact="one object replaces another: a layer or tag is lost",
            ),
        )
        for id_, pair in _PAIRS.items()
    ],
)
def test_two_names_are_two_objects(container, one, other):
    """Two names that differ a little are two objects: each keeps its bytes, and goes alone."""
    stored(container, one, b"one")
    stored(container, other, b"other")
    assert container.get(one).kept == b"one"
    assert container.get(other).kept == b"other"
    assert container.delete(one).status == 204
    assert container.get(other).kept == b"other"
    assert [row.get("name") for row in container.rows()] == [other]
