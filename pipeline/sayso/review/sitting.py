"""One sitting: the judgements to go through, and what has been decided so far. Every decision is on the disk at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sayso.report import PositionReport
from sayso.report.corrections import NAME, Correction, append, read_corrections
from sayso.report.doubt import doubtful
from sayso.report.load import read_report
from sayso.types import Judgement, Label


@dataclass
class Sitting:
    """``queue`` is what is shown, in this order; ``earlier`` and ``made`` map places in it to decisions before and during the sitting."""

    folder: Path
    report: PositionReport
    queue: Sequence[Judgement]
    earlier: Mapping[int, Label] = field(default_factory=dict)
    made: dict[int, Label] = field(default_factory=dict)
    last: int | None = None
    """The place of the last decision."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def open(cls, folder: Path, *, actor: str | None = None, claim: str | None = None, limit: int | None = None, again: bool = False) -> Sitting:
        """The judgements of the report in ``folder`` that nobody has decided yet, the most doubtful first.

        With ``again`` those that are decided are shown too. ``limit`` keeps the first so many. Raises InputError for a
        folder, an actor or a claim that is not there, and for a file of decisions that is damaged.
        """
        report = read_report(folder)
        file = folder / NAME
        decided = read_corrections(file) if file.exists() else {}
        found = doubtful(report, actor, claim)
        if not again:
            found = [j for j in found if not j.corrected and (j.statement.id, j.claim) not in decided]
        queue = found[:limit]
        earlier = {n: made.label for n, j in enumerate(queue) if (made := decided.get((j.statement.id, j.claim)))}
        return cls(folder, report, queue, earlier)

    @property
    def file(self) -> Path:
        """Where decisions go."""
        return self.folder / NAME

    @property
    def changed(self) -> list[int]:
        """Places of the decisions of this sitting that differ from the report."""
        return sorted(n for n, label in self.made.items() if label is not self.queue[n].label)

    def decide(self, place: int, label: Label) -> None:
        """Keep a decision. Raises OutputError where it could not be kept; then nothing has changed."""
        judgement = self.queue[place]
        with self._lock:
            append(self.file, Correction.of(judgement, self.report.words.claim(judgement.claim), label, dt.datetime.now(dt.UTC)))
            self.made[place] = label
            self.last = place

    def decided(self, place: int) -> Label | None:
        """The last decision about a place of the queue, if there is one."""
        return self.made.get(place, self.earlier.get(place))

    def following(self, place: int) -> int | None:
        """The first place after ``place`` (-1: from the start), round to the front, that has not been decided in this sitting."""
        n = len(self.queue)
        return next((k % n for k in range(place + 1, place + 1 + n) if k % n not in self.made), None)
