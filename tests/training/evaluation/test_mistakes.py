"""The page of wrong rows: all of them, none that is right, and nothing in a text becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from predicted import predictions, sure
from sayso.errors import ConfigError, OutputError
from sayso.training.evaluation.mistakes import NO_GROUP, check_mistakes, mistakes, page, write_mistakes

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)> \"' onmouseover=alert(1) {{ 7 * 7 }} \u202e\x1b[31m"


def found() -> list[dict]:
    rows = predictions([0, 1, 2, 3], sure([0, 0, 0, 0]))
    for row, confidence in zip(rows, (0.9, 0.5, 0.8, 0.7), strict=True):
        row["p_asserts"] = confidence
    return rows


def test_wrong_rows_come_surest_first() -> None:
    assert [f["id"] for f in mistakes(found())] == ["2", "3", "1"]


def test_the_page_has_every_wrong_row_in_its_group() -> None:
    tree = html.fromstring(page(found(), "small"))
    groups = {g.findtext(".//h2"): g for g in tree.iter("details")}
    assert {k: [a.findtext('.//p[@class="id"]') for a in g.iter("article")] for k, g in groups.items()} == {"hedge": ["3", "1"], "plain": ["2"]}
    assert "3 of 4 rows are wrong" in tree.text_content()
    assert "2 of 2 wrong" in groups["hedge"].text_content()
    assert "1 of 2 wrong" in groups["plain"].text_content()
    first = next(groups["plain"].iter("article"))
    assert (first.get("data-gold"), first.get("data-found"), first.get("data-p")) == ("uncertain", "asserts", "0.800000")
    assert "text 2" in first.findtext(".//blockquote")


def test_rows_without_a_phenomenon_and_of_the_own_voice() -> None:
    row = {**found()[1], "phenomenon": "", "actor": None}
    text = page([row], "small")
    assert NO_GROUP in text
    assert "the text’s own voice" in text


def test_hostile_texts_stay_texts() -> None:
    row = {**found()[1], "text": ATTACK, "claim": ATTACK, "actor": ATTACK, "phenomenon": ATTACK, "id": ATTACK}
    got = page([row], ATTACK)
    tree = html.fromstring(got)
    assert len(list(tree.iter("script"))) == 1
    assert not list(tree.iter("img"))
    assert not [e for e in tree.iter() for name in e.attrib if name.startswith("on")]
    assert "{{ 7 * 7 }}" in got
    assert "\u202e" not in got and "\x1b" not in got
    assert not re.search(r"""(src|href)=["']?http|url\(""", got), "self-contained"


def test_the_script_is_the_one_that_the_policy_lets_run() -> None:
    tree = html.fromstring(page(found(), "small"))
    script = next(tree.iter("script")).text
    policy = next(m.get("content") for m in tree.iter("meta") if m.get("http-equiv"))
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy


def test_nothing_wrong_is_said(tmp_path: Path) -> None:
    right = predictions([0], sure([0]))
    assert "Nothing to show" in page(right, "small")
    write_mistakes(right, "small", tmp_path / "e.parquet")
    assert pd.read_parquet(tmp_path / "e.parquet").shape == (0, len(right[0]))


def test_parquet_has_the_wrong_rows(tmp_path: Path) -> None:
    write_mistakes([{**f, "text": f["text"] + "\ud800"} for f in found()], "small", tmp_path / "e.parquet")
    frame = pd.read_parquet(tmp_path / "e.parquet")
    assert list(frame["id"]) == ["2", "3", "1"]
    assert {"gold", "label", "p_denies", "phenomenon", "claim", "actor", "text"} <= set(frame.columns)


def test_other_endings_and_missing_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ends in \.html or \.parquet"):
        check_mistakes(tmp_path / "errors.csv")
    with pytest.raises(OutputError, match="there is no folder"):
        check_mistakes(tmp_path / "none" / "errors.html")
