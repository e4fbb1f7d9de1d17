"""Nouns as cards in a notebook."""

from __future__ import annotations

import re

import pytest
from lxml import html

import factories
import hostile
from sayso.types import Article, Claim


def test_cards_say_what_the_noun_is() -> None:
    report = factories.report()
    texts = [" ".join(" ".join(html.fragment_fromstring(noun._repr_html_()).itertext()).split()) for noun in (factories.DAM, report.actors[0])]
    assert texts[0].startswith("Corrow Dam: water firm admits opening gates as villages flood outlet The Tarn Courier published 2026-03-03")
    assert texts[1] == "Northfell Water kind organisation id northfell also the company members Mara Quill, operations director"
    position = report.position("northfell", "opened")
    assert position is not None
    card = html.fragment_fromstring(position._repr_html_()).text_content()
    assert "northfell on opened: asserts" in card
    assert "denies, then asserts" in card
    assert "By noon the company acknowledged" in card
    assert "negation of a" in html.fragment_fromstring(Claim("b", "B.", "a")._repr_html_()).text_content()


def test_a_report_shows_its_matrix_and_counts() -> None:
    assert "3 articles, 12 judgements, 2 left out" in factories.report()._repr_html_()
    assert repr(factories.report()) == "<PositionReport: 8 positions, 3 articles, 12 judgements, 2 left out>"


def test_plain_words_for_a_noun_leave_long_texts_out() -> None:
    assert len(repr(factories.DAM)) < 300
    assert len(repr(factories.report().positions[4])) < 500


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_on_cards(text: str) -> None:
    report = hostile.report(text)
    nouns = (report.articles[0], report.actors[0], report.claims[1], report.positions[0], Article(text, text))
    for noun in nouns:
        shown = noun._repr_html_()
        assert not re.search("[\0\x1b\x9b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
        tree = html.fragment_fromstring(shown)
        assert {node.tag for node in tree.iter()} <= {"div", "b", "span", "blockquote", "br", "small"}
        assert {name for node in tree.iter() for name in node.attrib} <= {"style"}
        assert len(shown) < 20_000
