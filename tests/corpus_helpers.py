"""A small corpus, and ways to look at what was written about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sayso import RunConfig
from sayso.config import ActorConfig, ClaimConfig

CONFIG = RunConfig(
    actors=(ActorConfig(id="orsk", name="Orsk Mining"), ActorConfig(id="union", name="Pit Union")),
    claims=(ClaimConfig(id="c1", text="The north shaft has flooded."), ClaimConfig(id="c2", text="The north shaft is dry.", negation_of="c1")),
)
PLACES = [
    "valley",
    "harbour",
    "market",
    "station",
    "bridge",
    "garden",
    "mill",
    "quarry",
    "church",
    "tower",
    "meadow",
    "forest",
    "river",
    "canal",
    "depot",
    "school",
    "ferry",
    "lake",
    "castle",
    "island",
]


def text(number: int, word: str = "flooded") -> str:
    """An article that resembles no other: two statements between sentences on other things."""
    a, b, c = (PLACES[(number * k + k) % len(PLACES)] for k in (1, 3, 7))
    return (
        f"Report {number} on the {a} of the {b}\n\nThe {c} number {number} was open to the public for {number + 3} days, as it has been in all years. "
        f"Orsk Mining said of shaft {number} at the {a} that it was {word}. "
        f"The Pit Union at the {b} said that shaft {number} was dry and that the {c} had {number * 7} visitors.\n\n"
        f"In the {a}, {number * 13} people went by the {b} and {number * 11} by the {c} on the way to the {a} {number}.\n"
    )


def article(number: int, word: str = "flooded", **more: Any) -> dict[str, Any]:
    day = f"2026-{number % 3 + 1:02d}-{number % 27 + 1:02d}"
    return {"id": f"a{number}", "text": text(number, word), "outlet": f"outlet {number % 4}", "published": day} | more


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def config(**score_settings: Any) -> RunConfig:
    settings = {"part": 4, **score_settings}
    return CONFIG.model_copy(update={"score": CONFIG.score.model_validate(settings)})


def table(out: Path, name: str) -> pd.DataFrame:
    """All rows of a table, in order."""
    files = sorted((out / name).glob("part-*.parquet"))
    return pd.concat([pq.read_table(f).to_pandas() for f in files], ignore_index=True)


def contents(out: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    names = sorted(p.name for p in out.iterdir() if p.is_dir())
    return {name: [row for f in sorted((out / name).glob("part-*.parquet")) for row in pq.read_table(f).to_pylist()] for name in names}
