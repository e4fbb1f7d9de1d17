"""Which judgements a person should look at first."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sayso.aggregate import parents
from sayso.errors import InputError
from sayso.report.clean import clean
from sayso.types import ARTICLE_VOICE, LABELS, Judgement

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_LISTED = 40  # ids that a message names


def doubt(judgement: Judgement) -> float:
    """How far the label is ahead of the likeliest other one, -1 to 1: the smaller, the more a person's answer helps.

    It is behind where a stance is taken, by the threshold on a stance at all, although none is likelier.
    """
    chance = dict(zip(LABELS, judgement.probabilities, strict=True))
    return chance.pop(judgement.label) - max(chance.values())


def doubtful(report: PositionReport, actor: str | None = None, claim: str | None = None) -> list[Judgement]:
    """The judgements of a report that somebody holds, the most doubtful first; copies of the same words are left out.

    With ``actor`` or ``claim`` (ids) only theirs, with both those of one cell; a claim comes with its opposites. Raises
    InputError, with the ids that there are, where one is unknown.
    """
    _check("actor", actor, dict.fromkeys([ARTICLE_VOICE, *(a.id for a in report.actors), *(str(j.statement.actor) for j in report.judgements)]))
    _check("claim", claim, dict.fromkeys([*(c.id for c in report.claims), *(j.claim for j in report.judgements)]))
    root = parents(report.claims)
    found = [
        j
        for j in report.judgements
        if j.duplicate_of is None
        and j.statement.actor is not None
        and actor in (None, j.statement.actor)
        and claim in (None, j.claim, root.get(j.claim, (j.claim, False))[0])
    ]
    return sorted(found, key=lambda j: (doubt(j), j.statement.id, j.claim))


def _check(what: str, id_: str | None, known: Collection[str]) -> None:
    if id_ is not None and id_ not in known:
        names = [*known]
        listed = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
        raise InputError(f"{what}: found {clean(id_)!r}, expected one of {clean(listed) or 'none: the report has no judgements'}")
