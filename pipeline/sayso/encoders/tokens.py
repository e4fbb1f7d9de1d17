"""Text to token ids, with marker tokens.

Markers (where a claim begins, which span is the source, where a paragraph ends) are tokens of their own. They take the
places that BERT vocabularies keep free (``[unused0]`` ...), so that a body keeps its embedding matrix and no text can
ever spell a marker: the tokenizer never produces an unused token from text.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from sayso.errors import ModelError

MARKERS = (
    "CLAIM",  # before each claim
    "SOURCE", "/SOURCE",  # the asked holder's source span
    "CUE", "/CUE",  # its cue
    "CONTENT", "/CONTENT",  # what it is said to hold
    "OTHER", "/OTHER",  # the source span of another holder
    "SENTENCE", "/SENTENCE",  # the sentence that is asked about, inside its context
    "BREAK",  # a paragraph break
    "VOICE",  # stands for the holder where the text's own voice is asked
    "HEADING",  # before a heading that the sentence stands under
    "MASK_NAME",  # stands for a holder's name where names are hidden
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of a text with the character span [start, end) of each."""

    ids: list[int]
    starts: list[int]
    ends: list[int]


class TextTokenizer:
    """A fast tokenizer plus the ids of sayso's markers. Nothing here truncates or pads."""

    def __init__(self, tokenizer: Tokenizer, where: str = "tokenizer") -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.backend = tokenizer
        self.where = where
        self.cls = self._first("<s>", "[CLS]")  # a vocabulary made from BERT's may hold both, and was trained with the first
        self.sep = self._first("</s>", "[SEP]")
        self.pad = self._first("<pad>", "[PAD]")
        self.marker: dict[str, int] = {}
        for i, name in enumerate(MARKERS):
            free = tokenizer.token_to_id(f"[unused{i}]")
            if free is None:
                tokenizer.add_special_tokens([f"[sayso:{name}]"])
                free = tokenizer.token_to_id(f"[sayso:{name}]")
            assert free is not None  # just added
            self.marker[name] = int(free)

    @classmethod
    def load(cls, path: Path) -> TextTokenizer:
        """Read ``tokenizer.json``. Raises ModelError where it is missing or unreadable."""
        if not path.is_file():
            raise ModelError(f"{path}: no such file; a model folder holds tokenizer.json beside its weights")
        try:
            return cls(Tokenizer.from_file(str(path)), str(path))
        except ModelError:
            raise
        except Exception as e:  # the Rust tokenizer raises plain Exception
            raise ModelError(f"{path}: not a tokenizer file ({e})") from e

    def _first(self, *names: str) -> int:
        for name in names:
            found = self.backend.token_to_id(name)
            if found is not None:
                return int(found)
        raise ModelError(f"{self.where}: has none of the tokens {', '.join(names)}")

    def encode(self, text: str) -> Tokens:
        """Tokenize without special tokens; offsets are characters of ``text``."""
        e = self.backend.encode(text, add_special_tokens=False)
        return Tokens(e.ids, [a for a, _ in e.offsets], [b for _, b in e.offsets])

    def vocabulary_size(self) -> int:
        """Number of ids, added markers included."""
        return int(self.backend.get_vocab_size(with_added_tokens=True))
