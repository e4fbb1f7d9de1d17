"""A language model as a scorer, against a server of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("openai")

from endpoint import SOON, Endpoint, Facts, Says, asked, reads
from sayso.config import EndpointSettings
from sayso.errors import ModelError, ScoringError
from sayso.stance.chat import CLAIMS_AT_ONCE, ChatScorer
from sayso.stance.passage import Passage, Question
from sayso.stance.scorer import Remote, attempts, load_scorer
from sayso.types import LABELS, Span

DENIES = '{"c1": {"label": "denies", "confidence": 0.97}}'
GARBAGE = Says("Well, it depends.")
REFUSAL = Says(refusal="I cannot help with that.")


def question(text: str = "the mill said it rained.", claims: tuple[str, ...] = ("It rained.",)) -> Question:
    return Question("the mill", Passage(text, Span(0, len(text))), claims)


def scorer(endpoint: Endpoint, model: str = "stub", **settings: Any) -> ChatScorer:
    found = load_scorer(f"openai:{model}", None, EndpointSettings(**{"url": endpoint.url, "timeout_seconds": 5, "cache": None, **settings}))
    assert isinstance(found, ChatScorer)
    return found


@pytest.fixture
def cache(tmp_path: Path) -> str:
    return str(tmp_path / "answers.sqlite")


def numbered(n: int) -> list[Question]:
    return [question(f"the mill said {k}.", (f"It said {k}.",)) for k in range(n)]


def test_answers_are_probabilities_for_each_claim(endpoint: Endpoint) -> None:
    p, empty, q = scorer(endpoint).score([question(claims=("It rained.", "It snowed.")), question(claims=()), question("the mill denied it.")])
    assert (p.dtype, p.shape, empty.shape) == (np.float32, (2, 4), (0, 4))
    assert p == pytest.approx(np.array([[0.9, 0.1 / 3, 0.1 / 3, 0.1 / 3]] * 2), abs=1e-6)
    assert q[0].argmax() == 1
    assert len(endpoint.requests) == 2  # no claims, no request


def test_more_claims_than_fit_are_asked_in_parts_and_come_back_in_order(endpoint: Endpoint) -> None:
    def by_number(facts: Facts) -> str:
        labels = {i: LABELS[int(c.split()[1]) % 4] for i, c in facts["claims"].items()}
        return json.dumps({i: {"label": x, "confidence": 0.9} for i, x in labels.items()})

    endpoint.answer = by_number
    n = 2 * CLAIMS_AT_ONCE + 3
    (p,) = scorer(endpoint).score([question(claims=tuple(f"claim {k}" for k in range(n)))])
    assert p.argmax(axis=1).tolist() == [k % 4 for k in range(n)]
    assert [len(asked(r)["claims"]) for r in endpoint.requests] == [CLAIMS_AT_ONCE, CLAIMS_AT_ONCE, 3]


# --- order and number of requests ------------------------------------------------------------------------------------------------


def test_several_are_asked_at_once_and_answers_keep_the_order(endpoint: Endpoint) -> None:
    turn = count()

    def slow_first(facts: Facts) -> str:
        import time

        time.sleep(0.05 if next(turn) % 3 == 0 else 0)
        number = int(facts["sentence"].rstrip(".").split()[-1])
        return json.dumps({"c1": {"label": LABELS[number % 4], "confidence": 0.9}})

    endpoint.answer = slow_first
    answers = list(scorer(endpoint, concurrent_requests=3).score(numbered(12)))
    assert [int(p[0].argmax()) for p in answers] == [k % 4 for k in range(12)]


@pytest.mark.parametrize("n", [1, 2])
def test_no_more_are_under_way_than_allowed(endpoint: Endpoint, n: int) -> None:
    endpoint.says = [Says(DENIES, delay=0.01)]
    list(scorer(endpoint, concurrent_requests=n).score(numbered(6)))
    assert endpoint.most_in_flight == n


def test_questions_are_read_as_they_are_needed_and_no_more_are_asked_when_nobody_listens(endpoint: Endpoint) -> None:
    read = []

    def asking() -> Iterator[Question]:
        for k, q in enumerate(numbered(1000)):
            read.append(k)
            yield q

    answers = scorer(endpoint, concurrent_requests=1).attempt(asking())
    next(answers)
    answers.close()
    assert len(read) <= 4
    assert len(endpoint.requests) <= 3


def test_a_minute_holds_so_many_requests(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("sayso.chat.limit.RateLimit.__init__.__defaults__", (lambda: 0.0, slept.append))
    list(scorer(endpoint, max_requests_per_minute=30, concurrent_requests=3).score(numbered(4)))
    assert sorted(slept) == [2, 4, 6]


# --- what goes wrong -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        pytest.param(GARBAGE, "cannot be used, asked twice: found no JSON object; it began 'Well, it depends.'", id="garbage"),
        pytest.param(Says("{}"), "asked twice: found 0 entries, expected 1: c1 missing", id="a claim is missing"),
        pytest.param(REFUSAL, "the model refused: I cannot help with that.", id="refusal"),
        pytest.param(Says(status=500, body="oops", headers=SOON), "HTTP 500: oops", id="server error"),
    ],
)
def test_a_failure_is_a_scoring_error_and_takes_no_other_question_along(endpoint: Endpoint, says: Says, fault: str) -> None:
    def moody(facts: Facts) -> str:
        if "2" not in facts["sentence"]:
            return reads(facts)
        endpoint.says = [says, says, says]
        return "not JSON, so that it is asked again"

    endpoint.answer = moody
    asking = scorer(endpoint, concurrent_requests=1, max_retries=0)
    good, _, bad = list(asking.attempt(numbered(3)))
    assert isinstance(good, np.ndarray)
    assert isinstance(bad, ScoringError) and fault in str(bad)
    with pytest.raises(ScoringError, match="stub"):
        list(asking.score(numbered(3)))


def test_a_wrong_answer_is_shown_to_the_model_once(endpoint: Endpoint) -> None:
    endpoint.says = [GARBAGE, Says(DENIES)]
    (p,) = scorer(endpoint).score([question()])
    assert p[0].argmax() == 1
    first, again = endpoint.requests
    assert again["messages"][: len(first["messages"])] == first["messages"]
    assert again["messages"][-2] == {"role": "assistant", "content": "Well, it depends."}
    assert "found no JSON object" in again["messages"][-1]["content"]


def test_a_claim_that_is_too_long_is_refused_without_asking(endpoint: Endpoint) -> None:
    asking = scorer(endpoint)
    asking.check("It rained.")
    for refused in (lambda: asking.check("It rained. " * 200), lambda: list(asking.score([question(claims=("It rained. " * 200,))]))):
        with pytest.raises(ScoringError, match="has 2200 characters, expected at most 2000; shorten or split it"):
            refused()
    assert endpoint.requests == []


def test_an_endpoint_is_tried_out_once(endpoint: Endpoint) -> None:
    asking = scorer(endpoint, max_retries=0)
    endpoint.says = [Says(status=404, body='{"error": {"message": "no model stub"}}')]
    with pytest.raises(ModelError, match=r"nothing was begun: .*HTTP 404: no model stub"):
        asking.try_out()
    endpoint.says = []
    asking.try_out()
    asking.try_out()
    assert len(endpoint.requests) == 2


# --- cache -----------------------------------------------------------------------------------------------------------------------


def test_a_question_is_paid_for_once(endpoint: Endpoint, cache: str) -> None:
    first = list(scorer(endpoint, cache=cache).score(numbered(3)))
    again = scorer(endpoint, cache=cache, max_retries=7, concurrent_requests=1)
    second = list(again.score([*numbered(3), question()]))
    assert len(endpoint.requests) == 4  # only the one that is new
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=False))
    assert again.spent() == {"requests": 1, "cached": 3, "failed": 0, "tokens_in": 1000, "tokens_out": 50}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"model": "other"}, id="model"),
        pytest.param({"temperature": 1}, id="temperature"),
        pytest.param({"body": {"seed": 1}}, id="body"),
    ],
)
def test_what_may_change_the_answer_is_asked_anew(endpoint: Endpoint, cache: str, other: dict[str, Any]) -> None:
    list(scorer(endpoint, cache=cache).score([question()]))
    list(scorer(endpoint, cache=cache, **other).score([question()]))
    assert len(endpoint.requests) == 2


def test_another_prompt_is_asked_anew(endpoint: Endpoint, cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    list(scorer(endpoint, cache=cache).score([question()]))
    monkeypatch.setattr("sayso.stance.chat.PROMPT_VERSION", 99)
    asking = scorer(endpoint, cache=cache)
    list(asking.score([question()]))
    assert len(endpoint.requests) == 2
    assert asking.id == "openai:stub (prompt 99)"


@pytest.mark.parametrize("says", [[GARBAGE, GARBAGE], [REFUSAL]])
def test_failures_are_not_kept_but_a_mended_answer_is(endpoint: Endpoint, cache: str, says: list[Says]) -> None:
    endpoint.says = [*says, GARBAGE, Says(DENIES)]
    asking = scorer(endpoint, cache=cache)
    assert isinstance(next(asking.attempt([question()])), ScoringError)
    mended, kept = (next(asking.score([question()])) for _ in range(2))
    assert np.array_equal(mended, kept)
    assert len(endpoint.requests) == len(says) + 2
    assert (asking.spent()["cached"], asking.spent()["failed"]) == (1, 0)  # taken once


# --- loading and cost ------------------------------------------------------------------------------------------------------------


def test_cost_is_told_where_prices_are(endpoint: Endpoint) -> None:
    asking = scorer(endpoint, price_in=0.5, price_out=8)
    list(asking.score(numbered(2)))
    assert asking.spent()["cost"] == pytest.approx(2 * (1000 * 0.5 + 50 * 8) / 1e6)
    assert asking.spent()["cost"] == 0


@pytest.mark.parametrize("name", ["llama3.1:8b", "Qwen/Qwen3-8B"])
def test_a_model_is_named_as_its_server_names_it(endpoint: Endpoint, name: str) -> None:
    asking = scorer(endpoint, name)
    list(asking.score([question()]))
    assert endpoint.requests[0]["model"] == name
    assert isinstance(asking, Remote)


def test_a_name_must_be_there() -> None:
    with pytest.raises(ModelError, match="expected openai:MODEL"):
        load_scorer("openai: ")


class OneByOne:
    id = "local"
    threshold = 0.5

    def score(self, questions: Any) -> Iterator[np.ndarray]:
        for q in questions:
            if q.claims == ("poison",):
                raise ScoringError("poison")
            yield np.full((len(q.claims), 4), 0.25, np.float32)


def test_any_scorer_can_be_asked_without_one_failure_ending_it() -> None:
    first, bad, last = attempts(OneByOne(), [question(), question(claims=("poison",)), question()])
    assert isinstance(bad, ScoringError)
    assert isinstance(first, np.ndarray) and isinstance(last, np.ndarray)
