"""Which files are meant, and what the manifests beside them say."""

from __future__ import annotations

import csv
import glob
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sayso.errors import InputError
from sayso.read.fields import fields, scalar
from sayso.read.formats import PAGES, SUPPORTED, TABLES, delimiter

MANIFESTS = ("manifest.csv", "manifest.jsonl")


def find(paths: Sequence[str | Path]) -> list[Path]:
    """Files, folders and globs -> files in order, each once. Raises InputError where a path leads to no file."""
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _expand(path):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _expand(given: str | Path) -> list[Path]:
    path = Path(given)
    if path.exists():
        return _walk(path) if path.is_dir() else [path]
    # Path.glob takes no absolute pattern.
    matches = [Path(match) for match in sorted(glob.glob(str(given), recursive=True))]  # noqa: PTH207
    if not matches:
        what = "a pattern that matches nothing" if glob.has_magic(str(given)) else "no such file or folder"
        raise InputError(f"{given}: found {what}, expected an article file, a folder or a pattern; check the spelling")
    return [file for match in matches for file in (_walk(match) if match.is_dir() else [match])]


def _walk(folder: Path) -> list[Path]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    visible = [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    articles = [path for path in visible if is_article_file(path.name)]
    if not articles:
        found = ", ".join(sorted({path.suffix or path.name for path in visible})[:8]) or "no file"
        raise InputError(f"{folder}: found {found}, expected at least one of {SUPPORTED}; check the path")
    return articles


def is_article_file(name: str) -> bool:
    """True for a file name that a folder is read for: manifests and the caches of ``datasets`` are not."""
    cached = name.startswith("cache-") and name.endswith(".arrow")
    return name.lower().endswith(PAGES + TABLES) and name not in MANIFESTS and not cached


class Manifests:
    """Metadata for files from the tables beside them, or from the one table that was given."""

    def __init__(self, given: Path | None) -> None:
        self._given = _load(Path(given)) if given else None
        self._beside: dict[Path, dict[str, dict[str, object]]] = {}

    def of(self, file: Path) -> dict[str, object]:
        """The metadata of a file, keyed as COLUMNS; empty where there is none. The rows of a table bring their own."""
        if file.name.lower().endswith(TABLES):
            return {}
        if self._given is not None:
            return self._given.get(str(file.resolve())) or self._given.get(file.name) or {}
        if file.parent not in self._beside:
            tables = [file.parent / name for name in MANIFESTS if (file.parent / name).is_file()]
            self._beside[file.parent] = _load(tables[0]) if tables else {}
        return self._beside[file.parent].get(str(file.resolve())) or {}


def _load(path: Path) -> dict[str, dict[str, object]]:
    """Read a manifest into path -> fields. A name is also kept as it is written, for files that stand elsewhere."""
    table: dict[str, dict[str, object]] = {}
    try:
        content = path.read_text("utf-8-sig")
        for record in _records(path, content):
            name = scalar(record.get("file"))
            if name is None:
                found = ", ".join(map(str, record))
                raise InputError(f"{path}: found a row with {found}, expected a file name under 'file'; add it")
            known = {key: value for key, value in fields(record).items() if key != "text" and scalar(value)}
            table[str((path.parent / name).resolve())] = known
            table.setdefault(name, known)
    except (OSError, ValueError, AttributeError, csv.Error) as error:
        expected = "expected UTF-8 and one row (.csv) or object (.jsonl) for each file, with its name under 'file'"
        raise InputError(f"{path}: the manifest cannot be read ({error}); {expected}") from error
    return table


def _records(path: Path, content: str) -> Iterable[Any]:
    if path.suffix.lower() == ".csv":
        return csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter(content))
    return (json.loads(line) for line in content.split("\n") if line.strip())
