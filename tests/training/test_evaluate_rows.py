"""Rows in, one prediction a row out, and figures of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sayso.errors import DataError
from sayso.stance.passage import Question
from sayso.training.evaluate_rows import BANDS, figures, labelled_rows, length_band, predict
from sayso.training.stance_data import row_items


class WordScorer:
    """Denies what a passage calls false, asserts the rest."""

    id = "words"
    threshold = 0.5

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        for q in questions:
            answer = (0.1, 0.7, 0.1, 0.1) if "false" in q.passage.text else (0.7, 0.1, 0.1, 0.1)
            yield np.array([answer for _ in q.claims], dtype=np.float32)


def row(text: str, label: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "claim": "the gate is shut", "actor": "Orsk", "label": label, **more}


def test_every_row_gets_its_own_prediction_even_where_ids_repeat() -> None:
    rows = [row("Orsk says so.", "asserts", id="a"), row("Orsk calls it false.", "denies", id="a", group="g"), row("Orsk says so.", "denies", id="b")]
    items = row_items([{**r, "id": n} for n, r in enumerate(rows)], None)
    found = predict(rows, items, WordScorer(), quiet=True)
    assert [(f["id"], f["gold"], f["label"]) for f in found] == [("a", "asserts", "asserts"), ("b", "denies", "asserts"), ("a", "denies", "denies")]
    assert figures(found)["accuracy"] == pytest.approx(2 / 3)
    assert [f["group"] for f in found] == ["", "", "g"]


@pytest.mark.parametrize(("words", "band"), [(1, 0), (30, 0), (31, 1), (40, 1), (41, 2), (50, 2), (51, 3), (500, 3)])
def test_bands_of_length(words: int, band: int) -> None:
    assert length_band(" ".join(["word"] * words)) == BANDS[band]


def test_rows_are_sliced_by_length() -> None:
    rows = [row("Orsk says so.", "asserts", id="1"), row("Orsk says so. " * 11, "denies", id="2"), row("Orsk says so, so. " * 13, "asserts", id="3")]
    found = predict(rows, row_items([{**r, "id": n} for n, r in enumerate(rows)], None), WordScorer(), quiet=True)
    by = figures(found)["slices"]["length"]
    assert {band: (s["n"], s["accuracy"]) for band, s in by.items()} == {BANDS[0]: (1, 1.0), BANDS[1]: (1, 0.0), BANDS[3]: (1, 1.0)}


def test_unknown_labels_and_empty_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("")
    with pytest.raises(DataError, match="no rows"):
        labelled_rows(file)
    file.write_text(json.dumps(row("Orsk says so.", "maybe")))
    with pytest.raises(DataError, match=r"labels maybe, expected asserts, denies"):
        labelled_rows(file)
