"""Near duplicates across splits: exact Jaccard overlap of word 5-grams.

An index from n-gram to texts finds every pair that shares one, so no hashing is needed: time grows with the shared n-grams, which in
written text are few (a corpus of 30,000 passages takes seconds).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

NEAR = 0.5
SIZE = 5


def ngrams(text: str, size: int = SIZE) -> frozenset[tuple[str, ...]]:
    """The word n-grams of a text, without case and punctuation; a shorter text is one n-gram."""
    words = re.findall(r"\w+", text.casefold())
    return frozenset(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))) if words else frozenset()


def near_duplicates(texts: Mapping[str, tuple[str, str]], bound: float = NEAR) -> Iterator[tuple[str, str, float]]:
    """Pairs of texts in different splits with an overlap of ``bound`` or more; ``texts`` maps a text to its split and name."""
    index: dict[tuple[str, ...], list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for text, (split, _) in texts.items():
        grams = ngrams(text)
        sizes[text] = len(grams)
        shared = Counter(other for g in grams for other in index[g] if texts[other][0] != split)
        for other, n in shared.items():
            share = n / (sizes[other] + len(grams) - n)
            if share >= bound:
                yield other, text, share
        for g in grams:
            index[g].append(text)
