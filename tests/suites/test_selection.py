"""A replay comes to the same verdict alone, in any order, and on any number of workers."""

import pytest

from fixtures.recordings.har import BUILT_IN, DATA

RECORDINGS = [word for name in ("2.8.3-swift", "2.8.3-s3") for word in ("--recording", str(DATA / BUILT_IN[name]))]
"""One for each driver: what is shown here of one conversation holds for each of the others."""
MUTANT = ["--inject", "head-with-body", "--recordings", "none", *RECORDINGS, "-k", "replay or test_reuse"]
"""Half of the replays fail with it, so that a verdict that depends on the selection would show."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory, embedded):
    """The verdicts of a whole run in the order of the files."""
    from tests.running import Suites  # noqa: PLC0415 - the fixture of this name has another scope

    suites = Suites(tmp_path_factory.mktemp("whole")).on(embedded.gateway)
    outcome = suites.run("-q", "-p", "no:randomly", *MUTANT)
    verdicts = outcome.verdicts
    assert {"pass", "fail"} <= set(verdicts.values())
    return verdicts


def same(verdicts, whole):
    """Those that were run are as in the whole run; set-up is the sum of what ran."""
    mine = {id_: verdict for id_, verdict in verdicts.items() if id_ != "set-up"}
    assert mine == {id_: whole[id_] for id_ in mine}
    return mine


@pytest.mark.parametrize("dist", ["load", "loadscope", "loadfile", "loadgroup", "worksteal"])
def test_two_workers_come_to_the_verdicts_of_one(on_embedded, whole, dist):
    # Of one driver, for which checks meet on a worker does not depend on what is said.
    outcome = on_embedded.run("-q", "-n", "2", "--dist", dist, *MUTANT, "-k", "replay and 2.8.3-swift")

    assert len(same(outcome.verdicts, whole)) == sum(id_.startswith("replay[registry-2.8.3-swift") for id_ in whole)


@pytest.mark.parametrize("seed", ["1", "2016"])
def test_the_order_does_not_matter(on_embedded, whole, seed):
    outcome = on_embedded.run("-q", "-p", "randomly", f"--randomly-seed={seed}", *MUTANT)

    assert len(same(outcome.verdicts, whole)) == len(whole) - ("set-up" in whole)


def test_a_part_of_the_replays_comes_to_the_verdicts_of_all(on_embedded, whole):
    outcome = on_embedded.run("-q", *MUTANT, "-k", "push-blob or push_blob")

    assert len(same(outcome.verdicts, whole)) >= 10


def test_one_replay_at_the_end_of_a_conversation_comes_to_its_verdict(on_embedded, whole):
    outcome = on_embedded.run("-q", *MUTANT, "-k", "2.8.3-swift-garbage-collect")

    assert set(same(outcome.verdicts, whole)) == {"replay[registry-2.8.3-swift-garbage-collect]"}


def test_those_that_failed_last_fail_again(on_embedded, whole):
    first = on_embedded.run("-q", *MUTANT, "-k", "2.8.3-swift")
    again = on_embedded.run("-q", "--lf", *MUTANT)

    failed = {id_ for id_, verdict in first.verdicts.items() if verdict == "fail" and id_ != "set-up"}
    assert failed
    assert set(same(again.verdicts, whole)) == failed
