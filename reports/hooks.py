"""The events that a run is written from: pytest hooks of our own."""

from typing import Any

import pytest

from reports.model import CheckResult


@pytest.hookspec
def pytest_rgw_gateway(
    config: pytest.Config, name: str, url: str, profile: dict[str, Any], injected: str | None, run_id: str
) -> None:
    """A gateway is under test; told in every process of the run."""


@pytest.hookspec
def pytest_rgw_untested(config: pytest.Config, gateway: str, what: str, why: str) -> None:
    """Something cannot be tested as a whole, `what` and `why` in words."""


@pytest.hookspec(firstresult=True)
def pytest_rgw_accept(config: pytest.Config, gateway: str, result: CheckResult) -> CheckResult | None:
    """A result before it counts: the same one with those deviations accepted that something accepts."""


@pytest.hookspec
def pytest_rgw_check(
    config: pytest.Config, gateway: str, result: CheckResult, evidence: list[dict[str, Any]], api: str, number: int
) -> None:
    """A check came to a verdict; `exchanges` of its deviations count within `evidence`, from 0.

    `number` is the round in which it did, from 1.
    """
