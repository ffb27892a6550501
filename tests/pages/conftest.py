"""One Chromium for all tests of pages, and a page that fails its test on any error and any request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.absent import absent
from tests.pages.browsing import PROGRAM, Open, opening


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    if not Path(PROGRAM).exists():
        absent("chromium", f"{PROGRAM} is not here; install it with: apt-get install chromium")
    with sync_playwright() as playwright:
        # In a container the sandbox of a browser that runs as root cannot be set up.
        browser = playwright.chromium.launch(executable_path=PROGRAM, headless=True, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium) -> Iterator[Open]:
    """Opens pages by their path; the test fails if one has an error or asks anybody for anything."""
    with opening(chromium) as function:
        yield function


@pytest.fixture
def page(opened, tmp_path):
    """An empty page that is watched in the same way: `page.goto(path.as_uri())`."""
    blank = tmp_path / "blank.html"
    blank.write_text("<!doctype html><html lang=en data-ready=1><title>blank</title></html>", encoding="utf-8")
    return opened(blank)
