"""Prepare the training of an attribution model. Imports torch."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sayso.encoders.nets import ROLE_SIZE, TOPIC_SIZE, AttributionNet
from sayso.encoders.tokens import TextTokenizer
from sayso.training.attribution import TOPIC_MARGIN, TOPIC_SCALE, AttributionTask, collate, examples, topic_batch, topic_examples
from sayso.training.attribution_data import attribution_records, topic_documents
from sayso.training.config import DataSet, TrainConfig
from sayso.training.job import Job, present
from sayso.training.loop import Batch, Example

log = logging.getLogger(__name__)
WINDOW_TOKENS, OVERLAP = 256, 80


def prepare_attribution(config: TrainConfig, body: Any, tokenizer: TextTokenizer) -> Job:
    """Windows of attribution records and, for the topic head, of gold articles."""
    parts: list[tuple[DataSet, list[Example]]] = []
    for d in present(config.data):
        found: list[Example] = []
        if d.kind == "articles":
            for text, units, claims, related in topic_documents(Path(d.path)):
                found += topic_examples(text, units, claims, related, tokenizer, WINDOW_TOKENS, OVERLAP)
        else:
            for record in attribution_records(Path(d.path), d.kind, d.split):
                found += examples(record, tokenizer, WINDOW_TOKENS, OVERLAP)
        log.info("%s: %d windows", d.path, len(found))
        parts.append((d, found))

    def epoch(_: int, rng: random.Random) -> list[Example]:
        return [x for d, found in parts for x in (rng.sample(found, d.cap) if d.cap and d.cap < len(found) else found) * d.repeat]

    def batch(members: Sequence[Example]) -> Batch:
        return topic_batch(members, tokenizer.pad) if "kind" in members[0] else collate(members, tokenizer.pad)

    net = AttributionNet(body)
    settings = {
        "role_size": ROLE_SIZE,
        "topic_size": TOPIC_SIZE,
        "topic_scale": TOPIC_SCALE,
        "topic_margin": TOPIC_MARGIN,
        "overlap": OVERLAP,
        "cue_threshold": 0.5,
    }
    return Job(net, AttributionTask(net), epoch, batch, settings=settings)
