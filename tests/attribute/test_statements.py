"""Statements: attributions, quotes, turns, tables and hints become holders of sentences."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.actors import ActorRegistry
from sayso.attribute.statements import Mode, statements
from sayso.segment import segment
from sayso.types import ARTICLE_VOICE, Actor, Article, Attribution, Segmented, Skipped, Span, Statement

ACTORS = (
    Actor("ost", "Ostland", "country"),
    Actor("wes", "Westland", "country"),
    Actor("mill", "Pell Mill", "company", ("the mill",), ("Ada Finch, owner",)),
    Actor("moss", "Ben Moss", "person"),
)
REGISTRY = ActorRegistry(ACTORS)


def said(text: str, source: str | None, cue: str | None, content: str | None, after: str = "") -> Attribution:
    """An attribution whose parts are found in the text behind ``after``."""
    start = text.index(after) if after else 0

    def find(words: str | None) -> Span | None:
        if words is None:
            return None
        at = text.find(words, start)
        assert at >= 0, words
        return Span(at, at + len(words))

    return Attribution(find(source), find(cue), find(content))


def run(text: str, *attributions: Attribution, mode: Mode = "gate") -> tuple[Segmented, list[Statement], list[Skipped]]:
    document = segment(Article("a", text))
    found, skipped = statements(document, sorted(attributions, key=lambda a: a.cue or a.content or Span(0, 0)), REGISTRY, mode)
    return document, found, skipped


def holders(text: str, *attributions: Attribution, mode: Mode = "gate") -> list[set[str | None]]:
    """The holders of each sentence."""
    document, found, _ = run(text, *attributions, mode=mode)
    return [{s.actor for s in found if s.sentence == sentence} for sentence in document.sentences]


V = ARTICLE_VOICE


# --- sources ------------------------------------------------------------------------------------------------------------------


def test_a_source_and_the_articles_own_voice() -> None:
    text = "Ostland said the gate was shut. It rained."
    document, found, skipped = run(text, said(text, "Ostland", "said", "the gate was shut"))
    assert [(s.actor, s.sentence.start) for s in found] == [("ost", 0), (V, 0), (V, 32)]
    ost, own, _ = found
    assert [document.text(x) for x in (ost.source, ost.cue, ost.content) if x] == ["Ostland", "said", "the gate was shut"]
    assert own.attributions == ()
    assert skipped == []
    assert len({s.id for s in found}) == 3


def test_two_holders_of_one_sentence() -> None:
    text = "Ostland says the gate was shut, which Westland calls a lie."
    a, b = said(text, "Ostland", "says", "the gate was shut"), said(text, "Westland", "calls", "a lie")
    assert holders(text, a, b) == [{"ost", "wes", V}]


def test_several_attributions_of_one_holder_are_one_statement_in_text_order() -> None:
    text = "Ostland said it was shut, and added that it was old."
    a, b = said(text, "Ostland", "said", "it was shut"), said(text, "Ostland", "added", "it was old")
    document, found, _ = run(text, b, a)
    (ost,) = [s for s in found if s.actor == "ost"]
    assert [document.text(x.cue) for x in ost.attributions if x.cue] == ["said", "added"]
    assert document.text(ost.content or Span(0, 0)) == "it was old"


def test_two_actors_in_one_source_hold_it_both() -> None:
    text = "Ostland and Westland said it was shut."
    assert holders(text, said(text, "Ostland and Westland", "said", "it was shut")) == [{"ost", "wes", V}]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("A baker", "source not among the actors: 'A baker'"),
        ("Critics of Ostland", "source not among the actors: 'Critics of Ostland'"),
        (None, "a cue without a source"),
    ],
)
def test_a_source_that_is_no_actor_is_skipped_with_its_reason(source: str | None, reason: str) -> None:
    text = f"{source or 'Nobody'} said it was shut."
    attribution = said(text, source, "said", "it was shut")
    _, found, skipped = run(text, attribution)
    assert [s.actor for s in found] == [V]
    (skip,) = skipped
    assert (skip.stage, skip.reason) == ("actors", reason)
    assert (skip.start, skip.end) == (attribution.source or attribution.cue)


def test_pronouns_follow_the_reading_order() -> None:
    text = "Moss said it was shut. It was old, he added."
    assert holders(text, said(text, "Moss", "said", "it was shut"), said(text, "he", "added", "It was old")) == [{"moss", V}, {"moss", V}]


def test_an_attribution_outside_all_sentences_is_ignored() -> None:
    text = "The mill\n\nIt turned.\n\nShare this article"
    assert holders(text, said(text, None, "Share", "this article")) == [{V}, {V}]
    assert run(text, Attribution(source=Span(0, 8)))[2] == []


# --- chains --------------------------------------------------------------------------------------------------------------------


def nested(text: str, outer: tuple[str, str, str], inner: tuple[str, str, str]) -> tuple[dict[str | None, tuple[str, ...]], list[Skipped]]:
    _, found, skipped = run(text, said(text, *outer), said(text, *inner))
    return {s.actor: s.chain for s in found}, skipped


@pytest.mark.parametrize(
    "text",
    ["Ostland said that Westland had denied the leak.", "That Westland had denied the leak was what Ostland said."],
    ids=["outer first", "outer last"],
)
def test_a_nested_report_keeps_its_outer_holder(text: str) -> None:
    chains, _ = nested(text, ("Ostland", "said", text[text.lower().index("that west") : text.index(" leak") + 5]), ("Westland", "denied", "the leak"))
    assert chains == {"ost": (), "wes": ("ost",), V: ()}


def test_an_outer_holder_who_is_no_actor_stays_in_words() -> None:
    text = "A  baker said that Westland had denied the leak."
    chains, skipped = nested(text, ("A  baker", "said", "that Westland had denied the leak"), ("Westland", "denied", "the leak"))
    assert chains == {"wes": ("A baker",), V: ()}
    assert [s.reason for s in skipped] == ["source not among the actors: 'A baker'"]


def test_a_chain_of_three_keeps_the_nearest_two() -> None:
    text = "Moss said that the mill said that Ostland said that Westland denied the leak."
    parts = [
        said(text, "Moss", "said", "the mill said that Ostland said that Westland denied the leak"),
        said(text, "the mill", "said", "Ostland said that Westland denied the leak", after="the mill"),
        said(text, "Ostland", "said", "Westland denied the leak", after="Ostland"),
        said(text, "Westland", "denied", "the leak"),
    ]
    _, found, _ = run(text, *parts)
    assert {s.actor: s.chain for s in found if s.actor != V} == {"moss": (), "mill": ("moss",), "ost": ("moss", "mill"), "wes": ("mill", "ost")}


@pytest.mark.parametrize("text", ["“We said that we shut it,” Moss told them.", "Moss told them: “We said that we shut it.”"])
def test_first_person_in_a_quote_is_the_speaker(text: str) -> None:
    quote = text[text.index("We said") : text.index("shut it") + 7]
    _, found, skipped = run(text, said(text, "Moss", "told", quote), said(text, "We", "said", "we shut it"))
    assert {s.actor: s.chain for s in found} == {"moss": (), V: ()}
    assert skipped == []


# --- quotes --------------------------------------------------------------------------------------------------------------------


def test_a_quote_over_several_sentences_is_the_speakers_and_not_the_articles() -> None:
    text = "“It was shut,” Moss said. “It was old. Nobody used it.” Then he left."
    assert holders(text, said(text, "Moss", "said", "“It was shut,”")) == [{"moss", V}, {"moss"}, {"moss"}, {V}]


def test_content_over_several_sentences_reaches_them_all() -> None:
    text = "“It was shut,” Moss said. “It was old. Nobody used it.” Then he left."
    assert holders(text, said(text, "Moss", "said", "“It was old. Nobody used it.”")) == [{"moss", V}, {"moss"}, {"moss"}, {V}]


def test_a_quote_before_its_speaker() -> None:
    text = "“It was old. Nobody used it,” Moss said."
    assert holders(text, said(text, "Moss", "said", "Nobody used it,”")) == [{"moss"}, {"moss", V}]


def test_a_quote_of_a_stranger_is_nobodys_and_says_so() -> None:
    text = "It was shut.\n\n“It was old.”\n\nThen it rained."
    document, found, skipped = run(text)
    assert [(s.actor, document.text(s.sentence)) for s in found] == [(V, "It was shut."), (V, "Then it rained.")]
    assert [(s.stage, s.reason, text[s.start : s.end]) for s in skipped] == [
        ("attribute", "the words of somebody who is no listed actor", "“It was old.”")
    ]


# --- interviews and tables -------------------------------------------------------------------------------------------------------


def test_labelled_interview() -> None:
    text = "At the mill\n\nAda Finch runs it.\n\nQ: Did it stop?\nA: No. It never did.\nQ: Did Ostland stop it?\nA: No."
    assert holders(text) == [{V}, {V}, {V}, {"mill"}, {"mill"}, {V}, {"mill"}]


def test_unlabelled_interview() -> None:
    text = "A talk with Ben Moss\n\nHe rides.\n\nDid you win?\n\nYes, I won.\n\nDid you cheat?\n\nI did not.\n\nWill you stop?\n\nI will not."
    assert holders(text) == [{V}, {V}, {V}, {"moss"}, {V}, {"moss"}, {V}, {"moss"}]


def test_an_interview_with_a_stranger_is_not_the_articles_voice() -> None:
    text = "A talk\n\nThey met.\n\nQ: Did it stop?\nA: Yes.\nQ: Since when?\nA: Monday."
    assert holders(text) == [{V}, {V}, {V}, set(), {V}, set()]
    assert [s.stage for s in run(text)[2]] == ["attribute", "attribute"]


def test_speaker_labels() -> None:
    text = "A debate\n\nThey met.\n\nAda Finch: It never stopped. It ran.\n\nTom Aske: It did stop.\n\nBen Moss: Perhaps.\n\nTom Aske: No."
    assert holders(text) == [{V}, {V}, {"mill"}, {"mill"}, set(), {"moss"}, set()]


@pytest.mark.parametrize("label", ["Note", "UPDATE", "Key Points"])
def test_a_label_that_is_no_speaker(label: str) -> None:
    assert holders(f"The mill\n\nIt turned.\n\n{label}: The wheel is old.")[2] == {V}


def test_an_answer_that_quotes_somebody_else_is_still_the_speakers() -> None:
    text = "At the mill\n\nAda Finch runs it.\n\nQ: Did it stop?\nA: No, and Ostland said it ran.\nQ: Really?\nA: Yes."
    assert holders(text, said(text, "Ostland", "said", "it ran"))[3] == {"mill", "ost"}


@pytest.mark.parametrize("bar", [" | ", "\t"])
def test_a_cell_is_held_by_the_actor_over_its_column(bar: str) -> None:
    text = f"Two accounts\n\nThey differ.\n\nClaim{bar}Ostland{bar}Westland\nThe gate was shut{bar}Denied{bar}Confirmed\nIt was old{bar}No word{bar}Denied"
    document, found, _ = run(text)
    cells = {(s.actor, document.text(s.content)) for s in found if s.content}
    assert cells == {("ost", "Denied"), ("wes", "Confirmed"), ("ost", "No word"), ("wes", "Denied")}


def test_a_row_without_clear_cells_counts_for_every_head() -> None:
    text = "Two accounts\n\nThey differ.\n\nClaim | Ostland | Westland\nThe gate was shut | Denied\nIt was old | Yes | No"
    document, found, _ = run(text)
    row = "The gate was shut | Denied"
    assert {s.actor: document.text(s.content) for s in found if s.content and document.text(s.sentence) == row} == {"ost": row, "wes": row}


# --- modes -----------------------------------------------------------------------------------------------------------------------

HINTED = "Ostland said it was shut. It was old. Westland has a gate.\n\nIt rained."


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("gate", [{"ost", V}, {V}, {V}, {V}]),
        ("hint", [{"ost", V}, {"ost", V}, {"wes", V}, {"ost", V}]),
        ("all", [{"ost", "wes", "mill", "moss", V}] * 4),
    ],
)
def test_modes(mode: Mode, expected: list[set[str | None]]) -> None:
    assert holders(HINTED, said(HINTED, "Ostland", "said", "it was shut"), mode=mode) == expected


def test_a_heading_hints_at_the_actor_in_it() -> None:
    text = "The gate\n\nIt was shut.\n\nWhat Ostland says\n\nIt was open, and old.\n\nIt fell."
    assert holders(text, mode="hint")[3] == {"ost", V}


# --- properties -------------------------------------------------------------------------------------------------------------------

PIECES = st.lists(
    st.one_of(
        st.text(max_size=10), st.sampled_from(["Ostland ", "said ", "“", "” ", ". ", "\n\n", "he ", "Q: ", "A: ", "Moss: ", "| Westland |", "?"])
    ),
    max_size=20,
).map("".join)
SPANS = st.one_of(st.none(), st.tuples(st.integers(0, 120), st.integers(1, 40)))


@given(PIECES, st.lists(st.tuples(SPANS, SPANS, SPANS), max_size=6), st.sampled_from(["gate", "hint", "all"]))
@settings(max_examples=150, deadline=None)
def test_any_attributions_on_any_text(text: str, parts: list[tuple[tuple[int, int] | None, ...]], mode: Mode) -> None:
    def span(part: tuple[int, int] | None) -> Span | None:
        if part is None or part[0] >= len(text):
            return None
        return Span(part[0], min(len(text), sum(part)))

    document, found, skipped = run(text, *(Attribution(span(a), span(b), span(c)) for a, b, c in parts), mode=mode)
    assert len({s.id for s in found}) == len(found)
    assert all(s.actor in {*REGISTRY.by_id, V} for s in found)
    assert all(len(s.chain) <= 2 for s in found)
    for s in found:
        assert s.sentence in document.sentences
        for a in s.attributions:
            assert a.source or a.cue or a.content
            assert all(x is None or x.start < x.end for x in (a.source, a.cue, a.content))
    covered = {s.sentence.start for s in found} | {s.start for s in skipped}
    assert all(s.start in covered for s in document.sentences) or any(s.stage == "actors" for s in skipped)


# --- shapes of a page ------------------------------------------------------------------------------------------------------------


def at(text: str, words: str, mode: Mode = "gate") -> set[str | None]:
    """The holders of the sentence that holds ``words``, nothing attributed."""
    document = segment(Article("a", text))
    found, _ = statements(document, [], REGISTRY, mode)
    return {s.actor for s in found if words in document.text(s.sentence)}


def test_a_post_is_its_posters_and_not_the_articles() -> None:
    text = "A row online\n\nIt began at noon.\nBen Moss (@moss), 12:40\nthe gate was shut, all of it\n\nNobody answered."
    assert at(text, "all of it") == {"moss"}
    assert at(text, "Nobody answered") == {V}
    assert at(text.replace("Ben Moss (@moss)", "somebody_7"), "all of it") == set()


@pytest.mark.parametrize("bar", [" | ", " / "])
def test_a_cell_is_its_columns_also_where_the_head_is_shortened(bar: str) -> None:
    rows = [["Question", "Ostland", "Mill", "Others"], ["Was it shut?", "yes", "never", "cannot say"], ["Is it old?", "no", "very", "no"]]
    text = "Who says what\n\n" + "\n".join(bar.join(r) for r in rows) + "\n\nIt rained all night."
    document = segment(Article("a", text))
    found, _ = statements(document, [], REGISTRY, "gate")
    cells = {(s.actor, document.text(s.content)) for s in found if s.content and "shut" in document.text(s.sentence)}
    assert cells == {("ost", "yes"), ("mill", "never")}


def test_a_question_and_its_answer_in_one_paragraph() -> None:
    text = "Ben Moss on the gate\n\nBen Moss keeps the gate.\n\nQ: Was it shut? A: It was not. I looked.\n\nQ: Is it old? A: Very."
    assert at(text, "I looked") == {"moss"}
    assert at(text, "Was it shut") == {V}


def test_answers_behind_a_dash() -> None:
    turns = [
        "Did you shut it? – I never did.",
        "Who did? – Ask the owner.",
        "Was it old? – As old as I am.",
        "They say it broke. – They lie. It held.",
    ]
    text = "Ben Moss on the gate\n\nBen Moss keeps the gate.\n\n" + "\n\n".join(turns)
    assert at(text, "It held") == {"moss"}
    assert at(text, "They say it broke") == {V}


def test_bold_questions_of_an_interview() -> None:
    turns = [
        "**Did you shut it?**\n\nI never did.",
        "**They say it broke.**\n\nI know better.",
        "**Was it old?**\n\nI was older.",
        "**And now?**\n\nI mend it.",
    ]
    text = "Ben Moss on the gate\n\nBen Moss keeps the gate.\n\n" + "\n\n".join(turns)
    assert at(text, "I know better") == {"moss"}
    assert at(text, "They say it broke") == {V}


def test_a_list_item_is_its_labels_but_not_where_the_label_is_a_topic() -> None:
    text = "Who says what\n\nFour views:\n\n• Ostland: the gate was shut. It held.\n• Westland – it broke.\n• The long case of Ostland: nobody knows."
    assert at(text, "It held") == {"ost"}
    assert at(text, "it broke") == {"wes"}
    assert at(text, "nobody knows") == {V}


def test_hints_for_a_pronoun_for_a_description_and_for_a_stray_quote() -> None:
    text = "Ben Moss keeps the gate. He looked at it twice.\n\nThe oldest mill in the valley disagrees."
    assert at(text, "looked at it", "hint") == {"moss", V}
    assert at(text, "looked at it", "gate") == {V}
    assert at(text, "oldest mill", "hint") == {"mill", V}
    quoted = "Ostland said it was shut. The rain went on.\n\n“It held all night.”"
    _, found, _ = run(quoted, said(quoted, "Ostland", "said", "it was shut"), mode="hint")
    assert {s.actor for s in found if s.sentence.start > 40} == {"ost"}
