"""The matrix in a terminal, and the small words that all pages share."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

import factories
import hostile
from sayso.report import PositionReport, print_matrix
from sayso.report.clean import clean, shorten, web_address
from sayso.report.terminal import spent_line
from sayso.report.words import anchor, count, percent, period
from sayso.types import Actor, Label


def printed(report: PositionReport, width: int, *, color: bool = False) -> str:
    stream = io.StringIO()
    print_matrix(report, Console(file=stream, width=width, force_terminal=color, no_color=not color))
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 80, 140])
def test_lines_fit(width: int) -> None:
    assert max(map(len, printed(factories.report(), width).splitlines())) <= width


def test_wide_cells_hold_their_sentence() -> None:
    text = printed(factories.report(), 140)
    assert re.search(r"\+ asserts +− denies +\? uncertain", text)
    assert "92% (77–98%), n=3" in text
    assert "after a shift" in text
    assert "The article itself:" not in text
    assert text.rstrip().endswith("3 articles, 12 judgements, 2 items left out (n: sentences; in brackets: 90% interval)")


def test_narrow_tables_list_the_sentences_below() -> None:
    text = printed(factories.report(), 80)
    assert re.search(r"\+ asserts +− denies +\? uncertain", text)
    assert "92%, n=3" in text
    assert "? The article itself: Posts claiming otherwise could not be verified." in text


def test_many_actors_become_several_tables() -> None:
    actors = tuple(Actor(f"a{n}", f"Actor {n}") for n in range(12))
    positions = tuple(factories.position(actor.id, "cracked", Label.ASSERTS) for actor in actors)
    text = printed(PositionReport(positions, actors=actors, claims=factories.CLAIMS), 80)
    assert all(f"Actor {n}" in " ".join(text.split()) for n in range(12))
    assert text.count("Claim ") > 2


def test_silent_actors_are_named() -> None:
    report = replace(factories.report(), actors=(*factories.ACTORS, Actor("x", "Silent Ltd")))
    assert "No position found: Silent Ltd" in printed(report, 80)


def test_empty_report() -> None:
    assert "No claims" in printed(PositionReport(()), 80)


def test_matrix_prints_itself() -> None:
    assert "Northfell" in repr(factories.report().matrix())


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_in_the_terminal(text: str) -> None:
    shown = printed(hostile.report(text), 100, color=True)
    allowed = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", allowed)
    assert "\x1b[31mred" not in shown
    assert len(shown) < 20_000


def test_cleaning_keeps_the_length() -> None:
    for text in hostile.TEXTS:
        assert len(clean(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one,  two\n three", 40, "one, two three"),
        ("x" * 100, 10, "x" * 9 + "…"),
        ("", 10, ""),
        (" " * 100, 10, "…"),
    ],
)
def test_shorten(text: str, length: int, short: str) -> None:
    assert shorten(text, length) == short


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/b?c#d", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("/etc/passwd", False),
        ("https:a", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_web_addresses(url: str | None, kept: bool) -> None:
    assert web_address(url) == (url if kept else None)


def test_anchors_are_safe_and_do_not_meet() -> None:
    assert anchor("cell", "c1", "russia") == "cell.c1.russia"
    ids = [anchor("a", id_) for id_ in ("a b", "a_b", "a-b", "a.b", "", "é", "è", "x" * 100, "x" * 101)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w.-]+", id_, re.ASCII) for id_ in ids)
    assert anchor("a.b", "c") != anchor("a", "b", "c")


def test_words() -> None:
    assert [percent(p) for p in (0, 0.001, 0.424, 0.996, 1)] == ["0%", "<1%", "42%", ">99%", "100%"]
    assert [count(n, "outlet") for n in (0, 1, 1200)] == ["0 outlets", "1 outlet", "1,200 outlets"]
    a, b, c, d = dt.date(2026, 3, 3), dt.date(2026, 3, 9), dt.date(2026, 5, 1), dt.date(2027, 1, 1)
    assert [period(a, x) for x in (a, b, c, d)] == [
        "3 March 2026",
        "3 to 9 March 2026",
        "3 March to 1 May 2026",
        "3 March 2026 to 1 January 2027",
    ]
    assert period(None, None) == ""


@pytest.mark.parametrize(
    ("usage", "line"),
    [
        (
            {"requests": 1, "cached": 2000, "failed": 0, "tokens_in": 1500, "tokens_out": 70},
            "1 request; 2,000 answers from the cache; 1,500 tokens in, 70 out",
        ),
        (
            {"requests": 0, "cached": 1, "failed": 2, "tokens_in": 0, "tokens_out": 0, "cost": 1234.5},
            "0 requests; 1 answer from the cache; 0 tokens in, 0 out; 2 questions failed; cost 1,234.5000",
        ),
    ],
)
def test_what_a_server_took_in_one_line(usage: dict[str, float], line: str) -> None:
    assert spent_line(usage) == line
