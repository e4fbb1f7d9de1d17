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
    """Four logits (asserts, denies, uncertain, unrelated) at each claim marker of a sequence.

    One pass reads holder, claims and passage together, in the manner of GLiNER and GLiClass; a sequence with one claim
    is the ordinary cross-encoder. Output: logits (batch, max_claims, 4), read at ``claim_positions`` (batch, max_claims).
    """

    def __init__(self, body: PreTrainedModel) -> None:
        super().__init__()
        self.body = body
        h = body.config.hidden_size
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(2 * h, h), nn.GELU(), nn.Dropout(0.1), nn.Linear(h, 4))

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None, claim_positions: Tensor) -> Tensor:
        """See the class; ids and mask are (batch, tokens), positions (batch, max_claims)."""
        h = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        at = claim_positions.unsqueeze(-1).expand(-1, -1, h.shape[-1])
        claims = torch.gather(h, 1, at)
        whole = h[:, :1].expand(-1, claims.shape[1], -1)
        logits: Tensor = self.head(torch.cat([claims, whole], dim=-1))
        return logits


def load_body(folder: str, **config: Any) -> PreTrainedModel:
    """Load a pretrained encoder body (without pooler where the architecture has one) from a folder or hub id."""
    settings = AutoConfig.from_pretrained(folder, **config)
    kind = {"add_pooling_layer": False} if settings.model_type in {"bert", "mpnet", "roberta", "xlm-roberta"} else {}
    body: PreTrainedModel = AutoModel.from_pretrained(folder, config=settings, **kind)
    return body
