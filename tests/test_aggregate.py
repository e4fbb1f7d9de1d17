"""Aggregation: a table of cases, each with the arithmetic that the docstring promises."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.aggregate import AggregateSettings, aggregate, mark_duplicates
from sayso.types import LABELS, NOT_CLEAR, STANCES, BlockKind, Claim, Judgement, Label, Position, Sentence, Statement

A, D, U, N = LABELS
CLAIMS = (Claim("open", "The gate was open."), Claim("shut", "The gate was not open.", negation_of="open"), Claim("oil", "It was oiled."))


@dataclass
class Said:
    """One judgement in few words: label with probability, day of March, place in the article."""

    label: Label
    p: float = 1.0
    day: int | None = None
    at: int = 0
    article: str = "a"
    outlet: str | None = None
    actor: str | None = "mill"
    claim: str = "open"
    kind: BlockKind = BlockKind.PARAGRAPH
    text: str = ""
    of: str | None = None

    def judgement(self) -> Judgement:
        shares = [self.p if x is self.label else (1 - self.p) / 3 for x in LABELS]
        statement = Statement(self.article, Sentence(self.at, self.at + 10, 0, self.kind), self.actor)
        published = dt.date(2026, 3, self.day) if self.day else None
        probabilities = (shares[0], shares[1], shares[2], shares[3])
        return Judgement(
            statement, self.claim, probabilities, self.label, self.text or f"words {self.article} {self.at}", self.outlet, published, self.of
        )


def positions(*said: Said, **options: object) -> list[Position]:
    return aggregate([s.judgement() for s in said], CLAIMS, AggregateSettings.model_validate(options))


def position(*said: Said, **options: object) -> Position:
    (found,) = positions(*said, **options)
    return found


def places(*labels: Label, p: float = 1.0) -> list[Said]:
    """Sentences of one article, in order."""
    return [Said(x, p, at=20 * i) for i, x in enumerate(labels)]


@pytest.mark.parametrize(
    ("said", "label", "confidence", "shift"),
    [
        pytest.param(places(A), A, (4 / 3) / 2, False, id="one sure sentence"),
        pytest.param(places(U), U, (4 / 3) / 2, False, id="one hedge"),
        pytest.param(places(*[A] * 5), A, (16 / 3) / 6, False, id="five agreeing"),
        pytest.param(places(A, p=0.7), A, (1 / 3 + 0.7 / 0.9) / 2, False, id="one doubtful sentence"),
        pytest.param([Said(A, article="a"), Said(D, article="b"), Said(A, article="c")], A, (7 / 3) / 4, False, id="contradiction without dates"),
        pytest.param([Said(D, day=3, article="a"), Said(D, day=3, article="b"), Said(A, day=3, article="c")], D, (7 / 3) / 4, False, id="one day"),
        pytest.param(places(A, A, D, D), D, (7 / 3) / 3, True, id="shift inside an article"),
        pytest.param(places(A, D), D, (4 / 3) / 2, True, id="shift inside an article, one sentence each"),
        pytest.param(
            [Said(A, day=9, article="late"), Said(D, day=3, article="early"), Said(A, day=8, article="later")], A, (7 / 3) / 3, True, id="over dates"
        ),
        pytest.param([*places(*[A] * 6), Said(A, 0.4, at=900)], A, (1 / 3 + 6 + 0.4 / 0.8) / 8, False, id="doubt is no shift"),
        pytest.param([Said(A, kind=BlockKind.TITLE), Said(U, at=50), Said(U, at=80)], U, (7 / 3) / 3, False, id="headline against body"),
        pytest.param([Said(A, kind=BlockKind.TITLE)], A, (4 / 3) / 2, False, id="headline alone"),
        pytest.param([Said(D, claim="shut")], A, (4 / 3) / 2, False, id="denies the negation"),
        pytest.param([Said(U, claim="shut")], U, (4 / 3) / 2, False, id="uncertain of the negation"),
        pytest.param([Said(D, claim="shut"), Said(A, at=40)], A, (7 / 3) / 3, False, id="both claims of a family"),
    ],
)
def test_label_confidence_and_shift(said: list[Said], label: Label, confidence: float, shift: bool) -> None:
    found = position(*said)
    assert (found.claim, found.label, found.shift) == ("open", label, shift)
    assert found.confidence == pytest.approx(confidence)
    assert found.lower < found.confidence < found.upper
    assert sum(found.probabilities) == pytest.approx(1)
    assert found.probabilities[STANCES.index(label)] == found.confidence


def test_agreement_narrows_the_interval_and_contradiction_widens_it() -> None:
    def width(labels: Sequence[Label]) -> float:
        found = position(*[Said(x, article=str(i)) for i, x in enumerate(labels)])
        return found.upper - found.lower

    assert width([A]) > width([A, A, A]) > width([A] * 8)
    assert width([A, A, A, D, D, A]) > width([A] * 6)


def test_one_sentence_counts_once_whichever_claim_of_the_family_it_was_asked() -> None:
    found = position(Said(A, 0.9), Said(D, 0.99, claim="shut"))
    assert found.n_statements == 1
    assert found.probabilities == position(Said(D, 0.99, claim="shut")).probabilities


def test_negations_of_negations_and_circles() -> None:
    claims = [Claim("a", "A."), Claim("b", "B.", "a"), Claim("c", "C.", "b"), Claim("x", "X.", "nowhere")]
    found = aggregate([Said(D, claim="c").judgement(), Said(D, claim="x").judgement()], claims)
    assert [(p.claim, p.label) for p in found] == [("a", D), ("x", D)]


def test_turned_judgements_stay_readable_in_the_evidence() -> None:
    (item,) = position(Said(D, 0.97, claim="shut")).evidence
    assert (item.claim, item.label) == ("open", A)
    assert item.probabilities == pytest.approx((0.97, 0.01, 0.01, 0.01))


# --- shifts --------------------------------------------------------------------------------------------------------------------


def test_a_shift_names_the_sentences_on_its_two_sides() -> None:
    found = position(Said(A, day=3, article="a"), Said(A, day=4, article="b"), Said(D, day=6, article="c"), Said(D, day=9, article="d"))
    (shift,) = found.shifts
    assert (shift.before, shift.after, shift.last_before, shift.first_after) == (A, D, "b:0:mill", "c:0:mill")
    assert [e.statement.article for e in found.evidence] == ["c", "d", "a", "b"]
    assert (found.first_seen, found.last_seen) == (dt.date(2026, 3, 3), dt.date(2026, 3, 9))


def test_articles_of_one_day_or_of_no_day_have_no_order() -> None:
    for day in (None, 5):
        said = [Said(A, day=day, article="a"), Said(A, day=day, article="b"), Said(D, day=day, article="c"), Said(D, day=day, article="d")]
        assert not position(*said).shift
    assert position(*[Said(s.label, day=3 if s.label is A else 4, article=s.article) for s in said]).shift


def test_high_odds_ask_for_more_evidence_of_a_change() -> None:
    assert position(*places(A, D)).shift
    assert not position(*places(A, D), shift_odds=50).shift
    assert position(*places(*[A] * 9, *[D] * 9), shift_odds=50).shift


# --- repeated wording ------------------------------------------------------------------------------------------------------------


def copies(n: int) -> list[Judgement]:
    said = [Said(A, day=3 + i, article=f"a{i}", outlet=f"o{i}", text="The gate was open, he said.") for i in range(n)]
    return mark_duplicates([s.judgement() for s in said])


def test_forty_copies_are_one_piece_of_evidence_listed_forty_times() -> None:
    (found,) = aggregate(copies(20), CLAIMS)
    assert found.confidence == pytest.approx(2 / 3)
    assert (found.n_statements, found.n_articles, found.n_outlets, len(found.evidence)) == (1, 20, 20, 20)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        pytest.param(
            Said(A, text="The gate was open, he said."), Said(A, text="the GATE was open -- he said", article="b"), True, id="case and marks"
        ),
        pytest.param(Said(A, text="The gate was open."), Said(A, text="The gate was open.", at=90), True, id="in one article"),
        pytest.param(Said(A, text="The gate was open."), Said(A, text="The gate was open.", article="b", actor="council"), False, id="other actor"),
        pytest.param(Said(A, text="The gate was open."), Said(A, text="The gate was open.", article="b", claim="oil"), False, id="other claim"),
        pytest.param(Said(A, text="The gate was open."), Said(A, text="The gate was not open.", article="b"), False, id="one word more"),
    ],
)
def test_duplicates(first: Said, second: Said, same: bool) -> None:
    one, two = mark_duplicates([first.judgement(), second.judgement()])
    assert one.duplicate_of is None
    assert two.duplicate_of == (one.statement.id if same else None)


def test_the_earliest_is_the_original_whatever_the_order() -> None:
    late, early, undated = mark_duplicates(
        [
            Said(A, day=9, article="late", text="Yes.").judgement(),
            Said(A, day=3, article="early", text="Yes.").judgement(),
            Said(A, text="Yes.").judgement(),
        ]
    )
    assert (late.duplicate_of, early.duplicate_of, undated.duplicate_of) == ("early:0:mill", None, "early:0:mill")


def test_a_repeat_counts_where_its_original_has_no_stance() -> None:
    said = [Said(N, text="Yes."), Said(D, at=40, text="No."), Said(A, article="b", text="Yes."), Said(A, article="c", text="Yes.")]
    (found,) = aggregate(mark_duplicates([s.judgement() for s in said]), CLAIMS)
    assert found.n_statements == 2
    assert found.probabilities == pytest.approx((4 / 9, 4 / 9, 1 / 9))


def test_a_headline_repeated_in_the_body_counts_as_body() -> None:
    said = [Said(A, kind=BlockKind.TITLE, text="Gate was open, mill says"), Said(A, at=40, text="Gate was open, mill says."), Said(U, at=80)]
    (found,) = aggregate(mark_duplicates([s.judgement() for s in said]), CLAIMS, AggregateSettings.model_validate({"shift_odds": 100}))
    assert found.probabilities == pytest.approx((4 / 9, 1 / 9, 4 / 9))


# --- what is reported ------------------------------------------------------------------------------------------------------------


def test_what_is_under_the_set_confidence_is_not_clear() -> None:
    assert position(*places(A), min_confidence=0.7).verdict == NOT_CLEAR
    assert position(*places(A), min_confidence=0.6).verdict == "asserts"
    unsure = position(*places(A), min_confidence=0.7)
    assert unsure.label is A  # what it would be stays visible


def test_no_position_without_a_stance_or_an_actor() -> None:
    assert positions(Said(N), Said(A, actor=None)) == []
    assert aggregate([], CLAIMS) == []


def test_one_position_for_each_actor_and_claim_in_order_of_appearance() -> None:
    found = positions(Said(A, actor="council"), Said(D), Said(A, at=40, actor="council"), Said(U, claim="oil"))
    assert [(p.actor, p.claim, p.n_statements) for p in found] == [("council", "open", 2), ("mill", "open", 1), ("mill", "oil", 1)]


def test_evidence_is_ranked_and_limited() -> None:
    said = [Said(A, 0.7, at=0), Said(A, 0.9, at=20), Said(U, 0.8, at=40), Said(A, 0.8, at=60)]
    found = position(*said, max_evidence=3, shift_odds=1000)
    assert [e.statement.sentence.start for e in found.evidence] == [20, 60, 0]
    assert found.n_statements == 4


SAID = st.builds(
    Said,
    label=st.sampled_from(LABELS),
    p=st.floats(0.3, 1.0),
    day=st.one_of(st.none(), st.integers(1, 28)),
    at=st.integers(0, 5).map(lambda i: 20 * i),
    article=st.sampled_from("abc"),
    claim=st.sampled_from(["open", "shut", "oil", "unknown"]),
    actor=st.sampled_from(["mill", "council", None]),
    kind=st.sampled_from([BlockKind.TITLE, BlockKind.PARAGRAPH]),
    text=st.sampled_from(["Yes.", "No.", "", "Not yet."]),
)


@given(st.lists(SAID, max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_judgements_give_honest_positions(said: list[Said]) -> None:
    judgements = mark_duplicates([s.judgement() for s in said])
    found = aggregate(judgements, CLAIMS)
    assert len({(p.actor, p.claim) for p in found}) == len(found)
    assert {p.actor for p in found} == {j.statement.actor for j in judgements if j.label is not N} - {None}
    for p in found:
        assert 1 / 3 <= p.confidence <= 1
        assert 0 <= p.lower <= p.upper <= 1
        assert p.claim != "shut"
        assert 1 <= p.n_statements <= len(p.evidence)
        assert p.label is max(STANCES, key=lambda x: p.probabilities[STANCES.index(x)])
        assert p.shift == bool(p.shifts)
        assert all(s.before is not s.after for s in p.shifts)


def test_a_run_repeats_exactly_and_a_large_cell_is_quick() -> None:
    said = [Said((A, D, U)[i % 3], 0.9, article=str(i)) for i in range(10000)]
    start = time.process_time()
    first = position(*said)
    assert time.process_time() - start < 5
    assert first == position(*said)
