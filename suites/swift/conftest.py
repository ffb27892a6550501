"""What the checks of Swift share: a container with a thousand and one objects."""

import pytest

from suites.swift.thousand import THOUSAND


@pytest.fixture
def thousand(seeds, swift, gateway, observer):
    """A container that has these objects and nothing else; it is only read."""
    return seeds.container("thousand", THOUSAND, swift, gateway, observer)
