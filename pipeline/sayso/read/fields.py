"""Names and values of metadata: one table of column names, scalars, calendar dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dateutil import parser as dateparser

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article_text", "full_text", "fulltext", "maintext"),
    "id": ("id", "article_id", "doc_id", "uuid", "guid"),
    "title": ("title", "headline"),
    "outlet": ("outlet", "source", "publisher", "publication", "newspaper", "sitename", "site"),
    "published": ("published", "date", "published_at", "publish_date", "publication_date", "date_publish", "pubdate"),
    "url": ("url", "link", "permalink"),
}
"""Field of Article -> the names under which columns, JSON keys and front matter may give it; the first one found wins.
Case does not count, and a space or hyphen is as good as an underscore."""


def columns(names: Iterable[object]) -> dict[str, str]:
    """Field of Article -> the name that a table gives it, for the fields that it has."""
    plain = {re.sub(r"[\s-]+", "_", name.strip().lower()): name for name in names if isinstance(name, str)}
    found = {key: next((plain[name] for name in synonyms if name in plain), None) for key, synonyms in COLUMNS.items()}
    return {key: name for key, name in found.items() if name is not None}


def fields(record: Mapping[Any, object]) -> dict[str, object]:
    """The values of a record under the names of COLUMNS; everything else is left behind."""
    return {key: record[name] for key, name in columns(record).items()}


def scalar(value: object) -> str | None:
    """A scalar as a stripped string; None where there is nothing to say, or something that is not a scalar."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, dt.date)) or value != value:
        return None
    if isinstance(value, float) and value.is_integer():  # a column of whole numbers with gaps becomes one of floats
        value = int(value)
    whole = str(value).encode("utf-8", "replace").decode("utf-8")  # halves of surrogate pairs fit into no file
    return whole.strip() or None


def parse_date(value: object) -> dt.date | None:
    """Read a calendar date from a date, a timestamp or a string such as ``2026-03-03T10:00Z`` or ``3 March 2026``.

    None where the value is no date, lacks its day, month or year, or has two readings (``03/04/2026``).
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        return None
    value = value.strip()
    if iso := re.match(r"\d{4}-\d{2}-\d{2}(?!\d)|\d{8}$", value):  # dateutil would swap day and month even here
        try:
            return dt.date.fromisoformat(iso.group())
        except ValueError:
            return None
    if value.isdigit():
        return None
    try:
        # What is missing comes from the default, what is in doubt follows the order: a date is what neither changes.
        readings = {
            dateparser.parse(value, default=default, dayfirst=dayfirst, ignoretz=True).date()
            for default in (dt.datetime(1972, 1, 1), dt.datetime(1984, 2, 2))
            for dayfirst in (False, True)
        }
    except (ValueError, OverflowError, TypeError):
        return None
    return readings.pop() if len(readings) == 1 else None
