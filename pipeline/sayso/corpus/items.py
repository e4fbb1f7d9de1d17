"""What a source yields, and the key by which a later run knows it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sayso.types import Article, Skipped


@dataclass(frozen=True, slots=True)
class Page:
    """A web page as it was fetched. Its article is cut out by a worker, because a page can take a parser down."""

    id: str
    where: str
    raw: bytes
    given: Mapping[str, object] = field(default_factory=dict)
    charset: str | None = None


Item = Article | Page | Skipped


def item_id(item: Item) -> str:
    """The article's id; for a file that could not be read, its name."""
    return item.article if isinstance(item, Skipped) else item.id


def item_key(item: Item) -> bytes:
    """16 bytes that change with anything that could change the item's rows."""
    if isinstance(item, Article):
        parts: tuple[object, ...] = ("article", item.id, item.text, item.title, item.outlet, item.published, item.url)
    elif isinstance(item, Page):
        parts = ("page", item.id, item.raw, item.charset, *sorted(item.given.items()))
    else:
        parts = ("skipped", item.article, item.stage, item.reason)
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=16).digest()


def in_shard(item: Item, shard: tuple[int, int] | None) -> bool:
    """True where the item belongs to shard (i, n), i from 1: by its id, so that neither order nor other files matter."""
    if shard is None:
        return True
    digest = hashlib.blake2b(item_id(item).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % shard[1] == shard[0] - 1
