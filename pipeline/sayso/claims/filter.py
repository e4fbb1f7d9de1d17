"""Which claims can a sentence bear on? A cheap filter before the stance model.

A (sentence, claim) pair is kept where the two share content: stems weighted by how few claims and sentences use them,
names and numbers above all. A sentence also inherits what stands around it (the sentences before it, the words that
govern it from above) with a discount, because "That is a lie" has no content of its own. What is dropped here is lost,
so the threshold is set for recall and measured by the evaluator.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sayso.languages import Language, load_language
from sayso.types import BlockKind, Claim, Segmented

TOKEN = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)?")
SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ers", "er", "ors", "or", "ed", "es", "ly", "al", "s", "e", "y")


class FilterSettings(BaseModel):
    """How pairs are chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    min_score: float = Field(0.25, ge=0, description="keep a pair with at least this share of the claim's weight in reach")
    context_discount: float = Field(0.5, ge=0, le=1, description="what a stem in the context counts against one in the sentence")
    short_words: int = Field(6, ge=0, description="sentences with fewer content words count their context in full")


class ClaimFilter:
    """Scores every (sentence, claim) of a document by shared content."""

    def __init__(self, claims: Sequence[Claim], settings: FilterSettings | None = None, language: str = "en") -> None:
        self.claims = tuple(claims)
        self.settings = settings or FilterSettings()
        self.words = load_language(language)
        self._stems = [frozenset(stems(c.text, self.words)) for c in self.claims]

    def keep(self, document: Segmented) -> np.ndarray:
        """Boolean array (n_sentences, n_claims): True where the pair is to be scored."""
        if not self.settings.enabled:
            return np.ones((len(document.sentences), len(self.claims)), dtype=bool)
        return self.scores(document) >= self.settings.min_score

    def scores(self, document: Segmented) -> np.ndarray:
        """Share of each claim's weight that a sentence reaches, float (n_sentences, n_claims), 0 to 1."""
        own = [set(stems(document.text(s), self.words)) for s in document.sentences]
        weight = self._weights(own)
        total = np.array([sum(weight(t) for t in c) or 1.0 for c in self._stems])
        out = np.zeros((len(own), len(self.claims)))
        for i, sentence in enumerate(document.sentences):
            near = self._context(document, i, own)
            discount = 1.0 if len(own[i]) < self.settings.short_words else self.settings.context_discount
            if sentence.kind in (BlockKind.TABLE_ROW, BlockKind.LIST_ITEM):
                discount = 1.0
            for k, claim in enumerate(self._stems):
                direct = claim & own[i]
                reached = sum(weight(t) for t in direct) + discount * sum(weight(t) for t in (claim & near) - direct)
                out[i, k] = reached / total[k]
        return out

    def _weights(self, own: Sequence[set[str]]):  # type: ignore[no-untyped-def]
        df = Counter(t for s in own for t in s)
        n = len(own)
        in_claims = Counter(t for c in self._stems for t in c)

        def weight(t: str) -> float:
            rare = math.log((1 + n) / (1 + df[t])) + 0.3
            return rare / (1 + 0.5 * (in_claims[t] - 1))

        return weight

    def _context(self, document: Segmented, i: int, own: Sequence[set[str]]) -> set[str]:
        s = document.sentences[i]
        block = document.blocks[s.block]
        near: set[str] = set()
        for j in range(max(0, i - 2), i):
            near |= own[j]
        above = [*s.headings[-1:], *(x for x in (block.question, block.header) if x)]
        for span in above:
            near |= set(stems(document.text(span), self.words))
        return near


def stems(text: str, words: Language) -> list[str]:
    """Content words of ``text`` cut to a crude stem, numbers as they are."""
    out = []
    for m in TOKEN.finditer(text):
        token = m.group().lower().replace("’", "'").removesuffix("'s")
        if token in words.function_words or (len(token) < 2 and not token.isdigit()):
            continue
        out.append(token if token[0].isdigit() else _stem(token))
    return out


def _stem(token: str) -> str:
    for suffix in SUFFIXES:
        if token.endswith(suffix) and len(token) - len(suffix) >= 4:
            return token[: -len(suffix)][:7]
    return token[:7]
