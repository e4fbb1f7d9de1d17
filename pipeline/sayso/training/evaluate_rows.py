"""How well does the stance model label rows (text, claim, actor)? The four labels in even proportion, not as in news."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from sayso.attribute.model import AttributionModel
from sayso.config import RunConfig
from sayso.encoders.manifest import find_model
from sayso.errors import DataError
from sayso.stance.scorer import OnnxScorer, load_scorer
from sayso.training.figures import ece, scores
from sayso.training.stance_data import LABEL_INDEX, read_rows, row_items
from sayso.types import LABELS

SLICES = ("phenomenon", "style", "field", "dataset")


def evaluate_rows(path: Path, config: RunConfig, quiet: bool = False) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return figures and one prediction a row.

    The label is the likeliest of the four. The model's bias towards silence, which fits news, is left out here: rows come in
    even proportions. Raises DataError for unknown labels and for an empty file.
    """
    rows = read_rows(path)
    if not rows:
        raise DataError(f"{path}: no rows")
    unknown = sorted({str(r["label"]) for r in rows} - set(LABEL_INDEX))
    if unknown:
        raise DataError(f"{path}: labels {', '.join(unknown)}, expected {', '.join(LABEL_INDEX)}")
    scorer = load_scorer(config.model, config.threads, config.endpoint)
    if isinstance(scorer, OnnxScorer):
        scorer.bias = np.zeros(4, dtype=np.float32)
    reader = AttributionModel.load(find_model(config.attribute.model), config.threads)
    for n, r in enumerate(rows):
        r.setdefault("id", str(n))
    by_id = {r["id"]: r for r in rows}
    items = row_items(rows, lambda d: reader.read(d).attributions)
    found = []
    answers = scorer.score(i.question for i in items)
    for item in track(items, "rows", disable=quiet):
        for row_id, p in zip(item.meta["rows"], next(answers), strict=True):
            r = by_id[row_id]
            found.append(
                {
                    "id": row_id,
                    "gold": r["label"],
                    "label": LABELS[int(p.argmax())].value,
                    **{f"p_{x}": float(v) for x, v in zip(LABELS, p, strict=True)},
                    "voice": "article" if r.get("actor") is None else "actor",
                    **{k: r.get(k, "") for k in SLICES},
                    "actor": r.get("actor"),
                    "claim": r["claim"],
                    "text": r["text"],
                }
            )
    return figures(found), found


def figures(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Accuracy, per class and macro F1, confusion matrix, calibration error, and slices, from predictions."""
    gold = np.array([LABEL_INDEX[f["gold"]] for f in found])
    label = np.array([LABEL_INDEX[f["label"]] for f in found])
    p = np.array([[f[f"p_{x}"] for x in LABELS] for f in found])
    out: dict[str, Any] = {"n": len(found), "accuracy": float((gold == label).mean()), **scores(gold, label)}
    out["ece"] = ece(p, gold)
    out["confusion"] = [[int(((gold == a) & (label == b)).sum()) for b in range(4)] for a in range(4)]
    groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for n, f in enumerate(found):
        for key in (*SLICES, "voice"):
            if f.get(key):
                groups[key][str(f[key])].append(n)
    out["slices"] = {
        key: {
            v: {"n": len(at), "accuracy": float((gold[at] == label[at]).mean()), "macro_f1": scores(gold[at], label[at])["macro_f1"]}
            for v, at in sorted(by.items())
        }
        for key, by in groups.items()
    }
    return out
