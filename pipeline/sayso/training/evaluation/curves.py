"""What the probabilities are worth: accuracy where the model abstains, and how often it is right when it says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sayso.training.evaluation.bootstrap import Prediction, codes
from sayso.types import LABELS

BINS = 15  # as in the calibration error
STEPS = tuple(n / 20 for n in range(5, 20))  # probabilities from 0.25, under which the likeliest of four cannot fall
_Z = 1.645  # a normal's middle 90 %


def probabilities(found: Sequence[Prediction]) -> np.ndarray:
    """P(label) of each row, (n_rows, 4), columns in the order of ``types.LABELS``."""
    return np.array([[f[f"p_{x}"] for x in LABELS] for f in found], dtype=np.float64)


def confidence_and_right(found: Sequence[Prediction]) -> tuple[np.ndarray, np.ndarray]:
    """The probability of each row's own label, (n_rows,), and whether that label is right."""
    label = codes(found, "label")
    return probabilities(found)[np.arange(len(found)), label], label == codes(found, "gold")


def abstention(found: Sequence[Prediction]) -> dict[str, Any]:
    """Coverage and accuracy where the model abstains under a probability, and the area under the risk.

    ``area`` is the mean error over all coverages (AURC: Geifman and El-Yaniv 2017, "Selective Classification for Deep Neural
    Networks"), ``best_area`` what a model of the same accuracy reached if it were wrong only where it is least sure.
    """
    confidence, right = confidence_and_right(found)
    points = []
    for under in STEPS:
        kept = confidence >= under
        n = int(kept.sum())
        points.append({"under": under, "n": n, "coverage": n / len(found), "accuracy": float(right[kept].mean()) if n else None})
    share, accuracy = accuracy_by_coverage(confidence, right)
    ideal = accuracy_by_coverage(right - np.arange(len(right)) / len(right), right)[1]  # right before wrong, one by one
    return {"points": points, "area": area(share, 1 - accuracy), "best_area": area(share, 1 - ideal)}


def accuracy_by_coverage(confidence: np.ndarray, right: np.ndarray, weight: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The accuracy of the surest rows, for each share of rows kept; both (n_rows,), shares rising to 1.

    Rows of one confidence are kept or left together: each gives their joint accuracy, so that their order does not matter.
    """
    order = np.argsort(-confidence, kind="stable")
    c, w = confidence[order], np.ones(len(order)) if weight is None else weight[order].astype(float)
    total, hits = np.cumsum(w), np.cumsum(w * right[order])
    last = np.searchsorted(-c, -c, side="right") - 1
    return total / total[-1], hits[last] / np.maximum(total[last], 1e-12)


def area(share: np.ndarray, error: np.ndarray) -> float:
    """Mean error over the shares kept."""
    return float((np.diff(share, prepend=0.0) * error).sum())


def reliability(found: Sequence[Prediction]) -> list[dict[str, Any]]:
    """The bins of the reliability diagram: mean confidence, accuracy with its 90 % Wilson interval, and the number of rows.

    Empty bins are left out. The interval takes rows for independent.
    """
    confidence, right = confidence_and_right(found)
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    out = []
    for b in range(BINS):
        here = which == b
        n = int(here.sum())
        if n:
            accuracy = float(right[here].mean())
            low, high = wilson(accuracy, n)
            out.append(
                {
                    "from": b / BINS,
                    "to": (b + 1) / BINS,
                    "n": n,
                    "confidence": float(confidence[here].mean()),
                    "accuracy": accuracy,
                    "lower": low,
                    "upper": high,
                }
            )
    return out


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 90 % score interval of a share of ``n`` (Wilson 1927)."""
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * float(np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)))
    return max(0.0, middle - half), min(1.0, middle + half)
