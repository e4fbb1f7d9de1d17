"""How far two annotators agree: Cohen's kappa on rows, record and position F1 on whole articles.

Kappa (Cohen 1960) is agreement above chance, chance being what the two would share if each kept its own label shares. On articles
there is no kappa, since nearly all pairs have no record; F1 over (unit, actor, claim, label) takes one annotation as gold; where both
cut the text into the same units it is the same whichever that is.
"""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from sayso.errors import DataError, MissingExtraError
from sayso.training.stance_data import load_gold, read_jsonl
from sayso.types import LABELS, STANCES

Key = tuple[Any, ...]


def agreement(first: Path, second: Path) -> dict[str, Any]:
    """Compare two files of rows, or two folders of gold articles. Raises DataError where they have nothing in common."""
    if first.is_dir() and second.is_dir():
        return article_agreement(load_gold(first), load_gold(second))
    if first.is_dir() or second.is_dir():
        raise DataError(f"{first} and {second}: expected two files of rows (id, label), or two folders of gold articles")
    return row_agreement(_labels(first), _labels(second))


def row_agreement(first: Mapping[str, Mapping[str, Any]], second: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Kappa and accuracy over the ids that both have, by phenomenon where rows name it, with the confusions and the disagreements."""
    shared = [i for i in first if i in second]
    if not shared:
        raise DataError("the two have no id in common")
    pairs = {i: (str(first[i]["label"]), str(second[i]["label"])) for i in shared}
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for i in shared:
        if phenomenon := first[i].get("phenomenon") or second[i].get("phenomenon"):
            groups[str(phenomenon)].append(pairs[i])
    return {
        "kind": "rows",
        **_kappa(list(pairs.values())),
        "only_first": len(first) - len(shared),
        "only_second": len(second) - len(shared),
        "confusion": {str(x): {str(y): sum(p == (x, y) for p in pairs.values()) for y in LABELS} for x in LABELS},
        "phenomena": {k: _kappa(groups[k]) for k in sorted(groups)},
        "disagreements": [{"id": i, "first": a, "second": b} for i, (a, b) in pairs.items() if a != b],
    }


def article_agreement(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Record and position F1 over the articles that both have, by label and by article, with the records that only one has."""
    others = {g["article"]: g for g in second}
    shared = [g for g in first if g["article"] in others]
    if not shared:
        raise DataError("the two folders have no article in common")
    records: tuple[set[Key], set[Key]] = (set(), set())
    places: tuple[set[Key], set[Key]] = (set(), set())
    texts = {}
    for one in shared:
        other = others[one["article"]]
        if one["_text"] != other["_text"]:
            raise DataError(f"{one['article']}: the two folders hold different texts of it")
        same = _match(one["sentences"], other["sentences"])
        unit_ids = (list(range(len(one["sentences"]))), [same.get(i, -1 - i) for i in range(len(other["sentences"]))])
        for found, gold in enumerate((one, other)):
            for unit, s in zip(unit_ids[found], gold["sentences"], strict=True):
                texts[one["article"], unit] = s["text"]
                records[found].update((one["article"], unit, r["actor"], r["claim"], r["label"]) for r in s["records"])
            places[found].update((one["article"], p["actor"], p["claim"], p["label"]) for p in gold["positions"])
    names = [g["article"] for g in shared]
    single = [(who, k) for who, keys in (("first", records[0] - records[1]), ("second", records[1] - records[0])) for k in keys]
    return {
        "kind": "articles",
        "articles": len(shared),
        "only_first": len(first) - len(shared),
        "only_second": len(second) - len(shared),
        "records": {**f1(*records), "by_label": {str(x): f1(*_only(records, -1, x)) for x in STANCES}},
        "positions": f1(*places),
        "by_article": {n: {"record_f1": f1(*_only(records, 0, n))["f1"], "position_f1": f1(*_only(places, 0, n))["f1"]} for n in names},
        "disagreements": [
            {"article": k[0], "actor": k[2], "claim": k[3], "label": k[4], "only": who, "text": texts[k[0], k[1]]}
            for who, k in sorted(single, key=lambda x: x[1])
        ],
    }


def f1(first: set[Key], second: set[Key]) -> dict[str, Any]:
    """F1 of two sets with their sizes; 1 where both are empty."""
    total = len(first) + len(second)
    return {"f1": 2 * len(first & second) / total if total else 1.0, "n_first": len(first), "n_second": len(second)}


def _only(sets: tuple[set[Key], set[Key]], place: int, value: str) -> tuple[set[Key], set[Key]]:
    return {k for k in sets[0] if k[place] == value}, {k for k in sets[1] if k[place] == value}


def _match(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """For each unit of ``second`` the unit of ``first`` that shares most with it, half of the shorter at least."""
    out = {}
    for j, b in enumerate(second):
        shared = [(min(a["end"], b["end"]) - max(a["start"], b["start"]), i) for i, a in enumerate(first)]
        best, i = max(shared, default=(0, 0))
        if best > 0 and best * 2 >= min(b["end"] - b["start"], first[i]["end"] - first[i]["start"]):
            out[j] = i
    return out


def _labels(path: Path) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for n, row in enumerate(read_jsonl(path), 1):
        if not isinstance(row, dict) or "id" not in row or row.get("label") not in LABELS:
            raise DataError(f"{path}, row {n}: expected an id and a label, one of {', '.join(LABELS)}")
        if str(row["id"]) in out:
            raise DataError(f"{path}, row {n}: id {row['id']!r} stands twice")
        out[str(row["id"])] = row
    return out


def _kappa(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    try:
        from sklearn.metrics import cohen_kappa_score
    except ImportError as e:
        raise MissingExtraError("kappa", "train") from e
    first, second = zip(*pairs, strict=True)
    same = sum(a == b for a, b in pairs)
    one_label = len(Counter(first + second)) == 1  # chance agreement is 1: kappa is not defined
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kappa = None if one_label else float(cohen_kappa_score(first, second))
    return {"n": len(pairs), "agree": same, "accuracy": same / len(pairs), "kappa": kappa}


def print_agreement(figures: Mapping[str, Any], console: Console) -> None:
    """The figures as tables."""
    rows: list[tuple[str, ...]]
    if figures["kind"] == "articles":
        r, p = figures["records"], figures["positions"]
        console.print(
            f"{figures['articles']} articles: record F1 {r['f1']:.3f} ({r['n_first']} and {r['n_second']} records), position F1 {p['f1']:.3f}"
        )
        console.print("record F1 by label: " + ", ".join(f"{x} {s['f1']:.3f}" for x, s in r["by_label"].items()))
        rows = [(n, f"{s['record_f1']:.3f}", f"{s['position_f1']:.3f}") for n, s in figures["by_article"].items()]
        console.print(_table("By article", ["article", "record F1", "position F1"], rows))
    else:
        console.print(f"{figures['n']} rows: kappa {_shown(figures['kappa'])}, same label {figures['accuracy']:.1%}")
        rows = [(x, *(str(n) for n in line.values())) for x, line in figures["confusion"].items()]
        console.print(_table("first down, second across", ["", *LABELS], rows))
        rows = [(k, str(s["n"]), str(s["n"] - s["agree"]), f"{s['accuracy']:.1%}", _shown(s["kappa"])) for k, s in figures["phenomena"].items()]
        if rows:
            console.print(_table("By phenomenon", ["phenomenon", "rows", "differ", "same", "kappa"], rows))
    if figures["only_first"] or figures["only_second"]:
        console.print(f"not compared: {figures['only_first']} only in the first, {figures['only_second']} only in the second")


def _shown(kappa: float | None) -> str:
    return "-" if kappa is None else f"{kappa:.3f}"


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title)
    for k, head in enumerate(heads):
        table.add_column(head, justify="right" if k else "left")
    for row in rows:
        table.add_row(*row)
    return table
