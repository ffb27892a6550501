"""A stage on a real gateway: it survives the run that prepared it, is judged later, and is removed when asked to be."""

import json

import pytest

from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import SwiftSession, containers_of
from fixtures.wire.client import Client
from tests.running import Suites
from tests.stages.conftest import clean

PREPARED = ("swift-objects", "swift-large", "swift-rows", "swift-uploads", "s3-objects", "s3-uploads")


def checks(*ids):
    return [word for id_ in ids for word in ("--check", id_)]


@pytest.fixture(scope="module")
def stage(prepared):
    """A stage with much of what there is; prepared once, it is only looked at or used up by rounds."""
    return prepared("stage", *PREPARED)


def containers(embedded, prefix="rgwc-"):
    gateway = embedded.gateway
    with Client(endpoint_of(gateway)) as client:
        session = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix="")
        session.login()
        return list(containers_of(session, prefix))


def test_everything_is_there_later(here, stage, embedded):
    """What was prepared survives the run that wrote it, and a second run finds all of it and goes on with it."""
    own = json.loads((stage / "stage.json").read_text())["stage"]
    assert len(containers(embedded, f"rgwc-{own}-")) == len(PREPARED)
    done = here.run("--stage", "check", "--stage-dir", str(stage))
    assert done.code == 0, done.output
    assert {id_ for id_, verdict in done.verdicts.items() if verdict == "fail"} == set()
    missing = {id_ for id_, verdict in done.verdicts.items() if verdict == "untested"}
    assert all(
        id_.startswith(("stage-grant", "stage-s3-grant", "stage-s3-listing", "stage-registry")) for id_ in missing
    )
    assert done.verdicts["stage-upload-goes-on"] == done.verdicts["stage-s3-upload-goes-on"] == "pass"


def test_no_secret_is_written_down(stage, embedded):
    """Neither keys nor tokens are in the stage's directory."""
    secrets = [secret.value for secret in embedded.gateway.secrets]
    for path in stage.rglob("*"):
        text = path.read_text() if path.is_file() else ""
        assert not any(secret in text for secret in secrets)


@pytest.mark.parametrize(
    ("mutant", "check"),
    [
        ("get-damages-byte-at-1-mib", "stage-object[layer]"),
        ("dlo-damaged-after-1-mib", "stage-large-object[three-segments]"),
        ("listing-later-page-drops-first", "stage-listing-short-pages"),
        ("s3-parts-border-damaged", "stage-s3-object[in-parts]"),
    ],
)
def test_damage_is_seen(here, stage, mutant, check):
    """A gateway that is wrong in one way is red."""
    done = here.run("--stage", "check", "--stage-dir", str(stage), "--inject", mutant, *checks(check))
    assert done.code == 1, done.output
    assert done.red == {check}


def test_a_stage_of_another_user_is_told(here, stage, tmp_path, embedded):
    """Who logs in as somebody else would find nothing, and is told why."""
    second = embedded.gateway.second
    credentials = tmp_path / "credentials.toml"
    credentials.touch(mode=0o600)
    credentials.write_text(f'[default]\nswift_user = "{second.swift_user}"\nswift_key = "{second.swift_key.value}"\n')
    options = ["--gateway-url", f"other={embedded.gateway.url}", "--credentials", str(credentials)]
    done = Suites(tmp_path, options).run("--stage", "check", "--stage-dir", str(stage))
    assert done.code == 4
    assert "the stage was written as one:swift, and this login is two:swift" in done.output


def test_a_second_stage_in_a_directory_is_refused(here, stage):
    """What was prepared is not written over."""
    done = here.run("--stage", "prepare", "--stage-dir", str(stage))
    assert done.code == 4
    assert "it has a stage already" in done.error_lines[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--stage", "check"], "--stage check needs --stage-dir DIR"),
        (["--stage-dir", "{here}"], "without --stage"),
        (["--stage", "check", "--stage-dir", "{here}"], "needs --gateway-url"),
        (["--stage", "check", "--stage-dir", "{here}", "--gateway-url", "http://127.0.0.1:1"], "there is no stage"),
        (["--stage", "prepare", "--stage-dir", "{here}", "--gateway-url", "a=http://a", "--gateway-url", "b=http://b"],
         "writes on one gateway"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(suites, tmp_path, arguments, told):
    """Exit code 4, and nothing is begun."""
    empty = tmp_path / "empty"
    done = suites.run(*[argument.format(here=empty) for argument in arguments])
    assert done.code == 4
    assert len(done.error_lines) == 1
    assert told in done.error_lines[0]
    assert not empty.exists()


def test_without_a_stage_none_of_its_checks_is_collected(suites):
    """A run as every day knows nothing of stages."""
    done = suites.run("--collect-only", "-q")
    assert "suites/stages" not in done.output


def test_cleaning_what_is_no_stage_is_told(here, tmp_path):
    """Nothing is removed, exit code 1."""
    done = clean(here, tmp_path)
    assert done.returncode == 1
    assert "there is no stage" in done.stderr
