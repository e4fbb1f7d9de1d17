"""What pages say: names, signs, figures in words, evidence with its context. Shared by HTML, Markdown and terminal."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sayso.report.clean import shorten
from sayso.types import ARTICLE_VOICE, LABELS, NOT_CLEAR, Actor, Article, Claim, Judgement, Label, Position, Shift, Span

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

OWN_VOICE = "In the article’s own voice"
SIGNS = {Label.ASSERTS: "+", Label.DENIES: "−", Label.UNCERTAIN: "?", NOT_CLEAR: "~"}
"""Verdict -> the sign that stands beside its word, so that colour is never the only carrier."""

_CONTEXT = 220  # characters shown on either side of a sentence
_PIECE = 3000  # characters shown of one piece; no sentence of prose is that long


class Piece(NamedTuple):
    """A run of text with what it is: any of ``sentence``, ``source``, ``cue``, ``content``; none for context."""

    text: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """One judgement as a page shows it, with the same words in other articles."""

    judgement: Judgement
    article: Article
    pieces: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool
    copies: tuple[Judgement, ...]


@dataclass(frozen=True)
class ShiftView:
    """A change of stance with both of its sentences, where they are among the judgements."""

    position: Position
    shift: Shift
    before: Evidence | None
    after: Evidence | None


class Words:
    """Look-ups over one report."""

    def __init__(self, report: PositionReport) -> None:
        self.actors = {actor.id: actor for actor in report.actors} | {ARTICLE_VOICE: Actor(ARTICLE_VOICE, OWN_VOICE)}
        self.claims = {claim.id: claim for claim in report.claims}
        self.articles = {article.id: article for article in report.articles}
        self._by_statement: dict[str, list[Judgement]] = defaultdict(list)
        self._copies: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
        for judgement in report.judgements:
            self._by_statement[judgement.statement.id].append(judgement)
            if judgement.duplicate_of:
                self._copies[judgement.duplicate_of, judgement.claim].append(judgement)

    def name(self, actor: str | None) -> str:
        """The name of an actor, or its id where it is not in the registry."""
        return self.actors[actor].name if actor in self.actors else actor or "somebody"

    def claim(self, claim: str) -> Claim:
        """The claim with an id; one that says the id where it is not listed."""
        return self.claims.get(claim) or Claim(claim, claim)

    def evidence(self, position: Position, limit: int | None = None) -> list[Evidence]:
        """The evidence of a position, best first; repetitions stand with the first that said the same words."""
        shown = {judgement.statement.id for judgement in position.evidence}
        own = [judgement for judgement in position.evidence if judgement.duplicate_of not in shown]
        return [self.of(judgement) for judgement in own[:limit]]

    def of(self, judgement: Judgement) -> Evidence:
        """A judgement with its context and copies."""
        statement = judgement.statement
        # Without its article, the copy of the sentence still stands: the offsets are then not used for cutting.
        article = self.articles.get(statement.article) or Article(statement.article, "", outlet=judgement.outlet)
        pieces, before, after = _in_context(judgement, article.text)
        copies = tuple(self._copies[statement.id, judgement.claim])
        return Evidence(judgement, article, pieces, before, after, copies)

    def shifts(self, positions: Iterable[Position]) -> Iterator[ShiftView]:
        """All changes of stance, with the sentences before and after."""
        for position in positions:
            for shift in position.shifts:
                ends = (shift.last_before, shift.first_after)
                yield ShiftView(position, shift, *(self._statement(position, id_) for id_ in ends))

    def _statement(self, position: Position, statement: str) -> Evidence | None:
        family = {position.claim} | {claim.id for claim in self.claims.values() if claim.negation_of == position.claim}
        found = [j for j in self._by_statement[statement] if j.claim in family and j.label is not Label.UNRELATED]
        return self.of(found[0]) if found else None


def _in_context(judgement: Judgement, text: str) -> tuple[tuple[Piece, ...], bool, bool]:
    """Cut the sentence's surroundings into pieces; True where its lines go on before or after what is shown."""
    sentence = judgement.statement.sentence.span
    if not text[sentence.start : sentence.end].strip():
        return (Piece(_bounded(judgement.text), ("sentence",)),), False, False
    first, last = lines_around(text, sentence)
    start, end = max(first, sentence.start - _CONTEXT), min(last, sentence.end + _CONTEXT)
    if start > first:  # begin and end between words
        start = min(text.find(" ", start, sentence.start) + 1 or sentence.start, sentence.start)
    if end < last:
        end = max(text.rfind(" ", sentence.end, end), sentence.end)
    roles: list[tuple[str, Span]] = [("sentence", sentence)]
    for part in judgement.statement.attributions:
        spans = (("source", part.source), ("cue", part.cue), ("content", part.content))
        roles += [(role, span) for role, span in spans if span is not None]
    edges = {start, end} | {edge for _, span in roles for edge in span if start < edge < end}
    cuts = sorted(edges)
    pieces = tuple(
        Piece(_bounded(text[a:b]), tuple(dict.fromkeys(role for role, span in roles if span.start <= a and b <= span.end))) for a, b in pairwise(cuts)
    )
    return pieces, start > first, end < last


def _bounded(text: str) -> str:
    return text if len(text) <= _PIECE else text[:_PIECE] + "…"


def lines_around(text: str, span: Span) -> tuple[int, int]:
    """The line or lines that hold the span: context never reaches over into another paragraph."""
    end = text.find("\n", span.end)
    return text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end


def anchor(*ids: str) -> str:
    """A permanent HTML id from ids of any kind.

    Ids that hold other than letters, digits, ``_`` and ``-`` get a hash too, so that two of them never meet.
    """
    parts = []
    for id_ in ids:
        safe = re.sub(r"[^A-Za-z0-9_-]+", "_", id_)[:60]
        digest = hashlib.sha256(id_.encode("utf-8", "replace")).hexdigest()[:10]
        parts.append(safe if safe == id_ else f"{safe}_{digest}")
    return ".".join(parts)


def percent(share: float) -> str:
    """A share as whole percents; never a certainty that the figures do not hold."""
    return "<1%" if 0 < share < 0.005 else ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def reading(judgement: Judgement) -> str:
    """The label with how sure it is, e.g. ``denies 96%``; or with whose decision it is, where a person's stands."""
    if judgement.corrected:
        return f"{judgement.label} (checked by a person)"
    return f"{judgement.label} {percent(judgement.probabilities[LABELS.index(judgement.label)])}"


def interval(position: Position) -> str:
    """The credible interval, e.g. ``80–97%``."""
    return f"{percent(position.lower).rstrip('%')}–{percent(position.upper)}"


def count(number: int, noun: str) -> str:
    """A number with its noun, e.g. ``1 sentence``, ``1,200 sentences``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def day(date: dt.date | None) -> str:
    """A date as a newspaper prints it, e.g. ``3 March 2026``; empty where it is unknown."""
    return f"{date.day} {date:%B} {date.year}" if date else ""


def period(first: dt.date | None, last: dt.date | None) -> str:
    """One date or two, e.g. ``3 to 9 March 2026``."""
    if not first or not last or first == last:
        return day(first or last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    return f"{first.day} {first:%B} to {day(last)}" if first.year == last.year else f"{day(first)} to {day(last)}"


def listed(names: Sequence[str], most: int = 4) -> str:
    """Names as a sentence lists them, e.g. ``A, B and 3 others``."""
    shown = [*names] if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} others"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else ""


_VERBS = {
    Label.ASSERTS: ("asserts it", "assert it"),
    Label.DENIES: ("denies it", "deny it"),
    Label.UNCERTAIN: ("does not take a side", "do not take a side"),
}


def sides(held: Mapping[str, Sequence[Actor]]) -> Iterator[tuple[Label, str, str]]:
    """For each stance that is held: the label, who holds it, and the verb, e.g. ``denies, "A and B", "deny it"``."""
    for label, (one, several) in _VERBS.items():
        if actors := held.get(label):
            names = ["the reporting itself" if actor.id == ARTICLE_VOICE else shorten(actor.name, 60) for actor in actors]
            text = listed(names)
            yield label, text[0].upper() + text[1:], one if len(names) == 1 else several
