"""Positions over written Parquet are those that aggregate.py makes in memory."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from corpus_helpers import CONFIG, config
from sayso.aggregate import aggregate, mark_duplicates
from sayso.corpus.positions import Scores, write_positions
from sayso.corpus.store import ARTICLES, LEDGER, ScoreFolder
from sayso.report import frames
from sayso.types import BlockKind, Claim, Judgement, Label, Sentence, Statement

CLAIMS = tuple(c.claim() for c in CONFIG.claims)


def judgements(seed: int, n: int) -> list[Judgement]:
    """Random ones: repeated wording, several outlets, gaps, changes of mind, titles, opposite claims."""
    rng = random.Random(seed)
    out = []
    for i in range(n):
        article = f"a{rng.randrange(n // 5)}"
        mind = random.Random(article)  # an article has one outlet and one date
        day = None if mind.random() < 0.2 else dt.date(2026, 1, 1) + dt.timedelta(days=mind.randrange(90))
        outlet = mind.choice(["Herald", "Courier", None])
        start = 100 * i
        kind = BlockKind.TITLE if rng.random() < 0.15 else BlockKind.PARAGRAPH
        said = Statement(article, Sentence(start, start + 10, 0, kind), rng.choice(["orsk", "union"]))
        words = f"Sentence {rng.randrange(n)}{rng.choice(['.', '!', ''])}"
        for claim in CLAIMS:
            p = [rng.random() ** 3 for _ in range(4)]
            late = (day is not None and day.month > 2) != (claim.negation_of is not None)
            p[1 if late else 0] += 2
            p = [x / sum(p) for x in p]
            label = Label.UNRELATED if rng.random() < 0.3 else list(Label)[max(range(3), key=lambda k: p[k])]
            out.append(Judgement(said, claim.id, (p[0], p[1], p[2], p[3]), label, words, outlet, day))
    order = {a: i for i, a in enumerate(dict.fromkeys(j.statement.article for j in out))}
    return sorted(out, key=lambda j: (order[j.statement.article], j.statement.sentence.start))


def written(folder: Path, made: list[Judgement], size: int) -> ScoreFolder:
    scores = ScoreFolder(folder)
    scores.create()
    for part, start in enumerate(range(0, len(made), size)):
        scores.write_part(part, {"judgements": frames.judgements_table(made[start : start + size]), LEDGER: ARTICLES.empty_table()})
    return scores


@pytest.mark.parametrize("seed", range(4))
def test_positions_equal_those_in_memory(seed: int, tmp_path: Path) -> None:
    made = judgements(seed, 80)
    folder = written(tmp_path / "s", made, 37)
    expected = frames.positions_table(aggregate(mark_duplicates(made), CLAIMS, CONFIG.aggregate))
    assert True in expected["shift"].to_pylist(), "the test should see a change of mind"
    scores = Scores([folder], CLAIMS)
    assert frames.positions_table([g.position for g in scores.positions(CONFIG)]).equals(expected)
    scores.close()


@pytest.mark.parametrize(
    ("table", "of"),
    [
        ("outlet", lambda j: j.outlet),
        ("day", lambda j: j.published),
        ("week", lambda j: j.published and j.published - dt.timedelta(days=j.published.weekday())),
        ("month", lambda j: j.published and j.published.replace(day=1)),
    ],
)
def test_groups_equal_those_in_memory(table: str, of, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = judgements(9, 60)
    folder = written(tmp_path / "s", made, 50)
    write_positions(folder, CLAIMS, config(positions=(table,)))
    name = "outlet" if table == "outlet" else "window"
    found = folder.read(f"positions_{table}", 0)
    marked = mark_duplicates(made)
    groups = sorted({of(j) for j in made if of(j) is not None})
    assert list(dict.fromkeys(found[name].to_pylist())) == groups and len(groups) > 1
    for group in groups:
        expected = frames.positions_table(aggregate([j for j in marked if of(j) == group], CLAIMS, CONFIG.aggregate))
        rows = found.filter(pa.compute.equal(found[name], group)).drop_columns([name])
        assert rows.to_pylist() == expected.to_pylist()


def test_parts_without_a_ledger_do_not_count(tmp_path: Path) -> None:
    made = judgements(1, 40)
    folder = written(tmp_path / "s", made, 1000)
    folder.write("judgements", frames.judgements_table([replace(j, claim="c1") for j in made]), 1)
    scores = Scores([folder], CLAIMS)
    assert len(list(scores.positions(CONFIG))) == len(aggregate(mark_duplicates(made), CLAIMS, CONFIG.aggregate))
    scores.close()


def test_no_judgement_at_all(tmp_path: Path) -> None:
    folder = written(tmp_path / "s", [], 1)
    assert write_positions(folder, CLAIMS, CONFIG) == 0
    folder.write_part(0, {"judgements": frames.JUDGEMENTS.empty_table(), LEDGER: ARTICLES.empty_table()})
    assert write_positions(folder, (Claim("c1", "x"),), CONFIG) == 0
    assert folder.read("positions", 0).schema.equals(frames.POSITIONS)
