"""Intervals: they cover what they should, groups are drawn whole, and a seed repeats them."""

from __future__ import annotations

import numpy as np
import pytest

from predicted import noisy, predictions, sure
from sayso.training.evaluation.bootstrap import accuracy_of, differences, draw, f1_of, intervals
from sayso.training.figures import scores


def test_the_fast_figures_are_the_figures() -> None:
    gold, label = noisy(300, 0.6)
    gold, label = gold[gold != 2], label[gold != 2]
    table = np.bincount(gold * 4 + label, minlength=16).reshape(4, 4)
    macro, f1 = f1_of(table)
    plain = scores(gold, label)
    assert macro == pytest.approx(plain["macro_f1"])
    assert list(f1[[0, 1, 3]]) == pytest.approx(list(plain["f1"].values()))
    assert np.isnan(f1[2]), "a label without a gold row has no F1"
    assert accuracy_of(table) == pytest.approx((gold == label).mean())


def test_the_interval_of_accuracy_is_that_of_a_binomial() -> None:
    gold, label = noisy(1000, 0.7)
    accuracy = (gold == label).mean()
    low, high = intervals(predictions(gold, sure(label))).accuracy or (0, 0)
    half = 1.645 * np.sqrt(accuracy * (1 - accuracy) / 1000)
    assert (low, high) == pytest.approx((accuracy - half, accuracy + half), abs=0.004)


def test_rows_that_stand_and_fall_together_make_it_wide() -> None:
    gold, label = noisy(100, 0.7)
    rows = predictions(np.repeat(gold, 9), sure(np.repeat(label, 9)), [f"g{n // 9}" for n in range(900)])
    alone = intervals([{**r, "group": ""} for r in rows])
    together = intervals(rows)
    assert (alone.groups, together.groups) == (900, 100)
    assert alone.accuracy and together.accuracy
    ratio = np.diff(together.accuracy)[0] / np.diff(alone.accuracy)[0]
    assert ratio == pytest.approx(3, rel=0.15), "nine copies of a row are one row: the interval is the square root of nine wider"


def test_rows_of_one_text_are_a_group_where_there_is_none() -> None:
    rows = [{**r, "text": f"text {n // 2}"} for n, r in enumerate(predictions([0, 1, 2, 3], sure([0, 1, 2, 0])))]
    assert intervals(rows).groups == 2


def test_a_seed_repeats_the_draws() -> None:
    rows = predictions(*(lambda g, x: (g, sure(x)))(*noisy(200, 0.5)))
    assert intervals(rows, seed=1) == intervals(rows, seed=1)
    assert intervals(rows, seed=1) != intervals(rows, seed=2)


def test_one_group_has_no_interval() -> None:
    got = intervals(predictions([0, 1], sure([0, 0]), ["g", "g"]))
    assert got.accuracy is got.macro_f1 is None
    assert got.f1 == {"asserts": None, "denies": None}
    lone = differences(*(predictions([0, 1], sure(x), ["g", "g"]) for x in ([0, 1], [0, 0])))
    assert (lone["accuracy"].value, lone["accuracy"].interval) == (0.5, None)


def test_drawing_kinds_of_groups_is_drawing_groups() -> None:
    groups = np.repeat(np.arange(30), 2)
    cells = np.tile([0, 1, 0, 1, 2, 3], 10)  # two kinds of groups, twenty and ten times
    drawn = draw(groups, cells, 5, seed=0, resamples=4000)
    assert (drawn.sum(axis=1) == 60).all()
    assert (drawn[:, 0] == drawn[:, 1]).all() and (drawn[:, 2] == drawn[:, 3]).all(), "a group comes whole"
    assert drawn[:, 0].mean() == pytest.approx(20, abs=0.2)
    assert drawn[:, 0].std() == pytest.approx(np.sqrt(30 * 2 / 3 * 1 / 3), rel=0.05)


def test_a_difference_is_paired() -> None:
    gold, label = noisy(400, 0.6)
    better = label.copy()
    better[np.flatnonzero(label != gold)[:12]] = gold[label != gold][:12]
    first, second = (predictions(gold, sure(x)) for x in (better, label))
    got = differences(first, second)
    assert got["accuracy"].value == pytest.approx(0.03)
    low, high = got["accuracy"].interval or (0, 0)
    assert 0 < low < 0.03 < high < 0.05, "twelve rows better and none worse is no chance, though 0.60 and 0.63 overlap by themselves"
    assert got["accuracy"].better == 1
    assert got["macro_f1"].value == pytest.approx(scores(gold, better)["macro_f1"] - scores(gold, label)["macro_f1"])
    back = differences(second, first)
    assert back["macro_f1"].value == -got["macro_f1"].value
    assert differences(first, first)["macro_f1"].interval == (0, 0)
