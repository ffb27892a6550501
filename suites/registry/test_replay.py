"""Every operation of every recorded registry, said again byte for byte."""

import pytest

from fixtures.gateways.model import Gateway
from fixtures.observer import Observer
from fixtures.plugin import RECORDINGS
from fixtures.recordings.har import VARIATIONS, in_an_id
from fixtures.recordings.model import Kind, Recording
from fixtures.replays import Replay
from suites.claims import BREAKS, blocked, check, untested
from suites.registry.judgement import judge_step


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each operation of each recording that this run replays is a check of its own."""
    metafunc.parametrize(("recording", "page"), _operations(metafunc.config.stash[RECORDINGS]))


def _operations(recordings: list[Recording]) -> list:
    """Each page of each recording; of a variation only the pages whose bytes differ from the recording's."""
    operations = []
    for recording in recordings:
        name = recording.name
        for page in recording.pages:
            kinds = {step.kind for step in recording.steps if step.page == page}
            if name in VARIATIONS and not recording.virtual_host and Kind.PUT_MANIFEST not in kinds:
                continue
            id_ = f"{name}-{in_an_id(page)}"
            claim = check(
                f"replay[{id_}]",
                oracle=f"registry {recording.registry}",
                level=BREAKS,
                impact=f"registry {recording.registry}: {page.replace('-', ' ')} fails",
                api=recording.api,
            )
            operations.append(pytest.param(recording, page, id=id_, marks=claim))
    return operations


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
