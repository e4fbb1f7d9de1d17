"""What the claim filter lets through: by the sentence's words, and by how the holder came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from readings import LetterTopics, read
from sayso.attribute.model import AttributionModel
from sayso.claims.features import NAMES
from sayso.claims.filter import KINDS, ClaimFilter
from sayso.config import FilterSettings
from sayso.errors import ModelError
from sayso.types import ARTICLE_VOICE, Attribution, Claim, Segmented, Span, Statement

CLAIMS = (Claim("gate", "The gate was shut."), Claim("mayor", "The mayor resigned."))
TEXT = "The gate at Orsk was shut all night. Nobody came to dinner."


@dataclass
class Weighted(LetterTopics):
    filter_weights: dict[str, float] = field(default_factory=dict)  # type: ignore[misc]


def weights(**some: float) -> AttributionModel:
    return cast(AttributionModel, Weighted(dict.fromkeys((*NAMES, *KINDS, "intercept"), 0.0) | some))


def said_in(document: Segmented) -> list[Statement]:
    """A speaker, somebody merely named and the text's own voice, in each sentence."""
    out = []
    for s in document.sentences:
        speaks = Attribution(Span(s.start, s.start + 3), None, None, 1.0)
        out += [Statement("a0", s, "speaker", None, (speaks,)), Statement("a0", s, "named"), Statement("a0", s, ARTICLE_VOICE)]
    return out


def probabilities(model: AttributionModel, claims: Sequence[Claim] = CLAIMS) -> np.ndarray:
    (document,), (reading,) = read(TEXT)
    return ClaimFilter(claims, model, FilterSettings()).probabilities(document, reading, said_in(document))


def test_the_words_of_a_sentence_decide_for_all_its_holders() -> None:
    p = probabilities(weights(lexical=8.0, intercept=-4.0))
    assert (p[:3, 0] > 0.5).all(), "the sentence about the gate, for each holder"
    assert (p[:3, 1] < 0.05).all() and (p[3:] < 0.05).all()


def test_a_speaker_is_likelier_than_somebody_named_and_than_the_own_voice() -> None:
    speaker, named, voice = probabilities(weights(speaks=2.0, own_voice=-1.0))[:3, 0]
    assert speaker > named > voice
    assert named == pytest.approx(0.5)


def test_pairs_under_the_threshold_are_left_out_and_none_when_it_is_switched_off() -> None:
    (document,), (reading,) = read(TEXT)
    said = said_in(document)
    model = weights(lexical=8.0, intercept=-4.0)
    strict = ClaimFilter(CLAIMS, model, FilterSettings(min_probability=0.3))
    kept = strict.keep(strict.probabilities(document, reading, said))
    assert kept[:, 0].tolist() == [True] * 3 + [False] * 3 and not kept[:, 1].any()
    open_ = ClaimFilter(CLAIMS, model, FilterSettings(enabled=False, min_probability=0.3))
    assert open_.keep(open_.probabilities(document, reading, said)).all()


def test_no_statement_and_no_claim_are_no_pairs() -> None:
    (document,), (reading,) = read(TEXT)
    assert ClaimFilter(CLAIMS, weights(), FilterSettings()).probabilities(document, reading, []).shape == (0, 2)
    assert probabilities(weights(), []).shape == (6, 0)


def test_weights_of_other_features_are_refused() -> None:
    with pytest.raises(ModelError, match="no filter weights for these features"):
        ClaimFilter(CLAIMS, cast(AttributionModel, Weighted({"lexical": 1.0, "intercept": 0.0})), FilterSettings())
