"""McNemar's test, matching of rows, and reading of earlier predictions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from predicted import predictions, sure
from sayso.errors import DataError
from sayso.training.evaluation.compare import aligned, compare, mcnemar, read_predictions, side_by_side


@pytest.mark.parametrize(
    ("b", "c", "p"),
    [(0, 0, 1.0), (5, 5, 1.0), (0, 1, 1.0), (0, 5, 2 / 32), (1, 9, 2 * (1 + 10) / 1024), (9, 1, 2 * (1 + 10) / 1024), (2, 3, 1.0)],
)
def test_mcnemar_by_hand(b: int, c: int, p: float) -> None:
    assert mcnemar(b, c) == pytest.approx(p)


@pytest.mark.slow
def test_mcnemar_of_large_counts_is_the_binomial_test() -> None:
    stats = pytest.importorskip("scipy.stats")
    for b, c in ((120, 87), (3000, 2900), (1500, 300)):
        assert mcnemar(b, c) == pytest.approx(stats.binomtest(b, b + c).pvalue, rel=1e-9, abs=1e-300)


def test_a_comparison_counts_the_rows() -> None:
    gold = [0, 0, 1, 1, 2, 3]
    first, second = predictions(gold, sure([0, 0, 1, 0, 0, 0])), predictions(gold, sure([0, 1, 0, 1, 0, 0]))
    got = compare(first, second)
    assert (got.both_right, got.only_first, got.only_second, got.both_wrong) == (1, 2, 1, 2)
    assert got.p == 1.0
    assert got.accuracy.value == pytest.approx(1 / 6)


def test_rows_are_matched_whatever_their_order_and_number() -> None:
    found = predictions([0, 1, 2], sure([0, 1, 1]))
    others = predictions([0, 1, 2, 3], sure([0, 0, 0, 0]))
    assert aligned(found, others[::-1], "x") == others[:3]
    twice = [*found, *found]
    assert [id(x) for x in aligned(twice, twice, "x")] == [id(x) for x in twice], "a row that is there twice is matched by its turn"


def test_missing_rows_and_other_gold_labels_are_errors() -> None:
    found = predictions([0, 1], sure([0, 1]))
    with pytest.raises(DataError, match=r"lacks 1 of the 2 rows evaluated, the first 'text 1'"):
        aligned(found, found[:1], "old.parquet")
    with pytest.raises(DataError, match=r"old.parquet: 1 of the 2 rows have another gold label"):
        aligned(found, [found[0], {**found[1], "gold": "uncertain"}], "old.parquet")


def test_predictions_come_back_as_they_were_written(tmp_path: Path) -> None:
    found = predictions([0, 1], sure([0, 1]))
    found[1]["actor"] = None
    pd.DataFrame(found).to_parquet(tmp_path / "p.parquet", index=False)
    back = read_predictions(tmp_path / "p.parquet")
    assert back == found
    assert aligned(found, back, "p") == back


def test_files_that_are_no_predictions_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "p.parquet"
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_predictions(file)
    file.write_text("text, label")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_predictions(file)
    pd.DataFrame({"text": ["a"], "claim": ["b"]}).to_parquet(file)
    with pytest.raises(DataError, match="lacks the columns actor, gold, label"):
        read_predictions(file)
    pd.DataFrame([{**predictions([0], sure([0]))[0], "label": "yes"}]).to_parquet(file)
    with pytest.raises(DataError, match="labels yes, expected asserts"):
        read_predictions(file)


def test_side_by_side_says_who_was_compared() -> None:
    gold = [0, 1, 2, 3]
    good, bad = predictions(gold, sure(gold)), predictions(gold, sure([0] * 4))
    got = side_by_side("good", good, {"bad": bad})["bad"]
    assert (got["accuracy"], got["against"]) == (0.25, "good")
    assert got["comparison"]["accuracy"]["value"] == 0.75
    assert got["comparison"]["only_first"] == 3
