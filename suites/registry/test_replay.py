"""Every operation of every recorded registry, said again byte for byte."""

import pytest

from fixtures.gateways.model import Gateway
from fixtures.observer import Observer
from fixtures.plugin import RECORDINGS
from fixtures.recordings.har import in_an_id
from fixtures.recordings.model import Recording
from fixtures.recordings.shelf import Shelved
from fixtures.replays import Replay
from suites.claims import BREAKS, blocked, check, untested
from suites.registry.judgement import judge_step


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each operation of each recording that this run replays is a check of its own."""
    metafunc.parametrize(("shelved", "page"), _operations(metafunc.config.stash[RECORDINGS]))


def _operations(recordings: list[Shelved]) -> list:
    operations = []
    for shelved in recordings:
        for page in shelved.pages:
            id_ = f"{shelved.name}-{in_an_id(page)}"
            claim = check(
                f"replay[{id_}]",
                oracle=f"registry {shelved.registry}",
                level=BREAKS,
                impact=f"registry {shelved.registry}: {page.replace('-', ' ')} fails",
                api=shelved.api,
            )
            operations.append(pytest.param(shelved, page, id=id_, marks=claim))
    return operations


@pytest.fixture
def recording(shelved: Shelved) -> Recording:
    """The recording that is replayed."""
    return shelved.read()


def test_replay(recording: Recording, page: str, conversations: Replay, gateway: Gateway, observer: Observer) -> None:
    """The gateway answers this operation's requests so that the registry that sent them can go on."""
    played = conversations.page(gateway, recording, page)
    for step in played:
        for exchange in step.exchanges:
            observer.record(exchange)
        for deviation, exchange in judge_step(step, recording):
            observer.deviate(deviation, exchange)
    observer.observe("requests", sum(len(step.exchanges) for step in played))
    reasons = [step.blocked for step in played if step.blocked is not None]
    if reasons:
        say = untested if all(step.untested for step in played if step.blocked is not None) else blocked
        say(f"{len(reasons)} of {len(played)} requests were not sent: {reasons[0]}")
