"""Which claims can a statement bear on? Decided before the stance model, by a logistic regression over cheap features.

What the sentence shows of a claim counts for all its holders; beside it counts how the holder came in: a speaker has a stance
three times as often as somebody who is merely named, and six times as often as the text's own voice.

What is dropped here is lost, so the threshold is set for recall, and the evaluator prints the filter's recall by label. The
weights are fitted on whole articles (``sayso train`` of the attribution model) and stand in that model's manifest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sayso.attribute.model import AttributionModel, Reading
from sayso.claims.features import NAMES, pair_features
from sayso.config import FilterSettings
from sayso.errors import ModelError
from sayso.languages import load_language
from sayso.types import ARTICLE_VOICE, Claim, Segmented, Statement

KINDS = ("speaks", "own_voice")


class ClaimFilter:
    """The filter for one list of claims. Claims are embedded once."""

    def __init__(self, claims: Sequence[Claim], model: AttributionModel, settings: FilterSettings, language: str = "en") -> None:
        self.claims = tuple(claims)
        self.model = model
        self.settings = settings
        self.words = load_language(language)
        self.topics = model.topics([c.text for c in claims])
        if settings.enabled and set(model.filter_weights) != {*NAMES, *KINDS, "intercept"}:
            raise ModelError(
                "the attribution model's manifest has no filter weights for these features; train it anew, or set filter.enabled to false"
            )

    def probabilities(self, document: Segmented, reading: Reading, said: Sequence[Statement]) -> np.ndarray:
        """P(the statement has a stance on the claim), (n_statements, n_claims)."""
        if not said or not self.claims:
            return np.zeros((len(said), len(self.claims)))
        topic = self.model.topic_logits(reading.topics, self.topics)
        here = sentence_logits(pair_features(document, self.claims, topic, self.words), self.model.filter_weights)
        row = {s.start: i for i, s in enumerate(document.sentences)}
        weights = np.array([self.model.filter_weights.get(k, 0.0) for k in KINDS])
        z = here[[row[s.sentence.start] for s in said]] + (kinds(said) @ weights)[:, None]
        return np.asarray(1 / (1 + np.exp(-z)))

    def keep(self, probabilities: np.ndarray) -> np.ndarray:
        """Boolean of the same shape: True where the pair is to be scored."""
        return probabilities >= (self.settings.min_probability if self.settings.enabled else 0.0)


def sentence_logits(features: np.ndarray, weights: Mapping[str, float]) -> np.ndarray:
    """Log-odds (n_sentences, n_claims) that somebody merely named in the sentence has a stance on the claim."""
    return np.asarray(features @ np.array([weights.get(n, 0.0) for n in NAMES]) + weights.get("intercept", 0.0))


def kinds(said: Sequence[Statement]) -> np.ndarray:
    """How each statement's holder came in, (n_statements, len(KINDS)): as a speaker, as the text's own voice, or (zeros) merely named."""
    return np.array([[bool(s.attributions), s.actor == ARTICLE_VOICE] for s in said], dtype=float).reshape(len(said), len(KINDS))
