"""Where pages of a comparison are written at the end of a run, and what keeps them from being written."""

from dataclasses import replace

import pytest

from reports.__main__ import main
from reports.baseline import Baselines
from reports.ending import ending
from tests.pages.test_comparison import gateway


@pytest.fixture
def runs(tmp_path):
    return [gateway(tmp_path, name, push=name == "a") for name in "ab"]


def ended(place, runs, baselines, **options):
    return ending(place, [one.run for one in runs], baselines, colour=False, width=100, **options)


def test_a_run_on_several_gateways_has_a_page_beside_its_comparison(tmp_path, runs):
    lines = ended(tmp_path, runs, Baselines(), pages=True)

    assert f"page: {tmp_path / 'comparison.html'}" in lines
    assert (tmp_path / "comparison.html").read_text().startswith("<!doctype html>")
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_gateway_has_the_page_of_its_baseline_beside_its_run(tmp_path, runs):
    old = gateway(tmp_path / "before", "b")
    ended(tmp_path, runs, Baselines((replace(old, run=replace(old.run, run_id="before")),)), pages=True)

    assert "1 registry operation that worked" in (tmp_path / "b" / "comparison.html").read_text()
    assert (tmp_path / "comparison.html").is_file()


def test_none_is_written_where_none_is_wanted_or_nothing_can_be_compared(tmp_path, runs):
    assert not any("page" in line for line in ended(tmp_path, runs, Baselines()))
    runs[1] = replace(runs[1], run=replace(runs[1].run, complete=False))
    lines = ended(tmp_path, runs, Baselines(), pages=True)

    assert [line.partition(":")[0] for line in lines] == ["not compared"]
    assert list(tmp_path.glob("**/comparison.html")) == []


def test_a_page_that_cannot_be_written_takes_nothing_else_away(tmp_path, runs):
    (tmp_path / "comparison.html").mkdir()
    lines = ended(tmp_path, runs, Baselines(), pages=True)

    assert any(line.startswith("no page: ") for line in lines)
    assert (tmp_path / "comparison.md").is_file()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace('"schema": 1', '"schema": 7'), "written with schema 7, this version reads 1"),
        (lambda text: text[: len(text) // 2], "no JSON"),
        (lambda text: text.replace('"complete": true', '"complete": false'), "the run is not complete"),
    ],
)
def test_runs_that_cannot_be_compared_are_one_line_and_leave_no_page(tmp_path, runs, spoil, said, capsys):
    runs[1].path.write_text(spoil(runs[1].path.read_text()))
    page = tmp_path / "page.html"

    assert main(["compare", *(str(one.path) for one in runs), "--html", str(page)]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert not page.exists()
