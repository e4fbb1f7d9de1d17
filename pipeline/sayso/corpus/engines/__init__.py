"""Who does the work. An engine takes jobs and gives their outcomes in the same order; that is all a run knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from sayso.config import ScoreSettings
from sayso.corpus.worker import Job, Outcome
from sayso.errors import ConfigError

Work = Callable[[Job], Outcome]
ENGINES = ("local", "inline")


class Engine(Protocol):
    """Runs jobs. ``make`` of ``load_engine`` builds what does one job; it is called once in each worker."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield the outcome of each job, in order."""
        ...

    def close(self) -> None:
        """End all workers."""
        ...


def load_engine(name: str, make: Callable[[], Work], settings: ScoreSettings) -> Engine:
    """The engine of that name. Raises ConfigError for an unknown one, MissingExtraError for one that is not installed.

    ``local`` uses processes on this machine, and survives what an article does to one of them. ``inline`` works in this
    process and survives exceptions only: for debugging.
    """
    if name == "local":
        from sayso.corpus.engines.local import LocalEngine

        return LocalEngine(make, settings)
    if name == "inline":
        from sayso.corpus.engines.inline import InlineEngine

        return InlineEngine(make)
    raise ConfigError("--engine", [f"found {name!r}, expected one of {', '.join(ENGINES)}"])
