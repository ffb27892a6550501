"""What tests see of a page in Debian's Chromium: its faults, its requests, and what axe-core has against it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

PROGRAM = "/usr/bin/chromium"
BAD = ("serious", "critical")
expect.set_options(timeout=5000)


@dataclass
class Seen:
    """What went on behind a page."""

    faults: list[str] = field(default_factory=list)
    """Errors of its scripts and of the console: of the policy too."""
    requests: list[str] = field(default_factory=list)
    """Addresses that were asked for."""
    pages: set[str] = field(default_factory=set)
    """Those that a test opened."""


Open = Callable[..., Page]


@contextmanager
def opening(chromium: Browser) -> Iterator[Open]:
    """Opens pages, `opened(path, anchor="check=...", dark=True)`; an error or a request in one fails the test."""
    contexts, seen = [], Seen()

    def opened(
        path: Path, *, anchor: str = "", dark: bool = False, width: int = 1400, height: int = 1000, scripts: bool = True
    ) -> Page:
        context = chromium.new_context(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        address = path.absolute().as_uri()
        page.on("console", lambda said: seen.faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: seen.faults.append(str(error)))
        page.on("dialog", lambda dialog: (seen.faults.append(f"dialog: {dialog.message}"), dialog.dismiss())[-1])
        page.on("request", lambda asked: seen.requests.append(asked.url.partition("#")[0]))
        page.goto(f"{address}#{anchor}" if anchor else address)
        seen.pages.add(address)
        if scripts:
            page.wait_for_selector("html[data-ready]", state="attached")
        return page

    try:
        yield opened
    finally:
        for context in contexts:
            context.close()
    assert seen.faults == []
    assert set(seen.requests) == seen.pages


def axe(page: Page) -> list[str]:
    """What axe-core finds serious or critical: its rule and the first elements."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in violations
        if found["impact"] in BAD
    ]


def copied(page: Page) -> str:
    """What is on the clipboard."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def shown(page: Page) -> list[str]:
    """Ids of the checks that a filter left, in order of the alphabet.

    Their text content is read, not what is drawn: a group outside the window has no inner text until its next frame
    (`content-visibility: auto`).
    """
    return sorted(text.strip() for text in page.locator("details.check:visible .id").all_text_contents())
