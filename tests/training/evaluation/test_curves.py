"""Coverage against accuracy, and the bins of the calibration error."""

from __future__ import annotations

import numpy as np
import pytest

from predicted import noisy, predictions, sure
from sayso.training.evaluation.curves import abstention, accuracy_by_coverage, reliability, wilson
from sayso.training.figures import ece

CONFIDENCE = np.array([0.9, 0.8, 0.6, 0.4])


def rows(right: list[bool]) -> list[dict]:
    p = np.concatenate([sure([0], c) for c in CONFIDENCE])
    return predictions([0 if r else 1 for r in right], p)


def test_points_by_hand() -> None:
    points = {p["under"]: p for p in abstention(rows([True, True, False, True]))["points"]}
    assert (points[0.25]["n"], points[0.25]["coverage"], points[0.25]["accuracy"]) == (4, 1.0, 0.75)
    assert (points[0.5]["n"], points[0.5]["accuracy"]) == (3, pytest.approx(2 / 3))
    assert (points[0.85]["coverage"], points[0.85]["accuracy"]) == (0.25, 1.0)
    assert (points[0.95]["n"], points[0.95]["accuracy"]) == (0, None)


def test_the_area_by_hand_and_its_best_case() -> None:
    late, early = abstention(rows([True, True, True, False])), abstention(rows([False, True, True, True]))
    assert late["area"] == pytest.approx((0 + 0 + 0 + 1 / 4) / 4)
    assert early["area"] == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert late["best_area"] <= late["area"] < early["area"]
    assert late["best_area"] == early["best_area"]
    assert abstention(rows([False, True, False, True]))["best_area"] == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)


def test_rows_of_one_confidence_have_no_order() -> None:
    confidence = np.array([0.9, 0.5, 0.5, 0.5])
    for right in ([1, 1, 0, 0], [1, 0, 0, 1], [1, 0, 1, 0]):
        assert list(accuracy_by_coverage(confidence, np.array(right))[1]) == pytest.approx([1, 0.5, 0.5, 0.5])


def test_weights_are_copies() -> None:
    confidence, right = np.array([0.9, 0.6, 0.3]), np.array([True, False, True])
    share, accuracy = accuracy_by_coverage(confidence, right, np.array([2, 0, 1]))
    assert list(share) == pytest.approx([2 / 3, 2 / 3, 1])
    assert accuracy[-1] == 1.0


def test_the_bins_add_up_to_the_calibration_error() -> None:
    gold, label = noisy(500, 0.6)
    p = np.concatenate([sure([x], c) for x, c in zip(label, np.random.default_rng(0).uniform(0.3, 1, 500), strict=True)])
    bins = reliability(predictions(gold, p))
    assert sum(b["n"] for b in bins) == 500
    assert sum(abs(b["accuracy"] - b["confidence"]) * b["n"] / 500 for b in bins) == pytest.approx(ece(p, gold))
    assert all(b["lower"] <= b["accuracy"] <= b["upper"] and b["from"] <= b["confidence"] <= b["to"] for b in bins)


def test_the_wilson_interval_of_a_known_case() -> None:
    assert wilson(0.5, 100) == pytest.approx((0.4189, 0.5811), abs=1e-3)
    assert wilson(1.0, 5)[1] == 1.0
    assert wilson(1.0, 5)[0] == pytest.approx(5 / (5 + 1.645**2), abs=1e-6)
