"""What the checks of a stage share: sessions that may write to the stage's own containers, and what was prepared."""

from collections.abc import Callable
from typing import Any

import pytest

from fixtures.gateways.s3 import Bucket, S3Session
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.observer import Unprepared
from fixtures.plugin import OPTIONS
from fixtures.stages.model import ROUNDS, Stage
from fixtures.stages.registry import Place
from reports.model import Verdict
from suites.claims import untested


@pytest.fixture
def stage_swift(stage: Stage, gateway, wire, observer, logins) -> SwiftSession:
    """The first account, which may write to the stage's containers."""
    return logins.session(gateway, gateway.account, wire, observer, stage.prefix)


@pytest.fixture
def stage_s3(stage: Stage, gateway, wire) -> S3Session:
    """The first account in S3's manner, which may write to the stage's buckets."""
    if not gateway.account.s3:
        raise Unprepared(Verdict.UNTESTED, f"no S3 credentials for {gateway.name}")
    return S3Session(wire, gateway.account, prefix=stage.prefix)


@pytest.fixture
def place(stage: Stage, gateway, observer, pytestconfig) -> Callable[..., Place]:
    """Where a registry with this API keeps the stage's images."""

    def at(choice: Any, api: str) -> Place:
        return Place(stage, gateway, choice, api, observer, pytestconfig.stash[OPTIONS].limits)

    return at


class Prepared:
    """What was prepared, as a check asks for it; untested where it was not."""

    def __init__(self, stage: Stage, swift: Callable[[], SwiftSession], s3: Callable[[], S3Session]) -> None:
        self.stage = stage
        self._swift = swift
        self._s3 = s3

    def facts(self, item: str) -> dict[str, Any]:
        """What was written down of an item."""
        found = self.stage.facts(item)
        return untested(f"this stage has no {item}") if found is None else found

    def container(self, item: str) -> tuple[Container, dict[str, Any]]:
        """A container of the stage, with what must be in it."""
        facts = self.facts(item)
        return Container(self._swift(), facts["container"]), facts

    def bucket(self, item: str) -> tuple[Bucket, dict[str, Any]]:
        """A bucket of the stage, with what must be in it."""
        facts = self.facts(item)
        return Bucket(self._s3(), facts["container"]), facts

    def round(self, what: str) -> int:
        """The next round of what can be used once."""
        number = self.stage.take(what)
        if number is None:
            untested(f"all {ROUNDS} that were prepared have been used; prepare another stage")
        return number


@pytest.fixture
def prepared(stage: Stage, request: pytest.FixtureRequest) -> Prepared:
    """What was prepared."""
    return Prepared(stage, lambda: request.getfixturevalue("stage_swift"), lambda: request.getfixturevalue("stage_s3"))
