"""Fit the claim filter on gold articles and put its weights into the attribution model's manifest."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from sayso.actors import ActorRegistry
from sayso.attribute.model import AttributionModel
from sayso.attribute.statements import statements
from sayso.claims.features import NAMES, pair_features
from sayso.claims.filter import KINDS, kinds
from sayso.encoders.manifest import load_manifest, write_manifest
from sayso.languages import load_language
from sayso.segment import segment
from sayso.training.stance_data import gold_records, load_gold
from sayso.types import Actor, Article, Claim

log = logging.getLogger(__name__)


def fit_filter(folder: Path, articles: Sequence[Path], language: str = "en") -> dict[str, float]:
    """Logistic regression of "this statement has a stance on this claim" over ``claims.features`` and kinds of holders.

    Statements are those of the mode *hint*, in which every candidate holder is asked. Returns the weights.
    """
    model = AttributionModel.load(folder)
    words = load_language(language)
    xs, ys = [], []
    for gold in (g for path in articles for g in load_gold(path)):
        document = segment(Article(gold["article"], gold["_text"], title=gold["title"]))
        claims = [Claim(c["id"], c["text"]) for c in gold["claims"]]
        reading = model.read(document)
        registry = ActorRegistry([Actor(a["id"], a["name"], a["kind"], tuple(a["aliases"]), tuple(a["members"])) for a in gold["actors"]])
        said = [s for s in statements(document, reading.attributions, registry, "hint")[0] if s.actor is not None]
        topic = model.topic_logits(reading.topics, model.topics([c.text for c in claims]))
        row = {s.start: i for i, s in enumerate(document.sentences)}
        here = pair_features(document, claims, topic, words)[[row[s.sentence.start] for s in said]]
        came = np.repeat(kinds(said)[:, None], len(claims), axis=1)
        records = gold_records(gold, document)
        xs.append(np.concatenate([here, came], axis=-1).reshape(-1, len(NAMES) + len(KINDS)))
        ys.append(np.array([c.id in records.get((s.sentence.start, str(s.actor)), {}) for s in said for c in claims]))
    fitted = LogisticRegression(C=0.3, max_iter=2000).fit(np.vstack(xs), np.concatenate(ys))
    weights = {n: round(float(w), 4) for n, w in zip((*NAMES, *KINDS), fitted.coef_[0], strict=True)}
    weights["intercept"] = round(float(fitted.intercept_[0]), 4)
    manifest = load_manifest(folder)
    write_manifest(folder, manifest.model_copy(update={"settings": {**manifest.settings, "filter": weights}}))
    log.info("filter fitted on %d pairs of %d articles", sum(map(len, ys)), len(xs))
    return weights
