"""How far figures would move with other rows of the same kind: a bootstrap over groups of rows.

Rows of one group were written together (the twins of one passage, its several holders and claims), so they are right or
wrong together; drawn one by one they would make an interval look narrower than it is. Whole groups are drawn instead
(cluster bootstrap: Davison and Hinkley 1997, "Bootstrap Methods and their Application", section 3.8), and the interval
spans the 5th to the 95th percentile of what the draws give.

All figures here follow from how often each (gold, found) cell occurs, so a draw is a sum of the groups' small tables,
never a copy of rows. Groups with equal tables are drawn as one kind with their joint probability, which is the same
distribution, and keeps a million single rows as cheap as a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sayso.training.stance_data import LABEL_INDEX
from sayso.types import LABELS

LEVEL = 0.9
RESAMPLES = 2000
_CELLS = 4_000_000  # numbers held at once while drawing
_K = len(LABELS)

Prediction = Mapping[str, Any]
Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of a model's figures. An interval is None where the rows have fewer than two groups."""

    level: float
    resamples: int
    seed: int
    groups: int
    accuracy: Interval
    macro_f1: Interval
    f1: dict[str, Interval]

    def to_json(self) -> dict[str, Any]:
        """As it stands in the figures."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher a figure is for one model than for another on the same rows; ``better`` is the share of draws in which it is."""

    value: float
    interval: Interval
    better: float | None


def group_codes(found: Sequence[Prediction]) -> np.ndarray:
    """The number of each row's group, (n_rows,): its ``group``, or where it has none its text."""
    known: dict[tuple[str, str], int] = {}
    return np.array([known.setdefault(("group", f["group"]) if f.get("group") else ("text", f["text"]), len(known)) for f in found], dtype=np.int64)


def codes(found: Sequence[Prediction], key: str) -> np.ndarray:
    """The label index of each row's ``gold`` or ``label``, (n_rows,)."""
    return np.array([LABEL_INDEX[f[key]] for f in found], dtype=np.int64)


def intervals(found: Sequence[Prediction], seed: int = 0, resamples: int = RESAMPLES) -> Intervals:
    """90 % intervals of accuracy, macro F1 and the F1 of each label that occurs."""
    groups = group_codes(found)
    n = int(groups.max()) + 1
    gold, label = codes(found, "gold"), codes(found, "label")
    there = [x.value for k, x in enumerate(LABELS) if (gold == k).any()]
    if n < 2:
        return Intervals(LEVEL, resamples, seed, n, None, None, dict.fromkeys(there))
    tables = draw(groups, gold * _K + label, _K**2, seed, resamples).reshape(resamples, _K, _K)
    accuracy, macro, f1 = accuracy_of(tables), *f1_of(tables)
    return Intervals(
        LEVEL,
        resamples,
        seed,
        n,
        interval(accuracy),
        interval(macro),
        {x.value: interval(f1[:, k]) for k, x in enumerate(LABELS) if x.value in there},
    )


def differences(first: Sequence[Prediction], second: Sequence[Prediction], seed: int = 0, resamples: int = RESAMPLES) -> dict[str, Difference]:
    """By how much accuracy and macro F1 of ``first`` exceed those of ``second``; the rows of both must be the same, in the same order.

    Both models are judged on each draw (paired bootstrap), so what makes a draw easy for both does not blur their difference.
    """
    groups, gold = group_codes(first), codes(first, "gold")
    cells = (gold * _K + codes(first, "label")) * _K + codes(second, "label")
    drawn = np.bincount(cells, minlength=_K**3)[None]
    if groups.max() > 0:
        drawn = np.concatenate([drawn, draw(groups, cells, _K**3, seed, resamples)])
    joint = drawn.reshape(-1, _K, _K, _K)
    mine, theirs = joint.sum(axis=3), joint.sum(axis=2)
    out = {}
    for name, values in (
        ("accuracy", accuracy_of(mine) - accuracy_of(theirs)),
        ("macro_f1", f1_of(mine)[0] - f1_of(theirs)[0]),
    ):
        drawn_values = values[1:]
        out[name] = (
            Difference(float(values[0]), interval(drawn_values), float((drawn_values > 0).mean()))
            if len(drawn_values)
            else Difference(float(values[0]), None, None)
        )
    return out


def draw(groups: np.ndarray, cells: np.ndarray, n_cells: int, seed: int, resamples: int) -> np.ndarray:
    """Draw as many groups as there are, with replacement, ``resamples`` times; return the counts of cells, (resamples, n_cells)."""
    n = int(groups.max()) + 1
    used, cells = np.unique(cells, return_inverse=True)
    tables = np.zeros((n, len(used)), dtype=np.int64)
    np.add.at(tables, (groups, cells), 1)
    kinds, times = np.unique(tables, axis=0, return_counts=True)
    rng = np.random.default_rng(seed)
    out = np.zeros((resamples, n_cells), dtype=np.int64)
    step = max(1, _CELLS // len(kinds))
    for at in range(0, resamples, step):
        out[at : at + step, used] = rng.multinomial(n, times / n, size=min(step, resamples - at)) @ kinds
    return out


def accuracy_of(tables: np.ndarray) -> np.ndarray:
    """Accuracy of each confusion table (..., gold, found)."""
    right = np.trace(tables, axis1=-2, axis2=-1)
    return np.asarray(right / np.maximum(tables.sum(axis=(-2, -1)), 1))


def f1_of(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Macro F1 (...,) and F1 by label (..., 4) of confusion tables; NaN for a label that has no gold row, which the mean leaves out."""
    gold, label = tables.sum(axis=-1), tables.sum(axis=-2)
    both = np.diagonal(tables, axis1=-2, axis2=-1)
    f1 = np.where(gold > 0, 2 * both / np.maximum(gold + label, 1), np.nan)
    there = (gold > 0).sum(axis=-1)
    return np.nansum(f1, axis=-1) / np.maximum(there, 1), f1


def interval(values: np.ndarray) -> Interval:
    """The middle ``LEVEL`` of drawn values; NaN are left out."""
    low, high = np.nanpercentile(values, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)
