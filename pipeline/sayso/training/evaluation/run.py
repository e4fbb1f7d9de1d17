"""Everything that `sayso evaluate MODEL rows.jsonl` can be asked for, in reading order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from sayso.config import RunConfig
from sayso.training import tables
from sayso.training.evaluate_rows import asked, figures, labelled_rows, predict, scorer_for

Found = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Extras:
    """What is wanted besides the plain figures; ``seed`` is that of all draws."""

    plots: Path | None = None
    seed: int = 0

    def check(self) -> None:
        """Refuse what cannot work before a model runs, not after."""
        if self.plots is not None:
            from sayso.training.evaluation.plots import check_plots

            check_plots(self.plots)


def evaluate(path: Path, config: RunConfig, extras: Extras, console: Console, quiet: bool = False) -> tuple[dict[str, Any], Found]:
    """Measure the config's model on rows, print tables, write the files that ``extras`` names; return all figures, and one prediction a row."""
    extras.check()
    rows = labelled_rows(path)
    found = predict(rows, asked(rows, config), scorer_for(config), quiet)
    out = figures(found, extras.seed)
    tables.rows(out, console)
    systems = {_name(config.model): found}
    if extras.plots is not None:
        _plot(out, systems, extras.plots, extras.seed, console)
    return out, found


def _plot(figures: Mapping[str, Any], systems: Mapping[str, Found], folder: Path, seed: int, console: Console) -> None:
    from sayso.training.evaluation.plots import plot

    written(plot(figures, systems, folder, seed), console)


def written(files: list[Path], console: Console) -> None:
    """Say which files there are now."""
    console.print("written: " + ", ".join(map(str, files)), soft_wrap=True, highlight=False, markup=False)


def _name(model: str) -> str:
    """A model's name in tables and pictures: the last part of its folder or id."""
    return Path(model).name or model
