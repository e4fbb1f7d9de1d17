"""One cell, or the difference of two runs, in a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sayso.errors import InputError
from sayso.report.clean import clean, shorten, web_address
from sayso.report.diff import Difference
from sayso.report.frames import judgement_row, position_row
from sayso.report.model import PositionReport
from sayso.report.terminal import STYLES
from sayso.report.words import SIGNS, Evidence, anchor, count, day, interval, percent, reading
from sayso.types import Position

_ROLES = {"content": "underline", "source": "bold cyan", "cue": "bold italic"}


def find_cell(report: PositionReport, cell: str) -> Position:
    """The position that ``cell`` names: ``ACTOR/CLAIM`` by id, or the anchor of the page, ``cell.CLAIM.ACTOR``.

    Raises InputError with the cells that there are.
    """
    wanted = cell.removeprefix("#")
    for position in report.positions:
        if wanted in (f"{position.actor}/{position.claim}", anchor("cell", position.claim, position.actor)):
            return position
    there = [f"{position.actor}/{position.claim}" for position in report.positions]
    listed = ", ".join(there[:40]) + (f" and {len(there) - 40} more" if len(there) > 40 else "")
    raise InputError(f"cell: found {clean(cell)!r}, expected ACTOR/CLAIM, one of {clean(listed) or 'none: the report has no positions'}")


def print_cell(report: PositionReport, position: Position, console: Console, limit: int | None = None) -> None:
    """Print a position with its evidence: source, cue and content stand out, context is dim."""
    words = report.words
    head = Text(f"{SIGNS[position.verdict]} {position.verdict}", style=STYLES[position.verdict])
    figures = [f"{percent(position.confidence)} ({interval(position)})", count(position.n_statements, "sentence")]
    figures += [count(position.n_articles, "article"), count(position.n_outlets, "outlet")]
    console.print(
        Text(shorten(words.name(position.actor), 80), style="bold"), Text("on"), Text(shorten(words.claim(position.claim).text, 600), style="bold")
    )
    console.print(head, Text(", ".join(figures), style="dim"))
    for shift in position.shifts:
        console.print(Text(f"{shift.before} at first, then {shift.after}", style="italic"))
    shown = words.evidence(position, limit)
    for item in shown:
        console.print()
        console.print(Padding(_quote(item), (0, 0, 0, 2)))
        console.print(Padding(_source(item), (0, 0, 0, 2)))
    left = len(words.evidence(position)) - len(shown)
    if left > 0:
        console.print(Text(f"\n{count(left, 'more sentence')}; --limit 0 shows all", style="dim"))


def cell_json(position: Position) -> dict[str, Any]:
    """The columns of a position with its evidence, for ``json.dumps``."""
    evidence = [judgement_row(j) for j in position.evidence]
    return {**position_row(position), "evidence": evidence}


def _quote(item: Evidence) -> Text:
    text = Text("… " if item.cut_before else "", style="dim")
    for piece in item.pieces:
        style = " ".join(style for role, style in _ROLES.items() if role in piece.roles) or ("default" if piece.roles else "dim")
        text.append(clean(piece.text).replace("\n", " "), style=f"not dim {style}" if piece.roles else "dim")
    return text.append(" …" if item.cut_after else "", style="dim")


def _source(item: Evidence) -> Text:
    judgement = item.judgement
    parts = [judgement.outlet, item.article.title or item.article.id, day(judgement.published), web_address(item.article.url)]
    sentence = judgement.statement.sentence
    parts += [f"characters {sentence.start:,} to {sentence.end:,}", reading(judgement)]
    if item.copies:
        parts.append("the same words in " + ", ".join(copy.outlet or copy.statement.article for copy in item.copies))
    return Text(", ".join(shorten(part, 200) for part in parts if part), style="dim")


def print_difference(difference: Difference, first: PositionReport, second: PositionReport, console: Console) -> None:
    """Print what changed between two runs, and why."""
    for what, before, after in difference.made:
        console.print(Text(f"{shorten(what, 60)}: {shorten(before, 80)} → {shorten(after, 80)}", style="dim"))
    for text, ids in (("gone", difference.articles_gone), ("new", difference.articles_new)):
        if ids:
            named = ", ".join(shorten(id_, 60) for id_ in ids[:10]) + (f" and {len(ids) - 10:,} more" if len(ids) > 10 else "")
            console.print(Text(f"{count(len(ids), 'article')} {text}: {named}", style="dim"))
    if not difference.changes:
        console.print(f"No position changed ({count(difference.n_same, 'position')}).")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Actor", "Claim", "Before", "After", "Why"):
        table.add_column(name, overflow="fold")
    for change in difference.changes:
        words = second.words if change.after else first.words
        table.add_row(
            Text(shorten(words.name(change.actor), 40)),
            Text(shorten(words.claim(change.claim).text, 80)),
            _verdict(change.before),
            _verdict(change.after),
            Text("; ".join(change.why)),
        )
    console.print(table)
    console.print(Text(f"{count(len(difference.changes), 'position')} changed, {difference.n_same:,} did not", style="dim"))


def _verdict(position: Position | None) -> Text:
    if position is None:
        return Text("silent", style="dim")
    text = f"{SIGNS[position.verdict]} {position.verdict} {percent(position.confidence)}"
    return Text(text + (" after a shift" if position.shift else ""), style=STYLES[position.verdict])
