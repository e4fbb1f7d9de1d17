"""Train the stance model. Imports torch."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sayso.encoders.nets import StanceNet
from sayso.encoders.tokens import TextTokenizer
from sayso.stance.passage import Question, encode
from sayso.training.loop import padded
from sayso.training.stance_data import Item


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
        out.append({"ids": e.ids, "positions": e.claim_positions, "allowed": allowed})
        at += n
    return out


def collate(batch: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Tensor]:
    """Pad sequences and claim lists; ``labels`` (batch, claims, 4) is 1 where a label is allowed, all 0 for padding."""
    n, t = len(batch), padded(max(len(b["ids"]) for b in batch))
    c = max(len(b["positions"]) for b in batch)
    ids = torch.full((n, t), pad)
    mask = torch.zeros((n, t), dtype=torch.long)
    positions = torch.zeros((n, c), dtype=torch.long)
    labels = torch.zeros((n, c, 4))
    for k, b in enumerate(batch):
        ids[k, : len(b["ids"])] = torch.tensor(b["ids"])
        mask[k, : len(b["ids"])] = 1
        positions[k, : len(b["positions"])] = torch.tensor(b["positions"])
        for j, allowed in enumerate(b["allowed"]):
            labels[k, j, list(allowed)] = 1
    return {"input_ids": ids, "attention_mask": mask, "claim_positions": positions, "labels": labels}


class StanceTask(nn.Module):
    """The network with its loss: the negative log of the probability that all allowed labels hold together.

    ``silence_weight`` scales the loss of pairs that are certainly unrelated, which are many.
    """

    def __init__(self, net: StanceNet, silence_weight: float = 1.0) -> None:
        super().__init__()
        self.net = net
        self.silence_weight = silence_weight

    def forward(self, input_ids: Tensor, attention_mask: Tensor, claim_positions: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Return the loss of a batch from ``collate``, and the logits (batch, claims, 4)."""
        logits = self.net(input_ids, attention_mask, claim_positions).float()
        there = labels.sum(-1) > 0
        log_p = F.log_softmax(logits, dim=-1)
        allowed = torch.logsumexp(log_p.masked_fill(labels == 0, -1e4), dim=-1)
        silent = (labels[..., 3] == 1) & (labels.sum(-1) == 1)
        weight = torch.where(silent, self.silence_weight, 1.0) * there
        return {"loss": -(allowed * weight).sum() / weight.sum().clamp(min=1), "logits": logits}
