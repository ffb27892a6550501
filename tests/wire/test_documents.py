"""A body is read as the XML that it is, whatever its namespaces, or is Unreadable: nothing is expanded or fetched."""

from contextlib import suppress
from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.recordings.har import built_in
from fixtures.wire.documents import Unreadable, bare, document, text_of
from tests.wire.server import Server, says

LISTING = (
    b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/" xmlns:x="http://x/"><x:Name>b</x:Name>'
    b"<Contents><Key>one &amp; a\xc3\xa4</Key><ETag>&quot;1&quot;</ETag></Contents>"
    b"<Contents><Key>two</Key><ETag/></Contents><y:Key xmlns:y='urn:y'>three</y:Key></ListBucketResult>"
)
RECORDED = [s.answer.body for s in built_in("3.1.1-s3").steps if (s.answer.body or b"").startswith(b"<")]
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
TOKENS = [b"<a>", b"</a>", b"<a b='c'/>", b"<!DOCTYPE a [", b"<!ENTITY e 'x'>", b"]>", b"&e;", b"<![CDATA[", b"<?pi ?>"]
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9._-]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)
SPACES = st.sampled_from(["", "{http://s3.amazonaws.com/doc/2006-03-01/}", "{urn:x}", "{a b}"])


def test_names_are_told_without_their_namespace():
    root = document(LISTING)

    assert [e.tag for e in root.iter()] == [
        *("ListBucketResult", "Name", "Contents", "Key", "ETag", "Contents", "Key", "ETag", "Key"),
    ]
    assert [key.text for key in root.iterfind("./Contents/Key")] == ["one & aä", "two"]


@given(st.lists(st.tuples(SPACES, NAMES, TEXTS), min_size=1, max_size=5), st.sampled_from(["utf-8", "utf-16"]))
def test_what_was_written_is_read_in_whatever_namespace_and_depth(elements, encoding):
    root = element = Element("Root")
    for space, name, text in elements:
        element = SubElement(element, space + name)
        element.text = text

    found = list(document(tostring(root, encoding=encoding)).iter())[1:]

    assert [(e.tag, e.text or "") for e in found] == [(name, text) for _, name, text in elements]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"no XML",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a/>\n<html>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<a>&nbsp;</a>",
        b"<x:a/>",
        b'{"Error": 1}',
        DECLARATION,
        b" " + DECLARATION + b"<a/>",
        LISTING[:-1],
        LISTING + b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_what_is_no_xml_is_unreadable_in_one_line(body):
    with pytest.raises(Unreadable, match=r"\Anot XML: [^\n]+\Z"):
        document(body)
    assert text_of(body, "Key") is None


def laughs(depth: int) -> bytes:
    """A document of a few hundred bytes that would be 10 to the power of `depth` of them."""
    defined = b"".join(b'<!ENTITY e%d "%b">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, depth))
    return b'<!DOCTYPE a [<!ENTITY e0 "ha">%b]><a>&e%d;</a>' % (defined, depth - 1)


@pytest.mark.parametrize(
    "body",
    [
        laughs(1),
        laughs(12),
        b"<!DOCTYPE a [<!ENTITY e 'x'>]><a/>",
        b"<!DOCTYPE a [<!ENTITY % e 'x'> %e;]><a/>",
        b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>",
        b"<!DOCTYPE a PUBLIC '-' 'file:///none' [<!ENTITY e PUBLIC '-' 'file:///etc/hostname'>]><a>&e;</a>",
    ],
    ids=["one", "a billion", "unused", "parameter", "file", "public"],
)
def test_an_entity_of_a_documents_own_is_refused(body):
    with pytest.raises(Unreadable, match="EntitiesForbidden"):
        document(body)


def test_nothing_outside_the_document_is_fetched():
    with Server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<!ELEMENT a ANY>")) as server:
        where = f"http://127.0.0.1:{server.port}/x.dtd".encode()
        assert document(b"<!DOCTYPE a SYSTEM '%b'><a/>" % where).tag == "a"
        with pytest.raises(Unreadable):
            document(b"<!DOCTYPE a [<!ENTITY %% e SYSTEM '%b'> %%e;]><a/>" % where)

    assert server.connections == 0


@given(st.binary(max_size=200) | st.lists(st.sampled_from(TOKENS) | st.binary(max_size=5), max_size=12).map(b"".join))
def test_any_bytes_are_a_document_or_unreadable(body):
    with suppress(Unreadable):
        assert isinstance(document(body).tag, str)


@given(st.sampled_from([LISTING, *RECORDED]), st.integers(0, 3000), st.integers(0, 30), st.binary(max_size=12))
def test_a_document_with_some_other_bytes_is_a_document_or_unreadable(body, at, cut, instead):
    body = body.removeprefix(DECLARATION)
    broken = body[: at % len(body)] + instead + body[at % len(body) + cut :]

    with suppress(Unreadable):
        assert isinstance(document(broken).tag, str)


def test_the_text_of_a_name_is_that_of_the_first_element_so_called():
    assert text_of(LISTING, "Key") == "one & aä"
    assert text_of(LISTING, "ETag") == '"1"'
    assert text_of(LISTING, "UploadId") is None
    assert text_of(b"<a><ETag/><ETag>2</ETag></a>", "ETag") is None
    assert text_of(None, "Key") is None


@pytest.mark.parametrize(
    ("etag", "is_bare"),
    [('"1-2"', "1-2"), ("1-2", "1-2"), (' "1" ', "1"), ('""', ""), ('"', ""), ("", None), (None, None)],
)
def test_an_etag_is_bare_without_its_quotes(etag, is_bare):
    assert bare(etag) == is_bare
