"""The review page in a real browser: keys, widths, what a screen reader finds."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import factories
import hostile
from sayso.report.corrections import NAME
from sayso.review import Server, Sitting

from .conftest import Watched

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    factories.written(tmp_path)
    yield from serving(Sitting.open(tmp_path / "out"))


def serving(sitting: Sitting) -> Iterator[Server]:
    with Server(sitting) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def labels(server: Server) -> list[str]:
    file = server.sitting.folder / NAME
    return [json.loads(line)["label"] for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def at(page: Page, place: str) -> None:
    page.wait_for_url(f"**/{place}", timeout=10_000)


def test_one_key_for_each_answer(browser: Watched, server: Server) -> None:
    page = browser.visit(server.address)
    at(page, "1")
    expect(page.locator("h1")).to_have_text("Rivers Agency on the claim The dam was badly maintained.")
    for place, key in enumerate(("Enter", "a", "d", "u", "n", "D"), 2):
        page.keyboard.press(key)
        at(page, str(place))
    proposed = str(server.sitting.queue[0].label)
    assert labels(server) == [proposed, "asserts", "denies", "uncertain", "unrelated", "denies"]
    expect(page.locator("[role=status]")).to_contain_text("Kept: denies, for 6 of 11.")


def test_back_skip_and_otherwise(browser: Watched, server: Server) -> None:
    page = browser.visit(server.address)
    at(page, "1")
    page.keyboard.press("ArrowRight")
    at(page, "2")
    page.keyboard.press("d")
    at(page, "3")
    page.keyboard.press("ArrowLeft")
    at(page, "2")
    expect(page.locator("button[value=denies]")).to_contain_text("your answer")
    page.keyboard.press("u")
    at(page, "3")
    assert labels(server) == ["denies", "uncertain"]
    page.goto(server.address)
    at(page, "1")  # what was skipped is still open


def test_enter_on_a_button_is_that_button(browser: Watched, server: Server) -> None:
    page = browser.visit(server.address)
    page.locator("button[value=unrelated]").focus()
    page.keyboard.press("Enter")
    at(page, "2")
    assert labels(server) == ["unrelated"]


def test_a_key_that_is_held_or_meant_for_the_browser_answers_nothing(browser: Watched, server: Server) -> None:
    page = browser.visit(server.address)
    for init in ("repeat: true", "ctrlKey: true", "metaKey: true", "altKey: true"):
        page.evaluate(f"dispatchEvent(new KeyboardEvent('keydown', {{key: 'a', {init}}}))")
    page.keyboard.press("x")
    page.wait_for_timeout(100)
    assert (labels(server), page.url) == ([], server.address + "1")


def test_without_keys_to_the_end_and_stop(browser: Watched, server: Server) -> None:
    page = browser.visit(server.address)
    for place in range(2, 12):
        page.locator("button[value=asserts]").click()
        at(page, str(place))
    page.locator("button[value=denies]").click()
    at(page, "end")
    expect(page.locator(".deck")).to_contain_text("11 decisions kept")
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Stop here").click()
    expect(page.locator("h1")).to_have_text("Stopped")


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_every_width_in_light_and_dark(browser: Watched, server: Server, width: int, dark: bool) -> None:
    page = browser.visit(server.address, width=width, dark=dark)
    page.keyboard.press("d")
    at(page, "2")
    for _ in range(2):  # a judgement, then the end
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        red = page.evaluate("parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
        assert red < 60 if dark else red > 200
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.goto(server.address + "end")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "x" * 100_000])
def test_hostile_text_is_inert(browser: Watched, tmp_path: Path, text: str) -> None:
    assert text in hostile.TEXTS or set(text) == {"x"}
    report = hostile.report(text)
    for server in serving(Sitting(tmp_path, report, report.judgements)):
        page = browser.visit(server.address, width=400)
        assert page.evaluate("document.scripts.length") == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
