"""How well does the stance model label rows (text, claim, actor)? The four labels in even proportion, not as in news."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from sayso.attribute.model import AttributionModel
from sayso.config import RunConfig
from sayso.encoders.manifest import find_model
from sayso.errors import DataError
from sayso.stance.scorer import OnnxScorer, Scorer, load_scorer
from sayso.training.evaluation.bootstrap import intervals
from sayso.training.evaluation.curves import abstention, reliability
from sayso.training.figures import ece, scores
from sayso.training.stance_data import LABEL_INDEX, Item, read_rows, row_items
from sayso.types import LABELS

SLICES = ("phenomenon", "style", "field", "dataset")
LENGTHS = (30, 40, 50)
BANDS = ("up to 30 words", "31 to 40 words", "41 to 50 words", "over 50 words")


def evaluate_rows(path: Path, config: RunConfig, quiet: bool = False) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return figures and one prediction a row.

    The label is the likeliest of the four. The model's bias towards silence, which fits news, is left out here: rows come in
    even proportions. Raises DataError for unknown labels and for an empty file.
    """
    rows = labelled_rows(path)
    found = predict(rows, asked(rows, config), scorer_for(config), quiet)
    return figures(found), found


def labelled_rows(path: Path) -> list[dict[str, Any]]:
    """Read rows to evaluate on; where one has no id, its number stands in. Raises DataError for unknown labels and for an empty file."""
    rows = read_rows(path)
    if not rows:
        raise DataError(f"{path}: no rows")
    unknown = sorted({str(r["label"]) for r in rows} - set(LABEL_INDEX))
    if unknown:
        raise DataError(f"{path}: labels {', '.join(unknown)}, expected {', '.join(LABEL_INDEX)}")
    for n, r in enumerate(rows):
        r.setdefault("id", str(n))
    return rows


def scorer_for(config: RunConfig) -> Scorer:
    """The config's stance model, without its bias towards silence."""
    scorer = load_scorer(config.model, config.threads, config.endpoint)
    if isinstance(scorer, OnnxScorer):
        scorer.bias = np.zeros(4, dtype=np.float32)
    return scorer


def asked(rows: Sequence[Mapping[str, Any]], config: RunConfig) -> list[Item]:
    """What a model is asked about ``rows``; ``meta["rows"]`` are their numbers. The same for every model."""
    reader = AttributionModel.load(find_model(config.attribute.model), config.threads)
    return row_items([{**r, "id": n} for n, r in enumerate(rows)], lambda d: reader.read(d).attributions)


def predict(rows: Sequence[Mapping[str, Any]], items: Sequence[Item], scorer: Scorer, quiet: bool = False) -> list[dict[str, Any]]:
    """One prediction a row, in the order of ``items``: what it was, its gold label, the likeliest label, and all four probabilities."""
    found = []
    answers = scorer.score(i.question for i in items)
    for item in track(items, "rows", disable=quiet):
        for n, p in zip(item.meta["rows"], next(answers), strict=True):
            found.append(prediction(rows[n], p))
    return found


def prediction(row: Mapping[str, Any], p: np.ndarray) -> dict[str, Any]:
    """A row with its answer ``p`` (4,), flat as it is written to a predictions file."""
    return {
        "id": row["id"],
        "gold": row["label"],
        "label": LABELS[int(p.argmax())].value,
        **{f"p_{x}": float(v) for x, v in zip(LABELS, p, strict=True)},
        "voice": "article" if row.get("actor") is None else "actor",
        **{k: row.get(k, "") for k in SLICES},
        "length": length_band(row["text"]),
        "group": str(row.get("group") or ""),
        "actor": row.get("actor"),
        "claim": row["claim"],
        "text": row["text"],
    }


def length_band(text: str) -> str:
    """Which of four bands of length a text is in, by its words."""
    return BANDS[bisect_left(LENGTHS, len(text.split()))]


def figures(found: Sequence[Mapping[str, Any]], seed: int = 0) -> dict[str, Any]:
    """Accuracy, per class and macro F1 with intervals, confusion matrix, calibration, coverage against accuracy, and slices, from predictions."""
    gold = np.array([LABEL_INDEX[f["gold"]] for f in found])
    label = np.array([LABEL_INDEX[f["label"]] for f in found])
    p = np.array([[f[f"p_{x}"] for x in LABELS] for f in found])
    out: dict[str, Any] = {"n": len(found), "accuracy": float((gold == label).mean()), **scores(gold, label)}
    out["intervals"] = intervals(found, seed).to_json()
    out["ece"] = ece(p, gold)
    out["reliability"] = reliability(found)
    out["abstention"] = abstention(found)
    out["confusion"] = [[int(((gold == a) & (label == b)).sum()) for b in range(4)] for a in range(4)]
    groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for n, f in enumerate(found):
        for key in (*SLICES, "voice", "length"):
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
