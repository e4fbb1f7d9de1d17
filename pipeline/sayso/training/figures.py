"""Figures of a classifier over the stance labels, by plain numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

from sayso.types import LABELS


def scores(gold: np.ndarray, label: np.ndarray) -> dict[str, Any]:
    """F1 of each label that occurs, and their mean."""
    by = {}
    for k, name in enumerate(LABELS):
        both, found, there = int(((gold == k) & (label == k)).sum()), int((label == k).sum()), int((gold == k).sum())
        if there:
            by[name.value] = 2 * both / (found + there)
    return {"f1": by, "macro_f1": sum(by.values()) / max(len(by), 1)}


def ece(p: np.ndarray, gold: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error of the likeliest label: mean gap of confidence and accuracy over equal-width bins."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == gold
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(right[which == b].mean() - confidence[which == b].mean()) * (which == b).mean() for b in range(bins) if (which == b).any()))
