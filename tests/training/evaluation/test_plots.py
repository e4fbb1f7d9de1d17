"""The pictures of an evaluation: there, of a size that can be read, different for different models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from predicted import noisy, predictions, sure
from sayso.errors import OutputError
from sayso.training.evaluate_rows import figures
from sayso.training.evaluation.plots import check_plots, plot

pytest.importorskip("matplotlib")


def found(accuracy: float, n: int = 120) -> list[dict]:
    gold, label = noisy(n, accuracy)
    p = np.concatenate([sure([x], c) for x, c in zip(label, np.random.default_rng(0).uniform(0.3, 1, n), strict=True)])
    return predictions(gold, p)


@pytest.mark.slow
def test_three_pictures_are_drawn(tmp_path: Path) -> None:
    from matplotlib.image import imread

    one, two = found(0.9), found(0.4)
    files = plot(figures(one), {"one": one}, tmp_path)
    assert [f.name for f in files] == ["reliability.png", "coverage.png", "confusion.png"]
    before = {f: imread(f) for f in files}
    assert all(min(image.shape[:2]) > 600 and image.std() > 0.02 for image in before.values())
    plot(figures(two), {"two": two, "one": one}, tmp_path)
    assert all(before[f].shape == imread(f).shape and not np.array_equal(before[f], imread(f)) for f in files)


@pytest.mark.slow
def test_a_model_that_is_always_right_can_be_drawn(tmp_path: Path) -> None:
    right = predictions([0, 1], sure([0, 1], 1.0))
    assert len(plot(figures(right), {"right": right}, tmp_path)) == 3


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="taken"):
        check_plots(tmp_path / "taken" / "plots")
