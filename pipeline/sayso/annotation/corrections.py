"""What people decided in ``sayso review`` -> training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sayso.report.corrections import NAME, Correction, read_corrections
from sayso.report.load import read_report
from sayso.segment import SegmentSettings, segment
from sayso.stance.questions import context_start
from sayso.types import ARTICLE_VOICE, Article, Segmented


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows; how many of them have the sentence alone, as its article is gone or has changed; and what gave no row, and why."""

    rows: list[dict[str, Any]]
    n_bare: int
    left_out: list[str]


def correction_rows(folder: Path) -> Rows:
    """Rows of text, claim, actor, label and sentence from the decisions in a report's folder, the last one of each.

    The text is what the stance model reads of the article: the sentence at its end, and the context before it. ``actor``
    is None for the article's own voice, ``group`` the article's id, ``was`` what the report said. Raises InputError where
    the folder holds no report, or no decisions that can be read.
    """
    report = read_report(folder)
    decisions = read_corrections(folder / NAME)
    actors = {actor.id: actor.name for actor in report.actors}
    config = report.provenance.config
    documents = _Documents({article.id: article for article in report.articles if article.text}, config)
    rows, n_bare, left_out = [], 0, []
    for made in decisions.values():
        if made.actor != ARTICLE_VOICE and made.actor not in actors:
            left_out.append(f"{made.statement}, {made.claim}: actor {made.actor!r} is not listed in the report, so its name is not known")
            continue
        text, start = documents.passage(made)
        n_bare += start is None
        start = start or 0
        rows.append(
            {
                "id": f"{made.statement}|{made.claim}",
                "group": made.article,
                "dataset": "corrections",
                "text": text,
                "claim": made.claim_text,
                "actor": None if made.actor == ARTICLE_VOICE else actors[made.actor],
                "label": str(made.label),
                "sentence": [start, start + len(made.text)],
                "was": str(made.was),
            }
        )
    return Rows(rows, n_bare, left_out)


class _Documents:
    """Articles cut into sentences, each once."""

    def __init__(self, articles: Mapping[str, Article], config: Mapping[str, Any]) -> None:
        self._articles = articles
        self._settings = SegmentSettings.model_validate(config.get("segment") or {})
        self._language = str(config.get("language") or "en")
        self._cut: dict[str, Segmented] = {}

    def passage(self, made: Correction) -> tuple[str, int | None]:
        """The sentence with its context and where it begins there; the sentence alone and None where the article lacks it."""
        article = self._articles.get(made.article)
        if article is None or article.text[made.start : made.end] != made.text:
            return made.text, None
        if article.id not in self._cut:
            self._cut[article.id] = segment(article, self._settings, self._language)
        document = self._cut[article.id]
        index = next((i for i, s in enumerate(document.sentences) if s.start == made.start), None)
        first = made.start if index is None else context_start(document, index)
        return article.text[first : made.end], made.start - first
