"""All options together, with a scorer of fixed answers in the model's place."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sayso.config import RunConfig
from sayso.errors import ConfigError, DataError
from sayso.stance.passage import Question
from sayso.training.evaluation import run
from sayso.training.evaluation.run import Extras, evaluate
from sayso.training.stance_data import row_items


class WordScorer:
    """Denies where ``word`` stands in the passage, asserts elsewhere; unsure of names that it knows."""

    threshold = 0.5

    def __init__(self, word: str) -> None:
        self.id = self.word = word

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        for q in questions:
            denies = self.word in q.passage.text or "Moravia" in q.passage.text
            yield np.array([(0.1, 0.7, 0.1, 0.1) if denies else (0.7, 0.1, 0.1, 0.1) for _ in q.claims], dtype=np.float32)


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "scorer_for", lambda config: WordScorer(config.model))
    monkeypatch.setattr(run, "asked", lambda rows, config: row_items([{**r, "id": n} for n, r in enumerate(rows)], None))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.jsonl"
    texts = [
        ("Orsk says it shut.", "asserts"),
        ("Orsk calls it false.", "denies"),
        ("Orsk calls it wrong.", "denies"),
        ("Moravia says so.", "asserts"),
    ]
    made = [{"text": t, "claim": "It shut.", "actor": t.split()[0], "label": label, "phenomenon": "plain"} for t, label in texts]
    file.write_text("\n".join(map(json.dumps, made)))
    return file


def go(path: Path | None, **extras: Any) -> tuple[dict[str, Any], str]:
    screen = io.StringIO()
    figures, _ = evaluate(path, RunConfig(model="false"), Extras(**extras), Console(file=screen, width=120), quiet=True)
    json.dumps(figures, allow_nan=False)
    return figures, screen.getvalue()


def test_plain_figures_have_intervals_and_nothing_that_was_not_asked_for(rows: Path) -> None:
    figures, shown = go(rows)
    assert figures["accuracy"] == 0.5
    assert figures["intervals"]["groups"] == 4
    assert figures["abstention"]["points"][0]["coverage"] == 1
    assert not {"others", "behaviour", "names", "baselines"} & set(figures)
    assert "macro F1" in shown and "on the same rows" not in shown


def test_another_model_and_its_predictions_compare_alike(rows: Path, tmp_path: Path) -> None:
    live, shown = go(rows, against="wrong")
    assert live["others"]["wrong"]["comparison"]["only_first"] == live["others"]["wrong"]["comparison"]["only_second"] == 1
    assert "McNemar" in shown and "wrong" in shown
    _, theirs = evaluate(rows, RunConfig(model="wrong"), Extras(), Console(quiet=True), quiet=True)
    pd.DataFrame(theirs).to_parquet(tmp_path / "wrong.parquet")
    written, _ = go(rows, against=str(tmp_path / "wrong.parquet"))
    assert written["others"] == live["others"]


def test_predictions_on_other_rows_are_refused(rows: Path, tmp_path: Path) -> None:
    _, theirs = evaluate(rows, RunConfig(model="wrong"), Extras(), Console(quiet=True), quiet=True)
    pd.DataFrame(theirs[:2]).to_parquet(tmp_path / "few.parquet")
    with pytest.raises(DataError, match=r"few\.parquet: lacks 2 of the 4 rows"):
        go(rows, against=str(tmp_path / "few.parquet"))


def test_the_baseline_without_training_rows(rows: Path) -> None:
    figures, shown = go(rows, baselines=True)
    assert figures["others"]["majority"]["accuracy"] == 0.5
    assert figures["baselines"] == {"learnt": 0, "left_out": 0}
    assert "the evaluated rows themselves" in shown


def test_mistakes_are_written(rows: Path, tmp_path: Path) -> None:
    _, shown = go(rows, errors=tmp_path / "e.html")
    assert "2 of 4 rows are wrong" in (tmp_path / "e.html").read_text()
    assert "e.html" in shown


def test_a_model_that_judges_by_the_name_is_found_out(rows: Path) -> None:
    figures, shown = go(rows, behaviour=True)
    names = figures["names"]
    assert (names["n"], names["plain"], names["masked"]) == (4, 0.5, 0.75), "without its name, Moravia is believed"
    assert names["gap"] == pytest.approx(-25)
    assert figures["behaviour"]["pairs"] > 40 and figures["n"] == 4
    assert "minimal pairs" in shown and "gap -25.0 points" in shown


def test_without_rows_the_suite_is_what_is_measured(tmp_path: Path) -> None:
    figures, shown = go(None, behaviour=True, errors=tmp_path / "e.parquet")
    assert figures["n"] == figures["behaviour"]["rows"] == 112
    assert figures["accuracy"] == figures["behaviour"]["rows_right"] / 112
    assert len(pd.read_parquet(tmp_path / "e.parquet")) == 112 - figures["behaviour"]["rows_right"]
    assert "headline against body" in shown


def test_what_cannot_work_is_refused_before_the_model_runs(rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "scorer_for", lambda config: pytest.fail("the model was loaded"))
    with pytest.raises(ConfigError, match="--errors"):
        go(rows, errors=tmp_path / "e.csv")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        go(rows, against="nowhere.parquet")
    with pytest.raises(DataError, match="no such file"):
        go(rows, baseline_train=tmp_path / "nowhere.jsonl")


def test_options_that_were_given_are_named() -> None:
    assert Extras().given() == []
    assert Extras(plots=Path("p"), baselines=True, against="x").given() == ["--plots", "--against", "--baselines"]
