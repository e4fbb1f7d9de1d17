"""The figures behind the pictures: timelines, agreement, outlets."""

from __future__ import annotations

import math
from dataclasses import replace

import factories
from factories import MARCH_3, MARCH_5, MARCH_9
from sayso.report import PositionReport, views
from sayso.types import Actor, Claim, Label


def told(**sides: str) -> PositionReport:
    """Actors with one letter for each claim: a(sserts), d(enies), u(ncertain), - for silence."""
    labels = {"a": Label.ASSERTS, "d": Label.DENIES, "u": Label.UNCERTAIN}
    positions = [
        factories.position(name, f"c{n}", labels[letter]) for name, letters in sides.items() for n, letter in enumerate(letters) if letter != "-"
    ]
    claims = tuple(Claim(f"c{n}", f"Claim {n}.") for n in range(max(map(len, sides.values()))))
    return PositionReport(tuple(positions), actors=tuple(Actor(name, name.title()) for name in sides), claims=claims)


def test_timeline_counts_statements_by_day_and_leaves_out_repeats() -> None:
    report = factories.report()
    marks = [(m.claim.id, m.actor.id, m.day, m.label, m.count) for m in views.timeline(report, report.matrix())]
    assert marks[0] == ("cracked", "northfell", MARCH_3, Label.DENIES, 2)
    assert ("opened", "northfell", MARCH_3, Label.ASSERTS, 1) in marks
    assert ("opened", "northfell", MARCH_3, Label.DENIES, 1) in marks
    assert [m for m in marks if m[1] == "council"] == [("warned", "council", MARCH_3, Label.DENIES, 2)], "the copy of 5 March is a repeat"
    assert ("warned", "agency", MARCH_5, Label.UNCERTAIN, 1) in marks
    assert ("warned", "northfell", MARCH_9, Label.ASSERTS, 1) in marks


def test_timeline_without_dates_is_empty() -> None:
    report = factories.report()
    undated = replace(report, judgements=tuple(replace(j, published=None) for j in report.judgements))
    assert views.timeline(undated, undated.matrix()) == []


def test_agreement_counts_only_claims_on_which_both_take_a_side() -> None:
    pairs = views.agreement(told(x="aad-u", y="add-u", z="dda--").matrix())
    found = {(p.first.id, p.second.id): ([c.id for c in p.agree], [c.id for c in p.disagree]) for p in pairs}
    assert found == {
        ("x", "y"): (["c0", "c2"], ["c1"]),
        ("y", "z"): (["c1"], ["c0", "c2"]),
        ("x", "z"): ([], ["c0", "c1", "c2"]),
    }
    assert [(p.first.id, p.second.id) for p in pairs] == [("x", "y"), ("y", "z"), ("x", "z")]


def test_verdicts_that_are_not_clear_agree_with_nobody() -> None:
    report = told(x="a", y="a")
    unclear = replace(report, positions=(report.positions[0], replace(report.positions[1], verdict="not clear")))
    assert views.agreement(unclear.matrix()) == []


def test_allies_stand_side_by_side() -> None:
    # two camps, given in alternation
    ring = views.ring(views.agreement(told(p="aaa", q="ddd", r="aaa", s="ddd", t="aaa").matrix()))
    order = [actor.id for actor, _, _ in ring]
    camps = "".join("+" if id_ in "prt" else "-" for id_ in order)
    assert camps in camps_of("+++--")
    assert all(math.isclose(x * x + y * y, 1) for _, x, y in ring)


def camps_of(pattern: str) -> list[str]:
    return [pattern[n:] + pattern[:n] for n in range(len(pattern))]


def test_ring_of_nobody_and_of_two() -> None:
    assert views.ring([]) == []
    assert {actor.id for actor, _, _ in views.ring(views.agreement(told(x="a", y="d").matrix()))} == {"x", "y"}


def test_outlets_side_by_side() -> None:
    report = factories.report()
    found = views.outlets(report, report.matrix())
    assert list(found) == ["Plainly", "The Tarn Courier"]
    assert found["Plainly"]["warned"].counts == (0, 1, 1), "a repeat was printed, so it counts for the outlet"
    assert (found["The Tarn Courier"]["cracked"].counts, found["The Tarn Courier"]["cracked"].own) == ((0, 2, 1), Label.UNCERTAIN)
    assert found["Plainly"]["destroyed"].total == 0
    assert found["Plainly"]["destroyed"].own is None


def test_statements_on_a_negation_count_on_the_claim_that_is_negated() -> None:
    report = factories.report()
    sound = Claim("sound", "The wall is sound.", negation_of="cracked")
    turned = replace(report.judgements[0], claim="sound", label=Label.ASSERTS, probabilities=(0.97, 0.01, 0.01, 0.01))
    report = replace(report, judgements=(turned,), claims=(*report.claims, sound))
    assert [(m.claim.id, m.label) for m in views.timeline(report, report.matrix())] == [("cracked", Label.DENIES)]


def test_disputed_claims_come_with_their_sides() -> None:
    found = views.disputed(told(x="aau", y="dau", z="ddu", w="dau").matrix())
    assert [claim.id for claim, _ in found] == ["c0", "c1"]
    assert {verdict: [a.id for a in actors] for verdict, actors in found[0][1].items()} == {"asserts": ["x"], "denies": ["y", "z", "w"]}
