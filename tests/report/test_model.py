"""The report object, its tables and its files."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

import factories
import hostile
from sayso.errors import OutputError
from sayso.report import PositionReport, frames
from sayso.report.json_ import schema, to_json
from sayso.types import ARTICLE_VOICE, LABELS, Actor, Claim, Label

FILES = {
    "positions.parquet",
    "positions.csv",
    "positions.json",
    "judgements.parquet",
    "articles.parquet",
    "skipped.parquet",
    "run.yaml",
    "report.html",
    "report.md",
}


def test_positions_frame() -> None:
    frame = factories.report().to_frame()
    assert list(frame.columns) == frames.POSITIONS.names
    row = frame[(frame.actor == "northfell") & (frame.claim == "opened")].iloc[0]
    assert (row.label, row.verdict, bool(row["shift"]), row.n_statements) == ("asserts", "asserts", True, 1)
    assert row.first_seen == pd.Timestamp(2026, 3, 3)
    assert row.lower < row.confidence < row.upper


def test_judgements_frame() -> None:
    report = factories.report()
    frame = report.judgements_frame()
    assert list(frame.columns) == frames.REVIEWED.names
    assert len(frame) == 12
    assert frame.source_start.dtype == pd.Int64Dtype()
    assert frame.source_start.isna().sum() == 2  # the article's own voice has no source
    texts = {article.id: article.text for article in report.articles}
    for row in frame.to_dict("records"):
        assert texts[row["article"]][row["start"] : row["end"]] == row["text"]
        assert sum(row[f"p_{label}"] for label in LABELS) == pytest.approx(1)
    nested = frame[frame.claim == "neglect"].iloc[0]
    assert list(nested.chain) == ["council"]
    assert texts["follow_up"][nested.cue_start : nested.cue_end] == "had said"


def test_skipped_frame() -> None:
    frame = factories.report().skipped_frame()
    assert list(frame.columns) == frames.SKIPPED.names
    assert frame.start.isna().tolist() == [True, False]


def test_an_empty_report_keeps_its_columns_and_types(tmp_path: Path) -> None:
    report = PositionReport(positions=())
    assert report.to_frame().dtypes.astype(str).equals(factories.report().to_frame().dtypes.astype(str))
    assert list(report.judgements_frame().columns) == frames.REVIEWED.names
    assert {path.name for path in report.write(tmp_path / "out")} == FILES
    assert pq.read_schema(tmp_path / "out" / "judgements.parquet").equals(frames.REVIEWED)


def test_files_carry_the_version_of_their_columns(tmp_path: Path) -> None:
    factories.report().write(tmp_path / "out")
    for name in ("positions", "judgements", "skipped"):
        assert pq.read_schema(tmp_path / "out" / f"{name}.parquet").metadata[b"sayso.schema_version"] == b"1"


def test_position() -> None:
    report = factories.report()
    found = report.position("council", "warned")
    assert found is not None
    assert found.label is Label.DENIES
    assert report.position("council", "cracked") is None
    assert report.position(ARTICLE_VOICE, "cracked") is not None
    with pytest.raises(KeyError, match="actor: found 'nobody', expected one of article, northfell"):
        report.position("nobody", "cracked")
    with pytest.raises(KeyError, match="claim: found 'nothing', expected one of cracked"):
        report.position("council", "nothing")


def test_matrix() -> None:
    matrix = factories.report().matrix()
    assert [actor.id for actor in matrix.actors] == ["northfell", "council", "agency", "article"]
    assert matrix.actors[-1].name == "In the article’s own voice"
    frame = matrix.to_frame()
    assert frame.loc["neglect", "agency"] == "not clear"
    assert frame.loc["neglect", "council"] is None


def test_matrix_leaves_out_silent_actors_and_negations() -> None:
    claims = (*factories.CLAIMS, Claim("sound", "The wall is sound.", negation_of="cracked"))
    actors = (*factories.ACTORS, Actor("silent", "Silent Ltd"))
    full = factories.report()
    matrix = PositionReport(full.positions, claims=claims, actors=actors).matrix()
    assert [actor.name for actor in matrix.silent] == ["Silent Ltd"]
    assert "sound" not in [claim.id for claim in matrix.claims]


def test_written_files_agree(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    report = factories.report()
    paths = report.write(out)
    assert {path.name for path in paths} == FILES == {path.name for path in out.iterdir()}
    assert list(tmp_path.joinpath("deep").iterdir()) == [out]
    table = pq.read_table(out / "positions.parquet")
    assert table.schema.equals(frames.POSITIONS)
    with (out / "positions.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["claim"] for row in rows] == table["claim"].to_pylist()
    assert rows[0]["first_seen"] == "2026-03-03"
    run = yaml.safe_load((out / "run.yaml").read_text("utf-8"))
    assert list(run) == ["config", "models", "versions", "counts", "timings"]
    assert run["config"]["model"] == "models/sayso-small"


def test_writing_again_replaces_the_files_and_leaves_others(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "report.md").write_text("old")
    factories.report().write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES | {"notes.txt"}
    assert (tmp_path / "report.md").read_text("utf-8") != "old"
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    for out in (blocked, blocked / "below"):
        with pytest.raises(OutputError, match="expected a folder that can be written; choose another one"):
            factories.report().write(out)
    assert list(tmp_path.iterdir()) == [blocked]


def test_json_fits_its_schema() -> None:
    validator = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    validator.check_schema(schema())
    rows = json.loads(to_json(factories.report()))
    validator.validate(rows)
    assert [row["claim"] for row in rows] == [position.claim for position in factories.report().positions]
    opened = next(row for row in rows if row["claim"] == "opened")
    assert opened["shifts"][0]["last_before"] == "dam_live:400:northfell"
    assert not validator.is_valid([{**opened, "label": "unrelated"}])


def test_schema_lists_the_columns_of_the_table() -> None:
    properties = set(schema()["$defs"]["position"]["properties"])
    assert properties == {*frames.POSITIONS.names, "evidence", "shifts"}


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_in_tables(text: str, tmp_path: Path) -> None:
    report = hostile.report(text)
    report.write(tmp_path / "out")
    jsonschema.validate(json.loads((tmp_path / "out" / "positions.json").read_text("utf-8")), schema())
    yaml.safe_load((tmp_path / "out" / "run.yaml").read_text("utf-8"))
    judgements = pq.read_table(tmp_path / "out" / "judgements.parquet").to_pylist()
    assert judgements[0]["text"] == f"{text} sentence.".encode("utf-8", "replace").decode()
    csv.field_size_limit(10_000_000)
    raw = (tmp_path / "out" / "positions.csv").read_text("utf-8")
    assert "\0" not in raw
    for row in csv.reader(raw.splitlines(keepends=True)):
        assert not any(cell.lstrip().startswith(("=", "+", "@")) for cell in row)


def test_numbers_are_not_taken_for_formulas() -> None:
    text = frames.to_csv(frames.positions_table(factories.report().positions))
    assert "'" not in text


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\ta", "\ra", " =1", "＝1"])
def test_formulas_are_defused(cell: str) -> None:
    position = factories.position(cell, "c", Label.ASSERTS)
    lines = frames.to_csv(frames.positions_table([position])).splitlines()
    assert next(csv.reader(lines[1:]))[0].startswith("'")


def test_dates_of_other_centuries() -> None:
    old = replace(factories.report().judgements[0], published=dt.date(1788, 1, 1))
    assert PositionReport((), judgements=(old,)).judgements_frame().published[0].year == 1788
