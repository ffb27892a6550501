"""The recordings together cover every pair of what changes a registry's words, and each says how it was made."""

import json
from itertools import combinations, product

import pytest

from fixtures.recordings.har import BUILT_IN, DATA
from fixtures.rerecord import TAKES, Take

OLDER = {
    "2.5.0-swift": Take("2.5.0", "swift"),
    "2.8.3-swift": Take("2.8.3", "swift"),
    "2.8.3-s3": Take("2.8.3", "s3"),
    "3.1.1-s3": Take("3.1.1", "s3"),
}
"""Those that were made before there were takes, with the registry as an operator configures it."""
MADE_AGAIN = ("2.7.1", "2.8.2", "2.8.3")
"""The registries whose packages can still be had (fixtures/registries/packages.py)."""
SWITCHES = ("redirect", "small_chunks", "killed", "at_once", "many")
MOST = 12
"""Recordings made here: not the cross product."""


def facts(take: Take) -> dict[str, object]:
    """What of a take changes a registry's words."""
    told = {"version": take.version, "api": take.api, **{name: getattr(take, name) for name in SWITCHES}}
    # The S3 driver does not look for /info: no configuration of a gateway's Swift API changes what it says.
    return told | ({"configuration": take.configuration} if take.api == "swift" else {})


def pairs_of(told: dict[str, object]) -> set[frozenset[tuple[str, object]]]:
    return {frozenset(pair) for pair in combinations(told.items(), 2)}


def demanded() -> set[frozenset[tuple[str, object]]]:
    """Every pair that a take of a registry that is to be had can have."""
    found = set()
    for version, api in product(MADE_AGAIN, ("swift", "s3")):
        for values in product((False, True), repeat=len(SWITCHES)):
            for configuration in ("default", "account-in-url") if api == "swift" else ("default",):
                found |= pairs_of(facts(Take(version, api, configuration, **dict(zip(SWITCHES, values, strict=True)))))
    return found


def test_every_built_in_recording_is_a_take_or_older():
    assert set(BUILT_IN) == set(TAKES | OLDER)


def test_every_pair_of_what_changes_a_registrys_words_is_in_a_recording():
    covered = set().union(*(pairs_of(facts(take)) for take in (TAKES | OLDER).values()))

    assert demanded() - covered == set()


def test_the_pairs_take_no_more_recordings_than_they_need():
    assert len(TAKES) <= MOST


def log_of(name):
    return json.loads((DATA / BUILT_IN[name]).read_bytes())["log"]


@pytest.mark.parametrize("name", TAKES)
def test_a_recording_holds_what_its_take_promises(name):
    take, log = TAKES[name], log_of(name)
    pages = {page["id"] for page in log["pages"]}
    operations = {"push-blob-after-kill", "push-same-blob-at-once", "list-large-catalog", "list-many-tags"}

    assert log["browser"]["version"] == take.version
    # A registry that answers a HEAD with a redirect asks the gateway nothing.
    assert pages & operations == set(take.extra) & operations
    assert {seed["page"] for seed in log["_seeds"]} == set(take.extra) & {"list-large-catalog", "list-many-tags"}
    assert log["_assumes"].get("info") == (
        None if take.api == "s3" else "present" if take.configuration == "account-in-url" else "absent"
    )
    for word, told in {
        "redirects": take.redirect,
        "chunks of 5 MiB": take.small_chunks,
        "signature version 2": not take.v4auth,
        "Keystone": take.keystone,
        f"configuration {take.configuration};": True,
    }.items():
        assert (word in log["comment"]) == told, word


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_recording_says_how_it_was_made_and_what_it_assumes_and_holds_no_token(name):
    log = log_of(name)

    assert "_assumes" in log
    assert log["browser"]["version"] in log["comment"]
    assert "RGW 16.2.15" in log["comment"]
    if name in TAKES:
        assert log["comment"].endswith(f"made by: python -m fixtures.rerecord {name}")
    assert "AUTH_rgwtk" not in (DATA / BUILT_IN[name]).read_text(encoding="utf-8")
