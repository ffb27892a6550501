"""Writes what must be there after an upgrade: `--stage prepare`."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fixtures.plugin import OBSERVERS, OPTIONS, RECORDINGS, REGISTRIES, SESSION
from fixtures.recordings.model import Recording
from fixtures.registries.choice import Choice
from fixtures.replays import PUSHED, Replay
from fixtures.stages import registry, replayed, s3, swift
from fixtures.stages.swift import Refused
from suites.claims import BREAKS, NotJudged, blocked, check, untested
from suites.registry.failed import failure
from suites.registry.judgement import judge_step

_SWIFT = {
    "swift-objects": swift.write_objects,
    "swift-large": swift.write_large_objects,
    "swift-rows": swift.write_rows,
    "swift-grants": swift.write_grants,
    "swift-uploads": swift.write_uploads,
}
_S3 = {
    "s3-objects": s3.write_objects,
    "s3-rows": s3.write_rows,
    "s3-grants": s3.write_grants,
    "s3-uploads": s3.write_uploads,
}
_IMPACT = "push fails before the upgrade already"


def _items(items, oracle, api):
    return [
        pytest.param(
            item, id=item, marks=check(f"stage-prepare[{item}]", oracle=oracle, level=BREAKS, impact=_IMPACT, api=api)
        )
        for item in items
    ]


@pytest.mark.parametrize("item", _items(_SWIFT, "Swift API, Create or replace object", "swift"))
def test_swift_takes_what_is_written(item, stage, stage_swift):
    """Every container and object of this kind is acknowledged."""
    _insist(lambda: _SWIFT[item](stage, stage_swift))


@pytest.mark.parametrize("item", _items(_S3, "S3 API, PutObject", "s3"))
def test_s3_takes_what_is_written(item, stage, stage_s3):
    """Every bucket, object and part of this kind is acknowledged."""
    _insist(lambda: _S3[item](stage, stage_s3))


def _insist(write: Callable[[], list[str]]) -> None:
    try:
        complaints = write()
    except Refused as refused:
        pytest.fail(str(refused))
    assert not complaints, f"{len(complaints)} writes are not acknowledged: {complaints[0]}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each recording that is replayed, and the real registry with each API, is a check of its own."""
    if "recording" in metafunc.fixturenames:
        metafunc.parametrize("recording", _recordings(metafunc.config))
    if "choice" in metafunc.fixturenames:
        metafunc.parametrize(("choice", "api"), _registries(metafunc.config))


def _recordings(config: pytest.Config) -> list:
    default = config.getoption("--recordings") == "default"
    own = {path.stem for path in config.getoption("--recording")}
    found = []
    for shelved in config.stash[RECORDINGS]:
        if default and shelved.name not in PUSHED and shelved.name not in own:
            continue
        recording = shelved.read()
        claim = check(
            f"stage-prepare[{replayed.item_of(recording)}]",
            oracle=f"registry {recording.registry}",
            level=BREAKS,
            impact=_IMPACT,
            api=recording.api,
        )
        found.append(pytest.param(recording, id=replayed.item_of(recording), marks=claim))
    return found


def _registries(config: pytest.Config) -> list:
    found = []
    for choice in config.stash[REGISTRIES][:1]:
        for api in ("swift", "s3"):
            item = registry.item_of(api)
            claim = check(f"stage-prepare[{item}]", oracle="registry", level=BREAKS, impact=_IMPACT, api=api)
            found.append(pytest.param(choice, api, id=item, marks=claim))
    return found


@pytest.fixture
def replay(stage, pytestconfig) -> Callable[[Recording], Replay]:
    """Says a recording into a container of the stage."""
    stash = pytestconfig.stash
    session = replace(stash[SESSION], run_id=stage.id)
    writes = pytestconfig.getoption("--allow-account-writes")

    def begin(recording: Recording) -> Replay:
        name = stage.container(replayed.item_of(recording))
        return Replay(session, stash[OBSERVERS], stash[OPTIONS].limits, lambda: name, account_writes=writes)

    return begin


def test_a_recorded_push_is_taken(recording, replay, stage, gateway, observer):
    """What a recorded registry says when images are pushed and pulled is answered so that it can go on."""
    played = replayed.push(stage, gateway, recording, lambda: replay(recording))
    for step in played:
        for exchange in step.exchanges:
            observer.record(exchange)
        for deviation, exchange in judge_step(step, recording):
            observer.deviate(deviation, exchange)
    reasons = [step.blocked for step in played if step.blocked is not None]
    if reasons:
        say = untested if all(step.untested for step in played if step.blocked is not None) else blocked
        say(f"{len(reasons)} of {len(played)} requests were not sent: {reasons[0]}")


def test_a_real_registry_pushes(choice: Choice, api: str, place, gateway, observer):
    """A registry pushes images, and begins uploads that it does not end."""
    if choice.absent:
        untested(choice.absent)
    if not (gateway.account.s3 if api == "s3" else gateway.account.swift):
        untested(f"no {api} credentials for {gateway.name}")
    done = registry.prepare(place(choice, api))
    if done.not_done is not None:
        raise NotJudged(*done.not_done)
    for exchange in done.exchanges:
        observer.record(exchange)
    if done.error is not None:
        observer.deviate(*failure(done, "registry", _IMPACT))
