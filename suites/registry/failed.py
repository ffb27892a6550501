"""What a real registry's failure was about: its own words, and the answer of the gateway that they speak of."""

from collections.abc import Sequence

from fixtures.real import Done
from fixtures.wire.message import Exchange
from reports.model import BREAKS, Deviation
from suites.plugin import judge


def failure(done: Done, oracle: str, impact: str) -> tuple[Deviation, Exchange | None]:
    """What failed, what the registry wrote about it, and which answer of the gateway it was about."""
    exchange = culprit(done.exchanges)
    message = done.error or ""
    if done.past:
        message += f"; the login leads it to {done.past}, past the proxy that looks on"
    if done.log:
        message += f"; the registry wrote: {done.log}"
    if exchange is None:
        message += "; no request of it reached the gateway"
    else:
        rules = dict.fromkeys(deviation.rule for deviation in judge([exchange]))
        if rules:
            message += f"; the answer breaks {', '.join(rules)}"
    return Deviation("registry-operation", BREAKS, oracle, impact, message), exchange


def culprit(exchanges: Sequence[Exchange]) -> Exchange | None:
    """The last answer that is wrong: none at all or one that cannot be read, else a refusal, else the last one."""
    for wrong in (_unreadable, _failed, _refused):
        found = next((exchange for exchange in reversed(exchanges) if wrong(exchange)), None)
        if found is not None:
            return found
    return exchanges[-1] if exchanges else None


def _unreadable(exchange: Exchange) -> bool:
    return exchange.failure is not None or exchange.status is None or bool(exchange.excess)


def _failed(exchange: Exchange) -> bool:
    return exchange.status is not None and exchange.status >= 500


def _refused(exchange: Exchange) -> bool:
    """That something is not there is what a registry asks for."""
    return exchange.status is not None and exchange.status >= 300 and exchange.status not in (304, 404)
