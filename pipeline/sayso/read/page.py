"""A web page -> the article's text and metadata, by trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sayso.read.encoding import Unreadable, decode

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset=["']?([\w-]+)""", re.IGNORECASE)


def read_page(raw: bytes, charset: str | None = None) -> dict[str, object]:
    """The article in a page, keyed as COLUMNS. ``charset`` is what its server declared; the page's own word goes before.

    Blocks stand apart by an empty line; headings begin with ``##``, list items with ``-``, and ``|`` stands between the
    cells of a table row.

    Raises Unreadable where there is no article in the page.
    """
    import trafilatura  # late: it takes a third of a second, and most runs read no page

    declared = _DECLARED.search(raw, 0, 4096)
    page = trafilatura.bare_extraction(
        decode(raw, declared[1].decode("ascii") if declared else charset),
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},  # no date guessed from running text
    )
    if page is None or isinstance(page, dict) or page.body is None:
        raise Unreadable("found no article in the page, expected paragraphs of text; save its text as .txt instead")
    text = "\n\n".join(block for block in _blocks(page.body) if block)
    return {"text": text, "title": page.title, "outlet": page.sitename, "published": page.date, "url": page.url}


def _blocks(body: Any) -> Iterator[str]:
    for line_break in body.iter("lb"):
        line_break.tail = " " + (line_break.tail or "")
    for node in body:
        if node.tag == "list":
            yield "\n".join(f"- {line}" for item in node.iter("item") if (line := _own_text(item)))
        elif node.tag == "table":
            yield "\n".join(" | ".join(_flat(cell.itertext()) for cell in row.iter("cell")) for row in node.iter("row"))
        else:
            line = _flat(node.itertext())
            yield f"## {line}" if node.tag == "head" and line else line


def _own_text(item: Any) -> str:
    """The text of a list item without the items inside it, which get lines of their own."""
    depth = len(list(item.iterancestors("item"))) + 1
    return _flat(item.xpath(".//text()[count(ancestor::item) = $depth]", depth=depth))


def _flat(texts: Any) -> str:
    return " ".join("".join(texts).split())
