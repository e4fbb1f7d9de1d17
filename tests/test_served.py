"""The command line with a model behind a server of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

pytest.importorskip("openai")

from endpoint import Endpoint, reads

ROOT = Path(__file__).resolve().parents[1]
KEY = "sk-very-secret"


def sayso(endpoint: Endpoint, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    settings = {"url": endpoint.url, "key_env": "STUB_KEY", "cache": str(folder / "answers.sqlite"), "price_in": 1, "max_retries": 0}
    options = [x for k, v in settings.items() for x in ("--set", f"endpoint.{k}={v}")]
    command = [sys.executable, "-c", "from sayso.cli import main; main()", *args, "--model", "openai:stub", *options]
    env = {**os.environ, "COLUMNS": "200", "STUB_KEY": KEY}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)


def kept(folder: Path) -> str:
    """All that a command left behind, as text."""
    return "".join(p.read_bytes().decode("utf-8", "replace") for p in folder.rglob("*") if p.is_file())


@pytest.mark.slow
def test_a_report_and_the_same_again_for_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    args = ("report", "data/articles/vardania_1_wire.txt", "--actors", "configs/actors.yaml", "--claims", "configs/claims.yaml", "--out")
    first = sayso(endpoint, tmp_path, *args, str(tmp_path / "one"))
    assert first.returncode == 0, first.stderr
    n = len(endpoint.requests)
    run = yaml.safe_load((tmp_path / "one" / "run.yaml").read_text("utf-8"))
    assert run["usage"] == {"requests": n, "cached": 0, "failed": 0, "tokens_in": 1000 * n, "tokens_out": 50 * n, "cost": n / 1000}
    assert run["models"]["stance"].startswith("openai:stub (prompt ")
    assert (run["config"]["endpoint"]["key_env"], run["config"]["endpoint"]["url"]) == ("STUB_KEY", endpoint.url)
    assert f"{n:,} requests; 0 answers from the cache" in first.stdout
    assert len(pd.read_parquet(tmp_path / "one" / "positions.parquet")) > 0
    assert all(h["authorization"] == f"Bearer {KEY}" for h in endpoint.headers)

    again = sayso(endpoint, tmp_path, *args, str(tmp_path / "two"))
    assert again.returncode == 0, again.stderr
    assert len(endpoint.requests) == n
    one, two = (pd.read_parquet(tmp_path / name / "positions.parquet") for name in ("one", "two"))
    pd.testing.assert_frame_equal(one, two)
    assert KEY not in kept(tmp_path) + first.stdout + first.stderr


@pytest.mark.slow
def test_rows_are_labelled(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answer = lambda facts: "no idea" if "snow" in facts["sentence"] else reads(facts)
    texts = ("Pell said that it rained.", "Pell denied that it rained.", "Pell spoke of snow.")
    rows: list[dict[str, Any]] = [{"text": t, "claim": "It rained.", "actor": "Pell"} for t in texts]
    rows.append({**rows[0], "claim": "It was wet.", "label": "uncertain"})
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    done = sayso(endpoint, tmp_path, "data", "label", str(tmp_path / "rows.jsonl"), "--out", str(tmp_path / "drafts.jsonl"))
    assert done.returncode == 0, done.stderr
    drafted = [json.loads(line) for line in (tmp_path / "drafts.jsonl").read_text("utf-8").splitlines()]
    assert [r.get("label") for r in drafted] == ["asserts", "denies", None, "uncertain"]
    assert drafted[3] == rows[3]
    assert "found no JSON object" in drafted[2]["not_drafted"]
    assert "not drafted, 1 row: " in done.stdout and "requests; 0 answers from the cache" in done.stdout and "cost 0.00" in done.stdout
    assert KEY not in kept(tmp_path) + done.stdout + done.stderr


@pytest.mark.slow
def test_a_corpus_is_scored_by_several_processes(endpoint: Endpoint, tmp_path: Path) -> None:
    pytest.importorskip("loky")
    args = ("score", "data/articles/vardania_1_wire.txt", "data/articles/vardania_2_syndicated.txt", "--config", "configs/report.yaml")
    done = sayso(endpoint, tmp_path, *args, "--out", str(tmp_path / "scores"), "--set", "score.workers=2")
    assert done.returncode == 0, done.stderr
    run = yaml.safe_load((tmp_path / "scores" / "run.yaml").read_text("utf-8"))
    assert run["counts"]["failed"] == 0 and run["counts"]["judgements"] > 0
    assert run["usage"]["requests"] == len(endpoint.requests)
    assert KEY not in kept(tmp_path)
