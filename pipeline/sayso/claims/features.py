"""What a (sentence, claim) pair shows before any stance is asked: shared stems and topic vectors, here and around."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from sayso.languages import Language
from sayso.types import BlockKind, Claim, Segmented

TOKEN = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)?")
SUFFIXES = (  # a longer one stands before its own ending
    "ations", "ation", "ators", "ator", "ating", "ated", "ates", "ate", "ments", "ment", "ings", "ing", "ions", "ion", "ies",
    "ers", "er", "ors", "or", "ed", "es", "ly", "al", "s", "e", "y",
)  # fmt: skip
STEM = 7  # characters; longer words of one family ("evacuated", "evacuation") fall together

NAMES = (
    "topic", "lexical", "lexical_near", "lexical_before", "lexical_after", "topic_before", "lexical_below_best",
    "topic_below_best", "topic_above_mean", "lexical_best", "log_words", "heading", "lexical_near_if_short",
)  # fmt: skip
"""The features in the order of the last axis; weights in a model's manifest follow it."""


def pair_features(document: Segmented, claims: Sequence[Claim], topic: np.ndarray, words: Language) -> np.ndarray:
    """Features (n_sentences, n_claims, len(NAMES)) from topic logits (n_sentences, n_claims) and the texts.

    ``lexical`` is the share of a claim's weight that the sentence's own stems carry, a stem weighing more the fewer sentences and
    claims use it; ``near`` is the same for the two sentences before and the heading, question or table header above.
    """
    own = [set(stems(document.text(s), words)) for s in document.sentences]
    wanted = [frozenset(stems(c.text, words)) for c in claims]
    weight = _weights(own, wanted)
    context = [_context(document, i, own, words) for i in range(len(own))]
    lexical, near = _shares(own, wanted, weight), _shares(context, wanted, weight)
    zero = np.zeros_like(lexical[:1])
    count = np.array([[len(o)] for o in own]) + np.zeros_like(lexical)
    head = np.array([[float(s.kind in (BlockKind.TITLE, BlockKind.HEADING))] for s in document.sentences]) + np.zeros_like(lexical)
    best = lexical.max(axis=1, keepdims=True) + np.zeros_like(lexical)
    columns = (
        topic,
        lexical,
        near,
        np.vstack([zero, lexical[:-1]]),
        np.vstack([lexical[1:], zero]),
        np.vstack([topic[:1], topic[:-1]]),
        lexical - best,
        topic - topic.max(axis=1, keepdims=True),
        topic - topic.mean(axis=0, keepdims=True),
        best,
        np.log1p(count),
        head,
        near * (count < 5),
    )
    return np.stack(columns, axis=-1)


def stems(text: str, words: Language) -> list[str]:
    """Content words of ``text`` cut to a crude stem, numbers as they are."""
    out = []
    for m in TOKEN.finditer(text):
        token = m.group().lower().replace("’", "'").removesuffix("'s")
        if token not in words.function_words and (len(token) > 1 or token.isdigit()):
            out.append(token if token[0].isdigit() else _stem(token))
    return out


def _stem(token: str) -> str:
    for suffix in SUFFIXES:
        if token.endswith(suffix) and len(token) - len(suffix) >= 4:
            return token[: -len(suffix)][:STEM]
    return token[:STEM]


def _weights(own: Sequence[set[str]], claims: Sequence[frozenset[str]]) -> dict[str, float]:
    df = Counter(t for s in own for t in s)
    in_claims = Counter(t for c in claims for t in c)
    return {t: (math.log((1 + len(own)) / (1 + df[t])) + 0.3) / (1 + 0.5 * (n - 1)) for t, n in in_claims.items()}


def _shares(reach: Sequence[set[str]], claims: Sequence[frozenset[str]], weight: dict[str, float]) -> np.ndarray:
    """``fsum``, because a set's order differs from run to run and the last bit of a plain sum with it."""
    total = [math.fsum(weight[t] for t in c) or 1.0 for c in claims]
    return np.array([[math.fsum(weight[t] for t in c & r) / n for c, n in zip(claims, total, strict=True)] for r in reach])


def _context(document: Segmented, i: int, own: Sequence[set[str]], words: Language) -> set[str]:
    s = document.sentences[i]
    block = document.blocks[s.block]
    near: set[str] = set().union(*own[max(0, i - 2) : i])
    for span in (*s.headings[-1:], *(x for x in (block.question, block.header) if x)):
        near |= set(stems(document.text(span), words))
    return near
