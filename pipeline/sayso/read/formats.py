"""What a file holds: one reader for each format, each yielding rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

import yaml

from sayso.errors import InputError
from sayso.read.encoding import Unreadable, decode, encoding_of
from sayso.read.fields import COLUMNS, columns, fields
from sayso.read.page import read_page
from sayso.read.warc import load_fastwarc, warc_pages

log = logging.getLogger(__name__)

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?=[\w-][\w -]*:)(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n+|\Z)", re.DOTALL)
_PEEK_LINES = 100  # JSON lines looked at before a file is refused for its keys


@dataclass(frozen=True, slots=True)
class Row:
    """What one file, or one row of a table, holds before it is checked. ``fields`` is keyed as COLUMNS."""

    where: str
    default_id: str
    fields: Mapping[str, object] = field(default_factory=dict)
    fault: str | None = None


def delimiter(head: str) -> str:
    """The most frequent of the usual delimiters in the header line."""
    return max(",;\t", key=head.split("\n", 1)[0].count)


def _whole(file: Path, max_chars: int) -> bytes:
    size = file.stat().st_size
    if size > 4 * max_chars + 3:  # UTF-8 takes at most four bytes a character, after three of a byte order mark
        limit = f"at most {max_chars:,} characters of text"
        raise Unreadable(f"found {size / 1e6:,.0f} MB, expected {limit}; split it or raise max_chars")
    return file.read_bytes()


def _read_plain(file: Path, max_chars: int) -> Iterator[Row]:
    text = decode(_whole(file, max_chars)).replace("\r\n", "\n").replace("\r", "\n")
    front: object = None
    if match := _FRONT_MATTER.match(text):
        try:
            front = yaml.safe_load(match[1])
        except yaml.YAMLError as error:
            problem = getattr(error, "problem", None) or "a syntax error"
            fault = f"found front matter that is not valid YAML ({problem}); put quotes around values with a colon"
            raise Unreadable(fault) from error
    if match and isinstance(front, dict):
        yield Row(str(file), file.stem, {**fields(front), "text": text[match.end() :]})
    else:
        yield Row(str(file), file.stem, {"text": text})


def _read_html(file: Path, max_chars: int) -> Iterator[Row]:
    yield Row(str(file), file.stem, read_page(_whole(file, max_chars)))


def _read_jsonl(file: Path, max_chars: int) -> Iterator[Row]:
    stem = Path(file.stem).stem if file.suffix.lower() in (".gz", ".zst") else file.stem
    for number, line in enumerate(_json_lines(file, max_chars), 1):
        where, default_id = f"{file}, line {number}", f"{stem}-{number}"
        if line is None:
            fault = f"found a line too long for {max_chars:,} characters of text; split the article or raise max_chars"
            yield Row(where, default_id, fault=fault)
        elif line.strip():
            try:
                yield Row(where, default_id, fields(_json_object(line)))
            except Unreadable as error:
                yield Row(where, default_id, fault=str(error))


def _json_lines(file: Path, max_chars: int) -> Iterator[bytes | None]:
    """The lines of a file; None for one that must hold too long a text, which is passed over without keeping it."""
    limit = 6 * max_chars + 100_000  # an escaped character takes six bytes; the rest is room for the other fields
    with _unpacked(file) as stream:
        first = True
        while line := stream.readline(limit):
            if len(line) == limit and not line.endswith(b"\n"):
                while (rest := stream.readline(limit)) and not rest.endswith(b"\n"):
                    pass
                yield None
            else:
                yield line.removeprefix(b"\xef\xbb\xbf") if first else line
            first = False


def _unpacked(file: Path) -> IO[bytes]:
    if file.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(file, "rb"))
    if file.suffix.lower() == ".zst":
        import pyarrow as pa

        return cast(IO[bytes], io.BufferedReader(pa.CompressedInputStream(pa.OSFile(str(file)), "zstd")))
    return file.open("rb")


def _json_object(line: bytes) -> dict[str, object]:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"found a byte that is not UTF-8 at {error.start}; convert the file to UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"found broken JSON ({error}), expected one object a line; mend or drop the line") from error
    if not isinstance(value, dict):
        raise Unreadable(f"found a JSON {type(value).__name__}, expected an object with a text; mend or drop the line")
    return value


def _read_csv(file: Path, max_chars: int) -> Iterator[Row]:
    with file.open(encoding=encoding_of(file), newline="") as stream:
        separator = delimiter(stream.readline())
        stream.seek(0)
        rows = csv.DictReader(stream, delimiter=separator)
        number = 0
        while (record := _next_record(rows)) is not None:
            number += 1
            fault = "found more cells than the header has; put quotes around cells that hold the delimiter"
            where = f"{file}, row {number}"
            yield Row(where, f"{file.stem}-{number}", fields(record), fault if None in record else None)


def _next_record(rows: csv.DictReader[str]) -> Mapping[Any, object] | None:
    # The longest cell is one number for the whole process, and 131,072 unless told: raise it for this one read.
    before = csv.field_size_limit(1 << 30)
    try:
        return next(rows, None)  # surplus cells stand under the key None
    finally:
        csv.field_size_limit(before)


def _read_parquet(file: Path, max_chars: int) -> Iterator[Row]:
    import pyarrow.parquet as pq  # late: a quarter of a second

    with pq.ParquetFile(file) as table:
        wanted = list(columns(table.schema_arrow.names).values())
        yield from _records(file, table.iter_batches(batch_size=256, columns=wanted))


def _read_arrow(file: Path, max_chars: int) -> Iterator[Row]:
    """A file of a folder that the ``datasets`` library saved: an Arrow stream."""
    import pyarrow as pa

    with pa.memory_map(str(file)) as source, pa.ipc.open_stream(source) as stream:
        wanted = list(columns(stream.schema.names).values())
        yield from _records(file, (part.select(wanted) for batch in stream for part in _slices(batch, 256)))


def _slices(batch: Any, size: int) -> Iterator[Any]:
    return (batch.slice(start, size) for start in range(0, batch.num_rows, size))


def _records(file: Path, batches: Iterable[Any]) -> Iterator[Row]:
    number = 0
    for batch in batches:
        for record in batch.to_pylist():
            number += 1
            yield Row(f"{file}, row {number}", f"{file.stem}-{number}", fields(record))


def _read_warc(file: Path, max_chars: int) -> Iterator[Row]:
    for page in warc_pages(file, max_chars):
        try:
            yield Row(f"{file}, {page.id}", page.id, {**read_page(page.raw, page.charset), "url": page.url})
        except Unreadable as error:
            yield Row(f"{file}, {page.id}", page.id, fault=str(error))


READERS: Mapping[str, Callable[[Path, int], Iterator[Row]]] = {
    ".txt": _read_plain,
    ".md": _read_plain,
    ".html": _read_html,
    ".htm": _read_html,
    ".jsonl": _read_jsonl,
    ".jsonl.gz": _read_jsonl,
    ".jsonl.zst": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".csv": _read_csv,
    ".parquet": _read_parquet,
    ".arrow": _read_arrow,
    ".warc": _read_warc,
    ".warc.gz": _read_warc,
}
PAGES = (".txt", ".md", ".html", ".htm")
WARCS = (".warc", ".warc.gz")
TABLES = tuple(suffix for suffix in READERS if suffix not in PAGES)
SUPPORTED = ", ".join(READERS)


def check_columns(file: Path) -> None:
    """Raise InputError for a table that has columns but none for the text, MissingExtraError where a library is missing.

    Other faults are met when the file is read.
    """
    if file.name.lower().endswith(WARCS):
        load_fastwarc()
        return
    try:
        names = _column_names(file)
    except Exception as error:  # met again when the file's turn comes, and reported there
        log.debug("%s: %s", file, error)
        return
    if any(name.strip() for name in names) and "text" not in columns(names):
        expected = f"one for the text, named {', '.join(COLUMNS['text'])}"
        raise InputError(f"{file}: found the columns {', '.join(names)}; expected {expected}; rename it")


def _column_names(file: Path) -> list[str]:
    name = file.name.lower()
    if name.endswith(".csv"):
        with file.open(encoding=encoding_of(file), newline="") as stream:
            head = stream.readline()
        return next(csv.reader([head], delimiter=delimiter(head)), [])
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return list(pq.read_schema(file).names)
    if name.endswith(".arrow"):
        import pyarrow as pa

        with pa.memory_map(str(file)) as source, pa.ipc.open_stream(source) as stream:
            return list(stream.schema.names)
    names: dict[str, None] = {}
    if name.endswith(TABLES):
        for line in islice(_json_lines(file, 1_000_000), _PEEK_LINES):
            try:
                names.update(dict.fromkeys(_json_object(line) if line else ()))
            except Unreadable:
                continue
    return list(names)
