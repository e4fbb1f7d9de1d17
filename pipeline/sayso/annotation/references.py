"""References to texts that are not part of a corpus: what a row and an article hold, and how they are checked.

A reference names a document and offsets, and carries a hash of the words meant; claims, labels and ids are its own. No word of the
document is in it, not even a holder's name, which is a span too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from sayso.annotation.check_article import check_positions
from sayso.annotation.passages import PHENOMENA
from sayso.types import ARTICLE_VOICE, LABELS, STANCES

ROW_FIELDS = frozenset(["id", "split", "doc_id", "start", "end", "sha256", "claim", "actor_span", "label", "phenomenon"])
ARTICLE_FIELDS = frozenset(["doc_id", "split", "sha256", "units", "actors", "claims", "records", "positions"])
ACTOR_FIELDS = frozenset(["id", "kind", "name_span", "alias_spans", "member_spans"])
_HASH = re.compile(r"[0-9a-f]{16}")


def fingerprint(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def check_reference(row: Mapping[str, Any], file: str) -> list[str]:
    """Faults of a reference row or article; ``file`` (``dev.rows.jsonl``) names its kind and split."""
    split, _, kind = file.partition(".")
    wanted = ROW_FIELDS if kind.startswith("rows") else ARTICLE_FIELDS
    if set(row) != wanted:
        return [f"fields: {', '.join(sorted(set(row) ^ wanted))} missing or not expected"]
    faults = [] if row["split"] == split else [f"split is {row['split']!r}"]
    if not _HASH.fullmatch(str(row["sha256"])):
        faults.append(f"sha256 is {row['sha256']!r}, expected 16 hexadecimal digits")
    return [*faults, *(_row(row) if wanted is ROW_FIELDS else _article(row))]


def is_span(span: Any, length: float = float("inf")) -> bool:
    """True for [start, end] with 0 <= start < end <= length."""
    return isinstance(span, list) and len(span) == 2 and all(type(x) is int for x in span) and 0 <= span[0] < span[1] <= length


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    if not is_span([row["start"], row["end"]]):
        yield f"start and end are {row['start']!r} and {row['end']!r}"
    elif row["actor_span"] is not None and not is_span(row["actor_span"], row["end"] - row["start"]):
        yield f"actor_span {row['actor_span']} is no span of the passage"
    if row["label"] not in LABELS:
        yield f"label {row['label']!r}, expected one of {', '.join(LABELS)}"
    if row["phenomenon"] not in PHENOMENA:
        yield f"phenomenon {row['phenomenon']!r} is not known"
    if not str(row["claim"]).strip():
        yield "claim is empty"


def _article(row: Mapping[str, Any]) -> Iterator[str]:
    units = row["units"]
    if not all(map(is_span, units)) or any(a[1] > b[0] for a, b in pairwise(units)):
        yield "units are no spans, overlap, or are out of order"
    for a in row["actors"]:
        if set(a) - {"name"} != ACTOR_FIELDS or (a["name_span"] is None) != ("name" in a):
            yield f"actor {a.get('id')!r}: expected {', '.join(sorted(ACTOR_FIELDS))}, and a name only where name_span is null"
        elif not all(map(is_span, [*([a["name_span"]] if a["name_span"] else []), *a["alias_spans"], *a["member_spans"]])):
            yield f"actor {a['id']!r}: a name, alias or member is no span"
    ids = {"actor": {a.get("id") for a in row["actors"]} | {ARTICLE_VOICE}, "claim": {c.get("id") for c in row["claims"]}}
    if len(ids["actor"]) != len(row["actors"]) + 1 or len(ids["claim"]) != len(row["claims"]):
        yield f"an id of actors or claims stands twice or is the reserved {ARTICLE_VOICE!r}"
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in row["records"]:
        if not 0 <= r["unit"] < len(units) or r["actor"] not in ids["actor"] or r["claim"] not in ids["claim"] or r["label"] not in STANCES:
            yield f"record {r} has an unknown unit, actor, claim or label"
        seen[r["actor"], r["claim"]].append(r["label"])
    yield from check_positions(row["positions"], seen)
