"""Train the attribution model on PolNeAR-style records. Imports torch."""

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


def _tokens(inside: Iterable[tuple[int, int, int]], fragments: Sequence[Sequence[int]] | None) -> list[int]:
    return [i for i, a, b in inside if any(a < y and b > x for x, y in fragments or ())]


def collate(batch: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Tensor]:
    """Pad to the longest window and the largest number of cues of the batch."""
    n, t = len(batch), padded(max(len(b["ids"]) for b in batch))
    c = -(-max(1, max(len(b["cues"]) for b in batch)) // 8) * 8
    ids = torch.full((n, t), pad)
    mask = torch.zeros((n, t), dtype=torch.long)
    tags = torch.full((n, t), IGNORE)
    cues = torch.zeros((n, c, t))
    roles = torch.full((n, c, t), IGNORE)
    for k, b in enumerate(batch):
        m = len(b["ids"])
        ids[k, :m] = torch.tensor(b["ids"])
        mask[k, :m] = 1
        tags[k, :m] = torch.tensor(b["tags"])
        for j, ((x, y), role) in enumerate(zip(b["cues"], b["roles"], strict=True)):
            cues[k, j, x:y] = 1 / (y - x)
            roles[k, j, :m] = torch.tensor(role)
    return {"input_ids": ids, "attention_mask": mask, "tags": tags, "cues": cues, "labels": roles}


class AttributionTask(nn.Module):
    """The network with its loss, in the shape that ``transformers.Trainer`` drives."""

    def __init__(self, net: AttributionNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, tags: Tensor, cues: Tensor, labels: Tensor
    ) -> dict[str, Tensor]:
        cue, query, key = self.net(input_ids, attention_mask)
        loss = F.cross_entropy(cue.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORE)
        logits = role_logits(torch.einsum("nct,ntd->ncd", cues.to(query.dtype), query), key)
        if (labels != IGNORE).any():
            loss = loss + F.cross_entropy(logits.float().flatten(0, 2), labels.flatten(), ignore_index=IGNORE)
        return {"loss": loss, "cue": cue}


def role_logits(query: Tensor, key: Tensor) -> Tensor:
    """Logits (batch, cues, tokens, 3) of none, source, content from cue queries and token keys."""
    n, c, _ = query.shape
    q = query.view(n, c, 2, ROLE_SIZE)
    k = key.view(n, key.shape[1], 2, ROLE_SIZE)
    role = torch.einsum("ncrd,ntrd->nctr", q, k) / ROLE_SIZE**0.5
    return torch.cat([torch.zeros_like(role[..., :1]), role], dim=-1)
