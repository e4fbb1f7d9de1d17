"""A worker of fixed answers, importable in worker processes: what an article says decides what happens to it."""

from __future__ import annotations

import ctypes
import os
import time
from dataclasses import dataclass

import numpy as np

from sayso.config import RunConfig
from sayso.corpus.worker import Job, Outcome, Worker, sentence_hash
from sayso.pipeline import ArticleResult
from sayso.segment import segment
from sayso.types import Article, Attribution, Judgement, Label, Skipped, Span, Statement

ANSWERS = {
    "flooded": (Label.ASSERTS, (0.9, 0.05, 0.03, 0.02)),
    "dry": (Label.DENIES, (0.04, 0.9, 0.04, 0.02)),
    "unclear": (Label.UNCERTAIN, (0.1, 0.1, 0.75, 0.05)),
}
SILENT = (Label.UNRELATED, (0.02, 0.02, 0.02, 0.94))


@dataclass
class KeywordPipeline:
    """Every sentence with the name of an actor is a statement of it; a word decides the label on every claim."""

    config: RunConfig

    def spent(self) -> dict[str, float]:
        return {}

    def judge_article(self, article: Article, known=None) -> ArticleResult:  # type: ignore[no-untyped-def]
        trouble(article.text)
        document = segment(article, self.config.segment, self.config.language)
        judgements, statements = [], []
        for sentence in document.sentences:
            text = document.text(sentence)
            if known is not None and known(text):
                continue
            for actor in self.config.actors:
                if actor.name not in text:
                    continue
                start = sentence.start + text.index(actor.name)
                said = Statement(article.id, sentence, actor.id, None, (Attribution(source=Span(start, start + len(actor.name))),))
                statements.append(said)
                label, p = next((answer for word, answer in ANSWERS.items() if word in text), SILENT)
                judgements += [Judgement(said, claim.id, p, label, text, article.outlet, article.published) for claim in self.config.claims]
        left_out = (*document.skipped, *([] if judgements else [Skipped(article.id, "actors", "none of the listed actors is mentioned")]))
        return ArticleResult(article, tuple(judgements), left_out, document, tuple(statements), len(judgements))


def trouble(text: str) -> None:
    if "CRASH" in text:
        ctypes.string_at(0)
    if "KILLED" in text:
        os._exit(9)
    if "ENDLESS" in text:
        while True:
            pass
    if "STUCK" in text:
        ctypes.PyDLL(None).sleep(60)  # holds the interpreter lock, as native code may
    if "HUNGRY" in text:
        np.ones(1 << 32)  # 32 GB
    if "BROKEN" in text:
        raise ValueError("broken")
    if "SLOW" in text:
        time.sleep(0.02)


@dataclass
class Make:
    """Builds the worker; ``fault`` makes it fail."""

    config: RunConfig
    fault: str = ""

    def __call__(self) -> Worker:
        if self.fault:
            raise RuntimeError(self.fault)
        return Worker(self.config, KeywordPipeline(self.config))  # type: ignore[arg-type]


def hashes(texts: list[str]) -> bytes:
    return np.array([sentence_hash(t) for t in texts], dtype=np.uint64).tobytes()


__all__ = ["Job", "KeywordPipeline", "Make", "Outcome", "hashes"]
