"""Bytes -> text: UTF-8 first, then what the bytes or the page say of themselves, then a guess that has to be sure."""

from __future__ import annotations

from pathlib import Path

_LARGEST_GUESS = 50_000_000  # bytes; guessing needs the whole file in memory


class Unreadable(Exception):
    """Why one file or row is left out; its text becomes the reason of a Skipped."""


def decode(raw: bytes, declared: str | None = None) -> str:
    """Decode a whole file without its byte order mark. Raises Unreadable for bytes that are not clearly text."""
    for encoding in ("utf-8-sig", declared):
        try:
            if encoding:
                return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode(guess(raw))


def encoding_of(file: Path) -> str:
    """The encoding of a file that is going to be streamed; a UTF-8 file is checked in constant memory.

    Raises Unreadable for bytes that are not clearly text, and for large files that are not UTF-8.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            while stream.read(1 << 20):
                pass
    except UnicodeDecodeError:
        if file.stat().st_size > _LARGEST_GUESS:
            raise Unreadable("found a large file that is not UTF-8, expected UTF-8; convert it, e.g. with iconv") from None
        return guess(file.read_bytes())
    return "utf-8-sig"


def guess(raw: bytes) -> str:
    """The encoding of bytes that are not UTF-8. Raises Unreadable where no reading is clearly text."""
    from charset_normalizer import from_bytes  # late: most runs never need it

    bom = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in raw and not bom:
        raise Unreadable("found binary data (NUL bytes), expected text; convert it to UTF-8 text")
    best = from_bytes(raw).best()
    # Chaos is the share of implausible characters, coherence the fit to a known language. A short text has none;
    # where the usual Western encoding reads the same characters as the best one, that is sure enough.
    western = best is not None and "cp1252" in best.could_be_from_charset
    if best is None or best.chaos > 0.1 or not (bom or western or best.coherence >= 0.4):
        raise Unreadable("found bytes that are neither UTF-8 nor clearly another encoding; convert it, e.g. with iconv")
    return "cp1252" if western else best.encoding
