"""Requests that need no login."""

from fixtures.wire.client import Client, NoAnswer
from fixtures.wire.message import Request, Response, make_fields


def ask(wire: Client, method: str, target: str) -> Response:
    """Ask without credentials. Raises NoAnswer if no answer with a status came."""
    fields = make_fields([("Host", wire.endpoint.authority), ("User-Agent", "rgw-conformance")])
    exchange = wire.exchange(Request(method, target.encode("latin-1"), fields))
    if exchange.response is None or exchange.response.status is None:
        raise NoAnswer(exchange)
    return exchange.response
