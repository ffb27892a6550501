"""`--faults` on a real gateway: one that keeps what it acknowledges is green, one that does not is red."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.faults.model import FAULTS, Point, moment
from tests.running import Suites

KILLED = "acknowledged-writes[2.8.3-swift-gateway-killed-1]"
OSD = "acknowledged-writes[2.8.3-s3-osd-killed-1]"
BACK = "push-after-fault[2.8.3-swift-gateway-killed]"


@given(st.text(max_size=20), st.integers(1, 1000))
def test_a_moment_is_one_of_the_push_and_always_the_same(seed, requests):
    drawn = moment(seed, requests)
    assert drawn == moment(seed, requests)
    assert 1 <= drawn.request <= requests
    assert 0 <= drawn.later <= 0.01
    assert not drawn.later or drawn.point is Point.WORKING


def test_moments_are_at_every_point():
    assert {moment(str(n), 300).point for n in range(50)} == set(Point)


def test_a_gateway_that_keeps_its_word_is_green(tmp_path):
    outcome = Suites(tmp_path).run("--faults", "-n", "2", "--check", KILLED, "--check", OSD)
    assert outcome.code == 0, outcome.output
    assert {id_: v for id_, v in outcome.verdicts.items() if id_ != "set-up"} == {KILLED: "pass", OSD: "pass"}
    observed = outcome.run["checks"][KILLED]["observations"]
    assert observed["struck"].startswith("request ")
    assert "reset" in str(observed["unanswered"]) or "no-response" in str(observed["unanswered"])


def test_a_gateway_that_loses_what_it_acknowledged_and_one_that_comes_back_wrong_are_red(tmp_path):
    checks = ("--check", KILLED, "--check", BACK)
    outcome = Suites(tmp_path).run("--faults", "-p", "tests.faults.forgetful", "-p", "no:randomly", *checks)
    assert outcome.code == 1, outcome.output
    assert outcome.red == {KILLED, BACK}, outcome.output
    (lost,) = (d for d in outcome.run["checks"][KILLED]["deviations"] if d["rule"] == KILLED)
    assert "GET is answered with 404" in lost["message"], lost
    assert lost["level"] == "breaks"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--gateway-url", "http://127.0.0.1:1"), "only a gateway that is started here: leave out --gateway-url"),
        (("--ceph", "16"), "leave out --ceph"),
        (("--read-only",), "--faults and --read-only"),
        (("--configuration", "https"), "leave out --configuration https"),
        (("--fault-moments", "0"), "--fault-moments 0: it takes at least one"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(tmp_path, options, said):
    outcome = Suites(tmp_path).run("--faults", *options)
    assert outcome.code == 4
    (line,) = outcome.error_lines
    assert said in line


def test_every_fault_says_what_it_is():
    assert len({fault.says for fault in FAULTS.values()}) == len(FAULTS) >= 6
