"""What the pictures of a report show, as plain figures: timelines, agreement of actors, outlets side by side.

The page and the charts in Python draw the same figures, so that they never differ.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sayso.aggregate import settle
from sayso.report.matrix import Matrix
from sayso.types import STANCES, Actor, Claim, Judgement, Label, Position

if TYPE_CHECKING:
    from sayso.report.model import PositionReport


@dataclass(frozen=True, slots=True)
class Mark:
    """What an actor said about a claim on one day: ``count`` statements with one label, repeats not counted."""

    actor: Actor
    claim: Claim
    day: dt.date
    label: Label
    count: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two actors and the claims on which both take a side, by whether it is the same one."""

    first: Actor
    second: Actor
    agree: tuple[Claim, ...]
    disagree: tuple[Claim, ...]

    @property
    def balance(self) -> int:
        """Claims agreed on less claims disputed."""
        return len(self.agree) - len(self.disagree)


@dataclass(frozen=True, slots=True)
class OutletCell:
    """What one outlet printed about one claim: statements by label, and what it says in its own voice, if anything.

    ``own`` is the most frequent label of the outlet's own sentences, ``n_own`` how many there are.
    """

    outlet: str
    claim: Claim
    counts: tuple[int, int, int]
    own: Label | None = None
    n_own: int = 0

    @property
    def total(self) -> int:
        """Statements of all labels."""
        return sum(self.counts)

    @property
    def printed(self) -> tuple[tuple[Label, int], ...]:
        """The labels that there are, with their numbers."""
        return tuple((label, n) for label, n in zip(STANCES, self.counts, strict=True) if n)


def timeline(report: PositionReport, matrix: Matrix) -> list[Mark]:
    """All dated statements with a stance, in the order of the matrix, then by date and label."""
    actors = {actor.id: actor for actor in matrix.actors}
    claims = {claim.id: claim for claim in matrix.claims}
    counted = Counter((j.claim, str(j.statement.actor), j.published, j.label) for j in _settled(report) if j.published)
    place = {id_: n for n, id_ in enumerate(actors)}
    rows = {id_: n for n, id_ in enumerate(claims)}
    found = [(c, a, day, label, n) for (c, a, day, label), n in counted.items() if c in claims and a in actors and day]
    found.sort(key=lambda row: (rows[row[0]], place[row[1]], row[2], STANCES.index(row[3])))
    return [Mark(actors[a], claims[c], day, label, n) for c, a, day, label, n in found]


def agreement(matrix: Matrix) -> list[Pair]:
    """Pairs of actors with a claim on which both take a side, the closest allies first, the sharpest opponents last.

    Only verdicts count, and only *asserts* and *denies*: two who hold back do not agree on anything.
    """
    sides = {
        actor.id: {claim.id: cell.verdict for claim in matrix.claims if (cell := matrix.cell(actor, claim)) and cell.verdict in STANCES[:2]}
        for actor in matrix.actors
    }
    pairs = []
    for first, second in combinations(matrix.actors, 2):
        one, other = sides[first.id], sides[second.id]
        shared = [claim for claim in matrix.claims if claim.id in one and claim.id in other]
        if shared:
            agree = tuple(claim for claim in shared if one[claim.id] == other[claim.id])
            disagree = tuple(claim for claim in shared if one[claim.id] != other[claim.id])
            pairs.append(Pair(first, second, agree, disagree))
    return sorted(pairs, key=lambda pair: (-pair.balance, -len(pair.agree)))


def ring(pairs: Sequence[Pair]) -> list[tuple[Actor, float, float]]:
    """Places for the actors of ``pairs`` on a circle of radius 1, such that allies stand side by side.

    The order round the circle is that of the angle of the two leading eigenvectors of the matrix of balances (spectral
    seriation; Atkins, Boman and Hendrickson 1998).
    """
    actors = list({actor.id: actor for pair in pairs for actor in (pair.first, pair.second)}.values())
    if not actors:
        return []
    index = {actor.id: n for n, actor in enumerate(actors)}
    weights = np.zeros((len(actors), len(actors)))
    for pair in pairs:
        a, b = index[pair.first.id], index[pair.second.id]
        weights[a, b] = weights[b, a] = pair.balance
    _, vectors = np.linalg.eigh(weights)
    # Rounded, because the last bits differ between machines; ties keep the order of the matrix.
    angles = [round(math.atan2(x, y), 6) for x, y in zip(vectors[:, -2] if len(actors) > 1 else vectors[:, -1], vectors[:, -1], strict=True)]
    order = sorted(range(len(actors)), key=lambda n: (angles[n], n))
    turns = [2 * math.pi * n / len(actors) - math.pi / 2 for n in range(len(actors))]
    return [(actors[n], math.cos(turn), math.sin(turn)) for n, turn in zip(order, turns, strict=True)]


def outlets(report: PositionReport, matrix: Matrix) -> dict[str, dict[str, OutletCell]]:
    """Outlet -> claim id -> what it printed. Outlets in alphabetical order, claims in that of the matrix."""
    names = sorted({article.outlet for article in report.articles if article.outlet} | {j.outlet for j in report.judgements if j.outlet})
    counts: dict[tuple[str, str], Counter[Label]] = defaultdict(Counter)
    own: dict[tuple[str, str], Counter[Label]] = defaultdict(Counter)
    for j in _settled(report, repeats=True):
        if j.outlet:
            counts[j.outlet, j.claim][j.label] += 1
            if j.statement.actor == matrix.actors[-1].id:
                own[j.outlet, j.claim][j.label] += 1
    return {name: {claim.id: _outlet_cell(name, claim, counts[name, claim.id], own[name, claim.id]) for claim in matrix.claims} for name in names}


def _outlet_cell(outlet: str, claim: Claim, counts: Counter[Label], own: Counter[Label]) -> OutletCell:
    most = max(STANCES, key=lambda label: own[label]) if own else None
    a, d, u = (counts[label] for label in STANCES)
    return OutletCell(outlet, claim, (a, d, u), most, own.total())


def disputed(matrix: Matrix) -> list[tuple[Claim, dict[str, list[Actor]]]]:
    """Claims that somebody asserts and somebody else denies, with actors by verdict; the most disputed first."""
    found = []
    for claim, cells in matrix.rows():
        held: dict[str, list[Actor]] = defaultdict(list)
        for actor, cell in cells:
            if cell:
                held[str(cell.verdict)].append(actor)
        if heat(cell for _, cell in cells):
            found.append((claim, dict(held)))
    found.sort(key=lambda row: -min(len(row[1][Label.ASSERTS]), len(row[1][Label.DENIES])))  # sorting keeps the order of equals
    return found


def heat(cells: Iterator[Position | None] | Sequence[Position | None]) -> int:
    """How disputed a claim is: actors on the smaller of its two sides."""
    sides = Counter(str(cell.verdict) for cell in cells if cell)
    return min(sides[Label.ASSERTS], sides[Label.DENIES])


def _settled(report: PositionReport, *, repeats: bool = False) -> list[Judgement]:
    return [j for j in settle(report.judgements, report.claims) if repeats or j.duplicate_of is None]
