"""A written report read back, shown by the cell, and compared."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import factories
import hostile
from sayso.errors import InputError
from sayso.report import PositionReport
from sayso.report.diff import compare
from sayso.report.load import read_report
from sayso.report.show import cell_json, find_cell, print_cell, print_difference
from sayso.types import Label, Provenance


@pytest.fixture(scope="module")
def report() -> PositionReport:
    return factories.settled(factories.report())


@pytest.fixture(scope="module")
def folder(report: PositionReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    report.write(out)
    return out


def printed(report: PositionReport, cell: str, **options: int) -> str:
    stream = io.StringIO()
    print_cell(report, find_cell(report, cell), Console(file=stream, width=100, no_color=True, highlight=False), **options)
    return " ".join(stream.getvalue().split())


def test_what_was_written_is_read_back(report: PositionReport, folder: Path) -> None:
    again = PositionReport.read(folder)
    assert again.positions[0].evidence
    assert again.to_frame().equals(report.to_frame())
    assert again.judgements_frame().equals(report.judgements_frame())
    assert again.skipped == report.skipped
    assert (again.actors, again.claims) == (report.actors, report.claims)
    assert [(a.title, a.outlet, a.published, a.url) for a in again.articles] == [(a.title, a.outlet, a.published, a.url) for a in report.articles]
    assert [p.shifts for p in again.positions] == [p.shifts for p in report.positions]


def test_texts_are_read_again_where_the_articles_still_are(report: PositionReport, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "dam_live.txt").write_text(factories.DAM.text, "utf-8")
    (tmp_path / "news" / "follow_up.txt").write_text("Another text now.", "utf-8")
    made = replace(report.provenance, config={**report.provenance.config, "articles": [str(tmp_path / "news")]})
    replace(report, provenance=made).write(tmp_path / "out")
    texts = {article.id: article.text for article in read_report(tmp_path / "out").articles}
    assert texts == {"dam_live": factories.DAM.text, "wire_copy": "", "follow_up": ""}
    assert all(article.text == "" for article in read_report(tmp_path / "out", texts=False).articles)


def test_a_folder_that_is_no_report(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match=r"found no positions\.json, expected a folder that `sayso report --out` wrote"):
        read_report(tmp_path)
    for name in ("positions.json", "judgements.parquet", "run.yaml"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "positions.json").write_text("[{}]")
    with pytest.raises(InputError, match="do not fit together"):
        read_report(tmp_path)


def test_a_cell_is_found_by_ids_and_by_its_link(report: PositionReport) -> None:
    assert find_cell(report, "council/warned") is find_cell(report, "#cell.warned.council")
    with pytest.raises(InputError, match="found 'council/opened', expected ACTOR/CLAIM, one of northfell/cracked"):
        find_cell(report, "council/opened")


def test_a_cell_in_the_terminal(report: PositionReport) -> None:
    text = printed(report, "council/warned")
    assert text.startswith("Corrow Valley Council on Northfell Water warned the council before the flood. − denies")
    assert "The Corrow Valley Council said it had received no warning." in text
    assert "The Tarn Courier, Corrow Dam: water firm admits opening gates as villages flood, 3 March 2026" in text
    assert "the same words in Plainly" in text
    assert "1 more sentence; --limit 0 shows all" in printed(report, "council/warned", limit=1)
    assert json.loads(json.dumps(cell_json(find_cell(report, "council/warned")), default=str))["evidence"][0]["source_start"] is not None


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_in_a_cell(text: str) -> None:
    bad = hostile.report(text)
    stream = io.StringIO()
    print_cell(bad, bad.positions[0], Console(file=stream, width=100, force_terminal=True, color_system="standard"))
    shown = re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue())
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    assert "\x1b[31mred" not in stream.getvalue()
    assert len(shown) < 60_000


def test_two_like_runs_do_not_differ(report: PositionReport) -> None:
    difference = compare(report, report)
    assert (difference.made, difference.changes, difference.n_same) == ((), (), len(report.positions))


def test_a_difference_says_why(report: PositionReport) -> None:
    fewer = factories.settled(
        replace(report, articles=report.articles[:2], judgements=tuple(j for j in report.judgements if j.statement.article != "follow_up"))
    )
    difference = compare(fewer, report)
    assert difference.articles_new == ("follow_up",)
    why = {(c.actor, c.claim): (c.before and c.before.verdict, c.after and c.after.verdict, c.why) for c in difference.changes}
    assert why["northfell", "warned"] == (None, "asserts", ("1 sentence in new articles",))
    back = {(c.actor, c.claim): c.why for c in compare(report, fewer).changes}
    assert back["northfell", "warned"] == ("1 sentence in articles that are gone",)


def test_a_difference_of_models_and_settings(report: PositionReport) -> None:
    turned = tuple(
        replace(j, label=Label.ASSERTS, probabilities=(0.9, 0.05, 0.03, 0.02)) if j.statement.actor == "council" else j for j in report.judgements
    )
    made = replace(report.provenance, models={"stance": "other"}, config={**report.provenance.config, "aggregate": {"min_confidence": 0.6}})
    difference = compare(report, factories.settled(replace(report, judgements=turned, provenance=made)))
    assert ("models: stance", "sayso-small 2026.1 (sha256 4f1c…9ab2)", "other") in difference.made
    assert ("config: aggregate.min_confidence", "none", "0.6") in difference.made
    (change,) = difference.changes
    assert (change.actor, change.why) == ("council", ("3 sentences read differently",))
    stream = io.StringIO()
    print_difference(difference, report, report, Console(file=stream, width=160, no_color=True))
    assert "Corrow Valley Council" in stream.getvalue()
    assert re.search(r"− denies \d+% +\+ asserts \d+% +3 sentences read differently", stream.getvalue())
    assert json.dumps(difference.to_json())


def test_the_same_sentences_with_another_setting(report: PositionReport) -> None:
    position = replace(report.positions[0], verdict="not clear")
    (change,) = compare(report, replace(report, positions=(position, *report.positions[1:]))).changes
    assert change.why == ("the same sentences, read alike: a setting of aggregation",)


def test_provenance_that_is_empty(report: PositionReport) -> None:
    assert compare(replace(report, provenance=Provenance()), replace(report, provenance=Provenance())).made == ()
