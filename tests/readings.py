"""Attributions and topics without a model: cues are found by pattern, topics are counts of letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from sayso.attribute.model import Reading
from sayso.segment import segment
from sayso.stance.passage import Question
from sayso.types import Article, Attribution, Segmented, Span

SAYS = re.compile(r"(?P<source>[^.!?\n]{1,60}?) (?P<cue>said|says|denied|could not say|rejected) (?P<content>[^.!?\n]+)")


def attributions(text: str) -> list[Attribution]:
    """``SOURCE said CONTENT`` wherever it stands."""
    return [Attribution(*(Span(*m.span(g)) for g in ("source", "cue", "content"))) for m in SAYS.finditer(text)]


def read(*texts: str) -> tuple[list[Segmented], list[Reading]]:
    """Documents and what a perfect reader of ``SAYS`` would find in them."""
    documents = [segment(Article(f"a{k}", t)) for k, t in enumerate(texts)]
    model = LetterTopics()
    readings = [Reading(attributions(d.article.text), model.topics([d.text(s) for s in d.sentences])) for d in documents]
    return documents, readings


class LetterTopics:
    """Stands in for the attribution model where only topics are asked."""

    filter_weights: dict[str, float] = {"lexical": 6.0, "intercept": -3.0}  # noqa: RUF012

    def topics(self, texts: Sequence[str]) -> np.ndarray:
        out = np.zeros((len(texts), 26), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for c in text.lower():
                if "a" <= c <= "z":
                    row[ord(c) - 97] += 1
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9))

    def topic_logits(self, sentences: np.ndarray, claims: np.ndarray) -> np.ndarray:
        return np.asarray(4 * (sentences @ claims.T - 0.8))


class SilentScorer:
    """Finds no stance anywhere, so that only cues speak."""

    id = "silent"
    threshold = 0.5
    decision: dict[str, float] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.asked = 0

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        for q in questions:
            self.asked += 1
            yield np.tile(np.array([0, 0, 0, 1], dtype=np.float32), (len(q.claims), 1))


class SureScorer(SilentScorer):
    """Sees a denial wherever a holder's name is in ``deniers``."""

    def __init__(self, *deniers: str) -> None:
        super().__init__()
        self.deniers = deniers

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        for q in questions:
            row = [0, 1, 0, 0] if q.holder in self.deniers else [0, 0, 0, 1]
            yield np.tile(np.array(row, dtype=np.float32), (len(q.claims), 1))
