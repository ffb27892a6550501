"""How `report.html` comes to be: at the end of each run, by a command again, of runs that are cut, large or no runs."""

import json
import tracemalloc

import pytest
from playwright.sync_api import expect

from fixtures.recordings import har
from reports.__main__ import main
from reports.model import BREAKS, MUST
from reports.pages.report import write_report
from tests.pages.browsing import copied
from tests.pages.runs import ordinary, put, written
from tests.reports.building import deviation, line, result
from tests.running import Suites

CHECK = "head-of-empty-dlo"
FAULT = ("--check", CHECK, "--inject", "head-empty-dlo-without-status")


@pytest.fixture(scope="module")
def red(embedded, tmp_path_factory):
    """A real run with a mutant in front, and its page."""
    suites = Suites(tmp_path_factory.mktemp("red"), pages=True).on(embedded.gateway)
    return suites, suites.run("-n", "0", *FAULT)


def test_each_run_writes_its_page(red):
    _, done = red

    page = done.directory / "external" / "report.html"
    assert done.code == 1
    assert "external/report.html" in done.output
    assert "NOT SAFE for a registry" in page.read_text()
    assert not list(done.directory.rglob("*.part"))


def test_a_copied_recording_replays_just_this(red, opened, tmp_path):
    suites, done = red
    page = opened(done.directory / "external" / "report.html", anchor=f"check={CHECK}")
    page.locator(".check.here").get_by_role("button", name="Copy as recording").first.click()
    expect(page.locator("#said")).to_contain_text("Recording copied")
    file = tmp_path / "just-this.har"
    file.write_text(copied(page))

    recording = har.read(file)
    assert recording.api == "swift"
    assert [step.method for step in recording.steps][:2] == ["GET", "PUT"]
    assert recording.steps[-1].method == "HEAD"
    again = suites.run("-n", "0", "-v", "--no-pages", "--recordings", "none", "--recording", str(file), "-k", "replay")
    assert again.verdicts["replay[just-this-check]"] == "pass", again.output
    assert again.code == 0
    assert "report.html" not in again.output
    assert not list(again.directory.rglob("*.html"))


def test_the_command_makes_it_again(tmp_path, capsys):
    ordinary(tmp_path / "gw")

    assert main(["page", str(tmp_path / "gw" / "run.json")]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/gw/report.html\n"
    assert main(["page", str(tmp_path / "gw"), "-o", str(tmp_path / "other.html")]) == 0
    assert (tmp_path / "other.html").read_bytes() == (tmp_path / "gw" / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schema": 99}', "written with schema 99"),
        ('{"schema": 1, "checks"', "no JSON"),
        ("[]", "no schema"),
    ],
)
def test_what_is_no_run_is_one_line(tmp_path, capsys, text, said):
    (tmp_path / "run.json").write_text(text)

    assert main(["page", str(tmp_path)]) == 4
    error = capsys.readouterr().err
    assert error.startswith("ERROR: ")
    assert error.count("\n") == 1
    assert said in error
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path, capsys):
    ordinary(tmp_path)

    assert main(["page", str(tmp_path), "-o", str(tmp_path / "no" / "such.html")]) == 4
    assert "name a file that can be written with -o" in capsys.readouterr().err


def test_a_run_that_was_cut_off_says_so(tmp_path):
    ordinary(tmp_path, complete=False)
    with (tmp_path / "exchanges.jsonl").open("a") as file:
        file.write('{"started": 0.0, "request": {"head": "GET ')

    assert main(["page", str(tmp_path)]) == 0
    text = (tmp_path / "report.html").read_text()
    assert "As far as the run came: NOT SAFE" in text
    assert "This run was cut off before its end" in text
    assert "all 4 exchanges" in text


def test_a_run_without_evidence_says_so(tmp_path):
    ordinary(tmp_path)
    (tmp_path / "exchanges.jsonl").unlink()

    assert main(["page", str(tmp_path)]) == 0
    assert "exchanges.jsonl is missing beside run.json" in (tmp_path / "report.html").read_text()


def test_what_there_is_no_room_for_is_said_and_passes_go_first(tmp_path, opened):
    body = bytes(range(256)) * 12
    checks = [result("red", deviation(exchanges=[120])), *(result(f"pass-{n}") for n in range(120))]
    evidence = {f"pass-{n}": [put(f"/swift/v1/c/{n}", body=bytes([n]) + body)] for n in range(120)}
    loaded = written(tmp_path, checks, evidence | {"red": [line("GET /", "HTTP/1.1 500 Oops")]})

    write_report(loaded, tmp_path / "report.html", room=1000)

    page = opened(tmp_path / "report.html", anchor="check=red")
    page.wait_for_selector(".check.here .exchange")
    footer = page.locator("footer").inner_text()
    assert "of 121 exchanges are in this file" in footer
    assert "they are in exchanges.jsonl beside run.json" in footer
    page.evaluate("location.hash = 'check=pass-119'")
    page.wait_for_selector(".check.here >> text=1 exchanges of it were cut from this page")


def test_memory_does_not_grow_with_evidence(tmp_path):
    checks = [result(f"c{n}", *([deviation(exchanges=[n * 10])] if n % 10 == 0 else [])) for n in range(100)]
    one = json.dumps(put(body=b"x" * 3_000) | {"check": "C"})
    loaded = written(tmp_path, checks, {})
    with (tmp_path / "exchanges.jsonl").open("w") as file:
        for n in range(1_000):
            file.write(one.replace('"C"', f'"c{n // 10}"') + "\n")
    size = (tmp_path / "exchanges.jsonl").stat().st_size
    # What is made once (compiled templates) must not count, whichever test is the first to need it.
    write_report(loaded, tmp_path / "report.html")

    tracemalloc.start()
    write_report(loaded, tmp_path / "report.html")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 4_000_000
    assert peak < size / 2


def test_levels_stand_in_their_order(tmp_path):
    checks = [result("a", deviation("m", MUST, impact="mild")), result("b", deviation("b", BREAKS, impact="bad"))]
    loaded = written(tmp_path, checks, {})

    write_report(loaded, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert text.index("<strong>bad</strong>") < text.index("<strong>mild</strong>")
