"""Answers on disk."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sayso.chat.cache import AnswerCache
from sayso.errors import ConfigError


def test_answers_outlive_the_process_that_asked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "answers.sqlite"
    AnswerCache(path).put("k", "früh")
    cache = AnswerCache(path)
    assert (cache.get("k"), cache.get("other")) == ("früh", None)


def test_threads_and_several_caches_share_one_file(tmp_path: Path) -> None:
    caches = [AnswerCache(tmp_path / "answers.sqlite") for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: caches[n % 2].put(str(n), str(n)), range(40)))
    assert [caches[0].get(str(n)) for n in range(40)] == [str(n) for n in range(40)]


@pytest.mark.parametrize("kind", ["a folder", "another file", "in a file"])
def test_what_is_no_cache_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "answers.sqlite"
    if kind == "a folder":
        path.mkdir()
    else:
        path.write_text("not a database " * 100)
    with pytest.raises(ConfigError, match=r"endpoint\.cache(.|\n)*expected a file of cached answers"):
        AnswerCache(path / "inside" if kind == "in a file" else path)


def test_a_cache_that_breaks_costs_no_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "answers.sqlite"
    cache = AnswerCache(path)
    sqlite3.connect(path).execute("DROP TABLE answers")
    cache.put("k", "text")
    assert cache.get("k") is None
    assert "could not be kept" in caplog.text and "could not be looked up" in caplog.text
