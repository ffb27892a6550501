"""Requests in the form that a check wants, and what is read of a line of answers."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import pytest

from fixtures.gateways.swift import SAFE, USER_AGENT, Container
from fixtures.wire.client import Client, NoAnswer
from fixtures.wire.content import Content, from_bytes
from fixtures.wire.line import Line
from fixtures.wire.message import Exchange, Framing, Request, Response, make_fields
from reports.model import Level
from suites.claims import blocked, check

Pairs = Iterable[tuple[str, str]]
BODY = b"hello"


def cases(id_: str, names: Iterable[str], *, oracle: str, level: Level, impact: str, api: str = "swift") -> Any:
    """Mark a function as a check for each of these cases, `ID[NAME]`; it is given the name as `case`."""
    marks = {name: check(f"{id_}[{name}]", oracle=oracle, level=level, impact=impact, api=api) for name in names}
    return pytest.mark.parametrize("case", [pytest.param(name, id=name, marks=mark) for name, mark in marks.items()])


def ask(wire: Client, method: str, target: str) -> Response:
    """Ask without credentials. Raises NoAnswer if no answer with a status came."""
    fields = make_fields([("Host", wire.endpoint.authority), ("User-Agent", "rgw-conformance")])
    exchange = wire.exchange(Request(method, target.encode("latin-1"), fields))
    if exchange.response is None or exchange.response.status is None:
        raise NoAnswer(exchange)
    return exchange.response


def path(container: Container, name: str = "") -> str:
    """The target of a container or of an object in it."""
    return f"{container.session.storage_path}/{quote(container.name, safe='')}" + (
        f"/{quote(name, safe=SAFE)}" if name else ""
    )


def request(
    container: Container,
    method: str,
    name: str = "",
    fields: Pairs = (),
    *,
    body: bytes | Content | None = None,
    length: bool = True,
    host: Sequence[str] | None = None,
    token: str | None = None,
    target: str | None = None,
    version: bytes = b"HTTP/1.1",
) -> Request:
    """A request about a container of the check's own, sent as it is given here.

    `length`: whether a body is told by Content-Length; without it, `fields` say how it is framed and `body` has its
    framing. `host`: the values of Host in place of the gateway's. `token`, `target`: in place of the right ones.
    """
    session = container.session
    hosts = [session.client.endpoint.authority] if host is None else host
    pairs = [*(("Host", value) for value in hosts), ("User-Agent", USER_AGENT)]
    content = from_bytes(body) if isinstance(body, bytes) else body
    if content is not None and length:
        pairs.append(("Content-Length", str(content.size)))
    pairs += [("X-Auth-Token", session.token if token is None else token), *fields]
    where = (target or path(container, name)).encode("latin-1")
    return Request(method, where, make_fields(pairs), Framing.LENGTH if content else Framing.NONE, content, version)


def stored(container: Container, name: str = "o", body: bytes = BODY) -> Request:
    """Store an object, and return the request that reads it; the check is blocked if it is not stored."""
    written = container.put(name, body)
    if written.status != 201:
        blocked(f"the PUT that prepares this is answered with {written.status}")
    return request(container, "GET", name)


def status_of(exchange: Exchange) -> int:
    """The status of an answer. Raises NoAnswer if it has none."""
    if exchange.status is None:
        raise NoAnswer(exchange)
    return exchange.status


def reads(line: Line, get: Request, body: bytes = BODY) -> Exchange:
    """The next answer, which must be to this GET. Raises AssertionError or NoAnswer if it is not."""
    answer = line.answer(get)
    assert status_of(answer) == 200, f"GET is answered with {answer.status}"
    assert answer.response is not None
    assert answer.response.kept == body, f"GET is answered with {answer.response.kept[:40]!r}"
    return answer


def announced(exchange: Exchange) -> bool:
    """Whether an answer says that its connection ends with it."""
    return exchange.response is not None and "close" in (exchange.response.get("Connection") or "").lower()


def follows(wire: Client, line: Line, answer: Exchange, get: Request, body: bytes = BODY) -> None:
    """The next request, which must be answered: on the same connection or, where the answer ended it, on a new one."""
    if announced(answer):
        with Line(wire) as another:
            another.say(get)
            reads(another, get, body)
        return
    line.say(get)
    reads(line, get, body)


def told_to_go_on(exchange: Exchange) -> int:
    """How many 100 came before an answer; other interim answers may come at any time (RFC 9110 section 15.2)."""
    return sum(head.status == 100 for head in exchange.response.interim) if exchange.response is not None else 0
