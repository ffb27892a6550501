"""The directory of a stage, and how answers are held against it."""

import pytest

from fixtures.gateways.model import Account, Gateway, GatewayError
from fixtures.gateways.runs import stage_journal
from fixtures.stages import contents
from fixtures.stages.comparing import names_differ, rows_differ
from fixtures.stages.model import ROUNDS, Kept, Stage, as_facts, kept, objects_of

GATEWAY = Gateway("old", "http://127.0.0.1:1", "http://127.0.0.1:1/auth/v1", Account(swift_user="a:swift"))


@pytest.fixture
def stage(tmp_path):
    return Stage.begin(tmp_path / "stage", GATEWAY, profile={"swift": True})


def test_a_stage_is_found_again(stage):
    """With its id, and in a journal of its own."""
    again = Stage.open(stage.directory)
    assert again.id == stage.id
    assert [entry.run_id for entry in stage_journal(stage.directory).all()] == [stage.id]
    assert again.container("swift-rows").startswith(again.prefix)


def test_facts_come_back(stage):
    """As they were kept."""
    content = contents.object_of("layer")[1]
    one = kept("layer", "sizes/layer", content, ranges=contents.ranges_of(content.size), manifest="c/s/")
    stage.keep("swift-objects", objects=as_facts([one]))
    facts = Stage.open(stage.directory).facts("swift-objects")
    assert list(objects_of(facts)) == [one]
    assert isinstance(one, Kept)
    assert Stage.open(stage.directory).facts("swift-rows") is None


def test_a_round_is_taken_once(stage):
    """Whoever asks, in whichever process, gets the next one; and after the last there is none."""
    taken = [Stage.open(stage.directory).take("upload") for _ in range(ROUNDS)]
    assert taken == list(range(ROUNDS))
    assert stage.take("upload") is None
    assert stage.take("copy") == 0


def test_a_directory_that_cannot_be_written_is_told(tmp_path):
    """One line."""
    (tmp_path / "file").write_text("")
    with pytest.raises(GatewayError, match="name a directory that can be written"):
        Stage.begin(tmp_path / "file" / "stage", GATEWAY, profile={})


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 1}', '{"schema": 2}', '{"schema": 1, "stage": "X"}'])
def test_a_damaged_stage_is_told(tmp_path, text):
    """What cannot be read is one line, not guessed."""
    (tmp_path / "stage.json").write_text(text)
    with pytest.raises(GatewayError, match=f"--stage-dir {tmp_path}: stage.json"):
        Stage.open(tmp_path)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (["a", "b"], None),
        (["a"], "1 of 2 names are missing ['b']"),
        (["a", "b", "c"], "1 names too many ['c']"),
        (["b", "a"], "out of order"),
        (["a", "a", "b"], "3 rows come for 2 names"),
    ],
)
def test_names_that_differ_are_told(seen, told):
    """Missing, surplus, out of order, twice."""
    difference = names_differ(seen, ["a", "b"])
    assert difference is None if told is None else told in difference


def test_rows_that_differ_are_told():
    """Size or hash."""
    assert rows_differ({"a": (1, "x")}, {"a": (1, "x")}) is None
    assert "'a'" in rows_differ({"a": (2, "x")}, {"a": (1, "x")})
