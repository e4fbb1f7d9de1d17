"""Score folders -> the report that people read: the positions of all articles, with the evidence that carries them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from sayso.config import RunConfig
from sayso.corpus.identity import differences
from sayso.corpus.positions import Scores
from sayso.corpus.store import ScoreFolder
from sayso.errors import ConfigError, OutputError
from sayso.report import PositionReport
from sayso.types import Article, Attribution, BlockKind, Judgement, Label, Position, Provenance, Sentence, Skipped, Span, Statement

MAX_SKIPPED = 10_000  # things left out that a report lists; all of them are in the score folder
MAX_ARTICLES = 2_000  # articles that a report lists besides those that it quotes


def are_scores(paths: Sequence[str]) -> bool:
    """True where every path is a folder of ``sayso score``."""
    return bool(paths) and all(ScoreFolder(Path(p)).is_scored() for p in paths)


def report_of(paths: Sequence[str], overrides: Mapping[str, Any] | None = None) -> PositionReport:
    """The report of one score folder, or of several shards of one run.

    Its judgements are the evidence of the positions and what repeats it; its articles have no text, and of a large corpus
    not all are listed. ``overrides`` maps
    dotted keys to values; only those of ``aggregate`` can change once all is judged. Raises OutputError for folders of
    different runs, ConfigError for other overrides.
    """
    changed = {key.removeprefix("aggregate."): value for key, value in (overrides or {}).items() if key.startswith("aggregate.")}
    if (overrides or {}).get("corrections"):
        raise ConfigError(
            "corrections",
            [
                "not supported for score folders: positions of a corpus rest on what the model said; report the articles of the corpus themselves, or train on `sayso data corrections`"
            ],
        )
    if fixed := [key for key in overrides or () if not key.startswith("aggregate.")]:
        raise ConfigError("report", [f"{key}: cannot be changed once all is scored; expected keys of aggregate" for key in fixed])
    folders = [ScoreFolder(Path(p)) for p in paths]
    runs = [folder.read_run() for folder in folders]
    for folder, run in zip(folders[1:], runs[1:], strict=True):
        if found := [line for line in differences(runs[0], run) if not line.startswith("shard:")]:
            raise OutputError(
                f"{folder.path}: found scores made otherwise than those of {folders[0].path}; report them one by one\n  " + "\n  ".join(found)
            )
    made = runs[0]["config"]
    try:
        config = RunConfig.model_validate(made | {"aggregate": made["aggregate"] | changed})
    except ValidationError as error:
        raise ConfigError(str(folders[0].path / "run.yaml"), [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]) from None
    if config.actors == "discover" or config.claims == "discover":
        raise ConfigError(str(folders[0].path / "run.yaml"), ["actors and claims: none are listed"])
    claims = tuple(c.claim() for c in config.claims)
    scores = Scores(folders, claims)
    try:
        positions = [g.position for g in scores.positions(config)]
        wanted = [j.statement.id for p in positions for j in p.evidence] + [
            i for p in positions for s in p.shifts for i in (s.last_before, s.first_after)
        ]
        judgements = [_judgement(row) for row in scores.rows(wanted)]
    finally:
        scores.close()
    words = {j.statement.id: j for j in judgements}
    counts: dict[str, int] = {}
    for run in runs:
        for name, n in run["counts"].items():
            counts[name] = counts.get(name, 0) + n
    return PositionReport(
        positions=tuple(_worded(p, words) for p in positions),
        judgements=tuple(judgements),
        articles=tuple(_articles(folders, {j.statement.article for j in judgements})),
        actors=tuple(a.actor() for a in config.actors),
        claims=claims,
        skipped=tuple(islice((s for folder in folders for s in _skipped(folder)), MAX_SKIPPED)),
        provenance=Provenance(config.model_dump(mode="json"), runs[0]["models"], runs[0].get("versions", {}), counts | {"positions": len(positions)}),
        n_read=counts.get("scored", 0) + counts.get("duplicate", 0),
    )


def _worded(position: Position, words: Mapping[str, Judgement]) -> Position:
    """The position with the sentences of its evidence; what was turned onto it from an opposite claim stays turned."""
    return replace(
        position, evidence=tuple(replace(j, statement=words[j.statement.id].statement, text=words[j.statement.id].text) for j in position.evidence)
    )


def _articles(folders: Sequence[ScoreFolder], quoted: Collection[str]) -> Iterator[Article]:
    """Those that are quoted, and the first others."""
    ids = pa.array(sorted(quoted), pa.string())
    others = MAX_ARTICLES
    for _, table in (part for folder in folders for part in folder.ledger(("article", "outcome", "title", "outlet", "published", "url"))):
        table = table.filter(pc.is_in(table["outcome"], pa.array(["scored", "duplicate"])))
        known = pc.is_in(table["article"], ids)
        for row, quote in zip(
            table.to_pylist() if others else table.filter(known).to_pylist(), known.to_pylist() if others else repeat(True), strict=False
        ):
            if quote or others:
                others -= not quote
                yield Article(row["article"], "", row["title"], row["outlet"], row["published"], row["url"])


def _skipped(folder: ScoreFolder) -> Iterator[Skipped]:
    for part in folder.parts():
        for row in folder.read("skipped", part).to_pylist():
            yield Skipped(**row)


def _judgement(row: dict[str, Any]) -> Judgement:
    def span(name: str) -> Span | None:
        return Span(row[f"{name}_start"], row[f"{name}_end"]) if row[f"{name}_start"] is not None else None

    spans = (span("source"), span("cue"), span("content"))
    sentence = Sentence(row["start"], row["end"], 0, BlockKind(row["kind"]))
    return Judgement(
        statement=Statement(row["article"], sentence, row["actor"], None, (Attribution(*spans),) if any(spans) else (), tuple(row["chain"] or ())),
        claim=row["claim"],
        probabilities=(row["p_asserts"], row["p_denies"], row["p_uncertain"], row["p_unrelated"]),
        label=Label(row["label"]),
        text=row["text"],
        outlet=row["outlet"],
        published=row["published"],
        duplicate_of=row["duplicate_of"],
    )
