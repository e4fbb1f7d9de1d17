"""The result of a run, and the front door to everything that can be made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sayso.report import frames
from sayso.report.matrix import Matrix
from sayso.report.words import Words, count
from sayso.types import ARTICLE_VOICE, Actor, Article, Claim, Judgement, Position, Provenance, Skipped

if TYPE_CHECKING:
    from sayso.report.plots import Plots


@dataclass(frozen=True, repr=False)
class PositionReport:
    """All positions of a run, with what they rest on, what was left out, and how the run was made.

    ``actors`` and ``claims`` are in the order in which they are shown; the article's own voice need not be among the
    actors. A claim with ``negation_of`` has its positions on the claim that it negates.
    """

    positions: tuple[Position, ...]
    judgements: tuple[Judgement, ...] = ()
    articles: tuple[Article, ...] = ()
    actors: tuple[Actor, ...] = ()
    claims: tuple[Claim, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    n_read: int | None = None
    """Articles read, where ``articles`` lists only some of them."""

    @property
    def n_articles(self) -> int:
        """How many articles were read."""
        return len(self.articles) if self.n_read is None else self.n_read

    @cached_property
    def _cells(self) -> Mapping[tuple[str, str], Position]:
        return {(position.actor, position.claim): position for position in self.positions}

    @cached_property
    def words(self) -> Words:
        """Names, texts and evidence by id, as the pages need them."""
        return Words(self)

    def position(self, actor: str, claim: str) -> Position | None:
        """The position of an actor on a claim, both by id; None where the actor is silent on it.

        Raises KeyError, with the ids that there are, for an actor or a claim that is not in the report.
        """
        for what, id_, known in (
            ("actor", actor, [ARTICLE_VOICE, *(a.id for a in self.actors)]),
            ("claim", claim, [c.id for c in self.claims]),
        ):
            if id_ not in known and not any(id_ in key for key in self._cells):
                raise KeyError(f"{what}: found {id_!r}, expected one of {', '.join(known)}")
        return self._cells.get((actor, claim))

    def matrix(self) -> Matrix:
        """Claims down, actors across, the article's own voice last. Renders in a notebook and prints in a terminal."""
        return Matrix.of(self)

    @property
    def plot(self) -> Plots:
        """Charts of the report: ``plot.matrix()``, ``.timeline()``, ``.network()``, ``.outlets()`` (extra: plots)."""
        from sayso.report.plots import Plots  # late: only charts need it

        return Plots(self)

    def __repr__(self) -> str:
        return f"<PositionReport: {count(len(self.positions), 'position')}, {self._counts}>"

    def _repr_html_(self) -> str:
        from sayso.report.html import render_matrix

        return render_matrix(self.matrix(), self._counts)

    @property
    def _counts(self) -> str:
        return ", ".join((count(len(self.articles), "article"), count(len(self.judgements), "judgement"), f"{len(self.skipped):,} left out"))

    def to_frame(self) -> pd.DataFrame:
        """One row per position; columns as in ``frames.POSITIONS``."""
        return frames.to_pandas(frames.positions_table(self.positions))

    def judgements_frame(self) -> pd.DataFrame:
        """One row per scored (statement, claim); columns as in ``frames.REVIEWED``. Spans are Int64, with gaps."""
        return frames.to_pandas(frames.reviewed_table(self.judgements))

    def skipped_frame(self) -> pd.DataFrame:
        """One row per article, block or statement left out; columns as in ``frames.SKIPPED``."""
        return frames.to_pandas(frames.skipped_table(self.skipped))

    @classmethod
    def read(cls, folder: str | Path) -> PositionReport:
        """The report that was written into ``folder``, see ``load.read_report``. Raises InputError where it is none."""
        from sayso.report.load import read_report  # late: it builds on this class

        return read_report(folder)

    def write(self, out: Path) -> list[Path]:
        """Write all files of the report into the folder ``out`` and return their paths.

        The files are ``positions.parquet``, ``.csv`` and ``.json``, ``judgements.parquet``, ``articles.parquet``,
        ``skipped.parquet``, ``run.yaml``, ``report.html`` and ``report.md``. They are complete before any of them is put in place; other
        files in the folder stay. Raises OutputError where the folder cannot be written.
        """
        from sayso.report.files import write_report  # late: the template engine is not needed to look at a matrix

        return write_report(self, Path(out))
