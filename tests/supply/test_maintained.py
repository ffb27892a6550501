"""Is somebody still looking after it? As an index tells, and as it does not."""

import datetime as dt

import pytest

from tests.supply.locks import Excepted, Locked
from tests.supply.maintained import judge

_TODAY = dt.date(2026, 11, 26)
_ONE = Locked("a-b", "1.0")


def _file(name="a_b-1.0-py3-none-any.whl", on="2026-01-02", yanked=False):
    return {"filename": name, "upload-time": f"{on}T21:19:03.011974Z", "yanked": yanked}


def _found(told, excepted=None):
    return list(judge([_ONE], lambda _: told, {"a-b": excepted} if excepted else {}, _TODAY))


@pytest.mark.parametrize(
    ("told", "finding"),
    [
        ({"files": [_file(on="2020-11-01"), _file("a_b-1.1.tar.gz", "2024-11-26")]}, ""),
        (
            {"files": [_file(on="2020-11-01"), _file("a_b-1.1.tar.gz", "2024-11-25")]},
            "a-b is not maintained: its newest release is of 2024-11-25, more than two years ago",
        ),
        ({"files": [_file()], "project-status": {"status": "active"}}, ""),
        (
            {"files": [_file()], "project-status": {"status": "archived"}},
            "a-b is not maintained: PyPI calls it archived",
        ),
        ({"files": [_file(yanked="it loses data"), _file("a_b-1.1.tar.gz")]}, "a-b==1.0 was yanked: it loses data"),
        ({"files": [_file("a_b-1.0.1.tar.gz", yanked="broken"), _file()]}, ""),
        ({"files": []}, "a-b: the index tells no date of any release"),
        ({"files": [{"filename": "a_b-1.0.tar.gz"}]}, "a-b: the index tells no date of any release"),
        ([], "a-b: the index tells no date of any release"),
    ],
)
def test_what_the_index_tells_of_a_package_comes_to(told, finding):
    assert _found(told) == ([finding] if finding else [])


def test_an_exception_holds_until_its_review():
    old = {"files": [_file(on="2020-11-01")]}
    assert _found(old, Excepted("finished", _TODAY)) == []
    (late,) = _found(old, Excepted("finished", dt.date(2026, 11, 25)))
    assert late == "a-b: its exception was to be looked at again on 2026-11-25: finished"


def test_what_cannot_be_asked_is_not_maintained():
    def ask(name):
        msg = "no route"
        raise OSError(msg)

    assert list(judge([_ONE], ask, {}, _TODAY)) == ["a-b: the index tells nothing of it: no route"]
