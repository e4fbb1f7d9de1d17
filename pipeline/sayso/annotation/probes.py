"""What a bag of words learns from a corpus: from the claim, the holder or the passage alone it should learn nothing.

Each view of a row is a list of words and pairs of words; a logistic regression on their TF-IDF weights is trained on the train part and
asked about another. A view that beats the majority class shows a shortcut (Poliak et al. 2018, hypothesis-only baselines).
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import mean
from typing import Any

from sayso.errors import DataError, MissingExtraError

Row = Mapping[str, Any]
View = Callable[[Row], list[str]]
SHARES = (0.25, 0.5, 1.0)


def probe(train: Sequence[Row], asked: Sequence[Row], view: View) -> list[str]:
    """Train on ``train`` as seen through ``view`` and give back a label for each row of ``asked``. Raises MissingExtraError without scikit-learn."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
    except ImportError as e:
        raise MissingExtraError("a probe", "train") from e
    if len({r["label"] for r in train}) < 2:
        raise DataError(f"a probe needs rows of two labels at least to learn from, found {len(train)} rows of one")
    model = make_pipeline(TfidfVectorizer(analyzer=view, min_df=2, sublinear_tf=True), LogisticRegression(max_iter=1000, random_state=0))
    try:
        model.fit(train, [r["label"] for r in train])
    except ValueError as e:  # no word stands in two rows
        raise DataError(f"a probe learns nothing from {len(train)} rows: {e}") from e
    return [str(x) for x in model.predict(asked)]


def accuracy(found: Sequence[str], rows: Sequence[Row]) -> float:
    """The share of rows whose label was found; 0 where there are none."""
    return sum(x == str(r["label"]) for x, r in zip(found, rows, strict=True)) / max(len(rows), 1)


def majority(rows: Sequence[Row]) -> float:
    """The share of the commonest label."""
    return max(Counter(str(r["label"]) for r in rows).values(), default=0) / max(len(rows), 1)


def claim_alone(row: Row) -> list[str]:
    """Words and pairs of words of the claim."""
    return _grams(row["claim"])


def holder_alone(row: Row) -> list[str]:
    """The words of the holder's name; one sign for the text's own voice."""
    return ["-"] if row["actor"] is None else _grams(row["actor"])


def passage_alone(row: Row) -> list[str]:
    """Words and pairs of words of the passage."""
    return _grams(row["text"])


def without_holder(row: Row) -> list[str]:
    """Claim and passage, and each word of the claim with whether it stands in the passage."""
    return [*_marked("c", _grams(row["claim"])), *_marked("p", _grams(row["text"])), *_shared("cp", row["claim"], row["text"])]


def everything(row: Row) -> list[str]:
    """All of it: also the holder, the words of its cues, and the claim's words against those of its contents."""
    text = row["text"]
    cues, contents = (" ".join(text[slice(*s)] for s in row[k]) for k in ("cue_spans", "content_spans"))
    marks = _marked("h", holder_alone(row)) + _marked("u", _grams(cues)) + _shared("cc", row["claim"], contents)
    return [*without_holder(row), *marks, f"n={min(len(row['content_spans']), 3)}", f"own={row['actor'] is None}"]


def contrasts(rows: Iterable[Row]) -> list[Row]:
    """Rows that contrast holders: the same claim on the same passage is asked of others too, and the labels differ."""
    asked: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for r in rows:
        asked[r["text"], r["claim"]].append(r)
    return [r for some in asked.values() if len({x["label"] for x in some}) > 1 for r in some]


def best_without_holder(rows: Iterable[Row]) -> float:
    """What any model that sees no holder can reach at most: each claim on a passage gets its commonest label."""
    asked: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for r in rows:
        asked[r["text"], r["claim"]].append(r)
    n = sum(map(len, asked.values()))
    return sum(majority(some) * len(some) for some in asked.values()) / max(n, 1)


def sample(rows: Sequence[Row], share: float, seed: int) -> list[Row]:
    """A share of the groups with all their rows, in their order. Raises DataError for a share that is not in (0, 1]."""
    if not 0 < share <= 1:
        raise DataError(f"share is {share}, expected over 0 and at most 1")
    groups = list(dict.fromkeys(str(r["group"]) for r in rows))
    kept = set(random.Random(seed).sample(groups, max(1, round(share * len(groups)))))
    return [r for r in rows if str(r["group"]) in kept]


def learning_curve(train: Sequence[Row], asked: Sequence[Row], repeats: int = 3) -> list[dict[str, Any]]:
    """Accuracy and macro F1 of the probe that sees everything, on a quarter, half and all of the groups.

    A share under one is drawn ``repeats`` times; its figures are means, ``spread`` is the largest distance between two accuracies.
    """
    out = []
    for share in SHARES:
        runs = []
        for seed in range(repeats if share < 1 else 1):
            some = sample(train, share, seed)
            found = probe(some, asked, everything)
            runs.append((len(some), accuracy(found, asked), macro_f1(found, asked)))
        sizes, right, f1 = zip(*runs, strict=True)
        out.append({"share": share, "rows": round(mean(sizes)), "accuracy": mean(right), "macro_f1": mean(f1), "spread": max(right) - min(right)})
    return out


def macro_f1(found: Sequence[str], rows: Sequence[Row]) -> float:
    """The mean of the labels' F1, over labels that stand in the rows."""
    gold = [str(r["label"]) for r in rows]
    return mean(
        2 * sum(a == b == x for a, b in zip(found, gold, strict=True)) / (sum(a == x for a in found) + gold.count(x)) for x in sorted(set(gold))
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:[’']\w+)*", text.casefold())


def _grams(text: str) -> list[str]:
    words = _words(text)
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def _marked(mark: str, words: Iterable[str]) -> list[str]:
    return [f"{mark}:{w}" for w in words]


def _shared(mark: str, claim: str, text: str) -> list[str]:
    words, there = _words(claim), set(_words(text))
    share = sum(w in there for w in words) / max(len(words), 1)
    return [f"{mark}:{w}={w in there}" for w in words] + [f"{mark}:share={round(share, 1)}"] * 3
