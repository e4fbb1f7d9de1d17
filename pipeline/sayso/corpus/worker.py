"""What a worker does with one item: cut the article out of a page, or judge an article. It knows no other articles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from sayso.config import RunConfig
from sayso.corpus.copies import with_copies
from sayso.corpus.items import Page
from sayso.pipeline import Pipeline
from sayso.read import page_article
from sayso.report import frames
from sayso.types import Article, Skipped


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of an article that another one nearly repeats: its judgements, and the hashes of all its sentences."""

    article: str
    judgements: pa.Table
    sentences: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """One item to be worked on."""

    item: Article | Page
    original: Original | None = None

    @property
    def size(self) -> int:
        """Characters or bytes."""
        return len(self.item.raw) if isinstance(self.item, Page) else len(self.item.text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item. ``article`` is None where it came to nothing; then ``skipped`` says why."""

    article: Article | None
    skipped: tuple[Skipped, ...] = ()
    judgements: pa.Table = field(default_factory=frames.JUDGEMENTS.empty_table)
    statements: pa.Table = field(default_factory=frames.STATEMENTS.empty_table)
    sentences: bytes = b""
    n_pairs: int = 0
    usage: Mapping[str, float] = field(default_factory=dict)
    """What a model behind a server took for it."""


def failure(item: Article | Page, reason: str) -> Outcome:
    """The outcome of an item that took its worker down."""
    return Outcome(None, (Skipped(item.id, "score", reason),))


def sentence_hash(text: str) -> int:
    """64 bits of a sentence, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


class Worker:
    """The stages of one article, with the models loaded once."""

    def __init__(self, config: RunConfig, pipeline: Pipeline | None = None) -> None:
        self.config = config
        self.pipeline = pipeline or Pipeline(config)

    def __call__(self, job: Job) -> Outcome:
        """Never raises for what is wrong with the item itself."""
        try:
            outcome = self._page(job.item) if isinstance(job.item, Page) else self._article(job.item, job.original)
        except MemoryError:
            outcome = failure(
                job.item, f"{job.size:,} characters need more memory than one process may take; split the article or raise score.memory"
            )
        except Exception as error:
            outcome = failure(job.item, f"{type(error).__name__}: {error}")
        return replace(outcome, usage=self.pipeline.spent())

    def _page(self, page: Page) -> Outcome:
        found = page_article(page.raw, page.where, page.id, page.given, charset=page.charset, language=self.config.language)
        return Outcome(found) if isinstance(found, Article) else Outcome(None, (replace(found, article=page.id),))

    def _article(self, article: Article, original: Original | None) -> Outcome:
        known = frozenset(np.frombuffer(original.sentences, dtype=np.uint64).tolist()) if original else frozenset()
        result = self.pipeline.judge_article(article, (lambda text: sentence_hash(text) in known) if original else None)
        if result.document is None:
            raise ValueError("a judged article came back without its sentences")
        if original:
            judgements = with_copies(original.judgements, result.judgements, result.document)
        else:
            judgements = frames.judgements_table(result.judgements)
        hashes = [sentence_hash(result.document.text(s)) for s in result.document.sentences]
        return Outcome(
            article,
            result.skipped,
            judgements,
            frames.statements_table(result.statements, result.document) if self.config.score.statements else frames.STATEMENTS.empty_table(),
            np.array(hashes, dtype=np.uint64).tobytes(),
            result.n_pairs,
        )
