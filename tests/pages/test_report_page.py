"""`report.html` in a real browser: what is read first, what a filter leaves, what a cell opens, with mouse and keys."""

import json
import re

import pytest
from playwright.sync_api import expect

from reports.pages.report import write_report
from tests.pages.browsing import axe, copied, shown
from tests.pages.runs import NO_STATUS, ordinary

RED = "check=head-of-empty-dlo"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    place = tmp_path_factory.mktemp("report")
    path = place / "report.html"
    write_report(ordinary(place / "gw", profile={"version": "16.2.15", "storage_path": "/swift/v1"}), path)
    return path


def test_the_first_screen_says_who_and_what_and_what_not(opened, report):
    page = opened(report)

    expect(page.locator(".gateway")).to_have_text("gw http://127.0.0.1:1")
    expect(page.locator(".profile")).to_contain_text("Ceph 16.2.15")
    expect(page.locator("h1")).to_contain_text("NOT SAFE for a registry: 1 check is red: push fails.")
    expect(page.locator(".totals")).to_contain_text("of 7 checks with 4 exchanges")
    expect(page.locator(".untold")).to_contain_text("Not judged: 2 checks, 1 of them because no")
    first = page.locator(".differences > li").first
    expect(first).to_contain_text("BREAKS")
    assert first.bounding_box()["y"] < 700
    assert page.locator(".first .badge").all_inner_texts()[0] == "BREAKS"


def test_each_filter_leaves_what_it_says(opened, report):
    page = opened(report)
    form, matches = page.locator("#filter"), page.locator(".matches")
    expect(matches).to_have_text("8 of 8 checks")

    form.get_by_label("known fail").check()
    expect(matches).to_have_text("1 of 8 checks")
    assert shown(page) == ["acl-removed"]
    form.get_by_role("button", name="Clear").click()
    form.get_by_label("must", exact=True).check()
    expect(matches).to_have_text("1 of 8 checks")
    assert shown(page) == ["s3-get"]
    form.get_by_role("button", name="Clear").click()
    form.get_by_label("Oracle").select_option("HTTP")
    expect(matches).to_have_text("2 of 8 checks")
    assert shown(page) == ["challenge[get]", "head-of-empty-dlo"]
    form.get_by_label("Text").fill("MANIFEST status")
    expect(matches).to_have_text("1 of 8 checks")
    form.get_by_label("Text").fill("no such thing")
    expect(matches).to_have_text(re.compile("0 of 8 checks: nothing matches"))


def test_a_cell_opens_its_check_with_the_offending_bytes_marked(opened, report):
    page = opened(report)

    page.locator("a.cell.v-pass").first.click()
    expect(page.locator(".check.here .id").first).to_contain_text("replay[2.8.3-swift-push-small]")
    page.goto(f"{report.as_uri()}#{RED}")
    here = page.locator(".check.here")
    expect(here.locator("mark")).to_have_text("Content-Length: 0")
    expect(here.locator(".claim")).to_have_text("HEAD of a manifest without segments has a status line.")
    expect(here.get_by_role("link", name="RFC 9112 section 4").first).to_have_attribute(
        "href", "https://www.rfc-editor.org/rfc/rfc9112#section-4"
    )
    expect(here).to_contain_text("RFC 9112 section 4", use_inner_text=True)
    assert here.inner_text().count("RFC 9112 section 4") == 1
    expect(here.locator(".times")).to_contain_text("request 2 on connection check-1")
    here.get_by_role("button", name="Hex").first.click()
    expect(here.locator(".hex").nth(1)).to_contain_text("00000  43 6f 6e 74 65 6e 74 2d", use_inner_text=True)
    assert "".join(here.locator(".hex mark").all_inner_texts()).endswith(
        "Content-Length: 300"
    )  # a row of 16 bytes, hex before text, and the rest in the next row
    here.locator(".history summary").click()
    expect(here.locator(".history li")).to_contain_text("PUT /swift/v1/c/segments/none HTTP/1.1 → 201")


def test_what_was_measured_is_drawn(opened, report):
    page = opened(report, anchor="check=replay[2.8.3-swift-push-small]")
    curve = page.locator("details.check[open] svg.curve")

    expect(curve.locator("title")).to_have_text("HEAD & its size; medians: 1 MiB: 4 ms, 64 MiB: 5 ms")
    expect(curve.locator(".point")).to_have_count(2)
    assert curve.bounding_box()["height"] > 100


def test_bytes_that_are_no_text_are_told_byte_by_byte(opened, report):
    page = opened(report, anchor="check=replay%5B2.8.3-swift-push-small%5D")

    body = page.locator(".check.here .side").nth(1).locator(".bytes")
    expect(body).to_contain_text("\\x00\\x01")
    expect(body).to_contain_text("\\xff")


def test_a_keyboard_is_enough(opened, report):
    page = opened(report)

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    page.keyboard.type("head-of-empty")
    expect(page.locator(".matches")).to_have_text("1 of 8 checks")
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.check > summary')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{RED}'] mark")).to_have_text("Content-Length: 0")
    for _ in range(12):
        if page.evaluate("document.activeElement.textContent") == "Hex":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(f"[id='{RED}'] .hex").first).to_be_visible()


def test_curl_says_what_it_can_and_once_what_it_cannot(opened, report):
    page = opened(report, anchor=RED)
    here = page.locator(".check.here")

    here.get_by_role("button", name="Copy as curl").first.click()
    expect(page.locator("#said")).to_contain_text("curl command copied")
    text = copied(page)
    assert text.count("curl cannot say") == 1
    assert "that it was request 2 on its connection" in text
    assert "--head" in text
    assert '--header "X-Auth-Token: $X_AUTH_TOKEN"' in text
    assert text.endswith("'http://127.0.0.1:1/swift/v1/c/upload/data'\n")
    here.get_by_role("button", name="Show 1 more exchange").click()
    here.get_by_role("button", name="Copy as curl").nth(1).click()
    expect(page.locator("#said")).to_contain_text("curl command copied")
    assert "--data-binary 'seg'\\''ment'" in copied(page)


def test_a_link_leads_to_the_check_also_where_it_is_filtered_out(opened, report):
    page = opened(report, anchor="check=acl-removed")
    expect(page.locator(".check.here .body")).to_be_visible()

    page.get_by_label("Text", exact=True).fill("head-of")
    expect(page.locator(".matches")).to_have_text("1 of 8 checks")
    page.evaluate("location.hash = 'check=s3-get'")
    here = page.locator(".check.here")
    expect(here.locator(".body")).to_be_visible()
    here.get_by_role("button", name="Copy link to this check").click()
    expect(page.locator("#said")).to_contain_text("Link to this check copied")
    assert copied(page) == f"{report.as_uri()}#check=s3-get"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(opened, report, dark):
    page = opened(report, anchor=RED, dark=dark)
    expect(page.locator(".check.here mark").first).to_be_visible()
    page.locator(".check.here").get_by_role("button", name="Hex").click()

    assert axe(page) == []


def test_colours_can_be_chosen(opened, report):
    page = opened(report)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.locator("#theme").click()
    page.locator("#theme").click()
    expect(page.locator("#theme")).to_have_text("Colours: dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


@pytest.mark.parametrize("anchor", ["", RED])
def test_a_narrow_screen_is_not_scrolled_sideways(opened, report, anchor):
    page = opened(report, width=390, anchor=anchor)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_is_readable_without_scripts(opened, report):
    page = opened(report, scripts=False)

    expect(page.locator("h1")).to_contain_text("NOT SAFE")
    assert not page.locator("#filter").is_visible()
    check = page.locator(f"[id='{RED}']")
    check.locator("> summary").click()
    expect(check.locator("mark")).to_contain_text("Content-Length: 0")
    expect(check).to_contain_text("python -m reports show run.json 'head-of-empty-dlo' --all")
    expect(check).to_contain_text(NO_STATUS.split("\r\n")[1], use_inner_text=True)


def test_paper_shows_words_and_no_buttons(opened, report):
    page = opened(report, anchor=RED, dark=True)
    expect(page.locator(".check.here mark").first).to_be_visible()
    page.emulate_media(media="print")

    assert page.locator("button:visible").count() == 0
    assert not page.locator("#filter").is_visible()
    assert page.locator(".check.here mark").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(page.pdf()) > 10_000


def test_nothing_but_its_own_parts_may_load(report):
    text = report.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]

    assert policy.startswith("default-src &#39;none&#39;;")
    assert "unsafe" not in policy
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b", text)
    assert not re.search(r"[:\s]url\(|@import", text)
    index = json.loads(re.search(r'id="index">(.*?)</script>', text)[1])
    assert index["page"] == "report"
