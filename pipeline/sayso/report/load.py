"""A report's folder -> PositionReport again, for showing, comparing and sharing it without a model."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from sayso.errors import InputError
from sayso.read import read_articles
from sayso.report.model import PositionReport
from sayso.types import (
    LABELS,
    Actor,
    Article,
    Attribution,
    BlockKind,
    Claim,
    Judgement,
    Label,
    Position,
    Provenance,
    Sentence,
    Shift,
    Skipped,
    Span,
    Statement,
)

_NEEDED = ("positions.json", "judgements.parquet", "run.yaml")


def is_report(folder: str | Path) -> bool:
    """True where ``folder`` holds the files of a written report."""
    return all((Path(folder) / name).is_file() for name in _NEEDED)


def read_report(folder: str | Path, *, texts: bool = True) -> PositionReport:
    """The report that was written into ``folder``.

    A folder holds no article text. With ``texts`` the articles that run.yaml names are read again; one that is gone or
    that has changed keeps its title and address, but has no text. Evidence is what positions.json lists, at most 50
    judgements a position. Raises InputError where the folder is not one that sayso wrote.
    """
    out = Path(folder)
    for name in _NEEDED:
        if not (out / name).is_file():
            raise InputError(f"{out}: found no {name}, expected a folder that `sayso report --out` wrote")
    try:
        run: dict[str, Any] = yaml.safe_load((out / "run.yaml").read_text("utf-8")) or {}
        config = run.get("config") or {}
        rows = pq.read_table(out / "judgements.parquet").to_pylist()
        judgements = tuple(_judgement(row) for row in rows)
        held = json.loads((out / "positions.json").read_text("utf-8"))
        statements = {j.statement.id: j.statement for j in judgements}
        copies = {(j.statement.id, j.claim): j.duplicate_of for j in judgements}
        positions = tuple(_position(row, statements, copies) for row in held)
        articles = _articles(out, judgements)
        skipped = _skipped(out)
        actors = tuple(_noun(Actor, row, "id", "name", "kind", "aliases", "members") for row in _listed(config, "actors"))
        claims = tuple(_noun(Claim, row, "id", "text", "negation_of") for row in _listed(config, "claims"))
    except (KeyError, TypeError, ValueError, OSError, yaml.YAMLError) as error:
        raise InputError(f"{out}: found files that do not fit together ({type(error).__name__}: {error}); make the report again") from error
    if texts:
        articles = _with_texts(articles, judgements, config)
    made = Provenance(**{name: run.get(name) or {} for name in ("config", "models", "versions", "counts", "timings", "usage")})
    return PositionReport(positions, judgements, articles, actors, claims, skipped, made)


def _listed(config: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return config[key] if isinstance(config.get(key), list) else []


def _noun(kind: Any, row: Mapping[str, Any], *names: str) -> Any:
    values = {name: row[name] for name in names if row.get(name) is not None}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _span(row: Mapping[str, Any], name: str) -> Span | None:
    start, end = row.get(f"{name}_start"), row.get(f"{name}_end")
    return None if start is None or end is None else Span(start, end)


def _judgement(row: Mapping[str, Any]) -> Judgement:
    sentence = Sentence(row["start"], row["end"], block=0, kind=BlockKind(row["kind"]))
    parts = Attribution(_span(row, "source"), _span(row, "cue"), _span(row, "content"))
    found = (parts,) if parts.source or parts.cue or parts.content else ()
    said = Statement(row["article"], sentence, row["actor"], attributions=found, chain=tuple(row["chain"] or ()))
    return _judged(said, row, row["published"], row["duplicate_of"])


def _judged(said: Statement, row: Mapping[str, Any], published: dt.date | None, copy: str | None) -> Judgement:
    a, d, u, n = (float(row[f"p_{label}"]) for label in LABELS)
    return Judgement(said, row["claim"], (a, d, u, n), Label(row["label"]), row["text"], row["outlet"], published, copy, bool(row.get("corrected")))


def _position(row: Mapping[str, Any], statements: Mapping[str, Statement], copies: Mapping[tuple[str, str], str | None]) -> Position:
    evidence = [
        _judged(statements[item["statement"]], item, _day(item["published"]), copies.get((item["statement"], item["claim"])))
        for item in row["evidence"]
        if item["statement"] in statements
    ]
    plain = ("actor", "claim", "confidence", "lower", "upper", "verdict", "n_statements", "n_articles", "n_outlets", "shift")
    return Position(
        **{name: row[name] for name in plain},
        label=Label(row["label"]),
        probabilities=(row["p_asserts"], row["p_denies"], row["p_uncertain"]),
        evidence=tuple(evidence),
        first_seen=_day(row["first_seen"]),
        last_seen=_day(row["last_seen"]),
        shifts=tuple(Shift(Label(s["before"]), Label(s["after"]), s["last_before"], s["first_after"]) for s in row["shifts"]),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _articles(out: Path, judgements: tuple[Judgement, ...]) -> tuple[Article, ...]:
    listed = out / "articles.parquet"
    if listed.is_file():
        names = ("title", "outlet", "published", "url")
        return tuple(Article(row["article"], "", **{name: row[name] for name in names}) for row in pq.read_table(listed).to_pylist())
    known = {j.statement.article: Article(j.statement.article, "", outlet=j.outlet, published=j.published) for j in judgements}
    return tuple(known.values())


def _skipped(out: Path) -> tuple[Skipped, ...]:
    if not (out / "skipped.parquet").is_file():
        return ()
    rows = pq.read_table(out / "skipped.parquet").to_pylist()
    return tuple(Skipped(row["article"], row["stage"], row["reason"], row["start"], row["end"]) for row in rows)


def _with_texts(articles: tuple[Article, ...], judgements: tuple[Judgement, ...], config: Mapping[str, Any]) -> tuple[Article, ...]:
    paths = [path for path in config.get("articles") or () if Path(path).exists()]
    manifest = config.get("manifest")
    if not paths:
        return articles
    there = Path(manifest) if manifest and Path(manifest).is_file() else None
    texts = {item.id: item.text for item in read_articles(paths, manifest=there, language=None) if isinstance(item, Article)}
    changed = {
        j.statement.article for j in judgements if texts.get(j.statement.article, "")[j.statement.sentence.start : j.statement.sentence.end] != j.text
    }
    return tuple(article if article.id in changed else replace(article, text=texts.get(article.id, "")) for article in articles)
