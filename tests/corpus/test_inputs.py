"""What corpora look like in the wild."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_helpers import PLACES, article, contents, table, text, write_jsonl
from sayso.errors import InputError


def reasons(out: Path) -> list[str]:
    return list(table(out, "skipped").reason)


def scored(out: Path) -> list[str]:
    ledger = table(out, "articles")
    return list(ledger[ledger.outcome.isin(["scored", "duplicate"])].article)


def test_every_format_of_one_folder(tmp_path: Path, run: Any) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    frame = pd.DataFrame([article(i) for i in range(2)])
    frame.to_parquet(folder / "a.parquet")
    lines = "".join(json.dumps(article(i)) + "\n" for i in (2, 3)).encode()
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(lines))
    (folder / "c.jsonl.zst").write_bytes(pa.Codec("zstd").compress(lines.replace(b'"a', b'"z'), asbytes=True))
    pd.DataFrame([article(6)]).to_csv(folder / "d.csv", index=False)
    (folder / "deep" / "e.txt").write_text(text(7))
    page = "".join(f"<p>{line}</p>" for line in text(8).split("\n") if line)
    (folder / "deep" / "f.html").write_text(f"<html><body><article>{page}</article></body></html>")
    (folder / "notes.docx").write_text("not an article")
    run(folder, tmp_path / "out")
    found = table(tmp_path / "out", "articles")
    assert list(found.article) == ["a0", "a1", "a2", "a3", "z2", "z3", "a6", "deep/e", "deep/f"]
    assert list(found.outcome) == ["scored"] * 4 + ["duplicate"] * 2 + ["scored"] * 3


def test_addresses(tmp_path: Path, run: Any) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/news/2026/a.jsonl", "".join(json.dumps({"text": text(i)}) + "\n" for i in (1, 2)).encode())
    memory.pipe("/news/2026/b.parquet", b"PAR1 broken PAR1")
    memory.pipe("/news/c.txt", text(3).encode())
    memory.pipe("/news/d.csv", b"words\nnone\n")
    run("memory://news", tmp_path / "out")
    assert scored(tmp_path / "out") == ["2026/a-1", "2026/a-2", "c"]
    said = reasons(tmp_path / "out")
    assert said[0].startswith("memory:///news/2026/b.parquet: cannot be read") and "expected one for the text" in said[1]
    run("memory://news/2026/*.jsonl", tmp_path / "glob")
    assert scored(tmp_path / "glob") == ["a-1", "a-2"]
    for bad, what in (("memory://nowhere", "no article file"), ("nosuch://x", "cannot be opened"), (str(tmp_path / "none.csv"), "no such file")):
        with pytest.raises(InputError, match=what):
            run(bad, tmp_path / "bad")


def test_files_of_one_name_in_two_folders_keep_their_articles_apart(tmp_path: Path, run: Any) -> None:
    for month in (1, 2):
        (tmp_path / "in" / f"{month:02d}").mkdir(parents=True)
        write_jsonl(tmp_path / "in" / f"{month:02d}" / "part.jsonl", [{"text": text(month)}])
    run(tmp_path / "in", tmp_path / "out")
    assert scored(tmp_path / "out") == ["01/part-1", "02/part-1"]


def test_a_damaged_parquet_file_costs_only_itself(tmp_path: Path, run: Any) -> None:
    pd.DataFrame([article(i) for i in range(3)]).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-200])
    write_jsonl(tmp_path / "c.jsonl", [article(9)])
    run([str(tmp_path / f) for f in ("a.parquet", "b.parquet", "c.jsonl")], tmp_path / "out")
    assert scored(tmp_path / "out") == ["a0", "a1", "a2", "a9"]
    assert "b.parquet: cannot be read" in reasons(tmp_path / "out")[0]


def test_a_truncated_gzip_file_keeps_what_could_be_read(tmp_path: Path, run: Any) -> None:
    lines = "".join(json.dumps(article(i)) + "\n" for i in range(400)).encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines)[:-2000])
    run(tmp_path / "a.jsonl.gz", tmp_path / "out", limit=500)
    found = table(tmp_path / "out", "articles")
    assert (found.outcome == "scored").sum() > 100
    assert "cannot be read (EOFError" in reasons(tmp_path / "out")[-1]


def test_mixed_schemas(tmp_path: Path, run: Any) -> None:
    pq.write_table(
        pa.table({"body": [text(1)], "doc_id": [7], "date": pa.array([dt.datetime(2026, 3, 3, 10)], pa.timestamp("us"))}), tmp_path / "a.parquet"
    )
    pq.write_table(
        pa.table({"text": pa.array([text(2)], pa.large_string()), "published": ["2026-03-04"], "source": pa.array(["Herald"]).dictionary_encode()}),
        tmp_path / "b.parquet",
    )
    pq.write_table(pa.table({"Article Text": [text(3)], "pubdate": [dt.date(2026, 3, 5)], "id": [1.0]}), tmp_path / "c.parquet")
    run(str(tmp_path / "*.parquet"), tmp_path / "out")
    found = table(tmp_path / "out", "articles")
    assert list(found.article) == ["7", "b-1", "1"]
    assert list(found.published) == [dt.date(2026, 3, d) for d in (3, 4, 5)]
    assert found.outlet[1] == "Herald"


def test_ids_that_come_again_in_other_files(tmp_path: Path, run: Any) -> None:
    write_jsonl(tmp_path / "a.jsonl", [article(1), article(2)])
    write_jsonl(tmp_path / "b.jsonl", [article(2), article(1, "dry"), article(3)])
    run([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")], tmp_path / "out")
    assert scored(tmp_path / "out") == ["a1", "a2", "a3"]
    assert all("found a second article with the id" in r for r in reasons(tmp_path / "out")) and len(reasons(tmp_path / "out")) == 2
    before = contents(tmp_path / "out")
    run([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")], tmp_path / "out", resume=True)
    assert contents(tmp_path / "out") == before


def test_no_text_column(tmp_path: Path, run: Any) -> None:
    pq.write_table(pa.table({"words": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="found the columns words; expected one for the text, named text, body"):
        run(tmp_path / "a.parquet", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_null_and_odd_texts(tmp_path: Path, run: Any) -> None:
    rows = [{"id": "n", "text": None}, {"id": "e", "text": " "}, {"id": "i", "text": 3}, {"id": "b", "text": "a\0b"}, {"id": "m"}, article(1)]
    run(write_jsonl(tmp_path / "a.jsonl", rows), tmp_path / "out")
    assert scored(tmp_path / "out") == ["a1"]
    assert len(reasons(tmp_path / "out")) == 5


def test_dates_in_five_formats(tmp_path: Path, run: Any) -> None:
    dates = ["2026-03-04", "2026-03-04T23:10:00Z", "4 March 2026", "Wed, 04 Mar 2026 10:00:00 GMT", "20260304", "03/04/2026", "March 2026", ""]
    run(write_jsonl(tmp_path / "a.jsonl", [article(i, published=d) for i, d in enumerate(dates)]), tmp_path / "out")
    assert list(table(tmp_path / "out", "articles").published) == [dt.date(2026, 3, 4)] * 5 + [None] * 3, "no date is guessed"


def test_hostile_ids_and_outlets(tmp_path: Path, run: Any) -> None:
    nasty = ["../../etc/passwd", "<script>", "=1+1", "a\nb", "\u202eb", "half \ud83d", "x" * 3000]
    rows = [article(i, id=n, outlet=n) for i, n in enumerate(nasty)]
    run(write_jsonl(tmp_path / "a.jsonl", rows), tmp_path / "out")
    assert len(scored(tmp_path / "out")) == len(nasty)
    assert {p.name for p in tmp_path.iterdir()} == {"a.jsonl", "out"}


def test_a_cell_too_many(tmp_path: Path, run: Any) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([["id", "text"], ["a", text(1)], ["b", "half", "a", "text"], ["c", text(len(PLACES))]])
    (tmp_path / "a.csv").write_text(stream.getvalue())
    run(tmp_path / "a.csv", tmp_path / "out")
    assert scored(tmp_path / "out") == ["a", "c"] and "more cells than the header" in reasons(tmp_path / "out")[0]
