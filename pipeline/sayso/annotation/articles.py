"""The notation in which whole articles are written, and the text and gold that come of it.

    @title: Two crates missing                      also outlet, published (YYYY-MM-DD), style; optional: bullet
    @actor: port | Port of Ansel | company | the port | Ida Brun, its head
    @claim: c1 | Two crates were lost.
    @pos: port c1 - shift                           an overall stance, where an actor's records on a claim disagree
    ---
    Two crates missing ## article:c1?

    The port said that both had been found. ## port:c1-
    * Both were full. ## article:c1-

Under the line ``---`` each line is a unit: a sentence, heading, list item or table row. A line is joined to the one before it by a
space; an empty line is a paragraph break; a leading ``/`` and space asks for a line break, ``*`` for a list item, ``%`` for a line of
boilerplate. A unit's records follow `` ## ``: ``actor:claim`` with ``+`` asserts, ``-`` denies, ``?`` uncertain; several claims of an
actor are parted by commas, actors by spaces.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sayso.annotation.passages import ARTICLE_STYLES
from sayso.errors import DataError
from sayso.types import ARTICLE_VOICE

SIGNS = {"+": "asserts", "-": "denies", "?": "uncertain"}
FIELDS = ("title", "outlet", "published", "style")
_RECORD = re.compile(r"(?P<claim>[\w-]*\w)(?P<sign>[+\-?])")


@dataclass(slots=True)
class _Line:
    number: int
    mark: str
    words: str
    before: str
    records: list[dict[str, str]]


@dataclass(slots=True)
class _Source:
    meta: dict[str, str] = field(default_factory=lambda: {"bullet": "  • "})
    actors: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, str]] = field(default_factory=list)
    fixed: dict[tuple[str, str], tuple[str, bool, int]] = field(default_factory=dict)
    lines: list[_Line] = field(default_factory=list)


def build(path: Path) -> tuple[str, dict[str, Any]]:
    """Compile one article: its text and its gold annotation. Raises DataError listing every fault with its line."""
    faults: list[str] = []
    source = _Source()
    lines = path.read_text("utf-8").splitlines()
    if "---" not in lines:
        raise DataError(f"{path}: no line '---' between header and body")
    body = lines.index("---") + 1
    for n, line in enumerate(lines[: body - 1], 1):
        try:
            _header(source, line, n)
        except ValueError as e:
            faults.append(f"line {n}: {e}")
    faults += _missing(source, body)
    _read_body(source, lines, body, faults)
    text, sentences, boilerplate = _lay_out(source)
    if not sentences:
        faults.append(f"line {body}: no unit stands under '---'")
    found = _positions(source, sentences, faults, body)
    if faults:
        raise DataError(f"{path}: {len(faults)} fault{'s' * (len(faults) > 1)}\n  " + "\n  ".join(faults))
    gold: dict[str, Any] = {"article": path.stem + ".txt", **{k: source.meta[k] for k in FIELDS}}
    gold |= {"actors": source.actors, "claims": source.claims, "boilerplate": boilerplate, "sentences": sentences, "positions": found}
    return text, gold


def write(text: str, gold: Mapping[str, Any], folder: Path) -> Path:
    """Write NAME.txt and NAME.gold.json into ``folder``; gives back the latter's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / gold["article"]).write_text(text, "utf-8")
    out = folder / (Path(gold["article"]).stem + ".gold.json")
    out.write_text(json.dumps(gold, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return out


def parse_records(words: str, actors: Iterable[str], claims: Iterable[str]) -> list[dict[str, str]]:
    """Read ``actor:c1+,c2- actor:c3?``. Raises ValueError saying what is wrong."""
    known, asked = {*actors, ARTICLE_VOICE}, set(claims)
    out: list[dict[str, str]] = []
    for part in words.split():
        actor, sep, rest = part.partition(":")
        if not sep or actor not in known:
            raise ValueError(f"record {part!r}: expected ACTOR:CLAIM with a listed actor or 'article'")
        for one in rest.split(","):
            m = _RECORD.fullmatch(one)
            if m is None or m["claim"] not in asked:
                raise ValueError(f"record {part!r}: expected a listed claim and one of + - ? instead of {one!r}")
            if any(r["actor"] == actor and r["claim"] == m["claim"] for r in out):
                raise ValueError(f"two records of {actor!r} on {m['claim']!r} in one unit")
            out.append({"actor": actor, "claim": m["claim"], "label": SIGNS[m["sign"]]})
    return out


def parse_actor(value: str) -> dict[str, Any]:
    """Read ``id | name | kind | alias; alias | member; member``; aliases and members may be left out."""
    parts = [p.strip() for p in value.split("|")]
    if not 3 <= len(parts) <= 5 or not all(parts[:3]):
        raise ValueError(f"an actor is id | name | kind | aliases | members, found {value!r}")
    aliases, members = ([x.strip() for x in p.split(";") if x.strip()] for p in [*parts[3:], "", ""][:2])
    return {"id": parts[0], "name": parts[1], "kind": parts[2], "aliases": aliases, "members": members}


def parse_claim(value: str) -> dict[str, str]:
    """Read ``id | text``."""
    ident, sep, text = (p.strip() for p in value.partition("|"))
    if not sep or not re.fullmatch(r"[\w-]*\w", ident) or not text:
        raise ValueError(f"a claim is id | text, found {value!r}")
    return {"id": ident, "text": text}


def parse_position(value: str) -> tuple[tuple[str, str], str, bool]:
    """Read ``actor claim + [shift]``."""
    parts = value.split()
    if not 3 <= len(parts) <= 4 or parts[2] not in SIGNS or parts[3:] not in ([], ["shift"]):
        raise ValueError(f"a position is ACTOR CLAIM, one of + - ? and perhaps 'shift', found {value!r}")
    return (parts[0], parts[1]), SIGNS[parts[2]], len(parts) == 4


def positions(
    sentences: Sequence[Mapping[str, Any]], fixed: Mapping[tuple[str, str], tuple[str, bool]], actors: Sequence[str], claims: Sequence[str]
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """Positions of gold units, by actor and claim in the given order; and the pairs that disagree without a fixed position."""
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for s in sentences:
        for r in s["records"]:
            seen[r["actor"], r["claim"]].append(r["label"])
    order = [*actors, ARTICLE_VOICE]
    out, open_ = [], []
    for pair in sorted(seen, key=lambda p: (order.index(p[0]), claims.index(p[1]))):
        label, shift = fixed.get(pair, (seen[pair][-1], False))
        if pair not in fixed and len(set(seen[pair])) > 1:
            open_.append(pair)
        out.append({"actor": pair[0], "claim": pair[1], "label": label, "shift": shift})
    return out, open_


def _header(source: _Source, line: str, n: int) -> None:
    if not line.strip():
        return
    key, sep, value = line.partition(":")
    key, value = key.strip(), value.strip()
    if key == "@actor":
        actor = parse_actor(value)
        if actor["id"] == ARTICLE_VOICE or actor["id"] in {a["id"] for a in source.actors}:
            raise ValueError(f"actor id {actor['id']!r} is reserved or stands twice")
        source.actors.append(actor)
    elif key == "@claim":
        claim = parse_claim(value)
        if claim["id"] in {c["id"] for c in source.claims}:
            raise ValueError(f"claim id {claim['id']!r} stands twice")
        source.claims.append(claim)
    elif key == "@pos":
        pair, label, shift = parse_position(value)
        source.fixed[pair] = (label, shift, n)
    elif key == "@bullet":
        source.meta["bullet"] = line.partition(": ")[2].strip('"')
    elif sep and key[1:] in FIELDS and key[0] == "@":
        if key == "@published":
            dt.date.fromisoformat(value)
        if key == "@style" and value not in ARTICLE_STYLES:
            raise ValueError(f"style {value!r}, expected one of {', '.join(sorted(ARTICLE_STYLES))}")
        source.meta[key[1:]] = value
    else:
        raise ValueError(f"{line[:40]!r}: expected @actor, @claim, @pos, @bullet or one of {', '.join('@' + f for f in FIELDS)}")


def _missing(source: _Source, body: int) -> list[str]:
    out = [f"line {body - 1}: the header has no @{f}" for f in FIELDS if not source.meta.get(f)]
    return out + [f"line {body - 1}: the header has no {what}" for what, some in (("@actor", source.actors), ("@claim", source.claims)) if not some]


def _read_body(source: _Source, lines: Sequence[str], body: int, faults: list[str]) -> None:
    actors, claims = [a["id"] for a in source.actors], [c["id"] for c in source.claims]
    paragraph = False
    for n, line in enumerate(lines[body:], body + 1):
        if not line.strip():
            paragraph = bool(source.lines)
            continue
        words, _, spec = line.partition(" ## ")
        mark = words[0] if words[:2] in ("* ", "/ ", "% ") else ""
        words = words[2:].strip() if mark else words.strip()
        before = "" if not source.lines else "\n\n" if paragraph else "\n" if mark else " "
        if mark == "/" and source.lines:
            before = "\n"
        records: list[dict[str, str]] = []
        try:
            records = parse_records(spec, actors, claims)
            if mark == "%" and records:
                raise ValueError("records stand behind a line of boilerplate")
        except ValueError as e:
            faults.append(f"line {n}: {e}")
        source.lines.append(_Line(n, mark, words, before, records))
        paragraph = False


def _lay_out(source: _Source) -> tuple[str, list[dict[str, Any]], list[list[int]]]:
    text = ""
    sentences: list[dict[str, Any]] = []
    boilerplate: list[list[int]] = []
    for line in source.lines:
        text += line.before + (source.meta["bullet"] if line.mark == "*" else "")
        start, end = len(text), len(text) + len(line.words)
        text += line.words
        if line.mark != "%":
            sentences.append({"start": start, "end": end, "text": line.words, "records": line.records})
        elif boilerplate and not text[boilerplate[-1][1] : start].strip():
            boilerplate[-1][1] = end
        else:
            boilerplate.append([start, end])
    return text + "\n", sentences, boilerplate


def _positions(source: _Source, sentences: Sequence[Mapping[str, Any]], faults: list[str], body: int) -> list[dict[str, Any]]:
    fixed = {pair: (label, shift) for pair, (label, shift, _) in source.fixed.items()}
    out, disagree = positions(sentences, fixed, [a["id"] for a in source.actors], [c["id"] for c in source.claims])
    faults += [f"line {body - 1}: the records of {a!r} on {c!r} disagree; add '@pos: {a} {c}' with the overall stance" for a, c in disagree]
    placed = {(p["actor"], p["claim"]) for p in out}
    for (a, c), (_, _, n) in source.fixed.items():
        if (a, c) not in placed:
            faults.append(f"line {n}: the position of {a!r} on {c!r} is backed by no record")
    return out
