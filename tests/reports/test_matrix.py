"""What is kept of a matrix: a letter for each check and gateway, and who broke which rule."""

import json

from reports.matrix import main, matrix, spans
from reports.model import Verdict
from tests.reports.building import deviation, result, run


def test_each_gateway_has_a_letter_and_each_rule_says_who_broke_it():
    known = deviation("no-body", accepted="known")
    runs = [
        run(result("a"), result("b", deviation("no-body")), gateway="one"),
        run(result("a", verdict=Verdict.UNTESTED), result("b", known), gateway="two"),
        run(result("b", deviation("excess", level="should")), gateway="three"),
    ]
    assert list(matrix(runs))[1:] == [
        "# 1: one (1 pass, 1 fail)",
        "# 2: two (1 fail, 1 untested)",
        "# 3: three (1 degraded)",
        "a\tP- ",
        "b\tFKD\texcess (should): 3; no-body (breaks): 1-2",
    ]


def test_neighbours_are_told_together():
    assert spans([1, 2, 3, 5, 7, 8]) == "1-3,5,7-8"


def test_runs_are_read_from_report_directories_and_none_is_one_line(tmp_path, capsys):
    place = tmp_path / "reports" / "gw"
    place.mkdir(parents=True)
    (place / "run.json").write_text(json.dumps(run(result("a")).to_json()))
    out = tmp_path / "matrix" / "verdicts.tsv"
    assert main([str(tmp_path / "reports"), "--out", str(out)]) == 0
    assert out.read_text().splitlines()[-1] == "a\tP"

    assert main([str(tmp_path / "nothing"), "--out", str(out)]) == 4
    assert capsys.readouterr().err == f"ERROR: {tmp_path / 'nothing'}: no run is there\n"
