"""`--reference-swift` as its user meets it: Swift first, then who else is named; nothing of Ceph's is said of it."""

import pytest

from fixtures.gateways.reference_swift import VENV
from suites.known import entries
from tests.supply.locks import read

SOME = "head_of_an_empty_large_object or a_wrong_key or length_of_a_large_object"


def test_swift_is_judged_alone_where_nothing_else_is_named(suites):
    outcome = suites.run("-q", "-k", f"{SOME} or 2.5.0-swift-start", "--reference-swift", "-n", "2")

    assert outcome.code == 0, outcome.output
    whole, without = (outcome.runs[name] for name in sorted(outcome.runs))
    assert whole["gateway"]["name"] + "-without-info" == without["gateway"]["name"]
    assert "OpenStack Swift 2." in outcome.output
    assert "Ceph" not in outcome.output.replace("RGW", "")
    assert "not tested: S3 (no S3 credentials)" in outcome.output
    assert whole["checks"]["head-of-empty-dlo"]["verdict"] == "pass"
    verdicts = [run["checks"]["replay[2.5.0-swift-start]"]["verdict"] for run in (whole, without)]
    assert verdicts == ["untested", "pass"]


def test_a_gateway_is_judged_beside_it(on_embedded):
    outcome = on_embedded.run("-q", "-k", SOME, "--reference-swift")

    assert outcome.code == 0, outcome.output
    assert len(outcome.runs) == 3
    first, second, third = (set(run["checks"]) - {"set-up"} for run in outcome.runs.values())
    assert first == second == third


def test_a_mutant_stands_in_front_of_it_too(suites):
    outcome = suites.run(
        "-q", "-k", "head_of_an_empty", "--reference-swift", "--inject", "head-empty-dlo-without-status"
    )

    assert outcome.code == 1
    assert all(run["injected"] == "head-empty-dlo-without-status" for run in outcome.runs.values())


def test_its_name_cannot_be_given_to_another_gateway(suites):
    outcome = suites.run("--gateway-url", "reference-swift=http://127.0.0.1:9")

    assert outcome.code == 4
    (line,) = outcome.error_lines
    assert line == "ERROR: no gateway of yours can be called 'reference-swift': it is what --reference-swift starts"


@pytest.mark.parametrize("software", ["ceph", "swift"])
def test_what_is_known_of_one_software_is_not_known_of_the_other(software):
    versions = {"ceph": "16.2.15", "swift": "2.38.3"}
    mine = [entry for entry in entries() if entry.software == software]

    told = [entry.covers(entry.check, {"software": software, "version": versions[software]}) for entry in mine]
    assert any(told) or software == "swift"
    for other in versions.keys() - {software}:
        for version in versions.values():
            assert not any(entry.covers(entry.check, {"software": other, "version": version}) for entry in mine)
    assert not any(entry.covers(entry.check, {"software": software}) for entry in mine)


def test_the_lock_file_names_what_is_installed():
    lock = VENV.parent / "fixtures" / "gateways" / "reference_swift.lock"
    pinned = {locked.name: locked.version for locked in read(lock)}

    installed = {
        path.name.split("-")[1].removesuffix(".dist") for path in VENV.glob("lib/*/site-packages/swift-*.dist-info")
    }
    assert {pinned["swift"]} == installed
