"""Rows and gold articles become questions with allowed labels."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sayso.errors import DataError
from sayso.training.stance_data import ANY, article_items, epoch_of, load_gold, mask_name, read_negations, read_rows, row_items, turn_claims
from sayso.types import Segmented

TEXT = "The council said the gate was shut. The firm denied it."
GATE, DAM = "The gate was shut.", "The dam leaked."


def row(actor: str | None, claim: str, label: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{actor}/{claim}", "text": TEXT, "actor": actor, "claim": claim, "label": label, **more}


def nobody(_: Segmented) -> list[Any]:
    return []


def test_one_question_for_each_holder_of_a_text() -> None:
    rows = [row("The council", GATE, "asserts"), row("The firm", GATE, "denies"), row("The council", DAM, "unrelated"), row(None, GATE, "unrelated")]
    council, firm, voice = row_items(rows, nobody)
    assert (council.question.holder, council.question.claims, council.allowed) == ("The council", (GATE, DAM), ((0,), (3,)))
    assert (firm.question.holder, firm.allowed, firm.silent) == ("The firm", ((1,),), False)
    assert (voice.question.holder, voice.silent) == (None, True)


def test_every_pair_also_asks_the_claims_of_the_others_with_any_label() -> None:
    rows = [row("The council", GATE, "asserts"), row("The firm", DAM, "uncertain")]
    council, firm = row_items(rows, nobody, every_pair=True)
    assert (council.question.claims, council.allowed) == ((GATE, DAM), ((0,), ANY))
    assert (firm.question.claims, firm.allowed) == ((DAM, GATE), ((2,), ANY))


def test_a_partial_label_allows_all_that_it_may_stand_for() -> None:
    (item,) = row_items([row("The firm", GATE, "unrelated")], nobody, {"unrelated": ("unrelated", "uncertain")})
    assert item.allowed == ((3, 2),)
    assert not item.silent, "a pair that may be uncertain is not known to be silent"


def test_a_label_outside_the_vocabulary_is_named_with_its_row() -> None:
    with pytest.raises(DataError, match=r"row The firm/The gate was shut\.: label 'agrees', expected one of asserts, denies"):
        row_items([row("The firm", GATE, "agrees")], nobody)


def test_a_broken_line_and_a_lacking_field_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "rows.jsonl.gz"
    broken.write_bytes(gzip.compress(b'{"text": "a", "claim": "b", "label": "asserts"}\n{"text": \n'))
    with pytest.raises(DataError, match="line 2: not JSON"):
        read_rows(broken)
    lacking = tmp_path / "rows.jsonl"
    lacking.write_text('{"text": "a", "claim": "b", "label": "asserts"}\n{"text": "a"}\n', "utf-8")
    with pytest.raises(DataError, match="row 2: lacks claim, label"):
        read_rows(lacking)
    with pytest.raises(DataError, match=r"no such file"):
        read_rows(tmp_path / "nothing.jsonl")


def test_masking_a_name_hides_it_everywhere_and_moves_no_span() -> None:
    (item,) = row_items([row("The council", "The council shut the gate.", "asserts")], nobody)
    masked = mask_name(item, random.Random(1), share=1.0)
    assert masked.question.holder != "The council"
    assert "The council" not in masked.question.passage.text + "".join(masked.question.claims)
    assert len(masked.question.passage.text) == len(TEXT)
    assert mask_name(item, random.Random(1), share=0.0) is item


def gold(folder: Path) -> dict[str, Any]:
    first, second = "The council said the gate was shut.", "Rain fell all night."
    text = f"{first} {second}"
    units = [
        {"start": 0, "end": len(first), "text": first, "records": [{"actor": "council", "claim": "c1", "label": "asserts"}]},
        {"start": len(first) + 1, "end": len(text), "text": second, "records": []},
    ]
    article = {
        "article": "gate.txt",
        "title": "",
        "actors": [{"id": "council", "name": "The council", "kind": "organisation", "aliases": [], "members": []}],
        "claims": [{"id": "c1", "text": GATE}, {"id": "c2", "text": DAM}],
        "sentences": units,
    }
    (folder / "gate.gold.json").write_text(json.dumps(article), "utf-8")
    (folder / "gate.txt").write_text(text, "utf-8")
    return article


def test_an_article_is_asked_in_full_and_mostly_silent(tmp_path: Path) -> None:
    gold(tmp_path)
    items = article_items(load_gold(tmp_path), nobody)
    asked = {(i.meta["start"], i.meta["actor"]): i.allowed for i in items}
    assert asked[0, "council"] == ((0,), (3,))
    assert asked[0, "article"] == ((3,), (3,))
    assert {key for key, allowed in asked.items() if allowed != ((3,), (3,))} == {(0, "council")}


def test_an_epoch_keeps_every_stance_and_a_share_of_silence(tmp_path: Path) -> None:
    gold(tmp_path)
    items = article_items(load_gold(tmp_path), nobody)
    none = epoch_of(items, random.Random(0), silent_share=0.0, far_share=0.0)
    assert [i.silent for i in none] == [False]
    assert epoch_of(items, random.Random(0), silent_share=1.0, far_share=1.0) == items


def test_a_folder_without_gold_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \*\.gold\.json"):
        load_gold(tmp_path)


def test_a_claim_turned_round_turns_its_label_and_its_teacher() -> None:
    (item,) = row_items([row("The firm", GATE, "denies"), row("The firm", DAM, "asserts")], nobody)
    item = replace(item, soft=((0.1, 0.6, 0.2, 0.1), (0.7, 0.1, 0.1, 0.1)))
    turned = turn_claims(item, random.Random(0), {GATE: "The gate was not shut."}, 1.0)
    assert turned.question.claims == ("The gate was not shut.", DAM)
    assert turned.allowed == ((0,), (0,))
    assert turned.soft == ((0.6, 0.1, 0.2, 0.1), (0.7, 0.1, 0.1, 0.1))


def test_uncertain_and_unrelated_stay_when_a_claim_is_turned_round() -> None:
    (item,) = row_items([row("The firm", GATE, "uncertain"), row("The firm", DAM, "unrelated")], nobody)
    turned = turn_claims(item, random.Random(0), {GATE: "The gate was not shut.", DAM: "The dam did not leak."}, 1.0)
    assert (turned.allowed, turned.silent) == (((2,), (3,)), False)


def test_no_claim_is_turned_round_with_a_share_of_nought() -> None:
    (item,) = row_items([row("The firm", GATE, "denies")], nobody)
    assert turn_claims(item, random.Random(0), {GATE: "The gate was not shut."}, 0.0) is item


def test_a_line_without_its_negation_is_said(tmp_path: Path) -> None:
    path = tmp_path / "negations.jsonl"
    path.write_text('{"claim": "The gate was shut."}\n', "utf-8")
    with pytest.raises(DataError, match="a line lacks 'negation'"):
        read_negations(path)
