"""Answers kept on disk, so that a question is paid for once."""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path

from sayso.errors import ConfigError

log = logging.getLogger(__name__)


class AnswerCache:
    """Key -> text in one SQLite file that threads and processes may share. Keys are hashes: no article text is kept."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises ConfigError where it cannot be, or is something else."""
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID")
        except (OSError, sqlite3.Error) as e:
            raise ConfigError("endpoint.cache", [f"{path}: found {str(e)!r}, expected a file of cached answers, or none yet; name another"]) from None

    def get(self, key: str) -> str | None:
        """The text under ``key``, or None."""
        try:
            with self._lock:
                row = self._db.execute("SELECT text FROM answers WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as e:
            log.warning("%s: an answer could not be looked up, so it is asked for: %s", self.path, e)
            return None
        return None if row is None else str(row[0])

    def put(self, key: str, text: str) -> None:
        """Keep an answer. Where that fails (a full disk, say) it only warns: the answer itself is at hand."""
        try:
            with self._lock:
                self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, text))
        except sqlite3.Error as e:
            log.warning("%s: an answer could not be kept: %s", self.path, e)
