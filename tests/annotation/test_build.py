"""Notation files become a corpus folder that validates; nothing is written where a file has faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sayso.annotation.build import build
from sayso.annotation.validate import validate
from sayso.errors import DataError

PASSAGES = """== h1-014
style: wire
field: dam safety
country: Ghana
text: The spillway held, engineer Abena Osei told reporters.
says: Abena Osei | source=engineer Abena Osei | cue=told reporters | content=The spillway held
row: Abena Osei | asserts | far_paraphrase | The dam's overflow channel did not give way.
row: - | unrelated | article_voice | The spillway survived.
"""
ARTICLE = """@title: Orle
@outlet: Orle Post
@published: 2026-02-14
@style: wire
@actor: osei | Abena Osei | person | Osei
@claim: c1 | The weir held.
---
Osei said the weir broke. ## osei:c1-
"""


def notation(folder: Path, passages: str = PASSAGES, article: str = ARTICLE) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "p.txt").write_text(passages, "utf-8")
    (folder / "orle.src").write_text(article, "utf-8")
    return folder


def test_what_is_built_validates(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert build([notation(tmp_path / "in")], out, "dev") == (2, 1)
    assert validate(out) == []
    first, second = map(json.loads, (out / "passages" / "dev.jsonl").read_text("utf-8").splitlines())
    assert (first["split"], first["actor"], second["actor"]) == ("dev", "Abena Osei", None)
    assert first["text"][slice(*first["holder_spans"][0])] == "engineer Abena Osei"
    assert sorted(p.name for p in (out / "articles" / "dev").iterdir()) == ["orle.gold.json", "orle.txt"]


def test_groups_are_replaced_and_others_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build([notation(tmp_path / "in", PASSAGES.replace("h1-014", "h1-013"))], out, "train")
    build([notation(tmp_path / "in")], out, "train")
    build([notation(tmp_path / "in", PASSAGES.replace("asserts", "denies")) / "p.txt"], out, "train")
    rows = [json.loads(x) for x in (out / "passages" / "train.jsonl").read_text("utf-8").splitlines()]
    assert [(r["group"], r["label"]) for r in rows] == [("h1-013", "asserts"), ("h1-013", "unrelated"), ("h1-014", "denies"), ("h1-014", "unrelated")]


def test_faults_of_all_files_at_once_and_nothing_written(tmp_path: Path) -> None:
    folder = notation(tmp_path / "in", PASSAGES.replace("asserts", "maybe"), ARTICLE.replace("osei:c1-", "ossei:c1-"))
    (folder / "latin.txt").write_bytes("== é\n".encode("latin-1"))
    with pytest.raises(DataError) as e:
        build([folder], tmp_path / "out", "train")
    for part in ("line 7: label 'maybe'", "line 8: record 'ossei:c1-'", "not UTF-8"):
        assert part in str(e.value)
    assert not (tmp_path / "out").exists()


def test_a_group_of_two_files(tmp_path: Path) -> None:
    folder = notation(tmp_path / "in")
    (folder / "q.txt").write_text(PASSAGES, "utf-8")
    with pytest.raises(DataError, match="comes 2 times"):
        build([folder], tmp_path / "out", "train")


@pytest.mark.parametrize("name", ["none.src", "a.md", "empty"])
def test_no_notation(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="expected a file of passages"):
        build([tmp_path / name], tmp_path / "out", "train")
