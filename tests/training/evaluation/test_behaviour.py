"""The suite of minimal pairs, and pass rates."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from predicted import predictions, sure
from sayso.training.evaluation.behaviour import pass_rates, suite
from sayso.training.stance_data import LABEL_INDEX
from sayso.types import LABELS


def pairs() -> dict[str, list[dict]]:
    by = defaultdict(list)
    for row in suite():
        by[row["group"]].append(row)
    return by


def test_every_kind_has_several_pairs() -> None:
    kinds = Counter(rows[0]["phenomenon"] for rows in pairs().values())
    assert len(kinds) == 8
    assert min(kinds.values()) >= 5
    assert len(suite()) >= 80
    assert len({r["id"] for r in suite()}) == len(suite())


def test_the_rows_of_a_pair_are_alike_in_all_but_little_and_differ_in_label() -> None:
    for group, rows in pairs().items():
        assert len({r["label"] for r in rows}) == len(rows) == 2, group
        assert len({r["phenomenon"] for r in rows}) == 1, group
        first, second = (set(r["text"].casefold().split()) for r in rows)
        assert len(first & second) / len(first | second) > 0.4, group
        assert sum(rows[0][k] != rows[1][k] for k in ("text", "actor", "claim")) == 1, f"{group}: one thing changes, so one thing explains the label"


def test_holders_are_named_in_their_text() -> None:
    for row in suite():
        assert row["actor"] is None or row["actor"].casefold() in row["text"].casefold(), row["id"]


@pytest.mark.parametrize("label", range(4))
def test_one_answer_for_everything_passes_no_pair(label: int) -> None:
    rows = suite()
    found = [{**f, "group": r["group"], "phenomenon": r["phenomenon"]} for f, r in zip(constant(rows, label), rows, strict=True)]
    got = pass_rates(found)
    assert got["pairs_right"] == 0
    assert got["rows_right"] == sum(LABEL_INDEX[r["label"]] == label for r in rows)


def constant(rows: list[dict], label: int) -> list[dict]:
    return predictions([LABEL_INDEX[r["label"]] for r in rows], sure([label] * len(rows)))


def test_pass_rates_by_hand() -> None:
    found = predictions([0, 1, 0, 1, 2, 3], sure([0, 1, 0, 0, 2, 3]), ["a", "a", "b", "b", "c", "c"])
    for f, kind in zip(found, ("x", "x", "x", "x", "y", "y"), strict=True):
        f["phenomenon"] = kind
    got = pass_rates(found)
    assert got["kinds"] == {
        "x": {"rows": 4, "rows_right": 3, "pairs": 2, "pairs_right": 1},
        "y": {"rows": 2, "rows_right": 2, "pairs": 1, "pairs_right": 1},
    }
    assert (got["rows_right"], got["pairs_right"], got["pairs"]) == (5, 2, 3)
    assert got["pairs_interval"][0] < 2 / 3 < got["pairs_interval"][1]
    assert {x.value for x in LABELS} == {r["label"] for r in suite()}, "every label is asked for"
