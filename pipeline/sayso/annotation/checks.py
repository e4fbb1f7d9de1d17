"""Every check of the datasheet that a program can make, each with the bounds that the corpus keeps.

Bounds are promises to whoever trains on the corpus: probes close to the majority class, no phenomenon that gives its label away, none too
small to be measured, no passage twice. They hold over all rows, but for the probes, which learn from train and are asked about test.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.table import Table

from sayso.annotation import probes
from sayso.annotation.duplicates import NEAR, near_duplicates, ngrams
from sayso.annotation.passages import PHENOMENA
from sayso.annotation.stats import repeated_openings
from sayso.annotation.validate import load_articles, load_rows
from sayso.errors import DataError
from sayso.types import LABELS

Row = Mapping[str, Any]
LABEL_SHARE = (0.18, 0.33)
OWN_VOICE = (0.15, 0.30)
LARGEST_LABEL = 0.70  # within a phenomenon, but for silence, which is mostly unrelated by its nature
SILENT = "topical_silent"
ROWS = 300  # of each phenomenon
ROLES = ("twin_roles", "not_the_source")
ROLE_ROWS = 1500
ABOVE_MAJORITY = 0.05  # what a probe may find beyond the majority class
CONTRASTS = 0.5  # rows that contrast holders
COPIED = 0.25  # of a passage's 5-grams in one article
OPENINGS = 0.10  # repeated, within a style
PASSAGE_WORDS = (15, 90)
CLAIM_WORDS = (2, 20)


@dataclass(frozen=True, slots=True)
class Check:
    """A figure with its bounds; ``low`` or ``high`` is None where it has none on that side, ``where`` names what gave the figure."""

    name: str
    found: float
    low: float | None = None
    high: float | None = None
    where: str = ""

    @property
    def holds(self) -> bool:
        """True where the figure lies within its bounds."""
        return (self.low is None or self.found >= self.low) and (self.high is None or self.found <= self.high)


def corpus_checks(folder: Path, *, curve: bool = False, repeats: int = 3) -> dict[str, Any]:
    """All checks of a corpus folder as figures: ``checks``, and what they were made from by phenomenon, style, split and view.

    ``curve`` adds the learning curve of the probe that sees everything. Raises DataError where train or test has no rows.
    """
    rows = list(load_rows(folder).values())
    parts = _by(rows, "split")
    if not parts.get("train") or not parts.get("test"):
        raise DataError(f"{folder}: expected rows in passages/train.jsonl and passages/test.jsonl; the probes learn from one and are asked the other")
    seen = _probes(parts["train"], parts["test"])
    phenomena = {k: {"rows": len(some), "labels": _shares(some)} for k, some in sorted(_by(rows, "phenomenon").items())}
    openings = {k: repeated_openings(some) for k, some in sorted(_by(rows, "style").items())}
    lengths = {k: {"passage": _lengths({r["text"] for r in some}), "claim": _lengths(r["claim"] for r in some)} for k, some in parts.items()}
    checks = [
        *_label_checks(rows, phenomena),
        *_probe_checks(seen),
        *_copies(folder, rows),
        Check("repeated openings within a style", max(openings.values()), high=OPENINGS, where=max(openings, key=lambda k: openings[k])),
        *_length_checks(lengths),
    ]
    out: dict[str, Any] = {"checks": [{**asdict(c), "holds": c.holds} for c in checks]}
    out |= {"probes": seen, "phenomena": phenomena, "repeated_openings": openings, "lengths": lengths}
    if curve:
        out["curve"] = probes.learning_curve(parts["train"], parts["test"], repeats)
    return out


def _probes(train: Sequence[Row], test: Sequence[Row]) -> dict[str, Any]:
    contrasting = probes.contrasts(test)
    views = {"claim": probes.claim_alone, "holder": probes.holder_alone, "passage": probes.passage_alone}
    found = {k: probes.probe(train, test, view) for k, view in views.items()}
    blind = probes.probe(train, test, probes.without_holder)
    on_contrasts = {id(r) for r in contrasting}
    return {
        "rows": len(test),
        "majority": probes.majority(test),
        "accuracy": {**{k: probes.accuracy(x, test) for k, x in found.items()}, "all but the holder": probes.accuracy(blind, test)},
        "contrasts": {
            "rows": len(contrasting),
            "majority": probes.majority(contrasting),
            "all but the holder": probes.accuracy([x for x, r in zip(blind, test, strict=True) if id(r) in on_contrasts], contrasting),
            "best without the holder": probes.best_without_holder(contrasting),
        },
    }


def _label_checks(rows: Sequence[Row], phenomena: Mapping[str, Any]) -> Iterator[Check]:
    shares = _shares(rows)
    rare, common = min(shares, key=lambda x: shares[x]), max(shares, key=lambda x: shares[x])
    yield Check("rarest label", shares[rare], low=LABEL_SHARE[0], where=rare)
    yield Check("commonest label", shares[common], high=LABEL_SHARE[1], where=common)
    yield Check("rows that ask the text's own voice", sum(r["actor"] is None for r in rows) / len(rows), *OWN_VOICE)
    largest = {k: max(f["labels"].values()) for k, f in phenomena.items() if k != SILENT}
    worst = max(largest, key=lambda k: largest[k], default="")
    yield Check(f"largest label within a phenomenon (but {SILENT})", largest.get(worst, 0.0), high=LARGEST_LABEL, where=worst)
    sizes = {k: phenomena[k]["rows"] if k in phenomena else 0 for k in sorted(PHENOMENA)}
    least = min(sizes, key=lambda k: sizes[k])
    yield Check("rows of the smallest phenomenon", sizes[least], low=ROWS, where=least)
    yield Check(f"rows of {' and '.join(ROLES)}", sum(sizes[k] for k in ROLES), low=ROLE_ROWS)


def _probe_checks(seen: Mapping[str, Any]) -> Iterator[Check]:
    for view in ("claim", "holder", "passage"):
        yield Check(f"accuracy from the {view} alone (test)", seen["accuracy"][view], high=seen["majority"] + ABOVE_MAJORITY)
    some = seen["contrasts"]
    yield Check("rows that contrast holders (test)", some["rows"] / seen["rows"], low=CONTRASTS)
    yield Check("accuracy on these without the holder", some["all but the holder"], high=some["majority"] + ABOVE_MAJORITY)


def _copies(folder: Path, rows: Sequence[Row]) -> Iterator[Check]:
    """Near duplicates between splits (passages; articles), and the largest part of a passage that stands in an article of another split."""
    articles = [(split, path.name, text) for split, path, _, text in load_articles(folder)]
    passages = {str(r["text"]): (str(r["split"]), str(r["id"])) for r in rows}
    for what, texts in (("passages", passages), ("articles", {text: (split, name) for split, name, text in articles})):
        pairs = [(share, f"{texts[a][1]}, {texts[b][1]}") for a, b, share in near_duplicates(texts, bound=0.0)]
        share, where = max(pairs, default=(0.0, ""))
        yield Check(f"largest overlap of {what} in two splits", share, high=NEAR, where=where)
    grams = {text: ngrams(text) for text in passages}
    copied = (0.0, "")
    for split, name, text in articles:
        there = ngrams(text)
        for passage, own in grams.items():
            if passages[passage][0] != split and own:
                copied = max(copied, (len(own & there) / len(own), f"{passages[passage][1]}, {name}"))
    yield Check("largest part of a passage in an article of another split", copied[0], high=COPIED, where=copied[1])


def _length_checks(lengths: Mapping[str, Any]) -> Iterator[Check]:
    for what, (low, high) in (("passage", PASSAGE_WORDS), ("claim", CLAIM_WORDS)):
        yield Check(f"words of the shortest {what}", min(f[what]["shortest"] for f in lengths.values()), low=low)
        yield Check(f"words of the longest {what}", max(f[what]["longest"] for f in lengths.values()), high=high)


def _lengths(texts: Iterable[str]) -> dict[str, float]:
    n = sorted(len(re.findall(r"\w+", t)) for t in texts)
    cuts = quantiles(n, n=20) if len(n) > 1 else [n[0]]
    return {"shortest": n[0], "5 %": cuts[0], "median": median(n), "95 %": cuts[-1], "longest": n[-1]}


def _shares(rows: Sequence[Row]) -> dict[str, float]:
    labels = Counter(str(r["label"]) for r in rows)
    return {str(x): labels[x] / len(rows) for x in LABELS}


def _by(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    out: dict[str, list[Row]] = defaultdict(list)
    for r in rows:
        out[str(r[key])].append(r)
    return out


def print_checks(figures: Mapping[str, Any], console: Console) -> None:
    """The checks as a table, and the learning curve where there is one."""
    table = Table(title="Checks")
    for k, head in enumerate(("", "found", "bounds", "", "where")):
        table.add_column(head, justify="right" if k in (1, 2) else "left", overflow="fold")
    for c in figures["checks"]:
        table.add_row(c["name"], shown(c["found"]), bounds(c), "" if c["holds"] else "broken", c["where"])
    console.print(table)
    seen = figures["probes"]
    console.print(
        f"majority class on test {seen['majority']:.1%}, on the rows that contrast holders {seen['contrasts']['majority']:.1%}; "
        f"there a model without the holder gets {seen['contrasts']['best without the holder']:.1%} at most",
        highlight=False,
    )
    if "curve" in figures:
        table = Table(title="Learning curve: TF-IDF and logistic regression with the holder's spans, on test")
        for head in ("share of the groups", "rows", "accuracy", "macro F1", "spread of accuracy"):
            table.add_column(head, justify="right")
        for f in figures["curve"]:
            table.add_row(f"{f['share']:.0%}", str(f["rows"]), f"{f['accuracy']:.1%}", f"{f['macro_f1']:.3f}", f"{f['spread']:.1%}")
        console.print(table)


def bounds(check: Mapping[str, Any]) -> str:
    """The bounds of a check as words."""
    return " ".join(f"{sign} {shown(check[side])}" for sign, side in (("≥", "low"), ("≤", "high")) if check[side] is not None)


def shown(value: float) -> str:
    """A count as it is, a share in per cent."""
    return f"{value:.1%}" if isinstance(value, float) else str(value)
