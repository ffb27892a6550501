"""What Allure is told of a check: where its claim comes from, and who it is in every run."""

import json

import pytest

from reports.allure import CATEGORIES, SEVERITY, history_id, links, write_surroundings
from reports.model import Level
from tests.reports.building import result, run


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("RFC 9112 section 4", "https://www.rfc-editor.org/rfc/rfc9112#section-4"),
        ("RFC 9110, section 15.3.7", "https://www.rfc-editor.org/rfc/rfc9110#section-15.3.7"),
        ("RFC 9110 section 8.6.", "https://www.rfc-editor.org/rfc/rfc9110#section-8.6"),
        ("RFC 3986", "https://www.rfc-editor.org/rfc/rfc3986"),
        ("is answered with 404 (tracker 12780).", "https://tracker.ceph.com/issues/12780"),
        ("as RFC 1123 (distribution issue 1673)", "https://github.com/distribution/distribution/issues/1673"),
        ("no ETag (https://tracker.ceph.com/issues/44554)", "https://tracker.ceph.com/issues/44554"),
    ],
)
def test_sources_are_links(text, url):
    assert url in [found for found, _, _ in links(text)]


def test_a_source_is_linked_once_and_words_are_none():
    text = "tracker 44554 and https://tracker.ceph.com/issues/44554"

    assert len(list(links(text, text))) == 1
    assert list(links("registry: swift.go, `New`")) == []


def test_every_level_has_a_severity_of_its_own():
    assert len({SEVERITY[level] for level in Level}) == len(Level)


def test_a_history_is_that_of_a_check_on_a_gateway():
    assert history_id("a", "gw") == history_id("a", "gw")
    assert len({history_id("a", "gw"), history_id("b", "gw"), history_id("a", "other")}) == 3


def test_gateways_are_the_environment(tmp_path):
    write_surroundings(tmp_path, [run(result(), gateway="gw 1:2", profile={"version": "16\n\\x", "server": "Ceph Ö"})])

    lines = (tmp_path / "environment.properties").read_text(encoding="ascii").splitlines()
    assert lines[0] == "suite = 1.2.3"
    assert lines[1].startswith("gw\\ 1\\:2 = Ceph 16\\\\n")
    assert len(lines) == 2
    assert json.loads((tmp_path / "categories.json").read_text()) == list(CATEGORIES)
