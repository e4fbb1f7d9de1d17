"""A run of fixed answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus_helpers import CONFIG, config
from doubles import Make
from sayso import Pipeline, RunConfig
from sayso.corpus.run import score


@pytest.fixture(scope="session")
def loaded() -> Pipeline:
    return Pipeline(CONFIG)


Run = Callable[..., Mapping[str, Any]]


@pytest.fixture
def run(loaded: Pipeline) -> Run:
    """score() with fixed answers, in this process unless told."""

    def call(inputs: str | Path | list[str], out: Path, cfg: RunConfig | None = None, **more: Any) -> Mapping[str, Any]:
        cfg = cfg or config()
        given = inputs if isinstance(inputs, list) else [str(inputs)]
        return score(given, cfg, out, **{"engine": "inline", "make": Make(cfg), "pipeline": loaded, **more})

    return call
