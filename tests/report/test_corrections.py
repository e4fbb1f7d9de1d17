"""Decisions of people: kept line by line, put in the place of the model's answers, and shown as what they are."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import yaml
from lxml import html

import factories
from factories import settled
from sayso.errors import ConfigError, InputError, OutputError
from sayso.report import PositionReport
from sayso.report.corrections import NAME, Correction, append, correct, read_corrections
from sayso.report.html import render_html
from sayso.report.json_ import schema, to_json
from sayso.report.markdown import render_markdown
from sayso.report.rebuild import rebuild
from sayso.types import Claim, Judgement, Label

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def judgement(claim: str, words: str) -> Judgement:
    return next(j for j in factories.report().judgements if j.claim == claim and words in j.text)


def decision(claim: str, words: str, label: Label) -> Correction:
    judged = judgement(claim, words)
    return Correction.of(judged, factories.report().words.claim(claim), label, NOON)


def corrected(report: PositionReport, *made: Correction) -> PositionReport:
    found = correct(report.judgements, {c.key: c for c in made}, report.claims)
    return settled(replace(report, judgements=found.judgements))


def test_a_decision_is_one_line_and_the_last_one_holds(tmp_path: Path) -> None:
    file = tmp_path / NAME
    for label in (Label.DENIES, Label.UNCERTAIN):
        append(file, decision("warned", "Nobody rang us", label))
    append(file, decision("cracked", "There is no crack", Label.DENIES))
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["label"] for line in lines] == ["denies", "uncertain", "denies"]
    first = lines[0]
    assert factories.DAM.text[first["start"] : first["end"]] == first["text"] == "“Nobody rang us,” said its leader, Tom Aske."
    assert (first["article"], first["actor"], first["claim"], first["was"]) == ("dam_live", "council", "warned", "denies")
    assert first["when"] == "2026-03-10T12:00:00+00:00"
    held = read_corrections(file)
    assert [(key[1], made.label) for key, made in held.items()] == [("warned", Label.UNCERTAIN), ("cracked", Label.DENIES)]


def test_a_line_that_was_cut_off_is_named_and_swallows_no_other(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_text('{"statement": "dam_l', "utf-8")
    append(file, decision("warned", "Nobody rang us", Label.DENIES))
    with pytest.raises(InputError, match=r"line 1: found .*, expected a decision of `sayso review`; mend or delete the line"):
        read_corrections(file)
    file.write_text(file.read_text("utf-8").split("\n", 1)[1], "utf-8")
    assert len(read_corrections(file)) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [({"label": "maybe"}, "label 'maybe', not one of asserts"), ({"start": "3"}, "start '3'"), ({"actor": None}, "actor None"), (None, "a list")],
)
def test_lines_that_are_no_decisions(tmp_path: Path, change: dict[str, object] | None, message: str) -> None:
    row = json.loads(decision("warned", "Nobody rang us", Label.DENIES).line())
    (tmp_path / NAME).write_text(json.dumps([row] if change is None else row | change), "utf-8")
    with pytest.raises(InputError, match=f"line 1: found .*{message}"):
        read_corrections(tmp_path / NAME)
    del row["was"]
    (tmp_path / NAME).write_text(json.dumps(row), "utf-8")
    with pytest.raises(InputError, match="found no 'was'"):
        read_corrections(tmp_path / NAME)


def test_a_file_that_is_missing_or_cannot_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_corrections(tmp_path / NAME)
    with pytest.raises(OutputError, match="the decision was not kept"):
        append(tmp_path / "nowhere" / NAME, decision("warned", "Nobody rang us", Label.DENIES))
    append(tmp_path / NAME, decision("warned", "Nobody rang us", Label.DENIES))
    before = (tmp_path / NAME).read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:20]))  # a disk that is full
    with pytest.raises(OutputError, match="no room for a whole line"):
        append(tmp_path / NAME, decision("warned", "Nobody rang us", Label.ASSERTS))
    assert (tmp_path / NAME).read_bytes() == before


def test_a_decision_takes_the_place_of_the_answer() -> None:
    report = settled(factories.report())
    after = corrected(report, decision("neglect", "badly maintained", Label.DENIES))
    before_cell, cell = report.position("agency", "neglect"), after.position("agency", "neglect")
    assert before_cell and before_cell.label is Label.ASSERTS
    assert cell and cell.label is Label.DENIES
    assert cell.evidence[0].probabilities == (0, 1, 0, 0)
    assert [j.corrected for j in cell.evidence] == [True]
    assert sum(j.corrected for j in after.judgements) == 1


def test_agreeing_makes_the_answer_certain() -> None:
    report = settled(factories.report())
    before, after = (r.position("agency", "neglect") for r in (report, corrected(report, decision("neglect", "badly maintained", Label.ASSERTS))))
    assert before and after and after.label is Label.ASSERTS
    assert after.confidence > before.confidence


def test_no_stance_also_holds_for_the_same_words_elsewhere() -> None:
    made = decision("warned", "received no warning", Label.UNRELATED)
    after = corrected(factories.report(), made)
    cell = after.position("council", "warned")
    assert cell and [j.text for j in cell.evidence] == ["“Nobody rang us,” said its leader, Tom Aske."]
    assert [j.statement.article for j in after.judgements if j.corrected] == ["dam_live", "wire_copy"]


def test_no_stance_also_holds_for_the_opposite_claim() -> None:
    report = factories.report()
    claims = (*report.claims, Claim("sound", "The dam was well maintained.", negation_of="neglect"))
    judged = judgement("neglect", "badly maintained")
    opposite = replace(judged, claim="sound", label=Label.DENIES, probabilities=(0.1, 0.8, 0.05, 0.05))
    both = replace(report, claims=claims, judgements=(*report.judgements, opposite))
    assert settled(both).position("agency", "neglect") is not None
    assert corrected(both, decision("neglect", "badly maintained", Label.UNRELATED)).position("agency", "neglect") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"statement": "dam_live:1:council"}, "there is no such judgement in this run"),
        ({"claim": "gone"}, "the claim is not in this run"),
        ({"claim_text": "The firm rang the council."}, "the claim is worded otherwise now"),
        ({"text": "“Somebody rang us,” said its leader, Tom Aske."}, "the sentence is worded otherwise now"),
    ],
)
def test_a_decision_holds_only_for_the_words_it_was_made_on(change: dict[str, str], reason: str) -> None:
    made = replace(decision("warned", "Nobody rang us", Label.ASSERTS), **change)
    report = factories.report()
    found = correct(report.judgements, {made.key: made}, report.claims)
    assert found.judgements == report.judgements
    assert len(found.unused) == 1 and found.unused[0].endswith(reason)


def test_files_and_pages_say_who_decided(tmp_path: Path) -> None:
    after = corrected(factories.report(), decision("neglect", "badly maintained", Label.DENIES))
    after.write(tmp_path / "out")
    again = PositionReport.read(tmp_path / "out")
    assert again.judgements_frame().corrected.sum() == 1
    assert [j.corrected for p in again.positions if p.claim == "neglect" for j in p.evidence] == [True]
    jsonschema.validate(json.loads(to_json(after)), schema())
    page = html.document_fromstring(render_html(after))
    cell = " ".join(page.xpath("//*[@id='cell.neglect.agency']")[0].text_content().split())
    assert "1 of 1 checked by a person" in cell
    assert "denies (checked by a person)" in cell
    assert "A person decided 1 judgement of 12" in " ".join(page.text_content().split())
    assert "denies (checked by a person)" in render_markdown(after)
    assert "checked by a person" not in render_html(factories.report())


def test_a_written_report_is_made_anew_without_a_model(tmp_path: Path) -> None:
    report = settled(factories.report())
    report.write(tmp_path / "out")
    append(tmp_path / NAME, decision("neglect", "badly maintained", Label.DENIES))
    append(tmp_path / NAME, replace(decision("warned", "Nobody rang us", Label.ASSERTS), statement="gone:1:council"))
    again = rebuild(tmp_path / "out", {"corrections": str(tmp_path / NAME), "aggregate.min_confidence": 0.6})
    cell = again.position("agency", "neglect")
    assert cell and cell.verdict == "denies"
    assert again.provenance.counts["corrected"] == again.provenance.counts["corrections_unused"] == 1
    assert again.provenance.config["corrections"] == str(tmp_path / NAME)
    assert again.provenance.config["aggregate"]["min_confidence"] == 0.6  # type: ignore[index]
    untouched = {(p.actor, p.claim): p.confidence for p in again.positions if p.claim != "neglect"}
    assert untouched == {(p.actor, p.claim): p.confidence for p in report.positions if p.claim != "neglect"}


def test_what_cannot_be_made_anew(tmp_path: Path) -> None:
    settled(factories.report()).write(tmp_path / "out")
    with pytest.raises(ConfigError, match="model: cannot be changed once all is judged; expected corrections or keys of aggregate"):
        rebuild(tmp_path / "out", {"model": "other"})
    with pytest.raises(ConfigError, match=r"aggregate\.min_confidence: Input should be less than or equal to 1"):
        rebuild(tmp_path / "out", {"aggregate.min_confidence": 2})
    run = yaml.safe_load((tmp_path / "out" / "run.yaml").read_text())
    (tmp_path / "out" / "run.yaml").write_text(yaml.safe_dump(run | {"counts": {"scored": 3}}))
    with pytest.raises(ConfigError, match="made of a score folder"):
        rebuild(tmp_path / "out", {})
