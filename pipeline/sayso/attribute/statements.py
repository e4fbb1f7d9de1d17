"""Attributions and the shape of the page -> statements: who may hold something in each sentence.

The attribution model finds sources with their cues. What it cannot see, the page shows: whose turn it is in an interview,
which column of a table is whose, which quote is still open, under whose heading a sentence stands. Each sentence gets at
most one statement for each holder.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sayso.actors import ActorRegistry, Linker, Mention
from sayso.attribute.quotes import open_quotes
from sayso.segment import column_spans
from sayso.types import ARTICLE_VOICE, Attribution, Block, BlockKind, Segmented, Sentence, Skipped, Span, Statement

LABEL_SHARE = 0.6
QUOTE_NEAR = 4  # sentences before and after a quote in which its speaker may stand
NEAR = 6  # attributions before and after one that may hold it
Mode = Literal["gate", "hint", "all"]
"""gate: only holders that attribution found. hint: actors named in the sentence or speaking just before, too. all: every actor."""


@dataclass(slots=True)
class _Linked:
    attribution: Attribution
    actors: tuple[str, ...]
    reason: str | None
    chain: tuple[str, ...] = ()


@dataclass(slots=True)
class _Slot:
    """What has been gathered for one (sentence, holder)."""

    attributions: list[Attribution] = field(default_factory=list)
    chain: tuple[str, ...] = ()


def statements(
    document: Segmented, attributions: Sequence[Attribution], registry: ActorRegistry, mode: Mode = "hint"
) -> tuple[list[Statement], list[Skipped]]:
    """Return the statements of a document, sentence by sentence, and what stayed without a holder.

    A statement of ``article`` is given for every sentence that is not wholly somebody's quote or answer. Sources that link
    to no actor come back as Skipped with the reason, never silently.
    """
    linker = Linker(registry, document.article.text)
    linked, skipped, likely = _link(document, attributions, linker)
    slots: list[dict[str, _Slot]] = [{} for _ in document.sentences]
    starts = [s.start for s in document.sentences]
    for item in linked:
        for i in _touched(document.sentences, starts, item.attribution):
            for actor in item.actors:
                _add(slots[i], actor, _clip(item.attribution, document.sentences[i].span), item.chain)
    spoken = _turns(document, linker, slots)
    spoken |= _quotes(document, slots)
    known = {i for i, slot in enumerate(slots) if any(s.attributions for s in slot.values())}
    known |= {i for item in linked for i in _touched(document.sentences, starts, item.attribution)}
    for i in sorted(spoken - known):
        sentence = document.sentences[i]
        skipped.append(Skipped(document.article.id, "attribute", "the words of somebody who is no listed actor", sentence.start, sentence.end))
    _tables(document, linker, slots)
    if mode == "hint":
        _hints(document, linker, slots, likely, spoken)
    elif mode == "all":
        for slot in slots:
            for a in registry.actors:
                slot.setdefault(a.id, _Slot())
    out = []
    for i, (sentence, slot) in enumerate(zip(document.sentences, slots, strict=True)):
        for actor, s in slot.items():
            ordered = tuple(sorted(s.attributions, key=lambda a: min(x.start for x in (a.source, a.cue, a.content) if x)))
            out.append(Statement(document.article.id, sentence, actor, None, ordered, s.chain))
        if mode == "all" or i not in spoken:
            out.append(Statement(document.article.id, sentence, ARTICLE_VOICE))
    return out, skipped


def _link(document: Segmented, attributions: Sequence[Attribution], linker: Linker) -> tuple[list[_Linked], list[Skipped], dict[int, str]]:
    """Attributions with their actors, what stayed without one, and by a sentence's start whom its subject "she" likely is."""
    out: list[_Linked] = []
    likely: dict[int, str] = {}
    where = _Where(document)
    to_read = iter(document.sentences)
    ahead = next(to_read, None)
    for a in attributions:
        anchor = a.cue or a.content
        sentence = where.sentence(anchor) if anchor else None
        if sentence is None:
            continue
        while ahead is not None and ahead.start <= sentence.start:  # in reading order: before what this sentence adds
            _note(ahead, linker, likely)
            ahead = next(to_read, None)
        if a.source is None:
            out.append(_Linked(a, (), "a cue without a source"))
        else:
            link = linker.resolve(a.source, sentence.span)
            out.append(_Linked(a, link.actors, link.reason))
            if not link.actors and (actor := linker.likely(a.source, sentence.span)):
                likely.setdefault(sentence.start, actor)
    while ahead is not None:
        _note(ahead, linker, likely)
        ahead = next(to_read, None)
    for item, outer in _nested(out):
        no_source = item.attribution.source is None
        first_person = not item.actors and (item.reason or "").startswith("first person")
        if no_source or first_person:  # "We opened the gates, ... we said so" inside somebody's quote
            item.actors, item.reason = outer.actors, outer.reason
        if outer.actors != item.actors:
            name = outer.actors[0] if outer.actors else _words(document, outer.attribution.source)
            item.chain = (*outer.chain, name)[-2:]
    skipped = []
    for item in out:
        span = item.attribution.source or item.attribution.cue or item.attribution.content
        if not item.actors and span:
            skipped.append(Skipped(document.article.id, "actors", item.reason or "no holder", span.start, span.end))
    return out, skipped, likely


def _note(sentence: Sentence, linker: Linker, likely: dict[int, str]) -> None:
    if (pronoun := linker.subject_pronoun(sentence.span)) and (actor := linker.likely(pronoun, sentence.span)):
        likely[sentence.start] = actor


def _nested(linked: Sequence[_Linked]) -> Iterator[tuple[_Linked, _Linked]]:
    """Each attribution that stands in the content of another one near it, with the innermost such one; outer pairs first."""

    def size(x: _Linked) -> int:
        return x.attribution.content.end - x.attribution.content.start if x.attribution.content else 0

    for i in sorted(range(len(linked)), key=lambda i: -size(linked[i])):
        item = linked[i]
        anchor = item.attribution.cue or item.attribution.content
        near = [x for x in linked[max(0, i - NEAR) : i + NEAR + 1] if x is not item and size(x) > size(item)]
        around = [x for x in near if anchor and x.attribution.content and x.attribution.content.contains(anchor)]
        if around:
            yield item, min(around, key=size)


def _words(document: Segmented, span: Span | None) -> str:
    return " ".join(document.text(span).split()) if span else "?"


class _Where:
    """Finds the sentence that a span starts in."""

    def __init__(self, document: Segmented) -> None:
        self.sentences = document.sentences
        self.starts = [s.start for s in document.sentences]

    def sentence(self, span: Span) -> Sentence | None:
        i = bisect_right(self.starts, span.start) - 1
        if i >= 0 and self.sentences[i].end > span.start:
            return self.sentences[i]
        return None


def _touched(sentences: Sequence[Sentence], starts: Sequence[int], a: Attribution) -> Iterable[int]:
    """Indices of the sentences that hold the cue or a good part of the content."""
    spans = [s for s in (a.cue, a.content) if s]
    first = max(0, bisect_right(starts, min(s.start for s in spans)) - 1)
    end = max(s.end for s in spans)
    for i in range(first, len(sentences)):
        s = sentences[i]
        if s.start >= end:
            break
        holds_cue = a.cue is not None and a.cue.overlaps(s.span)
        shared = min(s.end, a.content.end) - max(s.start, a.content.start) if a.content else 0
        if holds_cue or shared >= min(12, s.end - s.start):
            yield i


def _clip(a: Attribution, to: Span) -> Attribution:
    def part(s: Span | None) -> Span | None:
        return Span(max(s.start, to.start), min(s.end, to.end)) if s and s.overlaps(to) else None

    return Attribution(part(a.source), part(a.cue), part(a.content), a.confidence)


def _add(slot: dict[str, _Slot], actor: str, a: Attribution, chain: tuple[str, ...] = ()) -> None:
    s = slot.setdefault(actor, _Slot())
    if a.source or a.cue or a.content:
        s.attributions.append(a)
    s.chain = s.chain or chain


def _turns(document: Segmented, linker: Linker, slots: list[dict[str, _Slot]]) -> set[int]:
    """Interview turns: everything in an answer is the speaker's. Returns the sentences that somebody but the article speaks."""
    interviewee = _interviewee(document, linker)
    strangers = _strangers(document)
    spoken = set()
    for i, sentence in enumerate(document.sentences):
        block = document.blocks[sentence.block]
        answers = (block.question or block.speaker) and _answers(document, block, linker)
        actor = _labelled(block, linker)
        if actor is None and answers:
            actor = interviewee
        if actor is not None and (actor not in slots[i] or not slots[i][actor].attributions):
            _add(slots[i], actor, Attribution(source=block.speaker, content=sentence.span))
        posted = block.speaker is not None and block.speaker.end < block.start  # the name stands on a line of its own above
        if actor is not None or answers or posted or (block.speaker and document.text(block.speaker) in strangers):
            spoken.add(i)
    return spoken


def _labelled(block: Block, linker: Linker) -> str | None:
    """Whose name a block is labelled with. A list item's label has to be hardly more than the name: "Ostland's case" is a topic."""
    if block.speaker is None:
        return None
    m = next(iter(linker.mentions_in(block.speaker)), None)
    enough = block.kind is not BlockKind.LIST_ITEM or (m and (m.end - m.start) > LABEL_SHARE * (block.speaker.end - block.speaker.start))
    return m.actor if m and enough else None


def _strangers(document: Segmented) -> set[str]:
    """Speaker labels of several words that come again: people. A single word or a single label may be "Note" or "Key points"."""
    labels = Counter(document.text(b.speaker) for b in document.blocks if b.speaker and b.kind is BlockKind.PARAGRAPH)
    return {label for label, n in labels.items() if n > 1 and len(label.split()) > 1}


def _answers(document: Segmented, block: Block, linker: Linker) -> bool:
    """True for a turn that answers: labelled as an answer, or a paragraph after a question that is no question itself."""
    words = linker.words
    label = document.text(block).lstrip("*_ ") if block.speaker else ""
    if words.question_label.match(label):
        return False
    if words.answer_label.match(label):
        return True
    return block.question is not None and block.kind is BlockKind.PARAGRAPH and not block.speaker


def _interviewee(document: Segmented, linker: Linker) -> str | None:
    """Who is interviewed: the actor named most in the title and the paragraphs before the first question."""
    first = next((b.question.start for b in document.blocks if b.question), len(document.article.text))
    count: dict[str, float] = {}
    for m in linker.mentions:
        if m.start < first or m.start < 400:
            count[m.actor] = count.get(m.actor, 0) + (2 if m.person else 1)
    return max(count, key=lambda a: count[a]) if count else None


def _quotes(document: Segmented, slots: list[dict[str, _Slot]]) -> set[int]:
    """Sentences wholly inside a quotation that nobody was found for belong to whoever is being quoted."""
    sentences = document.sentences
    inside = open_quotes(document.article.text, sentences)
    spoken = {i for i, x in enumerate(inside) if x.quoted}

    def joined(i: int, j: int) -> bool:
        return 0 <= j < len(slots) and (sentences[i].block == sentences[j].block or (inside[i].quoted and inside[max(i, j)].carried))

    def ask(i: int, j: int) -> bool:
        quoted = [a for a, s in slots[j].items() if any(x.content for x in s.attributions)] if joined(i, j) else []
        if len(quoted) == 1:
            _add(slots[i], quoted[0], Attribution(content=sentences[i].span))
        return len(quoted) == 1

    open_ = [i for i in sorted(spoken) if not any(s.attributions for s in slots[i].values())]
    late = [i for i in open_ if not (ask(i, i - 1) or ask(i, i + 1))]  # the sentence before speaks first, then the one after
    for i in reversed(late):  # a statement printed whole may name its speaker at its end only
        if any(x.carried for x in inside[i : i + 2]):
            ask(i, i + 1)
    return spoken


def _tables(document: Segmented, linker: Linker, slots: list[dict[str, _Slot]]) -> None:
    """A cell counts for the actor that heads its column; where cells cannot be told apart, the row counts for each."""
    for i, sentence in enumerate(document.sentences):
        block = document.blocks[sentence.block]
        if block.header is None:
            continue
        heads = linker.mentions_in(block.header)
        columns = _column_actors(document, block, heads, linker)
        for actor in dict.fromkeys((*(m.actor for m in heads), *columns)):
            cell = columns.get(actor)
            _add(slots[i], actor, Attribution(content=cell or sentence.span))


def _column_actors(document: Segmented, block: Block, heads: Sequence[Mention], linker: Linker) -> dict[str, Span]:
    if not block.cells or block.header is None:
        return {}
    names = [Span(m.start, m.end) for m in heads]
    columns = column_spans(document.text(block.header), block.header.start, len(block.cells), names)
    if len(columns) != len(block.cells):
        return {}
    out: dict[str, Span] = {}
    for column, cell in zip(columns, block.cells, strict=True):
        named = [m.actor for m in heads if column.start <= m.start < column.end]
        for actor in named or linker.shortened(document.text(column)):
            out.setdefault(actor, cell)
    return out


def _hints(document: Segmented, linker: Linker, slots: list[dict[str, _Slot]], likely: Mapping[int, str], spoken: set[int]) -> None:
    """Candidates without an attribution: named or described in the sentence, named in its heading, likely its "she", or the speaker of the sentence before.

    Words in quotation marks that nobody was found for may be those of whoever spoke just before or just after.
    """
    speakers = [[a for a, s in slot.items() if s.attributions] for slot in slots]
    for i, sentence in enumerate(document.sentences):
        if i in spoken and not speakers[i]:
            before = next((s for s in reversed(speakers[max(0, i - QUOTE_NEAR) : i]) if s), [])
            after = next((s for s in speakers[i + 1 : i + 1 + QUOTE_NEAR] if s), [])
            for actor in (*before, *after):
                slots[i].setdefault(actor, _Slot())
        if sentence.start in likely:
            slots[i].setdefault(likely[sentence.start], _Slot())
        for actor in linker.described(sentence.span):
            slots[i].setdefault(actor, _Slot())
        for m in linker.mentions_in(sentence.span):
            slots[i].setdefault(m.actor, _Slot())
        if sentence.headings:
            for m in linker.mentions_in(sentence.headings[-1]):
                slots[i].setdefault(m.actor, _Slot())
        if i and document.sentences[i - 1].block == sentence.block:
            for actor, s in slots[i - 1].items():
                if s.attributions:
                    slots[i].setdefault(actor, _Slot())
