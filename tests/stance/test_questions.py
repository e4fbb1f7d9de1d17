"""Questions: a statement in its context, under its heading, with the claims that are asked."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.segment import segment
from sayso.stance.passage import Passage, Question
from sayso.stance.questions import questions
from sayso.types import ARTICLE_VOICE, Article, Attribution, Claim, Segmented, Sentence, Span, Statement

CLAIMS = (Claim("shut", "The gate was shut."), Claim("old", "The gate is old."), Claim("leak", "The dam leaks."))
NAMES = {"mill": "Pell Mill"}


def cut(text: str) -> Segmented:
    return segment(Article("a", text))


def unit(document: Segmented, start: str) -> Sentence:
    (found,) = [s for s in document.sentences if document.text(s).startswith(start)]
    return found


def ask(document: Segmented, start: str, actor: str | None = ARTICLE_VOICE, *attributions: Attribution) -> Question:
    ((_, question, _),) = questions(document, [Statement("a", unit(document, start), actor, attributions=attributions)], CLAIMS, NAMES)
    return question


def context(passage: Passage) -> str:
    return passage.text[: passage.sentence.start].strip()


@pytest.mark.parametrize(("actor", "holder"), [(ARTICLE_VOICE, None), ("mill", "Pell Mill"), ("unlisted", "unlisted")])
def test_holder(actor: str, holder: str | None) -> None:
    assert ask(cut("The gate was shut."), "The gate", actor).holder == holder


def test_a_statement_without_a_holder_is_not_asked() -> None:
    document = cut("The gate was shut.")
    assert list(questions(document, [Statement("a", document.sentences[0], None, reason="nobody")], CLAIMS, NAMES)) == []


# --- claims --------------------------------------------------------------------------------------------------------------------


def test_claims_stand_in_the_order_of_the_run_and_the_filter_leaves_some_out() -> None:
    document = cut("The gate was shut. It rained. The dam leaks.")
    said = [Statement("a", s, ARTICLE_VOICE) for s in document.sentences]
    keep = np.array([[True, False, True], [False, False, False], [False, True, True]])
    found = list(questions(document, said, CLAIMS, NAMES, keep))
    assert [[c.id for c in asked] for _, _, asked in found] == [["shut", "leak"], ["old", "leak"]]
    assert all(q.claims == tuple(c.text for c in asked) for _, q, asked in found)
    assert [s for s, _, _ in found] == [said[0], said[2]]


def test_all_claims_are_asked_without_a_filter() -> None:
    assert ask(cut("The gate was shut."), "The gate").claims == tuple(c.text for c in CLAIMS)


def test_no_claims_no_questions() -> None:
    document = cut("The gate was shut.")
    assert list(questions(document, [Statement("a", document.sentences[0], "mill")], (), NAMES)) == []


# --- context -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        pytest.param("One. Two. Three. The gate fell.", "The gate", "Two. Three.", id="two sentences of its block"),
        pytest.param("The mill\n\nOne. Two.\n\nThe gate fell.", "The gate", "Two.", id="the end of the block before"),
        pytest.param("The mill\n\nThe gate fell.", "The gate", "", id="not the title"),
        pytest.param("The mill\n\nIt turned on.\n\nA heading\n\nThe gate fell, he said.", "The gate", "", id="not a heading"),
        pytest.param("The mill\n\nThree faults were found:\n- the gate fell\n- the dam leaks", "the dam", "the gate fell\n-", id="the item before"),
        pytest.param("The gate fell.", "The gate", "", id="nothing before"),
    ],
)
def test_context(text: str, start: str, expected: str) -> None:
    document = cut(text)
    passage = ask(document, start).passage
    assert context(passage) == expected
    assert passage.text[passage.sentence.start : passage.sentence.end] == document.text(unit(document, start))
    assert passage.text.endswith(document.text(unit(document, start)))


# --- headings ------------------------------------------------------------------------------------------------------------------

TABLE = "The mill\n\nIt turned.\n\nClaim | Mill | Council\nGate shut | Yes | No\nDam leaks | No | Yes"
INTERVIEW = "At the mill\n\nAda Finch runs it.\n\nQ: Was it shut?\nA: No.\nQ: Does it leak?\nA: Yes, a little."


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        pytest.param("The mill\n\nThe gate was shut.", "The gate", "The mill", id="the title"),
        pytest.param("The mill\n\nIt turned.", "The mill", "", id="nothing over the title"),
        pytest.param("It turned. The gate was shut.", "The gate", "", id="no title"),
        pytest.param("# The mill\n\n## Owner\n\n### Oil\n\nThe gate was shut.", "The gate", "### Oil", id="the nearest heading"),
        pytest.param(TABLE, "Dam leaks", "Claim | Mill | Council", id="the header of a table"),
        pytest.param(INTERVIEW, "Yes", "Q: Does it leak?", id="the question"),
        pytest.param(INTERVIEW, "Does it", "At the mill", id="a question stands under the title"),
        pytest.param(
            "The mill\n\nThree faults were found:\n- the gate fell\n- the dam leaks", "the dam", "Three faults were found:", id="lead of a list"
        ),
    ],
)
def test_heading(text: str, start: str, expected: str) -> None:
    assert ask(cut(text), start).passage.heading == expected


def test_a_given_title_helps_where_the_text_has_none() -> None:
    document = segment(Article("a", "It turned. The gate was shut.", title="The mill"))
    assert ask(document, "The gate").passage.heading == "The mill"


# --- marks ---------------------------------------------------------------------------------------------------------------------


def test_spans_move_into_the_passage_and_others_are_marked_as_others() -> None:
    text = "The mill\n\nIt rained. Pell Mill said it was shut, but Moss called it a lie."
    document = cut(text)
    sentence = unit(document, "Pell Mill")

    def find(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    mill = Statement("a", sentence, "mill", attributions=(Attribution(find("Pell Mill"), find("said"), find("it was shut"), 0.7),))
    moss = Statement("a", sentence, "moss", attributions=(Attribution(find("Moss"), find("called"), None),))
    own = Statement("a", sentence, ARTICLE_VOICE)
    found = [q.passage for _, q, _ in questions(document, [mill, moss, own], CLAIMS, NAMES)]

    def words(passage: Passage, span: Span | None) -> str | None:
        return passage.text[span.start : span.end] if span else None

    (a,) = found[0].attributions
    assert (words(found[0], a.source), words(found[0], a.cue), words(found[0], a.content), a.confidence) == ("Pell Mill", "said", "it was shut", 0.7)
    assert [[words(p, o) for o in p.others] for p in found] == [["Moss"], ["Pell Mill"], ["Pell Mill", "Moss"]]
    assert found[2].attributions == ()
    assert {p.text for p in found} == {"It rained. Pell Mill said it was shut, but Moss called it a lie."}


def test_spans_outside_the_passage_are_dropped() -> None:
    document = cut(INTERVIEW)
    label = document.blocks[-1].speaker
    answer = unit(document, "Yes")
    passage = ask(document, "Yes", "mill", Attribution(source=Span(0, 2), content=answer.span), Attribution(source=Span(0, 2))).passage
    assert label is not None
    (kept,) = passage.attributions
    assert kept.source is None
    assert kept.content == passage.sentence
