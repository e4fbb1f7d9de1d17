"""Checks find what is planted: a claim that gives its label away, a copied passage, a small phenomenon."""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sayso.annotation import probes
from sayso.annotation.checks import corpus_checks
from sayso.cli import app
from sayso.errors import DataError
from sayso.types import LABELS

CORPUS = Path(__file__).resolve().parents[2] / "data" / "stance"
THINGS = "weir dam gate lock sluice pier crane ferry silo mast kiln tram"


def row(n: int, split: str, label: str, **changes: Any) -> dict[str, Any]:
    thing = THINGS.split()[n % 12]
    base = {"id": f"{split}{n}", "group": f"{split}{n // 4}", "split": split, "style": "wire", "field": split, "country": "Ghana"}
    base |= {"text": f"{split} {n // 4}: the {thing} of Orle number {n // 4} was spoken of by Abena and Kofi on a {thing}.", "phenomenon": "plain"}
    base |= {"claim": f"The {thing} held.", "actor": "AbenaKofiAmaYaw"[n % 4 * 4 :][:4], "label": label}
    return base | {"holder_spans": [], "cue_spans": [[0, 3]], "content_spans": [[4, 12]]} | changes


def corpus(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "passages").mkdir()
    for split in ("train", "test"):
        lines = (json.dumps(r) + "\n" for r in rows if r["split"] == split)
        (folder / "passages" / f"{split}.jsonl").write_text("".join(lines), "utf-8")
    return folder


def found(figures: dict[str, Any], name: str) -> dict[str, Any]:
    (check,) = (c for c in figures["checks"] if c["name"].startswith(name))
    return check


@pytest.fixture
def balanced() -> list[dict[str, Any]]:
    pytest.importorskip("sklearn")
    shuffled = random.Random(1)
    return [row(n, split, shuffled.choice([str(x) for x in LABELS])) for split, n in product(("train", "test"), range(80))]


def test_a_claim_that_gives_its_label_away_breaks_the_bound(tmp_path: Path, balanced: list[dict[str, Any]]) -> None:
    leaking = [{**r, "claim": f"{r['claim']} It {r['label']} so."} for r in balanced]
    check = found(corpus_checks(corpus(tmp_path, *leaking)), "accuracy from the claim")
    assert check["found"] == 1.0
    assert not check["holds"]


def test_shares_sizes_and_copies(tmp_path: Path, balanced: list[dict[str, Any]]) -> None:
    text = "The weir at Orle held through the night, engineer Abena Osei told the few reporters who had waited there since noon."
    more = [row(900 + n, "train", "denies", phenomenon="nested", text=text, actor=None) for n in range(4)]
    copy = row(904, "test", "asserts", text=text.replace("noon", "dawn"))
    figures = corpus_checks(corpus(tmp_path, *balanced, *more, copy))
    largest, small, copied = (found(figures, x) for x in ("largest label", "rows of the smallest", "largest overlap of passages"))
    assert (largest["found"], largest["where"], largest["holds"]) == (1.0, "nested", False)
    assert (small["found"], small["holds"]) == (0, False)  # most phenomena have no row here
    assert copied["found"] > 0.8
    assert "test904" in copied["where"]
    assert figures["phenomena"]["nested"] == {"rows": 4, "labels": {"asserts": 0.0, "denies": 1.0, "uncertain": 0.0, "unrelated": 0.0}}
    assert found(figures, "rows that ask")["found"] == 4 / 165
    assert figures["lengths"]["train"]["claim"]["longest"] == 3


def test_the_command_prints_bounds_and_fails_where_one_is_broken(tmp_path: Path, balanced: list[dict[str, Any]]) -> None:
    folder = corpus(tmp_path, *balanced)
    done = CliRunner().invoke(
        app, ["data", "checks", str(folder), "--curve", "--repeats", "1", "--json", str(tmp_path / "c.json")], env={"COLUMNS": "200"}
    )
    assert done.exit_code == 1
    assert "broken" in done.stdout
    figures = json.loads((tmp_path / "c.json").read_text("utf-8"))
    assert [(f["share"], f["rows"]) for f in figures["curve"]] == [(0.25, 20), (0.5, 40), (1.0, 80)]


def test_holder_contrasts() -> None:
    rows = [row(0, "test", "asserts"), row(0, "test", "denies", actor="Kofi"), row(4, "test", "denies"), row(4, "test", "denies", actor="Kofi")]
    assert probes.contrasts(rows) == rows[:2]
    assert probes.best_without_holder(rows) == 0.75
    assert (probes.majority(rows), probes.majority([])) == (0.75, 0)


def test_a_sample_takes_whole_groups(tmp_path: Path) -> None:
    rows = [row(n, "train", "asserts") for n in range(40)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    out = tmp_path / "some.jsonl"
    done = CliRunner().invoke(app, ["data", "sample", str(tmp_path / "rows.jsonl"), "--share", "0.5", "--seed", "3", "--out", str(out)])
    assert "20 rows of 5 groups" in done.stdout
    kept = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert kept == probes.sample(rows, 0.5, seed=3) != probes.sample(rows, 0.5, seed=4)
    with pytest.raises(DataError, match="share is 0"):
        probes.sample(rows, 0, seed=1)


def test_without_a_test_part_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"passages/test\.jsonl"):
        corpus_checks(corpus(tmp_path, row(1, "train", "asserts")))


@pytest.mark.slow
def test_the_corpus_keeps_its_bounds() -> None:
    pytest.importorskip("sklearn")
    figures = corpus_checks(CORPUS)
    assert len(figures["checks"]) == 19
    assert [c for c in figures["checks"] if not c["holds"]] == []
