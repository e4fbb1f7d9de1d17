"""What the stance model is asked, and the one function that turns a question into a sequence.

Training, evaluation and scoring all go through ``encode``, so that they see one input:

    [CLS] holder [SEP] [HEADING] heading [BREAK] context [SENTENCE] the [SOURCE] minister [/SOURCE] ... [/SENTENCE]
    [SEP] [CLAIM] first claim [CLAIM] second claim ... [SEP]

The holder's own source, cue and content are marked wherever attribution found them; sources of other holders carry a
mark of another kind, so that "who is talked about" and "who speaks" look different. ``[VOICE]`` stands in the holder's
place where the text's own voice is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from sayso.encoders.tokens import TextTokenizer
from sayso.errors import ScoringError
from sayso.types import Attribution, Span

MAX_TOKENS = 320
CONTEXT_TOKENS = 72  # of the sentences before; a quote with its speaker mostly fits
HEADING_TOKENS = 32


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence inside a little context. Spans are characters of ``text``.

    ``attributions`` are those of the asked holder, ``others`` the source spans of other holders.
    """

    text: str
    sentence: Span
    attributions: tuple[Attribution, ...] = ()
    others: tuple[Span, ...] = ()
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What ``holder`` (None: the text's own voice) holds on each of ``claims`` in ``passage``."""

    holder: str | None
    passage: Passage
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sequence: token ids, and the index of the marker of each of its claims."""

    ids: list[int]
    claim_positions: list[int]


def encode(question: Question, tokenizer: TextTokenizer, max_tokens: int = MAX_TOKENS) -> list[Encoded]:
    """Turn a question into one sequence, or into several where its claims do not fit one; claims keep their order.

    The passage is cut before the claims are: first its context from the far end, then the sentence at its end.
    Raises ScoringError where one claim alone takes more than half of ``max_tokens``.
    """
    t = tokenizer
    holder = [t.marker["VOICE"]] if question.holder is None else t.encode(question.holder).ids[:24]
    claims = [[t.marker["CLAIM"], *t.encode(c).ids] for c in question.claims]
    for text, ids in zip(question.claims, claims, strict=True):
        if len(ids) > max_tokens // 2:
            raise ScoringError(f"claim {text[:60]!r}... has {len(ids)} tokens, the model reads at most {max_tokens // 2}; shorten or split it")
    pieces = _pieces(question.passage, t)
    longest = min(sum(map(len, pieces)), max_tokens * 3 // 4)
    out = []
    at = 0
    while at < len(claims):
        room = max_tokens - 4 - len(holder)  # [CLS] and three [SEP]
        kept = _fit(pieces, min(longest, max(room // 2, room - sum(len(c) for c in claims[at:]))))
        n, size = 0, 0
        while at + n < len(claims) and size + len(claims[at + n]) <= room - len(kept):
            size += len(claims[at + n])
            n += 1
        if n == 0:  # a long claim beside a long passage: the claim is kept whole
            kept, n = _fit(pieces, room - len(claims[at])), 1
        ids = [t.cls, *holder, t.sep, *kept, t.sep]
        positions = []
        for c in claims[at : at + n]:
            positions.append(len(ids))
            ids += c
        out.append(Encoded([*ids, t.sep], positions))
        at += n
    return out


def _fit(pieces: tuple[list[int], list[int], list[int]], n: int) -> list[int]:
    """Heading, context and sentence in at most ``n`` ids: the context gives way from its far end, then the sentence from its end."""
    heading, context, sentence = pieces
    room = n - len(heading) - len(sentence)
    return [*heading, *(context[-room:] if room > 0 else ()), *sentence][:n]


def _pieces(p: Passage, t: TextTokenizer) -> tuple[list[int], list[int], list[int]]:
    """Ids of the heading, of the context before the sentence, and of the sentence with its marks."""
    marks: list[tuple[int, int, str]] = [(p.sentence.start, 1, "SENTENCE"), (p.sentence.end, 0, "/SENTENCE")]
    for a in p.attributions:
        for span, name in ((a.source, "SOURCE"), (a.cue, "CUE"), (a.content, "CONTENT")):
            if span:
                marks += [(span.start, 1, name), (span.end, 0, "/" + name)]
    for span in p.others:
        marks += [(span.start, 1, "OTHER"), (span.end, 0, "/OTHER")]
    marks.sort(key=lambda m: (m[0], m[1]))
    tokens = t.encode(p.text)
    ids: list[int] = []
    in_context = 0  # ids before the sentence
    k = 0
    last_end = 0
    for i, start, end in zip(tokens.ids, tokens.starts, tokens.ends, strict=True):
        while k < len(marks) and (marks[k][0] < end if marks[k][1] else marks[k][0] <= start):
            if marks[k][2] == "SENTENCE":
                in_context = len(ids)
            ids.append(t.marker[marks[k][2]])
            k += 1
        if "\n" in p.text[last_end:start]:
            ids.append(t.marker["BREAK"])
        ids.append(i)
        last_end = end
    ids += [t.marker[m[2]] for m in marks[k:]]
    heading = [t.marker["HEADING"], *t.encode(p.heading).ids[:HEADING_TOKENS], t.marker["BREAK"]] if p.heading else []
    return heading, ids[max(0, in_context - CONTEXT_TOKENS) : in_context], ids[in_context:]
