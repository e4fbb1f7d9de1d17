"""The quality gate: measured figures against pinned floors.

    python tests/gate.py            measure on the gold articles of data/stance/articles/dev and the rows of passages/dev
    python tests/gate.py --raise    also lift every floor that is beaten by more than a point; floors are never lowered here

Floors and the hashes of what they were measured on stand in gate.json. Where the data have changed, the gate says so and
fails: new data need new floors, set by hand and with a reason in the commit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sayso.config import RunConfig
from sayso.training.evaluate_articles import evaluate_articles
from sayso.training.evaluate_rows import evaluate_rows

ROOT = Path(__file__).resolve().parents[1]
FILE = Path(__file__).with_name("gate.json")
ROWS = ROOT / "data" / "stance" / "passages" / "dev.jsonl"
ARTICLES = ROOT / "data" / "stance" / "articles" / "dev"
SLACK = 0.002  # processors differ in the last digits of int8 arithmetic


def data_hash() -> str:
    """One hash over all files that the floors were measured on."""
    h = hashlib.sha256()
    for path in [ROWS, *sorted(ARTICLES.iterdir())]:
        h.update(path.name.encode())
        h.update(path.read_bytes())
    return h.hexdigest()[:16]


def measure() -> dict[str, float]:
    """The gated figures of the shipped models."""
    articles = evaluate_articles(ARTICLES, RunConfig(), gold_holder=True)
    rows, _ = evaluate_rows(ROWS, RunConfig(), quiet=True)
    return {
        "articles_position_f1": articles.positions["f1"],
        "articles_record_f1": articles.records["f1"],
        "articles_gold_holder_accuracy": articles.gold_holder_accuracy or 0.0,
        "articles_units_found": articles.segmentation,
        "articles_filter_recall": articles.filter["recall"],
        "rows_macro_f1": rows["macro_f1"],
        "rows_accuracy": rows["accuracy"],
    }


def main() -> int:
    """Print the table; 1 where a figure is under its floor or the data are others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", dest="lift", action="store_true")
    lift = parser.parse_args().lift
    pinned = json.loads(FILE.read_text("utf-8"))
    if pinned["data"] != data_hash():
        print(f"gate: the data are not those of gate.json ({data_hash()}, pinned {pinned['data']}); set new floors by hand")
        return 1
    found = measure()
    table = Table(title="Quality gate (dev)")
    for head in ("figure", "floor", "found", ""):
        table.add_column(head, justify="left" if head in ("figure", "") else "right")
    failed = False
    for name, floor in pinned["floors"].items():
        bad = found[name] < floor - SLACK
        failed |= bad
        table.add_row(name, f"{floor:.3f}", f"{found[name]:.3f}", "under its floor" if bad else "")
        if lift and found[name] > floor + 0.01:
            pinned["floors"][name] = round(found[name], 3)
    Console().print(table)
    if lift and not failed:
        FILE.write_text(json.dumps(pinned, indent=1) + "\n", "utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
