"""The report page in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import factories
import hostile
from sayso.report import PositionReport
from sayso.types import Label

from .conftest import Watched

pytestmark = pytest.mark.slow


def many(number: int) -> PositionReport:
    """The report with more evidence for its first position than a cell shows at once, from two outlets in turn."""
    report = factories.report()
    outlets = (("The Tarn Courier", factories.MARCH_3), ("Plainly", factories.MARCH_5))
    evidence = tuple(
        replace(
            factories.judgement(factories.FOLLOW, factories.statement(factories.FOLLOW, sentence), "cracked", Label.DENIES),
            text=f"Sentence {n}.",
            outlet=outlets[n % 2][0],
            published=outlets[n % 2][1],
            statement=replace(factories.statement(factories.FOLLOW, sentence), article=f"a{n}"),
        )
        for n, sentence in enumerate(["Eleven houses were destroyed."] * number)
    )
    return replace(report, positions=(replace(report.positions[0], evidence=evidence), *report.positions[1:]))


def shown(page: Page, selector: str) -> int:
    return page.locator(f"{selector}:visible").count()


def test_a_cell_opens_its_evidence(browser: Watched) -> None:
    page = browser.open(factories.report())
    page.locator(".matrix td a.open").nth(3).click()
    page.wait_for_url("**#cell.warned.northfell", timeout=5000)
    expect(page.locator("[id='cell.warned.northfell'] blockquote")).to_be_in_viewport()


def test_a_permanent_link_opens_what_is_folded(browser: Watched) -> None:
    report = many(8)
    page = browser.open(report)
    assert shown(page, "[id='cell.cracked.northfell'] figure") == 3
    last = page.locator("[id='cell.cracked.northfell'] figure").last.get_attribute("id")
    page = browser.open(report, link=f"#{last}")
    expect(page.locator(f"[id='{last}']")).to_be_in_viewport()


def test_search_and_show_all(browser: Watched) -> None:
    page = browser.open(factories.report())
    before = shown(page, ".cell")
    page.keyboard.press("/")
    page.keyboard.type("acknowledged")
    assert shown(page, ".cell") == 1
    expect(page.locator("#filter-status")).to_contain_text("entries.")
    page.keyboard.press("Escape")
    assert shown(page, ".cell") == before
    page.keyboard.type("no such word")
    assert shown(page, ".cell") == 0
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".cell").first).to_be_visible()
    assert shown(page, ".cell") == before


def test_filter_by_actor_and_position(browser: Watched) -> None:
    page = browser.open(factories.report())
    page.locator("#filter-actor").select_option("Corrow Valley Council")
    assert page.locator(".matrix thead th:visible").all_inner_texts() == ["Claim", "Corrow Valley Council", "In the article’s own voice"]
    assert page.locator(".cell:visible h4 a:first-child").all_inner_texts() == ["Corrow Valley Council"]
    page.locator("#filter-actor").select_option("all")
    page.locator("#filter-verdict").select_option("uncertain")
    assert set(page.locator(".cell:visible .verdict").all_inner_texts()) == {"?uncertain"}


def test_filter_by_outlet_and_date(browser: Watched) -> None:
    page = browser.open(many(8))
    cell = "[id='cell.cracked.northfell']"
    page.locator("#filter-outlet").select_option("Plainly")
    assert shown(page, f"{cell} figure") == 4
    assert set(page.locator(f"{cell} figure:visible .outlet").all_inner_texts()) == {"Plainly"}
    assert page.locator("#articles tbody tr:visible").count() == 1
    page.locator("#filter-outlet").select_option("all")
    page.locator("#filter-from").fill("2026-03-09")
    assert page.locator(".cell:visible").count() == 3
    page.locator("#filter-from").fill("")
    page.locator("#filter-to").fill("2026-03-03")
    assert shown(page, f"{cell} figure") == 4


def test_order_of_claims_and_of_tables(browser: Watched) -> None:
    page = browser.open(factories.report())
    claims = page.locator(".matrix tbody th")
    listed = claims.all_inner_texts()
    page.locator("#sort-claims").select_option("most disputed first")
    assert claims.first.inner_text() == "Northfell Water warned the council before the flood."
    tops = page.locator(".claims .claim h3")
    assert min(range(tops.count()), key=lambda n: tops.nth(n).bounding_box()["y"]) == 2  # type: ignore[index]
    page.locator("#sort-claims").select_option("A to Z")
    assert claims.all_inner_texts() == sorted(listed)
    page.get_by_role("button", name="Show all").click()
    expect(claims.first).to_have_text(listed[0])
    dates = page.locator("#articles tbody td:nth-child(3)")
    head = page.locator("#articles thead th").nth(2)
    for direction, order in (
        ("ascending", ["3 March 2026", "5 March 2026", "9 March 2026"]),
        ("descending", ["9 March 2026", "5 March 2026", "3 March 2026"]),
    ):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == direction
        assert dates.all_inner_texts() == order


def test_a_citation_is_copied(browser: Watched) -> None:
    page = browser.open(factories.report())
    cell = page.locator("[id='cell.warned.council']")
    cell.get_by_role("button", name="cite").first.click()
    expect(cell.get_by_role("button", name="copied")).to_be_visible()
    assert page.evaluate("window.copied") == (
        "“The Corrow Valley Council said it had received no warning.” (The Tarn Courier, “Corrow Dam: water firm admits opening gates as villages "
        "flood”, 3 March 2026, https://courier.example/corrow-dam, characters 571 to 629; read by sayso as Corrow Valley Council denies 96%: "
        "“Northfell Water warned the council before the flood.”)"
    )
    cell.get_by_role("button", name="copy the evidence").click()
    assert page.evaluate("window.copied").count("read by sayso as") == 2


@pytest.mark.parametrize("width", [390, 800, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_every_width_in_light_and_dark(browser: Watched, width: int, dark: bool) -> None:
    page = browser.open(many(8), width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    red = page.evaluate("parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
    assert red < 60 if dark else red > 200
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_print(browser: Watched) -> None:
    page = browser.open(factories.report())
    page.emulate_media(media="print")
    for hidden in (".filter", ".parts", ".copy", "footer"):
        assert shown(page, hidden) == 0
    assert shown(page, ".matrix td .verdict") == 8
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_first_tab_skips_to_the_matrix(browser: Watched) -> None:
    page = browser.open(factories.report())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the matrix"
    page.keyboard.press("Enter")
    page.wait_for_url("**#matrix", timeout=5000)


def test_without_script_everything_is_still_there(browser: Watched) -> None:
    from sayso.report.html import render_html

    page = browser.open(render_html(many(8)).replace('"use strict"', "return"))
    browser.faults.clear()  # the page refuses a script that is not its own, aloud
    assert shown(page, ".filter") == 0
    assert shown(page, ".cell") == 8
    page.locator("details.more summary").first.click()
    assert shown(page, "[id='cell.cracked.northfell'] figure") == 8


def test_an_empty_report(browser: Watched) -> None:
    page = browser.open(PositionReport(()))
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_is_inert(browser: Watched, text: str) -> None:
    page = browser.open(hostile.report(text), width=390)
    page.locator("#filter").fill("before")
    page.evaluate("document.querySelectorAll('.copy').forEach((button) => button.click())")
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_large_report_filters_in_a_second(browser: Watched) -> None:
    report = factories.report()
    positions = tuple(replace(report.positions[0], claim=f"c{n}", evidence=report.positions[0].evidence) for n in range(500))
    page = browser.open(replace(report, positions=positions, claims=(), articles=()))
    took = page.evaluate(
        "(() => { const start = performance.now(); filter.value = 'c49'; filter.form.dispatchEvent(new Event('input')); return performance.now() - start; })()"
    )
    assert took < 5000
    assert shown(page, ".cell") == 11
