"""Calibrate a stance model on dev articles at their true proportions, and choose its threshold there.

The pairs are those that the pipeline asks: its holders, after its filter. Vector
scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2: one temperature and a bias for each label)
minimises the negative log likelihood. Then a logistic regression weighs the scaled answers with their surroundings
(``stance.decide``); the threshold on its P(any stance) maximises record F1 on the same articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from sayso.attribute.model import AttributionModel
from sayso.config import RunConfig
from sayso.encoders.manifest import find_model
from sayso.stance.decide import FEATURES, decide, features
from sayso.stance.scorer import OnnxScorer
from sayso.training.config import DataSet
from sayso.training.evaluate_articles import pipeline_for
from sayso.training.figures import ece
from sayso.training.stance_data import LABEL_INDEX, gold_records, load_gold
from sayso.types import Article


def calibrate(folder: Path, dev: Sequence[DataSet], attribution: str) -> dict[str, Any]:
    """Return ``settings`` (temperature, bias, threshold) and the figures on dev before and after."""
    reader = AttributionModel.load(find_model(attribution))
    scorer = OnnxScorer.load(folder)
    scorer.temperature, scorer.bias, scorer.decision = 1.0, np.zeros(4, dtype=np.float32), {}
    found: list[tuple[float, ...]] = []
    labels: list[int] = []
    bears: list[float] = []
    places: list[tuple[str, int, str]] = []
    lost = 0
    for gold in (g for d in dev for g in load_gold(Path(d.path))):
        run = pipeline_for(gold, RunConfig(), scorer, reader)
        result = run.judge_article(Article(gold["article"], gold["_text"], gold["title"]))
        assert result.document is not None
        likely = run.filter.probabilities(result.document, reader.read(result.document), result.statements)
        row = {s: n for n, s in enumerate(result.statements)}
        column = {c.id: k for k, c in enumerate(run.claims)}
        records = gold_records(gold, result.document)
        for j in result.judgements:
            label = records.get((j.statement.sentence.start, j.statement.actor or ""), {}).pop(j.claim, "unrelated")
            found.append(j.probabilities)
            bears.append(float(likely[row[j.statement], column[j.claim]]))
            places.append((gold["article"], j.statement.sentence.start, j.claim))
            labels.append(LABEL_INDEX[label])
        lost += sum(len(r) for r in records.values())
    logits, y = np.log(np.maximum(np.array(found), 1e-9)), np.array(labels)
    temperature, bias = fit_scaling(logits, y)
    scorer.temperature, scorer.bias = temperature, bias
    scaled = scorer.calibrate(logits)
    decision = fit_decision(features(scaled, np.array(bears), places), y < 3)
    p = decide(scaled, np.array(bears), places, decision)
    threshold, best = choose_threshold(p, y, lost)
    return {
        "settings": {
            "temperature": round(temperature, 4),
            "bias": [round(float(b), 4) for b in bias],
            "decision": decision,
            "threshold": round(threshold, 3),
        },
        "dev_pairs": len(y),
        "dev_record_f1": best,
        "dev_ece_before": ece(np.array(found), y),
        "dev_ece_after": ece(p, y),
    }


def fit_scaling(logits: np.ndarray, gold: np.ndarray) -> tuple[float, np.ndarray]:
    """Temperature and bias (4,) that minimise the NLL of ``gold`` (n,) under ``logits`` (n, 4)."""
    x, y = torch.tensor(logits, dtype=torch.float64), torch.tensor(gold)
    log_t = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_t, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(x / log_t.exp() + bias, y) + 1e-4 * (bias**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    b = bias.detach().numpy()
    return float(log_t.exp()), (b - b.mean()).astype(np.float32)


def fit_decision(x: np.ndarray, stance: np.ndarray) -> dict[str, float]:
    """Weights for ``stance.decide`` from its features (n, 4) and whether there is a stance (n,)."""
    fitted = LogisticRegression(C=0.3, max_iter=1000).fit(x, stance)
    weights = {f: round(float(w), 4) for f, w in zip(FEATURES, fitted.coef_[0], strict=True)}
    return {**weights, "intercept": round(float(fitted.intercept_[0]), 4)}


def choose_threshold(p: np.ndarray, gold: np.ndarray, lost: int) -> tuple[float, float]:
    """The threshold on P(any stance) with the best micro F1 over stances, and that F1; ``lost`` gold records were never asked."""
    stance = 1 - p[:, 3]
    label = p[:, :3].argmax(axis=1)
    best = (0.5, 0.0)
    for t in np.arange(0.1, 0.9, 0.01):
        on = stance >= t
        right = int((on & (label == gold)).sum())
        score = 2 * right / max(1, int(on.sum()) + int((gold < 3).sum()) + lost)
        if score > best[1]:
            best = (float(t), score)
    return best
