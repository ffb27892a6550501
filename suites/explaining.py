"""How much pytest says of a comparison that does not hold, while a check runs: a few lines, whatever is compared.

Rule 1: what a deviation says is the same under `-vv`, and on a CI server, as without.
Rule 2: it costs nothing: pytest's difference of two bodies of 8 MiB takes minutes, and a gateway chooses the bodies.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

_TELL_ALL: Final = ("CI", "BUILD_NUMBER")
"""Where one of these is set, pytest explains comparisons in full: its documentation, "CI Pipelines"."""


@contextmanager
def briefly(config: pytest.Config) -> Iterator[None]:
    """Inside, comparisons are explained as by default; `-o verbosity_assertions=2` still has all of it."""
    verbose, servers = config.option.verbose, {name: os.environ.pop(name, None) for name in _TELL_ALL}
    config.option.verbose = min(verbose, 0)
    try:
        yield
    finally:
        config.option.verbose = verbose
        os.environ.update({name: value for name, value in servers.items() if value is not None})
