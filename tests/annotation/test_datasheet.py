"""The datasheet says what the files hold, and its example loads them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sayso.annotation.checks import Check
from sayso.annotation.datasheet import checks, counts, get, put
from sayso.annotation.stats import corpus_stats
from sayso.annotation.validate import SPLITS
from sayso.cli import app
from sayso.errors import DataError
from sayso.training.stance_data import read_jsonl

CORPUS = Path(__file__).resolve().parents[2] / "data" / "stance"
SHEET = "# Sheet\n<!-- counts -->\nold\n<!-- /counts -->\nend\n"


@pytest.mark.slow
def test_the_datasheet_counts_what_is_there() -> None:
    assert get("counts", CORPUS / "README.md") == counts(corpus_stats(CORPUS)), (
        "rerun: sayso data stats data/stance --datasheet data/stance/README.md"
    )


def test_rows_are_counted_line_by_line() -> None:
    lines = get("counts", CORPUS / "README.md").splitlines()
    said = re.findall(r"[\d,]+", lines[2].partition("rows")[2])
    assert [int(n.replace(",", "")) for n in said if n != ","] == [len(read_jsonl(CORPUS / "passages" / f"{s}.jsonl")) for s in SPLITS]


def test_corrections_are_applied_and_say_why() -> None:
    rows = {r["id"]: r["label"] for s in SPLITS for r in read_jsonl(CORPUS / "passages" / f"{s}.jsonl")}
    for fix in read_jsonl(CORPUS / "corrections.jsonl"):
        assert rows.get(fix["id"]) == fix["now"] != fix["was"]
        assert fix["reason"]


def test_a_block_is_put_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(SHEET, "utf-8")
    put("| a \\1 |\n", "counts", file)
    assert file.read_text("utf-8") == SHEET.replace("old", "| a \\1 |")
    assert (get("counts", file), get("checks", file)) == ("| a \\1 |\n", "")
    with pytest.raises(DataError, match="<!-- checks -->"):
        put("", "checks", file)


def test_checks_as_a_table() -> None:
    broken = {"name": "x", "found": 0.5, "low": None, "high": 0.25, "where": "g1", "holds": Check("x", 0.5, high=0.25).holds}
    assert checks({"checks": [broken]}).splitlines()[2] == "| x | 50.0% | ≤ 25.0% | g1 **broken** |"


def test_the_command_writes_the_counts(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    ref = {"id": "r", "doc_id": "d", "start": 0, "end": 5, "claim": "c.", "actor_span": None, "label": "denies"}
    (tmp_path / "part" / "dev.rows.jsonl").write_text(json.dumps(ref) + "\n", "utf-8")
    file = tmp_path / "README.md"
    file.write_text(SHEET, "utf-8")
    done = CliRunner().invoke(app, ["data", "stats", str(tmp_path), "--datasheet", str(file)])
    assert done.exit_code == 0
    assert "| **part**, by reference: rows | - | 1 | - |" in file.read_text("utf-8")


@pytest.mark.slow
def test_the_example_of_the_datasheet_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.chdir(CORPUS.parents[1])
    example = re.search(r"rows = load_dataset\((.*)\)", (CORPUS / "README.md").read_text("utf-8"))
    assert example
    rows = datasets.load_dataset(*re.findall(r'"(.*?)"', example[1]), cache_dir=str(tmp_path))
    assert {k: len(v) for k, v in rows.items()} == {
        "train": len(read_jsonl(CORPUS / "passages" / "train.jsonl")),
        "validation": len(read_jsonl(CORPUS / "passages" / "dev.jsonl")),
        "test": len(read_jsonl(CORPUS / "passages" / "test.jsonl")),
    }
    first = read_jsonl(CORPUS / "passages" / "test.jsonl")[0]
    assert {k: rows["test"][0][k] for k in ("id", "text", "claim", "actor", "label", "holder_spans")} == {
        k: first[k] for k in ("id", "text", "claim", "actor", "label", "holder_spans")
    }
