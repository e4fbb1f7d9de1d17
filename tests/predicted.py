"""Predictions made up for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sayso.types import LABELS


def predictions(gold: Sequence[int], p: np.ndarray, groups: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """One prediction for each gold label index and row of probabilities (n, 4); row n has the text "text n"."""
    return [
        {
            "id": str(n),
            "gold": LABELS[g].value,
            "label": LABELS[int(row.argmax())].value,
            **{f"p_{x}": float(v) for x, v in zip(LABELS, row, strict=True)},
            "phenomenon": ("plain", "hedge")[n % 2],
            "group": groups[n] if groups else "",
            "actor": "Orsk",
            "claim": "the gate is shut",
            "text": f"text {n}",
        }
        for n, (g, row) in enumerate(zip(gold, p, strict=True))
    ]


def sure(labels: Sequence[int], confidence: float = 0.7) -> np.ndarray:
    """Probabilities with ``confidence`` on each label, (n, 4)."""
    p = np.full((len(labels), 4), (1 - confidence) / 3)
    p[np.arange(len(labels)), list(labels)] = confidence
    return p


def noisy(n: int, accuracy: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Random gold labels, and found labels of which a share is right."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 4, n)
    wrong = (gold + rng.integers(1, 4, n)) % 4
    return gold, np.where(rng.random(n) < accuracy, gold, wrong)
