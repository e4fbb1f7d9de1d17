"""The judgements of a near duplicate: copied where its sentences are those of the original, its own elsewhere.

A sentence is the same where it is so to the last character; its judgements are moved to where it stands in the copy. A
sentence that was edited has been judged anew, so that a "not" put in is seen; where it says the same of the same claim in
almost the same words, it is marked as a repetition too. So a story is listed for every outlet and counted once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import pyarrow as pa

from sayso.report import frames
from sayso.report.clean import encodable
from sayso.types import Judgement, Label, Segmented

ALIKE = 0.75  # share of words in common order from which an edited sentence with the same stance repeats the original one
_SPANS = ("start", "end", "source_start", "source_end", "cue_start", "cue_end", "content_start", "content_end")


def with_copies(original: pa.Table, own: Sequence[Judgement], document: Segmented) -> pa.Table:
    """All judgements of ``document``, in text order: ``own`` and those copied from ``original`` (rows of JUDGEMENTS)."""
    rows: list[dict[str, Any]] = original.to_pylist()
    stances: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["label"] != Label.UNRELATED:
            stances[row["actor"], row["claim"], row["label"]].append(row)
    out = list(_copied(rows, document))
    for judgement in own:
        row = {name: encodable(value) for name, value in frames.judgement_row(judgement).items()}
        row["duplicate_of"] = _repeated(row, stances[str(row["actor"]), str(row["claim"]), str(row["label"])])
        out.append(row)
    return pa.Table.from_pylist(sorted(out, key=lambda row: row["start"]), schema=frames.JUDGEMENTS)


def _copied(rows: Iterable[dict[str, Any]], document: Segmented) -> Iterable[dict[str, Any]]:
    places: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        places[row["text"]][row["start"]].append(row)
    met: dict[str, int] = defaultdict(int)
    article = document.article
    for sentence in document.sentences:
        text = document.text(sentence)
        if text not in places:
            continue
        at = list(places[text])
        start = at[min(met[text], len(at) - 1)]  # a sentence that stands twice is copied in order
        met[text] += 1
        for row in places[text][start]:
            moved = {name: row[name] + sentence.start - start for name in _SPANS if row[name] is not None}
            yield (
                row
                | moved
                | {
                    "statement": f"{article.id}:{sentence.start}:{row['actor']}",
                    "article": article.id,
                    "outlet": article.outlet,
                    "published": article.published,
                    "duplicate_of": row["duplicate_of"] or row["statement"],
                    "kind": str(sentence.kind),
                }
            )


def _repeated(row: Mapping[str, Any], said: Sequence[Mapping[str, Any]]) -> str | None:
    words = _words(row["text"])
    shares = [(SequenceMatcher(None, _words(other["text"]), words, autojunk=False).ratio(), other) for other in said]
    best = max(shares, key=lambda share: share[0], default=None)
    return str(best[1]["duplicate_of"] or best[1]["statement"]) if best and best[0] >= ALIKE else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
