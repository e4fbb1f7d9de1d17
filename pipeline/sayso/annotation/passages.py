"""The notation in which passages are written, and the rows that come of it.

    == h1-014                                a group: passages on one affair
    style: wire
    field: dam safety
    country: Ghana
    text: The spillway held, engineer Abena Osei told reporters.
    says: Abena Osei | source=engineer Abena Osei | cue=told reporters | content=The spillway held
    row: Abena Osei | asserts | far_paraphrase | The dam's overflow channel did not give way.
    row: - | unrelated | article_voice | The spillway survived.

A second ``text:`` in a group is a twin or a version with one small change. ``NAME#2`` is a holder's second statement; ``-`` asks for
the text's own voice. `` / `` in a text is a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sayso.errors import DataError
from sayso.types import LABELS

PHENOMENA = frozenset(
    [
        "two_holders",
        "nested",
        "not_the_source",
        "twin_roles",
        "modal_hedge",
        "conditional_question",
        "noncommittal",
        "factive_implicative",
        "entity_swapped",
        "detail_mismatch",
        "contradiction",
        "far_paraphrase",
        "negative_claim",
        "double_negation",
        "cue_position",
        "scare_quotes",
        "evaluative_noun",
        "pronoun_description",
        "change_of_position",
        "rumour",
        "headline_body",
        "topical_silent",
        "article_voice",
        "plain",
    ]
)
STYLES = frozenset(
    [
        "wire",
        "tabloid",
        "live blog",
        "interview",
        "explainer",
        "fact-check",
        "press release",
        "court report",
        "headline",
        "post",
        "table",
        "bullets",
        "transcript",
        "opinion",
        "feature",
    ]
)
ARTICLE_STYLES = STYLES - {"headline"} | {"newspaper"}  # a newspaper's own report, where a passage would be called wire
PARTS = ("source", "cue", "content")
OWN_VOICE = "-"


@dataclass(slots=True)
class _Text:
    text: str
    says: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)


def parse(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of one file in the notation. Raises DataError listing every fault with its line."""
    faults: list[str] = []
    groups: list[tuple[str, dict[str, str], list[_Text]]] = []
    for n, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            _read_line(line, groups)
        except ValueError as e:
            faults.append(f"line {n}: {e}")
        except IndexError:
            faults.append(f"line {n}: stands before any group or text")
    if faults:
        raise DataError(f"{path}: {len(faults)} faults\n  " + "\n  ".join(faults))
    for group, meta, texts in groups:
        for k, t in enumerate(texts):
            yield from _rows(group, k, meta, t)


def _read_line(line: str, groups: list[tuple[str, dict[str, str], list[_Text]]]) -> None:
    if line.startswith("== "):
        groups.append((line[3:].strip(), {}, []))
        return
    key, _, value = line.partition(":")
    value = value.strip()
    _, meta, texts = groups[-1]
    parts = [p.strip() for p in value.split(" | ")]
    if key in ("style", "field", "country"):
        if key == "style" and value not in STYLES:
            raise ValueError(f"style {value!r}, expected one of {', '.join(sorted(STYLES))}")
        meta[key] = value
    elif key == "text":
        texts.append(_Text(value))
    elif key == "says":
        found = {}
        for part, _, words in (p.partition("=") for p in parts[1:]):
            if part not in PARTS:
                raise ValueError(f"part {part!r}, expected one of {', '.join(PARTS)}")
            if words not in texts[-1].text:
                raise ValueError(f"{part} {words!r} does not stand in the text")
            found[part] = words
        texts[-1].says[parts[0]] = found
    elif key == "row":
        if len(parts) != 4:
            raise ValueError(f"a row has holder | label | phenomenon | claim, found {len(parts)} parts")
        holder, label, phenomenon, claim = parts
        if label not in LABELS:
            raise ValueError(f"label {label!r}, expected one of {', '.join(LABELS)}")
        if phenomenon not in PHENOMENA:
            raise ValueError(f"phenomenon {phenomenon!r} is not known")
        texts[-1].rows.append((holder, label, phenomenon, claim))
    else:
        raise ValueError(f"key {key!r}, expected style, field, country, text, says or row")


def _rows(group: str, k: int, meta: dict[str, str], t: _Text) -> Iterator[dict[str, Any]]:
    spans = {name: locate(t.text, parts) for name, parts in t.says.items()}
    text = t.text.replace(" / ", " \n ")  # the same length, so that spans stay true
    everyone = [{p: list(s[p]) if p in s else None for p in PARTS} for s in spans.values()]
    for n, (holder, label, phenomenon, claim) in enumerate(t.rows):
        name = holder.split("#")[0]
        mine = [spans[holder]] if holder in spans else [s for h, s in spans.items() if h.split("#")[0] == name]
        yield {
            "id": f"{group}-{k}-{n}",
            "group": group,
            "style": meta.get("style", ""),
            "field": meta.get("field", ""),
            "country": meta.get("country", ""),
            "text": text,
            "claim": claim,
            "actor": None if name == OWN_VOICE else name,
            "label": label,
            "phenomenon": phenomenon,
            "holder_spans": [list(s["source"]) for s in mine if "source" in s],
            "cue_spans": [list(s["cue"]) for s in mine if "cue" in s],
            "content_spans": [list(s["content"]) for s in mine if "content" in s],
            "statements": everyone,
        }


def locate(text: str, parts: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Find the spans of a statement's parts: among several places the ones that stand closest together."""
    places = {p: _places(text, w) for p, w in parts.items() if w}
    anchor = max(places, key=lambda p: len(parts[p]), default=None)
    if anchor is None:
        return {}
    out = {anchor: places[anchor][0]}
    for p in sorted(places, key=lambda p: PARTS.index(p), reverse=True):
        if p != anchor:
            near = out.get("cue", out[anchor])
            out[p] = min(places[p], key=lambda s: max(near[0] - s[1], s[0] - near[1], 0))
    return out


def _places(text: str, words: str) -> list[tuple[int, int]]:
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)" if words[:1].isalnum() and words[-1:].isalnum() else re.escape(words)
    found = [m.span() for m in re.finditer(pattern, text)]
    at = text.find(words)
    return found or ([(at, at + len(words))] if at >= 0 else [])


def read_folder(paths: Sequence[Path], split: str) -> list[dict[str, Any]]:
    """All rows of several files, marked with their split."""
    return [{**row, "split": split} for p in paths for row in parse(p)]
