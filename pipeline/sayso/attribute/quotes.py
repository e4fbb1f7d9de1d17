"""Which sentences stand wholly inside a quotation: a cheap pass over characters, before any parsing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sayso.types import Sentence

PAIRS = {"“": "”", "«": "»", "„": "“", "「": "」", "‘": "’", '"': '"'}
ENDS_LATER = re.compile(r"(?:[^‘’]|’(?=\w)){0,400}[.,!?…]’(?!\w)")


def open_quotes(text: str, sentences: Sequence[Sentence]) -> list[bool]:
    """For each sentence, whether all of it (but closing marks and white space) lies inside quotation marks.

    Marks are matched in pairs within one block; a mark that opens again what is open already (the next paragraph of a long quote)
    changes nothing. Single marks are often apostrophes: they open only before a word, and a plural's apostrophe does not close
    them where a better end follows.
    """
    out = []
    block = None
    awaited: list[str] = []  # the closing marks of the quotes that are open, the outermost first
    for s in sentences:
        if s.block != block:
            block, awaited = s.block, []
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
        out.append(bool(words) and outside == 0)
    return out


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
