"""The scorer's answers weighed with what stands around them."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.stance.decide import ALONE, FEATURES, decide, features

P = np.array([[0.6, 0.1, 0.1, 0.2], [0.1, 0.2, 0.1, 0.6], [0.05, 0.05, 0.0, 0.9]])
BEARS = np.array([0.5, 0.5, 0.1])
PLACES = [(0, "c1"), (0, "c1"), (9, "c1")]


def weights(**some: float) -> dict[str, float]:
    return dict.fromkeys((*FEATURES, "intercept"), 0.0) | some


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_features_by_hand() -> None:
    got = features(P, BEARS, PLACES)
    assert got[:, 0] == pytest.approx([logit(0.8), logit(0.4), logit(0.1)])
    assert got[:, 1] == pytest.approx([0, 0, logit(0.1)])
    assert got[:, 2] == pytest.approx([0.75, 0.5, 0.5])
    assert got[:, 3] == pytest.approx([logit(0.8) - logit(0.4), logit(0.4) - logit(0.8), logit(0.1) - ALONE])


def test_two_holders_that_are_level_have_no_lead() -> None:
    assert features(P[[0, 0]], BEARS[:2], PLACES[:2])[:, 3] == pytest.approx([0, 0])


def test_the_scorers_answer_alone_comes_back() -> None:
    assert decide(P, BEARS, PLACES, weights(stance=1.0)) == pytest.approx(P)


def test_without_weights_nothing_is_changed() -> None:
    assert decide(P, BEARS, PLACES, {}) is P
    assert decide(np.zeros((0, 4)), np.zeros(0), [], weights(stance=1.0)).shape == (0, 4)


def test_a_stance_is_likelier_where_the_sentence_bears_on_the_claim_and_its_shares_stay() -> None:
    got = decide(P, BEARS, PLACES, weights(stance=1.0, bears=1.0))
    assert got.sum(axis=1) == pytest.approx([1, 1, 1])
    assert got[2, 3] > P[2, 3], "the filter doubts it"
    assert got[2, 0] == pytest.approx(got[2, 1])
    assert decide(P, BEARS, PLACES, weights(stance=1.0, lead=0.5))[1, 3] > P[1, 3], "another holder leads"


def test_no_answer_is_ever_not_a_number() -> None:
    hard = np.array([[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]])
    got = decide(hard, np.array([0.0, 1.0]), [(0, "a"), (0, "b")], weights(stance=2.0, bears=2.0, sure=1.0, lead=1.0))
    assert np.isfinite(got).all() and got.sum(axis=1) == pytest.approx([1, 1])
