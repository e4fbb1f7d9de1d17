"""A score folder: numbered parts of Parquet that are complete or not there, and run.yaml beside them.

articles/part-00000.parquet     the ledger: what was done, one row an item; written last, so a part counts once it is there
judgements/part-00000.parquet   columns as in frames.JUDGEMENTS
skipped/part-00000.parquet      columns as in frames.SKIPPED
statements/part-00000.parquet   columns as in frames.STATEMENTS, where asked for
positions/part-00000.parquet    columns as in frames.POSITIONS; positions_outlet/ and the like have a column more
run.yaml                        config, models, versions, counts, timings
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sayso.errors import OutputError
from sayso.report import frames
from sayso.report.clean import encodable

ARTICLES = pa.schema(
    [
        ("article", pa.string()),
        ("outcome", pa.string()),
        ("title", pa.string()),
        ("outlet", pa.string()),
        ("published", pa.date32()),
        ("url", pa.string()),
        ("duplicate_of", pa.string()),
        ("similarity", pa.float32()),
        ("characters", pa.int64()),
        ("n_pairs", pa.int64()),
        ("n_judgements", pa.int64()),
        ("key", pa.binary(16)),
        ("signature", pa.binary()),
        ("sentences", pa.binary()),
    ],
    metadata=frames.JUDGEMENTS.metadata,
)
"""One row per item read. ``outcome`` is scored, duplicate (of ``duplicate_of``, by estimated ``similarity``), failed (no worker could do it) or
skipped (it could not be read). The last three columns are for a later run: the key of the item, its MinHash signature (uint32) and the hashes of its sentences."""

LEDGER = "articles"
TABLES: Mapping[str, pa.Schema] = {
    "judgements": frames.JUDGEMENTS,
    "skipped": frames.SKIPPED,
    "statements": frames.STATEMENTS,
    LEDGER: ARTICLES,
}
"""Tables of a part, in the order of writing."""


class ScoreFolder:
    """Reads and writes one folder. Nothing in it is ever changed in place."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_scored(self) -> bool:
        """True where a run has been started in this folder."""
        try:
            run = yaml.safe_load((self.path / "run.yaml").read_text("utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            return False
        return isinstance(run, dict) and {"shard", "config", "models", "counts"} <= set(run)

    def create(self) -> None:
        """Make the folder. Raises OutputError where it cannot be written or holds something else."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            found = sorted(p.name for p in self.path.iterdir() if not p.name.startswith("."))
            if found and not self.is_scored():
                raise OutputError(f"{self.path}: found {', '.join(found[:5])}, expected an empty folder or one of `sayso score`; choose another one")
        except OSError as error:
            raise OutputError(f"{self.path}: {error.strerror or error}; choose a folder that can be written") from error

    def parts(self) -> list[int]:
        """Numbers of the complete parts, in order."""
        return sorted(int(p.stem.removeprefix("part-")) for p in (self.path / LEDGER).glob("part-*.parquet"))

    def file(self, table: str, part: int = 0) -> Path:
        """Where a table of a part is."""
        return self.path / table / f"part-{part:05d}.parquet"

    def files(self, table: str) -> list[str]:
        """The files of a table, complete parts only."""
        return [str(file) for part in self.parts() if (file := self.file(table, part)).is_file()]

    def tidy(self) -> None:
        """Remove what a killed run left half-written."""
        whole = set(self.parts())
        for file in self.path.rglob(".*.tmp"):
            file.unlink()
        for table in TABLES:
            for file in (self.path / table).glob("part-*.parquet"):
                if int(file.stem.removeprefix("part-")) not in whole:
                    file.unlink()

    def write_part(self, part: int, tables: Mapping[str, pa.Table]) -> None:
        """Write all tables of a part, the ledger last. Raises OutputError, e.g. where the disk is full."""
        for name in TABLES:
            if name in tables:
                self.write(name, tables[name], part)

    def write(self, name: str, table: pa.Table, part: int = 0) -> None:
        """Write one file: complete under another name first, then put in place."""
        goal = self.file(name, part)
        temporary = goal.with_name(f".{goal.name}.tmp")
        try:
            goal.parent.mkdir(exist_ok=True)
            with temporary.open("wb") as stream:
                pq.write_table(table, stream, compression="zstd")
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(goal)
        except OSError as error:
            raise OutputError(f"{goal}: {error.strerror or error}; make room, then go on with --resume") from error

    def write_run(self, run: Mapping[str, Any]) -> None:
        """Put run.yaml in place."""
        text = yaml.safe_dump(dict(run), allow_unicode=True, sort_keys=False, width=110)
        temporary = self.path / ".run.yaml.tmp"
        try:
            temporary.write_text(str(encodable(text)), "utf-8")
            temporary.replace(self.path / "run.yaml")
        except OSError as error:
            raise OutputError(f"{self.path / 'run.yaml'}: {error.strerror or error}; make room, then go on with --resume") from error

    def read_run(self) -> dict[str, Any]:
        """What run.yaml says. Raises OutputError where it is no run of ``sayso score``."""
        if not self.is_scored():
            raise OutputError(f"{self.path}: found no run.yaml of a score run, expected a folder of `sayso score`; check the path")
        run: dict[str, Any] = yaml.safe_load((self.path / "run.yaml").read_text("utf-8"))
        return run

    def ledger(self, columns: Sequence[str]) -> Iterator[tuple[int, pa.Table]]:
        """Each part's number and its ledger. Raises OutputError where a file is damaged."""
        for part in self.parts():
            yield part, self.read(LEDGER, part, columns)

    def read(self, name: str, part: int, columns: Sequence[str] | None = None, article: str | None = None) -> pa.Table:
        """One table of a part, or its rows of one article. Raises OutputError where the file is damaged."""
        file = self.file(name, part)
        try:
            return pq.read_table(file, columns=list(columns) if columns else None, filters=[("article", "=", article)] if article else None)
        except (OSError, pa.ArrowInvalid) as error:
            raise OutputError(f"{file}: the file is damaged ({error}); score into a new folder") from error
