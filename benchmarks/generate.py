"""Articles for benchmarks: paragraphs and passages of this project's own data, recombined. The same seed, the same articles."""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUTLETS = [f"Outlet {i}" for i in range(40)]


@cache
def paragraphs() -> tuple[str, ...]:
    """The paragraphs of the sample articles: they name the actors and claims of configs/report.yaml."""
    texts = [p.read_text("utf-8") for p in sorted((ROOT / "data" / "articles").glob("*.txt"))]
    return tuple(p.strip() for t in texts for p in t.split("\n\n") if len(p) > 80)


@cache
def passages() -> tuple[str, ...]:
    """Passages on other affairs, each once."""
    with (ROOT / "data" / "stance" / "passages" / "train.jsonl").open(encoding="utf-8") as lines:
        return tuple(dict.fromkeys(json.loads(line)["text"].replace("\n", " ") for line in lines))


@cache
def claims() -> tuple[str, ...]:
    """Claims on other affairs, each once."""
    with (ROOT / "data" / "stance" / "passages" / "train.jsonl").open(encoding="utf-8") as lines:
        return tuple(dict.fromkeys(json.loads(line)["claim"] for line in lines))


def articles(n: int, seed: int = 0, own: int = 5, other: int = 5) -> Iterator[dict[str, str]]:
    """``n`` articles of ``own`` paragraphs on the sample affair and ``other`` passages, about 450 words by default."""
    rng = random.Random(seed)
    for i in range(n):
        body = rng.sample(paragraphs(), own) + rng.sample(passages(), other)
        rng.shuffle(body)
        day = dt.date(2026, 5, 1) + dt.timedelta(days=rng.randrange(60))
        text = f"Report {i} of {day:%d %B}\n\n" + "\n\n".join(body) + "\n"
        yield {"id": f"g{i}", "text": text, "outlet": rng.choice(OUTLETS), "published": day.isoformat()}


def write(path: Path, n: int, seed: int = 0) -> Path:
    """The articles as JSON Lines."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(a, ensure_ascii=False) + "\n" for a in articles(n, seed))
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
