"""Writing JSON Lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def write_jsonl(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows as JSON Lines, gzipped where the name ends in .gz; the file is replaced at once, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    data = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows).encode("utf-8")
    temporary.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)  # no time in it: the same rows give the same file
    temporary.replace(path)
