"""The picture that a reader wants first: claims down the side, actors across the top, the article's own voice last."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console, ConsoleOptions, RenderResult

from sayso.report.clean import shorten
from sayso.report.words import OWN_VOICE
from sayso.types import ARTICLE_VOICE, Actor, BlockKind, Claim, Judgement, Position

if TYPE_CHECKING:
    from sayso.report.model import PositionReport


@dataclass(frozen=True)
class Matrix:
    """Claims x actors. Claims that negate another have no row: their positions are on the claim that they negate."""

    claims: tuple[Claim, ...]
    actors: tuple[Actor, ...]
    """The columns: every actor with a position, then the article's own voice."""
    silent: tuple[Actor, ...]
    """Actors without any position, who have no column."""
    cells: Mapping[tuple[str, str], Position]
    """(actor id, claim id) -> position; silence has no entry."""

    @classmethod
    def of(cls, report: PositionReport) -> Matrix:
        """The matrix of a report. Actors and claims that only the positions know come after those that it lists."""
        cells = {(position.actor, position.claim): position for position in report.positions}
        speaking = {actor for actor, _ in cells} - {ARTICLE_VOICE}
        listed = [actor for actor in report.actors if actor.id != ARTICLE_VOICE]
        actors = [actor for actor in listed if actor.id in speaking]
        actors += [Actor(id_, id_) for id_ in sorted(speaking - {actor.id for actor in listed})]
        known = {claim.id for claim in report.claims}
        claims = [c for c in report.claims if c.negation_of not in known or any(c.id == claim for _, claim in cells)]
        claims += [Claim(id_, id_) for id_ in sorted({claim for _, claim in cells} - known)]
        return cls(
            claims=tuple(claims),
            actors=(*actors, Actor(ARTICLE_VOICE, OWN_VOICE)),
            silent=tuple(actor for actor in listed if actor.id not in speaking),
            cells=cells,
        )

    def cell(self, actor: Actor, claim: Claim) -> Position | None:
        """What one actor holds on one claim; None for silence."""
        return self.cells.get((actor.id, claim.id))

    def rows(self) -> Iterator[tuple[Claim, list[tuple[Actor, Position | None]]]]:
        """Each claim with its cells in the order of the columns."""
        for claim in self.claims:
            yield claim, [(actor, self.cell(actor, claim)) for actor in self.actors]

    def to_frame(self) -> pd.DataFrame:
        """Verdicts by claim id (rows) and actor id (columns); None for silence."""
        verdicts = [[cell and str(cell.verdict) for _, cell in cells] for _, cells in self.rows()]
        index = pd.Index([claim.id for claim in self.claims], name="claim")
        columns = pd.Index([actor.id for actor in self.actors], name="actor")
        return pd.DataFrame(verdicts, index=index, columns=columns, dtype=object)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table for a terminal of any width."""
        from sayso.report.terminal import matrix_parts

        yield from matrix_parts(self, options.max_width)

    def __str__(self) -> str:
        """The table as plain text, as wide as the terminal."""
        stream = io.StringIO()
        Console(file=stream, no_color=True).print(self)
        return stream.getvalue().rstrip("\n")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The table for a notebook: no script, no link, its own style."""
        from sayso.report.html import render_matrix

        return render_matrix(self)


def best_sentence(position: Position, length: int) -> str:
    """The sentence that speaks for a position, in at most ``length`` characters; empty where there is no evidence.

    It is the first of the evidence that a reader understands by itself: of the position's label, prose, and more than a
    few words. Where none is, it is the first of all.
    """
    if not position.evidence:
        return ""
    plain = (j for j in position.evidence if j.label is position.label and _stands_alone(j))
    return shorten(next(plain, position.evidence[0]).text, length)


def _stands_alone(judgement: Judgement) -> bool:
    return judgement.statement.sentence.kind is not BlockKind.TABLE_ROW and len(judgement.text[:400].split()) > 4
