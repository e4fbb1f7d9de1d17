"""What a corpus holds: counts and shares by split, phenomenon and style; articles and their pairs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from sayso.annotation.validate import SPLITS, load_articles, load_rows
from sayso.errors import DataError, MissingExtraError
from sayso.training.stance_data import read_jsonl
from sayso.types import ARTICLE_VOICE, LABELS, STANCES


def corpus_stats(folder: Path) -> dict[str, Any]:
    """All figures of a corpus folder. Raises DataError where it holds nothing."""
    rows = list(load_rows(folder).values())
    golds = [(split, gold) for split, _, gold, _ in load_articles(folder)]
    referred = sorted(folder.glob("*/*.rows.jsonl"))
    referred_articles = sorted(folder.glob("*/*.articles.jsonl"))
    if not rows and not golds and not referred and not referred_articles:
        raise DataError(f"{folder}: no rows and no articles; expected passages/SPLIT.jsonl or articles/SPLIT/NAME.gold.json")
    return {
        "passages": {**_by(rows, "split", SPLITS), "all": describe_rows(rows)} if rows else {},
        "phenomena": _by(rows, "phenomenon"),
        "styles": _by(rows, "style"),
        "articles": {s: describe_articles([g for split, g in golds if split == s]) for s in SPLITS if any(split == s for split, _ in golds)},
        "references": {f"{p.parent.name} {p.name.partition('.')[0]}": describe_rows(read_jsonl(p)) for p in referred},
        "reference_articles": {f"{p.parent.name} {p.name.partition('.')[0]}": _referred(read_jsonl(p)) for p in referred_articles},
    }


def describe_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows, passages, groups, labels, the largest label's share, the own voice's share, the share of repeated openings."""
    labels = Counter(str(r["label"]) for r in rows)
    out: dict[str, Any] = {
        "rows": len(rows),
        "passages": len({r["text"] if "text" in r else (r["doc_id"], r["start"], r["end"]) for r in rows}),
        "labels": {str(x): labels[x] for x in LABELS},
        "largest_share": max(labels.values(), default=0) / max(len(rows), 1),
        "own_voice": sum((r["actor"] if "actor" in r else r["actor_span"]) is None for r in rows) / max(len(rows), 1),
    }
    if rows and "text" in rows[0]:
        out |= {"groups": len({r["group"] for r in rows}), "repeated_openings": repeated_openings(rows)}
    return out


def repeated_openings(rows: Iterable[Mapping[str, Any]]) -> float:
    """The share of passages whose first five words also open a passage of another group (twins within a group are meant)."""
    groups: dict[str, set[str]] = defaultdict(set)
    opening = {(str(r["group"]), str(r["text"])): " ".join(re.findall(r"\w+", r["text"].casefold())[:5]) for r in rows}
    for (group, _), words in opening.items():
        groups[words].add(group)
    return sum(len(groups[words]) > 1 for words in opening.values()) / max(len(opening), 1)


def describe_articles(golds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Articles, units, (unit, actor, claim) pairs, records by label, the share of units without a record, shifts."""
    units = [s for g in golds for s in g["sentences"]]
    return _articles(
        len(golds),
        len(units),
        sum(len(g["sentences"]) * (len(g["actors"]) + 1) * len(g["claims"]) for g in golds),
        [r for s in units for r in s["records"]],
        sum(not s["records"] for s in units),
        sum(p["shift"] for g in golds for p in g["positions"]),
    )


def _referred(articles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return _articles(
        len(articles),
        sum(len(a["units"]) for a in articles),
        sum(len(a["units"]) * (len(a["actors"]) + 1) * len(a["claims"]) for a in articles),
        [r for a in articles for r in a["records"]],
        sum(len(a["units"]) - len({r["unit"] for r in a["records"]}) for a in articles),
        sum(p["shift"] for a in articles for p in a["positions"]),
    )


def _articles(n: int, units: int, pairs: int, records: Sequence[Mapping[str, Any]], silent: int, shifts: int) -> dict[str, Any]:
    labels = Counter(str(r["label"]) for r in records)
    return {
        "articles": n,
        "units": units,
        "pairs": pairs,
        "records": len(records),
        "labels": {str(x): labels[x] for x in STANCES},
        "own_voice": sum(r["actor"] == ARTICLE_VOICE for r in records) / max(len(records), 1),
        "silent_units": silent / max(units, 1),
        "pairs_with_a_stance": len(records) / max(pairs, 1),
        "shifts": shifts,
    }


def _by(rows: Sequence[Mapping[str, Any]], key: str, order: Sequence[str] = ()) -> dict[str, Any]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for r in rows:
        found[str(r[key])].append(r)
    names = [x for x in order if x in found] or sorted(found, key=lambda k: -len(found[k]))
    return {name: describe_rows(found[name]) for name in names}


def print_stats(figures: Mapping[str, Any], console: Console) -> None:
    """The figures as tables."""
    for title, key in (("Passages", "passages"), ("By phenomenon", "phenomena"), ("By style", "styles"), ("Rows by reference", "references")):
        if figures[key]:
            console.print(_rows_table(title, figures[key]))
    for title, key in (("Articles", "articles"), ("Articles by reference", "reference_articles")):
        if figures[key]:
            console.print(_articles_table(title, figures[key]))


def _table(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=title)
    for head in heads:
        table.add_column(head, justify="right" if head else "left")
    return table


def _rows_table(title: str, figures: Mapping[str, Mapping[str, Any]]) -> Table:
    table = _table(title, ["", "rows", "passages", *LABELS, "largest label", "own voice", "repeated openings"])
    for name, f in figures.items():
        shares = (f"{f['labels'][x] / max(f['rows'], 1):.0%}" for x in LABELS)
        opening = f"{f['repeated_openings']:.1%}" if "repeated_openings" in f else ""
        table.add_row(name, str(f["rows"]), str(f["passages"]), *shares, f"{f['largest_share']:.0%}", f"{f['own_voice']:.0%}", opening)
    return table


def _articles_table(title: str, figures: Mapping[str, Mapping[str, Any]]) -> Table:
    table = _table(
        title, ["", "articles", "units", "pairs", "records", *STANCES, "own voice", "units without a record", "pairs with a stance", "shifts"]
    )
    for name, f in figures.items():
        counts = (str(f[k]) for k in ("articles", "units", "pairs", "records"))
        shares = (f"{f[k]:.1%}" for k in ("own_voice", "silent_units", "pairs_with_a_stance"))
        table.add_row(name, *counts, *(str(f["labels"][x]) for x in STANCES), *shares, str(f["shifts"]))
    return table


def plot_stats(figures: Mapping[str, Any], file: Path) -> None:
    """Draw the rows of each phenomenon by label, and the labels of each split. Raises MissingExtraError without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError as e:
        raise MissingExtraError("a plot", "train") from e
    parts = [(title, figures[key]) for title, key in (("rows by split", "passages"), ("rows by phenomenon", "phenomena")) if figures[key]]
    parts = [(title, {k: v for k, v in some.items() if k != "all"}) for title, some in parts]
    if not parts:
        raise DataError("a plot shows the rows of passages, and there are none")
    bars = [len(some) for _, some in parts]
    figure = Figure(figsize=(9, 1.5 + 0.3 * sum(bars)), layout="constrained")
    axes = figure.subplots(len(parts), 1, squeeze=False, height_ratios=bars)[:, 0]
    colours = dict(zip(LABELS, ("#2a7f62", "#b3382c", "#d9a521", "#b8b8b8"), strict=True))
    for ax, (title, some) in zip(axes, parts, strict=True):
        names = list(some)[::-1]
        left = [0] * len(names)
        for x in LABELS:
            widths = [some[n]["labels"][x] for n in names]
            ax.barh(names, widths, left=left, color=colours[x], label=x.value)
            left = [a + b for a, b in zip(left, widths, strict=True)]
        ax.margins(y=0.01)
        ax.set_title(title, loc="left")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].legend(ncols=4, frameon=False, loc="lower right", bbox_to_anchor=(1, 1))
    figure.savefig(file, dpi=150)
