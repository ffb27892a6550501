"""What a real registry can do on the gateway: start, push, pull, list, delete, collect garbage, stand beside another.

Whatever it says to the gateway on the way is judged by the rules too.
"""

from collections.abc import Sequence

import pytest

from fixtures.gateways.model import Gateway
from fixtures.observer import Observer
from fixtures.plugin import REGISTRIES
from fixtures.real import Done, RealRegistries
from fixtures.registries.choice import Choice
from fixtures.registries.errands import ERRANDS, Errand
from fixtures.wire.message import Exchange
from reports.model import Deviation
from suites.claims import BREAKS, NotJudged, check
from suites.plugin import judge


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each errand of each registry with each API is a check of its own."""
    metafunc.parametrize(("choice", "api", "errand"), _errands(metafunc.config.stash[REGISTRIES]))


def _errands(choices: Sequence[Choice]) -> list:
    found = []
    for choice in choices:
        for api in ("swift", "s3"):
            for name, errand in ERRANDS.items():
                id_ = "-".join(part for part in (choice.name, api, name) if part)
                id_of_check, oracle = f"real-registry[{id_}]", errand.oracle(api)
                claim = check(id_of_check, oracle=oracle, level=BREAKS, impact=errand.impact, api=api)
                found.append(pytest.param(choice, api, name, id=id_, marks=claim))
    return found


def test_real_registry(
    choice: Choice, api: str, errand: str, registries: RealRegistries, gateway: Gateway, observer: Observer
) -> None:
    """A registry with this gateway as its storage does what it is there for."""
    done = registries.done(gateway, choice, api, errand)
    if done.not_done is not None:
        raise NotJudged(*done.not_done)
    for exchange in done.exchanges:
        observer.record(exchange)
    observer.observe("requests", len(done.exchanges))
    observer.observe("registry", choice.version)
    if done.past:
        observer.observe("storage-url-past-the-proxy", done.past)
    if done.error is not None:
        observer.deviate(*_failure(done, ERRANDS[errand], api))


def _failure(done: Done, errand: Errand, api: str) -> tuple[Deviation, Exchange | None]:
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
    return Deviation("registry-operation", BREAKS, errand.oracle(api), errand.impact, message), exchange


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
