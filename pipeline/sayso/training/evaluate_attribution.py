"""How well are sources, cues and contents found? Token F1 by role, and relations, on attribution records."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from sayso.attribute.model import AttributionModel
from sayso.encoders.manifest import find_model
from sayso.training.attribution_data import attribution_records
from sayso.types import Article, Attribution, BlockKind, Segmented, Sentence, Span

ROLES = ("source", "cue", "content")
TOKEN = re.compile(r"\w+|[^\w\s]")


def evaluate_attribution(path: Path, model: str, split: str = "dev", quiet: bool = False) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return figures and one row a found attribution, on the records of ``split``.

    Token F1 is micro, a token being a word or a mark that lies in a span of the role; ``macro`` is the mean of the three.
    A relation is a gold (source, content); it is found where an attribution's content overlaps the gold content, and right where
    its source overlaps the gold source.
    """
    reader = AttributionModel.load(find_model(model))
    counts = {r: np.zeros(3) for r in ROLES}  # both, found, gold
    relations = {"gold": 0, "content_found": 0, "source_right": 0}
    found = []
    for record in track(list(attribution_records(path, "attributions", (split,))), "attribution", disable=quiet):
        text = record["text"]
        sentences = tuple(Sentence(a, b, 0, BlockKind.PARAGRAPH) for a, b in record["sentences"])
        got = reader.read(Segmented(Article(str(record.get("doc_id")), text), (), sentences)).attributions
        starts = [m.start() for m in TOKEN.finditer(text)]
        for role in ROLES:
            gold = _mask(len(text), [s for a in record["attributions"] for s in a[f"{role}_fragments"] or ()])[starts]
            ours = _mask(len(text), [s for a in got if (s := getattr(a, role))])[starts]
            counts[role] += ((gold & ours).sum(), ours.sum(), gold.sum())
        _relations(record, got, relations)
        found += [
            {"doc_id": record.get("doc_id"), **{r: list(s) if (s := getattr(a, r)) else None for r in ROLES}, "confidence": a.confidence} for a in got
        ]
    figures: dict[str, Any] = {
        r: {"precision": b / max(f, 1), "recall": b / max(g, 1), "f1": 2 * b / max(f + g, 1)} for r, (b, f, g) in counts.items()
    }
    figures["macro_f1"] = sum(figures[r]["f1"] for r in ROLES) / 3
    figures["relations"] = {**relations, "accuracy": relations["source_right"] / max(relations["content_found"], 1)}
    return figures, found


def _mask(n: int, spans: Any) -> np.ndarray:
    out = np.zeros(n + 1, dtype=bool)
    for a, b in spans:
        out[a:b] = True
    return out


def _relations(record: dict[str, Any], got: list[Attribution], count: dict[str, int]) -> None:
    for a in record["attributions"]:
        if not a["source_fragments"] or not a["content_fragments"]:
            continue
        count["gold"] += 1
        content = Span(min(x for x, _ in a["content_fragments"]), max(y for _, y in a["content_fragments"]))
        best = max((b for b in got if b.content and b.content.overlaps(content)), key=lambda b: _iou(b.content, content), default=None)
        if best is not None:
            count["content_found"] += 1
            count["source_right"] += bool(best.source and any(best.source.overlaps(Span(x, y)) for x, y in a["source_fragments"]))


def _iou(a: Span | None, b: Span) -> float:
    if a is None:
        return 0.0
    return (min(a.end, b.end) - max(a.start, b.start)) / (max(a.end, b.end) - min(a.start, b.start))
