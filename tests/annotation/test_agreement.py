"""Kappa and F1 against values worked out by hand."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sayso.annotation.agreement import agreement, article_agreement, row_agreement
from sayso.annotation.articles import build, write
from sayso.cli import app
from sayso.errors import DataError

SOURCE = """@title: Orle
@outlet: Orle Post
@published: 2026-02-14
@style: wire
@actor: osei | Abena Osei | person | Osei
@claim: c1 | The weir held.
---
Osei said the weir broke. ## osei:c1-
Nobody else could say. ## article:c1?
It rained.
"""


def rows(**labels: str) -> dict[str, dict[str, Any]]:
    return {i: {"id": i, "label": label, "phenomenon": "plain" if i < "c" else "nested"} for i, label in labels.items()}


def test_kappa_by_hand() -> None:
    first = rows(a="asserts", b="asserts", c="denies", d="denies", e="asserts")
    second = rows(a="asserts", b="denies", c="denies", d="denies", f="asserts")
    figures = row_agreement(first, second)
    # 3 of 4 agree; chance is 1/2 * 1/4 + 1/2 * 3/4 = 1/2
    assert (figures["n"], figures["agree"]) == (4, 3)
    assert figures["kappa"] == pytest.approx(0.5)
    assert (figures["only_first"], figures["only_second"]) == (1, 1)
    assert figures["confusion"]["asserts"]["denies"] == 1
    assert figures["disagreements"] == [{"id": "b", "first": "asserts", "second": "denies"}]
    assert figures["phenomena"]["nested"] == {"n": 2, "agree": 2, "accuracy": 1.0, "kappa": None}  # one label only: not defined


def gold(folder: Path) -> dict[str, Any]:
    (folder / "orle.src").write_text(SOURCE, "utf-8")
    text, found = build(folder / "orle.src")
    return {**found, "_text": text}


def test_record_f1_by_hand(tmp_path: Path) -> None:
    first = gold(tmp_path)
    second = copy.deepcopy(first)
    second["sentences"][0]["start"] += 5  # a unit cut elsewhere is still the same unit
    second["sentences"][1]["records"][0]["label"] = "denies"
    second["sentences"][2]["records"].append({"actor": "osei", "claim": "c1", "label": "asserts"})
    figures = article_agreement([first], [second])
    assert figures["records"]["f1"] == pytest.approx(2 * 1 / (2 + 3))
    assert figures["records"]["by_label"]["denies"]["f1"] == pytest.approx(2 * 1 / (1 + 2))
    assert figures["positions"]["f1"] == 1
    assert {(d["only"], d["label"]) for d in figures["disagreements"]} == {("first", "uncertain"), ("second", "denies"), ("second", "asserts")}
    assert article_agreement([second], [first])["records"]["f1"] == figures["records"]["f1"]


def test_the_command(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).with_suffix(".jsonl").write_text(
            json.dumps({"id": "a", "label": "asserts"}) + "\n" + json.dumps({"id": "b", "label": "denies"})
        )
        gold(tmp_path)
        write(*build(tmp_path / "orle.src"), tmp_path / name)
    done = CliRunner().invoke(app, ["data", "agreement", str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")])
    assert "kappa 1.000" in done.stdout
    done = CliRunner().invoke(app, ["data", "agreement", str(tmp_path / "one"), str(tmp_path / "two"), "--json", "-"])
    assert json.loads(done.stdout)["records"]["f1"] == 1


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ('{"id": "z", "label": "asserts"}', "no id in common"),
        ('{"id": "a", "label": "agrees"}', "row 1: expected an id and a label"),
        ('{"id": "a", "label": "denies"}\n{"id": "a", "label": "denies"}', "row 2: id 'a' stands twice"),
    ],
)
def test_faults(tmp_path: Path, second: str, message: str) -> None:
    (tmp_path / "1.jsonl").write_text('{"id": "a", "label": "asserts"}')
    (tmp_path / "2.jsonl").write_text(second)
    with pytest.raises(DataError, match=message):
        agreement(tmp_path / "1.jsonl", tmp_path / "2.jsonl")
    with pytest.raises(DataError, match="two folders"):
        agreement(tmp_path, tmp_path / "2.jsonl")
