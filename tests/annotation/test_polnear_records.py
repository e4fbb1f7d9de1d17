"""A small invented clone, laid out as PolNeAR is, becomes attribution records that training and evaluation read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sayso.annotation.polnear import load_documents
from sayso.annotation.polnear_records import polnear_records
from sayso.cli import app
from sayso.errors import DataError
from sayso.training.attribution_data import attribution_records

TEXT = "Weir in doubt.\n\n“It broke,” Abena Osei said, “by noon.” Rain is feared."
DOC = "orle-post_2016-02-14_weir-in-doubt"


def t_line(n: int, kind: str, *words: str) -> str:
    spans = [(TEXT.index(w), TEXT.index(w) + len(w)) for w in words]
    return f"T{n}\t{kind} {';'.join(f'{a} {b}' for a, b in spans)}\t{' '.join(words)}\n"


ANN = (
    t_line(1, "Content", "“It broke,”", "“by noon.”")
    + t_line(2, "Source", "Abena Osei")
    + t_line(3, "Cue", "said")
    + t_line(4, "Attribution", "said")
    + "E1\tAttribution:T4 Cue:T3 Source:T2 Content:T1\n"
    + t_line(5, "Content", "Rain")
    + t_line(6, "Cue", "is feared")
    + t_line(7, "Attribution-no-source", "is feared")
    + "E2\tAttribution-no-source:T7 \n"
    + "E3\tAttribution-no-source:T7 Cue:T6 Content:T5\n"
)


def token(word: str) -> str:
    at = TEXT.index(word)
    return f"<token><CharacterOffsetBegin>{at}</CharacterOffsetBegin><CharacterOffsetEnd>{at + len(word)}</CharacterOffsetEnd></token>"


XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="CoreNLP-to-HTML.xsl" type="text/xsl"?>\n<root><document><sentences>'
    f'<sentence id="1"><tokens>{token("Weir")}{token("doubt.")}</tokens></sentence>'
    f'<sentence id="2"><tokens>{token("“It")}{token("noon.”")}</tokens></sentence>'
    f'<sentence id="3"><tokens>{token("Rain")}{token("feared.")}</tokens></sentence>'
    "</sentences><coreference><mention><sentence>2</sentence></mention></coreference></document></root>"
)


def put(clone: Path, name: str, words: str) -> None:
    path = clone / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, "utf-8", newline="")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for compartment in ("train", "test"):
        put(tmp_path, f"{compartment}/text/{DOC}.txt", TEXT)
        put(tmp_path, f"{compartment}/corenlp/{DOC}.txt.xml", XML)
        put(tmp_path, f"{compartment}/attributions/{DOC}_4b22.ann", ANN)
    put(tmp_path, f"train/attributions/{DOC}_6b86.ann", "")
    put(tmp_path, "annotator-training/text/other_2016-03-01_x.txt", TEXT)
    put(tmp_path, "annotator-training/attributions/other_2016-03-01_x_4b22.ann", ANN)
    return tmp_path


def test_records(clone: Path) -> None:
    records, faults = polnear_records(clone)
    assert faults == []
    assert [(r["id"], r["split"], r["primary"]) for r in records] == [
        ("polnear-annotator-training-other_2016-03-01_x-4b22", "train_iaa", True),
        (f"polnear-train-{DOC}-4b22", "train", True),
        (f"polnear-train-{DOC}-6b86", "train", False),
    ]
    assert records[0]["sentences"] == []  # PolNeAR has no sentences of these
    first = records[1]
    assert (first["doc_id"], first["publisher"], first["date"], first["annotator"]) == (DOC, "orle-post", "2016-02-14", "4b22")
    assert [TEXT[a:b] for a, b in first["sentences"]] == ["Weir in doubt.", "“It broke,” Abena Osei said, “by noon.”", "Rain is feared."]
    said, feared = first["attributions"]
    assert [TEXT[a:b] for a, b in said["content_fragments"]] == ["“It broke,”", "“by noon.”"]
    assert TEXT[slice(*said["content_span"])] == "“It broke,” Abena Osei said, “by noon.”"
    assert (TEXT[slice(*said["source_span"])], TEXT[slice(*said["cue_span"])]) == ("Abena Osei", "said")
    assert (feared["id"], feared["source_fragments"], feared["source_span"]) == ("E3", [], None)


def test_the_command_writes_what_training_and_join_read(clone: Path) -> None:
    out = clone / "records.jsonl.gz"
    done = CliRunner().invoke(app, ["data", "polnear", str(clone), "--out", str(out)])
    assert "3 records of 2 documents with 4 attributions; left out: 0" in done.stdout
    (only,) = attribution_records(out, "attributions", ["train"])
    assert len(only["attributions"]) == 2
    assert load_documents(out)[DOC].published == "2016-02-14"
    before = out.read_bytes()
    CliRunner().invoke(app, ["data", "polnear", str(clone), "--out", str(out)])
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        (f"attributions/{DOC}_6b86.ann", t_line(1, "Cue", "said").replace("said", "held"), "T1: the words are 'held', the text has 'said'"),
        (f"attributions/{DOC}_6b86.ann", "T1\tCue 4\tsaid\n", "T1: expected TYPE START END"),
        (f"attributions/{DOC}_6b86.ann", "E1\tAttribution:T1 Cue:T9\n", "E1: 'Cue:T9'"),
        (f"corenlp/{DOC}.txt.xml", XML[:300], "not XML"),
        (f"corenlp/{DOC}.txt.xml", XML.replace(f">{len(TEXT)}<", ">999<"), "a sentence ends at 999"),
    ],
)
def test_what_does_not_fit_is_left_out_and_named(clone: Path, name: str, words: str, message: str) -> None:
    put(clone, f"train/{name}", words)
    records, faults = polnear_records(clone)
    assert 1 <= len(records) < 3
    assert any(message in f and DOC in f for f in faults)


def test_changed_line_ends_and_other_folders_are_errors(clone: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no text with attributions[\s\S]*networkdynamics/PolNeAR"):
        polnear_records(tmp_path / "data" / "train")
    for compartment, name in (("train", DOC), ("annotator-training", "other_2016-03-01_x")):
        put(clone, f"{compartment}/text/{name}.txt", TEXT.replace("\n", "\r\n"))
    (clone / "data" / "train" / "attributions" / f"{DOC}_6b86.ann").unlink()
    with pytest.raises(DataError, match="line ends changed"):
        polnear_records(clone)
