"""`sayso score` and `sayso report SCORES` as a user meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from corpus_helpers import CONFIG, article, config, table, write_jsonl
from doubles import Make
from sayso import Pipeline
from sayso.cli import app
from sayso.corpus import plan as planning
from sayso.corpus import run as running
from sayso.corpus.report import report_of
from sayso.errors import ConfigError, OutputError
from sayso.review import Sitting
from sayso.review.page import commands
from sayso.types import Label


@pytest.fixture
def sayso(monkeypatch: pytest.MonkeyPatch, loaded: Pipeline, tmp_path: Path) -> Any:
    """The command line over fixed answers."""
    score = running.score
    monkeypatch.setattr(running, "score", lambda inputs, cfg, out, **more: score(inputs, cfg, out, make=Make(cfg), pipeline=loaded, **more))
    monkeypatch.setattr(planning, "Pipeline", lambda cfg: loaded)
    monkeypatch.setattr(planning, "Worker", lambda cfg, pipeline: Make(cfg)())
    (tmp_path / "run.yaml").write_text(yaml.safe_dump(CONFIG.model_dump(mode="json", exclude={"articles", "manifest"})))

    def call(*args: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, [str(a) for a in args])
        if code == 0 and done.exception:
            raise done.exception
        assert done.exit_code == code, done.output
        return " ".join(done.output.split())

    return call


def test_score_then_report(sayso: Any, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [article(i, "dry" if i % 2 else "flooded") for i in range(6)])
    out, run = tmp_path / "scores", tmp_path / "run.yaml"
    said = sayso("score", tmp_path / "a.jsonl", "--config", run, "--out", out, "--engine", "inline", "--set", "score.part=2")
    assert "6 articles scored, 0 near duplicates, 0 left out; 24 judgements" in said
    sayso("report", out, "--out", tmp_path / "report")
    assert {p.name for p in (tmp_path / "report").iterdir()} >= {"report.html", "positions.csv", "judgements.parquet", "run.yaml"}
    columns = ["actor", "claim", "label", "confidence", "lower", "upper", "n_statements", "n_outlets", "shift"]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "report" / "positions.parquet")[columns], table(out, "positions")[columns])
    html = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "Orsk Mining said of shaft 2" in html and "Pit Union" in html
    assert "nothing" not in sayso("score", tmp_path / "a.jsonl", "-c", run, "-o", out, "--engine", "inline", "--resume", "--quiet")


def test_a_report_of_scores_is_reviewed_for_training_rows_only(sayso: Any, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [article(i, "dry" if i % 2 else "flooded") for i in range(6)])
    out, run, report = tmp_path / "scores", tmp_path / "run.yaml", tmp_path / "report"
    sayso("score", tmp_path / "a.jsonl", "--config", run, "--out", out, "--engine", "inline")
    sayso("report", out, "--out", report)
    sitting = Sitting.open(report)
    sitting.decide(0, Label.UNCERTAIN)
    assert commands(sitting) == [f"sayso data corrections {report} --out rows.jsonl"]
    assert "1 rows, of which 1 differ from the report" in sayso("data", "corrections", report, "--out", tmp_path / "rows.jsonl")
    with pytest.raises(ConfigError, match="made of a score folder: it holds evidence, not all judgements"):
        sayso("report", report, "--corrections", sitting.file, "--out", report)
    with pytest.raises(ConfigError, match="not supported for score folders"):
        sayso("report", out, "--corrections", sitting.file, "--out", report)
    with pytest.raises(ConfigError, match="not supported by `sayso score`"):
        sayso("score", tmp_path / "a.jsonl", "-c", run, "-o", tmp_path / "other", "--engine", "inline", "--set", f"corrections={sitting.file}")


def test_dry_run_writes_nothing(sayso: Any, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [article(i) for i in range(300)])
    said = sayso("score", tmp_path / "a.jsonl", "-c", tmp_path / "run.yaml", "-o", tmp_path / "out", "--dry-run", "--set", "score.workers=4")
    assert "1 files" in said and "about 300 articles" in said and "with 4 workers" in said
    assert not (tmp_path / "out").exists()
    assert "about 7 articles" in sayso("score", tmp_path / "a.jsonl", "-c", tmp_path / "run.yaml", "--dry-run", "--limit", "7")


@pytest.mark.parametrize(("shard", "said"), [("3", "expected i/n"), ("5/4", "found 5/4")])
def test_a_wrong_shard(shard: str, said: str, sayso: Any, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [article(1)])
    with pytest.raises(ConfigError, match=said):
        sayso("score", tmp_path / "a.jsonl", "-c", tmp_path / "run.yaml", "-o", tmp_path / "out", "--shard", shard)


def test_shards_make_one_report(tmp_path: Path, run: Any) -> None:
    file = write_jsonl(tmp_path / "a.jsonl", [article(i, "dry" if i % 2 else "flooded") for i in range(12)])
    run(file, tmp_path / "whole")
    for i in (1, 2):
        run(file, tmp_path / f"s{i}", shard=(i, 2))
    one, two = report_of([str(tmp_path / "whole")]), report_of([str(tmp_path / "s1"), str(tmp_path / "s2")])
    assert {(p.actor, p.claim, p.n_articles) for p in one.positions} == {(p.actor, p.claim, p.n_articles) for p in two.positions}
    assert len(two.articles) == 12


def test_evidence_has_its_words_and_spans(tmp_path: Path, run: Any) -> None:
    run(write_jsonl(tmp_path / "a.jsonl", [article(i) for i in range(4)]), tmp_path / "out")
    report = report_of([str(tmp_path / "out")])
    position = report.position("orsk", "c1")
    assert position is not None and position.evidence
    for j in position.evidence:
        whole = article(int(j.statement.article[1:]))["text"]
        assert j.statement.source is not None
        assert whole[j.statement.sentence.start : j.statement.sentence.end] == j.text and "Orsk Mining" in j.text
        assert whole[j.statement.source.start : j.statement.source.end] == "Orsk Mining"


def test_settings_of_positions_can_change_afterwards(tmp_path: Path, run: Any) -> None:
    run(write_jsonl(tmp_path / "a.jsonl", [article(i) for i in range(2)]), tmp_path / "out")
    strict = report_of([str(tmp_path / "out")], {"aggregate.min_confidence": 0.99})
    assert {p.verdict for p in strict.positions} == {"not clear"}
    with pytest.raises(ConfigError, match="model: cannot be changed"):
        report_of([str(tmp_path / "out")], {"model": "other"})
    with pytest.raises(ConfigError, match="min_confidence"):
        report_of([str(tmp_path / "out")], {"aggregate.min_confidence": 7})


def test_scores_of_two_runs_are_not_mixed(tmp_path: Path, run: Any) -> None:
    file = write_jsonl(tmp_path / "a.jsonl", [article(1)])
    run(file, tmp_path / "a")
    run(file, tmp_path / "b", config(duplicates={"threshold": 0.5}))
    with pytest.raises(OutputError, match="threshold"):
        report_of([str(tmp_path / "a"), str(tmp_path / "b")])
