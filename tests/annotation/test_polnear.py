"""References hold no words of their texts, and join only with the texts that they were made from."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sayso.annotation.check_article import check_article
from sayso.annotation.polnear import join, write
from sayso.annotation.references import check_reference, fingerprint
from sayso.annotation.validate import validate
from sayso.cli import app
from sayso.errors import DataError
from sayso.training.stance_data import load_gold, read_rows

TEXT = "Weir in doubt\n\nThe weir broke, engineer Abena\nOsei said. She later said that it held."
DOC = "orle-post_2016-02-14_weir-in-doubt"
START = TEXT.index("The weir")


def row_ref(**changes: Any) -> dict[str, Any]:
    at = TEXT.index("Abena") - START
    ref = {"id": "r1", "split": "train", "doc_id": DOC, "start": START, "end": len(TEXT), "sha256": fingerprint(TEXT[START:])}
    return ref | {"claim": "The barrier gave way.", "actor_span": [at, at + 10], "label": "asserts", "phenomenon": "plain"} | changes


def article_ref(**changes: Any) -> dict[str, Any]:
    second = TEXT.index("She later")
    name = TEXT.index("Abena")
    actors: list[dict[str, Any]] = [
        {"id": "osei", "kind": "person", "name_span": [name, name + 10], "alias_spans": [[name + 6, name + 10]], "member_spans": []},
        {"id": "town", "kind": "town", "name": "the town", "name_span": None, "alias_spans": [[0, 4]], "member_spans": []},
    ]
    return {
        "doc_id": DOC,
        "split": "train",
        "sha256": fingerprint(TEXT),
        "units": [[0, 13], [START, second - 1], [second, len(TEXT)]],
        "actors": actors,
        "claims": [{"id": "c1", "text": "The barrier gave way."}],
        "records": [{"unit": 1, "actor": "osei", "claim": "c1", "label": "asserts"}, {"unit": 2, "actor": "osei", "claim": "c1", "label": "denies"}],
        "positions": [{"actor": "osei", "claim": "c1", "label": "denies", "shift": True}],
        **changes,
    }


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return path


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl.gz"
    other = {"doc_id": DOC, "text": "Another annotator's copy.", "primary": False}
    mine = {"doc_id": DOC, "text": TEXT, "primary": True, "publisher": "Orle Post", "date": "2016-02-14"}
    with gzip.open(path, "wt", encoding="utf-8") as f:
        f.writelines(json.dumps(r) + "\n" for r in (other, mine))
    return path


def test_rows_join(tmp_path: Path, records: Path) -> None:
    refs = lines(tmp_path / "train.rows.jsonl", row_ref(), row_ref(id="r2", actor_span=None))
    write(join(refs, records), tmp_path / "out" / "rows.jsonl")
    first, second = read_rows(tmp_path / "out" / "rows.jsonl")
    assert first["text"] == TEXT[START:]
    assert (first["actor"], second["actor"]) == ("Abena Osei", None)
    assert (first["label"], first["dataset"]) == ("asserts", "polnear")


def test_articles_join_into_valid_gold(tmp_path: Path, records: Path) -> None:
    refs = lines(tmp_path / "train.articles.jsonl", article_ref())
    write(join(refs, records), tmp_path / "out")
    (gold,) = load_gold(tmp_path / "out")
    assert check_article({k: v for k, v in gold.items() if k != "_text"}, TEXT, DOC + ".gold.json") == []
    assert (gold["title"], gold["outlet"], gold["published"]) == ("Weir in doubt", "Orle Post", "2016-02-14")
    assert gold["actors"][0] == {"id": "osei", "name": "Abena Osei", "kind": "person", "aliases": ["Osei"], "members": []}
    assert gold["actors"][1]["name"] == "the town"


def test_a_document_annotated_twice_gives_two_articles(tmp_path: Path, records: Path) -> None:
    write(join(lines(tmp_path / "train.articles.jsonl", article_ref(), article_ref()), records), tmp_path / "out")
    assert [g["article"] for g in load_gold(tmp_path / "out")] == [f"{DOC}-2.txt", f"{DOC}.txt"]


def test_references_of_a_document_stand_in_one_split(tmp_path: Path) -> None:
    lines(tmp_path / "part" / "train.rows.jsonl", row_ref(), row_ref())
    lines(tmp_path / "part" / "dev.articles.jsonl", article_ref(split="dev"))
    assert validate(tmp_path) == [
        "part/train.rows.jsonl: 'r1' stands also in part/train.rows.jsonl",
        f"part: document '{DOC}' stands in dev and train; expected one split",
    ]


def test_a_clone_serves_as_well(tmp_path: Path) -> None:
    text = tmp_path / "clone" / "data" / "train" / "text" / f"{DOC}.txt"
    text.parent.mkdir(parents=True)
    text.write_text(TEXT, "utf-8")
    joined = join(lines(tmp_path / "a.jsonl", article_ref()), tmp_path / "clone")
    assert (joined.articles[0][1]["outlet"], joined.articles[0][1]["published"]) == ("orle-post", "2016-02-14")


def test_what_does_not_fit_is_refused_and_counted(tmp_path: Path, records: Path) -> None:
    refs = lines(tmp_path / "r.jsonl", row_ref(), row_ref(id="moved", start=START + 1), row_ref(id="gone", doc_id="nowhere"))
    joined = join(refs, records)
    assert ([r["id"] for r in joined.rows], joined.refused, joined.missing) == (["r1"], ["moved"], ["gone"])
    done = CliRunner().invoke(app, ["data", "join", str(refs), str(records), "--out", str(tmp_path / "o.jsonl")])
    assert "1 rows; refused because the text differs: 1; document not there: 1" in done.stdout


def test_missing_texts_say_how_to_get_them(tmp_path: Path, records: Path) -> None:
    refs = lines(tmp_path / "r.jsonl", row_ref(doc_id="nowhere"))
    for where, message in ((tmp_path / "none.jsonl", "no such file"), (tmp_path, "holds no text"), (records, "no reference fits")):
        with pytest.raises(DataError, match=message) as e:
            join(refs, where)
        assert "networkdynamics/PolNeAR" in str(e.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": "words"}, "fields: text"),
        ({"actor_span": [0, 999]}, "no span of the passage"),
        ({"sha256": "abc"}, "16 hexadecimal digits"),
        ({"label": "maybe"}, "label 'maybe'"),
        ({"split": "dev"}, "split is 'dev'"),
    ],
)
def test_faults_of_a_reference_row(changes: dict[str, Any], message: str) -> None:
    assert check_reference(row_ref(), "train.rows.jsonl") == []
    assert any(message in f for f in check_reference(row_ref(**changes), "train.rows.jsonl"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"units": [[0, 13], [5, 20], [30, 40]]}, "units are no spans"),
        ({"records": [{"unit": 7, "actor": "osei", "claim": "c1", "label": "denies"}]}, "unknown unit"),
        ({"positions": []}, "no position of 'osei'"),
        (
            {"actors": [{"id": "osei", "kind": "person", "name": "Osei", "name_span": [1, 2], "alias_spans": [], "member_spans": []}]},
            "a name only where",
        ),
        ({"claims": [{"id": "c1", "text": "a."}, {"id": "c1", "text": "b."}]}, "stands twice"),
    ],
)
def test_faults_of_a_reference_article(changes: dict[str, Any], message: str) -> None:
    assert check_reference(article_ref(), "train.articles.jsonl") == []
    assert any(message in f for f in check_reference(article_ref(**changes), "train.articles.jsonl"))
