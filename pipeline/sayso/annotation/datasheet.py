"""The parts of a corpus's datasheet that are written by code: counts and checks, between ``<!-- NAME -->`` and ``<!-- /NAME -->``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sayso.annotation.checks import bounds, shown
from sayso.errors import DataError
from sayso.types import LABELS, STANCES

Figures = Mapping[str, Any]


def counts(figures: Figures) -> str:
    """A Markdown table of what stands in each split, from :func:`sayso.annotation.stats.corpus_stats`."""
    rows = figures["passages"]
    out = [
        _line("**passages**: rows", rows, lambda f: f"{f['rows']:,}"),
        _line("passages; groups of them", rows, lambda f: f"{f['passages']:,}; {f['groups']:,}"),
        _line(", ".join(LABELS), rows, lambda f: ", ".join(f"{f['labels'][x]:,}" for x in LABELS)),
        _line("asked of the text's own voice", rows, lambda f: f"{f['own_voice']:.0%}"),
        *_articles("**articles**", figures["articles"]),
    ]
    for part in sorted({k.partition(" ")[0] for k in [*figures["references"], *figures["reference_articles"]]}):
        own, whole = ({k.partition(" ")[2]: v for k, v in figures[key].items() if k.startswith(part)} for key in ("references", "reference_articles"))
        out.append(_line(f"**{part}**, by reference: rows", own, lambda f: f"{f['rows']:,}"))
        out += _articles(f"{part}: articles", whole)
    return _table(["", "train", "dev", "test"], out)


def checks(figures: Figures) -> str:
    """A Markdown table of the checks, from :func:`sayso.annotation.checks.corpus_checks`."""
    lines = [[c["name"], shown(c["found"]), bounds(c), c["where"] + ("" if c["holds"] else " **broken**")] for c in figures["checks"]]
    return _table(["check", "found", "bounds", "where"], lines)


def put(block: str, name: str, file: Path) -> None:
    """Put a block in the place of the one of that name. Raises DataError where the file has no such place."""
    text = file.read_text("utf-8")
    found = re.search(_place(name), text)
    if found is None:
        raise DataError(f"{file}: expected a place for a block, <!-- {name} --> and <!-- /{name} --> on lines of their own")
    file.write_text(text[: found.start(1)] + block + text[found.end(1) :], "utf-8")


def get(name: str, file: Path) -> str:
    """The block of that name; empty where there is none."""
    found = re.search(_place(name), file.read_text("utf-8"))
    return found[1] if found else ""


def _place(name: str) -> str:
    return rf"(?<=<!-- {name} -->\n)([\s\S]*?)(?=<!-- /{name} -->)"


def _articles(name: str, by_split: Figures) -> list[list[str]]:
    return [
        _line(name, by_split, lambda f: f"{f['articles']:,}"),
        _line("units; pairs of holder and claim in them", by_split, lambda f: f"{f['units']:,}; {f['pairs']:,}"),
        _line(f"records: {', '.join(STANCES)}", by_split, lambda f: ", ".join(f"{f['labels'][x]:,}" for x in STANCES)),
    ]


def _line(name: str, by_split: Figures, show: Callable[[Figures], str]) -> list[str]:
    return [name, *(show(by_split[s]) if s in by_split else "-" for s in ("train", "dev", "test"))]


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "".join("| " + " | ".join(x) + " |\n" for x in [head, ["---"] * len(head), *lines])
