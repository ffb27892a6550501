"""Every mutant is caught by the suites, and a gateway that is right is not."""

import pytest

from fixtures.mutants.catalogue import MUTANTS

SOME = "monolithic or large_object or past_the_end or does_not_exist or token_is"
"""Checks of every kind that some mutant must turn red; all checks run in the two tests without a mutant."""

CAUGHT_BY = {
    "head-empty-dlo-without-status": ("status-line", "head-of-empty-dlo"),
    "head-empty-dlo-without-status-keep-alive": ("status-line", "head-of-empty-dlo"),
    "head-empty-dlo-without-status-close": ("status-line", "head-of-empty-dlo"),
    "head-empty-dlo-without-status-no-date": ("status-line", "head-of-empty-dlo"),
    "head-empty-dlo-without-status-expose-bucket": ("status-line", "head-of-empty-dlo"),
    "head-empty-dlo-without-status-after-100": ("status-line", "head-of-empty-dlo"),
    "head-empty-dlo-without-status-date-only": ("status-line", "head-of-empty-dlo"),
    "get-dlo-error-without-status": ("status-line", "dlo-of-missing-container"),
    "get-empty-dlo-without-status": ("status-line", "get-of-empty-dlo"),
    "head-with-body": ("no-body", "dlo-length"),
    "duplicate-content-length-on-416": ("framing", "range-past-the-end"),
    "expired-token-403": ("garbage-token", "garbage-token"),
}
"""By which rule, and in which check among others."""


def test_there_is_an_expectation_for_every_mutant():
    assert set(CAUGHT_BY) == set(MUTANTS) - {"none"}


@pytest.mark.parametrize("mutant", CAUGHT_BY)
def test_a_mutant_is_caught(on_embedded, mutant):
    outcome = on_embedded.run("-q", "-k", SOME, "--inject", mutant)

    rule, check = CAUGHT_BY[mutant]
    assert outcome.code == 1
    assert outcome.run["injected"] == mutant
    assert rule in outcome.rules
    assert check in outcome.red
    assert "error" not in outcome.verdicts.values()
    assert f"with injected mutant {mutant}" in outcome.output


@pytest.mark.parametrize("options", [[], ["--inject", "none"]], ids=["direct", "proxied"])
def test_a_gateway_that_is_right_is_not_caught(on_embedded, options):
    outcome = on_embedded.run("-q", *options)

    assert outcome.code == 0, outcome.output
    assert outcome.red == set()
    not_judged = {id_ for id_, verdict in outcome.verdicts.items() if verdict not in ("pass", "degraded", "fail")}
    # Its registry found /info, which this gateway has not.
    assert not_judged == {id_ for id_ in outcome.verdicts if "account-in-url" in id_}
    accepted = {id_ for id_, c in outcome.run["checks"].items() if c["verdict"] == "fail" and c["accepted"] == "known"}
    assert {id_ for id_, verdict in outcome.verdicts.items() if verdict == "fail"} == accepted


def test_the_bug_of_2016_is_told_in_one_sentence_with_its_bytes(on_embedded):
    outcome = on_embedded.run("-q", "-k", "monolithic", "--inject", "head-empty-dlo-without-status")

    summary = outcome.output.partition("= rgw-conformance =")[2]
    assert 'push of any layer fails with 500 (the registry reads: malformed HTTP status code "0")' in summary
    assert r"Content-Length: 0\r\nDate:" in summary
