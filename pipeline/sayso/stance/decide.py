"""Is there a stance at all? The scorer's answer, weighed with what stands around it.

A scorer sees one holder and one passage. Two things that it cannot see tell false alarms apart: how likely the sentence bears
on the claim by the claim filter, and whether another holder of the same sentence has the better claim to the stance. A
logistic regression over four figures, fitted on dev articles (``sayso train``, ``training/calibrate.py``), gives the
calibrated probability of any stance; the shares of the three stances among themselves stay the scorer's.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

FEATURES = ("stance", "bears", "sure", "lead")
"""Log-odds of any stance by the scorer; log-odds that the pair matters by the filter; share of the likeliest stance among
the three; how far ``stance`` is ahead of the best other holder of the same sentence and claim."""

ALONE = -5.0  # stands for the other holder where there is none
EDGE = 1e-4


def decide(p: np.ndarray, bears: np.ndarray, places: Sequence[Hashable], weights: Mapping[str, float]) -> np.ndarray:
    """Return P(label) (n, 4) anew from the scorer's (n, 4); without ``weights`` it stays as it is.

    ``bears`` (n,) is the claim filter's probability of each pair, ``places`` names its sentence and claim.
    """
    if not weights or not len(p):
        return p
    z = features(p, bears, places) @ np.array([weights[f] for f in FEATURES]) + weights["intercept"]
    stance = (1 / (1 + np.exp(-z)))[:, None]
    return np.concatenate([p[:, :3] / np.maximum(p[:, :3].sum(axis=1, keepdims=True), 1e-9) * stance, 1 - stance], axis=1)


def features(p: np.ndarray, bears: np.ndarray, places: Sequence[Hashable]) -> np.ndarray:
    """The figures of ``FEATURES`` for each pair, (n, 4)."""
    stance = _log_odds(1 - p[:, 3].astype(float))
    sure = p[:, :3].max(axis=1) / np.maximum(p[:, :3].sum(axis=1), 1e-9)
    best: dict[Hashable, list[float]] = {}  # the two highest of each place
    for place, s in zip(places, stance.tolist(), strict=True):
        best[place] = sorted([*best.get(place, (ALONE, ALONE)), s])[-2:]
    other = [best[place][0] if s == best[place][1] else best[place][1] for place, s in zip(places, stance.tolist(), strict=True)]
    return np.column_stack([stance, _log_odds(bears), sure, stance - np.array(other)])


def _log_odds(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, EDGE, 1 - EDGE)
    return np.asarray(np.log(p / (1 - p)))
