"""Prepare the training of a stance model: its mix of sets, its dev score, its teacher. Imports torch."""

from __future__ import annotations

import hashlib
import logging
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import load_file
from torch import nn

from sayso.attribute.model import AttributionModel
from sayso.encoders.manifest import find_model, load_manifest
from sayso.encoders.nets import StanceNet, load_body
from sayso.encoders.tokens import TextTokenizer
from sayso.errors import DataError
from sayso.training.config import DataSet, TrainConfig, base_folder
from sayso.training.job import Job, present
from sayso.training.loop import Example
from sayso.training.stance import StanceTask, collate, example, macro_f1, probabilities
from sayso.training.stance_data import (
    Attribute,
    Item,
    article_items,
    epoch_of,
    load_gold,
    mask_name,
    read_negations,
    read_rows,
    row_items,
    turn_claims,
)

log = logging.getLogger(__name__)


def prepare_stance(config: TrainConfig, body: Any, tokenizer: TextTokenizer, folder: Path) -> Job:
    """Read the mix into items, ask the teacher where one is named, and score dev rows after each epoch.

    With a teacher, every (holder, claim) of a passage is asked; those that no annotator labelled are learnt from it alone.
    """
    model = AttributionModel.load(find_model(config.attribution))

    def attribute(document: Any) -> Any:
        return model.read(document).attributions

    parts = [(d, _items(d, attribute, every_pair=config.teacher is not None)) for d in present(config.data)]
    if len({label for _, items in parts for i in items for allowed in i.allowed if len(allowed) < 4 for label in allowed}) < 2:
        raise DataError("the training data has one label only; a classifier needs at least two")
    if config.teacher:
        parts = [(d, _taught(items, Path(config.teacher), folder / f"teacher-{n}.npz")) for n, (d, items) in enumerate(parts)]
    negations = read_negations(Path(config.negations)) if config.negations else {}
    dev = [i for d in present(config.dev) if d.kind == "rows" for i in _items(d, attribute)]

    def epoch(_: int, rng: random.Random) -> list[Example]:
        out: list[Example] = []
        for d, items in parts:
            drawn = epoch_of(items, rng, d.silent_share, d.far_share) * d.repeat
            if d.cap and len(drawn) > d.cap:
                drawn = rng.sample(drawn, d.cap)
            for item in drawn:
                shown = turn_claims(mask_name(item, rng, config.mask_names), rng, negations, config.negate)
                out += example(shown, tokenizer, rng, config.max_tokens, drop_marks=config.drop_marks)
        log.info("an epoch has %d sequences, %d pairs", len(out), sum(len(e["positions"]) for e in out))
        return out

    def evaluate(task: nn.Module) -> float:
        return macro_f1(task.net, dev, tokenizer, config.max_tokens)  # type: ignore[arg-type]

    net = StanceNet(body)
    task = StanceTask(net, config.silence_weight, config.teacher_share if config.teacher else 0.0)
    settings = {"temperature": 1.0, "bias": [0.0] * 4, "threshold": 0.5}
    return Job(net, task, epoch, partial(collate, pad=tokenizer.pad), evaluate if dev else None, settings)


def _items(d: DataSet, attribute: Attribute, every_pair: bool = False) -> list[Item]:
    if d.kind == "articles":
        items = article_items(load_gold(Path(d.path)), attribute)
    else:
        rows = [r for r in read_rows(Path(d.path)) if (not d.split or r.get("split", d.split[0]) in d.split) and r["label"] not in d.drop]
        items = row_items(_capped(rows, d.label_cap), attribute, d.partial, every_pair=every_pair)
    if not items:
        raise DataError(f"{d.path}: nothing left to use after split {', '.join(d.split) or 'any'} and dropped labels {', '.join(d.drop) or 'none'}")
    log.info("%s: %d questions, %d pairs", d.path, len(items), sum(len(i.allowed) for i in items))
    return items


def _capped(rows: Sequence[dict[str, Any]], caps: dict[str, int]) -> list[dict[str, Any]]:
    """At most so many rows of each label, drawn alike in every run."""
    order, seen, kept = random.Random(0).sample(range(len(rows)), len(rows)), Counter[str](), []
    for i in order:
        label = str(rows[i]["label"])
        seen[label] += 1
        if seen[label] <= caps.get(label, len(rows)):
            kept.append(i)
    return [rows[i] for i in sorted(kept)]


def _taught(items: Sequence[Item], teacher: Path, cache: Path) -> list[Item]:
    """Items with the teacher's probabilities, which are kept in ``cache`` for a run that goes on after a kill."""
    weights = teacher / "net.safetensors"
    key = hashlib.sha256(
        repr([weights.stat().st_mtime_ns, [(i.question.holder, i.question.passage.text, i.question.claims) for i in items]]).encode()
    ).hexdigest()
    if cache.is_file() and str((saved := np.load(cache))["key"]) == key:
        flat = saved["soft"]
    else:
        manifest = load_manifest(teacher, "stance")
        net = StanceNet(load_body(base_folder(manifest.training["base"])))
        net.load_state_dict(load_file(weights))
        log.info("asking the teacher %s about %d questions", teacher, len(items))
        tokenizer = TextTokenizer.load(teacher / "tokenizer.json")
        flat = np.concatenate(probabilities(net, items, tokenizer, manifest.max_tokens))
        np.savez(cache, soft=flat, key=key)
    ends = np.cumsum([len(i.question.claims) for i in items])
    split = np.split(flat, ends[:-1])
    return [replace(i, soft=tuple(tuple(float(x) for x in row) for row in p)) for i, p in zip(items, split, strict=True)]
