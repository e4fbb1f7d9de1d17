"""Scaling and threshold from labelled probabilities; figures of a classifier."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.training.figures import ece, scores


def test_macro_f1_by_hand() -> None:
    gold, label = np.array([0, 0, 1, 1, 3]), np.array([0, 1, 1, 1, 3])
    got = scores(gold, label)
    assert got["f1"] == {"asserts": pytest.approx(2 / 3), "denies": pytest.approx(0.8), "unrelated": 1.0}
    assert got["macro_f1"] == pytest.approx((2 / 3 + 0.8 + 1) / 3)


def test_calibration_error_by_hand() -> None:
    p = np.array([[0.9, 0.1, 0, 0]] * 10)
    assert ece(p, np.array([0] * 9 + [1])) == pytest.approx(0.0, abs=1e-9)
    assert ece(p, np.array([1] * 10)) == pytest.approx(0.9)


@pytest.mark.slow
def test_scaling_finds_the_temperature_and_bias_that_were_applied() -> None:
    from sayso.training.calibrate import fit_scaling

    rng = np.random.default_rng(0)
    true = rng.normal(size=(20_000, 4)) * 2
    p = np.exp(true) / np.exp(true).sum(axis=1, keepdims=True)
    gold = np.array([rng.choice(4, p=row) for row in p])
    bias = np.array([0.5, -0.5, 1.0, -1.0])
    temperature, found = fit_scaling((true - bias) * 3, gold)
    assert temperature == pytest.approx(3, rel=0.05)
    assert found == pytest.approx(bias, abs=0.07)


@pytest.mark.slow
def test_the_threshold_counts_records_that_were_never_asked() -> None:
    from sayso.training.calibrate import choose_threshold

    p = np.array([[0.7, 0, 0, 0.3], [0.4, 0, 0, 0.6], [0.2, 0, 0, 0.8]])
    gold = np.array([0, 3, 3])
    threshold, f1 = choose_threshold(p, gold, lost=0)
    assert 0.4 < threshold <= 0.7
    assert f1 == 1.0
    assert choose_threshold(p, gold, lost=1)[1] == pytest.approx(2 / 3)
