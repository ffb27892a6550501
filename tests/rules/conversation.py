r"""Reads a specimen: what one connection carried, as a file.

An answer's bytes stand as they came, up to the end of the connection. Before them may stand what was asked, as lines
that begin with `> `, and facts that bytes do not show, as lines that begin with `# `:

    > GET /swift/v1/c/o HTTP/1.1
    > Range: bytes=0-4
    # closed                                  the connection ended with the answer, and nothing else was wrong
    # sent Tue, 02 Aug 2016 04:00:53 GMT      when the request was sent
    HTTP/1.1 206 Partial Content\r\n ...

Where nothing is said, the file's name begins with the method. Further lines with `> ` begin the next exchange.
"""

import re
from email.utils import parsedate_to_datetime
from pathlib import Path

from fixtures.wire.message import Exchange, Failure, Field, Request
from fixtures.wire.parser import ResponseParser

_NEXT = re.compile(rb"^(?=> [A-Z]+ /)", re.MULTILINE)
_SAID = re.compile(rb"(?:[>#] [^\n]*\n)*")
TARGET = b"/swift/v1/c/o"


def exchange(data: bytes, method: str, target: bytes = TARGET, failure: Failure | None = None) -> Exchange:
    """What the wire client makes of these bytes when the connection ends after them."""
    return _exchange(data, Request(method, target, ()), failure=failure)


def conversation(path: Path) -> list[Exchange]:
    """The exchanges of a specimen."""
    parts = [part for part in _NEXT.split(path.read_bytes()) if part] or [b""]
    return [_read(part, path.name.partition("-")[0].upper()) for part in parts]


def _read(part: bytes, method: str) -> Exchange:
    said = _SAID.match(part)[0]
    lines = [line[2:].rstrip() for line in said.splitlines() if line.startswith(b"> ")]
    facts = {
        line[2:].split()[0]: line[2:].partition(b" ")[2].decode() for line in said.splitlines() if line[:1] == b"#"
    }
    request = Request(method, TARGET, ())
    if lines:
        method, target, version = lines[0].decode().split(" ")
        fields = tuple(Field(*re.split(rb": ?", line, maxsplit=1)) for line in lines[1:])
        request = Request(method, target.encode(), fields, version=version.encode())
    made = _exchange(part[len(said) :], request, closed=b"closed" in facts)
    if b"sent" in facts:
        made.started = parsedate_to_datetime(facts[b"sent"]).timestamp()
    return made


def _exchange(data: bytes, request: Request, *, failure: Failure | None = None, closed: bool = False) -> Exchange:
    parser = ResponseParser(request.method, keep=1024, body_limit=1 << 20)
    parser.feed(data)
    parser.eof()
    return Exchange(
        request,
        parser.response,
        data,
        failure=failure or parser.failure,
        failure_detail=parser.detail,
        excess=parser.excess,
        reusable=not closed,
    )
