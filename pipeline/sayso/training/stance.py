"""Train the stance model. Imports torch."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sayso.encoders.nets import StanceNet
from sayso.encoders.tokens import TextTokenizer
from sayso.stance.passage import Question, encode
from sayso.training.figures import scores
from sayso.training.loop import bucketed, padded
from sayso.training.stance_data import Item

NO_TEACHER = (0.0, 0.0, 0.0, 0.0)


def example(
    item: Item, tokenizer: TextTokenizer, rng: random.Random, max_tokens: int, *, shuffle: bool = True, drop_marks: float = 0.0
) -> list[dict[str, Any]]:
    """Encode an item with its claims in a fresh order, and now and then a part of them only.

    Scores must not lean on the place of a claim in the list, nor on its company; and with ``drop_marks`` the model also
    learns to find the holder without the spans, as where attribution missed them.
    """
    q, order = item.question, list(range(len(item.question.claims)))
    if shuffle:
        rng.shuffle(order)
        if len(order) > 2 and rng.random() < 0.3:
            order = order[: rng.randint(2, len(order))]
    passage = q.passage
    if drop_marks and rng.random() < drop_marks:
        passage = type(passage)(passage.text, passage.sentence, (), (), passage.heading)
    asked = Question(q.holder, passage, tuple(q.claims[i] for i in order))
    out = []
    at = 0
    for e in encode(asked, tokenizer, max_tokens):
        n = len(e.claim_positions)
        allowed = [item.allowed[i] for i in order[at : at + n]]
        soft = [item.soft[i] for i in order[at : at + n]] if item.soft else [NO_TEACHER] * n
        out.append({"ids": e.ids, "positions": e.claim_positions, "allowed": allowed, "soft": soft})
        at += n
    return out


def collate(batch: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Tensor]:
    """Pad sequences and claim lists.

    ``labels`` (batch, claims, 4) is 1 where a label is allowed, all 0 for padding; ``soft`` (batch, claims, 4) has a
    teacher's probabilities, all 0 where there is none.
    """
    n, t = len(batch), padded(max(len(b["ids"]) for b in batch))
    c = max(len(b["positions"]) for b in batch)
    ids = torch.full((n, t), pad)
    mask = torch.zeros((n, t), dtype=torch.long)
    positions = torch.zeros((n, c), dtype=torch.long)
    labels, soft = torch.zeros((n, c, 4)), torch.zeros((n, c, 4))
    for k, b in enumerate(batch):
        ids[k, : len(b["ids"])] = torch.tensor(b["ids"])
        mask[k, : len(b["ids"])] = 1
        positions[k, : len(b["positions"])] = torch.tensor(b["positions"])
        for j, allowed in enumerate(b["allowed"]):
            labels[k, j, list(allowed)] = 1
        soft[k, : len(b["soft"])] = torch.tensor(b["soft"])
    return {"input_ids": ids, "attention_mask": mask, "claim_positions": positions, "labels": labels, "soft": soft}


class StanceTask(nn.Module):
    """The network with its loss.

    The loss of a pair is the negative log of the probability that all its allowed labels hold together (with one allowed
    label the ordinary cross-entropy; with all four, nothing). Where a teacher was asked, its cross-entropy takes
    ``teacher_share`` of the loss (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network", at temperature 1).
    ``silence_weight`` scales pairs that are certainly unrelated, which are many.
    """

    def __init__(self, net: StanceNet, silence_weight: float = 1.0, teacher_share: float = 0.0) -> None:
        super().__init__()
        self.net = net
        self.silence_weight = silence_weight
        self.teacher_share = teacher_share

    def forward(self, input_ids: Tensor, attention_mask: Tensor, claim_positions: Tensor, labels: Tensor, soft: Tensor) -> dict[str, Tensor]:
        """Return the loss of a batch from ``collate``, and the logits (batch, claims, 4)."""
        logits = self.net(input_ids, attention_mask, claim_positions).float()
        there = labels.sum(-1) > 0
        log_p = F.log_softmax(logits, dim=-1)
        hard = -torch.logsumexp(log_p.masked_fill(labels == 0, -1e4), dim=-1)
        taught = soft.sum(-1) > 0
        share = torch.where(labels.sum(-1) < labels.shape[-1], self.teacher_share, 1.0) * taught
        loss = (1 - share) * hard - share * (soft * log_p).sum(-1)
        silent = (labels[..., 3] == 1) & (labels.sum(-1) == 1)
        told = (labels.sum(-1) < labels.shape[-1]) | taught
        weight = torch.where(silent, self.silence_weight, 1.0) * (there & told)
        return {"loss": (loss * weight).sum() / weight.sum().clamp(min=1), "logits": logits}


@torch.inference_mode()
def probabilities(net: StanceNet, items: Sequence[Item], tokenizer: TextTokenizer, max_tokens: int, tokens: int = 8192) -> list[np.ndarray]:
    """The four probabilities of every claim of ``items``, (claims, 4) each, by batches of like length, in bf16 where that is faster."""
    net.eval()
    rng = random.Random(0)
    examples = [{**e, "item": k} for k, item in enumerate(items) for e in example(item, tokenizer, rng, max_tokens, shuffle=False)]
    parts: dict[int, np.ndarray] = {}
    device = next(net.parameters()).device
    for batch in bucketed(examples, tokens, rng):
        b = {k: v.to(device) for k, v in collate([examples[i] for i in batch], tokenizer.pad).items()}
        with torch.autocast(device.type, torch.bfloat16):
            logits = net(b["input_ids"], b["attention_mask"], b["claim_positions"]).float()
        for i, row in zip(batch, logits.softmax(-1).cpu().numpy(), strict=True):
            parts[i] = row[: len(examples[i]["positions"])]
    found: list[list[np.ndarray]] = [[] for _ in items]
    for i, e in enumerate(examples):
        found[e["item"]].append(parts[i])
    return [np.concatenate(f) for f in found]


def macro_f1(net: StanceNet, items: Sequence[Item], tokenizer: TextTokenizer, max_tokens: int) -> float:
    """Macro F1 of the likeliest label over the claims with one allowed label."""
    pairs = [
        (allowed[0], int(p.argmax()))
        for item, found in zip(items, probabilities(net, items, tokenizer, max_tokens), strict=True)
        for allowed, p in zip(item.allowed, found, strict=True)
        if len(allowed) == 1
    ]
    gold, label = np.array(pairs).T
    return float(scores(gold, label)["macro_f1"])
