"""A gateway that dies in the middle of a check costs that check and no other."""

import pytest

from suites import crashes

SOME = "(http or containers or monolithic) and not account-in-url"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_check_whose_request_was_under_way_is_red_and_the_others_go_on(suites, workers):
    outcome = suites.run("-q", "-p", "tests.suites.deadly", "-n", workers, "-k", SOME, "--configuration", "default")

    assert outcome.code == 1
    assert outcome.red == {"chunked-put"}, outcome.output
    crash = next(d for d in outcome.run["checks"]["chunked-put"]["deviations"] if d["rule"] == "gateway-crash")
    assert crash["level"] == "breaks"
    assert "PUT /swift/v1/rgwc-" in crash["message"]
    assert "Segmentation fault" in crash["message"]
    assert "ceph version 16." in crash["message"]
    others = {id_: (check["verdict"], check["reason"]) for id_, check in outcome.run["checks"].items()}
    del others["chunked-put"]
    assert len(others) > 15
    assert {id_: why for id_, why in others.items() if why[0] in ("blocked", "error")} == {}


def test_a_check_that_lost_an_answer_to_anothers_request_is_repeated_with_nothing_that_it_left_behind(suites):
    outcome = suites.run(
        "-q", "-p", "tests.suites.bystander", "-n", "0", "-k", "any_name", "--configuration", "default"
    )

    assert outcome.code == 0, outcome.output
    # A container that the first attempt had made would be answered with 202 where the check insists on 201.
    assert outcome.verdicts["container-name[hash]"] == "pass"


def test_an_external_gateway_that_dies_blocks_what_comes_after_it(suites, tmp_path):
    from fixtures.gateways.embedded import EmbeddedGateway  # noqa: PLC0415 - one of its own, to be killed

    gateway = EmbeddedGateway()
    external = suites.on(gateway.start())
    try:
        options = (
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "tests.suites.deadly",
            "--gateway-wait",
            "1",
            "-k",
            SOME + " or test_swiftclient or test_auth",
        )
        outcome = external.run(*options, env={"DEADLY_TO": str(gateway.directory)})
    finally:
        gateway.stop()

    assert outcome.code == 1
    assert outcome.red == {"chunked-put"}
    assert outcome.verdicts["swiftclient-stat"] == "pass"
    assert outcome.verdicts["v1-auth"] == "blocked"
    assert "the gateway has been gone since chunked-put" in outcome.output
    assert "NOT CLEANED" in outcome.output


def test_a_listing_of_the_account_is_not_blamed_for_what_an_object_in_it_was_asked_for():
    assert not crashes._same("GET /swift/v1", "GET /swift/v1/c")
    assert crashes._same("GET /swift/v1/c%20d", "GET /swift/v1/c d")
    assert crashes._same("GET /swift/v1/c", "GET /swift/v1/c?temp_url_sig=0")
