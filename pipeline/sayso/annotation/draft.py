"""Rows without a label -> rows with one that a model drafted, for people to check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from sayso.annotation.files import write_jsonl
from sayso.attribute.model import AttributionModel
from sayso.config import RunConfig
from sayso.encoders.manifest import find_model
from sayso.errors import DataError, ScoringError
from sayso.report.terminal import spent_line
from sayso.stance.scorer import OnnxScorer, Remote, Scorer, attempts, load_scorer
from sayso.training.stance_data import LABEL_INDEX, Attribute, read_jsonl, row_items
from sayso.types import LABELS, Label

DRAFT = ("label", *(f"p_{x}" for x in LABELS), "drafted_by", "not_drafted")
"""What a draft writes into a row. ``not_drafted`` is the reason where there is no label."""

REASONS = 5  # that a summary prints

Row = dict[str, Any]


@dataclass(slots=True)
class Drafted:
    """All rows in their order, and what became of them. ``counts`` holds the drafted labels."""

    rows: list[Row]
    n_labelled: int = 0
    counts: dict[Label, int] = field(default_factory=lambda: dict.fromkeys(LABELS, 0))
    failed: dict[str, int] = field(default_factory=dict)
    """Reason -> rows."""

    @property
    def n_drafted(self) -> int:
        """Rows that got a label now."""
        return sum(self.counts.values())


def read_open_rows(path: Path) -> list[Row]:
    """Read rows of text, claim, actor (may be missing or null) and perhaps a label. Raises DataError naming the row that is wrong."""
    rows = read_jsonl(path)
    for n, row in enumerate(rows, 1):
        if not isinstance(row, dict) or any(not isinstance(row.get(k), str) or not row[k].strip() for k in ("text", "claim")):
            raise DataError(f"{path}, row {n}: expected an object with a text and a claim, and optionally an actor and a label")
        if row.get("actor") is not None and not isinstance(row["actor"], str):
            raise DataError(f"{path}, row {n}: found the actor {row['actor']!r}, expected a name, or null for the text's own voice")
        if (s := row.get("sentence")) and not (isinstance(s, list) and [type(x) for x in s] == [int, int] and 0 <= s[0] < s[1] <= len(row["text"])):
            raise DataError(f"{path}, row {n}: found the sentence {s!r}, expected its [start, end] in the text")
        if is_labelled(row) and row["label"] not in LABEL_INDEX:
            raise DataError(f"{path}, row {n}: found the label {row['label']!r}, expected one of {', '.join(LABEL_INDEX)}, or none")
    if not rows:
        raise DataError(f"{path}: no rows")
    return rows


def is_labelled(row: Mapping[str, Any]) -> bool:
    """True where a row has a label, whoever gave it."""
    return row.get("label") not in (None, "")


def take_over(rows: Sequence[Row], earlier: Sequence[Row], where: Path) -> list[Row]:
    """``rows``, those that have a label in ``earlier``, the file that is about to be replaced, as they stand there.

    So what people corrected in a file of drafts outlives the next draft. Raises DataError where ``earlier`` holds labelled rows
    that are not among ``rows``: replacing it would lose them.
    """
    known = {_key(r): r for r in earlier if is_labelled(r)}
    if lost := known.keys() - {_key(r) for r in rows}:
        raise DataError(f"{where}: holds {len(lost)} labelled rows that are not among the rows to label; choose another file with --out")
    return [known.get(_key(r), r) for r in rows]


def draft(
    rows: Sequence[Row], scorer: Scorer, attribute: Attribute | None, out: Drafted | None = None, progress: Callable[[int], None] | None = None
) -> Drafted:
    """Draft a label for each row that has none; rows that have one are passed on as they are.

    Rows of one text and holder are asked together. The label is the likeliest of the four, as in `sayso evaluate` on rows.
    A row that cannot be scored gets the reason in ``not_drafted`` and no label. ``out`` is filled row by row, so that whoever
    holds it has all that was done until an interruption. ``progress`` is called with the number of rows that were just done.
    """
    out = out or Drafted([])
    out.rows = [dict(r) if is_labelled(r) else {k: v for k, v in r.items() if k not in DRAFT} for r in rows]
    todo = [n for n, r in enumerate(rows) if not is_labelled(r)]
    out.n_labelled = len(rows) - len(todo)
    by_sentence: dict[tuple[int, ...], list[Row]] = {}
    for n in todo:  # row_items asks about one sentence of a text
        by_sentence.setdefault(tuple(rows[n].get("sentence") or ()), []).append({**out.rows[n], "id": n, "label": str(Label.UNRELATED)})
    items = [i for part in by_sentence.values() for i in row_items(part, attribute)]
    for item, answer in zip(items, attempts(scorer, (i.question for i in items)), strict=True):
        mine = item.meta["rows"]
        for k, n in enumerate(mine):
            if isinstance(answer, ScoringError):
                out.rows[n]["not_drafted"] = str(answer)
                out.failed[str(answer)] = out.failed.get(str(answer), 0) + 1
                continue
            label = LABELS[int(answer[k].argmax())]
            out.counts[label] += 1
            out.rows[n] |= {
                "label": str(label),
                **{f"p_{x}": round(float(v), 4) for x, v in zip(LABELS, answer[k], strict=True)},
                "drafted_by": scorer.id,
            }
        if progress:
            progress(len(mine))
    return out


def draft_file(path: Path, out: Path, config: RunConfig, *, quiet: bool = False) -> tuple[Drafted, dict[str, Any]]:
    """Draft labels for the rows of ``path`` into ``out``, also when interrupted, and return them with the figures of a summary.

    Raises DataError for wrong rows, and ModelError where a server does not answer; ``out`` is then not touched.
    """
    rows = read_open_rows(path)
    if out.is_file():
        rows = take_over(rows, read_jsonl(out), out)
    scorer = load_scorer(config.model, config.threads, config.endpoint)
    if isinstance(scorer, OnnxScorer):
        scorer.bias = np.zeros(4, dtype=np.float32)  # towards silence, which fits whole news articles but not rows
    if isinstance(scorer, Remote):
        scorer.try_out()
    reader = AttributionModel.load(find_model(config.attribute.model), config.threads)
    drafted = Drafted([])
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
            row = bar.add_task("drafting labels", total=sum(not is_labelled(r) for r in rows))
            draft(rows, scorer, lambda d: reader.read(d).attributions, drafted, lambda n: bar.advance(row, n))
    finally:
        if drafted.rows:
            write_jsonl(drafted.rows, out)
    spent = {k: round(v, 6) for k, v in scorer.spent().items()} if isinstance(scorer, Remote) else {}
    return drafted, {
        "model": scorer.id,
        "rows": len(rows),
        "labelled_before": drafted.n_labelled,
        "drafted": drafted.n_drafted,
        "labels": {str(k): n for k, n in drafted.counts.items()},
        "not_drafted": sum(drafted.failed.values()),
        "reasons": drafted.failed,
        "usage": spent,
    }


def print_drafted(figures: Mapping[str, Any], console: Console) -> None:
    """Print the summary of ``draft_file``."""
    console.print(f"drafted by {figures['model']}", markup=False)
    table = Table("label", "rows")
    table.columns[1].justify = "right"
    for name, n in figures["labels"].items():
        table.add_row(name, f"{n:,}")
    table.add_section()
    table.add_row("drafted", f"{figures['drafted']:,}")
    table.add_row("labelled before", f"{figures['labelled_before']:,}")
    table.add_row("not drafted", f"{figures['not_drafted']:,}")
    console.print(table)
    for reason, n in sorted(figures["reasons"].items(), key=lambda x: -x[1])[:REASONS]:
        console.print(f"not drafted, {n:,} row{'s' * (n > 1)}: {reason}", markup=False, soft_wrap=True)
    if len(figures["reasons"]) > REASONS:
        console.print(f"and {len(figures['reasons']) - REASONS} more reasons; each row's stands in its not_drafted")
    if figures["usage"]:
        console.print(spent_line(figures["usage"]))


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return str(row["text"]), str(row["claim"]), str(row.get("actor") or ""), tuple(row.get("sentence") or ())
