"""Statement -> Question: the sentence in its context, with everything that attribution found in it marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np

from sayso.stance.passage import Passage, Question
from sayso.types import ARTICLE_VOICE, Attribution, BlockKind, Claim, Segmented, Span, Statement

CONTEXT_SENTENCES = 2


def questions(
    document: Segmented, statements: Iterable[Statement], claims: Sequence[Claim], names: Mapping[str, str], keep: np.ndarray | None = None
) -> Iterator[tuple[Statement, Question, tuple[Claim, ...]]]:
    """Yield a question for each statement that has a holder, with the claims that it asks.

    ``names`` gives the display name of an actor id. ``keep`` (n_statements, n_claims) leaves out pairs that cannot matter; a
    statement with no claim left is not asked. Claims stand in the order of the run's list.
    """
    index = {s.start: i for i, s in enumerate(document.sentences)}
    for start, group in groupby(enumerate(statements), key=lambda s: s[1].sentence.start):
        numbered = list(group)
        together = [s for _, s in numbered]
        i = index[start]
        context, heading = context_start(document, i), _heading(document, i)
        for n, s in numbered:
            asked = tuple(c for k, c in enumerate(claims) if keep is None or keep[n, k])
            if asked and s.actor is not None:
                holder = None if s.actor == ARTICLE_VOICE else names.get(s.actor, s.actor)
                yield s, Question(holder, _passage(document, s, together, context, heading), tuple(c.text for c in asked)), asked


def context_start(document: Segmented, i: int) -> int:
    """Where the context of sentence ``i`` begins: the sentences before it in its block, else the end of the block before."""
    s = document.sentences[i]
    first = i
    while first > 0 and i - first < CONTEXT_SENTENCES and document.sentences[first - 1].block == s.block:
        first -= 1
    if first == i and i > 0 and s.kind not in (BlockKind.TABLE_ROW, BlockKind.TITLE, BlockKind.HEADING):
        before = document.sentences[i - 1]
        if before.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and s.start - before.end < 40:
            first = i - 1
    return document.sentences[first].start


def _heading(document: Segmented, i: int) -> str:
    """The words that govern a sentence from above: a table's header, a question, a list's lead-in, a heading, the title."""
    s = document.sentences[i]
    block = document.blocks[s.block]
    if block.header:
        return document.text(block.header)
    if block.question and block.question.end <= s.start:
        return document.text(block.question)
    if s.kind is BlockKind.LIST_ITEM:
        for other in reversed(document.sentences[max(0, i - 12) : i]):
            if other.kind is BlockKind.PARAGRAPH:
                return document.text(other)
            if other.kind is not BlockKind.LIST_ITEM:
                break
    if s.headings:
        return document.text(s.headings[-1])
    if s.kind is BlockKind.TITLE:
        return ""
    first = document.blocks[0]  # the only place for a title
    return document.text(first) if first.kind is BlockKind.TITLE else document.article.title or ""


def _passage(document: Segmented, s: Statement, together: Sequence[Statement], start: int, heading: str) -> Passage:
    end = s.sentence.end

    def move(span: Span | None) -> Span | None:
        if span is None or span.start < start or span.end > end:
            return None
        return Span(span.start - start, span.end - start)

    own = [Attribution(move(a.source), move(a.cue), move(a.content), a.confidence) for a in s.attributions]
    mine = {a.source for a in s.attributions if a.source}
    others = {a.source for t in together if t.actor != s.actor for a in t.attributions if a.source and a.source not in mine}
    return Passage(
        document.article.text[start:end],
        Span(s.sentence.start - start, end - start),
        tuple(a for a in own if a.source or a.cue or a.content),
        tuple(sorted(x for x in (move(o) for o in others) if x)),
        " ".join(heading.split()),
    )
