"""Fixtures that several test modules share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from endpoint import Endpoint, serving
from sayso.encoders.tokens import MARKERS, TextTokenizer

WORDS = (  # whole words of the tiny vocabulary
    "the a of in on at to and by for with that it its is was were not no who said says told denied claims minister ministry council firm owner "
    "company wheel mill gate dam bridge weir turned stopped fell held shut open leaked leak night monday tuesday all never they he she we"
)


@pytest.fixture(scope="session")
def tokenizer() -> TextTokenizer:
    """A tiny WordPiece tokenizer: some whole words, every ASCII letter and digit as a piece, the rest unknown."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    marks = ".,:;!?'\"“”‘’()-–—%"
    tokens = ["[PAD]", *(f"[unused{i}]" for i in range(len(MARKERS) + 2)), "[UNK]", "[CLS]", "[SEP]", *WORDS.split(), *letters, *marks]
    tokens += [f"##{c}" for c in letters] + ["##s", "##ed", "##ing"]
    vocabulary = {t: i for i, t in enumerate(dict.fromkeys(tokens))}
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer()
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return TextTokenizer(backend)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A chat completions server of this machine, met without any proxy and with no key in the environment."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as server:
        yield server
