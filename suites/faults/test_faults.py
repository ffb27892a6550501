"""What was acknowledged is there when a gateway that was struck during a push is back: `--faults`."""

from itertools import product

import pytest

from fixtures.faults.model import FAULTS
from fixtures.faults.pushes import NotStruck
from fixtures.gateways.model import GatewayError
from fixtures.gateways.s3 import Bucket
from fixtures.gateways.swift import Container
from fixtures.plugin import RECORDINGS
from fixtures.replays import PUSHED
from fixtures.stages.comparing import bytes_differ
from fixtures.stages.model import kept
from suites.claims import BREAKS, check, untested
from suites.registry.judgement import judge_step
from suites.swift.rows import pages


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each fault in a push of each registry is a check of its own, at each of its moments."""
    config, names = metafunc.config, ["recording", "fault"]
    numbers = [0]
    if "number" in metafunc.fixturenames:
        names, numbers = [*names, "number"], list(range(1, config.getoption("--fault-moments") + 1))
    recordings = [one.read() for one in config.stash[RECORDINGS] if one.name in PUSHED]
    cases = product(recordings, FAULTS.values(), numbers)
    metafunc.parametrize(names, [_case(metafunc.function, *case) for case in cases])


def _case(function, recording, fault, number):
    id_ = f"{recording.name}-{fault.name}" + (f"-{number}" if number else "")
    claim = check(
        f"{function.CHECK}[{id_}]",
        oracle=f"registry {recording.registry}",
        level=BREAKS,
        impact=f"{fault.says}: {function.COSTS}",
        api=recording.api,
    )
    values = (recording, fault, number) if number else (recording, fault)
    return pytest.param(*values, id=id_, marks=claim)


def test_what_was_acknowledged_is_there(recording, fault, number, pushes, request, observer, pytestconfig):
    """After a fault in the middle of a push every object whose write was acknowledged is there, byte for byte."""
    seed = f"{pytestconfig.getoption('--fault-seed')} {recording.name} {fault.name} {number}"
    after = _struck(pushes, recording, fault, seed)
    for exchange in after.answered:
        observer.record(exchange)
    observer.observe("struck", str(after.when))
    observer.observe("unanswered", dict(sorted(after.unanswered.items())))

    if not after.held:
        untested(f"{fault.says} ({after.when}): nothing had been acknowledged that was not deleted again")

    wrong, listed = _looked_at(after, recording, request)
    assert not wrong, f"{fault.says} ({after.when}): {len(wrong)} of {len(after.held)} objects differ; {wrong[0]}"
    missing = sorted(after.held.keys() - listed)
    assert not missing, f"{fault.says} ({after.when}): {len(missing)} of {len(after.held)} are not listed; {missing[0]}"
    if fault.bridged:
        lost = after.unanswered
        assert not lost, f"{fault.says} ({after.when}): {lost.total()} requests are not answered; {next(iter(lost))}"


test_what_was_acknowledged_is_there.CHECK = "acknowledged-writes"
test_what_was_acknowledged_is_there.COSTS = "a blob that the registry was told is stored is gone or damaged"


def test_a_push_works_afterwards(recording, fault, pushes, observer, pytestconfig):
    """When a gateway that was struck is back, a registry's push and pull succeed on it."""
    _struck(pushes, recording, fault, f"{pytestconfig.getoption('--fault-seed')} {recording.name} {fault.name}")
    for step in pushes.again(recording):
        for exchange in step.exchanges:
            observer.record(exchange)
        for deviation, exchange in judge_step(step, recording):
            observer.deviate(deviation, exchange)


test_a_push_works_afterwards.CHECK = "push-after-fault"
test_a_push_works_afterwards.COSTS = "pushes fail, or pulls, also when it is over"


def _struck(pushes, recording, fault, seed):
    try:
        return pushes.struck(recording, fault, seed)
    except NotStruck:
        return untested(f"{fault.says}: the moment never came")
    except GatewayError as error:
        return pytest.fail(f"{fault.says}, and then: {error}")


def _looked_at(after, recording, request):
    """What differs, in words, and the names that are listed."""
    if recording.api == "s3":
        place = Bucket(request.getfixturevalue("s3"), after.container)
        listed = {key.text or "" for key in place.listing().iterfind("./Contents/Key")}
    else:
        place = Container(request.getfixturevalue("swift"), after.container)
        listed = {name for page in pages(place) for name in page}
    found = {
        name: bytes_differ(kept(name, name, content), place.get(name)) for name, (content, _) in after.held.items()
    }
    return [f"{name}: {wrong}" for name, wrong in found.items() if wrong], listed
