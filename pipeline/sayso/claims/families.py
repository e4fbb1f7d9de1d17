"""Which propositions are one claim, which are opposites, and which is part of another?

Two propositions are near where their topic vectors and their content words agree. Near ones of one polarity and with the same
figures are paraphrases; of opposite polarity, a claim and its negation; where one says all that the other says and more, the first is
narrower. These are proposals for a reader to confirm.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sayso.claims.propositions import Proposition

SAME = 0.62  # nearness in [0, 1] from which two propositions are read as one claim
NEGATION = 0.5  # nearness of opposites, who share fewer words than paraphrases do, for one of them says it with a negation
NEGATED_WORDS = 0.5  # share of the shorter one's words, names aside, that the other repeats
RIVAL = 0.45  # nearness of two claims that give other figures for what may be one thing
COVERED = 0.75  # share of the weight of a proposition's words that a narrower one repeats
LONGER, MUCH_LONGER = 2, 4  # words of its own that a narrower proposition has at least, and with which it is never a mere paraphrase


@dataclass(slots=True)
class Family:
    """Propositions that say one thing; the first words it best. Indices are of the list that was grouped."""

    members: list[int]
    opposite_of: int | None = None
    """Index of the family that it negates."""
    narrower_than: int | None = None
    rivals: list[int] = field(default_factory=list)
    """Families that say the same with another figure, so that holding one is denying the other."""
    paraphrases: list[str] = field(default_factory=list)


class Nearness:
    """Nearness of propositions from unit topic vectors (n, size) and from stems, a stem weighing more the fewer use it."""

    def __init__(self, propositions: Sequence[Proposition], topics: np.ndarray) -> None:
        self.propositions = propositions
        self.topics = topics
        df = Counter(t for p in propositions for t in p.stems)
        n = max(len(propositions), 1)
        self.weight = {t: math.log(1 + n / c) for t, c in df.items()}
        self.total = [math.fsum(sorted(self.weight[t] for t in p.stems)) or 1.0 for p in propositions]

    def shared(self, i: int, j: int) -> float:
        """Weight of the stems that two propositions share."""
        return math.fsum(sorted(self.weight[t] for t in self.propositions[i].stems & self.propositions[j].stems))

    def of(self, i: int, j: int) -> float:
        """Nearness in [0, 1]: the mean of the cosine of topics and the Dice share of stems."""
        dice = 2 * self.shared(i, j) / (self.total[i] + self.total[j])
        return 0.5 * max(0.0, float(self.topics[i] @ self.topics[j])) + 0.5 * dice

    def contains(self, i: int, j: int) -> bool:
        """Whether ``i`` says all that ``j`` says and much more, so that denying it leaves ``j`` open."""
        return len(self.propositions[i].stems - self.propositions[j].stems) >= MUCH_LONGER and self.covered(j, i) >= COVERED

    def covered(self, i: int, j: int) -> float:
        """Share of the weight of proposition ``i`` that ``j`` repeats."""
        return self.shared(i, j) / self.total[i]


def families(propositions: Sequence[Proposition], topics: np.ndarray, order: Sequence[int], limit: int) -> list[Family]:
    """Group propositions, the best first, into at most ``limit`` families; what fits none when they are full is left out.

    Each proposition is compared with the first of each family, so time is O(n * limit).
    """
    near = Nearness(propositions, topics)
    out: list[Family] = []
    for i in order:
        best: Family | None = None
        score = 0.0
        for family in out:
            j = family.members[0]
            alike = propositions[i].negative == propositions[j].negative and _figures_agree(propositions[i], propositions[j])
            if alike and not near.contains(i, j) and not near.contains(j, i):
                s = near.of(i, j)
                if s > score:
                    best, score = family, s
        if best is not None and score >= SAME:
            best.members.append(i)
        elif len(out) < limit:
            out.append(Family([i]))
    _relate(out, near)
    return out


def _figures_agree(a: Proposition, b: Proposition) -> bool:
    return a.numbers == b.numbers or not (a.numbers and b.numbers)


def _rivals(a: Proposition, b: Proposition) -> bool:
    """Whether both measure in one unit, and not the same."""
    return any(b.measures.get(unit, figure) != figure for unit, figure in a.measures.items())


def _relate(found: Sequence[Family], near: Nearness) -> None:
    ps = near.propositions
    for x, family in enumerate(found):
        i = family.members[0]
        texts = dict.fromkeys(ps[k].text for k in family.members if ps[k].text != ps[i].text)
        family.paraphrases = list(texts)
        negated, narrower = (0.0, -1), (0.0, -1)
        for y, other in enumerate(found):
            j = other.members[0]
            if x == y:
                continue
            fewer = min(len(ps[i].plain), len(ps[j].plain))
            same_words = len(ps[i].plain & ps[j].plain) >= max(2, NEGATED_WORDS * fewer)
            if ps[i].negative and not ps[j].negative and same_words and _figures_agree(ps[i], ps[j]):
                negated = max(negated, (near.of(i, j), y))
            if _rivals(ps[i], ps[j]) and near.of(i, j) >= RIVAL:
                family.rivals.append(y)
            if ps[i].negative == ps[j].negative and len(ps[i].stems - ps[j].stems) >= LONGER and ps[j].numbers <= ps[i].numbers:
                narrower = max(narrower, (near.covered(j, i), y))
        if negated[0] >= NEGATION:
            family.opposite_of = negated[1]
        elif narrower[0] >= COVERED:
            family.narrower_than = narrower[1]
