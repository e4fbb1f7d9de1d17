"""Web archives (WARC) -> pages, by fastwarc (extra ``warc``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sayso.errors import MissingExtraError
from sayso.read.encoding import Unreadable


@dataclass(frozen=True, slots=True)
class WarcPage:
    """One archived response: the record's id without its urn, the address, the charset that its server declared, the page."""

    id: str
    url: str | None
    charset: str | None
    raw: bytes


def load_fastwarc() -> Any:
    """The module. Raises MissingExtraError where it is not installed."""
    try:
        from fastwarc import warc
    except ImportError:
        raise MissingExtraError("reading WARC files", "warc") from None
    return warc


def warc_pages(file: Path, max_chars: int) -> Iterator[WarcPage]:
    """The HTML responses of an archive, in its order; what was not delivered (status other than 200) is passed over.

    Raises Unreadable where the archive ends within a record.
    """
    warc = load_fastwarc()
    limit = 40 * max_chars  # markup outweighs text, and a page that is larger holds no article
    with file.open("rb") as stream:
        for record in warc.ArchiveIterator(stream, record_types=warc.WarcRecordType.response, auto_decode="all"):
            headers = record.http_headers
            if headers is None or headers.status_code != 200 or "html" not in (record.http_content_type or ""):
                continue
            id_ = str(record.record_id).strip("<>").removeprefix("urn:uuid:")
            raw = record.reader.read(limit)
            packed = headers.get("Content-Encoding") or headers.get("Transfer-Encoding")
            if len(raw) < min(limit, record.content_length) and not (raw and packed):
                raise Unreadable(f"found the record {id_} cut off, expected {record.content_length:,} bytes; fetch the archive again")
            yield WarcPage(id_, record.headers.get("WARC-Target-URI"), record.http_charset, raw)
