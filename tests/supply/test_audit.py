"""pip-audit's reports: what was not audited is as bad as what is vulnerable."""

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.supply.__main__ import main
from tests.supply.audit import canary, judge
from tests.supply.locks import Excepted, Locked, SupplyError

_SPECIMENS = Path(__file__).with_name("specimens")
_TODAY = dt.date(2026, 11, 26)
_LOCKED = (Locked("jinja2", "3.1.6"), Locked("requests", "2.34.2"))
_SKIPPED = "Dependency not found on PyPI and could not be audited:"


def _report(name):
    return json.loads((_SPECIMENS / f"{name}.json").read_text())


@pytest.mark.parametrize(
    ("specimen", "findings"),
    [
        ("clean", []),
        (
            "vulnerable",
            ["jinja2==3.1.6 is vulnerable: PYSEC-2019-217, CVE-2019-10906, GHSA-462w-v97r-4m45; repaired in 2.10.1"],
        ),
        (
            "skipped",
            [
                f"jinja2 was not audited: {_SKIPPED} jinja2 (3.1.6)",
                f"requests was not audited: {_SKIPPED} requests (2.34.2)",
            ],
        ),
        ("missing", ["requests==2.34.2 was not audited: the report does not name it"]),
    ],
)
def test_what_a_report_comes_to(specimen, findings):
    assert list(judge(_report(specimen), _LOCKED, {}, _TODAY)) == findings


def test_another_version_than_the_locked_one_does_not_count():
    found = list(judge(_report("clean"), [Locked("requests", "2.34.1"), _LOCKED[0]], {}, _TODAY))
    assert found == ["requests==2.34.1 was not audited: the report does not name it"]


def test_a_package_of_which_no_word_on_vulnerabilities_is_said_is_not_audited():
    report = {"dependencies": [{"name": "jinja2", "version": "3.1.6"}]}
    assert list(judge(report, _LOCKED[:1], {}, _TODAY)) == [
        "jinja2==3.1.6 was not audited: nothing is said of vulnerabilities"
    ]


@pytest.mark.parametrize("name", ["PYSEC-2019-217", "CVE-2019-10906"])
def test_an_accepted_vulnerability_is_none_until_its_review(name):
    accepted = {name: Excepted("no sandbox here", _TODAY)}
    assert list(judge(_report("vulnerable"), _LOCKED, accepted, _TODAY)) == []
    (late,) = judge(_report("vulnerable"), _LOCKED, accepted, _TODAY + dt.timedelta(days=1))
    assert "was to be looked at again on 2026-11-26: no sandbox here" in late


def test_a_service_that_knows_no_vulnerability_is_told():
    assert list(canary(_report("vulnerable"))) == []
    for specimen in ("clean", "skipped"):
        (found,) = canary(_report(specimen))
        assert found.startswith("jinja2==2.10 is not told to be vulnerable")


@pytest.mark.parametrize("report", [None, [], {}, {"dependencies": {}}, {"dependencies": [{"version": "1"}]}])
def test_what_is_no_report_is_refused(report):
    with pytest.raises(SupplyError, match="no report of pip-audit's"):
        list(judge(report, _LOCKED, {}, _TODAY))


def _run(tmp_path, script, *more):
    program, lock = tmp_path / "pip-audit", tmp_path / "some.lock"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    lock.write_text("Jinja2==3.1.6 \\\n    --hash=sha256:" + "0" * 64 + "\nrequests==2.34.2  # via us\n")
    return main(["audit", str(lock), "--pip-audit", str(program), *more])


def test_the_command_fails_where_pip_audit_says_that_all_is_well_of_what_it_skipped(tmp_path, capsys):
    assert _run(tmp_path, f"cat {_SPECIMENS}/skipped.json; echo No known vulnerabilities found >&2") == 1
    assert capsys.readouterr().out.splitlines() == [
        "some.lock: jinja2==2.10 is not told to be vulnerable, and it is: the service that is asked knows nothing",
        f"some.lock: jinja2 was not audited: {_SKIPPED} jinja2 (3.1.6)",
        f"some.lock: requests was not audited: {_SKIPPED} requests (2.34.2)",
        "2 packages, 3 findings",
    ]


def test_the_command_is_content_with_a_clean_report_of_a_service_that_knows_the_canary(tmp_path, capsys):
    script = f'for f; do :; done; if grep -q ==2.10 "$f"; then cat {_SPECIMENS}/vulnerable.json; exit 1; fi'
    assert _run(tmp_path, f"{script}; cat {_SPECIMENS}/clean.json") == 0
    assert capsys.readouterr().out == "2 packages, 0 findings\n"


def test_a_pip_audit_that_reports_nothing_is_one_line(tmp_path, capsys):
    assert _run(tmp_path, "echo; echo 'ERROR: no route' >&2; exit 1") == 4
    assert capsys.readouterr().err == "pip-audit reports nothing, exit code 1: ERROR: no route\n"
    assert _run(tmp_path, "", "--pip-audit", str(tmp_path / "nowhere")) == 4
    assert "cannot be asked" in capsys.readouterr().err
