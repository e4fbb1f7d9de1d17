"""The formats that corpora come in: zstd, Arrow, web archives."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest

from sayso.errors import InputError, MissingExtraError
from sayso.read import page_article, read_articles
from sayso.types import Article, Skipped

TEXT = "The shaft of the mine at Orsk has been under water since Monday, and the company says that it was warned by nobody."


def read(path: Path) -> list[Article | Skipped]:
    return list(read_articles([path]))


def test_zstd(tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl.zst"
    lines = "".join(json.dumps({"text": f"{TEXT} {i}"}) + "\n" for i in range(3)).encode()
    file.write_bytes(pa.Codec("zstd").compress(lines, asbytes=True))
    assert [a.id for a in read(file)] == ["news-1", "news-2", "news-3"]
    file.write_bytes(file.read_bytes()[:-10])
    assert isinstance(read(file)[-1], Skipped)


def test_a_folder_of_the_datasets_library(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    data = datasets.Dataset.from_dict({"body": [TEXT, TEXT + " More."], "doc_id": ["a", "b"], "x": [1, 2]})
    datasets.DatasetDict({"train": data}).save_to_disk(str(tmp_path / "saved"))
    (tmp_path / "saved" / "train" / "cache-1.arrow").write_bytes(b"what map() left behind")
    assert [(a.id, a.text) for a in read(tmp_path / "saved") if isinstance(a, Article)] == [("a", TEXT), ("b", TEXT + " More.")]


def test_an_arrow_file_without_text(tmp_path: Path) -> None:
    table = pa.table({"words": ["x"]})
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    with pytest.raises(InputError, match="found the columns words; expected one for the text"):
        read_articles([tmp_path / "a.arrow"])


def warc(pages: list[tuple[str, bytes, int]]) -> bytes:
    """A gzipped archive, a member for each (charset, page, status)."""
    out = b""
    for number, (charset, page, status) in enumerate(pages):
        http = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset={charset}\r\n\r\n".encode() + page
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:page-{number}>\r\nWARC-Target-URI: https://news.example/{number}\r\n"
            f"WARC-Date: 2026-03-03T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        out += gzip.compress(head.encode() + http + b"\r\n\r\n")
    return out


def test_a_web_archive(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    page = f"<html><body><article><h1>Flood</h1>{''.join(f'<p>{TEXT} Nº {i}.</p>' for i in range(5))}</article></body></html>"
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(warc([("utf-8", page.encode(), 200), ("cp1252", page.encode("cp1252"), 200), ("utf-8", b"gone", 404), ("utf-8", b"<p>", 200)]))
    first, second, third = read(file)
    assert isinstance(first, Article) and isinstance(second, Article)
    assert (first.id, first.url) == ("page-0", "https://news.example/0")
    assert first.text == second.text and "Nº 4." in first.text
    assert isinstance(third, Skipped) and "page-3" in third.reason


def test_web_archives_need_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fastwarc", None)
    (tmp_path / "crawl.warc").write_bytes(b"WARC/1.0\r\n")
    with pytest.raises(MissingExtraError, match=r"pip install 'sayso\[warc\]'"):
        read_articles([tmp_path / "crawl.warc"])


def test_a_cut_off_web_archive_is_said(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    page = f"<html><body><article>{''.join(f'<p>{TEXT} {i}.</p>' for i in range(5))}</article></body></html>".encode()
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(warc([("utf-8", page, 200)] * 3)[:-60])
    found = read(file)
    assert isinstance(found[0], Article)
    assert isinstance(found[-1], Skipped)


def test_a_fetched_page() -> None:
    page = f"<html><body><article>{''.join(f'<p>{TEXT} {i}.</p>' for i in range(5))}</article></body></html>".encode()
    article = page_article(page, "somewhere", "p1", {"outlet": "Herald"})
    assert isinstance(article, Article) and (article.id, article.outlet) == ("p1", "Herald")
    left_out = page_article(io.BytesIO(b"<p>").getvalue(), "somewhere", "p1", {})
    assert isinstance(left_out, Skipped) and left_out.reason.startswith("somewhere: ")
