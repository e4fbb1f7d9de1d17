"""Judgements -> positions: pure arithmetic, no model and no files.

For one (actor, claim), each independent judgement j with a stance gives the three labels soft counts
c_j = (p_asserts, p_denies, p_uncertain) / (1 - p_unrelated): one sentence is one observation, spread over the labels as the model
doubts between them. Whether there is a stance at all has been decided before, by the threshold on the judgement. With a symmetric Dirichlet prior of total weight 1 (Perks 1947, "Some observations on inverse probability
including a new indifference rule") the posterior is

    Dirichlet(1/3 + sum_j c_j)

The position's label is the one with the highest posterior mean; that mean is its confidence, and the interval is the 5 % and
95 % quantile of the label's marginal, Beta(a, A - a). One sure sentence gives 0.66, five agreeing ones 0.89; a
contradiction widens the interval.

A change of mind is not averaged. Judgements are put in order (date, then place in the article), and every cut into *before* and
*after* is weighed against no cut by the ratio of the Dirichlet-multinomial marginal likelihoods of the soft counts (the Bayes
factor of a change point; Smith 1975, "A Bayesian approach to inference about a change-point"). A cut lies between two dates or
within one article: two articles of one day, or of no known day, have no order. Where the best cut is favoured by ``shift_odds`` and
the label differs on its two sides, the position is the posterior of *after*, and *before* is history.

Repeated wording is one piece of evidence however often it is printed; headlines count only where the body is silent; and a
claim that is the negation of another is counted on that other with asserts and denies exchanged.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sayso.types import (
    NOT_CLEAR,
    STANCES,
    BlockKind,
    Claim,
    Judgement,
    Label,
    Position,
    Shift,
)

PRIOR = 1 / 3
DRAWS = 4000  # samples of a Beta for its quantiles: an error of about 0.005
TURNED = {Label.ASSERTS: Label.DENIES, Label.DENIES: Label.ASSERTS}


class AggregateSettings(BaseModel):
    """How judgements become positions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_confidence: float = Field(0.5, ge=0, le=1, description="positions under this confidence say 'not clear'")
    shift_odds: float = Field(1.5, ge=1, description="how much better a change must explain the evidence than none")
    max_evidence: int = Field(50, ge=1, description="judgements that a position keeps as evidence, best first")


def aggregate(judgements: Iterable[Judgement], claims: Sequence[Claim], settings: AggregateSettings | None = None) -> list[Position]:
    """Return one position for each (actor, claim) that has a judgement with a stance, in the order of first appearance."""
    settings = settings or AggregateSettings()
    groups: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for j in settle(judgements, claims):
        groups[str(j.statement.actor), j.claim].append(j)
    return [_position(actor, claim, settled, settings) for (actor, claim), settled in groups.items()]


def settle(judgements: Iterable[Judgement], claims: Sequence[Claim]) -> list[Judgement]:
    """The judgements that positions rest on: with an actor and a stance, on the claim that they count for.

    A judgement of a negation stands on the claim that is negated, turned; of several for one statement and claim the
    surest is kept, and what a person decided before all others. The order is that of first appearance.
    """
    parent = parents(claims)
    settled: dict[tuple[str, str], Judgement] = {}
    for j in judgements:
        if j.statement.actor is None or (j.label is Label.UNRELATED and not j.corrected):
            continue
        root, turned = parent.get(j.claim, (j.claim, False))
        j = _turn(j, root) if turned else replace(j, claim=root)
        key = (root, j.statement.id)
        if key not in settled or (settled[key].corrected, settled[key].weight) < (j.corrected, j.weight):
            settled[key] = j
    # "no stance", said by a person, also holds for what the model read in the opposite claim; only then it is left out
    return [j for j in settled.values() if j.label is not Label.UNRELATED]


def mark_duplicates(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Set ``duplicate_of`` where an actor's words on a claim were printed before, in this article or another one.

    The first by date (then by order) is the original. Words are compared without case, punctuation and white space.
    """
    first: dict[tuple[str | None, str, str], str] = {}
    order = sorted(range(len(judgements)), key=lambda i: (judgements[i].published or dt.date.max, i))
    out = list(judgements)
    for i in order:
        j = judgements[i]
        original = first.setdefault((j.statement.actor, j.claim, wording(j.text)), j.statement.id)
        if original != j.statement.id:
            out[i] = replace(j, duplicate_of=original)
    return out


def wording(text: str) -> str:
    """What two sentences must share to be the same words: no case, punctuation or white space."""
    return " ".join(re.findall(r"\w+", text.lower()))


def parents(claims: Sequence[Claim]) -> dict[str, tuple[str, bool]]:
    """Claim id -> (the claim that it is counted on, whether its label is turned). Chains of negations are followed."""
    by_id = {c.id: c for c in claims}
    out = {}
    for c in claims:
        root, turned, seen = c, False, {c.id}
        while root.negation_of and root.negation_of in by_id and root.negation_of not in seen:
            seen.add(root.negation_of)
            root, turned = by_id[root.negation_of], not turned
        out[c.id] = (root.id, turned)
    return out


def _turn(j: Judgement, claim: str) -> Judgement:
    a, d, u, n = j.probabilities
    return replace(j, claim=claim, probabilities=(d, a, u, n), label=TURNED.get(j.label, j.label))


def _position(actor: str, claim: str, judgements: list[Judgement], settings: AggregateSettings) -> Position:
    ordered = sorted(judgements, key=lambda j: (j.published or dt.date.min, j.statement.article, j.statement.sentence.start))
    counted = _unrepeated(ordered)
    used = _unrepeated([j for j in ordered if j.statement.sentence.kind is not BlockKind.TITLE]) or counted
    cut = _cut(used, settings.shift_odds)
    now = used[cut:]
    alpha = _alpha(now)
    best = int(alpha.argmax())
    mean = float(alpha[best] / alpha.sum())
    lower, upper = _interval(float(alpha[best]), float(alpha.sum() - alpha[best]))
    label = STANCES[best]
    shifts: tuple[Shift, ...] = ()
    if cut:
        before = STANCES[int(_alpha(used[:cut]).argmax())]
        shifts = (Shift(before, label, used[cut - 1].statement.id, used[cut].statement.id),)
    dates = [j.published for j in ordered if j.published]
    current = {j.statement.id for j in now}
    evidence = sorted(
        ordered, key=lambda j: (j.statement.id not in current, j.label is not label, j.duplicate_of is not None, -j.probabilities[best])
    )
    return Position(
        actor=actor,
        claim=claim,
        label=label,
        confidence=mean,
        lower=lower,
        upper=upper,
        verdict=label.value if mean >= settings.min_confidence else NOT_CLEAR,
        probabilities=(float(alpha[0] / alpha.sum()), float(alpha[1] / alpha.sum()), float(alpha[2] / alpha.sum())),
        evidence=tuple(evidence[: settings.max_evidence]),
        n_statements=len(counted),
        n_articles=len({j.statement.article for j in ordered}),
        n_outlets=len({j.outlet for j in ordered if j.outlet}),
        first_seen=min(dates, default=None),
        last_seen=max(dates, default=None),
        shift=bool(cut),
        shifts=shifts,
    )


def _unrepeated(ordered: Sequence[Judgement]) -> list[Judgement]:
    """The first of each wording. An original without a stance is not here, so that the first of its repeats counts."""
    first: dict[str, Judgement] = {}
    for j in ordered:
        first.setdefault(j.duplicate_of or j.statement.id, j)
    return list(first.values())


def _follows(before: Judgement, after: Judgement) -> bool:
    """True where the order of two neighbours means time: one article, or two dates."""
    if before.statement.article == after.statement.article:
        return True
    return before.published is not None and after.published is not None and before.published < after.published


def _alpha(judgements: Sequence[Judgement]) -> np.ndarray:
    return np.asarray(PRIOR + np.array([_counts(j) for j in judgements]).sum(axis=0))


def _counts(j: Judgement) -> tuple[float, ...]:
    """One observation spread over the three stances."""
    total = sum(j.probabilities[:3]) or 1.0
    return tuple(p / total for p in j.probabilities[:3])


def _cut(ordered: Sequence[Judgement], odds: float) -> int:
    """Index of the first judgement after the change that the evidence favours by ``odds``; 0 for no change."""
    counts = np.array([_counts(j) for j in ordered])
    if len(counts) < 2 or len({j.label for j in ordered}) < 2:
        return 0
    total = np.cumsum(counts, axis=0)
    none = _log_marginal(total[-1])
    best, at = math.log(odds), 0
    for k in range(1, len(counts)):
        left, right = total[k - 1], total[-1] - total[k - 1]
        if left.argmax() == right.argmax() or not _follows(ordered[k - 1], ordered[k]):
            continue
        gain = _log_marginal(left) + _log_marginal(right) - none
        if gain >= best:
            best, at = gain, k
    return at


def _log_marginal(counts: np.ndarray) -> float:
    """Log marginal likelihood of soft counts (3,) under the Dirichlet prior."""
    n = float(counts.sum())
    return math.lgamma(1.0) - math.lgamma(1.0 + n) + sum(math.lgamma(PRIOR + float(c)) - math.lgamma(PRIOR) for c in counts)


def _interval(a: float, b: float) -> tuple[float, float]:
    """5 % and 95 % quantile of Beta(a, b), from a fixed stream of random numbers so that a run repeats exactly."""
    draws = np.random.default_rng(0).beta(a, b, DRAWS)
    low, high = np.quantile(draws, (0.05, 0.95))
    return float(low), float(high)
