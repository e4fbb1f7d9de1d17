"""Which claims can a sentence bear on? Decided before the stance model, from topic vectors that attribution yields anyway.

What is dropped here is lost, so the threshold is set for recall, and the evaluator prints the filter's recall by label.
"""

from __future__ import annotations

import numpy as np
from sayso.config import FilterSettings


def kept_claims(topics: np.ndarray, settings: FilterSettings) -> np.ndarray:
    """Boolean (n_sentences, n_claims) from topic probabilities of that shape: True where the pair is to be scored."""
    if not settings.enabled:
        return np.ones(topics.shape, dtype=bool)
    return np.asarray(topics >= settings.min_topic)
