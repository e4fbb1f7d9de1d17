"""Figures of a small corpus, counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sayso.annotation.articles import build, write
from sayso.annotation.stats import corpus_stats, repeated_openings
from sayso.cli import app
from sayso.errors import DataError

SOURCE = """@title: Orle
@outlet: Orle Post
@published: 2026-02-14
@style: wire
@actor: osei | Abena Osei | person | Osei
@claim: c1 | The weir held.
@claim: c2 | The weir is old.
@pos: osei c1 + shift
---
Osei said the weir broke. ## osei:c1-
Later she said that it held. ## osei:c1+
It is old. ## article:c2+
It rained.
"""


def row(n: int, text: str, label: str, **changes: Any) -> dict[str, Any]:
    base = {"id": f"{n}", "group": f"g{n}", "split": "train", "style": "wire", "field": "dams", "country": "Ghana", "claim": "c."}
    return (
        base | {"text": text, "actor": "A", "label": label, "phenomenon": "plain", "holder_spans": [], "cue_spans": [], "content_spans": []} | changes
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [
        row(1, "One two three four five six.", "asserts"),
        row(2, "One, two, three, four, five seven.", "denies", actor=None),
        row(3, "Other words stand here at last.", "asserts", phenomenon="nested"),
        row(3, "Other words stand here at first.", "unrelated", phenomenon="nested"),
    ]
    (tmp_path / "passages").mkdir()
    (tmp_path / "passages" / "train.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (tmp_path / "orle.src").write_text(SOURCE, "utf-8")
    write(*build(tmp_path / "orle.src"), tmp_path / "articles" / "dev")
    return tmp_path


def test_figures(corpus: Path) -> None:
    figures = corpus_stats(corpus)
    everything = figures["passages"]["all"]
    assert (everything["rows"], everything["passages"], everything["groups"]) == (4, 4, 3)
    assert everything["labels"] == {"asserts": 2, "denies": 1, "uncertain": 0, "unrelated": 1}
    assert (everything["largest_share"], everything["own_voice"]) == (0.5, 0.25)
    assert everything["repeated_openings"] == 0.5  # twins of one group do not count
    assert figures["phenomena"]["nested"]["labels"]["unrelated"] == 1
    dev = figures["articles"]["dev"]
    assert (dev["articles"], dev["units"], dev["pairs"], dev["records"], dev["shifts"]) == (1, 4, 16, 3, 1)
    assert dev["labels"] == {"asserts": 2, "denies": 1, "uncertain": 0}
    assert dev["silent_units"] == 0.25


def test_no_passages_have_no_repeated_openings() -> None:
    assert repeated_openings([]) == 0


def test_the_command_prints_tables_or_json(corpus: Path) -> None:
    done = CliRunner().invoke(app, ["data", "stats", str(corpus)], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert "By phenomenon" in done.stdout
    done = CliRunner().invoke(app, ["data", "stats", str(corpus), "--json", "-"])
    assert json.loads(done.stdout) == corpus_stats(corpus)


def test_the_plot_is_a_picture(corpus: Path) -> None:
    pytest.importorskip("matplotlib")
    done = CliRunner().invoke(app, ["data", "stats", str(corpus), "--plot", str(corpus / "p.png")])
    assert done.exit_code == 0
    assert (corpus / "p.png").read_bytes()[:4] == b"\x89PNG"


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no rows"):
        corpus_stats(tmp_path)
