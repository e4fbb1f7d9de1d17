"""One Chromium for all browser tests; they are skipped by name where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from sayso.report import PositionReport

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What is copied, kept where a test can read it: a headless browser has no clipboard to ask.
COPIED = "Object.defineProperty(navigator, 'clipboard', {value: {writeText: (text) => { window.copied = text; return Promise.resolve(); }}});"


class Watched:
    """Pages of one browser, with everything that a self-contained page must not do: talk, complain, ask."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.faults: list[str] = []
        self._number = 0

    def open(self, report: PositionReport | str, *, width: int = 1280, dark: bool = False, link: str = "") -> Page:
        """A report (or a finished page) in a window of ``width`` pixels, at ``link`` (``#...``)."""
        from sayso.report.html import render_html

        self._number += 1
        path = self.folder / f"report{self._number}.html"
        path.write_text(report if isinstance(report, str) else render_html(report), "utf-8")
        own = path.as_uri()
        page = self._page(width, dark, lambda request: request.url.split("#")[0] == own)
        page.goto(own + link)
        return page

    def visit(self, address: str, *, width: int = 1280, dark: bool = False) -> Page:
        """A page of a server of ours; everything that is asked must be under its address."""
        page = self._page(width, dark, lambda request: request.url.startswith((address, "data:,")))
        page.goto(address)
        return page

    def _page(self, width: int, dark: bool, own: Callable[[Request], bool]) -> Page:
        page = self.browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
        page.add_init_script(COPIED)
        page.on("request", lambda request: None if own(request) else self.faults.append(f"request: {request.url[:200]}"))
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        return page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser, tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(chromium, tmp_path)
    yield watched
    for context in chromium.contexts:
        context.close()
    assert watched.faults == []
