"""All work in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from sayso.corpus.engines import Work
from sayso.corpus.worker import Job, Outcome


class InlineEngine:
    """One job after the other."""

    def __init__(self, make: Callable[[], Work]) -> None:
        self._make = make

    @cached_property
    def _work(self) -> Work:
        return self._make()

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield the outcome of each job, in order."""
        return map(self._work, jobs)

    def close(self) -> None:
        """Nothing to end."""
