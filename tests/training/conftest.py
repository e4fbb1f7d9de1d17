"""A body small enough to train in a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.encoders.tokens import TextTokenizer


@pytest.fixture(scope="session")
def tiny_body(tmp_path_factory: pytest.TempPathFactory, tokenizer: TextTokenizer) -> Path:
    """A BERT with two layers of 32 units, random weights, and the tests' tokenizer, as a pretrained folder."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("body")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.vocabulary_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=320,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer.backend.save(str(folder / "tokenizer.json"))
    return folder
