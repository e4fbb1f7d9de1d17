"""The README's command on the sample articles, and what it writes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FILES = {
    "positions.parquet",
    "positions.csv",
    "positions.json",
    "judgements.parquet",
    "articles.parquet",
    "skipped.parquet",
    "run.yaml",
    "report.html",
    "report.md",
}
SAYSO = [sys.executable, "-c", "from sayso.cli import main; main()"]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("run") / "demo"
    done = subprocess.run(
        [*SAYSO, "report", "--config", "configs/report.yaml", "--out", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_everything_is_written(out: tuple[Path, str]) -> None:
    assert {p.name for p in out[0].iterdir()} == FILES


def test_the_matrix_is_printed(out: tuple[Path, str]) -> None:
    assert "Vardania" in out[1] and any(word in out[1] for word in ("asserts", "denies", "uncertain"))


def test_positions_lead_to_sentences_of_the_articles(out: tuple[Path, str]) -> None:
    judgements = pd.read_parquet(out[0] / "judgements.parquet")
    assert len(judgements) > 100
    for row in judgements.drop_duplicates("statement").itertuples():
        text = (ROOT / "data" / "articles" / f"{row.article}.txt").read_text("utf-8")
        assert text[row.start : row.end] == row.text
    total = judgements[["p_asserts", "p_denies", "p_uncertain", "p_unrelated"]].sum(axis=1)
    assert ((total - 1).abs() < 1e-4).all()


def test_every_position_is_one_of_the_run(out: tuple[Path, str]) -> None:
    held = json.loads((out[0] / "positions.json").read_text("utf-8"))
    assert {p["actor"] for p in held} <= {"vardania", "ilmera", "auresia", "mission", "mayor", "article"}
    assert {p["claim"] for p in held} <= {f"c{n}" for n in range(1, 8)}, "c8 is the negation of c1 and is reported there"
    assert all(0 <= p["lower"] <= p["upper"] <= 1 for p in held)


def test_the_two_sides_are_told_apart(out: tuple[Path, str]) -> None:
    held = {(p["actor"], p["claim"]): p["label"] for p in json.loads((out[0] / "positions.json").read_text("utf-8"))}
    assert held["vardania", "c1"] == "asserts"
    assert held["ilmera", "c1"] == "denies"


def test_a_run_says_how_it_was_made(out: tuple[Path, str]) -> None:
    run = yaml.safe_load((out[0] / "run.yaml").read_text("utf-8"))
    text = json.dumps(run)
    assert "sayso-small" in text and "sayso-attribution" in text and "min_confidence" in text


def test_interrupting_leaves_no_half_written_folder(tmp_path: Path) -> None:
    target = tmp_path / "never"
    process = subprocess.Popen(
        [*SAYSO, "report", "--config", "configs/report.yaml", "--out", str(target)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background is born deaf to it
    )
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in err or process.returncode == -signal.SIGINT
    assert not target.exists()
