"""Joining references with the texts they point into, above all those of PolNeAR (US news of 2015-16, Newell et al. 2018).

The texts are read from attribution records (JSON Lines with ``doc_id``, ``text``, and where there are several annotators ``primary``),
or straight from a clone of the public repository. A reference is joined only where the hash of its words fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sayso.annotation import articles
from sayso.annotation.files import write_jsonl
from sayso.annotation.references import check_reference, fingerprint
from sayso.errors import DataError
from sayso.training.stance_data import read_jsonl

HOW_TO_GET = (
    "the texts of PolNeAR are not part of this project. Clone https://github.com/networkdynamics/PolNeAR and give the folder of the clone, "
    "or a file of JSON Lines with doc_id and text (attribution records)"
)
DATED = re.compile(r"(?P<outlet>.+?)_(?P<date>\d{4}-\d\d-\d\d)_")


@dataclass(frozen=True, slots=True)
class Document:
    """A text that references point into."""

    text: str
    outlet: str
    published: str


@dataclass(slots=True)
class Joined:
    """What a join gave: rows or articles (text and gold), and the references that no text fits."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    articles: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def load_documents(records: Path) -> dict[str, Document]:
    """Texts by document id, from records or from a clone. Raises DataError saying what is wanted where there is nothing."""
    if not records.exists():
        raise DataError(f"{records}: no such file or folder; {HOW_TO_GET}")
    found = _of_clone(records) if records.is_dir() else _of_records(records)
    if not found:
        raise DataError(f"{records}: holds no text; {HOW_TO_GET}")
    return found


def join(references: Path, records: Path) -> Joined:
    """Join a file of references (rows or articles) with the texts. Raises DataError where a reference is malformed, or none fits."""
    refs = read_jsonl(references)
    documents = load_documents(records)
    out = Joined()
    times: dict[str, int] = {}  # a document may be annotated several times, for other actors and claims
    for n, ref in enumerate(refs, 1):
        if not isinstance(ref, dict):
            raise DataError(f"{references}, line {n}: expected a JSON object")
        kind = "articles" if "units" in ref else "rows"
        if faults := check_reference(ref, f"{ref.get('split')}.{kind}"):
            raise DataError(f"{references}, line {n}: {'; '.join(faults)}")
        document = documents.get(ref["doc_id"])
        name = str(ref.get("id", ref["doc_id"]))
        if document is None:
            out.missing.append(name)
        elif fingerprint(document.text[ref["start"] : ref["end"]] if kind == "rows" else document.text) != ref["sha256"]:
            out.refused.append(name)
        elif kind == "rows":
            out.rows.append(join_row(ref, document))
        else:
            times[name] = times.get(name, 0) + 1
            out.articles.append(join_article(ref, document, name if times[name] == 1 else f"{name}-{times[name]}"))
    if refs and not out.rows and not out.articles:
        raise DataError(
            f"{references}: no reference fits the texts of {records} ({len(out.missing)} documents not there, {len(out.refused)} differ); {HOW_TO_GET}"
        )
    return out


def join_row(ref: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """A training row: the passage in place of offsets and hash, the holder's words in place of their span."""
    text = document.text[ref["start"] : ref["end"]]
    row: dict[str, Any] = {k: ref[k] for k in ("id", "split", "doc_id", "start", "end")}
    span = ref["actor_span"]
    row |= {"text": text, "claim": ref["claim"], "actor": None if span is None else _words(text, span)}
    return row | {"label": ref["label"], "phenomenon": ref["phenomenon"], "dataset": "polnear"}


def join_article(ref: Mapping[str, Any], document: Document, name: str) -> tuple[str, dict[str, Any]]:
    """Text and gold of a whole article, to be kept as NAME.txt and NAME.gold.json."""
    text = document.text
    actors = [
        {
            "id": a["id"],
            "name": a["name"] if a["name_span"] is None else _words(text, a["name_span"]),
            "kind": a["kind"],
            "aliases": list(dict.fromkeys(_words(text, s) for s in a["alias_spans"])),
            "members": list(dict.fromkeys(_words(text, s) for s in a["member_spans"])),
        }
        for a in ref["actors"]
    ]
    sentences: list[dict[str, Any]] = [{"start": s, "end": e, "text": text[s:e], "records": []} for s, e in ref["units"]]
    for r in ref["records"]:
        sentences[r["unit"]]["records"].append({k: r[k] for k in ("actor", "claim", "label")})
    return text, {
        "article": f"{name}.txt",
        "title": text.strip().partition("\n")[0].strip(),
        "outlet": document.outlet,
        "published": document.published,
        "style": "newspaper",
        "actors": actors,
        "claims": ref["claims"],
        "boilerplate": [],
        "sentences": sentences,
        "positions": ref["positions"],
    }


def write(joined: Joined, out: Path) -> None:
    """Write rows to the file ``out`` (JSON Lines), or articles into the folder ``out``."""
    if joined.rows and joined.articles:
        raise DataError("a file of references holds rows or articles, not both")
    for text, gold in joined.articles:
        articles.write(text, gold, out)
    if joined.rows:
        write_jsonl(joined.rows, out)


def _words(text: str, span: list[int]) -> str:
    return " ".join(text[slice(*span)].split())


def _of_records(path: Path) -> dict[str, Document]:
    out: dict[str, Document] = {}
    for n, row in enumerate(read_jsonl(path), 1):
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "doc_id" not in row:
            raise DataError(f"{path}, line {n}: expected doc_id and text; {HOW_TO_GET}")
        name = str(row["doc_id"])
        if row.get("primary") or name not in out:
            out[name] = _document(name, row["text"], row.get("publisher"), row.get("date"))
    return out


def _of_clone(folder: Path) -> dict[str, Document]:
    files = [p for p in sorted(folder.rglob("*.txt")) if p.parent.name == "text"]
    return {p.stem: _document(p.stem, p.read_bytes().decode("utf-8", "replace")) for p in files}


def _document(name: str, text: str, outlet: str | None = None, date: str | None = None) -> Document:
    m = DATED.match(name)
    return Document(text, outlet or (m["outlet"] if m else name), date or (m["date"] if m else ""))
