"""Each fault that a corpus folder can have gives one line; a good folder gives none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sayso.annotation.articles import build
from sayso.annotation.check_article import check_article
from sayso.annotation.duplicates import near_duplicates
from sayso.annotation.validate import check_row, validate
from sayso.cli import app
from sayso.errors import DataError

TEXT = "The weir at Orle held through the night, engineer Abena Osei told the few reporters who had waited at the gate since noon."
SOURCE = """@title: Orle
@outlet: Orle Post
@published: 2026-02-14
@style: wire
@actor: osei | Abena Osei | person | Osei
@claim: c1 | The weir held.
@pos: osei c1 + shift
---
Osei said the weir broke. ## osei:c1-

Later she said that it held. ## osei:c1+
% Advertisement
"""


def row(**changes: Any) -> dict[str, Any]:
    return {
        "id": "a-1-0-0", "group": "a-1", "split": "train", "style": "wire", "field": "dams", "country": "Ghana", "text": TEXT, "claim": "The weir held.",
        "actor": "Abena Osei", "label": "asserts", "phenomenon": "plain", "holder_spans": [[50, 60]], "cue_spans": [], "content_spans": [],
        **changes,
    }  # fmt: skip


def corpus(folder: Path, **splits: list[dict[str, Any]]) -> Path:
    (folder / "passages").mkdir()
    for split, rows in splits.items():
        (folder / "passages" / f"{split}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return folder


def test_a_good_folder_has_no_faults(tmp_path: Path) -> None:
    other = row(id="b-1-0-0", group="b-1", split="dev", field="mines", text="Ore fell, said Abena Osei.", holder_spans=[[15, 25]])
    assert validate(corpus(tmp_path, train=[row(), row(id="a-1-0-1", claim="It broke.", label="denies")], dev=[other])) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": "maybe"}, "label 'maybe'"),
        ({"phenomenon": "odd"}, "phenomenon 'odd'"),
        ({"style": "table rows"}, "style 'table rows'"),
        ({"actor": ""}, "neither a name nor null"),
        ({"claim": " "}, "claim is empty"),
        ({"cue_spans": [[100, 400]]}, "no span of the text"),
        ({"cue_spans": [[5, 5]]}, "no span of the text"),
        ({"content_spans": None}, "no span of the text"),
        ({"content_spans": [[3, 8]]}, "begins or ends with a space"),
        ({"statements": [{"source": [0, 999], "cue": None}]}, "statement source"),
    ],
)
def test_faults_of_a_row(changes: dict[str, Any], message: str) -> None:
    assert [message in f for f in check_row(row(**changes))] == [True]
    assert check_row(row()) == []


def test_a_missing_field_is_named() -> None:
    short = row()
    del short["country"], short["actor"]
    assert check_row(short) == ["lacks actor, country"]


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"id": "a-1-0-0", "field": "x", "group": "y", "text": "Else."}, "'a-1-0-0' stands also in"),
        ({"field": "x", "text": "Else."}, "group 'a-1'"),
        ({"group": "y", "text": "Else."}, "field and style 'dams, wire'"),
        ({"group": "y", "field": "x", "text": TEXT.upper()}, "text 'the weir at orle"),
        ({"group": "y", "field": "x", "text": TEXT.replace("noon", "dawn")}, "near duplicates in two splits"),
        ({"group": "y", "field": "x", "text": "Else.", "split": "test"}, "split is 'test'"),
    ],
)
def test_faults_between_splits(tmp_path: Path, second: dict[str, Any], message: str) -> None:
    more = row(**{"id": "b-1-0-0", "split": "dev", "holder_spans": [], **second})
    assert any(message in f for f in validate(corpus(tmp_path, train=[row()], dev=[more])))


def test_the_same_question_twice(tmp_path: Path) -> None:
    faults = validate(corpus(tmp_path, train=[row(), row(id="a-1-0-1", label="denies")]))
    assert faults == ["train.jsonl, line 2: asks the same of the same passage as train.jsonl, line 1"]


def test_near_duplicates_within_a_split_are_twins_and_allowed() -> None:
    assert not list(near_duplicates({TEXT: ("train", "a"), TEXT.replace("noon", "dawn"): ("train", "b")}))


def gold(tmp_path: Path) -> tuple[str, dict[str, Any]]:
    (tmp_path / "orle.src").write_text(SOURCE, "utf-8")
    return build(tmp_path / "orle.src")


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(g: dict[str, Any]) -> None:
        *way, last = (int(k) if k.isdigit() else k for k in path.split("."))
        at: Any = g
        for k in way:
            at = at[k]
        at[last] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("published", "14 Feb", "YYYY-MM-DD"),
        ("article", "other.txt", "its own text"),
        ("outlet", "", "outlet is empty"),
        ("style", "headline", "style 'headline'"),
        ("extra", 1, "keys: extra"),
        ("actors.0.aliases", None, "no name, alias"),
        ("actors.0.id", "article", "reserved"),
        ("claims.0.id", "c9", "unknown actor, claim"),
        ("sentences.0.start", 1, "not the slice"),
        ("sentences.0.records.0.label", "unrelated", "unknown actor, claim, label"),
        ("sentences.0.records.0.label", "asserts", "its records agree"),
        ("boilerplate", [], "neither unit nor boilerplate: 'Advertisement'"),
        ("boilerplate", [[20, 40]], "spans overlap"),
        ("positions.0.label", "uncertain", "backed by no record"),
        ("positions.0.label", "denies", "end with another label"),
        ("positions.0.shift", "yes", "expected true or false"),
        ("positions", [], "no position of 'osei'"),
        ("claims.0.extra", 1, "a member of claims has other keys"),
    ],
)
def test_faults_of_an_article(tmp_path: Path, path: str, value: Any, message: str) -> None:
    text, good = gold(tmp_path)
    assert check_article(good, text, "orle.gold.json") == []
    bad = copy.deepcopy(good)
    if path == "actors.0.aliases":
        bad["actors"][0] |= {"name": "Nobody", "aliases": [], "members": []}
    else:
        change(path, value)(bad)
    assert any(message in f for f in check_article(bad, text, "orle.gold.json"))


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing to check"):
        validate(tmp_path)


def test_the_command_prints_a_line_a_fault_and_fails(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["data", "validate", str(corpus(tmp_path, train=[row(label="maybe")]))])
    assert done.exit_code == 1
    assert "train.jsonl, line 1: label 'maybe'" in done.stdout
    assert "1 rows, 0 articles, 1 faults" in done.stdout
