"""A run from inputs to a score folder: rows, order, resuming, refusals."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from corpus_helpers import CONFIG, article, config, contents, table, write_jsonl
from sayso.corpus.store import ScoreFolder
from sayso.errors import ConfigError, InputError, MissingExtraError, OutputError
from sayso.report import frames

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [article(i, "unclear" if i % 3 else "flooded") for i in range(10)]
    rows[5] = article(5, "BROKEN")
    rows[7]["text"] = None
    return write_jsonl(tmp_path / "news.jsonl", rows)


def test_a_corpus_becomes_parts(corpus: Path, tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out"
    done = run(corpus, out, config(statements=True))
    assert done["counts"] == {"scored": 8, "duplicate": 0, "failed": 1, "skipped": 1, "pairs": 32, "judgements": 32, "positions": 2}
    assert [len(pq.read_table(f)) for f in ScoreFolder(out).files("articles")] == [4, 4, 2]
    judgements = table(out, "judgements")
    assert list(judgements.columns) == frames.JUDGEMENTS.names
    assert list(dict.fromkeys(judgements.article)) == [f"a{i}" for i in range(10) if i not in (5, 7)]
    for row in judgements.itertuples():
        whole = article(int(row.article[1:]), "unclear" if int(row.article[1:]) % 3 else "flooded")["text"]
        assert whole[row.start : row.end] == row.text
        assert whole[int(row.source_start) : int(row.source_end)] in ("Orsk Mining", "Pit Union")
    assert set(table(out, "statements").statement) == set(judgements.statement)
    skipped = table(out, "skipped").set_index("article").reason
    assert skipped["a5"] == "ValueError: broken"
    assert "line 8: found no text" in skipped["a7"]
    for name, schema in (("judgements", frames.JUDGEMENTS), ("skipped", frames.SKIPPED), ("statements", frames.STATEMENTS)):
        found = pq.read_schema(ScoreFolder(out).files(name)[0])
        assert found.equals(schema) and found.metadata[b"sayso.schema_version"] == b"1"


def test_the_run_says_how_it_was_made(corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "out")
    made = yaml.safe_load((tmp_path / "out" / "run.yaml").read_text("utf-8"))
    assert made["state"] == "done" and made["config"]["claims"][1]["negation_of"] == "c1"
    assert "sayso-small" in made["models"]["stance"] and made["versions"]["sayso"]
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {"articles", "judgements", "skipped", "positions", "run.yaml"}
    assert not list((tmp_path / "out").rglob(".*")), "no scratch files stay"


@pytest.mark.parametrize("part", [1, 3, 100])
def test_rows_do_not_depend_on_parts(part: int, corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "a")
    run(corpus, tmp_path / "b", config(part=part))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", range(1, 13))
def test_a_run_killed_between_any_two_files_goes_on(at: int, corpus: Path, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run(corpus, tmp_path / "whole")
    written = 0
    replace = Path.replace

    def dying(self: Path, target: Path) -> Path:
        nonlocal written
        written += self.suffix == ".tmp" and "part" in self.name
        if written == at:
            raise Killed
        return replace(self, target)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "replace", dying)
        run(corpus, tmp_path / "broken")
    run(corpus, tmp_path / "broken", resume=True)
    assert contents(tmp_path / "broken") == contents(tmp_path / "whole")


def test_new_articles_are_scored_and_old_ones_are_not(corpus: Path, tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out"
    run(corpus, out)
    before = contents(out)
    rows = [article(i) for i in range(20, 23)]
    more = write_jsonl(tmp_path / "more.jsonl", [*rows, article(1, "dry")])
    became: list[str] = []
    done = run([str(more), str(corpus)], out, resume=True, progress=lambda item, what: became.append(what))
    assert became.count("done") == 10 and became.count("scored") == 3
    after = contents(out)
    for name in ("judgements", "articles", "skipped"):
        assert after[name][: len(before[name])] == before[name]
    assert [row["article"] for row in after["articles"]][10:] == ["a20", "a21", "a22", "a1"]
    assert "second article with the id 'a1'" in after["skipped"][-1]["reason"], "another text under an old id is left out, with the reason"
    assert done["counts"]["scored"] == 11
    assert run([str(more), str(corpus)], out, resume=True)["counts"] == done["counts"]
    assert contents(out) == after


def test_the_id_of_a_failed_article_stays_taken(tmp_path: Path, run: Any) -> None:
    rows = [article(1, "BROKEN"), {"id": "a2", "text": None}, article(3), article(1), article(2)]
    file = write_jsonl(tmp_path / "a.jsonl", rows)
    run(file, tmp_path / "whole")
    assert list(table(tmp_path / "whole", "articles").outcome) == ["failed", "skipped", "scored", "skipped", "scored"]
    for n in range(3, 6):
        run(file, tmp_path / "steps", limit=n, resume=True)
    assert contents(tmp_path / "steps") == contents(tmp_path / "whole")


def test_limit_and_going_on(corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "whole")
    assert run(corpus, tmp_path / "out", limit=3)["counts"]["scored"] == 3
    run(corpus, tmp_path / "out", resume=True)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_shards_share_the_corpus(corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "whole")
    for i in (1, 2, 3):
        run(corpus, tmp_path / f"s{i}", shard=(i, 3))
    found = [row for i in (1, 2, 3) for row in contents(tmp_path / f"s{i}")["judgements"]]
    assert sorted(map(str, found)) == sorted(map(str, contents(tmp_path / "whole")["judgements"]))
    with pytest.raises(OutputError, match="shard: '1/3' there, '2/3' here"):
        run(corpus, tmp_path / "s1", shard=(2, 3), resume=True)
    with pytest.raises(ConfigError, match="found 4/3"):
        run(corpus, tmp_path / "s4", shard=(4, 3))


def test_an_unfinished_folder_is_not_overwritten(corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "out")
    with pytest.raises(OutputError, match="--resume"):
        run(corpus, tmp_path / "out")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claims": CONFIG.claims[:1]}, "config.claims.c2.text"),
        ({"claims": CONFIG.claims[::-1]}, "config.claims.order"),
        ({"model": "sayso-large"}, "config.model: 'sayso-small' there, 'sayso-large' here"),
        ({"filter": CONFIG.filter.model_copy(update={"min_probability": 0.5})}, "config.filter.min_probability: 0.012 there, 0.5 here"),
        ({"score": config(duplicates={"threshold": 0.9}).score}, "config.score.duplicates.threshold"),
    ],
)
def test_a_changed_config_is_refused(change: dict[str, Any], said: str, corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "out", limit=2)
    before = contents(tmp_path / "out")
    with pytest.raises(OutputError, match="must not be mixed") as error:
        run(corpus, tmp_path / "out", config().model_copy(update=change), resume=True)
    assert said in str(error.value)
    assert contents(tmp_path / "out") == before


def test_a_changed_model_is_refused(corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "out", limit=2)
    path = tmp_path / "out" / "run.yaml"
    path.write_text(path.read_text("utf-8").replace("sayso-small ", "sayso-small 0"), "utf-8")
    with pytest.raises(OutputError, match=r"models\.stance"):
        run(corpus, tmp_path / "out", resume=True)


def test_workers_and_aggregation_may_change(corpus: Path, tmp_path: Path, run: Any) -> None:
    run(corpus, tmp_path / "out", limit=2)
    other = config(workers=3, timeout=1000, positions=("total",)).model_copy(
        update={"aggregate": CONFIG.aggregate.model_copy(update={"min_confidence": 0.9})}
    )
    assert run(corpus, tmp_path / "out", other, resume=True)["counts"]["scored"] == 8


def test_a_folder_of_something_else_is_refused(corpus: Path, tmp_path: Path, run: Any) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("mine")
    with pytest.raises(OutputError, match=r"found thesis\.docx, expected an empty folder"):
        run(corpus, tmp_path / "out")
    with pytest.raises(OutputError, match="thesis"):
        run(corpus, tmp_path / "out", resume=True)


def test_two_runs_in_one_folder(corpus: Path, tmp_path: Path, run: Any) -> None:
    def second(item: Any, became: str) -> None:
        with pytest.raises(OutputError, match="another process is writing there"):
            run(corpus, tmp_path / "out", resume=True)
        raise Killed

    with pytest.raises(Killed):
        run(corpus, tmp_path / "out", progress=second)


def test_engines(corpus: Path, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="found 'spark', expected one of local"):
        run(corpus, tmp_path / "out", engine="spark")
    monkeypatch.setitem(sys.modules, "loky", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sayso\[corpus\]'"):
        run(corpus, tmp_path / "out", engine="local")
    assert not (tmp_path / "out").exists()


def test_nothing_that_could_be_read(tmp_path: Path, run: Any) -> None:
    file = write_jsonl(tmp_path / "a.jsonl", [{"text": ""}, {"text": None}])
    with pytest.raises(InputError, match=r"none of 2 items could be scored; the first: .*line 1: found an empty text"):
        run(file, tmp_path / "out")


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from corpus_helpers import config
from doubles import Make
from sayso.corpus.run import score
cfg = config(workers=2)
score([sys.argv[1]], cfg, Path(sys.argv[2]), engine=sys.argv[3], resume=True, make=Make(cfg))
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["inline", "local"])
def test_random_kills(engine: str, tmp_path: Path, run: Any) -> None:
    rows = [article(i, "flooded SLOW") for i in range(60)]
    rows[31] = rows[30] | {"id": "copy"}
    corpus = write_jsonl(tmp_path / "news.jsonl", rows)
    run(corpus, tmp_path / "whole")
    rng = random.Random(7)
    child = [sys.executable, "-c", CHILD.format(tests=str(ROOT / "tests")), str(corpus), str(tmp_path / "out"), engine]
    kills = 0
    for _ in range(200):
        process = subprocess.Popen(child)
        articles = ScoreFolder(tmp_path / "out")
        before, until = len(articles.parts()), time.monotonic() + 120
        while process.poll() is None and len(articles.parts()) == before and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.15))
        if process.poll() is not None:
            assert process.returncode == 0
            break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert kills >= 5
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
