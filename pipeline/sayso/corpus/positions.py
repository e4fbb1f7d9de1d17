"""Positions over what was written, by DuckDB: it reads, sorts and groups on disk; ``sayso.aggregate`` does the arithmetic.

What stays in memory is one (actor, claim) group at a time, of judgements with a stance.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from sayso.aggregate import aggregate, parents, wording
from sayso.config import RunConfig, Table
from sayso.corpus.store import ScoreFolder
from sayso.errors import MissingExtraError
from sayso.report import frames
from sayso.types import BlockKind, Claim, Judgement, Label, Position, Sentence, Statement

MEMORY = "512MB"  # what DuckDB may hold before it goes on on disk
GROUPS: dict[Table, tuple[str, pa.DataType | None]] = {
    "total": ("NULL", None),
    "outlet": ("outlet", pa.string()),
    "day": ("published", pa.date32()),
    "week": ("CAST(date_trunc('week', published) AS DATE)", pa.date32()),
    "month": ("CAST(date_trunc('month', published) AS DATE)", pa.date32()),
}
"""Table -> the SQL that an article is grouped by, and its column's type. Weeks begin on Monday; each window bears its first day."""

_STANCES = """
CREATE OR REPLACE TEMP TABLE stances AS
WITH judged AS (
    SELECT *, filename AS file, file_row_number AS n,
           first_value(statement) OVER (PARTITION BY actor, claim, wording(text) ORDER BY published NULLS LAST, filename, file_row_number) AS first
    FROM read_parquet($files, filename = true, file_row_number = true)
),
held AS (SELECT * FROM judged JOIN parents USING (claim) WHERE label <> 'unrelated')
SELECT one.statement, one.article, one.outlet, one.published, one.start, one.actor, one.kind, one.claim, one.root, one.file, one.n,
       CASE WHEN one.turned AND one.label = 'asserts' THEN 'denies' WHEN one.turned AND one.label = 'denies' THEN 'asserts' ELSE one.label END AS label,
       CASE WHEN one.turned THEN one.p_denies ELSE one.p_asserts END AS p_asserts,
       CASE WHEN one.turned THEN one.p_asserts ELSE one.p_denies END AS p_denies,
       one.p_uncertain, one.p_unrelated, coalesce(other.first, one.duplicate_of, one.first) AS original
FROM held one LEFT JOIN held other ON other.statement = one.duplicate_of AND other.claim = one.claim
"""
"""Turned onto the claim that is counted, with the first statement of the same words: by date, then by order of reading. A
sentence that repeats another one in other words (``duplicate_of``) goes where that one goes."""

_GROUPED = """
SELECT *, min((file, n)) OVER (PARTITION BY grouped, actor, root) AS appeared FROM (
    SELECT *, {group} AS grouped FROM stances
    QUALIFY row_number() OVER (PARTITION BY actor, root, statement ORDER BY 1 - p_unrelated DESC, file, n) = 1
)
{where}
ORDER BY grouped, appeared, actor, root, file, n
"""


@dataclass(frozen=True, slots=True)
class Grouped:
    """A position of one outlet or window of time; ``group`` is None for the whole corpus."""

    group: Any
    position: Position


class Scores:
    """The judgements of one or more score folders as one corpus."""

    def __init__(self, folders: Sequence[ScoreFolder], claims: Sequence[Claim]) -> None:
        try:
            import duckdb
            from duckdb.func import PythonUDFType
        except ImportError:
            raise MissingExtraError("positions of a corpus", "corpus") from None
        self.files = [file for folder in folders for file in folder.files("judgements")]
        self._spill = tempfile.TemporaryDirectory(prefix="sayso-", ignore_cleanup_errors=True)
        self._db = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": self._spill.name, "preserve_insertion_order": False})
        self._db.create_function("wording", _wordings, ["VARCHAR"], "BIGINT", type=PythonUDFType.ARROW)
        if not self.files:
            return
        rows = [(claim, root, turned) for claim, (root, turned) in parents(claims).items()]
        named = pa.table(
            {name: list(column) for name, column in zip(("claim", "root", "turned"), zip(*rows, strict=True), strict=True)} if rows else {}
        )
        self._db.register("parents", named)
        self._db.execute(_STANCES, {"files": self.files})

    def positions(self, config: RunConfig, table: Table = "total") -> Iterator[Grouped]:
        """Yield the positions of each group, the groups in order, and in each by first appearance.

        Articles without outlet or date are in no group of a table that asks for it. The evidence of a position knows what
        counts, but not its words: see ``fill``.
        """
        if not self.files:
            return
        group = GROUPS[table][0]
        where = "" if table == "total" else "WHERE grouped IS NOT NULL"
        rows = _rows(self._db.sql(_GROUPED.format(group=group, where=where)))
        for (at, _, _), held in groupby(rows, key=lambda row: (row["grouped"], row["actor"], row["root"])):
            for position in aggregate((_judgement(row) for row in held), (), config.aggregate):
                yield Grouped(at, position)

    def rows(self, statements: Iterable[str]) -> list[dict[str, Any]]:
        """The judgements with a stance of these statements, and of those that repeat them, as rows of frames.JUDGEMENTS."""
        if not self.files:
            return []
        self._db.register("wanted", pa.table({"statement": pa.array(sorted(set(statements)), pa.string())}))
        query = """
            SELECT j.* REPLACE (nullif(s.original, s.statement) AS duplicate_of), s.file, s.n FROM stances s
            JOIN read_parquet($files, filename = true, file_row_number = true) j ON j.filename = s.file AND j.file_row_number = s.n
            WHERE s.statement IN (SELECT statement FROM wanted) OR s.original IN (SELECT statement FROM wanted)
            ORDER BY s.file, s.n
        """
        return list(_rows(self._db.sql(query, params={"files": self.files})))

    def close(self) -> None:
        """Free what DuckDB holds."""
        self._db.close()
        self._spill.cleanup()


def write_positions(folder: ScoreFolder, claims: Sequence[Claim], config: RunConfig) -> int:
    """Write the tables of ``score.positions`` and return how many positions the whole corpus has."""
    scores = Scores([folder], claims)
    total = 0
    try:
        for table in config.score.positions:
            found = list(scores.positions(config, table))
            written = frames.positions_table([g.position for g in found])
            kind = GROUPS[table][1]
            if kind is not None:
                name = "outlet" if table == "outlet" else "window"
                written = written.add_column(0, pa.field(name, kind), pa.array([g.group for g in found], kind))
            folder.write("positions" if table == "total" else f"positions_{table}", written)
            total = len(found) if table == "total" else total
    finally:
        scores.close()
    return total


def _wordings(texts: pa.Array) -> pa.Array:
    """A number for each text, the same for the same words."""
    hashes = (hashlib.blake2b(wording(text).encode("utf-8"), digest_size=8).digest() for text in texts.to_pylist())
    return pa.array([int.from_bytes(h, "little", signed=True) for h in hashes], pa.int64())


def _rows(relation: Any) -> Iterator[dict[str, Any]]:
    for batch in relation.to_arrow_reader(10_000):
        yield from batch.to_pylist()


def _judgement(row: dict[str, Any]) -> Judgement:
    sentence = Sentence(row["start"], row["start"], 0, BlockKind(row["kind"]))
    return Judgement(
        statement=Statement(row["article"], sentence, row["actor"]),
        claim=row["root"],
        probabilities=(row["p_asserts"], row["p_denies"], row["p_uncertain"], row["p_unrelated"]),
        label=Label(row["label"]),
        text="",
        outlet=row["outlet"],
        published=row["published"],
        duplicate_of=row["original"] if row["original"] != row["statement"] else None,
    )
