"""Precision and recall of near duplicates on a built set, by kind of edit and threshold.

Stories are generated; each gets copies as outlets make them. What must not match: other stories of the same affair, which
share up to half of their paragraphs' pool, and follow-ups that quote a third of a story. A copy counts as found where its
own story, or another copy of it, is named as its original.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from common import options, show
from generate import articles, passages

from sayso.config import DuplicateSettings
from sayso.corpus.index import Index
from sayso.corpus.near import Signatures

Edit = Callable[[str, random.Random], str]


def framed(text: str, rng: random.Random) -> str:
    return f"FROM OUR NEWS DESK, edition {rng.randrange(100)}\n\n{text}\nThis story is from an agency. Sign up for our newsletter.\n"


def shortened(text: str, rng: random.Random) -> str:
    parts = text.split("\n\n")
    return "\n\n".join(parts[: max(2, round(len(parts) * 0.8))])


def localised(text: str, rng: random.Random) -> str:
    parts = text.split("\n\n")
    parts.insert(rng.randrange(1, len(parts)), rng.choice(passages()))
    return "\n\n".join(parts)


def reworded(text: str, rng: random.Random) -> str:
    """Three words in a hundred changed."""
    return re.sub(r"[a-z]{4,}", lambda m: "changed" if rng.random() < 0.03 else m[0], text)


def restyled(text: str, rng: random.Random) -> str:
    return text.replace('"', "“").replace(" - ", " — ").replace("per cent", "%").upper().lower()


def shuffled(text: str, rng: random.Random) -> str:
    head, *rest = text.split("\n\n")
    rng.shuffle(rest)
    return "\n\n".join([head, *rest])


def follow_up(text: str, rng: random.Random) -> str:
    """Another story that quotes a third of this one."""
    parts = text.split("\n\n")
    return "\n\n".join([*rng.sample(passages(), 7), *rng.sample(parts, len(parts) // 3)])


EDITS: tuple[Edit, ...] = (framed, shortened, localised, reworded, restyled, shuffled)


def main() -> None:
    args = options(__doc__, stories=300)
    rng = random.Random(1)
    texts: list[tuple[str, str, str]] = []
    for story in articles(args.stories, seed=5):
        texts.append((story["id"], "original", story["text"]))
        texts += [(story["id"], edit.__name__, edit(story["text"], rng)) for edit in EDITS]
        texts.append((f"other {story['id']}", "follow_up", follow_up(story["text"], rng)))
    rng.shuffle(texts)
    rows = []
    for threshold in (0.5, 0.6, 0.7, 0.8, 0.9):
        found = match(texts, threshold)
        firsts: set[str] = set()
        right = wrong = missed = 0
        missed_by = {edit.__name__: 0 for edit in EDITS} | {"original": 0}
        for (story, kind, _), original in zip(texts, found, strict=True):
            copy = story in firsts
            firsts.add(story)
            right += original == story
            wrong += original is not None and original != story
            if copy and original != story:
                missed += 1
                missed_by[kind] = missed_by.get(kind, 0) + 1
        total = {"precision": right / max(1, right + wrong), "recall": right / max(1, right + missed)}
        rows.append({"threshold": threshold, **total, **{f"missed {k}": n for k, n in missed_by.items()}})
    show(rows, args)


def match(texts: list[tuple[str, str, str]], threshold: float) -> list[str | None]:
    """The story that each text is found to repeat, in the order of reading."""
    signatures = Signatures(DuplicateSettings(threshold=threshold))
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder) / "index.sqlite")
        out: list[str | None] = []
        for story, _, text in texts:
            signature = signatures.of(text)
            bands = signatures.bands(signature)
            found = index.original(signature, bands, threshold)
            out.append(found.article if found else None)
            if found is None:
                index.add_original(story, 0, signature, bands)
        index.close()
    return out


if __name__ == "__main__":
    main()
