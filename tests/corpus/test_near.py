"""Near duplicates: found, judged where they differ, listed for every outlet, counted once."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corpus_helpers import article, config, contents, table, text, write_jsonl
from sayso.config import DuplicateSettings
from sayso.corpus.index import Index
from sayso.corpus.near import Signatures, rows_of_band


def jaccard(one: str, other: str, n: int) -> float:
    a, b = ({" ".join(w[i : i + n]) for i in range(len(w) - n + 1)} for w in (t.split() for t in (one, other)))
    return len(a & b) / len(a | b)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_signatures_estimate_jaccard_similarity(share: float) -> None:
    rng = random.Random(3)
    words = [f"w{rng.randrange(5000)}" for _ in range(600)]
    other = [f"x{i}" if rng.random() < share else w for i, w in enumerate(words)]
    signatures = Signatures(DuplicateSettings(permutations=512))
    estimate = (signatures.of(" ".join(words)) == signatures.of(" ".join(other))).mean()
    assert estimate == pytest.approx(jaccard(" ".join(words), " ".join(other), 4), abs=0.08)


def test_signatures_are_the_same_in_every_run() -> None:
    assert Signatures(DuplicateSettings(permutations=16)).of("The shaft, they say, has flooded again.")[:2].tolist() == PINNED
    assert (Signatures(DuplicateSettings()).of("A, b - C d e") == Signatures(DuplicateSettings()).of("a b c D E")).all()


PINNED = [2338325208, 80378284]


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.9])
def test_pairs_at_the_threshold_are_compared(threshold: float) -> None:
    rows = rows_of_band(128, threshold)
    assert 1 - (1 - threshold**rows) ** (128 // rows) >= 0.99


def test_the_most_similar_original_is_taken(tmp_path: Path) -> None:
    index = Index(tmp_path / "i.sqlite")
    first, second = np.arange(16, dtype=np.uint32), np.arange(16, dtype=np.uint32)
    first[:4] = 99
    index.add_original("first", 0, first, [1, 2])
    index.add_original("second", 1, second, [2, 3])
    found = index.original(np.arange(16, dtype=np.uint32), [2], 0.7)
    assert found is not None and (found.article, found.part, found.similarity) == ("second", 1, 1.0)
    assert index.original(np.full(16, 7, dtype=np.uint32), [1, 2, 3], 0.7) is None
    assert index.original(np.arange(16, dtype=np.uint32), [4], 0.7) is None
    index.close()
    assert not (tmp_path / "i.sqlite").exists()


LONG = text(1) + "\n".join(text(i).split("\n\n")[2] for i in range(40, 60))


@pytest.mark.parametrize("part", [1, 10])
def test_a_wire_story_is_scored_once_and_listed_for_every_outlet(part: int, tmp_path: Path, run: Any) -> None:
    rows = [{"id": f"w{i}", "text": LONG, "outlet": f"outlet {i}", "published": f"2026-03-{i + 1:02d}"} for i in range(5)]
    rows[3]["text"] = "FROM OUR NEWSROOM\n\n" + LONG  # everything stands 19 characters later
    done = run(write_jsonl(tmp_path / "a.jsonl", [*rows, article(9)]), tmp_path / "out", config(part=part))
    assert (done["counts"]["scored"], done["counts"]["duplicate"]) == (2, 4)
    ledger = table(tmp_path / "out", "articles")
    assert list(ledger.duplicate_of.fillna(""))[:5] == ["", "w0", "w0", "w0", "w0"]
    judgements = table(tmp_path / "out", "judgements")
    wire = judgements[judgements.article.str.startswith("w")]
    assert sorted(wire.outlet.unique()) == [f"outlet {i}" for i in range(5)]
    assert len(wire) == 5 * 4
    own = wire[wire.article == "w0"]
    for name in ("w1", "w3"):
        copy = wire[wire.article == name]
        assert list(copy.duplicate_of) == list(own.statement)
        assert list(copy.p_asserts) == list(own.p_asserts)
        whole = next(r["text"] for r in rows if r["id"] == name)
        for row in copy.itertuples():
            assert whole[row.start : row.end] == row.text and whole[int(row.source_start) : int(row.source_end)] in row.text
    held = table(tmp_path / "out", "positions")
    orsk = held[(held.actor == "orsk") & (held.claim == "c1")].iloc[0]
    assert orsk.n_outlets >= 5 and orsk.n_articles == 6
    assert orsk.n_statements == 2, "five copies are one piece of evidence, and another article brings one more"


def test_an_edited_sentence_is_judged_on_its_own_words(tmp_path: Path, run: Any) -> None:
    said = "Orsk Mining said of shaft 1 at the"
    turned = LONG.replace("it was flooded", "it was dry")
    edited = LONG.replace(said, "Orsk Mining told us of shaft 1 at the")
    assert turned != LONG != edited
    rows = [{"id": "w0", "text": LONG}, {"id": "turned", "text": turned}, {"id": "edited", "text": edited}]
    run(write_jsonl(tmp_path / "a.jsonl", rows), tmp_path / "out")
    assert list(table(tmp_path / "out", "articles").outcome) == ["scored", "duplicate", "duplicate"]
    j = table(tmp_path / "out", "judgements")
    j = j[(j.actor == "orsk") & (j.claim == "c1")].set_index("article")
    assert list(j.label) == ["asserts", "denies", "asserts"]
    assert pd.isna(j.duplicate_of["turned"]), "a denial is no repetition of an assertion"
    assert j.duplicate_of["edited"] == j.statement["w0"], "almost the same words with the same stance are one"


def test_copies_of_an_article_that_failed_are_scored(tmp_path: Path, run: Any) -> None:
    rows = [{"id": "w0", "text": LONG + " BROKEN"}, {"id": "w1", "text": LONG}]
    for part in (1, 5):
        run(write_jsonl(tmp_path / "a.jsonl", rows), tmp_path / str(part), config(part=part))
        assert len(table(tmp_path / str(part), "judgements")) == 4


def test_it_can_be_turned_off(tmp_path: Path, run: Any) -> None:
    rows = [{"id": f"w{i}", "text": LONG} for i in range(3)]
    done = run(write_jsonl(tmp_path / "a.jsonl", rows), tmp_path / "out", config(duplicates={"enabled": False}))
    assert done["counts"]["scored"] == 3
    assert table(tmp_path / "out", "positions").n_statements.max() == 1, "the same words are one piece of evidence all the same"


def test_copies_after_a_resume(tmp_path: Path, run: Any) -> None:
    rows = [{"id": f"w{i}", "text": LONG, "outlet": f"o{i}"} for i in range(6)]
    file = write_jsonl(tmp_path / "a.jsonl", rows)
    run(file, tmp_path / "whole")
    for n in (1, 3, 6):
        run(file, tmp_path / "steps", limit=n, resume=True)
    assert contents(tmp_path / "steps") == contents(tmp_path / "whole")
