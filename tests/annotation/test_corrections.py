"""Decisions of people as training rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import factories
from sayso.annotation.corrections import correction_rows
from sayso.annotation.files import write_jsonl
from sayso.errors import InputError
from sayso.report.corrections import NAME, append, read_corrections
from sayso.review import Sitting
from sayso.training.stance_data import read_rows, row_items
from sayso.types import Label


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    factories.written(tmp_path)
    sitting = Sitting.open(tmp_path / "out")
    place = {(j.statement.actor, j.claim): n for n, j in enumerate(sitting.queue)}
    sitting.decide(place["agency", "neglect"], Label.ASSERTS)
    sitting.decide(place["agency", "neglect"], Label.DENIES)
    sitting.decide(place["article", "destroyed"], Label.ASSERTS)
    return tmp_path / "out"


def test_the_last_decision_becomes_a_row(folder: Path) -> None:
    found = correction_rows(folder)
    assert (len(found.rows), found.n_bare, found.left_out) == (2, 0, [])
    row, own = found.rows
    assert (row["claim"], row["actor"], row["label"], row["was"], row["group"]) == (
        "The dam was badly maintained.",
        "Rivers Agency",
        "denies",
        "asserts",
        "follow_up",
    )
    start, end = row["sentence"]
    assert row["text"][start:end] == "The council’s leader told the Courier that the agency had said the dam was badly maintained."
    assert row["text"].startswith("Northfell Water now says"), "the sentence before it is context"
    assert row["text"].endswith("maintained."), "the model reads nothing after the sentence"
    assert own["actor"] is None


def test_the_rows_are_what_training_and_evaluation_read(folder: Path, tmp_path: Path) -> None:
    write_jsonl(correction_rows(folder).rows, tmp_path / "rows.jsonl")
    items = row_items(read_rows(tmp_path / "rows.jsonl"), None)
    assert [(item.question.holder, item.allowed) for item in items] == [("Rivers Agency", ((1,),)), (None, ((0,),))]
    passage = items[0].question.passage
    assert passage.text[passage.sentence.start : passage.sentence.end].startswith("The council’s leader")


def test_without_its_article_a_row_has_the_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "news" / "follow_up.txt").write_text("Another text now.", "utf-8")
    found = correction_rows(folder)
    assert found.n_bare == 2
    assert [row["text"][slice(*row["sentence"])] == row["text"] for row in found.rows] == [True, True]


def test_an_actor_that_is_not_listed_any_more(folder: Path) -> None:
    made = next(iter(read_corrections(folder / NAME).values()))
    append(folder / NAME, replace(made, statement="follow_up:107:mayor", actor="mayor"))
    (line,) = correction_rows(folder).left_out
    assert "actor 'mayor' is not listed in the report" in line


def test_a_report_that_nobody_reviewed(folder: Path) -> None:
    (folder / NAME).unlink()
    with pytest.raises(InputError, match="expected a file of decisions that `sayso review` wrote"):
        correction_rows(folder)
    with pytest.raises(InputError, match=r"found no positions\.json"):
        correction_rows(folder / "nowhere")
