"""A folder that ``datasets.load_dataset`` reads: Parquet, with a README.md whose header says what is in which file."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sayso.report import frames
from sayso.report.clean import encodable
from sayso.types import ARTICLE_VOICE, LABELS

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_text = pa.string()
ADDED = pa.schema([("holder", _text), ("claim_text", _text), ("title", _text), ("url", _text)])
"""Columns of judgements besides those of frames.REVIEWED: names in the place of ids. ``holder`` is null for the article's own voice."""

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_CARD = """
# Stances in news, read by sayso

Who asserts, denies or holds back on which claim, sentence by sentence: {n_judgements:,} judgements and {n_positions:,} positions
from {n_articles:,} articles. A model made the labels{checked}. A label says what somebody is reported to hold, never what is true.

    from datasets import load_dataset

    judgements = load_dataset("FOLDER", split="train")
    positions = load_dataset("FOLDER", "positions", split="train")

| configuration | one row for each |
|---|---|
| judgements | (statement, claim) that was scored: sentence, holder, claim, label, the four probabilities, spans of source, cue and content |
| positions | (actor, claim): label, confidence with its 90 % interval, counts, dates, shift |

| label | judgements |
|---|---|
{labels}

Sentences are quoted from the articles and belong to their publishers; the header names no licence, so add one only if you may.
Made with {made}.
"""


def files(report: PositionReport) -> dict[str, str | bytes]:
    """``README.md``, ``judgements.parquet`` and ``positions.parquet``."""
    judgements = frames.reviewed_table(report.judgements)
    for field, column in zip(ADDED, _added(report), strict=True):
        judgements = judgements.append_column(field, pa.array([encodable(value) for value in column], field.type))
    return {
        "README.md": _card(report),
        "judgements.parquet": _parquet(judgements),
        "positions.parquet": _parquet(frames.positions_table(report.positions)),
    }


def _added(report: PositionReport) -> tuple[list[str | None], ...]:
    words = report.words
    articles = [words.articles.get(j.statement.article) for j in report.judgements]
    return (
        [None if j.statement.actor in (None, ARTICLE_VOICE) else words.name(j.statement.actor) for j in report.judgements],
        [words.claim(j.claim).text for j in report.judgements],
        [article.title if article else None for article in articles],
        [article.url if article else None for article in articles],
    )


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _card(report: PositionReport) -> str:
    n = len(report.judgements)
    language = report.provenance.config.get("language")
    header = {
        "pretty_name": "Stances in news, read by sayso",
        "language": [str(language or "en")],
        "task_categories": ["text-classification"],
        "tags": ["stance-detection", "attribution", "claims", "news"],
        "size_categories": [next((name for most, name in _SIZES if n < most), "n>1M")],
        "configs": [
            {"config_name": "judgements", "data_files": "judgements.parquet", "default": True},
            {"config_name": "positions", "data_files": "positions.parquet"},
        ],
    }
    counted = Counter(j.label for j in report.judgements)
    n_checked = sum(j.corrected for j in report.judgements)
    card = _CARD.format(
        n_judgements=n,
        n_positions=len(report.positions),
        n_articles=report.n_articles,
        checked=f"; a person decided {n_checked:,} of them (column corrected)" if n_checked else "",
        labels="\n".join(f"| {label} | {counted[label]:,} |" for label in LABELS),
        made=f"sayso {report.provenance.versions.get('sayso', '')}".strip(),
    )
    return f"---\n{yaml.safe_dump(header, sort_keys=False, allow_unicode=True)}---\n{card}"
