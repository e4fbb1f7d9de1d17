"""Which sentences stand wholly inside a quotation: a cheap pass over characters, before any parsing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sayso.types import BlockKind, Sentence

PAIRS = {"“": "”", "«": "»", "„": "“", "「": "」", "‘": "’", '"': '"'}
CARRY = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
REACH = 4000  # characters within which a quote that runs over paragraphs must end
ENDS_LATER = re.compile(r"(?:[^‘’]|’(?=\w)){0,400}[.,!?…]’(?!\w)")


@dataclass(frozen=True, slots=True)
class Inside:
    """Whether all of a sentence (but closing marks and white space) is quoted, and whether the quote came over from the block before."""

    quoted: bool
    carried: bool


def open_quotes(text: str, sentences: Sequence[Sentence]) -> list[Inside]:
    """For each sentence, whether it lies inside quotation marks.

    Marks are matched in pairs. A quote that a block leaves open goes on in the next blocks where a closing mark comes before any
    other opening one, as in a statement printed whole; else it was forgotten, and ends with its block. A mark that opens
    again what is open already (the next paragraph of a long quote) changes nothing. Single marks are often apostrophes: they
    open only before a word, and a plural's apostrophe does not close them where a better end follows.
    """
    out = []
    block = None
    carried = False
    awaited: list[str] = []  # the closing marks of the quotes that are open, the outermost first
    for s in sentences:
        if s.block != block:
            carried = bool(awaited) and s.kind in CARRY and _goes_on(text, s.start, awaited[0])
            block, awaited = s.block, awaited[:1] if carried else []
        words = outside = 0
        for k in range(s.start, s.end):
            c = text[k]
            if c in awaited and (c != "’" or _closes(text, k)):
                del awaited[len(awaited) - 1 - awaited[::-1].index(c) :]
            elif c in PAIRS and PAIRS[c] not in awaited and _opens(text, k):
                awaited.append(PAIRS[c])
            elif c.isalnum():
                words += 1
                outside += not awaited
        out.append(Inside(bool(words) and outside == 0, carried))
    return out


def _goes_on(text: str, at: int, closing: str) -> bool:
    """Whether the quote that awaits ``closing`` ends at the end of a line behind ``at``, with no quote opened before."""
    opening = {o for o, c in PAIRS.items() if c == closing and o != closing}
    for k in range(at, min(len(text), at + REACH)):
        if text[k] in opening or (text[k] == closing and _opens(text, k) and (k == 0 or text[k - 1].isspace())):
            return False
        if text[k] == closing and closing != "’":
            return not text[k + 1 : k + 2].strip()
    return False


def _opens(text: str, k: int) -> bool:
    """Not within a word, and a straight mark not behind one (an inch sign, or the end of a quote that began elsewhere)."""
    before, after = text[k - 1 : k].isalnum() and k > 0, text[k + 1 : k + 2].isalnum()
    if text[k] == '"':
        return after or not before
    return text[k] != "‘" or not before


def _closes(text: str, k: int) -> bool:
    """Whether the ’ at ``k`` ends a quote: no apostrophe within a word or behind a plural."""
    if text[k + 1 : k + 2].isalnum():
        return False
    plural = text[k - 1 : k] == "s" and re.match(r"\s\w", text[k + 1 : k + 3])
    return not (plural and ENDS_LATER.match(text, k + 1))
