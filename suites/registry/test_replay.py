"""Every operation of every recorded registry, said again byte for byte."""

import pytest

from fixtures.gateways.model import Gateway
from fixtures.observer import Observer
from fixtures.recordings.har import BUILT_IN, VARIATIONS, built_in
from fixtures.recordings.model import Kind, Recording
from fixtures.replays import Replay
from suites.claims import BREAKS, blocked, check
from suites.registry.judgement import judge_step


def _operations() -> list:
    """Each page of each recording; of a variation only the pages whose bytes differ from the recording's."""
    operations = []
    for name in [*BUILT_IN, *VARIATIONS]:
        recording = built_in(name)
        for page in recording.pages:
            kinds = {step.kind for step in recording.steps if step.page == page}
            if name in VARIATIONS and Kind.PUT_MANIFEST not in kinds:
                continue
            claim = check(
                f"replay[{name}-{page}]",
                oracle=f"registry {recording.registry}",
                level=BREAKS,
                impact=f"registry {recording.registry}: {page.replace('-', ' ')} fails",
                api=recording.api,
            )
            operations.append(pytest.param(recording, page, id=f"{name}-{page}", marks=claim))
    return operations


@pytest.mark.parametrize(("recording", "page"), _operations())
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
        blocked(f"{len(reasons)} of {len(played)} requests were not sent: {reasons[0]}")
