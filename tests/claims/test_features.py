"""What a pair shows before it is scored: stems that fall together, and context for sentences that have no words of their own."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.claims.features import NAMES, pair_features, stems
from sayso.languages import Language, load_language
from sayso.segment import segment
from sayso.types import Article, Claim, Segmented

WORDS: Language = load_language("en")
CLAIMS = (Claim("gate", "The sluice gate was opened at night."), Claim("wall", "The retaining wall is cracked."))


def features(text: str, claims: tuple[Claim, ...] = CLAIMS, topic: np.ndarray | None = None) -> tuple[Segmented, np.ndarray]:
    document = segment(Article("a", text))
    if topic is None:
        topic = np.zeros((len(document.sentences), len(claims)))
    return document, pair_features(document, claims, topic, WORDS)


def value(text: str, start: str, claim: int, name: str) -> float:
    """One feature of the sentence that begins with ``start``."""
    document, x = features(text)
    (i,) = [k for k, s in enumerate(document.sentences) if document.text(s).startswith(start)]
    return float(x[i, claim, NAMES.index(name)])


# --- stems ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "family",
    [
        ("evacuate", "evacuated", "evacuation", "evacuations", "evacuating"),
        ("operate", "operators", "operations", "operating"),
        ("donate", "donated", "donations"),
        ("crack", "cracks", "cracked", "cracking"),
        ("leak", "leaked", "leaking", "leaks"),
        ("poison", "Poisoned", "POISONING", "poison's", "poison’s"),
        ("payment", "payments"),
        ("village", "villages", "villagers"),
    ],
)
def test_words_of_one_family_share_a_stem(family: tuple[str, ...]) -> None:
    found = [stems(word, WORDS) for word in family]
    assert all(len(f) == 1 for f in found)
    assert len({f[0] for f in found}) == 1


@pytest.mark.parametrize(("one", "other"), [("mine", "mind"), ("gate", "goat"), ("dam", "dame"), ("bridge", "bride"), ("12", "120"), ("1.2", "12")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert stems(one, WORDS) != stems(other, WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It was said that they would not", [], id="function words carry no topic"),
        pytest.param("a B 7", ["7"], id="letters do not count, digits do"),
        pytest.param("1,200 of 3.5 in 2026", ["1,200", "3.5", "2026"], id="numbers as they are"),
        pytest.param("dam, dam; DAM!", ["dam"] * 3, id="every place in order"),
        pytest.param("Łódź Åre", ["łódź", "åre"], id="any alphabet"),
        pytest.param("", [], id="empty"),
    ],
)
def test_stems(text: str, expected: list[str]) -> None:
    assert stems(text, WORDS) == expected


# --- features of a pair --------------------------------------------------------------------------------------------------------

STORY = "Dam inquiry\n\nA sluice gate was opened at night, villagers say. That is a lie. Owners have no comment. Rain fell. Nobody slept."


def test_shared_words_count_for_the_claim_that_has_them() -> None:
    assert value(STORY, "A sluice", 0, "lexical") == pytest.approx(1)
    assert value(STORY, "A sluice", 1, "lexical") == 0
    assert value(STORY, "A sluice", 0, "lexical_below_best") == 0
    assert value(STORY, "A sluice", 1, "lexical_below_best") == pytest.approx(-1)
    assert value(STORY, "A sluice", 1, "lexical_best") == pytest.approx(1)


@pytest.mark.parametrize(
    ("start", "near"),
    [
        pytest.param("That is", 1.0, id="the sentence before"),
        pytest.param("Owners", 1.0, id="two before"),
        pytest.param("Rain", 0.0, id="three before is too far"),
        pytest.param("Dam", 0.0, id="what follows is no context"),
    ],
)
def test_an_elliptical_sentence_gets_its_context(start: str, near: float) -> None:
    assert value(STORY, start, 0, "lexical") == 0
    assert value(STORY, start, 0, "lexical_near") == pytest.approx(near)
    assert value(STORY, start, 1, "lexical_near") == 0


def test_context_counts_once_more_where_the_sentence_is_short() -> None:
    assert value(STORY, "That is", 0, "lexical_near_if_short") == pytest.approx(1)
    long = STORY.replace("That is a lie.", "That is a brazen, wicked, malicious, cynical, shameful lie.")
    assert value(long, "That is", 0, "lexical_near_if_short") == 0
    assert value(long, "That is", 0, "lexical_near") == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        pytest.param("# Dam\n\n## Was the sluice gate opened at night?\n\nOwners deny it.", "Owners", id="heading"),
        pytest.param("Ada Finch\n\nQ: Was the sluice gate opened at night?\nA: No.\nQ: Is it old?\nA: Yes, a little.", "No", id="question"),
        pytest.param(
            "Dam\n\nIt rained.\n\nSluice gate opened at night | Retaining wall\nYes | No\nNo | Unknown\nMaybe | Perhaps", "Maybe", id="table header"
        ),
    ],
)
def test_what_stands_above_is_context(text: str, start: str) -> None:
    assert value(text, start, 0, "lexical") == 0
    assert value(text, start, 0, "lexical_near") == pytest.approx(1)


def test_neighbours_before_and_after() -> None:
    assert value(STORY, "Dam", 0, "lexical_after") == pytest.approx(1)
    assert value(STORY, "Dam", 0, "lexical_before") == 0
    assert value(STORY, "That is", 0, "lexical_before") == pytest.approx(1)
    assert value(STORY, "Nobody", 0, "lexical_after") == 0


def test_headings_and_length() -> None:
    assert [value(STORY, s, 0, "heading") for s in ("Dam", "A sluice")] == [1, 0]
    assert value(STORY, "Rain", 0, "log_words") == pytest.approx(np.log1p(2))


def test_a_rare_word_weighs_more_than_one_that_is_everywhere() -> None:
    story = "The dam wall leaks. The dam is high. The dam is grey. The dam was cracked."
    claims = (Claim("c", "The dam cracked."),)
    document, x = features(story, claims)
    lexical = x[:, 0, NAMES.index("lexical")]
    assert len(document.sentences) == 4
    assert lexical[3] == pytest.approx(1)
    assert 0 < lexical[0] < 0.25


def test_a_word_of_many_claims_weighs_less() -> None:
    one = (Claim("a", "The dam cracked."),)
    many = (*one, Claim("b", "The dam burst."), Claim("c", "The dam overflowed."))
    story = "The dam is high. It rained."
    alone, beside = (features(story, c)[1][0, 0, NAMES.index("lexical")] for c in (one, many))
    assert 0 < beside < alone


def test_topics_are_compared_with_the_rest() -> None:
    topic = np.array([[2.0, 1.0], [0.0, -1.0], [4.0, 6.0]])
    document, x = features("One came. Two went. Three slept.", topic=topic)
    assert len(document.sentences) == 3

    def column(name: str) -> list[list[float]]:
        found: list[list[float]] = x[:, :, NAMES.index(name)].tolist()
        return found

    assert column("topic") == topic.tolist()
    assert column("topic_before") == [[2, 1], [2, 1], [0, -1]]
    assert column("topic_below_best") == [[0, -1], [0, -1], [-2, 0]]
    assert column("topic_above_mean") == [[0, -1], [-2, -3], [2, 4]]


TEXTS = st.lists(st.sampled_from(["The gate was opened.", "It rained.", "No.", "7%", "# Wall", "\n\n", "A: yes", "- x | y"]), max_size=12).map(
    " ".join
)


@given(TEXTS, st.lists(st.one_of(st.text(min_size=1, max_size=20), st.sampled_from(["The gate was opened.", "is it"])), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_shares_are_shares_in_any_text(text: str, claims: list[str]) -> None:
    document = segment(Article("a", text))
    if not document.sentences:
        return
    asked = [Claim(str(i), c) for i, c in enumerate(claims)]
    x = pair_features(document, asked, np.zeros((len(document.sentences), len(asked))), WORDS)
    assert x.shape == (len(document.sentences), len(asked), len(NAMES))
    assert np.isfinite(x).all()
    for name in ("lexical", "lexical_near", "lexical_before", "lexical_after", "lexical_best", "lexical_near_if_short"):
        share = x[:, :, NAMES.index(name)]
        assert share.min() >= 0
        assert share.max() <= 1 + 1e-9


SCRIPT = """
import hashlib
import numpy as np
from sayso.claims.features import pair_features
from sayso.languages import load_language
from sayso.segment import segment
from sayso.types import Article, Claim

nouns = "sluice river wall pump crane barge ferry tower bell brick canal weir mill quay".split()
text = " ".join(f"The {a} stands by a {b} near some {c}." for a in nouns for b in nouns[::3] for c in nouns[::4])
document = segment(Article("a", text))
claims = [Claim(str(k), " ".join(nouns[k:])) for k in range(5)]
features = pair_features(document, claims, np.zeros((len(document.sentences), 5)), load_language("en"))
print(hashlib.sha256(features.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_features_are_the_same_to_the_last_bit_in_every_process() -> None:
    """Python gives sets of words another order in every process."""

    def run(seed: int) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        return subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True).stdout

    assert len({run(seed) for seed in (1, 2, 3)}) == 1
