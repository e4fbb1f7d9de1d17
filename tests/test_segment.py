"""Segmentation: what a page shows by layout, where sentences end, and that no character is ever lost."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import ConfigError
from sayso.segment import SegmentSettings, column_spans, segment
from sayso.types import Article, Block, BlockKind, Segmented, Span

TITLE, HEADING, PARAGRAPH = BlockKind.TITLE, BlockKind.HEADING, BlockKind.PARAGRAPH
ITEM, ROW, CAPTION, BOILERPLATE = BlockKind.LIST_ITEM, BlockKind.TABLE_ROW, BlockKind.CAPTION, BlockKind.BOILERPLATE

SIGNS = ["\n", "\n\n", "\r\n", "\r", "\t", " | ", "- ", "1. ", "# ", "**", "Q: ", "A: ", "10:42 ", "Photo: ", "Share this", "“", "”", '"', "?", ". "]
PAGE = st.lists(st.one_of(st.text(max_size=30), st.sampled_from(SIGNS)), max_size=25).map("".join)


def cut(text: str, title: str | None = None, **options: object) -> Segmented:
    return segment(Article("a", text, title=title), SegmentSettings.model_validate(options))


def sentences(text: str, **options: object) -> list[str]:
    document = cut(text, **options)  # type: ignore[arg-type]
    return [document.text(s) for s in document.sentences]


def kinds(document: Segmented) -> list[BlockKind]:
    return [b.kind for b in document.blocks]


def block_of(document: Segmented, words: str) -> Block:
    (block,) = [b for b in document.blocks if document.text(b).startswith(words)]
    return block


# --- sentences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The gate held. The weir fell.", ["The gate held.", "The weir fell."], id="plain"),
        pytest.param("Dr. Ana Holt met Gen. Petrov. Both left.", ["Dr. Ana Holt met Gen. Petrov.", "Both left."], id="titles"),
        pytest.param("The U.S. envoy left. He flew home.", ["The U.S. envoy left.", "He flew home."], id="country abbreviation"),
        pytest.param("It shut at 9 a.m. on Monday. Nobody came.", ["It shut at 9 a.m. on Monday.", "Nobody came."], id="time of day"),
        pytest.param("J. R. Marlow agreed. She signed.", ["J. R. Marlow agreed.", "She signed."], id="initials"),
        pytest.param("Costs rose 3.5 per cent to £1.2m. Wages did not.", ["Costs rose 3.5 per cent to £1.2m.", "Wages did not."], id="decimals"),
        pytest.param("Was it shut? It was! So they say.", ["Was it shut?", "It was!", "So they say."], id="question and exclamation"),
        pytest.param(
            "“We saw nothing. We heard nothing,” she said. “It was dark.” He left.",
            ["“We saw nothing.", "We heard nothing,” she said.", "“It was dark.”", "He left."],
            id="a quote over several sentences",
        ),
        pytest.param('"It is false," he said. "It never was."', ['"It is false," he said.', '"It never was."'], id="straight quotes"),
        pytest.param("No end at all", ["No end at all"], id="no full stop"),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("10:42 The gate is open.", "The gate is open.", id="clock"),
        pytest.param("10:42: The gate is open.", "The gate is open.", id="clock with colon"),
        pytest.param("[10:42] The gate is open.", "The gate is open.", id="clock in brackets"),
        pytest.param("11.05am – The gate is open.", "The gate is open.", id="clock with dash"),
        pytest.param("14:20 GMT | The gate is open.", "The gate is open.", id="clock with zone"),
        pytest.param("9am “Open the gate,” he wrote.", "“Open the gate,” he wrote.", id="hour before a quote"),
        pytest.param("10.25 million people were asked.", "10.25 million people were asked.", id="a number is no clock"),
        pytest.param("9am was too late for the gate.", "9am was too late for the gate.", id="a time that the sentence needs"),
        pytest.param("LOWTOWN — The gate is open.", "The gate is open.", id="dateline"),
        pytest.param("LOWTOWN, March 3 (Tarn Press) — The gate is open.", "The gate is open.", id="dateline with date and agency"),
        pytest.param("Mara Finch: The gate is open.", "The gate is open.", id="speaker"),
        pytest.param("A: The gate is open.", "The gate is open.", id="answer label"),
        pytest.param("- the gate is open", "the gate is open", id="dash bullet"),
        pytest.param("(b) the gate is open", "the gate is open", id="lettered item"),
    ],
)
def test_what_stands_in_front_of_a_sentence_is_not_part_of_it(text: str, expected: str) -> None:
    assert sentences(f"The mill\n\nIt turned.\n\n{text}")[2:] == [expected]


def test_hard_wrapped_paragraph_is_one_block() -> None:
    text = (
        "The keeper of the lower weir had opened the gate long before the water\n"
        "reached the road, the inquiry was told on the first day. It then heard\n"
        "from his deputy.\n"
        "\n"
        "A second paragraph follows."
    )
    document = cut(text)
    assert kinds(document) == [PARAGRAPH, PARAGRAPH]
    assert [" ".join(document.text(s).split()) for s in document.sentences] == [
        "The keeper of the lower weir had opened the gate long before the water reached the road, the inquiry was told on the first day.",
        "It then heard from his deputy.",
        "A second paragraph follows.",
    ]


def test_short_lines_are_blocks_of_their_own() -> None:
    document = cut("The gate was open.\nThe weir was shut.\r\nThe mill stood.\r\n\r\nNobody knew.")
    assert kinds(document) == [PARAGRAPH] * 4


def test_a_sentence_over_the_maximum_is_cut_at_white_space() -> None:
    text = "water " * 100 + "gate."
    parts = sentences(text, max_chars=80)
    assert all(len(p) <= 80 for p in parts)
    assert " ".join(parts) == text
    assert len(sentences("w" * 200, max_chars=80)) == 3


def test_short_sentences_are_skipped_with_their_reason() -> None:
    document = cut("No. The gate was open all night.", min_chars=5)
    assert [document.text(s) for s in document.sentences] == ["The gate was open all night."]
    assert [(s.start, s.end, s.reason) for s in document.skipped] == [(0, 3, "shorter than 5 characters (segment.min_chars)")]


@pytest.mark.parametrize("text", ["The gate held. " * 5, "The gate held.\n" * 5], ids=["one line", "many lines"])
def test_what_stands_after_the_last_allowed_sentence_is_skipped(text: str) -> None:
    document = cut(text, max_sentences=3)
    assert len(document.sentences) == 3
    (skip,) = document.skipped
    assert "max_sentences" in skip.reason
    assert text[skip.start : skip.end].split() == ["The", "gate", "held."] * 2


def test_splitter_lines_keeps_every_line_whole() -> None:
    assert sentences("One thing. Another.\nA third.", splitter="lines") == ["One thing. Another.", "A third."]


def test_unknown_splitter_and_language_are_refused() -> None:
    with pytest.raises(ConfigError, match="'commas', expected nupunkt or lines"):
        cut("The gate held.", splitter="commas")
    with pytest.raises(ConfigError, match="'xx', expected one of en"):
        segment(Article("a", "The gate held."), language="xx")


# --- titles and headings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        pytest.param("Mill wheel stops\n\nIt stopped at dawn.", None, [TITLE, PARAGRAPH], id="first line"),
        pytest.param("Who stopped the wheel?\n\nNobody knows.", None, [TITLE, PARAGRAPH], id="a question"),
        pytest.param("Mill: what is known\nIt stopped at dawn.", "Mill: what is known", [TITLE, PARAGRAPH], id="the article's title"),
        pytest.param("The wheel stopped.\n\nIt stopped at dawn.", None, [PARAGRAPH, PARAGRAPH], id="prose is no title"),
    ],
)
def test_title(text: str, title: str | None, expected: list[BlockKind]) -> None:
    assert kinds(cut(text, title=title)) == expected


def paths(document: Segmented) -> dict[str, list[str]]:
    return {document.text(s): [document.text(h).strip("#* ") for h in s.headings] for s in document.sentences}


def test_markdown_headings_nest() -> None:
    document = cut(
        "# The mill\n\nIt turned.\n\n## The owner\n\nIt never stopped.\n\n### Oil\n\nIt was oiled.\n\n## The council\n\nIt did stop.\n\n"
        "**The row so far**\n\nNobody knows."
    )
    assert paths(document) == {
        "The mill": [],
        "It turned.": [],
        "The owner": [],
        "It never stopped.": ["The owner"],
        "Oil": ["The owner"],
        "It was oiled.": ["The owner", "Oil"],
        "The council": [],
        "It did stop.": ["The council"],
        "The row so far": [],
        "Nobody knows.": ["The row so far"],
    }


def test_plain_and_numbered_headings() -> None:
    document = cut(
        "The mill\n\nIt turned all night.\n\nWhat the owner says\n\nIt never stopped, she said.\n\n1. The gate\n\nThe gate was shut.\n\n"
        "2. The weir\n\nThe weir was open.\n\nDid anybody see it?\n\nNobody did."
    )
    assert paths(document)["It never stopped, she said."] == ["What the owner says"]
    assert paths(document)["The gate was shut."] == ["What the owner says", "1. The gate"]
    assert paths(document)["The weir was open."] == ["What the owner says", "2. The weir"]
    assert paths(document)["Nobody did."] == ["Did anybody see it?"]


@pytest.mark.parametrize(
    "line",
    [
        "The wheel stopped at dawn.",
        "The owner listed three faults:",
        "“Never again”",
        "#SaveTheMill was seen on many walls that day.",
        "10:42",
        "12.50",
        "* * *",
        "A line of so many words that nobody who reads it would ever take it for a heading",
    ],
)
def test_no_heading(line: str) -> None:
    document = cut(f"The mill\n\nIt turned.\n\n{line}\n\nThe water rose.")
    assert HEADING not in kinds(document)
    assert block_of(document, "The water rose.").headings == ()


# --- lists and tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["- ", "• ", "* ", "– ", "◦ ", "{n}. ", "{n}) ", "({n}) ", "  - "])
def test_list_items(mark: str) -> None:
    items = "\n".join(mark.format(n=n) + words for n, words in enumerate(("the gate stuck", "the pump failed", "the bell rang"), 1))
    document = cut(f"The mill\n\nThree faults were found:\n{items}\n\nNobody was hurt.")
    assert kinds(document) == [TITLE, PARAGRAPH, ITEM, ITEM, ITEM, PARAGRAPH]
    assert [document.text(s) for s in document.sentences][2:5] == ["the gate stuck", "the pump failed", "the bell rang"]


BARS = "Claim | Ostland | Westland\nThe bridge fell | It stood firm | It did\nThe train stopped | Yes | No"


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(BARS, id="bars"),
        pytest.param(BARS.replace(" | ", "\t"), id="tabs"),
        pytest.param("\n".join(f"| {line} |" for line in BARS.splitlines()), id="bars at the edges"),
        pytest.param("Claim Ostland Westland\nThe bridge fell It stood firm It did\nThe train stopped Yes No", id="flattened"),
    ],
)
def test_table(table: str) -> None:
    document = cut(f"Two accounts\n\nThey differ.\n\n{table}\n\nThat is all.")
    rows = [b for b in document.blocks if b.kind is ROW]
    assert kinds(document) == [TITLE, PARAGRAPH, ROW, ROW, ROW, PARAGRAPH]
    assert [b.header for b in rows] == [None, rows[0].span, rows[0].span]
    assert [[document.text(c) for c in b.cells] for b in rows] == [
        [],
        ["The bridge fell", "It stood firm", "It did"],
        ["The train stopped", "Yes", "No"],
    ]


def test_markdown_rule_of_a_table_is_skipped() -> None:
    document = cut("Two accounts\n\n| Claim | Ostland |\n|---|---|\n| The bridge fell | No |\n| It burnt | Yes |")
    assert [document.text(s) for s in document.sentences][1:] == ["| Claim | Ostland |", "| The bridge fell | No |", "| It burnt | Yes |"]


def test_a_row_whose_cells_cannot_be_told_apart_has_none() -> None:
    document = cut("Two accounts\n\nThey differ.\n\nClaim | Ostland | Westland\nThe bridge fell | No\nIt burnt | Yes | No")
    assert [len(b.cells) for b in document.blocks if b.kind is ROW] == [0, 0, 3]


@pytest.mark.parametrize("header", ["Claim | Osten | Westen", "| Claim | Osten | Westen |", "Claim\tOsten\tWesten", "Claim Osten Westen"])
def test_column_spans(header: str) -> None:
    spans = column_spans(header, at=100)
    assert [header[s.start - 100 : s.end - 100].strip() for s in spans] == ["Claim", "Osten", "Westen"]


def test_long_flattened_rows_are_not_taken_for_a_wrapped_paragraph() -> None:
    header = "Question Ostland Rail Westland Transport Board"
    rows = ["Size of the rise that was offered 6 per cent 4 per cent Declines to say", "Work on Sundays in the coming year Voluntary Compulsory –"]
    document = cut("\n".join(["Two accounts\n\nThey differ.\n", header, *rows, "\nThat is all."]))
    assert kinds(document) == [TITLE, PARAGRAPH, ROW, ROW, ROW, PARAGRAPH]
    below = [b for b in document.blocks if b.kind is ROW and b.header]
    assert [document.text(b.header) for b in below] == [header] * 2
    assert [[document.text(c) for c in b.cells] for b in below] == [
        ["Size of the rise that was offered", "6 per cent", "4 per cent", "Declines to say"],
        ["Work on Sundays in the coming year", "Voluntary", "Compulsory", "–"],
    ]


def test_a_flattened_header_is_never_cut_inside_a_name() -> None:
    header = "Question Ostland Rail Westland Transport Board"
    names = [Span(header.index(n), header.index(n) + len(n)) for n in ("Ostland Rail", "Westland", "Transport Board")]
    assert [header[s.start : s.end].strip() for s in column_spans(header, 0, 4, names)] == ["Question", "Ostland Rail", "Westland", "Transport Board"]


def test_a_bare_no_and_a_date_in_flattened_cells() -> None:
    rows = [
        "Question Ostland Westland Board",
        "Deal reached? Yes, on Thursday No Not confirmed",
        "Strike on 2 December Called off Going ahead Wants talks",
    ]
    document = cut("Two accounts\n\nThey differ.\n\n" + "\n".join(rows) + "\n\nThat is all.")
    assert [[document.text(c) for c in b.cells] for b in document.blocks if b.cells] == [
        ["Deal reached?", "Yes, on Thursday", "No", "Not confirmed"],
        ["Strike on 2 December", "Called off", "Going ahead", "Wants talks"],
    ]


def test_a_wrapped_paragraph_is_joined_though_its_lines_end_no_sentence() -> None:
    document = cut(
        "The mill\n\nThe Gate of the Mill in Osten was shut on Monday by two men who\ncame from the Weir and left it so until the Bell of the town had\nrung."
    )
    assert kinds(document) == [TITLE, PARAGRAPH]


def test_short_prose_lines_are_no_table() -> None:
    assert ROW not in kinds(cut("The mill\n\nThe Gate was shut.\nThe Weir was open.\nThe Bell rang."))


# --- live pages, interviews, captions, boilerplate -------------------------------------------------------------------------


def test_a_time_stamp_alone_is_no_sentence_and_no_heading() -> None:
    document = cut("Flood live\n\n10:42\n\nThe gate is open.\n\n11.05am GMT\nThe gate is shut.")
    assert kinds(document) == [TITLE, BOILERPLATE, PARAGRAPH, BOILERPLATE, PARAGRAPH]
    assert [document.text(s) for s in document.sentences] == ["Flood live", "The gate is open.", "The gate is shut."]


def turns(document: Segmented) -> list[tuple[str | None, str | None]]:
    out = []
    for b in document.blocks[2:]:
        out.append((b.speaker and document.text(b.speaker), b.question and document.text(b.question)))
    return out


def test_labelled_interview() -> None:
    document = cut("At the mill\n\nAda Finch runs it.\n\nQ: Did it stop?\nA: No. Never.\nQ: Who says so?\nA: The council.")
    assert turns(document) == [("Q:", None), ("A:", "Q: Did it stop?"), ("Q:", None), ("A:", "Q: Who says so?")]


def test_unlabelled_interview() -> None:
    document = cut(
        "At the mill\n\nAda Finch runs it.\n\nDid it stop?\n\nNo, I never stopped it.\n\nWho says so?\n\nI blame the council.\n\n"
        "Will you sell?\n\nWe will not."
    )
    assert kinds(document) == [TITLE] + [PARAGRAPH] * 7
    assert turns(document) == [
        (None, None),
        (None, "Did it stop?"),
        (None, None),
        (None, "Who says so?"),
        (None, None),
        (None, "Will you sell?"),
    ]


def test_initials_are_no_answer_labels() -> None:
    document = cut("The mill\n\nIt turned.\n\nA. K. Holt shut the gate.\n\nQ. Moss opened it.")
    assert [b.speaker for b in document.blocks] == [None] * 4


def test_speaker_labels() -> None:
    document = cut("A debate\n\nThey met on Monday.\n\nMara Finch: It ran all night. I saw it.\n\nTom Aske: That is not true.")
    assert turns(document) == [("Mara Finch", None), ("Tom Aske", None)]
    assert [document.text(s) for s in document.sentences][2:] == ["It ran all night.", "I saw it.", "That is not true."]


@pytest.mark.parametrize("line", ["Photo: The mill at dawn", "Picture credit: J. Moss", "Map — the valley", "(Image: Tarn Press)"])
def test_caption(line: str) -> None:
    assert kinds(cut(f"The mill\n\nIt turned.\n\n{line}\n\nIt stopped."))[2] is CAPTION


@pytest.mark.parametrize(
    "line",
    [
        "Share this article",
        "Sign up for our daily letter",
        "Read more: Ten old mills",
        "© 2026 The Tarn Courier",
        "Advertisement",
        "By Ann Pell",
        "Last updated 3 March 2026",
        "4 min read",
        "ann.pell@courier.example",
        "Tags: mills, water",
    ],
)
def test_boilerplate_line(line: str) -> None:
    document = cut(f"The mill\n\nIt turned.\n\n{line}\n\nIt stopped.")
    assert kinds(document) == [TITLE, PARAGRAPH, BOILERPLATE, PARAGRAPH]
    (skip,) = document.skipped
    assert (document.article.text[skip.start : skip.end], skip.stage, skip.reason) == (line, "segment", "boilerplate block")


@pytest.mark.parametrize(
    "line",
    [
        "The council shared this view on Monday.",
        "By Monday Northfell Water had shut the gate.",
        "Back to work by Friday, the owner told them.",
        "Letters seen by the Courier show that the owner knew of the crack.",
        "Photographs of the weir show that it was open.",
        "Published figures show that the wheel stopped twice.",
        "Updated figures show that it stopped three times.",
        "Related claims about the dam are false, the council says.",
        "Promoted in May, the club has lost every match.",
        "Support for the strike has fallen, the owner says.",
        "The mill has lost 40,000 subscribers.",
        "Ostland is not responsible for the fire, its envoy said.",
        "The ferry is a service that nobody in the valley uses.",
        "End the strike now, the owner told them.",
        "Registers of the weir were kept by hand.",
        "Share prices of the mill fell by a tenth on Monday, brokers said.",
        "Ends of the rope were found by divers, and the keeper said that they had been cut with a knife by somebody who knew the weir.",
    ],
)
def test_prose_is_no_boilerplate(line: str) -> None:
    assert BOILERPLATE not in kinds(cut(f"The mill\n\nIt turned.\n\n{line}\n\nIt stopped."))


LONG = "The keeper told the inquiry that the gate had been shut since noon, and that he had written it down in the book that hangs beside the door."


def test_everything_after_the_tail_is_boilerplate_unless_prose_comes_again() -> None:
    links = "\n\n".join(["Related stories", "Ten old mills", "Weir wins prize"])
    ended = cut(f"The mill\n\n{LONG}\n\n{links}")
    assert kinds(ended) == [TITLE, PARAGRAPH, BOILERPLATE, BOILERPLATE, BOILERPLATE]
    resumed = cut(f"The mill\n\n{LONG}\n\n{links}\n\n{LONG}\n\n{LONG}")
    assert kinds(resumed)[-2:] == [PARAGRAPH, PARAGRAPH]


def test_kinds_that_are_not_kept_are_skipped() -> None:
    document = cut("The mill\n\nPhoto: a wheel\n\nIt turned.", keep=["paragraph", "title"])
    assert [document.text(s) for s in document.sentences] == ["The mill", "It turned."]
    assert [s.reason for s in document.skipped] == ["caption block"]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        pytest.param("", ["no sentence found"], id="empty"),
        pytest.param(" \n\t\r\n\u2028 ", ["no sentence found"], id="white space"),
        pytest.param("...", ["no words", "no sentence found"], id="marks"),
        pytest.param("Share this article\n\n© 2026", ["boilerplate block", "boilerplate block", "no sentence found"], id="boilerplate"),
    ],
)
def test_nothing_to_read_is_said(text: str, reasons: list[str]) -> None:
    document = cut(text)
    assert document.sentences == ()
    assert [s.reason for s in document.skipped] == reasons


# --- properties --------------------------------------------------------------------------------------------------------------


@given(PAGE)
@settings(max_examples=150, deadline=None)
def test_blocks_hold_every_character_and_sentences_rebuild_the_text(text: str) -> None:
    document = cut(text)
    at = 0
    for b in document.blocks:
        assert at <= b.start < b.end <= len(text)
        assert not text[at : b.start].strip()
        at = b.end
    assert not text[at:].strip()
    rebuilt, at = "", 0
    for s in document.sentences:
        block = document.blocks[s.block]
        assert at <= s.start < s.end
        assert block.span.contains(s.span)
        assert s.kind is block.kind
        assert document.text(s) == document.text(s).strip() != ""
        rebuilt += text[at : s.start] + document.text(s)
        at = s.end
    assert rebuilt + text[at:] == text


@given(PAGE)
@settings(max_examples=100, deadline=None)
def test_what_blocks_point_at_lies_where_it_must(text: str) -> None:
    document = cut(text)
    for b in document.blocks:
        assert all(document.blocks[0].start <= h.start < h.end <= b.start for h in b.headings)
        assert all(b.span.contains(c) and document.text(c).strip() for c in b.cells)
        if b.speaker is not None and b.kind is BlockKind.LIST_ITEM:
            assert b.span.contains(b.speaker), "a label stands behind the mark of its item"
        elif b.speaker is not None:
            assert b.speaker.end <= b.start or (b.span.contains(b.speaker) and b.speaker.start == b.start), "in front, or above a post"
        assert b.question is None or b.question.end <= b.start
        assert b.header is None or b.header.end <= b.start


@given(st.lists(st.sampled_from(["the", "gate", "Weir", "3", " ", ". ", "\n", "\n\n", "?"]), max_size=60).map("".join))
@settings(max_examples=100, deadline=None)
def test_every_word_of_plain_prose_is_read_or_skipped_with_a_reason(text: str) -> None:
    document = cut(text)
    read = {k for s in document.sentences for k in range(s.start, s.end)}
    read |= {k for s in document.skipped if s.start is not None and s.end is not None for k in range(s.start, s.end)}
    assert all(k in read for k, c in enumerate(text) if c.isalpha())


# --- size --------------------------------------------------------------------------------------------------------------------


SHAPES: dict[str, Callable[[int], str]] = {
    "one line": lambda n: "The gate was shut at dawn by the keeper of the weir. " * n,
    "one line without a full stop": lambda n: "gate weir mill " * (3 * n),
    "one word": lambda n: "a" * (40 * n),
    "lines": lambda n: "The gate was shut at dawn.\n" * n,
    "lines without a full stop": lambda n: "the gate was shut\n" * n,
    "one hard-wrapped paragraph": lambda n: "the gate was shut at dawn by the keeper of the weir and the lower sluice,\n" * n,
    "headings of tails between prose": lambda n: f"Related stories\n\n{LONG}\n\n" * n,
    "a table": lambda n: "a | b | c\n" * n,
    "questions": lambda n: "Did it stop?\n\nNo, I never stopped it.\n\n" * n,
    "empty lines": lambda n: "x" + "\n" * (20 * n) + "y",
    "opening quotes": lambda n: "“" * (20 * n),
}


def seconds(text: str) -> float:
    took = []
    for _ in range(3):
        start = time.process_time()
        cut(text, max_sentences=10**7)
        took.append(time.process_time() - start)
    return min(took)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_time_is_linear_in_size(shape: Callable[[int], str]) -> None:
    """Eight times the text may take twenty-four times as long, never sixty-four; small times drown in noise and pass."""
    small, large = seconds(shape(150)), seconds(shape(1200))
    assert large < max(24 * small, 0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The gate was shut at dawn by the keeper of the weir. " * 950_000, id="50 MB of one line"),
        pytest.param("gate" * 12_500_000, id="50 MB of one word"),
        pytest.param("The gate was shut at dawn.\n" * 200_000, id="200,000 lines"),
        pytest.param("weir " * 1999 + "gate.", id="a sentence of 2,000 words"),
    ],
)
def test_huge_texts_are_cut_within_a_minute(text: str) -> None:
    start = time.process_time()
    document = cut(text)
    assert time.process_time() - start < 60
    assert 1 <= len(document.sentences) <= SegmentSettings().max_sentences
