"""From a training config to a model folder. Imports torch."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from sayso.encoders.manifest import Manifest, load_manifest, sha256, write_manifest
from sayso.encoders.nets import load_body
from sayso.encoders.tokens import TextTokenizer
from sayso.training.attribution_job import WINDOW_TOKENS, prepare_attribution
from sayso.training.calibrate import calibrate
from sayso.training.config import DataSet, TrainConfig, base_folder
from sayso.training.export import copy_tokenizer, export
from sayso.training.fit_filter import fit_filter
from sayso.training.loop import fit
from sayso.training.stance_job import prepare_stance
from sayso.types import LABELS

log = logging.getLogger(__name__)


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
    job = prepare_stance(config, body, tokenizer, folder) if config.task == "stance" else prepare_attribution(config, body, tokenizer)
    net, settings = job.net, job.settings
    if config.start_from:
        missing, unexpected = net.load_state_dict(load_file(Path(config.start_from) / "net.safetensors"), strict=False)
        log.info("starting from %s; new: %s; dropped: %s", config.start_from, missing, unexpected)
    history = fit(job.task, job.epoch, job.collate, config.loop, folder, resume=resume, evaluate=job.evaluate, quiet=quiet)
    net = net.to("cpu").float().eval()
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, folder / "net.safetensors")
    sizes = export(net, folder, _probes(config, tokenizer))
    metrics: dict[str, Any] = {"training": history, "export": sizes}
    manifest = Manifest(
        id=config.id,
        task=config.task,
        labels=tuple(str(x) for x in LABELS) if config.task == "stance" else (),
        base={"name": config.base_name or config.base, "licence": config.base_licence, "parameters": sum(p.numel() for p in net.parameters())},
        max_tokens=config.max_tokens if config.task == "stance" else WINDOW_TOKENS,
        settings=settings,
        data=[*_data_before(config), *(_describe(d) for d in config.data if Path(d.path).exists())],
        training=config.model_dump(mode="json"),
        versions={"torch": torch.__version__},
    )
    manifest = write_manifest(folder, manifest)
    if config.task == "stance" and (articles := [d for d in config.dev if d.kind == "articles"]):
        found = calibrate(folder, articles, config.attribution)
        metrics["calibration"] = found
        write_manifest(folder, manifest.model_copy(update={"settings": {**settings, **found["settings"]}}))
    if config.task == "attribution" and (topics := [Path(d.path) for d in config.data if d.kind == "articles" and Path(d.path).exists()]):
        fit_filter(folder, topics)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    return folder


def _data_before(config: TrainConfig) -> list[dict[str, Any]]:
    """The sets of the run that this one goes on from: what ships has learnt from them too."""
    if not config.start_from or not (Path(config.start_from) / "model.yaml").is_file():
        return []
    before = load_manifest(Path(config.start_from), config.task)
    return [{**d, "step": d.get("step", before.id)} for d in before.data]


def _describe(d: DataSet) -> dict[str, Any]:
    path = Path(d.path)
    if path.is_file():
        return {"path": path.name, "licence": d.licence, "sha256": sha256(path)[:16]}
    return {"path": "/".join(path.parts[-2:]), "licence": d.licence, "files": len(list(path.glob("*.gold.json")))}


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
