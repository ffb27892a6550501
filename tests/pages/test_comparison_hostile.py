"""Whatever gateways chose is text in `comparison.html`: their names, what they say of themselves, their bytes."""

import base64
import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from reports.compare import compare
from reports.model import BREAKS, Verdict
from reports.pages.comparison import write_comparison
from tests.pages.runs import HOSTILE, asking, hostile, written
from tests.reports.building import deviation, line, result

INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    place = tmp_path_factory.mktemp("hostile")
    old = hostile(place / "old")
    latin = HOSTILE.encode().decode("latin-1")
    seen = line("x", fields=(f"X-Evil: {latin}", f"{latin}: 1"), body=b"<" + HOSTILE.encode() + b"\xff\x00\x80") | {
        "request": asking("GET", f"/swift/v1/c?{latin}", f"X-Note: {latin}\r\n"),
        "trailers": [latin],
        "excess": base64.b64encode(HOSTILE.encode() * 2).decode(),
        "connection": HOSTILE,
        "note": HOSTILE,
    }
    bad = deviation(f"{HOSTILE} new", BREAKS, impact=HOSTILE, message=HOSTILE, exchanges=[0])
    checks = [
        replace(result(f"red[{HOSTILE}]", bad, observations={HOSTILE: "b" + HOSTILE}), oracle=HOSTILE, claim=HOSTILE),
        result("known", verdict=Verdict.UNSUPPORTED, reason=HOSTILE),
        result("untested", verdict=Verdict.PASS),
        result("replay[2.8.3-swift-push-x]"),
    ]
    evidence = {checks[0].id: [seen], "known": [seen], checks[3].id: [seen]}
    more = {"profile": {"version": f"{HOSTILE}!", "server": HOSTILE}, "run_id": "other", "injected": HOSTILE}
    new = written(place / "new", checks, evidence, gateway=f"{HOSTILE}2", **more)
    path = place / "comparison.html"
    write_comparison(compare([old, new]), path)
    return path


def test_nothing_of_it_is_markup_or_invisible(opened, page_file):
    text = page_file.read_bytes().decode("utf-8")
    assert INVISIBLE.search(text) is None
    assert HOSTILE[:20] not in text
    assert "{{ 7*7 }}" in text

    page = opened(page_file)
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    page.locator(".evidence[data-state=shown] .beside").first.wait_for()
    for name in ("Bytes", "Hex", "Side by side"):
        for button in page.get_by_role("button", name=name).all():
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")
            assert INVISIBLE.search(page.locator("body").text_content()) is None

    assert page.title() != "taken"
    assert page.locator("img, iframe, object, a[href^='javascript']").count() == 0
    expect(page.locator(".gateways strong").first).to_contain_text("</script><script>document.title='taken'")


def test_its_anchors_open_its_checks(opened, page_file):
    page = opened(page_file)
    address = page.locator(".differences a.id", has_text="red[").first.get_attribute("href")
    page.goto(page_file.as_uri() + address)

    expect(page.locator(".check.here .id")).to_contain_text("red[</script>")
    expect(page.locator(".check.here .evidence")).to_have_attribute("data-state", "shown")
    assert page.locator(".check.here .beside mark").count() > 0

    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
