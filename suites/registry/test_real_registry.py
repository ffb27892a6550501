"""What a real registry can do on the gateway: start, push, pull, list, delete, collect garbage, stand beside another.

Whatever it says to the gateway on the way is judged by the rules too.
"""

from collections.abc import Sequence

import pytest

from fixtures.gateways.model import Gateway
from fixtures.observer import Observer
from fixtures.plugin import REGISTRIES
from fixtures.real import RealRegistries
from fixtures.registries.choice import Choice
from fixtures.registries.errands import ERRANDS
from suites.claims import BREAKS, NotJudged, check
from suites.registry.failed import failure


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
        observer.deviate(*failure(done, ERRANDS[errand].oracle(api), ERRANDS[errand].impact))
