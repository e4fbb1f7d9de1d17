"""What a run would do, and about how long it would take: some articles are judged and nothing is written."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from sayso.config import RunConfig
from sayso.corpus.items import Page, in_shard
from sayso.corpus.sources import Source, read_sources, sources
from sayso.corpus.worker import Job, Worker
from sayso.pipeline import Pipeline
from sayso.read.formats import PAGES
from sayso.types import Skipped

SAMPLE = 12  # articles that are judged
SECONDS = 30.0  # and how long at most


@dataclass(frozen=True, slots=True)
class Plan:
    """A forecast. ``seconds`` is estimated from ``sampled`` articles, None where none could be judged."""

    files: int
    bytes: int
    workers: int
    sampled: int
    left_out: int
    articles: int
    seconds: float | None
    usage: Mapping[str, float] = field(default_factory=dict)
    """What a model behind a server took for the forecast; its answers are in the cache when the run asks for them."""


def plan(inputs: Sequence[str], config: RunConfig, workers: int, limit: int | None = None, shard: tuple[int, int] | None = None) -> Plan:
    """Look at the inputs and judge the first articles on one core. Raises as ``score`` does for inputs and config."""
    files = sources(inputs)
    worker = Worker(config, Pipeline(config.model_copy(update={"threads": 1})))
    sampled = left_out = seen = 0
    places: dict[str, int] = {}
    usage: Counter[str] = Counter()
    started = time.monotonic()
    reading = read_sources(files, Path(config.manifest) if config.manifest else None, config.language)
    for source, item in reading:
        if sampled and (sampled >= SAMPLE or time.monotonic() - started > SECONDS):
            break
        seen += 1
        places[source.address] = places.get(source.address, 0) + 1
        if not in_shard(item, shard):
            continue
        outcome = worker(Job(item)) if not isinstance(item, Skipped) else None
        if isinstance(item, Page) and outcome and outcome.article:
            outcome = worker(Job(outcome.article))
        usage.update(outcome.usage if outcome else {})
        if outcome is None or outcome.article is None:
            left_out += 1
        else:
            sampled += 1
    else:
        places = {}  # all of it was seen
    seconds = time.monotonic() - started
    articles = _estimate(files, places) if places else seen
    articles = min(articles // (shard[1] if shard else 1), limit or articles)
    each = seconds / max(1, sampled + left_out)
    at_once = 1 if config.endpoint else workers  # one worker of the forecast asks a server as much at once as all of a run
    forecast = each * articles / at_once if articles and sampled else None
    return Plan(len(files), sum(f.size for f in files), workers, sampled, left_out, articles, forecast, usage)


def expected(files: Sequence[Source]) -> int | None:
    """About how many items the files hold, without reading them; None where one does not tell."""
    counts = [1 if f.address.lower().endswith(PAGES) else _rows(f) for f in files]
    return sum(n for n in counts if n is not None) if None not in counts else None


def _estimate(files: Sequence[Source], places: dict[str, int]) -> int:
    """Rows where a file tells them, lines by its size, else what was seen of it, and at least one a file."""
    total = 0
    for source in files:
        rows = _rows(source)
        total += rows if rows is not None else max(places.get(source.address, 0), 1)
    return total


def _rows(source: Source) -> int | None:
    name = source.address.lower()
    if source.fs is None and name.endswith(".parquet"):
        try:
            return int(pq.read_metadata(source.address).num_rows)
        except Exception:  # a damaged file is met when it is read
            return None
    if source.fs is None and name.endswith((".jsonl", ".ndjson", ".csv")):
        return _lines(Path(source.address))
    return None


def _lines(file: Path) -> int:
    """Lines, from the first megabyte and the size."""
    with file.open("rb") as stream:
        head = stream.read(1 << 20)
    size = file.stat().st_size
    return round(head.count(b"\n") * size / len(head)) if head else 0
