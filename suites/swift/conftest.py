"""What the checks of Swift share: a container with a thousand and one objects."""

import pytest

from suites.swift.thousand import LONG, THOUSAND


@pytest.fixture
def thousand(seeds, swift, gateway, observer):
    """A container that has these objects and nothing else; it is only read."""
    return seeds.container("thousand", THOUSAND, swift, gateway, observer)


@pytest.fixture
def long_names(seeds, swift, gateway, observer):
    """A container whose names alone are a mebibyte; it is only read."""
    return seeds.container("long-names", LONG, swift, gateway, observer)
