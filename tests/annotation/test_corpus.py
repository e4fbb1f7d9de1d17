"""The corpus of the project has no faults."""

from __future__ import annotations

from pathlib import Path

from sayso.annotation.validate import validate

CORPUS = Path(__file__).resolve().parents[2] / "data" / "stance"


def test_the_corpus_is_valid() -> None:
    assert validate(CORPUS) == []
