"""The commonest label, and word counts with a linear classifier."""

from __future__ import annotations

import pytest

from sayso.errors import DataError
from sayso.training.evaluation.baselines import LINEAR, MAJORITY, baselines

SAID = {"asserts": "confirmed that", "denies": "called it false that", "uncertain": "could not say whether", "unrelated": "was asked for a map as"}


def rows(n: int, start: int = 0) -> list[dict]:
    things = ("gate", "dam", "mill", "weir", "sluice", "ferry")
    out = []
    for k in range(start, start + n):
        label = list(SAID)[k % 4]
        out.append({"id": str(k), "text": f"Orsk {SAID[label]} {things[k % 6]} {k} shut.", "actor": "Orsk", "claim": "It shut.", "label": label})
    return out


def test_without_rows_to_learn_from_there_is_only_the_commonest_label() -> None:
    given = [*rows(8), {**rows(1)[0], "label": "denies"}]
    got = baselines(given, None)
    assert list(got.predictions) == [MAJORITY]
    assert {f["label"] for f in got.predictions[MAJORITY]} == {"denies"}
    assert got.predictions[MAJORITY][0]["p_denies"] == pytest.approx(3 / 9)
    assert got.learnt == 0


@pytest.mark.slow
def test_the_commonest_label_is_that_of_the_training_rows() -> None:
    pytest.importorskip("sklearn")
    train = [r for r in rows(40, start=100) if r["label"] in ("denies", "uncertain")] + [r for r in rows(80, start=200) if r["label"] == "uncertain"]
    got = baselines(rows(8), train)
    assert {f["label"] for f in got.predictions[MAJORITY]} == {"uncertain"}


@pytest.mark.slow
def test_words_that_go_with_a_label_are_learnt() -> None:
    pytest.importorskip("sklearn")
    got = baselines(rows(20), rows(120, start=100))
    assert [f["label"] for f in got.predictions[LINEAR]] == [r["label"] for r in rows(20)]
    assert sum(got.predictions[LINEAR][0][f"p_{x}"] for x in SAID) == pytest.approx(1)
    assert (got.learnt, got.left_out) == (120, 0)


@pytest.mark.slow
def test_a_text_that_is_evaluated_is_not_learnt() -> None:
    pytest.importorskip("sklearn")
    given = rows(4)
    got = baselines(given, [{**r, "text": r["text"].upper() + " "} for r in given] + rows(40, start=100))
    assert (got.learnt, got.left_out) == (40, 4)


def test_nothing_left_to_learn_is_an_error() -> None:
    with pytest.raises(DataError, match="0 of 4 rows are left"):
        baselines(rows(4), rows(4))
    with pytest.raises(DataError, match=r"1 of 1 rows are left.*with 1 labels"):
        baselines(rows(4), rows(1, start=50))
