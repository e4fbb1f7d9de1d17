"""HTML and Markdown: what stands in them, that they hold together, and that foreign text stays text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html
from markdown_it import MarkdownIt

import factories
import hostile
from sayso.report import PositionReport
from sayso.report.html import render_html
from sayso.report.markdown import escape, render_markdown
from sayso.types import Claim, Label, Position


@pytest.fixture(scope="module")
def page() -> html.HtmlElement:
    return html.document_fromstring(render_html(factories.report()))


def words(node: html.HtmlElement) -> str:
    return " ".join(node.text_content().split())


def test_matrix_of_the_page(page: html.HtmlElement) -> None:
    (table,) = page.xpath("//table[contains(@class, 'matrix')]")
    assert [words(head) for head in table.xpath("./thead//th")][-1] == "In the article’s own voice"
    assert len(table.xpath("./tbody/tr")) == 5
    cell = words(table.xpath("./tbody/tr[3]/td[2]")[0])
    for expected in ("denies", "−", "92%", "(77–98%)", "3 sentences, 2 outlets", "it had received no warning."):
        assert expected in cell
    assert "no statement" in words(table.xpath("./tbody/tr[1]/td[2]")[0])


def test_a_cell_opens_its_evidence(page: html.HtmlElement) -> None:
    (link,) = page.xpath("//table[contains(@class, 'matrix')]/tbody/tr[3]/td[2]/a")
    assert link.get("href") == "#cell.warned.council"
    (cell,) = page.xpath("//*[@id='cell.warned.council']")
    figures = cell.xpath(".//figure")
    assert len(figures) == 2  # the copy stands with the sentence that it repeats
    quote, caption = figures[0].xpath("./blockquote")[0], words(figures[0].xpath("./figcaption")[0])
    marked = {role: quote.xpath(f".//span[contains(@class, '{role}')]/text()") for role in ("source", "cue", "content")}
    assert marked == {
        "source": ["The Corrow Valley Council"],
        "cue": ["said"],
        "content": ["it had received no warning"],
    }
    assert words(quote).endswith("they should show us the call.”")
    for expected in ("The Tarn Courier", "3 March 2026", "characters 571 to 629", "denies 96%"):
        assert expected in caption
    assert "The same words in Plainly (5 March 2026); counted once." in caption


def test_nested_reports_name_their_chain(page: html.HtmlElement) -> None:
    assert "reported through Corrow Valley Council" in words(page.xpath("//*[@id='cell.neglect.agency']")[0])


def test_shifts_skipped_and_run(page: html.HtmlElement) -> None:
    shift = words(page.xpath("//*[@id='shifts']")[0])
    assert re.search(r"denies at first .*denied that.*.*asserts then .*By noon", shift)
    left_out = words(page.xpath("//*[@id='left-out']")[0])
    assert "lokal.txt: another language" in left_out
    assert "307 to 392" in left_out
    assert "sayso-small 2026.1" in words(page.xpath("//*[@id='made']")[0])


def test_links_lead_somewhere_and_ids_are_unique(page: html.HtmlElement) -> None:
    ids = Counter(page.xpath("//@id"))
    assert [id_ for id_, times in ids.items() if times > 1] == []
    for href in page.xpath("//a/@href"):
        assert href.startswith(("https://courier.example/", "https://plainly.example/")) or href[1:] in ids
    for name in page.xpath("//@aria-labelledby"):
        assert name in ids


def test_nothing_is_loaded(page: html.HtmlElement) -> None:
    assert page.xpath("//link | //iframe | //img | //object | //@src | //@srcset") == []
    styles = " ".join(page.xpath("//style/text()"))
    assert not re.search(r"url\(|@import|https?:", styles)
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]


def test_tables_and_headings_are_marked_up(page: html.HtmlElement) -> None:
    for table in page.xpath("//table"):
        assert table.xpath("./caption")
        assert all(th.get("scope") in ("col", "row") for th in table.xpath(".//th"))
    levels = [int(node.tag[1]) for node in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.xpath("//html/@lang") == ["en"]
    assert all(field.xpath("ancestor::label") for field in page.xpath("//form//input | //form//select"))


def test_context_is_cut_between_words() -> None:
    text = "\n".join(["Title", "word " * 200 + "Here it stands. " + "more " * 200, "Other paragraph"])
    article = replace(factories.DAM, text=text)
    judged = factories.judgement(article, factories.statement(article, "Here it stands."), "cracked", Label.ASSERTS)
    shown = PositionReport((), (judged,), (article,)).words.of(judged)
    quote = "".join(piece.text for piece in shown.pieces)
    assert shown.cut_before
    assert shown.cut_after
    assert re.fullmatch(r"(word )+Here it stands\.( more)+", quote)
    assert len(quote) < 500


def test_evidence_without_its_article() -> None:
    judged = factories.report().judgements[0]
    shown = PositionReport((), (judged,)).words.of(judged)
    assert [piece.text for piece in shown.pieces] == [judged.text]


def test_opposite_claims_are_named() -> None:
    report = factories.report()
    sound = Claim("sound", "The wall is sound.", negation_of="cracked")
    judged = replace(report.judgements[0], claim="sound")
    position = replace(report.positions[0], evidence=(judged,))
    changed = replace(report, positions=(position,), claims=(*report.claims, sound))
    assert "of the opposite, “The wall is sound.”" in words(html.document_fromstring(render_html(changed)))
    assert "of the opposite, “The wall is sound.”" in render_markdown(changed)


def test_long_evidence_is_cut_and_says_so() -> None:
    report = factories.report()
    many = tuple(replace(report.judgements[0], text=f"Sentence {n}.") for n in range(50))
    position: Position = replace(report.positions[0], evidence=many)
    page = render_html(replace(report, positions=(position,), articles=()))
    assert "The best 20 are shown" in page


def test_a_large_report_keeps_its_page_small() -> None:
    report = factories.report()
    evidence = tuple(replace(report.judgements[0], text=f"Sentence {n}.") for n in range(10))
    positions = tuple(replace(report.positions[0], claim=f"c{n}", evidence=evidence) for n in range(1000))
    page = render_html(replace(report, positions=positions, claims=(), articles=()))
    assert page.count("<blockquote>") == 4 * 1000
    assert "The best 4 are shown" in page


def test_an_empty_report_is_a_page() -> None:
    page = render_html(PositionReport(()))
    assert "The run has no claims" in page
    assert "No article could be read." in page
    assert render_markdown(PositionReport(()))


def test_notebook_fragment() -> None:
    fragment = factories.report().matrix()._repr_html_()
    tree = html.fragment_fromstring(fragment)
    assert tree.xpath(".//script | .//a | .//@id") == []
    assert "denies" in words(tree)
    rules = re.sub(r"@media[^{]*\{", "", tree.xpath(".//style/text()")[0])
    selectors = re.findall(r"([^{};]+)\{", rules)
    assert all(part.strip().startswith(".sayso") for selector in selectors for part in selector.split(","))


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text_in_html(text: str) -> None:
    report = hostile.report(text)
    for page in (render_html(report), f"<!doctype html>{report.matrix()._repr_html_()}"):
        assert not re.search("[\0\x1b\x9b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
        tree = html.document_fromstring(page)
        assert len(tree.xpath("//script")) == page.count('"use strict"')
        assert tree.xpath("//img | //iframe | //object | //embed | //base") == []
        names = {name.lower() for node in tree.iter() if isinstance(node.tag, str) for name in node.attrib}
        assert not any(name.startswith("on") for name in names)
        assert "autofocus" not in names
        assert all(href.startswith("#") for href in tree.xpath("//a/@href"))
        assert "49" not in words(tree) or text == ""
        ids = Counter(tree.xpath("//@id"))
        assert [id_ for id_, times in ids.items() if times > 1] == []
        assert all(href[1:] in ids for href in tree.xpath("//a/@href"))
        assert len(page) < 5_000_000


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text_in_markdown(text: str) -> None:
    page = render_markdown(hostile.report(text))
    assert "{{" not in page
    assert "{%" not in page
    assert not re.search("[\0\x1b\x9b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    if len(text) > 1000:
        return
    tree = html.document_fromstring(MarkdownIt("gfm-like", {"linkify": False}).render(page))
    assert tree.xpath("//script | //img | //a | //iframe | //*[@onerror] | //*[@onmouseover]") == []
    assert len(tree.xpath("//h1")) == 1
    assert len(tree.xpath("//table[1]/thead/tr/th")) in (3, 7)


def test_markdown_escapes_to_the_same_words() -> None:
    for text in ("a | b", "*a* _b_ `c`", "# a", "[a](b)", "<b>&amp;", "1 < 2", "a\\|b", "~~a~~", "{{ a }}"):
        tree = html.fragment_fromstring(MarkdownIt("gfm-like", {"linkify": False}).render(f"x {escape(text)}"))
        assert tree.text_content().strip() == f"x {text}"


def test_markdown_report() -> None:
    page = render_markdown(factories.report())
    tree = html.document_fromstring(MarkdownIt("gfm-like", {"linkify": False}).render(page))
    rows = tree.xpath("//table[1]/tbody/tr")
    assert len(rows) == 5
    assert words(rows[2]).startswith("Northfell Water warned the council before the flood. + asserts 81% (66–87%)")
    assert "the same words in Plainly" in page
    assert "characters 571 to 629" in page
