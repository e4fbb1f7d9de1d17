"""Files -> Article: plain text, Markdown, HTML, JSONL, CSV, Parquet, Arrow, WARC.

``files`` finds them and their manifests, ``formats`` turns each into rows, and this module makes articles of the rows.
One bad file or row becomes a Skipped with its reason, and reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sayso.errors import InputError
from sayso.read.encoding import Unreadable
from sayso.read.fields import parse_date, scalar
from sayso.read.files import Manifests, find
from sayso.read.formats import READERS, SUPPORTED, Row, check_columns
from sayso.read.language import FUNCTION_WORDS, language_fault
from sayso.read.page import read_page
from sayso.types import Article, Skipped

__all__ = ["FUNCTION_WORDS", "page_article", "parse_date", "read_articles", "read_file"]

MAX_CHARS = 5_000_000
_TITLE_MAX_CHARS = 160
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def read_articles(
    paths: Sequence[str | Path],
    *,
    manifest: Path | None = None,
    language: str | None = "en",
    max_chars: int = MAX_CHARS,
) -> Iterator[Article | Skipped]:
    """Read articles from files, folders and globs, in the order given; folders are walked recursively, sorted by path.

    Formats: ``.txt``; ``.md``; ``.html``/``.htm`` (article text, title, outlet, date and address as trafilatura finds
    them; a heading, paragraph, list item or table row is a line); ``.jsonl``/``.jsonl.gz``/``.jsonl.zst``/``.ndjson``,
    ``.csv``, ``.parquet`` and ``.arrow``, as the ``datasets`` library saves it (one article a row, read in constant memory;
    column names as in ``fields.COLUMNS``); ``.warc``/``.warc.gz`` (extra ``warc``; one article for each HTML response). In a
    folder, other files, hidden files and manifests are passed over; a file of another kind that is given by name is a Skipped.

    Text and offsets: the text of ``.txt`` and ``.md`` is the decoded file character for character, except that a byte
    order mark is removed, ``\\r\\n`` and a lone ``\\r`` become ``\\n``, and YAML front matter is cut off with the empty
    lines after it. The text of a table row is exactly the cell, ``\\r`` included, so that offsets fit the caller's.

    Title, outlet, date, address and id of ``.txt``, ``.md`` and ``.html`` come from a manifest (``manifest.csv`` or
    ``manifest.jsonl`` beside the file, or ``manifest``; column ``file``, relative to the manifest), else from the file
    itself (front matter, page metadata). Without a title, the first line is it if it has at most 160 characters and an
    empty line follows. Without an id, it is the file's stem, in tables the stem and the row, e.g. ``news-3``; a second
    article with an id that was seen before is a Skipped.

    Dates are calendar dates as written, without conversion between time zones. A date that cannot be read, is
    incomplete ("March 2026") or has two readings ("03/04/2026") leaves ``published`` None; the article is kept and
    nothing else is yielded. Numbers are not read as epochs.

    Encodings: UTF-8; else a byte order mark or the page's own declaration; else what charset-normalizer is sure of.
    JSON is UTF-8 only.

    Args:
        paths: files, folders or globs.
        manifest: a table of metadata for the files, instead of manifests beside them.
        language: ISO 639-1 code (a key of FUNCTION_WORDS) of the articles to keep; None keeps all. Texts of up to 200
            characters are not tested.
        max_chars: longest text to accept, in characters; files that cannot be shorter are not even opened.

    Yields:
        An Article, or a Skipped with stage ``read`` whose ``article`` is the article's id or, where that is unknown,
        its file.

    Raises:
        InputError: at the call, not at the first article: a path that does not exist, a glob or folder without any
            article file, a table without a text column, a faulty manifest, or an unknown language code.
    """
    if language is not None and language not in FUNCTION_WORDS:
        raise InputError(f"language: found {language!r}, expected one of {', '.join(FUNCTION_WORDS)}, or None to keep all")
    files = find([paths] if isinstance(paths, (str, Path)) else paths)
    manifests = Manifests(manifest)
    for file in files:
        check_columns(file)
        manifests.of(file)
    return _read(files, manifests, language, max_chars)


def _read(files: list[Path], manifests: Manifests, language: str | None, max_chars: int) -> Iterator[Article | Skipped]:
    seen: dict[str, str] = {}
    for file in files:
        for where, result in read_file(file, manifests.of(file), language=language, max_chars=max_chars):
            if isinstance(result, Article):
                if result.id in seen:
                    found = f"found a second article with the id {result.id!r}, first in {seen[result.id]}"
                    result = Skipped(result.id, "read", f"{where}: {found}; give each an id of its own")
                else:
                    seen[result.id] = str(file)
            yield result


def read_file(
    file: Path, given: Mapping[str, object], *, prefix: str = "", language: str | None = "en", max_chars: int = MAX_CHARS
) -> Iterator[tuple[str, Article | Skipped]]:
    """The articles of one file, each with the place that it stands at; ``given`` is its metadata from a manifest.

    ``prefix`` goes before ids that are made of the file's name. As read_articles, but ids are not compared.
    """
    empty = True
    for row in _rows(file, given, max_chars):
        empty = False
        if prefix and row.default_id != str(file):
            row = replace(row, default_id=prefix + row.default_id)
        yield row.where, _article(row, language, max_chars)
    if empty:
        yield str(file), Skipped(str(file), "read", f"{file}: found no rows, expected one article a row; fetch it again")


def page_article(
    raw: bytes,
    where: str,
    default_id: str,
    given: Mapping[str, object],
    *,
    charset: str | None = None,
    language: str | None = "en",
    max_chars: int = MAX_CHARS,
) -> Article | Skipped:
    """The article in a web page that was fetched already; ``where`` stands in the reason of a Skipped."""
    try:
        row = Row(where, default_id, {**read_page(raw, charset), **given})
    except Unreadable as error:
        row = Row(where, default_id, fault=str(error))
    return _article(row, language, max_chars)


def _rows(file: Path, given: Mapping[str, object], max_chars: int) -> Iterator[Row]:
    """All rows of a file; whatever goes wrong with it becomes a last row with a fault, after the rows already read."""
    read = next((read for suffix, read in READERS.items() if file.name.lower().endswith(suffix)), None)
    try:
        if read is None:
            raise Unreadable(f"found the suffix {file.suffix!r}, expected one of {SUPPORTED}; save its text as .txt")
        if file.stat().st_size == 0:
            raise Unreadable("found an empty file, expected an article; remove it or fetch it again")
        for row in read(file, max_chars):
            yield Row(row.where, row.default_id, {**row.fields, **given}, row.fault)
    except Unreadable as error:
        yield Row(str(file), str(file), fault=str(error))
    except Exception as error:  # four foreign parsers run in here, and no single file may end the run
        fault = f"{type(error).__name__}: {error}".strip(": \n")
        yield Row(str(file), str(file), fault=f"cannot be read ({fault}); check that it is whole and what its name says")


def _article(row: Row, language: str | None, max_chars: int) -> Article | Skipped:
    """Check a row and build its article."""
    id_ = scalar(row.fields.get("id")) or row.default_id
    text = row.fields.get("text")
    fault = row.fault or _text_fault(text, max_chars)
    if fault or not isinstance(text, str):
        return Skipped(id_, "read", f"{row.where}: {fault}")
    if language and (fault := language_fault(text, language)):
        return Skipped(id_, "read", f"{row.where}: {fault}")
    return Article(
        id=id_,
        text=text,
        title=scalar(row.fields.get("title")) or _first_line_title(text),
        outlet=scalar(row.fields.get("outlet")),
        published=parse_date(row.fields.get("published")),
        url=scalar(row.fields.get("url")),
    )


def _text_fault(text: object, max_chars: int) -> str | None:
    """What is wrong with the text, or None for a string that can be used."""
    if not isinstance(text, str):
        found = "no text" if text is None else f"a text of type {type(text).__name__}"
        return f"found {found}, expected a string; fill the text column"
    if not text.strip():
        return "found an empty text, expected an article; remove it or fetch it again"
    if len(text) > max_chars:
        return f"found {len(text):,} characters of text, expected at most {max_chars:,}; split it or raise max_chars"
    if "\0" in text:
        return "found binary data (NUL characters), expected text; convert it to UTF-8 text"
    if _HALF_PAIR.search(text):  # no file or tokenizer can take these
        return "found broken Unicode (half of a surrogate pair), expected whole characters; fetch it again"
    return None


def _first_line_title(text: str) -> str | None:
    first, *rest = text.lstrip().split("\n", 2)
    first = first.strip().lstrip("#").strip()
    return first if rest and not rest[0].strip() and 0 < len(first) <= _TITLE_MAX_CHARS else None
