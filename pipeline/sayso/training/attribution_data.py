"""Attribution records and topic targets from the files that hold them. No torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sayso.segment import segment
from sayso.training.stance_data import gold_records, load_gold, read_jsonl
from sayso.types import Article

PARTS = ("source", "cue", "content")


def attribution_records(path: Path, kind: str, split: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield records of text, sentences and attributions.

    ``kind`` attributions: one document a line, its first annotation only where there are several. ``kind`` rows: the spans that
    rows of passages carry; rows of one text are joined.
    """
    rows = [r for r in read_jsonl(path) if not split or r.get("split", "train") in split]
    if kind == "attributions":
        for r in rows:
            if r.get("primary", True) and r["sentences"]:
                yield r
        return
    texts: dict[str, set[tuple[Any, ...]]] = {}
    for r in rows:
        found = texts.setdefault(r["text"], set())
        for source, cue, content in _triples(r):
            found.add((source, cue, content))
    for text, found in texts.items():
        attributions = [
            {f"{p}_fragments": [list(s)] if s else [] for p, s in zip(PARTS, triple, strict=True)} for triple in sorted(found, key=lambda t: t[1])
        ]
        yield {"text": text, "sentences": [[0, len(text)]], "attributions": attributions}


def _triples(row: dict[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    for s in row.get("statements", ()):
        if s.get("cue"):
            yield tuple(tuple(s[p]) if s.get(p) else None for p in PARTS)  # type: ignore[misc]


def topic_documents(folder: Path) -> Iterator[tuple[str, list[tuple[int, int]], list[str], list[list[int]]]]:
    """Yield (text, sentence spans, claims, for each sentence the claims that any holder has a stance on)."""
    for gold in load_gold(folder):
        document = segment(Article(gold["article"], gold["_text"], title=gold["title"]))
        index = {c["id"]: k for k, c in enumerate(gold["claims"])}
        about: dict[int, set[int]] = {}
        for (start, _), records in gold_records(gold, document).items():
            about.setdefault(start, set()).update(index[c] for c in records)
        yield (
            gold["_text"],
            [(s.start, s.end) for s in document.sentences],
            [c["text"] for c in gold["claims"]],
            [sorted(about.get(s.start, ())) for s in document.sentences],
        )
