"""A noun as a small card for a notebook: escaped text, no script, no link. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

_MAX = 600  # characters of one text on a card


def card(title: str, facts: Mapping[str, object], quotes: Iterable[tuple[str, str]] = ()) -> str:
    """An HTML card: a title, facts by name (empty ones are left out), and quotes with where each is from."""
    rows = "".join(f"<div><span style='opacity:.65'>{escape(name)}</span> {_text(value)}</div>" for name, value in facts.items() if value)
    cited = "".join(
        f"<blockquote style='margin:.4em 0;padding-left:.8em;border-left:3px solid'>{_text(words)}<br><small style='opacity:.65'>{_text(source)}</small></blockquote>"
        for words, source in quotes
    )
    return f"<div style='max-width:46em;font-family:Georgia,serif;line-height:1.4'><b style='font-size:1.1em'>{_text(title)}</b>{rows}{cited}</div>"


def _text(value: object) -> str:
    """Escaped, cut, and without what could steer a page: control characters, direction overrides, broken Unicode."""
    text = str(value)
    shown = text[:_MAX] + ("…" if len(text) > _MAX else "")
    return escape("".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in shown))
