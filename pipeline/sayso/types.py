"""The nouns of sayso: frozen dataclasses, standard library only.

Everything points back into ``Article.text`` by half-open character spans; no noun holds a copy of article text, except
where a field says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from sayso.cards import card

ARTICLE_VOICE = "article"
"""The reserved actor id of the article's own voice."""


class Label(StrEnum):
    """What a holder does with a claim. The first three are stances; ``unrelated`` is the absence of one."""

    ASSERTS = "asserts"
    DENIES = "denies"
    UNCERTAIN = "uncertain"
    UNRELATED = "unrelated"


LABELS: tuple[Label, ...] = tuple(Label)
STANCES: tuple[Label, ...] = LABELS[:3]
NOT_CLEAR = "not clear"
"""Verdict of a position whose confidence is under the configured one."""


class BlockKind(StrEnum):
    """What a run of lines is on the page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"


class Span(NamedTuple):
    """Characters [start, end) of an article's text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """True where the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """True where ``other`` lies within this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Article:
    """One news text. ``text`` is never changed; ``outlet``, ``published`` and ``url`` may be unknown."""

    id: str
    text: str = field(repr=False)
    title: str | None = None
    outlet: str | None = None
    published: dt.date | None = None
    url: str | None = None

    def _repr_html_(self) -> str:
        facts = {"outlet": self.outlet, "published": self.published, "url": self.url, "id": self.id, "characters": f"{len(self.text):,}"}
        return card(self.title or self.id, facts, [(self.text.strip(), "beginning of the text")] if self.text.strip() else [])


@dataclass(frozen=True, slots=True)
class Block:
    """A typed run of text, with the headings it stands under (outermost first)."""

    start: int
    end: int
    kind: BlockKind
    headings: tuple[Span, ...] = ()
    speaker: Span | None = None
    """The label in front of a turn of an interview or transcript or of a list item, e.g. ``Q`` or a name, or the poster's name above a post."""
    question: Span | None = None
    """For an answer in an interview: the question above it."""
    header: Span | None = None
    """For a table row: the header row."""
    cells: tuple[Span, ...] = ()
    """For a table row: its cells, where they could be told apart."""

    @property
    def span(self) -> Span:
        """The block's characters."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One unit of an article that can hold statements. ``block`` is an index into ``Segmented.blocks``."""

    start: int
    end: int
    block: int
    kind: BlockKind
    headings: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        """The sentence's characters."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something left out, with the stage that left it out and why. Spans are None where the whole article is meant."""

    article: str
    stage: str
    reason: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Segmented:
    """An article cut into blocks and sentences. Sentences plus the gaps between them rebuild the text exactly."""

    article: Article
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    skipped: tuple[Skipped, ...] = ()

    def text(self, span: Span | Sentence | Block) -> str:
        """The slice of the article's text that ``span`` points at."""
        return self.article.text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who can hold a claim. ``members`` are insiders that the aliases do not name ("Jo Fell, director")."""

    id: str
    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        return card(self.name, {"kind": self.kind, "id": self.id, "also": "; ".join(self.aliases), "members": "; ".join(self.members)})


@dataclass(frozen=True, slots=True)
class Claim:
    """A proposition that can be true or false. ``negation_of`` names the claim that this one is the opposite of."""

    id: str
    text: str
    negation_of: str | None = None

    def _repr_html_(self) -> str:
        return card(self.text, {"id": self.id, "negation of": self.negation_of})


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says it (source), the words that say so (cue) and what is said (content). Any part can be missing."""

    source: Span | None = None
    cue: Span | None = None
    content: Span | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Statement:
    """One holder's commitment in one sentence.

    ``actor`` is an actor id, ``article`` for the article's own voice, or None with a ``reason`` where there is a source
    that could not be resolved. ``attributions`` are the holder's in this sentence, in text order: empty for the
    article's own voice and for actors that are merely mentioned. ``chain`` lists outer holders of a nested report, the
    outermost first, as actor ids or, where unresolved, as their source words.
    """

    article: str
    sentence: Sentence
    actor: str | None
    reason: str | None = None
    attributions: tuple[Attribution, ...] = ()
    chain: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Stable within a run: article, sentence start, holder."""
        return f"{self.article}:{self.sentence.start}:{self.actor or '?'}"

    @property
    def source(self) -> Span | None:
        """The last source span of the holder in this sentence."""
        return next((a.source for a in reversed(self.attributions) if a.source), None)

    @property
    def cue(self) -> Span | None:
        """The last cue span."""
        return next((a.cue for a in reversed(self.attributions) if a.cue), None)

    @property
    def content(self) -> Span | None:
        """The last content span."""
        return next((a.content for a in reversed(self.attributions) if a.content), None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the stance model answers for one (statement, claim).

    ``probabilities`` are calibrated and in the order of LABELS; they sum to 1. ``text`` is a copy of the sentence, so that
    a judgement can be read without its article; ``duplicate_of`` names the judgement's statement that said the same
    words first. ``corrected`` is true where a person's decision stands in place of the model's answer.
    """

    statement: Statement
    claim: str
    probabilities: tuple[float, float, float, float]
    label: Label
    text: str
    outlet: str | None = None
    published: dt.date | None = None
    duplicate_of: str | None = None
    corrected: bool = False

    @property
    def weight(self) -> float:
        """Probability that there is a stance at all."""
        return 1.0 - self.probabilities[3]


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of stance: ``before`` until ``last_before``, ``after`` from ``first_after``; both are statement ids."""

    before: Label
    after: Label
    last_before: str
    first_after: str


@dataclass(frozen=True, slots=True)
class Position:
    """What one actor holds on one claim.

    ``label`` is the most probable stance, ``confidence`` its posterior mean, ``lower`` and ``upper`` its 90 % credible
    interval. ``verdict`` is the label, or NOT_CLEAR under the configured confidence. ``evidence`` holds the judgements that
    carry it, best first.
    """

    actor: str
    claim: str
    label: Label
    confidence: float
    lower: float
    upper: float
    verdict: str
    probabilities: tuple[float, float, float]
    evidence: tuple[Judgement, ...] = field(repr=False)
    n_statements: int
    n_articles: int
    n_outlets: int
    first_seen: dt.date | None = None
    last_seen: dt.date | None = None
    shift: bool = False
    shifts: tuple[Shift, ...] = ()

    def _repr_html_(self) -> str:
        facts = {
            "confidence": f"{self.confidence:.0%} ({self.lower:.0%} to {self.upper:.0%})",
            "sentences": self.n_statements,
            "articles": self.n_articles,
            "outlets": self.n_outlets,
            "shift": "; ".join(f"{shift.before}, then {shift.after}" for shift in self.shifts),
        }
        quotes = [(j.text, ", ".join(map(str, filter(None, (j.outlet, j.published, j.label))))) for j in self.evidence[:3]]
        return card(f"{self.actor} on {self.claim}: {self.verdict}", facts, quotes)


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a run was made: the resolved config, the models with their hashes, versions, counts and timings in seconds.

    ``usage`` is what a model behind a server took: requests, cached and failed answers, tokens_in, tokens_out, cost; else empty.
    """

    config: Mapping[str, object] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    usage: Mapping[str, float] = field(default_factory=dict)
