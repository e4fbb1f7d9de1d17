"""Notation files -> the files of a corpus folder. Nothing is written unless every file is free of faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sayso.annotation import articles, passages
from sayso.annotation.files import write_jsonl
from sayso.errors import DataError
from sayso.training.stance_data import read_jsonl


def build(notation: Sequence[Path], out: Path, split: str) -> tuple[int, int]:
    """Compile passages (.txt) and articles (.src), given as files or folders, into ``out``; gives back how many rows and articles.

    Rows go to ``passages/SPLIT.jsonl``, where groups of the same name are replaced and all others kept; articles to
    ``articles/SPLIT/``. Raises DataError with the faults of all files.
    """
    files = _files(notation)
    faults: list[str] = []
    rows: list[dict[str, Any]] = []
    built: list[tuple[str, dict[str, Any]]] = []
    for file in files:
        try:
            if file.suffix == ".txt":
                rows += [{**row, "split": split} for row in passages.parse(file)]
            else:
                built.append(articles.build(file))
        except UnicodeDecodeError as e:
            faults.append(f"{file}: not UTF-8 at byte {e.start}")
        except DataError as e:
            faults.append(str(e))
    faults += [f"row id {i!r} comes {n} times; a group's name must be its own" for i, n in Counter(r["id"] for r in rows).items() if n > 1]
    faults += [f"{name}: {n} articles of this name" for name, n in Counter(g["article"] for _, g in built).items() if n > 1]
    if faults:
        raise DataError("\n".join(faults))
    if rows:
        _merge(rows, out / "passages" / f"{split}.jsonl")
    for text, gold in built:
        articles.write(text, gold, out / "articles" / split)
    return len(rows), len(built)


def _files(notation: Sequence[Path]) -> list[Path]:
    out = []
    for path in notation:
        found = sorted(p for p in path.rglob("*") if p.suffix in (".txt", ".src")) if path.is_dir() else [path]
        if not found or not found[0].is_file() or found[0].suffix not in (".txt", ".src"):
            raise DataError(f"{path}: expected a file of passages (.txt) or an article (.src), or a folder of such files")
        out += found
    return out


def _merge(rows: Sequence[dict[str, Any]], path: Path) -> None:
    groups = {r["group"] for r in rows}
    kept = [r for r in read_jsonl(path) if r["group"] not in groups] if path.is_file() else []
    write_jsonl([*kept, *rows], path)
