"""Fit the claim filter on gold articles and put its weights into the attribution model's manifest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from sayso.attribute.model import AttributionModel
from sayso.claims.features import NAMES, pair_features
from sayso.encoders.manifest import load_manifest, write_manifest
from sayso.languages import load_language
from sayso.segment import segment
from sayso.training.stance_data import gold_records, load_gold
from sayso.types import Article, Claim

log = logging.getLogger(__name__)


def fit_filter(folder: Path, articles: Sequence[Path], language: str = "en") -> dict[str, float]:
    """Logistic regression of "any holder has a stance on this claim here" over ``claims.features``; returns the weights."""
    model = AttributionModel.load(folder)
    words = load_language(language)
    xs, ys = [], []
    for gold in (g for path in articles for g in load_gold(path)):
        document = segment(Article(gold["article"], gold["_text"], title=gold["title"]))
        claims = [Claim(c["id"], c["text"]) for c in gold["claims"]]
        topic = model.topic_logits(model.read(document).topics, model.topics([c.text for c in claims]))
        x = pair_features(document, claims, topic, words)
        y = np.zeros(x.shape[:2], dtype=bool)
        row = {s.start: i for i, s in enumerate(document.sentences)}
        column = {c.id: k for k, c in enumerate(claims)}
        for (start, _), records in gold_records(gold, document).items():
            for claim in records:
                y[row[start], column[claim]] = True
        xs.append(x.reshape(-1, len(NAMES)))
        ys.append(y.ravel())
    fitted = LogisticRegression(C=0.3, max_iter=2000).fit(np.vstack(xs), np.concatenate(ys))
    weights = {n: round(float(w), 4) for n, w in zip(NAMES, fitted.coef_[0], strict=True)}
    weights["intercept"] = round(float(fitted.intercept_[0]), 4)
    manifest = load_manifest(folder)
    write_manifest(folder, manifest.model_copy(update={"settings": {**manifest.settings, "filter": weights}}))
    log.info("filter fitted on %d pairs of %d articles", sum(map(len, ys)), len(xs))
    return weights
