"""What a run has to remember of all articles, on disk: constant memory however many there are.

A scratch file: it is filled again from the score folder when a run is resumed, and removed at the end. It also keeps a
second process out of the folder.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sayso.errors import OutputError
from sayso.report.clean import encodable

_TABLES = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
BEGIN EXCLUSIVE;
DROP TABLE IF EXISTS done; DROP TABLE IF EXISTS ids; DROP TABLE IF EXISTS originals; DROP TABLE IF EXISTS bands;
CREATE TABLE done (key BLOB PRIMARY KEY, n INTEGER) WITHOUT ROWID;
CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE originals (n INTEGER PRIMARY KEY, article TEXT, part INTEGER, signature BLOB);
CREATE TABLE bands (hash INTEGER, n INTEGER, PRIMARY KEY (hash, n)) WITHOUT ROWID;
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class Match:
    """The original of a near duplicate, the part that it stands in, and the estimated Jaccard similarity."""

    article: str
    part: int
    similarity: float


class Index:
    """Keys of items that are done, ids that are taken, signatures of originals."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(path, timeout=0.5, isolation_level=None)
        try:
            self._db.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            self._db.close()
            if "locked" in str(error):
                raise OutputError(f"{path.parent}: another process is writing there; wait for it, or choose another folder with --out") from None
            raise OutputError(f"{path.parent}: {error}; choose a folder that can be written") from error

    def close(self) -> None:
        """Give the folder free."""
        self._db.close()
        self.path.unlink(missing_ok=True)

    def add_done(self, keys: Sequence[bytes], ids: Sequence[str]) -> None:
        """Remember items of an earlier run; an item may stand there several times."""
        self._db.executemany("INSERT INTO done VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1", [(key,) for key in keys])
        self._db.executemany("INSERT OR IGNORE INTO ids VALUES (?)", [(id_,) for id_ in ids])

    def take_done(self, key: bytes) -> bool:
        """True where an earlier run has done this item; each time that it did is taken once."""
        return self._db.execute("UPDATE done SET n = n - 1 WHERE key = ? AND n > 0", (key,)).rowcount > 0

    def take_id(self, id_: str) -> bool:
        """True for an id that comes for the first time."""
        return self._db.execute("INSERT OR IGNORE INTO ids VALUES (?)", (str(encodable(id_)),)).rowcount > 0

    def add_original(self, article: str, part: int, signature: np.ndarray, bands: Sequence[int]) -> None:
        """Remember an article that others may repeat."""
        row = self._db.execute("INSERT INTO originals (article, part, signature) VALUES (?, ?, ?)", (article, part, signature.tobytes()))
        self._db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, row.lastrowid) for band in bands])

    def original(self, signature: np.ndarray, bands: Sequence[int], threshold: float) -> Match | None:
        """The most similar of the articles remembered, the first of several, if it is as similar as ``threshold``."""
        marks = ",".join("?" * len(bands))
        found = self._db.execute(
            f"SELECT article, part, signature FROM originals WHERE n IN (SELECT n FROM bands WHERE hash IN ({marks})) ORDER BY n", list(bands)
        )
        best: Match | None = None
        for article, part, other in found:
            similarity = float((np.frombuffer(other, dtype=np.uint32) == signature).mean())
            if similarity >= threshold and (best is None or similarity > best.similarity):
                best = Match(article, part, similarity)
        return best
