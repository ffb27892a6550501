"""A run as its user meets it: what is said, what is written, and what never is."""

import re
from collections import Counter

import pytest

from tests.secrets.unpacking import pieces

from xml.etree import ElementTree as ET  # isort: skip

SOME = "root or test_large_objects or v1_auth"


def test_no_secret_is_said_or_written(on_embedded, embedded, tmp_path):
    """tests/secrets has every kind of secret and of file; this is what a login and a few requests really leave."""
    allure = tmp_path / "allure"
    selected = "swift-start or auth or test_an_empty_large_object or listing_has_the_form"
    outcome = on_embedded.run("-v", "-k", selected, "--inject", "head-with-body", "-n", "2", "--alluredir", str(allure))

    assert outcome.run["totals"]["pass"] > 3
    assert outcome.run["totals"]["fail"] > 3
    assert re.search(r"(PASSED|FAILED) replay\[2.8.3-swift-start\] on external", outcome.output)
    written = [*outcome.directory.rglob("*"), *allure.iterdir()]
    texts = {path: b"\n".join(pieces(path.read_bytes())).decode(errors="replace") for path in written if path.is_file()}
    assert {"run.json", "exchanges.jsonl", "junit.xml"} <= {path.name for path in texts}
    assert any(path.parent == allure for path in texts)
    for text in [outcome.output, *texts.values()]:
        assert "AUTH_rgwtk" not in text
        for secret in embedded.gateway.secrets:
            assert secret.value not in text


def test_the_files_say_the_same(on_embedded):
    outcome = on_embedded.run("-q", "-k", SOME, "--inject", "head-with-body")

    root = ET.parse(outcome.directory / "external" / "junit.xml").getroot()
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert set(cases) == set(outcome.verdicts)
    assert {name for name, case in cases.items() if case.find("failure") is not None} == outcome.red
    exchanges = (outcome.directory / "external" / "exchanges.jsonl").read_text().splitlines()
    for id_, check in outcome.run["checks"].items():
        for deviation in check["deviations"]:
            for number in deviation["exchanges"]:
                assert f'"check": "{id_}"' in exchanges[number]
    assert outcome.run["complete"]
    assert outcome.run["gateway"]["profile"]["version"].startswith("16.")


def test_two_gateways_are_judged_side_by_side(on_embedded, embedded):
    outcome = on_embedded.run("-q", "-k", SOME, "--gateway-url", f"again={embedded.gateway.url}")

    assert outcome.code == 0, outcome.output
    assert set(outcome.runs) == {"external", "again"}
    one, two = ({id_ for id_ in run["checks"] if id_ != "set-up"} for run in outcome.runs.values())
    assert one == two
    assert len(one) > 8


def test_without_credentials_swift_is_untested_and_that_is_not_a_pass(suites, embedded):
    outcome = suites.run("-q", "-k", "buckets or large_object or auth", "--gateway-url", embedded.gateway.url)

    assert outcome.code == 5
    assert "not tested: Swift (no Swift credentials)" in outcome.output
    assert "not tested: S3 (no S3 credentials)" in outcome.output
    judged = {id_ for id_, verdict in outcome.verdicts.items() if verdict in ("pass", "fail")}
    assert judged == {"anonymous-root"}
    assert "untested" in outcome.verdicts.values()


@pytest.mark.parametrize("path", ["/auth/1.0", "/auth/v1.0", "/auth/v1"])
def test_the_auth_entries_of_the_article_of_2016(on_embedded, embedded, path):
    whole = f"{embedded.gateway.url}{path}"

    assert on_embedded.run("-q", "-k", "swift-start or v1_auth", "--swift-auth-url", whole).code == 0


def test_an_embedded_gateway_is_named_by_its_version_and_configuration(suites):
    outcome = suites.run("-q", "-k", SOME + " or swift-start", "--configuration", "account-in-url")

    assert outcome.code == 0, outcome.output
    (name,) = outcome.runs
    assert re.fullmatch(r"embedded-\d+\.\d+\.\d+-account-in-url", name)
    # These registries asked a gateway without /info; to this one they would have spoken otherwise.
    assert outcome.verdicts["replay[2.8.3-swift-start]"] == "untested"
    assert "would speak differently" in outcome.output


def test_every_check_has_an_id_of_its_own(on_embedded, tmp_path):
    told = tmp_path / "ids"
    outcome = on_embedded.run("-q", "--collect-only", "-p", "tests.suites.ids", env={"CHECK_IDS": str(told)})
    collected = [line for line in outcome.output.splitlines() if "::" in line]

    ids = told.read_text().splitlines()
    assert len(ids) == len(collected) > 1000
    assert [id_ for id_, times in Counter(ids).items() if times > 1] == []
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\[[A-Za-z0-9._-]+\])?", id_) for id_ in ids)


def test_a_check_that_a_fixture_finds_nothing_for_is_untested(on_embedded):
    outcome = on_embedded.run("-q", "--check", "your-containers")

    assert outcome.code == 5, outcome.output
    assert outcome.verdicts["your-containers"] == "untested"
    assert "no --read-container" in outcome.output
