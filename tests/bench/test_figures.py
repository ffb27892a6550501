"""The table of figures: what is measured is held against its limit, and a part that is missing is left out."""

import json

import pytest

from bench import __main__ as table
from bench.requests_cost import BARE, OURS, RULES
from tests.running import ROOT

CPU = {BARE: 50e-6, "ours": 100e-6, OURS: 149e-6, "http.client": 200e-6, "requests": 1e-3, RULES: 151e-6}


def kept(found):
    return {"cpu": {"day": "2026-01-02", "machine": "an abacus", "found": found}}


def test_a_figure_is_held_against_its_limit():
    held = {row.what: row.held for row in table.rows(kept(CPU))}

    assert held["client CPU of a small request with its evidence"] is True
    assert held["CPU of all rules on one"] is False
    assert held["client CPU of a small request, requests, over a bare socket's"] is None


def test_the_table_says_when_and_where():
    text = table.markdown(kept(CPU))

    assert "| CPU of all rules on one | 151 us | at most 150 | NOT KEPT |" in text
    assert "requests, over a bare socket's | 20.0 |" in text
    assert text.endswith("Measured 2026-01-02 on: an abacus.")


def test_what_is_not_kept_is_told_by_the_exit_code(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(table, "FILE", tmp_path / "figures.json")
    for found, code in ((CPU | {RULES: 1e-4}, 0), (CPU, 1)):
        (tmp_path / "figures.json").write_text(json.dumps(kept(found)))
        monkeypatch.setattr("sys.argv", ["bench", "--table"])
        assert table.main() == code
    assert "NOT KEPT" in capsys.readouterr().out


def test_a_part_that_is_not_there_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "cpus"])
    with pytest.raises(SystemExit) as ended:
        table.main()

    assert ended.value.code == 2
    assert "no part is called cpus; there are overhead, cpu," in capsys.readouterr().err


def test_every_part_is_told():
    assert set(table.PARTS) == set(table._TELLERS)


def test_the_readme_quotes_what_is_kept():
    kept = json.loads(table.FILE.read_text())

    assert table.markdown(kept) in (ROOT / "README.md").read_text(), "run: python -m bench --table, and put it there"
