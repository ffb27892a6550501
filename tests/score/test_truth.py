"""Which real registries are tried on a mutant, and what is made of how that ended."""

import json

import pytest

from fixtures.mutants.kinds import method
from fixtures.mutants.model import Mutant
from fixtures.score import truth
from fixtures.score.judged import Learnt, Place, Result
from fixtures.score.runs import ScoreError
from fixtures.wire.message import Request
from reports.model import CheckResult, Deviation, Level, Run, Verdict

SWIFT = ["real-registry[2.8.3-swift-start]", "real-registry[2.8.3-swift-push-image]"]
S3 = ["real-registry[2.8.3-s3-push-image]"]
BOTH = {"2.8.3-swift", "2.8.3-s3"}
COPY = Mutant("wrong-copy", "does it", lambda: None, method("COPY"))
HEAD = Mutant("wrong-head", "does it", lambda: None, method("HEAD"))


class Runner:
    """Writes down what it was asked to run, and a report of it in which the last check fails."""

    def __init__(self, directory, *, hangs=()):
        self.directory, self.hangs, self.ran = directory, hangs, {}

    def against(self, mutant, places):
        self.ran[mutant] = {place.check for place in places}
        if mutant in self.hangs:
            raise ScoreError(f"{mutant}: it hangs")
        failed = Deviation("registry-operation", Level.BREAKS, "registry", "no push", "push-image fails: 500")
        checks = {
            id_: CheckResult(
                id_,
                Verdict.FAIL if (bad := "push" in id_) else Verdict.PASS,
                Level.BREAKS,
                "registry",
                "no push",
                claim="",
                deviations=(failed,) if bad else (),
                seconds=0.1,
            )
            for id_ in self.ran[mutant]
        }
        run = Run("s", "abcdef1", "pytest", "now", True, None, "default", "http://x", {}, checks, {})
        place = self.directory / mutant / "default"
        place.mkdir(parents=True)
        (place / "run.json").write_text(json.dumps(run.to_json()))


@pytest.fixture
def learnt():
    """The Swift registry sends a HEAD to start and a COPY to push; over S3 it only puts."""
    asked = {SWIFT[0]: "HEAD", SWIFT[1]: "COPY", S3[0]: "PUT"}
    requests = {Place(check, "default"): (Request(verb, b"/c/o", ()),) for check, verb in asked.items()}
    passed = Result(Verdict.PASS, frozenset(), None)
    return Learnt(dict.fromkeys(requests, passed), requests, dict.fromkeys(requests, 0.1))


def found(runner, wanted, learnt):
    return {mutant.name: told for mutant, told in truth.find(runner, wanted, learnt, jobs=2)}


def test_a_registry_that_asks_nothing_which_is_touched_is_not_run_and_works(tmp_path, learnt):
    runner = Runner(tmp_path)

    told = found(runner, [(COPY, BOTH)], learnt)["wrong-copy"]

    assert runner.ran["wrong-copy"] == set(SWIFT), "an errand stands on those before it"
    assert told["2.8.3-s3"] == {"outcome": "works", "met": False}
    assert told["2.8.3-swift"] == {
        "outcome": "fails",
        "errors": {"push-image": "push-image fails: 500"},
        "met": True,
    }


def test_only_the_registries_that_are_asked_for_are_tried(tmp_path, learnt):
    assert set(found(Runner(tmp_path), [(COPY, {"2.8.3-s3"})], learnt)["wrong-copy"]) == {"2.8.3-s3"}


def test_a_run_that_hangs_leaves_its_mutant_for_the_next_time_and_the_others_go_on(tmp_path, learnt):
    told = found(Runner(tmp_path, hangs=["wrong-copy"]), [(COPY, BOTH), (HEAD, BOTH)], learnt)

    assert str(told["wrong-copy"]) == "wrong-copy: it hangs"
    assert told["wrong-head"]["2.8.3-swift"]["met"]
