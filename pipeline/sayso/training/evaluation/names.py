"""Does the model judge by the name? The same rows with the actors' names replaced by made-up ones.

Whoever is asked must not matter: a model that is better with the names than without has learnt what somebody "usually" says
(name leakage), one that is worse stumbles over them. Each word of a name has its own made-up word, so that a surname
alone still means the same person; titles and small words stay. Where a name is a common noun as well (a ministry, a port),
what that noun says is hidden with it, so part of a gap may be that; the share of answers that change is shown beside it.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sayso.training.evaluation.bootstrap import Prediction
from sayso.training.evaluation.compare import compare

KEPT = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "de",
        "del",
        "der",
        "di",
        "du",
        "for",
        "from",
        "in",
        "la",
        "le",
        "mr",
        "mrs",
        "ms",
        "dr",
        "of",
        "on",
        "or",
        "our",
        "the",
        "their",
        "to",
        "van",
        "von",
        "with",
    ]
)


def masked(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
    """Each row with made-up names for all actors that its text's rows name; None where no name of them is in its text.

    A ``sentence`` span moves along; other spans are left out.
    """
    actors: dict[str, list[str]] = defaultdict(list)
    for r in rows:
        if r.get("actor"):
            actors[r["text"]].append(str(r["actor"]))
    texts = {text: _Mask(text, names) for text, names in actors.items()}
    return [_row(r, texts[r["text"]]) if r["text"] in texts and texts[r["text"]].in_text else None for r in rows]


def leakage(plain: Sequence[Prediction], hidden: Sequence[Prediction], seed: int = 0) -> dict[str, Any]:
    """Accuracy with the names and without, on the same rows in the same order; ``gap`` is in points, plain less masked."""
    c = compare(plain, hidden, seed)
    n = len(plain)
    return {
        "n": n,
        "plain": (c.both_right + c.only_first) / n,
        "masked": (c.both_right + c.only_second) / n,
        "gap": 100 * c.accuracy.value,
        "interval": [100 * x for x in c.accuracy.interval] if c.accuracy.interval else None,
        "changed": sum(a["label"] != b["label"] for a, b in zip(plain, hidden, strict=True)) / n,
        "p": c.p,
    }


def _row(row: Mapping[str, Any], mask: _Mask) -> dict[str, Any]:
    kept = {k: v for k, v in row.items() if not k.endswith("spans") and k != "statements"}
    if row.get("sentence"):
        kept["sentence"] = [mask.moved(at) for at in row["sentence"]]
    actor = row.get("actor")
    return {**kept, "text": mask(row["text"]), "claim": mask(row["claim"]), "actor": mask(str(actor)) if actor else actor}


class _Mask:
    """Replaces the words of names, as one text has them; each word the same everywhere, and as it is written: small, Capital or CAPITALS."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        words = {w for name in names for w in re.findall(r"\w+", name.casefold())} - KEPT
        there = set(re.findall(r"\w+", text.casefold()))
        made = _made_up(text, there | words)
        self.to = {w: next(made) for w in sorted(words)}
        self.pattern = (
            re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(self.to, key=len, reverse=True))) + r")\b", re.IGNORECASE) if words else None
        )
        self.in_text = bool(words & there)
        self.ends = [0]
        self.shifts = [0]
        for m in self.pattern.finditer(text) if self.pattern else ():
            self.ends.append(m.end())
            self.shifts.append(self.shifts[-1] + len(self._like(m)) - len(m[0]))

    def __call__(self, text: str) -> str:
        return self.pattern.sub(self._like, text) if self.pattern else text

    def moved(self, at: int) -> int:
        """Where an offset of the text stands in the masked text; one inside a name moves with the name's beginning."""
        return at + self.shifts[bisect_right(self.ends, at) - 1]

    def _like(self, m: re.Match[str]) -> str:
        made = self.to[m[0].casefold()]
        if m[0].isupper() and len(m[0]) > 1:
            return made.upper()
        return made.capitalize() if m[0][:1].isupper() else made


def _made_up(text: str, taken: set[str]) -> Iterator[str]:
    """Words of two or three open syllables, none of them ``taken``; the same for the same text."""
    rng = random.Random(text)
    while True:
        word = "".join(rng.choice("bdfgklmnprstv") + rng.choice("aeiou") for _ in range(rng.choice((2, 3)))) + rng.choice("lnrs")
        if word not in taken:
            taken.add(word)
            yield word
