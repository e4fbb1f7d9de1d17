"""From a training config to a model folder. Imports torch."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from sayso.attribute.model import AttributionModel
from sayso.encoders.manifest import Manifest, find_model, sha256, write_manifest
from sayso.encoders.nets import ROLE_SIZE, TOPIC_SIZE, AttributionNet, StanceNet, load_body
from sayso.encoders.tokens import TextTokenizer
from sayso.errors import DataError
from sayso.training import attribution as attribution_task
from sayso.training import stance as stance_task
from sayso.training.attribution_data import attribution_records, topic_documents
from sayso.training.calibrate import calibrate
from sayso.training.config import DataSet, TrainConfig, base_folder
from sayso.training.export import copy_tokenizer, export
from sayso.training.fit_filter import fit_filter
from sayso.training.loop import Example, fit
from sayso.training.stance_data import Item, article_items, epoch_of, load_gold, mask_name, read_rows, row_items
from sayso.types import LABELS

log = logging.getLogger(__name__)
ATTRIBUTION_TOKENS, ATTRIBUTION_OVERLAP = 256, 80


def train_model(config: TrainConfig, folder: Path, *, resume: bool = False, quiet: bool = False) -> Path:
    """Train, calibrate, export and describe one model; returns ``folder``.

    ``folder`` gets model.onnx, tokenizer.json, model.yaml, metrics.json and README.md, and for going on later
    ``net.safetensors``, which is not part of what ships. Raises DataError or ConfigError where data or config are wrong.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base = base_folder(config.base)
    copy_tokenizer(base, folder)
    tokenizer = TextTokenizer.load(folder / "tokenizer.json")
    torch.manual_seed(config.loop.seed)
    body = load_body(base)
    body.resize_token_embeddings(
        max(body.config.vocab_size, tokenizer.vocabulary_size())
    ) if tokenizer.vocabulary_size() > body.config.vocab_size else None
    make = _stance if config.task == "stance" else _attribution
    net, task, epochs, collate, settings = make(config, body, tokenizer)
    if config.start_from:
        missing, unexpected = net.load_state_dict(load_file(Path(config.start_from) / "net.safetensors"), strict=False)
        log.info("starting from %s; new: %s; dropped: %s", config.start_from, missing, unexpected)
    history = fit(task, epochs, collate, config.loop, folder, resume=resume, quiet=quiet)
    net = net.to("cpu").float().eval()
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, folder / "net.safetensors")
    sizes = export(net, folder, _probes(config, tokenizer))
    metrics: dict[str, Any] = {"training": history, "export": sizes}
    manifest = Manifest(
        id=config.id,
        task=config.task,
        labels=tuple(str(x) for x in LABELS) if config.task == "stance" else (),
        base={"name": config.base_name or config.base, "licence": config.base_licence, "parameters": sum(p.numel() for p in net.parameters())},
        max_tokens=config.max_tokens if config.task == "stance" else ATTRIBUTION_TOKENS,
        settings=settings,
        data=[_describe(d) for d in config.data],
        training=config.model_dump(mode="json"),
        versions={"torch": torch.__version__},
    )
    manifest = write_manifest(folder, manifest)
    if config.task == "stance" and config.dev:
        found = calibrate(folder, [d for d in config.dev if d.kind == "articles"], config.attribution)
        metrics["calibration"] = found
        write_manifest(folder, manifest.model_copy(update={"settings": {**settings, **found["settings"]}}))
    if config.task == "attribution" and (articles := [Path(d.path) for d in config.data if d.kind == "articles" and Path(d.path).exists()]):
        fit_filter(folder, articles)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    return folder


def _describe(d: DataSet) -> dict[str, Any]:
    path = Path(d.path)
    if path.is_file():
        return {"path": path.name, "licence": d.licence, "sha256": sha256(path)[:16]}
    return {"path": "/".join(path.parts[-2:]), "licence": d.licence, "files": len(list(path.glob("*.gold.json")))}


def _exists(d: DataSet) -> bool:
    if Path(d.path).exists():
        return True
    if d.optional:
        log.warning("%s: missing, and marked optional: passed over", d.path)
        return False
    raise DataError(f"{d.path}: no such file or folder; name it right, or mark the set optional")


Made = tuple[
    Any, torch.nn.Module, Callable[[int, random.Random], list[Example]], Callable[[Sequence[Example]], dict[str, torch.Tensor]], dict[str, Any]
]


def _stance(config: TrainConfig, body: Any, tokenizer: TextTokenizer) -> Made:
    model = AttributionModel.load(find_model(config.attribution))
    parts: list[tuple[DataSet, list[Item]]] = []
    for d in config.data:
        if not _exists(d):
            continue
        if d.kind == "articles":
            items = article_items(load_gold(Path(d.path)), lambda doc: model.read(doc).attributions)
        else:
            rows = [r for r in read_rows(Path(d.path)) if (not d.split or r.get("split", "train") in d.split) and r["label"] not in d.drop]
            items = row_items(rows, lambda doc: model.read(doc).attributions, d.partial)
        log.info("%s: %d questions, %d pairs", d.path, len(items), sum(len(i.allowed) for i in items))
        parts.append((d, items))
    if len({label for _, items in parts for i in items for allowed in i.allowed for label in allowed}) < 2:
        raise DataError("the training data has one label only; a classifier needs at least two")

    def epoch(_: int, rng: random.Random) -> list[Example]:
        out: list[Example] = []
        for d, items in parts:
            drawn = epoch_of(items, rng, d.silent_share, d.far_share) * d.repeat
            if d.cap and len(drawn) > d.cap:
                drawn = rng.sample(drawn, d.cap)
            for item in drawn:
                item = mask_name(item, rng, config.mask_names)
                out += stance_task.example(item, tokenizer, rng, config.max_tokens, drop_marks=config.drop_marks)
        log.info("an epoch has %d sequences, %d pairs", len(out), sum(len(e["positions"]) for e in out))
        return out

    net = StanceNet(body)
    settings = {"temperature": 1.0, "bias": [0.0] * 4, "threshold": 0.5}
    return net, stance_task.StanceTask(net, config.silence_weight), epoch, partial(stance_task.collate, pad=tokenizer.pad), settings


def _attribution(config: TrainConfig, body: Any, tokenizer: TextTokenizer) -> Made:
    parts: list[tuple[DataSet, list[Example]]] = []
    for d in config.data:
        if not _exists(d):
            continue
        examples: list[Example] = []
        if d.kind == "articles":
            for text, units, claims, related in topic_documents(Path(d.path)):
                examples += attribution_task.topic_examples(text, units, claims, related, tokenizer, ATTRIBUTION_TOKENS, ATTRIBUTION_OVERLAP)
        else:
            for record in attribution_records(Path(d.path), d.kind, d.split):
                examples += attribution_task.examples(record, tokenizer, ATTRIBUTION_TOKENS, ATTRIBUTION_OVERLAP)
        log.info("%s: %d windows", d.path, len(examples))
        parts.append((d, examples))

    def epoch(_: int, rng: random.Random) -> list[Example]:
        return [x for d, examples in parts for x in (rng.sample(examples, d.cap) if d.cap and d.cap < len(examples) else examples) * d.repeat]

    def collate(batch: Sequence[Example]) -> dict[str, torch.Tensor]:
        return attribution_task.topic_batch(batch, tokenizer.pad) if "kind" in batch[0] else attribution_task.collate(batch, tokenizer.pad)

    net = AttributionNet(body)
    settings = {
        "role_size": ROLE_SIZE,
        "topic_size": TOPIC_SIZE,
        "topic_scale": attribution_task.TOPIC_SCALE,
        "topic_margin": attribution_task.TOPIC_MARGIN,
        "overlap": ATTRIBUTION_OVERLAP,
        "cue_threshold": 0.5,
    }
    return net, attribution_task.AttributionTask(net), epoch, collate, settings


def _probes(config: TrainConfig, tokenizer: TextTokenizer) -> list[dict[str, np.ndarray]]:
    """Sequences of several lengths on which export and torch must agree."""
    words = tokenizer.encode("The harbour master said on Monday that no ship had left, although two crews deny it. " * 20).ids
    out = []
    for n in (9, 40, 133, min(300, config.max_tokens)):
        ids = [tokenizer.cls, *words[: n - 2], tokenizer.sep]
        probe = {"input_ids": np.array([ids], dtype=np.int64)}
        if config.task == "stance":
            probe["claim_positions"] = np.array([[2, len(ids) // 2, len(ids) - 2]], dtype=np.int64)
        out.append(probe)
    return out
