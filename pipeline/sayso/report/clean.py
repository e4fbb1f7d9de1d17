"""Foreign text made harmless for display, and shortened."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_MARK = "\ufffd"  # the replacement character: visible, and as long as what it stands for
_CONTROLS = dict.fromkeys((code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"), _MARK)
_SPACES = {ord(char): " " for char in "\r\v\f\x85"}
# Embeddings, overrides and isolates, which can make a line read backwards; plain direction marks stay.
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), _MARK)
_BROKEN = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), _MARK)
_UNSAFE = _CONTROLS | _SPACES | _BIDI | _BROKEN


def clean(text: str) -> str:
    """Replace what could steer a terminal or a page: control characters, text direction overrides, broken Unicode.

    The length does not change, so spans still fit.
    """
    return text.translate(_UNSAFE)


def encodable(value: object) -> object:
    """A string without halves of surrogate pairs, which no UTF-8 file can hold; lists likewise; else the value."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return [encodable(item) for item in value] if isinstance(value, list) else value


def shorten(text: str, length: int) -> str:
    """The text on one line, cleaned, in at most ``length`` characters: cut between words where that leaves enough."""
    line = re.sub(r"\s+", " ", clean(text[: 4 * length])).strip()
    if len(line) <= length and len(text) <= 4 * length:
        return line
    cut = line[: length - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,;:–-") + "…"


def web_address(url: str | None) -> str | None:
    """The address where it leads to the web; None for scripts, data and whatever else a link must not open."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
