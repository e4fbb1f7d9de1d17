"""What the scripts share: options, and the table that they print."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def options(description: str | None, **numbers: int) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    for name, default in numbers.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


def show(rows: Sequence[dict[str, Any]], args: argparse.Namespace) -> None:
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(f"{v:.3g}" if isinstance(v, float) else str(v) for v in row.values()))
    Console().print(table)
    if args.json:
        args.json.write_text(json.dumps(list(rows), indent=1) + "\n", "utf-8")
