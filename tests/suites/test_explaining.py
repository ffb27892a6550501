"""What a comparison that does not hold says is as short with `-vv` and on a CI server as without."""

import os

import pytest

from suites.explaining import briefly


def _said(config):
    with briefly(config), pytest.raises(AssertionError) as raised:
        assert b"x" * 2**23 == b"y" * 2**23
    return str(raised.value)


def test_it_is_the_same_however_much_was_asked_for(pytestconfig, monkeypatch):
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    plain = _said(pytestconfig)
    monkeypatch.setattr(pytestconfig.option, "verbose", 3)
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("BUILD_NUMBER", "7")

    assert _said(pytestconfig) == plain
    assert len(plain) < 1000
    assert pytestconfig.option.verbose == 3
    assert (os.environ["CI"], os.environ["BUILD_NUMBER"]) == ("true", "7")
