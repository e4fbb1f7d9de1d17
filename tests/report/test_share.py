"""Reports in other tools' formats: what stands in them, and that foreign text stays text."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import factories
import hostile
from sayso.annotation.labelstudio import read_labels
from sayso.errors import DataError, OutputError
from sayso.report import PositionReport
from sayso.report.frames import REVIEWED
from sayso.report.share import Format, conll, datasets, dna, graphml, jsonld, labelstudio, share
from sayso.types import Attribution, Label, Span


def test_every_format_has_its_module_and_is_written(tmp_path: Path) -> None:
    for form in Format:
        paths = share(factories.report(), form, tmp_path / form)
        assert paths
        assert all(path.stat().st_size > 100 for path in paths)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="expected a folder that can be written"):
        share(factories.report(), Format.dna, tmp_path / "file")


def test_dna_statements() -> None:
    rows = list(csv.DictReader(io.StringIO(dna.files(factories.report())["statements.csv"])))
    assert len(rows) == 10, "two judgements of twelve hold back"
    first = rows[0]
    assert (first["time"], first["organization"], first["agreement"]) == ("2026-03-03 00:00:00", "Northfell Water", "0")
    assert first["concept"] == "The wall of the Corrow Dam has cracked."
    assert {row["agreement"] for row in rows} == {"0", "1"}
    text = factories.DAM.text
    assert text[int(first["start"]) : int(first["stop"])] == first["text"]


def test_graphml_networks() -> None:
    graphs = {name: nx.parse_graphml(text) for name, text in graphml.files(factories.report()).items()}
    assert set(graphs) == {"congruence.graphml", "conflict.graphml", "positions.graphml"}
    conflict = graphs["conflict.graphml"]
    assert {frozenset((a, b)) for a, b in conflict.edges} == {frozenset(("actor.northfell", "actor.council"))}
    assert conflict.edges["actor.northfell", "actor.council"]["weight"] == 1
    assert graphs["congruence.graphml"].number_of_edges() == 0
    held = graphs["positions.graphml"].edges["actor.council", "claim.warned"]
    assert (held["verdict"], held["weight"]) == ("denies", 3)
    assert graphs["positions.graphml"].nodes["actor.article"]["own_voice"] is True


def test_jsonld_claims_have_appearances_and_never_a_rating() -> None:
    text = jsonld.files(factories.report())["claims.jsonld"]
    graph = json.loads(text)["@graph"]
    assert json.loads(text)["@context"] == "https://schema.org"
    warned = next(claim for claim in graph if claim["identifier"] == "warned")
    assert warned["@type"] == "Claim"
    assert [a["keywords"] for a in warned["appearance"]] == ["denies", "denies", "denies", "uncertain", "asserts"]
    first = warned["appearance"][0]
    assert first["creator"] == {"@type": "Organization", "name": "Corrow Valley Council"}
    assert first["isPartOf"]["url"] == "https://courier.example/corrow-dam"
    assert warned["firstAppearance"]["datePublished"] == "2026-03-03"
    assert not re.search("rating|ClaimReview", text, re.IGNORECASE)


def test_label_studio_tasks_start_with_the_most_doubtful() -> None:
    found = labelstudio.files(factories.report())
    tasks = json.loads(found["tasks.json"])
    assert len(tasks) == 11, "the copy of a sentence is not asked again"
    assert tasks[0]["data"]["claim"] == "The dam was badly maintained."
    for task in tasks:
        data = task["data"]
        start, end = data["sentence"]
        assert data["text"][start:end] == data["marked"]
        (answer,) = task["predictions"][0]["result"]
        for name in (answer["from_name"], answer["to_name"]):
            assert f'name="{name}"' in found["config.xml"]


def answered(*choices: list[str]) -> list[dict[str, Any]]:
    return [
        {"was_cancelled": not c, "result": [{"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": c}}] if c else []}
        for c in choices
    ]


def test_label_studio_answers_become_rows(tmp_path: Path) -> None:
    tasks = json.loads(labelstudio.files(factories.report())["tasks.json"])
    tasks[0]["annotations"] = answered(["denies"])
    tasks[1]["annotations"] = answered(["asserts"], ["denies"])
    tasks[2]["annotations"] = answered([], ["uncertain"], ["uncertain"])
    export = tmp_path / "export.json"
    export.write_text(json.dumps(tasks), "utf-8")
    found = read_labels(export)
    assert (len(found.rows), found.n_open, found.n_split) == (2, 8, 1)
    row = found.rows[0]
    assert (row["claim"], row["label"], row["actor"]) == ("The dam was badly maintained.", "denies", "Rivers Agency")
    assert row["text"][slice(*row["sentence"])].startswith("The council’s leader told the Courier")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("{}", "found a dict, expected a list of tasks"),
        ('[{"text": "x"}]', "task 1: lacks 'data'"),
        (json.dumps([{"data": {"text": "", "claim": "", "actor": None, "sentence": []}, "annotations": answered(["maybe"])}]), "label 'maybe'"),
    ],
)
def test_exports_that_are_wrong(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "export.json").write_text(content)
    with pytest.raises(DataError, match=message):
        read_labels(tmp_path / "export.json")


def test_conll_marks_what_attribution_found() -> None:
    text = conll.files(factories.report())["statements.conllu"]
    first, *lines = text.split("\n")
    assert first == "# global.columns = ID FORM START END SAYSO:SOURCE SAYSO:CUE SAYSO:CONTENT"
    blocks = [block.split("\n") for block in "\n".join(lines).strip().split("\n\n")]
    assert len(blocks) == 12
    nested = next(block for block in blocks if "# sent_id = follow_up:107:agency" in block)
    comments, rows = nested[:5], [line.split("\t") for line in nested[5:]]
    assert comments[2:] == [
        "# text = The council’s leader told the Courier that the agency had said the dam was badly maintained.",
        "# holder = agency\tRivers Agency",
        "# stance = neglect\tasserts\t0.6200\tThe dam was badly maintained.",
    ]
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    for row in rows:
        assert factories.FOLLOW.text[int(row[2]) : int(row[3])] == row[1]
    marked = {name: [(row[1], row[column]) for row in rows if row[column] != "O"] for name, column in (("source", 4), ("cue", 5), ("content", 6))}
    assert marked["source"] == [("the", "B"), ("agency", "I")]
    assert marked["cue"] == [("had", "B"), ("said", "I")]
    assert [tag for _, tag in marked["content"]] == ["B", "I", "I", "I", "I"]


def test_conll_spans_side_by_side_and_in_the_middle_of_a_word() -> None:
    text = "Ann said no. Bob"
    article = replace(factories.DAM, text=text)
    said = replace(factories.statement(article, text), attributions=(Attribution(Span(0, 3)), Attribution(Span(4, 6))))
    report = PositionReport((), (factories.judgement(article, said, "warned", Label.DENIES),), (article,))
    rows = [line.split("\t") for line in conll.files(report)["statements.conllu"].split("\n") if line[:1].isdigit()]
    assert [(row[1], row[4]) for row in rows] == [("Ann", "B"), ("said", "B"), ("no", "O"), (".", "O"), ("Bob", "O")]


def test_datasets_card_and_columns() -> None:
    report = factories.report()
    found = datasets.files(report)
    card = found["README.md"]
    assert isinstance(card, str)
    header = yaml.safe_load(card.split("---\n")[1])
    assert {c["config_name"]: c["data_files"] in found for c in header["configs"]} == {"judgements": True, "positions": True}
    assert "license" not in header
    assert "| denies | 6 |" in card
    assert "12 judgements and 8 positions\nfrom 3 articles" in card
    table = pq.read_table(pa.BufferReader(found["judgements.parquet"]))
    assert table.column_names == [*REVIEWED.names, "holder", "claim_text", "title", "url"]
    rows = table.to_pylist()
    assert (rows[0]["holder"], rows[0]["claim_text"]) == ("Northfell Water", "The wall of the Corrow Dam has cracked.")
    assert rows[2]["holder"] is None, "the article's own voice has no holder"


@pytest.mark.slow
def test_datasets_loads_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    loader = pytest.importorskip("datasets", reason="datasets is not installed (extra train)")
    share(factories.report(), Format.datasets, tmp_path / "set")
    judgements = loader.load_dataset(str(tmp_path / "set"), split="train", cache_dir=str(tmp_path / "cache"))
    assert (len(judgements), judgements[0]["label"], judgements[0]["claim_text"]) == (12, "denies", "The wall of the Corrow Dam has cracked.")
    positions = loader.load_dataset(str(tmp_path / "set"), "positions", split="train", cache_dir=str(tmp_path / "cache"))
    assert len(positions) == 8


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text(text: str, tmp_path: Path) -> None:
    report = hostile.report(text)
    for form in Format:
        for path in share(report, form, tmp_path / form):
            if path.suffix == ".parquet":
                assert pq.read_table(path).num_rows
                continue
            raw = path.read_text("utf-8")
            assert not re.search("[\0\x1b\x9b\u202a-\u202e\u2066-\u2069]", raw), path.name
    csv.field_size_limit(10_000_000)
    with (tmp_path / "dna" / "statements.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert not any(cell.lstrip().startswith(("=", "+", "@")) for row in rows for cell in row)
    assert "<" not in (tmp_path / "jsonld" / "claims.jsonld").read_text("utf-8")
    for line in (tmp_path / "conll" / "statements.conllu").read_text("utf-8").split("\n"):
        assert line == "" or line.startswith("# ") or re.fullmatch(r"\d+\t\S+\t\d+\t\d+\t[BIO]\t[BIO]\t[BIO]", line)
    json.loads((tmp_path / "jsonld" / "claims.jsonld").read_text("utf-8"))
    json.loads((tmp_path / "labelstudio" / "tasks.json").read_text("utf-8"))
    for name in ("congruence", "conflict", "positions"):
        nx.read_graphml(tmp_path / "graphml" / f"{name}.graphml")
