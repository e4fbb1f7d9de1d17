"""Which claims can a sentence bear on? Decided before the stance model, by a logistic regression over cheap features.

What is dropped here is lost, so the threshold is set for recall, and the evaluator prints the filter's recall by label. The
weights are fitted on whole articles (``sayso train`` of the attribution model) and stand in that model's manifest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sayso.attribute.model import AttributionModel, Reading
from sayso.claims.features import NAMES, pair_features
from sayso.config import FilterSettings
from sayso.errors import ModelError
from sayso.languages import load_language
from sayso.types import Claim, Segmented


class ClaimFilter:
    """The filter for one list of claims. Claims are embedded once."""

    def __init__(self, claims: Sequence[Claim], model: AttributionModel, settings: FilterSettings, language: str = "en") -> None:
        self.claims = tuple(claims)
        self.model = model
        self.settings = settings
        self.words = load_language(language)
        self.topics = model.topics([c.text for c in claims])
        if settings.enabled and set(model.filter_weights) != {*NAMES, "intercept"}:
            raise ModelError(
                "the attribution model's manifest has no filter weights for these features; train it anew, or set filter.enabled to false"
            )
        self._weights = np.array([model.filter_weights.get(n, 0.0) for n in NAMES])
        self._intercept = model.filter_weights.get("intercept", 0.0)

    def probabilities(self, document: Segmented, reading: Reading) -> np.ndarray:
        """P(some holder has a stance on the claim in the sentence), (n_sentences, n_claims)."""
        if not document.sentences or not self.claims:
            return np.zeros((len(document.sentences), len(self.claims)))
        topic = self.model.topic_logits(reading.topics, self.topics)
        z = pair_features(document, self.claims, topic, self.words) @ self._weights + self._intercept
        return np.asarray(1 / (1 + np.exp(-z)))

    def keep(self, document: Segmented, reading: Reading) -> np.ndarray:
        """Boolean (n_sentences, n_claims): True where the pair is to be scored."""
        if not self.settings.enabled:
            return np.ones((len(document.sentences), len(self.claims)), dtype=bool)
        return self.probabilities(document, reading) >= self.settings.min_probability
