"""What a terminal is told while a run goes on and at its end: who, what, and nothing that acts."""

import types

import pytest

from reports.plugin import _CHECK, _shown, pytest_report_teststatus
from reports.store import Merged
from reports.terminal import summary
from suites.plugin import _plain
from tests.reports.building import deviation, line, loaded, result, run

HOSTILE = "\x1b[31mred\x1b]0;title\x07\x00\u202eevil\u2066"


class Terminal:
    def __init__(self):
        self.lines = []

    def write_line(self, text, **_):
        self.lines += text.split("\n")


def plain(lines):
    return all(text.isprintable() for text in lines)


def status(verbosity, **report):
    config = types.SimpleNamespace(get_verbosity=lambda: verbosity)
    values = {"when": "call", "outcome": "passed", _CHECK: "a on gw"} | report
    said = types.SimpleNamespace(**values, passed=values["outcome"] == "passed", failed=values["outcome"] == "failed")
    return pytest_report_teststatus(said, config)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ({}, ("passed", ".", "PASSED a on gw")),
        ({"outcome": "failed"}, ("failed", "F", "FAILED a on gw")),
        ({"outcome": "failed", "when": "setup"}, ("error", "E", "ERROR a on gw")),
        ({"outcome": "skipped", "wasxfail": "reason"}, ("xfailed", "x", "KNOWN a on gw")),
        ({"outcome": "passed", "when": "teardown"}, None),
        ({_CHECK: None}, None),
    ],
)
def test_progress_names_check_and_gateway_where_it_is_asked_for(report, told):
    assert status(1, **report) == told
    assert status(0, **report) is None


def test_a_check_that_says_nothing_of_the_gateway_is_skipped():
    kind, _, word = status(1, outcome="skipped")

    assert (kind, word) == ("skipped", "SKIPPED a on gw")


def test_hostile_bytes_are_text_in_the_summary():
    found = run(result("a", deviation(HOSTILE, impact=HOSTILE, message=HOSTILE)), profile={"server": HOSTILE})
    lines = [one.text for one in summary(Merged(found, 1, untested=[(HOSTILE, HOSTILE)]), evidence=HOSTILE)]

    assert plain(lines)
    assert any("\\x1b[31mred" in text for text in lines)


def test_hostile_bytes_are_text_in_what_pytest_says():
    assert plain([_plain(HOSTILE + "\ud800")])
    assert _plain("ä -> b") == "ä -> b"


def test_what_is_red_is_shown_with_its_exchange_and_the_rest_is_counted(tmp_path):
    results = [result(f"c{n:02}", deviation(message=HOSTILE, exchanges=[n])) for n in range(25)]
    evidence = {f"c{n:02}": [line(f"GET /{n}", "HTTP/1.1 500 " + "\x1b[31m")] for n in range(25)}
    made = loaded(tmp_path / "run", *results, evidence=evidence)
    terminal = Terminal()

    _shown(terminal, Merged(made.run, 25), made.path, sorted(made.run.checks))

    assert plain(terminal.lines)
    assert "  > GET /19 HTTP/1.1" in terminal.lines
    assert "  > GET /20 HTTP/1.1" not in terminal.lines
    assert terminal.lines[-1].startswith("5 more: python -m reports show ")
