"""Everything that `sayso evaluate MODEL rows.jsonl` can be asked for, in reading order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from sayso.config import RunConfig
from sayso.stance.scorer import Scorer
from sayso.training import tables
from sayso.training.evaluate_rows import asked, figures, labelled_rows, predict, prediction, scorer_for
from sayso.training.evaluation.behaviour import pass_rates, suite
from sayso.training.evaluation.compare import aligned, is_predictions, read_predictions, side_by_side
from sayso.training.evaluation.mistakes import check_mistakes, write_mistakes
from sayso.training.evaluation.names import leakage, masked
from sayso.types import LABELS

Found = list[dict[str, Any]]
_NOTHING = np.zeros(len(LABELS))  # in the place of an answer, where only the row counts


@dataclass(frozen=True, slots=True)
class Extras:
    """What is wanted besides the plain figures; ``seed`` is that of all draws."""

    plots: Path | None = None
    against: str | None = None
    baselines: bool = False
    baseline_train: Path | None = None
    errors: Path | None = None
    behaviour: bool = False
    seed: int = 0

    def given(self) -> list[str]:
        """The options that were given, as the command line calls them."""
        return [f"--{f.name.replace('_', '-')}" for f in fields(self) if f.name != "seed" and getattr(self, f.name) not in (None, False)]

    def check(self) -> None:
        """Refuse what cannot work before a model runs, not after."""
        if self.against is not None and is_predictions(self.against):
            read_predictions(Path(self.against))
        if self.errors is not None:
            check_mistakes(self.errors)
        if self.baseline_train is not None:
            from sayso.training.evaluation.baselines import check_baselines

            check_baselines()
        if self.plots is not None:
            from sayso.training.evaluation.plots import check_plots

            check_plots(self.plots)


def evaluate(path: Path | None, config: RunConfig, extras: Extras, console: Console, quiet: bool = False) -> tuple[dict[str, Any], Found]:
    """Measure the config's model on rows, print tables, write the files that ``extras`` names; return all figures, and one prediction a row.

    Without a file of rows it is the behavioural suite that everything is measured on.
    """
    extras.check()
    rows = labelled_rows(path) if path else suite()
    train = labelled_rows(extras.baseline_train) if extras.baseline_train else None
    scorer, other = scorer_for(config), _other(extras.against, config)
    items = asked(rows, config)
    found = predict(rows, items, scorer, quiet)
    out = figures(found, extras.seed)
    name = _name(config.model)
    systems: dict[str, Sequence[Mapping[str, Any]]] = {name: found}
    if extras.against is not None:
        theirs = predict(rows, items, other, quiet) if other else aligned(found, read_predictions(Path(extras.against)), extras.against)
        systems[_other_name(extras.against, name)] = theirs
    tables.rows(out, console, slices=path is not None)
    if extras.behaviour:
        pairs = found if path is None else _answers(suite(), config, scorer, quiet)
        out["behaviour"] = pass_rates(pairs)
        out["names"] = _names(rows, found, config, scorer, extras.seed, quiet)
        tables.behaviour(out, console)
    if extras.baselines or train is not None:
        from sayso.training.evaluation.baselines import baselines

        simple = baselines(rows, train)
        systems |= {k: aligned(found, v, k) for k, v in simple.predictions.items()}
        out["baselines"] = {"learnt": simple.learnt, "left_out": simple.left_out}
    if len(systems) > 1:
        out["others"] = side_by_side(name, found, {k: v for k, v in systems.items() if k != name}, extras.seed)
        tables.others(name, out, console)
    if extras.plots is not None:
        _plot(out, systems, extras.plots, extras.seed, console)
    if extras.errors is not None:
        write_mistakes(found, name, extras.errors)
        written([extras.errors], console)
    return out, found


def _answers(rows: Sequence[Mapping[str, Any]], config: RunConfig, scorer: Scorer, quiet: bool) -> Found:
    return predict(rows, asked(rows, config), scorer, quiet)


def _names(rows: Sequence[Mapping[str, Any]], found: Found, config: RunConfig, scorer: Scorer, seed: int, quiet: bool) -> dict[str, Any] | None:
    """What hiding the actors' names changes; None where no text names one."""
    pairs = [(r, m) for r, m in zip(rows, masked(rows), strict=True) if m is not None]
    if not pairs:
        return None
    plain = aligned([prediction(r, _NOTHING) for r, _ in pairs], found, "names")
    hidden = aligned([prediction(m, _NOTHING) for _, m in pairs], _answers([m for _, m in pairs], config, scorer, quiet), "masked names")
    return leakage(plain, hidden, seed)


def _other(other: str | None, config: RunConfig) -> Scorer | None:
    """The model to compare with; None where there is none, or only its predictions."""
    if other is None or is_predictions(other):
        return None
    return scorer_for(config.model_copy(update={"model": other}))


def _plot(figures: Mapping[str, Any], systems: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path, seed: int, console: Console) -> None:
    from sayso.training.evaluation.plots import plot

    written(plot(figures, systems, folder, seed), console)


def written(files: list[Path], console: Console) -> None:
    """Say which files there are now."""
    console.print("written: " + ", ".join(map(str, files)), soft_wrap=True, highlight=False, markup=False)


def _other_name(other: str, name: str) -> str:
    """The other's name, told from the first where both are called the same."""
    found = _name(other.removesuffix(".parquet"))
    return found if found != name else other


def _name(model: str) -> str:
    """A model's name in tables and pictures: the last part of its folder or id."""
    return Path(model).name or model
