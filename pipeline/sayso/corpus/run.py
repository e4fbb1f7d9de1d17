"""A score run: inputs in, a score folder out. The only module that knows all of ``corpus``; its steps stand in order.

Items are read in the order of the inputs and go in parts of ``score.part``. Within a part, pages become articles, each
article is told from near duplicates of earlier ones, originals are judged, then their copies, and the part is written. So
the rows depend on the inputs and the config alone, not on the number of workers, and a part is what a kill can cost.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sayso.config import RunConfig
from sayso.corpus.engines import Engine, Work, load_engine
from sayso.corpus.identity import differences, identity
from sayso.corpus.index import Index, Match
from sayso.corpus.items import Item, Page, in_shard, item_id, item_key
from sayso.corpus.near import Signatures
from sayso.corpus.positions import write_positions
from sayso.corpus.sources import Source, read_sources, sources
from sayso.corpus.store import ARTICLES, LEDGER, ScoreFolder
from sayso.corpus.worker import Job, Original, Outcome, Worker
from sayso.errors import ConfigError, InputError, OutputError
from sayso.pipeline import Pipeline, versions
from sayso.report import frames
from sayso.report.clean import encodable
from sayso.types import Article, Skipped

Progress = Callable[[Item, str], None]
"""Called for every item with what became of it: scored, duplicate, failed, skipped, or done (by an earlier run)."""

RECENT = 128  # originals of which the judgements are kept at hand


@dataclass(slots=True)
class _Entry:
    """One item of a part, and what is found out about it."""

    item: Item
    key: bytes
    unread: bool
    match: Match | None = None
    signature: np.ndarray | None = None
    outcome: Outcome = field(default_factory=lambda: Outcome(None))

    @property
    def article(self) -> Article | None:
        """The article, once there is one."""
        return self.item if isinstance(self.item, Article) else None

    @property
    def became(self) -> str:
        """The ledger's word for what became of the item."""
        if self.outcome.article is None:
            return "skipped" if self.unread else "failed"
        return "duplicate" if self.match else "scored"


def score(
    inputs: Sequence[str],
    config: RunConfig,
    out: Path,
    *,
    engine: str = "local",
    resume: bool = False,
    limit: int | None = None,
    shard: tuple[int, int] | None = None,
    progress: Progress | None = None,
    make: Callable[[], Work] | None = None,
    pipeline: Pipeline | None = None,
) -> Mapping[str, Any]:
    """Score all articles of ``inputs`` into the folder ``out`` and return what its run.yaml says.

    ``resume`` goes on in a folder of the same config, models and shard: what is in its ledger is passed over. ``limit``
    stops after so many items, counted from the first. ``shard`` (i, n), i from 1, takes the i-th of n shares, by article
    id; each shard needs a folder of its own. ``make`` builds what judges one article, instead of the configured pipeline;
    ``pipeline`` is one that is loaded already, for its claims and models.

    Raises InputError for inputs that lead nowhere, ConfigError for a config or engine that cannot work, OutputError for a
    folder that cannot be written or holds another run.
    """
    if shard and not 1 <= shard[0] <= shard[1]:
        raise ConfigError("--shard", [f"found {shard[0]}/{shard[1]}, expected i/n with i from 1 to n"])
    if config.corrections:
        raise ConfigError("corrections", ["not supported by `sayso score`: a score folder holds what the model said; leave the key out"])
    config = config.model_copy(update={"threads": config.threads or 1})
    share = _share(config)
    files = sources(inputs)
    pipeline = pipeline or Pipeline(config)  # faults of config and models show here, before there is a folder
    with closing(load_engine(engine, make or partial(Worker, share), config.score)) as working:
        folder = ScoreFolder(Path(out))
        made = {**identity(config, pipeline, shard), "inputs": [str(i) for i in inputs], "engine": engine, "versions": versions()}
        earlier = _open(folder, made, resume)
        with closing(Index(folder.path / ".index.sqlite")) as index:
            run = _Run(config, folder, index, working, made, progress)
            run.remember(earlier)
            run.score(_items(files, config, limit, shard))
            return run.finish(pipeline)


def _share(config: RunConfig) -> RunConfig:
    """The config of one of several processes, which together keep to the limits of the endpoint."""
    if config.endpoint is None:
        return config
    return config.model_copy(update={"endpoint": config.endpoint.share(config.score.workers or len(os.sched_getaffinity(0)))})


def _open(folder: ScoreFolder, made: Mapping[str, Any], resume: bool) -> list[int]:
    """Prepare the folder; the parts of an earlier run that count. Raises OutputError where it must not be written to."""
    folder.create()
    if not folder.is_scored():
        folder.write_run({"state": "running", **made, "counts": {}, "timings": {}})
        return []
    if not resume:
        raise OutputError(f"{folder.path}: found the scores of an earlier run; go on with --resume, or choose another folder with --out")
    found = differences(folder.read_run(), made)
    if found:
        listed = "\n".join(f"  {line}" for line in found)
        raise OutputError(f"{folder.path}: found scores that were made otherwise, and they must not be mixed; score into a new folder\n{listed}")
    return folder.parts()


def _items(files: Sequence[Source], config: RunConfig, limit: int | None, shard: tuple[int, int] | None) -> Iterator[Item]:
    manifest = Path(config.manifest) if config.manifest else None
    n = 0
    for _, item in read_sources(files, manifest, config.language):
        if not in_shard(item, shard):
            continue
        if limit is not None and n >= limit:
            return
        n += 1
        yield item


class _Run:
    """The state of one run: where it reads from, writes to, and what it knows of earlier articles."""

    def __init__(
        self, config: RunConfig, folder: ScoreFolder, index: Index, engine: Engine, made: Mapping[str, Any], progress: Progress | None
    ) -> None:
        self.config = config
        self.folder = folder
        self.index = index
        self.engine = engine
        self.made = made
        self.progress = progress or (lambda item, became: None)
        self.signatures = Signatures(config.score.duplicates) if config.score.duplicates.enabled else None
        self.next = 0
        self.counts: Counter[str] = Counter()
        self.usage: Counter[str] = Counter()
        self.started = time.monotonic()
        self.original = lru_cache(RECENT)(self._read_original)

    def remember(self, parts: Sequence[int]) -> None:
        """Fill the index from the ledger of an earlier run."""
        self.folder.tidy()
        for part, table in self.folder.ledger(("article", "outcome", "key", "signature", "n_pairs", "n_judgements")):
            rows = table.to_pylist()
            self.index.add_done([row["key"] for row in rows], [row["article"] for row in rows if row["outcome"] != "skipped"])
            for row in rows:
                self._count(row["outcome"], row["n_pairs"], row["n_judgements"])
                if self.signatures and row["signature"]:
                    signature = np.frombuffer(row["signature"], dtype=np.uint32)
                    self.index.add_original(row["article"], part, signature, self.signatures.bands(signature))
        self.next = max(parts, default=-1) + 1

    def score(self, items: Iterable[Item]) -> None:
        """Do all items that are not done, part by part."""
        entries: list[_Entry] = []
        for item in items:
            key = item_key(item)
            if self.index.take_done(key):
                self.progress(item, "done")
                continue
            item = self._told_apart(item)
            entries.append(_Entry(item, key, isinstance(item, Skipped)))
            if len(entries) == self.config.score.part:
                self._part(entries)
                entries = []
        if entries:
            self._part(entries)

    def finish(self, pipeline: Pipeline) -> Mapping[str, Any]:
        """Aggregate and write run.yaml. Raises InputError where nothing at all could be read."""
        scored = time.monotonic()
        positions = write_positions(self.folder, pipeline.claims, self.config)
        counts = {**{name: self.counts[name] for name in ("scored", "duplicate", "failed", "skipped", "pairs", "judgements")}, "positions": positions}
        timings = {"score": round(scored - self.started, 3), "aggregate": round(time.monotonic() - scored, 3)}
        self.usage.update(pipeline.spent())
        usage = {"usage": {name: round(n, 6) for name, n in self.usage.items()}} if self.usage else {}
        run = {"state": "done", **self.made, "counts": counts, "timings": timings, **usage}
        self.folder.write_run(run)
        if self.counts["skipped"] and not self.counts["scored"]:
            reason = self.folder.read("skipped", self.folder.parts()[0], ("reason",)).column("reason")[0].as_py()
            raise InputError(
                f"none of {self.counts['skipped']:,} items could be scored; the first: {reason}. All reasons are in {self.folder.path}/skipped"
            )
        return run

    def _told_apart(self, item: Item) -> Item:
        """The item; a Skipped for an article whose id is taken."""
        if isinstance(item, Skipped) or self.index.take_id(item_id(item)):
            return item
        return Skipped(
            item.id, "read", f"found a second article with the id {item.id!r}, and another text or metadata or place; give each an id of its own"
        )

    def _part(self, entries: list[_Entry]) -> None:
        self._cut_out(entries)
        done: dict[str, Outcome] = {}
        self._compare(entries)
        self._judge([e for e in entries if e.match is None], done, None)
        self._judge([e for e in entries if e.match is not None], done, done)
        self._write(entries)
        self.next += 1

    def _cut_out(self, entries: Sequence[_Entry]) -> None:
        """Pages -> articles."""
        pages = [e for e in entries if isinstance(e.item, Page)]
        jobs = (Job(e.item) for e in pages if isinstance(e.item, Page))
        for entry, outcome in zip(pages, self.engine.run(jobs), strict=True):
            entry.outcome = outcome
            entry.item = outcome.article or outcome.skipped[0]

    def _compare(self, entries: Sequence[_Entry]) -> None:
        """Find the original of each near duplicate; all others are originals from now on."""
        if self.signatures is None:
            return
        for entry in entries:
            if entry.article is None:
                continue
            signature = self.signatures.of(entry.article.text)
            bands = self.signatures.bands(signature)
            entry.match = self.index.original(signature, bands, self.signatures.settings.threshold)
            if entry.match is None:
                entry.signature = signature
                self.index.add_original(entry.article.id, self.next, signature, bands)

    def _judge(self, entries: Sequence[_Entry], done: dict[str, Outcome], originals: Mapping[str, Outcome] | None) -> None:
        asked = [e for e in entries if e.article is not None]
        jobs = (Job(e.article, self._original(e.match, originals)) for e in asked if e.article is not None)
        for entry, outcome in zip(asked, self.engine.run(jobs), strict=True):
            entry.outcome = outcome
            self.usage.update(outcome.usage)
            if outcome.article is not None:
                done[outcome.article.id] = outcome
            self.progress(entry.item, entry.became)
        for entry in entries:
            if isinstance(entry.item, Skipped):
                entry.outcome = replace(entry.outcome, article=None, skipped=entry.outcome.skipped or (entry.item,))
                self.progress(entry.item, entry.became)

    def _original(self, match: Match | None, originals: Mapping[str, Outcome] | None) -> Original | None:
        if match is None:
            return None
        if originals is not None and match.article in originals:
            outcome = originals[match.article]
            return Original(match.article, outcome.judgements, outcome.sentences)
        return self.original(match.article, match.part) if match.part < self.next else None

    def _read_original(self, article: str, part: int) -> Original:
        ledger = self.folder.read(LEDGER, part, ("sentences",), article).to_pylist()
        sentences = next((row["sentences"] for row in ledger if row["sentences"]), b"")
        return Original(article, self.folder.read("judgements", part, None, article), sentences)

    def _write(self, entries: Sequence[_Entry]) -> None:
        outcomes = [e.outcome for e in entries]
        tables = {
            "judgements": pa.concat_tables([frames.JUDGEMENTS.empty_table(), *(o.judgements for o in outcomes)]).combine_chunks(),
            "skipped": frames.skipped_table([s for o in outcomes for s in o.skipped]),
            LEDGER: pa.Table.from_pylist([_ledger_row(e) for e in entries], schema=ARTICLES),
        }
        if self.config.score.statements:
            tables["statements"] = pa.concat_tables([frames.STATEMENTS.empty_table(), *(o.statements for o in outcomes)]).combine_chunks()
        self.folder.write_part(self.next, tables)
        for e in entries:
            self._count(e.became, e.outcome.n_pairs, e.outcome.judgements.num_rows)

    def _count(self, outcome: str, pairs: int, judgements: int) -> None:
        self.counts.update({outcome: 1, "pairs": pairs, "judgements": judgements})


def _ledger_row(entry: _Entry) -> dict[str, object]:
    article = entry.article
    row: dict[str, object] = {
        "article": item_id(entry.item),
        "outcome": entry.became,
        "title": article and article.title,
        "outlet": article and article.outlet,
        "published": article and article.published,
        "url": article and article.url,
        "duplicate_of": entry.match and entry.match.article,
        "similarity": entry.match and entry.match.similarity,
        "characters": article and len(article.text),
        "n_pairs": entry.outcome.n_pairs,
        "n_judgements": entry.outcome.judgements.num_rows,
    }
    binary = {
        "key": entry.key,
        "signature": entry.signature.tobytes() if entry.signature is not None else None,
        "sentences": entry.outcome.sentences if entry.signature is not None else None,
    }
    return {name: encodable(value) for name, value in row.items()} | binary
