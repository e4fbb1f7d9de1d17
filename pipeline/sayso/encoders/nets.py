"""The two torch networks of sayso, both a small transformer body under a light head. Imports torch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

ROLE_SIZE = 96  # width of the biaffine space
TOPIC_SIZE = 128  # width of topic vectors


class AttributionNet(nn.Module):
    """Cue tagging, then source and content of each cue.

    The cue head tags every token O, B-CUE or I-CUE. The role head is biaffine (Dozat and Manning 2017, "Deep Biaffine
    Attention"): a cue's query vector meets every token's key vector, once for the role *source* and once for *content*,
    against a fixed logit of 0 for *none*. Roles hang on a cue, so two holders in one sentence and nested reports need no
    rules to be kept apart.

    The topic head projects every token; the mean over a sentence is its topic vector, which sees the sentences around it
    in the window, and the mean over a claim is the claim's. Their scaled cosine says whether the sentence bears on the
    claim at all: the pair filter costs nothing beside attribution.

    Outputs: cue logits (batch, tokens, 3); queries and keys (batch, tokens, 2 * ROLE_SIZE); topics (batch, tokens, TOPIC_SIZE).
    """

    def __init__(self, body: PreTrainedModel) -> None:
        super().__init__()
        self.body = body
        h = body.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.cue = nn.Linear(h, 3)
        self.query = nn.Sequential(nn.Linear(h, h), nn.GELU(), nn.Linear(h, 2 * ROLE_SIZE))
        self.key = nn.Sequential(nn.Linear(h, h), nn.GELU(), nn.Linear(h, 2 * ROLE_SIZE))
        self.topic = nn.Linear(h, TOPIC_SIZE)

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """See the class; ids and mask are (batch, tokens), a mask of None means that nothing is padding."""
        h = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        h = self.dropout(h)
        return self.cue(h), self.query(h), self.key(h), self.topic(h)


class StanceNet(nn.Module):
    """Four logits (asserts, denies, uncertain, unrelated) for each claim of a sequence.

    One pass reads holder, passage and claims together, in the manner of GLiNER and GLiClass; a sequence with one claim
    is the ordinary cross-encoder. A claim is seen as the mean of its tokens' states, beside the state at its marker and at
    [CLS]: the states of its words meet the like words of the passage from the first step on, a marker has to learn first
    which words are its own. Output: logits (batch, max_claims, 4).
    """

    def __init__(self, body: PreTrainedModel) -> None:
        super().__init__()
        self.body = body
        h = body.config.hidden_size
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(3 * h, h), nn.GELU(), nn.Dropout(0.1), nn.Linear(h, 4))

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None, claim_positions: Tensor) -> Tensor:
        """See the class; ids and mask are (batch, tokens), positions (batch, max_claims): the markers, then 0 as padding."""
        h = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        at = claim_positions.unsqueeze(-1).expand(-1, -1, h.shape[-1])
        markers = torch.gather(h, 1, at)
        whole = h[:, :1].expand(-1, markers.shape[1], -1)
        logits: Tensor = self.head(torch.cat([_means(h, attention_mask, claim_positions), markers, whole], dim=-1))
        return logits


def _means(h: Tensor, attention_mask: Tensor | None, starts: Tensor) -> Tensor:
    """Mean state of the tokens between each marker and the next one, or the closing [SEP]: (batch, max_claims, hidden)."""
    ones = torch.ones_like(h[..., 0]) if attention_mask is None else attention_mask.to(h.dtype)
    last = ones.sum(dim=1, keepdim=True) - 1
    after = torch.cat([starts[:, 1:], torch.zeros_like(starts[:, :1])], dim=1)
    ends = torch.where(after > starts, after.to(last.dtype), last)
    index = torch.cumsum(torch.ones_like(ones), dim=1).unsqueeze(1) - 1
    inside = ((index > starts.unsqueeze(-1)) & (index < ends.unsqueeze(-1))).to(h.dtype)
    return torch.matmul(inside, h) / inside.sum(dim=-1, keepdim=True).clamp(min=1)


def load_body(folder: str, **config: Any) -> PreTrainedModel:
    """Load a pretrained encoder body (without pooler where the architecture has one) from a folder or hub id."""
    settings = AutoConfig.from_pretrained(folder, **config)
    kind = {"add_pooling_layer": False} if settings.model_type in {"bert", "mpnet", "roberta", "xlm-roberta"} else {}
    body: PreTrainedModel = AutoModel.from_pretrained(folder, config=settings, **kind)
    return body
