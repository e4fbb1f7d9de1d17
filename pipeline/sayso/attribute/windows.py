"""Cut a text into overlapping token windows for the attribution model, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sayso.encoders.tokens import TextTokenizer

MAX_TOKENS = 256  # a quote of several sentences with its speaker fits; longer windows cost more than they find
OVERLAP_TOKENS = 80  # context that two windows share, so that no cue is only ever seen at an edge


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids of a run of sentences. ``starts``/``ends`` are character offsets, -1 for markers.

    Only cues whose token index lies in [core_start, core_end) belong to this window; the rest belong to a neighbour
    that sees more of their surroundings.
    """

    ids: list[int]
    starts: list[int]
    ends: list[int]
    core_start: int
    core_end: int


@dataclass(slots=True)
class _Piece:
    ids: list[int]
    starts: list[int]
    ends: list[int]


def _pieces(text: str, spans: Sequence[tuple[int, int]], tokenizer: TextTokenizer, room: int) -> list[_Piece]:
    out: list[_Piece] = []
    before = None
    for start, end in spans:
        t = tokenizer.encode(text[start:end])
        piece = _Piece(list(t.ids), [a + start for a in t.starts], [b + start for b in t.ends])
        if before is not None and "\n" in text[before:start]:
            piece.ids.insert(0, tokenizer.marker["BREAK"])
            piece.starts.insert(0, -1)
            piece.ends.insert(0, -1)
        before = end
        for at in range(0, len(piece.ids), room):  # a sentence longer than a window is cut hard
            out.append(_Piece(piece.ids[at : at + room], piece.starts[at : at + room], piece.ends[at : at + room]))
    return out


def windows(
    text: str,
    spans: Sequence[tuple[int, int]],
    tokenizer: TextTokenizer,
    max_tokens: int = MAX_TOKENS,
    overlap: int = OVERLAP_TOKENS,
) -> list[Window]:
    """Return windows of at most ``max_tokens`` ids that together cover the sentence ``spans`` of ``text``.

    Windows start and end at sentence borders, share at most ``overlap`` ids, and every id outside the overlaps lies in
    exactly one core. Time and memory are linear in the length of the text.
    """
    room = max_tokens - 2
    pieces = _pieces(text, spans, tokenizer, room - overlap)
    out: list[Window] = []
    first = 0
    shared = 0  # ids at the front that the window before has too
    while first < len(pieces):
        last, size = first, 0
        while last < len(pieces) and size + len(pieces[last].ids) <= room:
            size += len(pieces[last].ids)
            last += 1
        again = last  # the first piece of the next window: go back while the shared part stays small
        back = 0
        if last < len(pieces):
            while again - 1 > first and back + len(pieces[again - 1].ids) <= overlap:
                again -= 1
                back += len(pieces[again].ids)
        run = pieces[first:last]
        out.append(
            Window(
                [tokenizer.cls, *(i for p in run for i in p.ids), tokenizer.sep],
                [-1, *(i for p in run for i in p.starts), -1],
                [-1, *(i for p in run for i in p.ends), -1],
                core_start=1 + shared // 2,
                core_end=1 + size - (back - back // 2),
            )
        )
        first, shared = again, back
    return out
