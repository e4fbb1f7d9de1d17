"""The table of all models on the shelf, for the terminal and for ``models/README.md``. No torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.table import Table

from sayso.encoders.manifest import load_manifest, shelves

COLUMNS = ("model", "task", "base", "parameters", "size", "measured")


def shelf_rows() -> list[tuple[str, ...]]:
    """One row a model: id, task, base, parameters, size, and what was measured."""
    out: dict[str, tuple[str, ...]] = {}
    for shelf in shelves():
        for path in sorted(shelf.glob("*/model.yaml")):
            m = load_manifest(path.parent)
            size = (path.parent / "model.onnx").stat().st_size if (path.parent / "model.onnx").is_file() else 0
            out.setdefault(
                m.id,
                (
                    m.id,
                    m.task,
                    str(m.base.get("name", "?")),
                    f"{m.base.get('parameters', 0) / 1e6:.1f}M",
                    f"{size / 1e6:.0f} MB",
                    _measured(path.parent),
                ),
            )
    return list(out.values())


def _measured(folder: Path) -> str:
    path = folder / "metrics.json"
    if not path.is_file():
        return ""
    figures: dict[str, Any] = json.loads(path.read_text("utf-8")).get("evaluation", {})
    return ", ".join(f"{k} {v:.3f}" for k, v in figures.items() if isinstance(v, float))


def shelf_table() -> Table:
    """A table for the terminal."""
    t = Table(title="Models")
    for c in COLUMNS:
        t.add_column(c, justify="right" if c in ("parameters", "size") else "left")
    for row in shelf_rows():
        t.add_row(*row)
    return t


def shelf_markdown() -> str:
    """The text of ``models/README.md``."""
    lines = ["# Models", "", "Made by `sayso train`, measured by `sayso evaluate`; this table is generated (`python -m sayso.training.card`).", ""]
    lines += ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(row) + " |" for row in shelf_rows()]
    return "\n".join(lines) + "\n"
