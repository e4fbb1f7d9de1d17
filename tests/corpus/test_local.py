"""The local engine: what one article does to a worker stays with that article."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from corpus_helpers import article, config, contents, table, write_jsonl
from doubles import Make
from sayso.config import ScoreSettings
from sayso.corpus.engines.local import LocalEngine
from sayso.corpus.worker import Job
from sayso.errors import SaysoError
from sayso.types import Article

pytestmark = pytest.mark.slow  # processes start

WORDS = {3: "CRASH", 6: "ENDLESS", 8: "STUCK", 9: "KILLED", 12: "BROKEN", 14: "HUNGRY"}


def test_poison_is_recorded_and_the_rest_is_scored(tmp_path: Path, run: Any) -> None:
    corpus = write_jsonl(tmp_path / "news.jsonl", [article(i, WORDS.get(i, "flooded")) for i in range(18)])
    cfg = config(part=10, timeout=6, workers=2, memory=4000)
    done = run(corpus, tmp_path / "out", cfg, engine="local", make=Make(cfg))
    assert done["counts"]["scored"] == 12
    skipped = table(tmp_path / "out", "skipped").set_index("article").reason
    assert set(skipped.index) == {f"a{i}" for i in WORDS}
    assert "Segmentation fault" in skipped["a3"]
    assert skipped["a6"].startswith("took more than 6 s, twice") and skipped["a8"].startswith("took more than 6 s, twice")
    assert "took its worker down, twice" in skipped["a9"]
    assert skipped["a12"] == "ValueError: broken"
    assert "more memory than one process may take" in skipped["a14"]
    healthy = write_jsonl(tmp_path / "healthy.jsonl", [article(i, "flooded") for i in range(18) if i not in WORDS])
    run(healthy, tmp_path / "inline", config(part=10))
    assert contents(tmp_path / "inline")["judgements"] == contents(tmp_path / "out")["judgements"]


def test_rows_do_not_depend_on_workers(tmp_path: Path, run: Any) -> None:
    corpus = write_jsonl(tmp_path / "news.jsonl", [article(i, "unclear" if i % 2 else "dry") for i in range(30)])
    run(corpus, tmp_path / "one")
    cfg = config(workers=3)
    run(corpus, tmp_path / "three", cfg, engine="local", make=Make(cfg))
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_workers_that_cannot_start_end_the_run(tmp_path: Path, run: Any) -> None:
    corpus = write_jsonl(tmp_path / "news.jsonl", [article(i) for i in range(3)])
    cfg = config(workers=1)
    with pytest.raises(SaysoError, match=r"no worker can be started .*no such weights"):
        run(corpus, tmp_path / "out", cfg, engine="local", make=Make(cfg, fault="no such weights"))


def test_closing_ends_all_workers() -> None:
    engine = LocalEngine(Make(config()), ScoreSettings(workers=2))
    job = Job(Article("a", "Orsk Mining said that the shaft was flooded."))
    assert [o.judgements.num_rows for o in engine.run([job] * 4)] == [2] * 4
    children = psutil.Process(os.getpid()).children(recursive=True)
    engine.close()
    until = time.monotonic() + 20
    while any(c.is_running() and "popen_loky" in " ".join(c.cmdline()) for c in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [c for c in children if c.is_running() and "popen_loky" in " ".join(c.cmdline())]
