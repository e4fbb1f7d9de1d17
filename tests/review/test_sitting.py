"""What a person is shown, in which order, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import factories
from sayso.errors import InputError, OutputError
from sayso.report.corrections import NAME, read_corrections
from sayso.report.doubt import doubt, doubtful
from sayso.report.words import reading
from sayso.review import Sitting
from sayso.types import Label


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    factories.written(tmp_path)
    return tmp_path / "out"


def test_the_least_sure_comes_first_and_copies_are_not_asked(folder: Path) -> None:
    queue = Sitting.open(folder).queue
    assert len(queue) == 11
    assert [j.claim for j in queue][:2] == ["neglect", "warned"]
    chances = [max(j.probabilities) for j in queue]
    assert chances == sorted(chances)


def test_a_stance_that_is_not_the_likeliest_answer_comes_before_all(folder: Path) -> None:
    judged = factories.report().judgements[0]  # a stance by the threshold on any stance, though none is likelier
    faint = replace(judged, probabilities=(0.02, 0.11, 0.04, 0.83))
    assert (doubt(judged) > 0.9, round(doubt(faint), 2)) == (True, -0.72)
    report = replace(factories.report(), judgements=(*factories.report().judgements[1:], faint))
    assert doubtful(report)[0] is faint
    assert reading(faint) == "denies 11%", "the figure is that of the label"


@pytest.mark.parametrize(
    ("actor", "claim", "limit", "expected"),
    [("council", None, None, 2), (None, "warned", None, 4), ("council", "warned", None, 2), ("article", None, None, 2), (None, None, 3, 3)],
)
def test_a_part_of_it(folder: Path, actor: str | None, claim: str | None, limit: int | None, expected: int) -> None:
    queue = Sitting.open(folder, actor=actor, claim=claim, limit=limit).queue
    assert len(queue) == expected
    assert {j.statement.actor for j in queue} == {actor} or actor is None
    assert {j.claim for j in queue} == {claim} or claim is None


def test_a_part_that_is_not_there(folder: Path) -> None:
    with pytest.raises(InputError, match="actor: found 'mayor', expected one of article, northfell, council, agency"):
        Sitting.open(folder, actor="mayor")
    with pytest.raises(InputError, match="claim: found 'rain', expected one of cracked, opened"):
        Sitting.open(folder, claim="rain")


def test_decisions_are_kept_at_once_and_not_asked_again(folder: Path) -> None:
    sitting = Sitting.open(folder)
    sitting.decide(0, Label.DENIES)
    assert [made.label for made in read_corrections(folder / NAME).values()] == [Label.DENIES]
    assert (sitting.following(0), sitting.following(-1), sitting.changed) == (1, 1, [0])
    sitting.decide(0, Label.ASSERTS)  # back, and otherwise
    assert sitting.changed == []
    assert len((folder / NAME).read_text("utf-8").splitlines()) == 2
    later = Sitting.open(folder)
    assert len(later.queue) == 10
    again = Sitting.open(folder, again=True)
    assert (len(again.queue), again.decided(0), again.decided(1)) == (11, Label.ASSERTS, None)
    for place in range(10):
        later.decide(place, later.queue[place].label)
    assert later.following(9) is None
    assert Sitting.open(folder).queue == []


def test_a_decision_that_could_not_be_kept_is_not_counted(folder: Path) -> None:
    (folder / NAME).mkdir()
    sitting = Sitting(folder, factories.report(), factories.report().judgements)
    with pytest.raises(OutputError, match="the decision was not kept"):
        sitting.decide(0, Label.DENIES)
    assert sitting.made == {}
