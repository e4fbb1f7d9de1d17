"""The article notation: text, offsets, records, positions, and faults by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sayso.annotation.articles import build, write
from sayso.errors import DataError

SOURCE = """@title: Two crates missing
@outlet: Ansel Post
@published: 2026-02-14
@style: wire
@actor: port | Port of Ansel | company | the port; Ansel | Ida Brun, its head
@actor: carrier | Holm Line | company
@claim: c1 | Two crates were lost.
@claim: c2 | The crates held glass.
@pos: port c1 - shift
---
Two crates missing ## article:c1?

The port said they were gone. ## port:c1+
By noon it had found both, ## port:c1-
/ though Holm Line would not say whether they held glass. ## carrier:c2?
* Crates: two.
* Contents: glass. ## article:c2+

% Sign up to our letter.
% Terms apply.
"""
TEXT = """Two crates missing

The port said they were gone. By noon it had found both,
though Holm Line would not say whether they held glass.
  • Crates: two.
  • Contents: glass.

Sign up to our letter.
Terms apply.
"""


def source(folder: Path, text: str = SOURCE) -> Path:
    path = folder / "crates.src"
    path.write_text(text, "utf-8")
    return path


def test_text_and_gold(tmp_path: Path) -> None:
    text, gold = build(source(tmp_path))
    assert text == TEXT
    assert list(gold) == ["article", "title", "outlet", "published", "style", "actors", "claims", "boilerplate", "sentences", "positions"]
    assert gold["article"] == "crates.txt"
    assert gold["actors"][0] == {
        "id": "port", "name": "Port of Ansel", "kind": "company", "aliases": ["the port", "Ansel"], "members": ["Ida Brun, its head"],
    }  # fmt: skip
    assert gold["actors"][1]["aliases"] == gold["actors"][1]["members"] == []
    assert [s["text"] for s in gold["sentences"]][3:] == [
        "though Holm Line would not say whether they held glass.",
        "Crates: two.",
        "Contents: glass.",
    ]
    assert all(text[s["start"] : s["end"]] == s["text"] for s in gold["sentences"])
    assert [text[a:b] for a, b in gold["boilerplate"]] == ["Sign up to our letter.\nTerms apply."]
    assert gold["positions"] == [
        {"actor": "port", "claim": "c1", "label": "denies", "shift": True},
        {"actor": "carrier", "claim": "c2", "label": "uncertain", "shift": False},
        {"actor": "article", "claim": "c1", "label": "uncertain", "shift": False},
        {"actor": "article", "claim": "c2", "label": "asserts", "shift": False},
    ]


def test_what_is_written_can_be_read_again(tmp_path: Path) -> None:
    text, gold = build(source(tmp_path))
    path = write(text, gold, tmp_path / "out")
    assert json.loads(path.read_text("utf-8")) == gold
    assert (tmp_path / "out" / "crates.txt").read_text("utf-8") == text


def test_every_fault_is_listed_with_its_line(tmp_path: Path) -> None:
    broken = (
        SOURCE.replace("@style: wire\n", "")
        .replace("2026-02-14", "last week")
        .replace("@pos: port c1 - shift", "@pos: port c2 +")
        .replace("carrier:c2?", "carier:c2?")
        .replace("article:c2+", "article:c2!")
        .replace("letter.", "letter. ## port:c1+")
    )
    with pytest.raises(DataError) as e:
        build(source(tmp_path, broken))
    message = str(e.value)
    for part in (
        "line 3: ",
        "no @published",
        "no @style",
        "line 14: record 'carier:c2?'",
        "line 16: record 'article:c2!'",
        "line 18: records stand behind",
        "'port' on 'c1' disagree",
        "line 8: the position of 'port' on 'c2'",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("---\n", "", "no line '---'"),
        ("port:c1+", "port:c1+,c1-", "two records"),
        ("@claim: c2 |", "@claim: c1 |", "stands twice"),
        ("@actor: carrier |", "@actor: article |", "reserved"),
        ("@outlet:", "@paper:", "expected @actor"),
        ("@style: wire", "@style: magazine", "style 'magazine', expected one of bullets, court report"),
        ("| company\n", "\n", "an actor is id"),
        (SOURCE.partition("---\n")[2], "", "no unit"),
    ],
)
def test_faults(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        build(source(tmp_path, SOURCE.replace(old, new)))
