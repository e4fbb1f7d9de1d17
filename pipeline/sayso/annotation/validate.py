"""Checks of a corpus folder: passages, gold articles, references. Each check gives one line a fault.

FOLDER/passages/{train,dev,test}.jsonl      rows
FOLDER/articles/{train,dev,test}/           NAME.txt with NAME.gold.json
FOLDER/*/{train,dev,test}.rows.jsonl        references to passages of texts that are not here
FOLDER/*/{train,dev,test}.articles.jsonl    references to whole articles
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sayso.annotation.check_article import check_article
from sayso.annotation.duplicates import NEAR, near_duplicates
from sayso.annotation.passages import PARTS, PHENOMENA, STYLES
from sayso.annotation.references import check_reference, is_span
from sayso.errors import DataError
from sayso.training.stance_data import read_jsonl
from sayso.types import LABELS

SPLITS = ("train", "dev", "test")
TEXT_FIELDS = ("id", "group", "split", "style", "field", "country", "text", "claim", "label", "phenomenon")
SPAN_FIELDS = ("holder_spans", "cue_spans", "content_spans")
FIELDS = frozenset([*TEXT_FIELDS, *SPAN_FIELDS, "actor"])


def validate(folder: Path) -> list[str]:
    """All faults of a corpus folder, one line each. Raises DataError where there is nothing to check or a file is not JSON."""
    rows = load_rows(folder)
    golds = load_articles(folder)
    references = sorted([*folder.glob("*/*.rows.jsonl"), *folder.glob("*/*.articles.jsonl")])
    if not rows and not golds and not references:
        raise DataError(f"{folder}: nothing to check; expected passages/SPLIT.jsonl, articles/SPLIT/NAME.gold.json or NAME/SPLIT.rows.jsonl")
    faults = [f"{place}: {f}" for place, row in rows.items() for f in check_row(row)]
    faults += [f"{place}: split is {row['split']!r}" for place, row in rows.items() if row.get("split") not in (None, place.partition(".")[0])]
    faults += _once(rows)
    faults += _apart(rows)
    faults += [f"articles/{split}/{path.name}: {f}" for split, path, gold, text in golds for f in check_article(gold, text, path.name)]
    faults += _twice((f"articles/{s}/{p.name}", p.name) for s, p, _, _ in golds)
    texts = {str(r["text"]): (p.partition(".")[0], str(r["id"])) for p, r in rows.items() if r.get("text") and "id" in r}
    texts |= {text: (split, path.name) for split, path, _, text in golds}
    for a, b, share in near_duplicates(texts):
        (split_a, name_a), (split_b, name_b) = texts[a], texts[b]
        faults.append(f"{split_a} {name_a} and {split_b} {name_b}: near duplicates in two splits (overlap {share:.2f}, allowed under {NEAR})")
    return faults + _references(references)


def _references(files: Sequence[Path]) -> list[str]:
    faults: list[str] = []
    splits: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in files:
        place = f"{path.parent.name}/{path.name}"
        rows = read_jsonl(path)
        faults += [f"{place}, line {n}: {f}" for n, row in enumerate(rows, 1) for f in check_reference(row, path.name)]
        faults += _twice((place, str(r["id"])) for r in rows if "id" in r)
        for r in rows:
            splits[path.parent.name, str(r.get("doc_id"))].add(path.name.partition(".")[0])
    return faults + [
        f"{part}: document {d!r} stands in {' and '.join(sorted(s))}; expected one split" for (part, d), s in splits.items() if len(s) > 1
    ]


def load_rows(folder: Path) -> dict[str, dict[str, Any]]:
    """All rows of ``folder/passages`` by place ('train.jsonl, line 3')."""
    files = sorted((folder / "passages").glob("*.jsonl"))
    if odd := [f.name for f in files if f.stem not in SPLITS]:
        raise DataError(f"{folder / 'passages'}: {', '.join(odd)}; expected {', '.join(s + '.jsonl' for s in SPLITS)}")
    rows = {f"{f.name}, line {n}": row for f in files for n, row in enumerate(read_jsonl(f), 1)}
    if odd := [place for place, row in rows.items() if not isinstance(row, dict)]:
        raise DataError(f"{folder / 'passages'}: {odd[0]} is no JSON object")
    return rows


def load_articles(folder: Path) -> list[tuple[str, Path, dict[str, Any], str]]:
    """All gold articles of ``folder/articles``: split, file, gold and text (empty where the text file is missing)."""
    out = []
    for split in SPLITS:
        for path in sorted((folder / "articles" / split).glob("*.gold.json")):
            try:
                gold = json.loads(path.read_text("utf-8"))
            except ValueError as e:
                raise DataError(f"{path}: not JSON ({e})") from e
            text = path.with_name(path.name.replace(".gold.json", ".txt"))
            out.append((split, path, gold, text.read_bytes().decode("utf-8") if text.is_file() else ""))
    return out


def check_row(row: Mapping[str, Any]) -> list[str]:
    """Faults of one row: fields, label, phenomenon, style, spans."""
    if missing := FIELDS - set(row):
        return [f"lacks {', '.join(sorted(missing))}"]
    out = [f"{k} is empty or no text" for k in TEXT_FIELDS if not isinstance(row[k], str) or not row[k].strip()]
    if row["actor"] is not None and not (isinstance(row["actor"], str) and row["actor"].strip()):
        out.append("actor is neither a name nor null")
    if row["label"] not in LABELS:
        out.append(f"label {row['label']!r}, expected one of {', '.join(LABELS)}")
    if row["phenomenon"] not in PHENOMENA:
        out.append(f"phenomenon {row['phenomenon']!r} is not known")
    if row["style"] not in STYLES:
        out.append(f"style {row['style']!r}, expected one of {', '.join(sorted(STYLES))}")
    spans: list[tuple[str, Any]] = [(k, s) for k in SPAN_FIELDS for s in (row[k] if isinstance(row[k], list) else [None])]
    spans += [(f"statement {p}", s[p]) for s in row.get("statements") or () for p in PARTS if s.get(p) is not None]
    text = str(row["text"])
    for name, span in spans:
        if not is_span(span, len(text)):
            out.append(f"{name} {span}: no span of the text, which has {len(text)} characters")
        elif text[slice(*span)] != text[slice(*span)].strip():
            out.append(f"{name} {span}: begins or ends with a space")
    return out


def _once(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    faults = _twice((place, str(r["id"])) for place, r in rows.items() if "id" in r)
    asked: dict[tuple[Any, ...], str] = {}
    for place, r in rows.items():
        key = (r.get("text"), r.get("claim"), r.get("actor"))
        if key in asked:
            faults.append(f"{place}: asks the same of the same passage as {asked[key]}")
        asked.setdefault(key, place)
    return faults


def _twice(places: Iterable[tuple[str, str]]) -> list[str]:
    first: dict[str, str] = {}
    faults = []
    for place, ident in places:
        if ident in first:
            faults.append(f"{place}: {ident!r} stands also in {first[ident]}")
        first.setdefault(ident, place)
    return faults


def _apart(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    keys: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "group": lambda r: str(r.get("group")),
        "field and style": lambda r: f"{r.get('field')}, {r.get('style')}",
        "text": lambda r: " ".join(str(r.get("text")).casefold().split()),
    }
    faults = []
    for what, key in keys.items():
        found: dict[str, set[str]] = defaultdict(set)
        for place, r in rows.items():
            found[key(r)].add(place.partition(".")[0])
        faults += [f"{what} {k[:60]!r} stands in {' and '.join(sorted(v))}; expected one split" for k, v in found.items() if len(v) > 1]
    return faults
