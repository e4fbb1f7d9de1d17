"""Train the attribution model: cues and roles on attribution records, topics on gold articles. Imports torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sayso.attribute.windows import windows
from sayso.encoders.nets import ROLE_SIZE, AttributionNet
from sayso.encoders.tokens import TextTokenizer
from sayso.training.loop import padded

IGNORE = -100
SOURCE, CONTENT = 1, 2


def examples(record: Mapping[str, Any], tokenizer: TextTokenizer, max_tokens: int, overlap: int) -> list[dict[str, Any]]:
    """Turn one annotated document into window examples.

    ``record`` holds ``text``, ``sentences`` [[start, end]] and ``attributions`` with fragment lists (data/README.md).
    Each example: ids (T,), cue tags (T,) with 0 O, 1 B, 2 I, and per gold cue its token range and roles (T,).
    """
    out = []
    for w in windows(record["text"], [tuple(s) for s in record["sentences"]], tokenizer, max_tokens, overlap):
        inside = [(i, a, b) for i, (a, b) in enumerate(zip(w.starts, w.ends, strict=True)) if a >= 0]
        tags = [IGNORE if a < 0 else 0 for a in w.starts]
        cues, roles = [], []
        for a in record["attributions"]:
            at = _tokens(inside, a["cue_fragments"])
            if not at:
                continue
            for k, i in enumerate(at):
                tags[i] = 1 if k == 0 else 2
            role = [IGNORE if s < 0 else 0 for s in w.starts]
            for i in _tokens(inside, a["content_fragments"]):
                role[i] = CONTENT
            for i in _tokens(inside, a["source_fragments"]):
                role[i] = SOURCE
            cues.append([at[0], at[-1] + 1])
            roles.append(role)
        out.append({"ids": w.ids, "tags": tags, "cues": cues, "roles": roles})
    return out


def topic_examples(
    text: str,
    units: Sequence[tuple[int, int]],
    claims: Sequence[str],
    related: Sequence[Sequence[int]],
    tokenizer: TextTokenizer,
    max_tokens: int,
    overlap: int,
) -> list[dict[str, Any]]:
    """Windows of an article for the topic head.

    ``units`` are the sentences' spans, ``related[i]`` the indices of the claims on which any holder has a stance in unit
    i. Each example: ids, the token range of every unit that begins in the window's core, its row of targets (claims).
    """
    out = []
    coded = [[tokenizer.cls, *tokenizer.encode(c).ids, tokenizer.sep] for c in claims]
    for w in windows(text, units, tokenizer, max_tokens, overlap):
        ranges, targets = [], []
        for (start, end), about in zip(units, related, strict=True):
            at = [i for i, (a, b) in enumerate(zip(w.starts, w.ends, strict=True)) if a >= start and b <= end and a >= 0]
            if at and w.core_start <= at[0] < w.core_end:
                ranges.append([at[0], at[-1] + 1])
                targets.append([float(k in about) for k in range(len(claims))])
        if ranges:
            out.append({"kind": "topics", "ids": w.ids, "ranges": ranges, "targets": targets, "claims": coded})
    return out


def _tokens(inside: Iterable[tuple[int, int, int]], fragments: Sequence[Sequence[int]] | None) -> list[int]:
    return [i for i, a, b in inside if any(a < y and b > x for x, y in fragments or ())]


def collate(batch: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Tensor]:
    """Pad to the longest window and the largest number of cues of the batch."""
    ids, mask = _pad([b["ids"] for b in batch], pad)
    n, t = ids.shape
    c = -(-max(1, max(len(b["cues"]) for b in batch)) // 8) * 8
    tags = torch.full((n, t), IGNORE)
    cues = torch.zeros((n, c, t))
    roles = torch.full((n, c, t), IGNORE)
    for k, b in enumerate(batch):
        m = len(b["ids"])
        tags[k, :m] = torch.tensor(b["tags"])
        for j, ((x, y), role) in enumerate(zip(b["cues"], b["roles"], strict=True)):
            cues[k, j, x:y] = 1 / (y - x)
            roles[k, j, :m] = torch.tensor(role)
    return {"input_ids": ids, "attention_mask": mask, "tags": tags, "cues": cues, "labels": roles}


def topic_batch(batch: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Tensor]:
    """Collate topic examples: windows, and apart from them all their claims, which are much shorter.

    ``units`` rows are (window, first token, end token); ``target`` (units, claims) is IGNORE across articles.
    """
    ids, mask = _pad([b["ids"] for b in batch], pad)
    claim_ids, claim_mask = _pad([c for b in batch for c in b["claims"]], pad)
    units = [(k, a, b) for k, x in enumerate(batch) for a, b in x["ranges"]]
    target = torch.full((len(units), len(claim_ids)), float(IGNORE))
    row = column = 0
    for x in batch:
        n, m = len(x["targets"]), len(x["claims"])
        target[row : row + n, column : column + m] = torch.tensor(x["targets"])
        row, column = row + n, column + m
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "claim_ids": claim_ids,
        "claim_mask": claim_mask,
        "units": torch.tensor(units),
        "target": target,
    }


def _pad(sequences: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    t = padded(max(map(len, sequences)))
    ids = torch.full((len(sequences), t), pad)
    mask = torch.zeros((len(sequences), t), dtype=torch.long)
    for k, x in enumerate(sequences):
        ids[k, : len(x)] = torch.tensor(x)
        mask[k, : len(x)] = 1
    return ids, mask


TOPIC_SCALE = 12.0  # logit of a pair = TOPIC_SCALE * (cosine - TOPIC_MARGIN)
TOPIC_MARGIN = 0.4
POSITIVE_WEIGHT = 4.0  # a lost pair is worse than one too many


class AttributionTask(nn.Module):
    """The network with its losses, in the shape that the training loop drives; a batch is of one kind or the other."""

    def __init__(self, net: AttributionNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, **batch: Tensor) -> dict[str, Tensor]:
        """Return the loss of a batch from ``collate`` or ``topic_batch``."""
        return {"loss": self._topics(**batch) if "units" in batch else self._spans(**batch)}

    def _spans(self, input_ids: Tensor, attention_mask: Tensor, tags: Tensor, cues: Tensor, labels: Tensor) -> Tensor:
        cue, query, key, _ = self.net(input_ids, attention_mask)
        loss = F.cross_entropy(cue.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORE)
        logits = role_logits(torch.einsum("nct,ntd->ncd", cues.to(query.dtype), query), key)
        if (labels != IGNORE).any():
            loss = loss + F.cross_entropy(logits.float().flatten(0, 2), labels.flatten(), ignore_index=IGNORE)
        return loss

    def _topics(self, input_ids: Tensor, attention_mask: Tensor, claim_ids: Tensor, claim_mask: Tensor, units: Tensor, target: Tensor) -> Tensor:
        topic = self.net(input_ids, attention_mask)[3].float()
        u = torch.stack([topic[k, a:b].mean(0) for k, a, b in units.tolist()])
        inner = claim_mask.clone().float()
        inner[:, 0] = 0
        inner[torch.arange(len(inner)), claim_mask.sum(1) - 1] = 0  # without [CLS] and [SEP]
        claims = self.net(claim_ids, claim_mask)[3].float()
        c = (claims * inner.unsqueeze(-1)).sum(1) / inner.sum(1, keepdim=True).clamp(min=1)
        logits = TOPIC_SCALE * (F.normalize(u, dim=-1) @ F.normalize(c, dim=-1).T - TOPIC_MARGIN)
        there = target != IGNORE
        return F.binary_cross_entropy_with_logits(logits[there], target[there], pos_weight=torch.tensor(POSITIVE_WEIGHT))


def role_logits(query: Tensor, key: Tensor) -> Tensor:
    """Logits (batch, cues, tokens, 3) of none, source, content from cue queries and token keys."""
    n, c, _ = query.shape
    q = query.view(n, c, 2, ROLE_SIZE)
    k = key.view(n, key.shape[1], 2, ROLE_SIZE)
    role = torch.einsum("ncrd,ntrd->nctr", q, k) / ROLE_SIZE**0.5
    return torch.cat([torch.zeros_like(role[..., :1]), role], dim=-1)
