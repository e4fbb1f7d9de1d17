"""Pictures of an evaluation as PNG: reliability, coverage, confusion. Needs matplotlib (extra ``train``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sayso.errors import MissingExtraError, OutputError
from sayso.training.evaluation.bootstrap import Prediction, group_codes, interval
from sayso.training.evaluation.curves import BINS, accuracy_by_coverage, area, confidence_and_right, reliability
from sayso.types import LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, RULE, PAPER = "#1b1a17", "#5d5950", "#d8d2c4", "#fffdf9"
COLOURS = ("#17608f", "#a23f14", "#8a7300", "#6b4f8a")  # as in a report; the last for a fourth model
DPI = 160
FEW = 10  # rows in a bin, under which its accuracy is not worth a line
_DRAWS = 300
_GRID = np.linspace(0.05, 1, 96)  # coverages; under a twentieth of the rows an accuracy says little


def check_plots(folder: Path) -> None:
    """Raise MissingExtraError without matplotlib, OutputError where the folder cannot be made: before a model runs, not after."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as e:
        raise MissingExtraError("--plots", "train") from e
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise OutputError(f"{folder}: cannot be made a folder for plots ({e.strerror}); name another") from e


def plot(figures: Mapping[str, Any], systems: Mapping[str, Sequence[Prediction]], folder: Path, seed: int = 0) -> list[Path]:
    """Write the three pictures of the first of ``systems``, whose figures these are; the others are drawn beside it where that can be read.

    ``systems`` are predictions on the same rows, by the name of their model.
    """
    name, found = next(iter(systems.items()))
    made = {
        "reliability.png": _reliability(name, found, float(figures["ece"])),
        "coverage.png": _coverage(dict(list(systems.items())[: len(COLOURS)]), seed),
        "confusion.png": _confusion(name, np.array(figures["confusion"]), figures),
    }
    for file, figure in made.items():
        figure.savefig(folder / file, dpi=DPI, facecolor=PAPER)
    return [folder / file for file in made]


def _figure(title: str, note: str, size: tuple[float, float]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained", facecolor=PAPER)
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)  # type: ignore[union-attr, call-arg]
    figure.suptitle(title, x=0.02, ha="left", fontsize=13, fontweight="bold", color=INK)
    figure.supxlabel(note, x=0.02, ha="left", fontsize=8.5, color=SOFT)
    return figure


def _plain(ax: Axes) -> None:
    """Quiet axes: a light grid behind the data, no box."""
    ax.set_facecolor(PAPER)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(RULE)
    ax.tick_params(colors=SOFT, labelsize=9, length=0, pad=6)
    ax.xaxis.label.set(color=INK, size=10)
    ax.yaxis.label.set(color=INK, size=10)
    ax.grid(color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)


def _percent(ax: Axes, which: str) -> None:
    from matplotlib.ticker import PercentFormatter

    for axis in which:
        getattr(ax, f"{axis}axis").set_major_formatter(PercentFormatter(1, decimals=0))


def _reliability(name: str, found: Sequence[Prediction], ece: float) -> Figure:
    bins = reliability(found)
    figure = _figure(
        f"{name}: is it right as often as it is sure?",
        f"{len(found):,} rows; bars span 90 %; hollow: under {FEW} rows; calibration error {ece:.3f}",
        (6, 6.6),
    )
    ax, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    for a in (ax, below):
        _plain(a)
    confidence, accuracy = (np.array([b[k] for b in bins]) for k in ("confidence", "accuracy"))
    ax.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    ax.annotate(
        "as sure as right", (0.12, 0.12), xytext=(0, 5), textcoords="offset points", rotation=45, rotation_mode="anchor", color=SOFT, size=8.5
    )
    many = np.array([b["n"] >= FEW for b in bins])
    for some, alpha in ((many, 0.35), (~many, 0.15)):
        low, high = (np.array([b[k] for b in bins])[some] for k in ("lower", "upper"))
        ax.vlines(confidence[some], low, high, color=COLOURS[0], alpha=alpha, linewidth=4)
    ax.plot(confidence[many], accuracy[many], "o-", color=COLOURS[0], markersize=6, linewidth=1.5)
    ax.plot(confidence[~many], accuracy[~many], "o", color=COLOURS[0], markerfacecolor=PAPER, markersize=6, clip_on=False)
    ax.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share of rows that are right", aspect="auto")
    ax.text(0.03, 0.96, "too modest", transform=ax.transAxes, color=SOFT, size=9, va="top")
    ax.text(0.97, 0.04, "too sure", transform=ax.transAxes, color=SOFT, size=9, ha="right")
    below.bar([b["from"] for b in bins], [b["n"] for b in bins], width=0.92 / BINS, align="edge", color=COLOURS[0], alpha=0.8)
    below.set(xlabel="probability of the label found", ylabel="rows")
    below.grid(axis="x", visible=False)
    _percent(ax, "xy")
    return figure


def _coverage(systems: Mapping[str, Sequence[Prediction]], seed: int) -> Figure:
    first = next(iter(systems.values()))
    title = "accuracy where it abstains on what it is less sure of"
    if len(systems) == 1:
        title = f"{next(iter(systems))}: {title}"
    figure = _figure(
        title[0].upper() + title[1:] if len(systems) > 1 else title,
        f"{len(first):,} rows; the band spans 90 % of draws of groups, for {next(iter(systems))}",
        (7, 4.8),
    )
    ax = figure.subplots()
    _plain(ax)
    lowest = 1.0
    for k, (name, found) in enumerate(systems.items()):
        confidence, right = confidence_and_right(found)
        share, accuracy = accuracy_by_coverage(confidence, right)
        line = np.interp(_GRID, share, accuracy)
        ax.plot(_GRID, line, color=COLOURS[k], linewidth=2.2 if k == 0 else 1.6, linestyle="-" if k == 0 else (0, (5, 2)), label=name, zorder=3)
        lowest = min(lowest, float(line.min()))
        if k == 0:
            low, high = _band(confidence, right, group_codes(found), seed)
            ax.fill_between(_GRID, low, high, color=COLOURS[0], alpha=0.15, linewidth=0)
            lowest = min(lowest, float(low.min()))
            _marks(ax, confidence, share, accuracy)
    ax.set(
        xlim=(0, 1.01),
        ylim=(max(0.0, min(0.9, np.floor(lowest * 10) / 10)), 1.01),
        xlabel="share of rows that it answers",
        ylabel="accuracy on these",
    )
    _percent(ax, "xy")
    if len(systems) > 1:
        ax.legend(frameon=False, fontsize=9, labelcolor=INK)
    else:
        error = area(*(lambda x: (x[0], 1 - x[1]))(accuracy_by_coverage(*confidence_and_right(first))))
        ax.text(0.99, 0.96, f"mean error over all coverages {error:.3f}", transform=ax.transAxes, ha="right", va="top", color=SOFT, size=9)
    return figure


def _marks(ax: Axes, confidence: np.ndarray, share: np.ndarray, accuracy: np.ndarray) -> None:
    """Dots where the model abstains under a round probability."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=3, foreground=PAPER)]
    for under in (0.5, 0.6, 0.7, 0.8, 0.9):
        at = float((confidence >= under).mean())
        if at >= _GRID[0]:
            y = float(np.interp(at, share, accuracy))
            ax.plot(at, y, "o", color=COLOURS[0], markersize=5, zorder=4)
            ax.annotate(f"p ≥ {under:.1f}", (at, y), xytext=(4, 6), textcoords="offset points", size=8.5, color=COLOURS[0], path_effects=halo)


def _band(confidence: np.ndarray, right: np.ndarray, groups: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    n = int(groups.max()) + 1
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(_DRAWS):
        weight = np.bincount(rng.integers(0, n, n), minlength=n)[groups]
        drawn.append(np.interp(_GRID, *accuracy_by_coverage(confidence, right, weight)))
    low, high = np.array([interval(column) for column in np.array(drawn).T]).T
    return low, high


def _confusion(name: str, counts: np.ndarray, figures: Mapping[str, Any]) -> Figure:
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = _figure(
        f"{name}: what became of each label",
        f"{figures['n']:,} rows; accuracy {figures['accuracy']:.3f}, macro F1 {figures['macro_f1']:.3f}; shares are of a line",
        (6, 5.4),
    )
    from matplotlib.colors import LinearSegmentedColormap

    ax = figure.subplots()
    ax.imshow(share, cmap=LinearSegmentedColormap.from_list("ink", [PAPER, COLOURS[0]]), vmin=0, vmax=1)
    for (a, b), n in np.ndenumerate(counts):
        dark = share[a, b] > 0.55
        ax.text(
            b, a - 0.06, f"{share[a, b]:.0%}", ha="center", va="bottom", size=13, color=PAPER if dark else INK, weight="bold" if a == b else "normal"
        )
        ax.text(b, a + 0.12, f"{n:,}", ha="center", va="top", size=9, color=PAPER if dark else SOFT)
    names = [x.value for x in LABELS]
    ax.set_xticks(range(4), names)
    ax.set_yticks(range(4), [f"{x}\nF1 {figures['f1'][x]:.2f}" if x in figures["f1"] else x for x in names])
    ax.set(xlabel="found", ylabel="gold")
    ax.xaxis.set_label_position("top")
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=10, colors=INK)
    ax.set_xticks(np.arange(-0.5, 4), minor=True)
    ax.set_yticks(np.arange(-0.5, 4), minor=True)
    ax.grid(which="minor", color=PAPER, linewidth=3)
    ax.tick_params(which="minor", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return figure
