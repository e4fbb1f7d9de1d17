"""Evaluation figures as tables for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sayso.training.evaluate_articles import ArticlesResult
from sayso.training.evaluate_rows import BANDS
from sayso.types import LABELS, STANCES


def articles(result: ArticlesResult, console: Console) -> None:
    """Position and record F1 by label and by article, the filter, and where records were lost."""
    t = Table(title="Gold articles")
    for head in ("", "F1", "precision", "recall", *(f"F1 {x}" for x in STANCES)):
        t.add_column(head, justify="left" if not head else "right")
    for name, s in (("positions", result.positions), ("positions that are clear", result.clear_positions), ("records", result.records)):
        t.add_row(name, *(f"{s[k]:.3f}" for k in ("f1", "precision", "recall")), *(f"{s['by_label'][x]['f1']:.3f}" for x in STANCES))
    console.print(t)
    t = Table(title="By article")
    for head in ("article", "position F1", "record F1"):
        t.add_column(head, justify="left" if head == "article" else "right")
    for name, s in result.by_article.items():
        t.add_row(name, f"{s['position_f1']:.3f}", f"{s['record_f1']:.3f}")
    console.print(t)
    f = result.filter
    console.print(
        f"units found {result.segmentation:.1%}; filter keeps {f['recall']:.1%} of gold records ("
        + ", ".join(f"{x} {f[f'recall_{x}']:.1%}" for x in STANCES)
        + f") and drops {f['dropped']:.1%} of the other pairs"
    )
    console.print(f"pairs scored {result.n_questions}; false alarms {result.false_alarm_rate:.2%} of all pairs without a record")
    if result.gold_holder_accuracy is not None:
        console.print(f"gold holders given: accuracy over three stances {result.gold_holder_accuracy:.3f}")
    console.print("records lost or mislabelled, by stage: " + ", ".join(f"{k} {v}" for k, v in sorted(result.lost_by_stage.items())))
    t = Table(title="Misses", show_lines=False)
    for head in ("article", "kind", "actor", "claim", "gold", "found", "stage", "sentence"):
        t.add_column(head, overflow="fold")
    for m in result.misses:
        t.add_row(m.article, m.kind, m.actor, m.claim, m.gold, m.found, m.stage, m.text[:90])
    console.print(t)


def articles_json(result: ArticlesResult) -> dict[str, Any]:
    """All figures, the misses included."""
    out = asdict(result)
    out.pop("predictions")
    return out


def attribution(figures: dict[str, Any], console: Console) -> None:
    """Token F1 by role, and relations."""
    t = Table(title="Attribution, token F1")
    for head in ("", "F1", "precision", "recall"):
        t.add_column(head, justify="right" if head else "left")
    for role in ("source", "cue", "content"):
        s = figures[role]
        t.add_row(role, f"{s['f1']:.3f}", f"{s['precision']:.3f}", f"{s['recall']:.3f}")
    t.add_row("mean", f"{figures['macro_f1']:.3f}", "", "")
    console.print(t)
    r = figures["relations"]
    console.print(f"right source where the content was found: {r['accuracy']:.3f} ({r['content_found']} of {r['gold']} relations)")


def rows(figures: dict[str, Any], console: Console, *, slices: bool = True) -> None:
    """Per class and macro F1 with their intervals, confusion matrix, slices."""
    spread = figures["intervals"]
    console.print(
        f"{figures['n']} rows: accuracy {figures['accuracy']:.3f}{between(spread['accuracy'])}, "
        f"macro F1 {figures['macro_f1']:.3f}{between(spread['macro_f1'])}, calibration error {figures['ece']:.3f}",
        highlight=False,
    )
    t = Table(title="gold down, found across")
    t.add_column("")
    for x in LABELS:
        t.add_column(x.value, justify="right")
    t.add_column("F1", justify="right")
    t.add_column(f"{spread['level']:.0%} interval")
    for x, line in zip(LABELS, figures["confusion"], strict=True):
        has = x.value in figures["f1"]
        t.add_row(x.value, *map(str, line), f"{figures['f1'][x.value]:.3f}" if has else "–", between(spread["f1"][x.value]).strip() if has else "")
    console.print(t)
    console.print(f"[dim]intervals: {spread['resamples']} draws of {spread['groups']} groups of rows[/]", highlight=False)
    t = Table(title="abstaining under a probability")
    for head in ("under", "answers", "rows", "accuracy"):
        t.add_column(head, justify="right")
    for point in figures["abstention"]["points"][::3]:
        if point["n"]:
            t.add_row(f"{point['under']:.2f}", f"{point['coverage']:.0%}", str(point["n"]), f"{point['accuracy']:.3f}")
    console.print(t)
    for key, by in figures["slices"].items() if slices else ():
        if len(by) < 2 or key in ("field",):
            continue
        t = Table(title=key)
        for head in (key, "rows", "accuracy", "macro F1"):
            t.add_column(head, justify="left" if head == key else "right")
        order = BANDS.index if key == "length" else lambda v, by=by: by[v]["accuracy"]
        for v in sorted(by, key=order):
            s = by[v]
            t.add_row(escape(v), str(s["n"]), f"{s['accuracy']:.3f}", f"{s['macro_f1']:.3f}")
        console.print(t)


def behaviour(figures: dict[str, Any], console: Console) -> None:
    """Minimal pairs passed by kind, and what hiding the names changes."""
    f = figures["behaviour"]
    t = Table(title="minimal pairs", caption="a pair passes where both of its rows are right", caption_justify="left")
    t.add_column("kind")
    for head in ("pairs passed", "rows right"):
        t.add_column(head, justify="right")
    for kind, k in sorted(f["kinds"].items(), key=lambda kv: (kv[1]["pairs_right"] / kv[1]["pairs"], kv[1]["rows_right"])):
        t.add_row(kind, f"{k['pairs_right']} of {k['pairs']}", f"{k['rows_right']} of {k['rows']}")
    t.add_section()
    low, high = f["pairs_interval"]
    t.add_row("all", f"{f['pairs_right']} of {f['pairs']}, {f['pairs_right'] / f['pairs']:.0%}", f"{f['rows_right']} of {f['rows']}")
    t.add_row("[dim]90% interval[/]", f"[dim]{low:.0%}–{high:.0%}[/]", "")
    console.print(t)
    if n := figures["names"]:
        span = "" if n["interval"] is None else f" ({n['interval'][0]:+.1f} to {n['interval'][1]:+.1f})"
        console.print(
            f"names hidden in {n['n']} rows: accuracy {n['plain']:.3f} with them, {n['masked']:.3f} without; gap {n['gap']:+.1f} points{span}; "
            f"{n['changed']:.1%} of answers change",
            highlight=False,
        )


def others(name: str, figures: dict[str, Any], console: Console) -> None:
    """The model and others on the same rows, side by side, and how far apart they are."""
    columns = {name: figures, **figures["others"]}
    t = Table(
        title="on the same rows",
        caption=f"more: {escape(name)} less the other; better in: by macro F1; McNemar takes rows for independent",
        caption_justify="left",
    )
    t.add_column("")
    for model in columns:
        t.add_column(escape(model), justify="right", overflow="fold")
    for head, key in (("accuracy", "accuracy"), ("macro F1", "macro_f1")):
        t.add_row(head, *(f"{f[key]:.3f}\n[dim]{between(f['intervals'][key]).strip(' ()')}[/]" for f in columns.values()))
    for x in LABELS:
        t.add_row(f"F1 {x}", *(f"{f['f1'][x]:.3f}" if x in f["f1"] else "–" for f in columns.values()))
    t.add_row("calibration", *(f"{f['ece']:.3f}" for f in columns.values()), end_section=True)
    compared = [f["comparison"] for f in figures["others"].values()]
    for head, key in (("accuracy, more", "accuracy"), ("macro F1, more", "macro_f1")):
        t.add_row(head, "", *(f"{c[key]['value']:+.3f}\n[dim]{_signed(c[key]['interval'])}[/]" for c in compared))
    t.add_row("better in", "", *("–" if c["macro_f1"]["better"] is None else f"{c['macro_f1']['better']:.0%} draws" for c in compared))
    t.add_row("only first right", "", *(f"{c['only_first']} rows" for c in compared))
    t.add_row("only other right", "", *(f"{c['only_second']} rows" for c in compared))
    t.add_row("McNemar p", "", *("< 0.0001" if c["p"] < 0.0001 else f"{c['p']:.4f}" for c in compared))
    console.print(t)
    if base := figures.get("baselines"):
        learnt = f"{base['learnt']} rows" if base["learnt"] else "the evaluated rows themselves: --baseline-train gives others, and word counts"
        left_out = f"; {base['left_out']} left out, whose text is evaluated" if base["left_out"] else ""
        console.print(f"[dim]baselines learnt from {learnt}{left_out}[/]", highlight=False)


def _signed(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{interval[0]:+.3f}, {interval[1]:+.3f}"


def between(interval: tuple[float, float] | None) -> str:
    """An interval behind its figure, in brackets; nothing where there is none."""
    return "" if interval is None else f" ({interval[0]:.3f}–{interval[1]:.3f})"
