"""Which sentences stand wholly inside a quotation: a cheap pass over characters, before any parsing."""

from __future__ import annotations

from collections.abc import Sequence

from sayso.types import Sentence

PAIRS = {"“": "”", "«": "»", "„": "“", "「": "」"}
CLOSERS = {"”", "»", "」"}


def open_quotes(text: str, sentences: Sequence[Sentence]) -> list[bool]:
    """For each sentence, whether all of it (but closing marks and white space) lies inside quotation marks.

    Curly and angle quotes are tracked by their direction, straight double quotes by turns, both within one block; a
    paragraph of a long quote that opens with a mark again and has no closing one keeps it open. Single quotes are too
    often apostrophes and are read only in their curly form at the start of a word.
    """
    out = []
    block = None
    depth = 0
    for s in sentences:
        if s.block != block:
            block, depth = s.block, 0
        words = outside = 0
        for k in range(s.start, s.end):
            c = text[k]
            if c in PAIRS and not (c == "“" and depth and text[k - 1 : k].isalnum()):
                depth += 1
            elif c in CLOSERS:
                depth = max(0, depth - 1)
            elif c == '"':
                depth = 0 if depth else 1
            elif c == "‘" and not text[k - 1 : k].isalnum():
                depth += 1
            elif c == "’" and depth and not text[k + 1 : k + 2].isalnum() and text[k - 1 : k] in ".,!?’":
                depth = max(0, depth - 1)
            elif c.isalnum():
                words += 1
                outside += depth == 0
        out.append(bool(words) and outside == 0)
    return out
