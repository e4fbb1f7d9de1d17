"""What a language model is asked, and how its answer is read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sayso.stance.passage import Passage, Question
from sayso.stance.prompt import ask_again, messages, read_answer, schema
from sayso.stance.scorer import label_of
from sayso.types import LABELS, Attribution, Label, Span

TEXT = "It rained. The owner said the mill “stopped”, the clerk wrote. So it was."
QUESTION = Question(
    "Ada Finch",
    Passage(TEXT, Span(11, 62), (Attribution(source=Span(11, 20)), Attribution(cue=Span(21, 25))), (Span(46, 55),), "At the mill"),
    ("The mill stopped.", "It rained."),
)


def facts(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(messages(question)[1]["content"])
    return found


def test_a_question_is_data_with_the_sentence_apart_from_what_is_around_it() -> None:
    assert facts(QUESTION) == {
        "heading": "At the mill",
        "before": "It rained.",
        "sentence": "The owner said the mill “stopped”, the clerk wrote.",
        "after": "So it was.",
        "holder": "Ada Finch",
        "named_as": ["The owner"],
        "said_by_others": ["the clerk"],
        "claims": {"c1": "The mill stopped.", "c2": "It rained."},
    }


def test_what_is_not_there_is_left_out_but_for_the_holder() -> None:
    assert facts(Question(None, Passage("It rained.", Span(0, 10)), ("It rained.",))) == {
        "sentence": "It rained.",
        "holder": None,
        "claims": {"c1": "It rained."},
    }


def test_the_rules_stand_first_and_are_the_same_for_all_and_hold_nothing_of_the_news() -> None:
    system = messages(QUESTION)[0]
    assert system == messages(replace(QUESTION, holder=None, claims=("x",)))[0]
    assert system["role"] == "system"
    assert all(f'- "{label}": ' in system["content"] for label in LABELS)
    assert "Finch" not in system["content"]


def test_an_answer_that_cannot_be_read_is_shown_again_with_its_fault() -> None:
    *before, answer, again = ask_again(QUESTION, "hm " * 10_000, "found no JSON object")
    assert before == messages(QUESTION)
    assert answer["role"] == "assistant" and len(answer["content"]) == 2000
    assert again["role"] == "user"
    assert "found no JSON object" in again["content"] and "c1, c2" in again["content"]


def test_the_schema_wants_every_claim_and_nothing_else() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    check = jsonschema.Draft202012Validator(schema(2))
    good = {"label": "denies", "confidence": 0.5}
    assert check.is_valid({"c1": good, "c2": good})
    for wrong in ({"c1": good}, {"c1": good, "c2": good, "c3": good}, {"c1": good, "c2": {**good, "label": "maybe"}}, {"c1": good, "c2": {}}):
        assert not check.is_valid(wrong)


# --- answers ---------------------------------------------------------------------------------------------------------------------


def answer(*entries: tuple[str, float]) -> str:
    return json.dumps({f"c{k}": {"label": label, "confidence": p} for k, (label, p) in enumerate(entries, 1)})


def test_the_label_takes_the_confidence_and_the_others_share_the_rest() -> None:
    p = read_answer(answer(("asserts", 0.7), ("unrelated", 0.91)), 2)
    assert p.dtype == np.float32
    assert p == pytest.approx(np.array([[0.7, 0.1, 0.1, 0.1], [0.03, 0.03, 0.03, 0.91]]), abs=1e-6)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("confidence", [0, 0.2, 0.5, 0.51, 1])
def test_the_label_given_is_the_label_read_however_unsure(label: Label, confidence: float) -> None:
    (p,) = read_answer(answer((label, confidence)), 1)
    assert label_of(p, 0.5) is label
    assert p.sum() == pytest.approx(1, abs=1e-6)
    assert p.min() > 0 and p.max() < 1


@pytest.mark.parametrize(
    "around",
    ["```json\n{}\n```", "Here it is: {}", "{} I hope that helps {{", "<think>Maybe {{c1}}?</think>\n{}", "Maybe {{c1}}?</think>{}"],
)
def test_what_stands_around_the_object_is_passed_over(around: str) -> None:
    assert read_answer(around.format(answer(("denies", 0.9))), 1)[0].argmax() == 1


def test_no_claims_need_no_entries() -> None:
    assert read_answer("{}", 0).shape == (0, 4)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("I think so.", "found no JSON object"),
        ("[1, 2]", "found no JSON object"),
        ('{"c1": {"label": "asserts", "confidence": 0.9', r"found no valid JSON \("),
        ('{"c1":' * 100_000, r"found no valid JSON \("),
        ("{}", "found 0 entries, expected 2: c1, c2 missing"),
        (answer(("asserts", 0.9)), "found 1 entries, expected 2: c2 missing"),
        (answer(*[("asserts", 0.9)] * 3), "found 3 entries, expected 2: c3 not asked for"),
        ('{"c1": 1, "c3": 2}', "found 2 entries, expected 2: c2 missing; c3 not asked for"),
        ('{"c1": "asserts", "c2": "denies"}', "c1: found the label None, expected one of asserts, denies, uncertain, unrelated"),
        (answer(("agrees", 0.9), ("denies", 0.9)), "c1: found the label 'agrees'"),
        ('{"c1": {"label": ["asserts"], "confidence": 1}, "c2": 2}', r"c1: found the label \['asserts'\]"),
        (answer(("denies", 0.9), ("denies", 90)), "c2: found the confidence 90, expected a number from 0 to 1"),
        (answer(("denies", -0.1), ("denies", 0.9)), "c1: found the confidence -0.1"),
        (answer(("denies", float("nan")), ("denies", 0.9)), "c1: found the confidence nan"),
        ('{"c1": {"label": "denies", "confidence": true}, "c2": 2}', "c1: found the confidence True"),
        ('{"c1": {"label": "denies", "confidence": "high"}, "c2": 2}', "c1: found the confidence 'high'"),
        ('{"c1": {"label": "denies"}, "c2": 2}', "c1: found the confidence None"),
    ],
)
def test_an_answer_that_is_wrong_says_how(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=f"^{fault}"):
        read_answer(text, 2)
