"""Foreign stance and NLI models as scorers. All foreign names live here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from sayso.encoders.hub import PairClassifier
from sayso.errors import LabelError, ScoringError
from sayso.stance.passage import Question
from sayso.types import LABELS, Label

LABEL_WORDS: dict[str, Label] = {
    **dict.fromkeys(
        ("asserts", "entailment", "entails", "support", "supports", "supported", "agree", "agrees", "for", "favor", "favour", "pro", "true"),
        Label.ASSERTS,
    ),
    **dict.fromkeys(
        (
            "denies",
            "contradiction",
            "contradicts",
            "refute",
            "refutes",
            "refuted",
            "deny",
            "disagree",
            "disagrees",
            "against",
            "con",
            "oppose",
            "opposes",
            "false",
        ),
        Label.DENIES,
    ),
    **dict.fromkeys(("uncertain", "query", "observing", "discuss", "discusses", "comment", "unverified", "disputed"), Label.UNCERTAIN),
    **dict.fromkeys(("unrelated", "neutral", "none", "nei", "not enough info", "not_enough_info", "not_entailment"), Label.UNRELATED),
}


def map_labels(words: dict[int, str], model: str) -> dict[int, Label]:
    """Map a model's label words to stance labels. Raises LabelError naming each word that has no mapping."""
    found = {i: LABEL_WORDS.get(w.strip().lower()) for i, w in words.items()}
    unknown = sorted(words[i] for i, label in found.items() if label is None)
    if unknown:
        raise LabelError(
            f"model {model!r}: labels {', '.join(map(repr, unknown))} cannot be mapped to {', '.join(LABELS)}; set id2label in its config.json, or add the words to sayso/stance/hub.py"
        )
    return {i: label for i, label in found.items() if label is not None}


class HubScorer:
    """A pair classifier as a scorer: every claim is a hypothesis of its own, attributed to the holder."""

    threshold = 0.5

    def __init__(self, classifier: PairClassifier) -> None:
        self.decision: Mapping[str, float] = {}
        self.classifier = classifier
        self.id = classifier.name
        self.labels = map_labels(classifier.label_words, classifier.name)

    @classmethod
    def load(cls, name: str) -> HubScorer:
        """Load a folder or hub id."""
        return cls(PairClassifier.load(name))

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        """See ``Scorer.score``. Probabilities of labels that share a stance are added up."""
        for q in questions:
            for c in q.claims:
                if self.classifier.n_tokens(c) > self.classifier.max_tokens // 2:
                    raise ScoringError(
                        f"claim {c[:60]!r}... is longer than half of what {self.id!r} reads ({self.classifier.max_tokens} tokens); shorten or split it"
                    )
            pairs = [(q.passage.text, self._hypothesis(q.holder, c)) for c in q.claims]
            out = np.zeros((len(pairs), 4), dtype=np.float32)
            for k, p in enumerate(self.classifier.probabilities(pairs)):
                for i, value in enumerate(p):
                    out[k, LABELS.index(self.labels[i])] += value
            yield out

    def _hypothesis(self, holder: str | None, claim: str) -> str:
        """The claim in the holder's mouth; a name that would leave no room for the passage is cut at its end."""
        if holder is None:
            return claim
        while self.classifier.n_tokens(text := f"According to {holder}, {claim}") > self.classifier.max_tokens * 3 // 4 and len(holder) > 1:
            holder = holder[: len(holder) * 3 // 4].rstrip()
        return text
