"""What old releases did is caught by the suites, and a gateway that is right is not.

Every other mutant is caught, or not, by the score: `python -m fixtures.mutants score`.
"""

import pytest

from fixtures.mutants import historic

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
SOME = [word for check in sorted({check for _, check in CAUGHT_BY.values()}) for word in ("--check", check)]


def test_there_is_an_expectation_for_every_old_release():
    assert set(CAUGHT_BY) == {mutant.name for mutant in historic.MUTANTS}


@pytest.mark.parametrize("mutant", CAUGHT_BY)
def test_a_mutant_is_caught(on_embedded, mutant):
    outcome = on_embedded.run("-q", *SOME, "--inject", mutant)

    rule, check = CAUGHT_BY[mutant]
    assert outcome.code == 1
    assert outcome.run["injected"] == mutant
    assert rule in outcome.rules
    assert check in outcome.red
    assert "error" not in outcome.verdicts.values()
    assert f"with injected mutant {mutant}" in outcome.output


def test_a_gateway_that_is_right_is_not_caught_behind_the_proxy_of_the_mutants(on_embedded):
    """What a proxy might spoil first; the run that a score learns from has every check behind it.

    Without a proxy it is what `make conformance` runs, which must end green too.
    """
    outcome = on_embedded.run("-q", "-k", "http or (replay and (2.8.3 or 3.1.1))", "--inject", "none")

    assert outcome.code == 0, outcome.output
    assert outcome.red == set()
    # Their registry found /info, which this gateway has not.
    untested = {id_ for id_, verdict in outcome.verdicts.items() if verdict == "untested"}
    assert {id_ for id_ in untested if "replay" in id_} == {
        id_ for id_ in outcome.verdicts if "account-in-url" in id_ and "replay" in id_
    }
    assert not {"blocked", "error"} & set(outcome.verdicts.values())
    accepted = {id_ for id_, c in outcome.run["checks"].items() if c["verdict"] == "fail" and c["accepted"] == "known"}
    assert {id_ for id_, verdict in outcome.verdicts.items() if verdict == "fail"} == accepted


def test_the_bug_of_2016_is_told_in_one_sentence_with_its_bytes(on_embedded):
    outcome = on_embedded.run("-q", "-k", "monolithic", "--inject", "head-empty-dlo-without-status")

    summary = outcome.output.partition("= rgw-conformance =")[2]
    assert 'push of any layer fails with 500 (the registry reads: malformed HTTP status code "0")' in summary
    assert r"Content-Length: 0\r\nDate:" in summary
