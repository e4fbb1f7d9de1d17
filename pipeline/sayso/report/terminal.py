"""The matrix in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sayso.report.clean import clean, shorten
from sayso.report.matrix import Matrix, best_sentence
from sayso.report.words import SIGNS, count, interval, percent
from sayso.types import ARTICLE_VOICE, NOT_CLEAR, Actor, Label, Position

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

STYLES = {
    Label.ASSERTS: "bold blue",
    Label.DENIES: "bold dark_orange3",
    Label.UNCERTAIN: "bold yellow",
    NOT_CLEAR: "bold",
}
_NARROW, _WIDE = 13, 22  # characters of a cell without its sentence, and the least that a sentence is readable in
_LINES = 5  # lines that a sentence may take in a cell


def print_matrix(report: PositionReport, console: Console) -> None:
    """Print the matrix with a line on what it rests on. Sentences stand in the cells where they fit, else below."""
    console.print(report.matrix())
    articles = count(report.n_articles, "article")
    skipped = f", {count(len(report.skipped), 'item')} left out" if report.skipped else ""
    legend = "n: sentences; in brackets: 90% interval"
    console.print(Text(f"{articles}, {count(len(report.judgements), 'judgement')}{skipped} ({legend})", style="dim"))


def matrix_parts(matrix: Matrix, width: int) -> Iterator[RenderableType]:
    """The matrix as tables that fit into ``width`` characters: several where the actors do not fit side by side."""
    if not matrix.claims:
        yield Text("No claims, so no positions.")
        return
    side = max(14, min(36, width // 5))
    fitting = max(1, (width - side) // (_NARROW + 3))
    cell = (width - side) // min(len(matrix.actors), fitting) - 3
    for first in range(0, len(matrix.actors), fitting):
        yield _table(matrix, matrix.actors[first : first + fitting], side, cell)
    if cell < _WIDE:
        yield from _sentences(matrix)
    if matrix.silent:
        names = ", ".join(shorten(actor.name, 40) for actor in matrix.silent)
        yield Text(f"No position found: {names}", style="dim")


def _table(matrix: Matrix, actors: tuple[Actor, ...], side: int, cell: int) -> Table:
    table = Table(box=box.HORIZONTALS, show_lines=True, pad_edge=False, padding=(0, 1))
    table.add_column("Claim", width=side - 2, overflow="fold")
    for actor in actors:
        style = "italic" if actor.id == ARTICLE_VOICE else ""
        table.add_column(Text(shorten(actor.name, 60), style=style), width=cell, overflow="fold")
    for claim in matrix.claims:
        cells = [_cell(matrix.cell(actor, claim), cell) for actor in actors]
        table.add_row(Text(shorten(claim.text, 200)), *cells)
    return table


def _cell(position: Position | None, width: int) -> RenderableType:
    if position is None:
        return Text("·", style="dim")
    verdict = Text(f"{SIGNS[position.verdict]} {position.verdict}", style=STYLES[position.verdict])
    shift = [Text("after a shift", style="italic")] if position.shift else []
    sentences = f"n={position.n_statements:,}"
    if width < _WIDE:
        return Group(verdict, *shift, Text(f"{percent(position.confidence)}, {sentences}", style="dim"))
    figures = Text(f"{percent(position.confidence)} ({interval(position)}), {sentences}", style="dim")
    return Group(verdict, *shift, figures, Text(best_sentence(position, _LINES * (width - 2))))


def _sentences(matrix: Matrix) -> Iterator[RenderableType]:
    """The best sentence of each cell as a list, for tables whose cells are too narrow to hold them."""
    for claim, cells in matrix.rows():
        spoken = [(actor, position) for actor, position in cells if position is not None and position.evidence]
        if spoken:
            yield Text("\n" + shorten(claim.text, 200), style="bold")
        for actor, position in spoken:
            line = Text(f"{SIGNS[position.verdict]} ", style=STYLES[position.verdict])
            name = "The article itself" if actor.id == ARTICLE_VOICE else clean(actor.name)
            line.append(shorten(name, 60), style="not bold italic").append(": ", style="not bold")
            line.append(best_sentence(position, 240), style="not bold default")
            yield Padding(line, (0, 0, 0, 2))
    yield Text()


def spent_line(usage: Mapping[str, float]) -> str:
    """What a model behind a server took, in one line; the cost is in the currency of the configured prices."""
    n = {k: int(v) for k, v in usage.items() if k != "cost"}
    parts = [
        count(n["requests"], "request"),
        f"{count(n['cached'], 'answer')} from the cache",
        f"{n['tokens_in']:,} tokens in, {n['tokens_out']:,} out",
    ]
    parts += [f"{count(n['failed'], 'question')} failed"] if n["failed"] else []
    parts += [f"cost {usage['cost']:,.4f}"] if "cost" in usage else []
    return "; ".join(parts)
