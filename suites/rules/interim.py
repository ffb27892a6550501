"""Rules on answers before the answer (1xx), and on Expect.

One that follows the final answer is what `no-body` and `no-excess` complain of.
"""

from collections.abc import Iterator

from fixtures.wire.message import Exchange, Head


def interim_form(exchange: Exchange) -> Iterator[str]:
    """A 1xx has neither Content-Length nor Transfer-Encoding, and never goes to a client of HTTP/1.0."""
    # RFC 9110 sections 8.6 and 15.2, RFC 9112 section 6.1.
    response = exchange.response
    if response is None or not response.interim:
        return
    for head in response.interim:
        for name in ("Content-Length", "Transfer-Encoding"):
            if head.get(name) is not None:
                yield f"a {head.status} with {name} {head.get(name)}"
    if exchange.request.version == b"HTTP/1.0":
        yield f"a {response.interim[0].status} to HTTP/1.0, whose clients take it for the answer"


def continue_asked(exchange: Exchange) -> Iterator[str]:
    """A 100 answers an Expect: 100-continue."""
    # RFC 2616 section 8.2.3 said SHOULD NOT; RFC 9110 section 15.2 only says that clients must bear it.
    response = exchange.response
    if response is None or not response.interim or _expects(exchange):
        return
    if any(head.status == 100 for head in response.interim):
        yield "a 100 that was not asked for"


def switching_asked(exchange: Exchange, head: Head) -> Iterator[str]:
    """The protocol is switched only where that was asked for, and to the one that is named."""
    if head.status == 101:
        asked, named = exchange.request.get("Upgrade"), head.get("Upgrade")
        if asked is None:
            yield "101, but the request has no Upgrade"
        elif named is None:
            yield "101 without Upgrade: nothing says what the connection speaks now"


def expectation_asked(exchange: Exchange, head: Head) -> Iterator[str]:
    """A 417 answers an Expect."""
    if head.status == 417 and exchange.request.get("Expect") is None:
        yield "417 Expectation Failed, but the request expects nothing"


def _expects(exchange: Exchange) -> bool:
    return "100-continue" in (exchange.request.get("Expect") or "").lower()
