"""Any Hugging Face sequence classifier over text pairs, from a folder or hub id. Imports torch (extra ``torch``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from sayso.errors import MissingExtraError, ModelError


class PairClassifier:
    """P(label | premise, hypothesis) of a transformers model, batched; on a GPU where there is one."""

    def __init__(self, model: Any, tokenizer: Any, name: str) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.tokenizer.truncation_side = "left"
        self.name = name
        self.label_words: dict[int, str] = {int(k): str(v) for k, v in model.config.id2label.items()}
        limit = getattr(model.config, "max_position_embeddings", 512)
        self.max_tokens = max(16, min(512, limit - 2))

    @classmethod
    def load(cls, name: str) -> PairClassifier:
        """Load by folder or hub id. Raises MissingExtraError without torch, ModelError where the model is not to be had."""
        try:
            import torch
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as e:
            raise MissingExtraError(f"model {name!r}", "torch") from e
        try:
            model = AutoModelForSequenceClassification.from_pretrained(name).eval()
            tokenizer = AutoTokenizer.from_pretrained(name)
        except (OSError, ValueError) as e:
            raise ModelError(
                f"model {name!r} cannot be loaded ({' '.join(str(e).split())[:200]}). Without network, download it elsewhere and give its folder"
            ) from e
        return cls(model.to("cuda" if torch.cuda.is_available() else "cpu"), tokenizer, name)

    def probabilities(self, pairs: Iterable[tuple[str, str]], batch_size: int = 16) -> Iterator[np.ndarray]:
        """Yield P(label), float32 (n_labels,), for each (premise, hypothesis), in order; a long premise loses its beginning."""
        import torch

        pairs = iter(pairs)
        while batch := list(islice(pairs, batch_size)):
            inputs = self.tokenizer(
                [p for p, _ in batch], [h for _, h in batch], truncation="only_first", max_length=self.max_tokens, padding=True, return_tensors="pt"
            ).to(self.model.device)
            with torch.inference_mode():
                yield from torch.softmax(self.model(**inputs).logits.float(), dim=-1).cpu().numpy()

    def n_tokens(self, text: str) -> int:
        """Length of a text in tokens."""
        return len(self.tokenizer(text)["input_ids"])
