"""What a test needs of its machine and does not find: a skip that says what, or a failure where it was found before."""

import os
from typing import NoReturn

import pytest

EXPECTED = "RGWC_EXPECTED"
"""Names of what `.ci/run` found or made on this machine: `docker`, `images`, `chromium`. Who misses one fails."""


def absent(what: str, reason: str) -> NoReturn:
    """Skip the test; fail it where the machine is said to have this."""
    if what in os.environ.get(EXPECTED, "").split():
        pytest.fail(f"{what} was found here before the tests began, and now: {reason}", pytrace=False)
    pytest.skip(reason)
