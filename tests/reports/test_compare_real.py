"""Comparisons, baselines and Allure's results of runs on a real gateway, as their user meets them."""

import json
from pathlib import Path

from reports.compare import compare
from reports.loading import load

SOME = "empty or root or 2.8.3-swift-start"
NIGHTMARE = "head-empty-dlo-without-status"


def pair(*outcomes):
    return compare([load(outcome.directory / "external") for outcome in outcomes]).pairs[0]


def test_two_runs_of_the_same_gateway_in_any_order_show_nothing(on_embedded):
    runs = [on_embedded.run("-q", "-n", "2", "-k", SOME, f"--randomly-seed={n}") for n in (1, 2)]

    found = pair(*runs)

    assert len(load(runs[0].directory / "external").run.checks) > 30
    assert found.silent, found


def test_runs_that_differ_by_one_mutant_differ_by_exactly_that(on_embedded):
    good = on_embedded.run("-q", "-k", SOME)
    bad = on_embedded.run("-q", "-k", SOME, "--inject", NIGHTMARE)

    found = pair(good, bad)

    assert [group.what for group in found.worse] == ["status-line"], found.worse
    assert set(found.worse[0].checks) == bad.red - good.red
    assert found.facts == (("injected mutant", "none", NIGHTMARE),)
    assert not any((found.fixed, found.lost, found.apart, found.changed, found.asked)), found
    for sight in found.worse[0].seen:
        assert sight.old is not None, sight


def test_with_a_baseline_only_what_is_worse_is_red(on_embedded):
    recorded = on_embedded.run("-q", "-k", "test_large_objects", "--inject", NIGHTMARE, "--record-baseline")
    baseline = str(recorded.directory / "external" / "run.json")

    assert recorded.code == 0, recorded.output
    assert recorded.red == set()
    again = on_embedded.run("-q", "-k", "test_large_objects", "--inject", NIGHTMARE, "--baseline", baseline)
    assert again.code == 0, again.output
    assert "= comparison" in again.output
    assert "WORSE" not in again.output, again.output
    assert {check["accepted"] for check in again.run["checks"].values()} >= {"baseline"}

    other = on_embedded.run(
        "-q", "-k", "test_large_objects or root", "--inject", "head-with-body", "--baseline", baseline
    )
    assert other.code == 1, other.output
    assert "WORSE than the baseline" in other.output
    assert other.red


def test_what_is_no_baseline_is_one_line_before_anything_starts(on_embedded, tmp_path):
    (tmp_path / "run.json").write_text("{}")

    for path, said in ((tmp_path / "run.json", "no run: it has no schema"), (tmp_path / "none", "No such file")):
        outcome = on_embedded.run("-q", "--baseline", str(path))
        assert outcome.code == 4
        (line,) = outcome.error_lines
        assert said in line
        assert not outcome.directory.exists()


def test_several_gateways_are_compared_at_the_end_with_the_first(on_embedded, embedded):
    outcome = on_embedded.run("-q", "-k", "root or auth", "--gateway-url", f"again={embedded.gateway.url}")

    assert outcome.code == 0, outcome.output
    assert "external -> again: nothing differs" in outcome.output
    assert (outcome.directory / "comparison.md").read_text().startswith("## external → again")


def results(directory: Path) -> dict[str, dict]:
    """Allure's results by the name of the test."""
    found = [json.loads(path.read_text()) for path in directory.glob("*-result.json")]
    return {result["name"]: result for result in found}


def test_allure_results_tell_level_sources_exchange_and_who_is_who(on_embedded, embedded, tmp_path):
    places = [tmp_path / "allure-1", tmp_path / "allure-2"]
    on_embedded.run("-q", "-k", "test_large_objects", "--alluredir", str(places[0]), "-n", "2")
    on_embedded.run("-q", "-k", "test_large_objects or root", "--alluredir", str(places[1]), "--inject", NIGHTMARE)

    one, two = map(results, places)
    good, bad = one["head-of-empty-dlo"], two["head-of-empty-dlo"]
    assert (good["status"], bad["status"]) == ("passed", "failed")
    assert {name: test["historyId"] for name, test in two.items() if name in one} == {
        name: test["historyId"] for name, test in one.items()
    }
    labels = {(label["name"], label["value"]) for label in bad["labels"]}
    assert {("severity", "blocker"), ("parentSuite", "external"), ("tag", "fail")} <= labels
    links = {link["url"] for link in bad["links"]}
    assert {"https://www.rfc-editor.org/rfc/rfc9112#section-4", "https://tracker.ceph.com/issues/12780"} <= links
    (attachment,) = bad["attachments"]
    assert "> HEAD /swift/v1/" in (places[1] / attachment["source"]).read_text()
    environment = (places[1] / "environment.properties").read_text()
    assert f"external = Ceph {embedded.gateway.version}, beast" in environment
    assert NIGHTMARE in environment
    for path in places[1].iterdir():
        text = path.read_text(errors="replace")
        assert "AUTH_rgwtk" not in text
        assert not any(secret.value in text for secret in embedded.gateway.secrets)
