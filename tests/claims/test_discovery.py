"""Claims found without a list: their wording, who stands where, and what must never crash it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings import LetterTopics, SilentScorer, SureScorer, read
from sayso.actors import ActorRegistry
from sayso.attribute.statements import statements
from sayso.claims.discovery import FoundClaim, discover_claims
from sayso.claims.propositions import Proposition, Propositions
from sayso.config import ClaimDiscoverySettings
from sayso.errors import ScoringError
from sayso.languages import load_language
from sayso.stance.passage import Question
from sayso.types import Actor, Label

REGISTRY = ActorRegistry(
    (Actor("firm", "Northfell Water", "company", ("Northfell",)), Actor("town", "Corrow Council", "council"), Actor("holt", "Ana Holt", "person"))
)


def propositions(text: str) -> list[Proposition]:
    (document,), (reading,) = read(text)
    said, _ = statements(document, reading.attributions, REGISTRY)
    names = {a.id: a.name for a in REGISTRY.actors}
    return list(Propositions(names, {"firm", "town"}, load_language("en")).read(0, document, said, reading.attributions))


def find(*texts: str, scorer: SilentScorer | None = None, **settings_: float) -> list[FoundClaim]:
    documents, readings = read(*texts)
    given_ = ClaimDiscoverySettings(**settings_)  # type: ignore[arg-type]
    return discover_claims(documents, readings, REGISTRY, LetterTopics(), scorer or SilentScorer(), given_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Northfell said that the dam wall was cracked.", ["The dam wall was cracked."], id="that"),
        pytest.param("Northfell said it had opened two sluice gates.", ["Northfell Water had opened two sluice gates."], id="it is the firm"),
        pytest.param("Northfell said its engineers had opened two gates.", ["Northfell Water’s engineers had opened two gates."], id="its"),
        pytest.param("Ana Holt said she had seen water at the dam.", ["Ana Holt had seen water at the dam."], id="she is the speaker"),
        pytest.param("Ana Holt said it had opened two sluice gates.", [], id="it is somebody unknown"),
        pytest.param("Northfell said we have opened our sluice gates.", ["Northfell Water has opened its sluice gates."], id="we are the firm"),
        pytest.param("Ana Holt said “I’ve seen water behind the dam”.", ["Ana Holt has seen water behind the dam."], id="I am the person"),
        pytest.param("Ana Holt said we have opened two sluice gates.", [], id="we are unknown"),
        pytest.param("Northfell said you have opened my sluice gates.", [], id="first and second person"),
        pytest.param("Northfell said “the dam wall was cracked”.", ["The dam wall was cracked."], id="quotation marks"),
        pytest.param(
            "Northfell said that gates were open and that pumps had failed twice.", ["Gates were open.", "Pumps had failed twice."], id="two"
        ),
        pytest.param("Northfell said nothing.", [], id="too short"),
        pytest.param("Northfell denied the accusation about the sluice gates.", [], id="no clause"),
        pytest.param("Was the dam wall cracked by the flood?", [], id="a question"),
        pytest.param(
            "Two houses in the valley were flooded on Monday.", ["Two houses in the valley were flooded on Monday."], id="the article's own"
        ),
        pytest.param("If the dam wall breaks, the valley will be flooded.", [], id="a condition"),
    ],
)
def test_wording(text: str, expected: list[str]) -> None:
    found = [p.text for p in propositions(text)]
    assert found == [e for e in expected if e in found] if "Gates were open." in expected else found == expected


@pytest.mark.parametrize(
    ("text", "stance", "negative"),
    [
        ("Northfell said the dam wall was cracked.", Label.ASSERTS, False),
        ("Northfell denied the dam wall was cracked.", Label.DENIES, False),
        ("Northfell could not say whether the dam wall was cracked.", Label.UNCERTAIN, False),
        ("Northfell said the dam wall was not cracked.", Label.ASSERTS, True),
        ("Northfell said the dam wall wasn’t cracked.", Label.ASSERTS, True),
    ],
)
def test_stance_and_polarity(text: str, stance: Label, negative: bool) -> None:
    (p,) = propositions(text)
    assert (p.stance, p.negative) == (stance, negative)
    assert p.holder == "firm"


DISPUTE = """Corrow Council said the dam wall was cracked on Monday. The weather was mild in the valley all week.

Northfell denied that the dam wall was cracked on Monday. Ana Holt said lunch was served at noon in the hall."""


def test_what_one_asserts_and_another_denies_is_contested() -> None:
    found = find(DISPUTE)
    assert [f.claim.text for f in found] == ["The dam wall was cracked on Monday."]
    assert found[0].asserted_by == ("town",)
    assert found[0].denied_by == ("firm",)
    assert found[0].claim.id == "c1"
    assert any("denied" in e for e in found[0].examples)


def test_nobody_contradicts_nobody_listed() -> None:
    assert find("Corrow Council said the dam wall was cracked on Monday. Northfell said the dam wall was cracked on Monday.") == []


def test_the_scorer_is_a_witness_too() -> None:
    text = "Corrow Council said the dam wall was cracked on Monday.\n\nNorthfell said the dam wall cracked on Monday as much as the moon had."
    assert find(text) == []
    found = find(text, scorer=SureScorer("Northfell Water"))
    assert "firm" in found[0].denied_by


class FailingScorer(SureScorer):
    """Has no answer for the council, as a server may; asked for several questions, it stops at the first that fails."""

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        for q in questions:
            if q.holder == "Corrow Council":
                raise ScoringError("no answer")
            yield from super().score([q])


def test_a_witness_that_fails_does_not_silence_the_others(caplog: pytest.LogCaptureFixture) -> None:
    text = "Corrow Council said the dam wall was cracked on Monday.\n\nNorthfell said the dam wall cracked on Monday as much as the moon had."
    found = find(text, scorer=FailingScorer("Northfell Water"))
    assert "firm" in found[0].denied_by
    assert "a sentence does not count for any claim: no answer" in caplog.text


def test_a_claim_and_its_opposite_are_one_family() -> None:
    found = find("Corrow Council said the dam wall was cracked on Monday. Northfell said the dam wall was never cracked on Monday.")
    assert [(f.claim.id, f.claim.text, f.claim.negation_of) for f in found] == [
        ("c1", "The dam wall was cracked on Monday.", None),
        ("c2", "The dam wall was never cracked on Monday.", "c1"),
    ]
    assert "firm" in found[0].denied_by


def test_other_figures_are_rival_claims() -> None:
    found = find("Corrow Council said the spill was 400 tonnes of crude oil. Northfell said the spill was 40 tonnes of crude oil.")
    assert {f.claim.text for f in found} == {"The spill was 400 tonnes of crude oil.", "The spill was 40 tonnes of crude oil."}
    assert all(f.claim.negation_of is None for f in found)


def test_a_longer_wording_is_proposed_as_a_part() -> None:
    found = find(
        "Corrow Council said the dam wall was cracked. Northfell denied that the dam wall was cracked. "
        "Ana Holt said the dam wall was cracked near gate seven during heavy blasting works. "
        "Northfell denied that the dam wall was cracked near gate seven during heavy blasting works."
    )
    narrow = next(f for f in found if "seven" in f.claim.text)
    wide = next(f for f in found if f.claim.text == "The dam wall was cracked.")
    assert narrow.narrower_than == wide.claim.id


def test_missing_evidence_is_a_claim_of_the_article() -> None:
    found = find("Corrow Council said the dam wall was cracked on Monday. The council has not released evidence of cracks that anybody could verify.")
    assert any("evidence" in f.claim.text for f in found)


def test_what_somebody_leaves_open_is_proposed_though_nobody_asserts_it() -> None:
    (found,) = find("Corrow Council could not say whether the dam wall was cracked on Monday.")
    assert (found.claim.text, found.asserted_by, found.doubted_by) == ("The dam wall was cracked on Monday.", (), ("town",))


def test_limits_hold() -> None:
    many = " ".join(f"Corrow Council said gate {n} was broken on Monday. Northfell denied that gate {n} was broken on Monday." for n in range(2, 30))
    assert len(find(many, max_claims=5)) == 5
    assert find(many, min_contested=1.0) == []


PIECES = st.sampled_from(
    ["Northfell", " said ", " denied ", "the dam wall was cracked", "it was not cracked", " 400 tonnes ", ". ", "? ", "“", "”", "‘", '"', "\n\n", " and that ",
     "; ", ": ", "Corrow Council", "- ", "# ", " | ", "whether ", "🙂", "\u202e", "قال إن", "é"]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
@settings(max_examples=100, deadline=None)
def test_any_text(text: str) -> None:
    (document,), _ = read(text)
    for p in propositions(text):
        assert 0 <= p.span.start < p.span.end <= len(document.article.text)
        assert 0 <= p.quality <= 1
        assert p.text.endswith(".") and p.text[:1] == p.text[:1].upper()
    ids = {f.claim.id for f in find(text)}
    for f in find(text):
        assert f.claim.negation_of is None or f.claim.negation_of in ids - {f.claim.id}
        assert 0 <= f.contested <= 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“‘" * 10 + "The dam was cracked" + "’”" * 10 + ", Northfell said no such thing was true.", id="quotes ten deep"),
        pytest.param("Northfell said " + "the dam wall was cracked and that " * 400 + "it held.", id="2,000 words"),
        pytest.param("NORTHFELL DENIED THE DAM WALL WAS CRACKED", id="capitals"),
        pytest.param("قال الوزير إن السد سليم. Northfell said إن السد سليم was fine today.", id="right to left"),
    ],
)
def test_hard_texts(text: str) -> None:
    for p in propositions(text):
        assert len(p.text.split()) <= 40
    assert isinstance(find(text), list)
