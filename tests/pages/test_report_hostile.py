"""Whatever a gateway says, a page shows as text: nothing of it runs, ends an element, or turns the way text runs."""

import re

import pytest
from playwright.sync_api import expect

from reports.pages.report import write_report
from tests.pages.browsing import axe
from tests.pages.runs import HOSTILE, hostile


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    place = tmp_path_factory.mktemp("hostile")
    path = place / "report.html"
    write_report(hostile(place / "gw"), path)
    return path


def test_it_is_text_in_the_file(report):
    text = report.read_text(encoding="utf-8")

    assert "<img" not in text
    assert "<script>document" not in text
    assert "49" not in re.search(r'<p class="gateway">.*?</p>', text, re.DOTALL)[0]
    assert all(character.isprintable() or character == "\n" for character in text)
    assert text.count("\\u202e") > 5
    assert not re.search(r'href="(?!https://|#)', text)


def test_it_is_text_in_a_browser(opened, report):
    page = opened(report)
    title = page.title()
    for check in page.locator("details.check").all():
        check.evaluate("element => { element.closest('.group').open = true; element.open = true; }")
    expect(page.locator(".exchange").first).to_be_visible()
    expect(page.locator(".evidence[aria-busy]")).to_have_count(0)

    for name in ("Hex", "Copy as curl", "Copy as recording", "Copy link to this check"):
        page.get_by_role("button", name=name).first.click()
    shown = page.evaluate("document.body.innerText")
    assert page.title() == title
    assert page.locator("img").count() == 0
    assert "document.title='taken'" in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", shown)


def test_a_name_full_of_markup_has_a_link_and_can_be_filtered(opened, report):
    page = opened(report)

    page.locator(".differences a.id").first.click()
    expect(page.locator(".check.here .body")).to_be_visible()
    page.get_by_label("Text", exact=True).fill("red[</script> onerror")
    expect(page.locator(".matches")).to_have_text("1 of 4 checks")
    assert axe(page) == []


def test_without_scripts_too(opened, report):
    page = opened(report, scripts=False)

    assert page.locator("img").count() == 0
    assert "document.title='taken'" in page.locator("h1").inner_text() + page.locator(".gateway").inner_text()
    assert HOSTILE not in page.locator("body").inner_text()
