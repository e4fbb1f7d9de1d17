"""Checks of one gold article: offsets, coverage, ids, positions backed by records, shifts."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sayso.annotation.passages import ARTICLE_STYLES
from sayso.types import ARTICLE_VOICE, STANCES

KEYS = frozenset(["article", "title", "outlet", "published", "style", "actors", "claims", "boilerplate", "sentences", "positions"])
SHAPES = {
    "actors": frozenset(["id", "name", "kind", "aliases", "members"]),
    "claims": frozenset(["id", "text"]),
    "sentences": frozenset(["start", "end", "text", "records"]),
    "positions": frozenset(["actor", "claim", "label", "shift"]),
}
_RECORD = frozenset(["actor", "claim", "label"])
_LIST_MARKER = re.compile(r"(?:[•\-–—*·▪|]|\d+[.)])?")
Seen = Mapping[tuple[str, str], list[str]]


def check_article(gold: Mapping[str, Any], text: str, name: str) -> list[str]:
    """Faults of a gold annotation; ``name`` is its file's name."""
    if set(gold) != KEYS:
        return [f"keys: {', '.join(sorted(set(gold) ^ KEYS))} missing or not expected"]
    if not text:
        return [f"{gold['article']} is missing or empty"]
    if odd := [f"a member of {k} has other keys than {', '.join(sorted(v))}" for k, v in SHAPES.items() if any(set(x) != v for x in gold[k])]:
        return odd
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    return [*_head(gold, text, name), *_units(gold, text, seen), *_coverage(gold, text), *check_positions(gold["positions"], seen)]


def _head(gold: Mapping[str, Any], text: str, name: str) -> Iterator[str]:
    if gold["article"] != name.replace(".gold.json", ".txt"):
        yield f"article is {gold['article']!r}, expected the name of its own text"
    if "\r" in text or text.startswith("\ufeff"):
        yield "a carriage return or a byte-order mark in the text"
    try:
        dt.date.fromisoformat(gold["published"])
    except (ValueError, TypeError):
        yield f"published is {gold['published']!r}, expected YYYY-MM-DD"
    for key in ("title", "outlet"):
        if not str(gold[key]).strip():
            yield f"{key} is empty"
    if gold["style"] not in ARTICLE_STYLES:
        yield f"style {gold['style']!r}, expected one of {', '.join(sorted(ARTICLE_STYLES))}"
    for what in ("actors", "claims"):
        ids = [x["id"] for x in gold[what]]
        if not ids:
            yield f"no {what}"
        if len(set(ids)) < len(ids) or ARTICLE_VOICE in ids:
            yield f"ids of {what}: one stands twice or is the reserved {ARTICLE_VOICE!r}"
    for a in gold["actors"]:
        members = (m.split(",")[0] for m in a["members"])  # "Ida Brun, head of the port"
        if not any(n.casefold() in text.casefold() for n in (a["name"], *a["aliases"], *members)):
            yield f"actor {a['id']!r}: no name, alias or member stands in the text"
    for c in gold["claims"]:
        if not c["text"].strip():
            yield f"claim {c['id']!r} is empty"


def _units(gold: Mapping[str, Any], text: str, seen: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    actors, claims = {a["id"] for a in gold["actors"]} | {ARTICLE_VOICE}, {c["id"] for c in gold["claims"]}
    last = 0
    for s in gold["sentences"]:
        if text[s["start"] : s["end"]] != s["text"] or not s["text"].strip() or s["text"] != s["text"].strip():
            yield f"unit at {s['start']}: its text is not the slice of the article, or begins or ends with a space"
        if s["start"] < last:
            yield f"unit at {s['start']} overlaps the one before, or is out of order"
        last = s["end"]
        pairs = set()
        for r in s["records"]:
            if set(r) != _RECORD or r["actor"] not in actors or r["claim"] not in claims or r["label"] not in STANCES:
                yield f"unit at {s['start']}: record {r} has an unknown actor, claim, label or key"
                continue
            if (pair := (r["actor"], r["claim"])) in pairs:
                yield f"unit at {s['start']}: two records of {pair[0]!r} on {pair[1]!r}"
            pairs.add(pair)
            seen[pair].append(r["label"])
    for c in claims - {claim for _, claim in seen}:
        yield f"claim {c!r} has no record"


def _coverage(gold: Mapping[str, Any], text: str) -> Iterator[str]:
    at = 0
    for start, end in sorted([*map(tuple, gold["boilerplate"]), *((s["start"], s["end"]) for s in gold["sentences"]), (len(text), len(text))]):
        gap = text[at:start].strip()
        if start < at or end > len(text):
            yield f"spans overlap at {start}, or reach beyond the text"
        elif not _LIST_MARKER.fullmatch(gap):
            yield f"characters {at} to {start} are neither unit nor boilerplate: {gap[:50]!r}"
        at = max(at, end)


def check_positions(positions: Any, seen: Seen) -> Iterator[str]:
    """Faults of positions against the labels of their records in reading order."""
    placed = set()
    for p in positions:
        key = p["actor"], p["claim"]
        labels = seen.get(key, [])
        who = f"position of {key[0]!r} on {key[1]!r}"
        if key in placed:
            yield f"{who} stands twice"
        placed.add(key)
        if p["label"] not in labels:
            yield f"{who}: {p['label']} is backed by no record"
        elif not isinstance(p["shift"], bool):
            yield f"{who}: shift is {p['shift']!r}, expected true or false"
        elif p["shift"] and (len(set(labels)) < 2 or labels[-1] != p["label"]):
            yield f"{who} shifts, but its records agree or end with another label"
    for a, c in seen.keys() - placed:
        yield f"no position of {a!r} on {c!r}, which has records"
