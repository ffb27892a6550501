"""XML that is a weapon."""

import re

from tests.hostile.model import Asked, Behaviour, Peer, answers, ok

_LIST = ("s3-list-empty", "s3-list-odd-names")
_BEGIN, _END = b"<ListBucketResult>", b"</ListBucketResult>"
_LAUGHS = b"<!DOCTYPE l [<!ENTITY a0 'ha'>" + b"".join(
    b"<!ENTITY a%d '%b'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)


def _lists(asked: Asked) -> bool:
    # `GET /bucket?...`: an object has a second slash.
    return asked.method == "GET" and re.fullmatch(r"/[^/]+/?\?.*", asked.target) is not None


def _xml(body: bytes) -> bytes:
    return ok(body, type_=b"application/xml")


def _of(id_: str, says_: str, body: bytes, met: str = "s3-list") -> Behaviour:
    return Behaviour(f"xml-{id_}", says_, answers(_xml(body)), _LIST, met, _lists)


def _ever_new(peer: Peer, asked: Asked) -> bool:
    marker = re.search(r"[?&]marker=k(\d+)", asked.target)
    number = int(marker[1]) + 1 if marker else 1
    row = b"<IsTruncated>true</IsTruncated><Contents><Key>k%d</Key></Contents>" % number
    peer.say(_xml(_BEGIN + row + _END))
    return True


BEHAVIOURS = (
    _of("laughs", "sends entities that grow to 200 GB", _LAUGHS + b"]><ListBucketResult>&a11;</ListBucketResult>"),
    _of(
        "external-entity",
        "names a file of this machine as an entity",
        b"<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><ListBucketResult>&a;</ListBucketResult>",
    ),
    _of(
        "external-dtd", "names a DTD on another host", b"<!DOCTYPE l SYSTEM 'http://127.0.0.2:1/l.dtd'>" + _BEGIN + _END
    ),
    _of(
        "parameter-entity",
        "defines parameter entities in terms of each other",
        b"<!DOCTYPE l [<!ENTITY % a '%b;'><!ENTITY % b '%a;'>%a;]>" + _BEGIN + _END,
    ),
    _of("depth", "nests elements 100,000 deep", _BEGIN + b"<a>" * 100_000 + b"</a>" * 100_000 + _END),
    _of("depth-unclosed", "opens elements and closes none", _BEGIN + b"<a>" * 300_000),
    _of(
        "attributes",
        "sends an element of 100,000 attributes",
        b"<ListBucketResult " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
    ),
    _of(
        "namespaces",
        "declares 20,000 namespaces",
        b"<ListBucketResult " + b" ".join(b'xmlns:a%d="u:%d"' % (n, n) for n in range(20_000)) + b"/>",
    ),
    _of(
        "unknown-encoding", "says that its encoding is rot13", b'<?xml version="1.0" encoding="rot13"?>' + _BEGIN + _END
    ),
    _of("wrong-encoding", "says UTF-16 and sends ASCII", b'<?xml version="1.0" encoding="UTF-16"?>' + _BEGIN + _END),
    _of("invalid-utf-8", "sends bytes that are no UTF-8", _BEGIN + b"<Key>\xff\xc3\x28</Key>" + _END),
    _of("nul", "sends NUL", _BEGIN + b"<Key>a\0b</Key>" + _END),
    _of(
        "number",
        "says KeyCount with 100,000 digits",
        _BEGIN + b"<IsTruncated>false</IsTruncated><KeyCount>" + b"9" * 100_000 + b"</KeyCount>" + _END,
    ),
    _of("nothing", "sends an empty document", b""),
    _of(
        "rows",
        "sends 100,000 rows that were not asked for",
        _BEGIN + b"<IsTruncated>false</IsTruncated>" + b"<Contents><Key>a</Key></Contents>" * 100_000 + _END,
    ),
    _of("comment", "sends a comment that is never closed", _BEGIN + b"<!--" + b"-" * 1_000_000),
    Behaviour(
        "s3-list-same-marker",
        "says that there is more, after the same key each time",
        answers(_xml(_BEGIN + b"<IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents>" + _END)),
        _LIST,
        "s3-pages",
        _lists,
    ),
    Behaviour("s3-list-never-ends", "has another page behind every page", _ever_new, _LIST, "s3-pages", _lists),
)
