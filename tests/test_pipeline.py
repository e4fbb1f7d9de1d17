"""The whole way with the shelf's attribution model and a scorer of fixed answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from endpoint import Endpoint, Says, reads
from sayso import Article, Pipeline, RunConfig, Skipped
from sayso.config import ActorConfig, ClaimConfig, EndpointSettings
from sayso.errors import ConfigError, InputError, ModelError, ScoringError
from sayso.report.corrections import Correction, append
from sayso.stance.passage import Question
from sayso.types import Label

CONFIG = RunConfig(
    actors=(
        ActorConfig(id="orsk", name="Orsk Mining", kind="company", aliases=("the company",), members=("Dana Weil, chief executive",)),
        ActorConfig(id="union", name="Pit Union", kind="trade union"),
    ),
    claims=(ClaimConfig(id="c1", text="The north shaft has flooded."), ClaimConfig(id="c2", text="The north shaft is dry.", negation_of="c1")),
)
TEXT = """Shaft trouble at Orsk

Orsk Mining said on Monday that the north shaft had flooded. The Pit Union denied that the shaft had flooded.

The union denied it again on Tuesday.
"""


class KeywordScorer:
    """Asserts, unless the sentence denies; silent where the holder has no attribution."""

    id = "keywords"
    threshold = 0.5
    decision: dict[str, float] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        for q in questions:
            self.asked.append(q)
            if any("poison" in c for c in q.claims) or "poison" in q.passage.text:
                raise ScoringError("poison")
            sentence = q.passage.text[q.passage.sentence.start : q.passage.sentence.end]
            row = [0.02, 0.02, 0.02, 0.94]
            if q.passage.attributions:
                row = [0.05, 0.9, 0.03, 0.02] if "denied" in sentence else [0.9, 0.05, 0.03, 0.02]
            yield np.tile(np.array([row], dtype=np.float32), (len(q.claims), 1))


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(CONFIG, scorer=KeywordScorer())


def test_an_article_becomes_positions_with_evidence_that_points_into_its_text(pipeline: Pipeline) -> None:
    article = Article("a1", TEXT, outlet="Herald", published=dt.date(2026, 3, 2))
    report = pipeline.run([article])
    held = report.position("orsk", "c1")
    assert held is not None and held.verdict == "asserts"
    denied = report.position("union", "c1")
    assert denied is not None and denied.label == "denies"
    for p in report.positions:
        for j in p.evidence:
            assert TEXT[j.statement.sentence.start : j.statement.sentence.end] == j.text
            assert j.outlet == "Herald"
    assert report.provenance.counts["articles"] == 1


def test_the_negation_of_a_claim_is_reported_on_its_parent(pipeline: Pipeline) -> None:
    report = pipeline.run([Article("a1", TEXT)])
    assert {p.claim for p in report.positions} == {"c1"}
    assert {j.claim for j in report.judgements} == {"c1", "c2"}


def test_one_bad_article_is_recorded_and_the_rest_is_read(pipeline: Pipeline) -> None:
    report = pipeline.run([Article("good", TEXT), Article("bad", TEXT + "\nOrsk Mining said the north shaft holds poison."), Article("last", TEXT)])
    assert [a.id for a in report.articles] == ["good", "last"]
    assert [(s.article, s.stage) for s in report.skipped if s.stage == "pipeline"] == [("bad", "pipeline")]


@pytest.mark.parametrize(
    ("article", "reason"),
    [
        (Article("e", ""), "no sentence found"),
        (Article("w", " \n\n\t "), "no sentence found"),
        (Article("b", "Subscribe to our newsletter\n\n© The Herald 2026"), "no sentence found"),
        (Article("n", "Rain fell on the hills all night. By noon the river was brown."), "none of the listed actors is mentioned"),
    ],
)
def test_articles_that_hold_nothing_are_listed_with_their_reason(pipeline: Pipeline, article: Article, reason: str) -> None:
    report = pipeline.run([article])
    assert reason in [s.reason for s in report.skipped]


def test_two_articles_with_one_id_are_not_mixed(pipeline: Pipeline) -> None:
    report = pipeline.run([Article("a", TEXT), Article("a", TEXT)])
    assert len(report.articles) == 1
    assert any("id" in s.reason for s in report.skipped if s.stage == "read")


def test_skipped_articles_pass_through(pipeline: Pipeline) -> None:
    report = pipeline.run([Skipped("x.txt", "read", "binary file")])
    assert report.skipped == (Skipped("x.txt", "read", "binary file"),)


def test_a_run_repeats_exactly(pipeline: Pipeline) -> None:
    first, second = pipeline.run([Article("a1", TEXT)]), pipeline.run([Article("a1", TEXT)])
    assert first.positions == second.positions
    assert first.judgements == second.judgements


@pytest.mark.parametrize("key", ["actors", "claims"])
def test_an_article_alone_is_not_judged_before_the_lists_are_known(key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        Pipeline(CONFIG.model_copy(update={key: "discover"}), scorer=KeywordScorer()).judge_article(Article("a1", TEXT))


def test_a_run_without_lists_finds_them_and_writes_them_down() -> None:
    open_ = CONFIG.model_copy(update={"actors": "discover", "claims": "discover"})
    report = Pipeline(open_, scorer=KeywordScorer()).run([Article("a1", TEXT), Article("a1", TEXT)])
    assert {"Orsk Mining", "Pit Union"} <= {a.name for a in report.actors}
    flooded = next(c for c in report.claims if "north shaft had flooded" in c.text)
    position = report.position("orsk_mining", flooded.id)
    assert position is not None and position.label == "asserts"
    config = report.provenance.config
    assert [a["id"] for a in config["actors"]] == [a.id for a in report.actors]  # type: ignore[attr-defined]
    assert RunConfig.model_validate(config).claims[0].id == report.claims[0].id  # type: ignore[union-attr]
    assert any("read before" in s.reason for s in report.skipped)


def test_a_run_without_lists_over_nothing_worth_reporting() -> None:
    open_ = CONFIG.model_copy(update={"actors": "discover", "claims": "discover"})
    report = Pipeline(open_, scorer=KeywordScorer()).run([Article("a1", "It rained."), Article("empty", ""), Skipped("x", "read", "binary")])
    assert report.claims == ()
    assert report.positions == ()
    assert report.matrix() is not None
    assert Skipped("x", "read", "binary") in report.skipped


def test_a_claim_that_is_too_long_is_refused_before_the_run() -> None:
    claims = (ClaimConfig(id="long", text="A poison claim."),)
    with pytest.raises(ConfigError, match="long"):
        Pipeline(CONFIG.model_copy(update={"claims": claims}), scorer=KeywordScorer())


def test_filter_off_asks_every_claim_of_every_statement() -> None:
    scorer = KeywordScorer()
    off = CONFIG.model_copy(update={"filter": CONFIG.filter.model_copy(update={"enabled": False})})
    report = Pipeline(off, scorer=scorer).run([Article("a1", TEXT)])
    asked = report.provenance.counts
    assert asked["pairs_scored"] == asked["pairs"]


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason="the small stance model takes a denial without the words of the claim for doubt")
def test_the_real_article_gives_the_drawn_table() -> None:
    from sayso.training.evaluate_articles import evaluate_articles

    folder = Path(__file__).resolve().parents[2] / "shared" / "articles"
    if not folder.is_dir():
        pytest.skip("the shared articles are not here")
    result = evaluate_articles(folder)
    missed = {(m.actor, m.claim) for m in result.misses if m.kind == "position" and m.article == "residence_drone_claim.txt"}
    assert not {("russia", "c1"), ("ukraine", "c1"), ("article", "c1")} & missed
    assert result.positions["f1"] >= 0.46
    assert result.records["f1"] >= 0.28


# --- a model behind a server -----------------------------------------------------------------------------------------------------


def served(endpoint: Endpoint, tmp_path: Path, loaded: Pipeline, **settings: Any) -> Pipeline:
    pytest.importorskip("openai")
    cache = str(tmp_path / "answers.sqlite")
    where = EndpointSettings(**{"url": endpoint.url, "cache": cache, "max_retries": 0, "price_in": 1.0, "concurrent_requests": 1, **settings})
    return Pipeline(CONFIG.model_copy(update={"model": "openai:stub", "endpoint": where}), attribution=loaded.attribution)


def test_a_model_behind_a_server_is_asked_once_for_each_question(endpoint: Endpoint, tmp_path: Path, pipeline: Pipeline) -> None:
    report = served(endpoint, tmp_path, pipeline).run([Article("a1", TEXT)])
    n = len(endpoint.requests)
    assert {(p.actor, p.claim): p.label for p in report.positions}[("union", "c1")] == "denies"
    assert report.provenance.models["stance"].startswith("openai:stub (prompt ")
    assert report.provenance.usage == {"requests": n, "cached": 0, "failed": 0, "tokens_in": 1000 * n, "tokens_out": 50 * n, "cost": n / 1000}
    again = served(endpoint, tmp_path, pipeline).run([Article("a1", TEXT)])
    assert len(endpoint.requests) == n
    assert again.positions == report.positions
    assert (again.provenance.usage["cached"], again.provenance.usage["cost"]) == (n, 0)


def test_an_article_whose_questions_fail_is_left_out_and_the_run_goes_on(endpoint: Endpoint, tmp_path: Path, pipeline: Pipeline) -> None:
    endpoint.answer = lambda facts: "I would rather not" if "Tuesday" in facts["sentence"] else reads(facts)
    report = served(endpoint, tmp_path, pipeline).run([Article("bad", TEXT), Article("good", TEXT.replace("Tuesday", "Sunday"))])
    assert [a.id for a in report.articles] == ["good"]
    (left_out,) = report.skipped
    assert (left_out.article, left_out.stage) == ("bad", "pipeline")
    assert left_out.reason.startswith("ScoringError: 'stub' at http") and "found no JSON object" in left_out.reason
    assert report.provenance.usage["failed"] >= 1


def test_a_run_is_not_begun_where_the_server_does_not_answer(endpoint: Endpoint, tmp_path: Path, pipeline: Pipeline) -> None:
    endpoint.says = [Says(status=401, body='{"error": {"message": "no key"}}')]
    with pytest.raises(ModelError, match=r"nothing was begun: 'stub' at .*HTTP 401: no key"):
        served(endpoint, tmp_path, pipeline)


def test_a_claim_too_long_for_a_server_is_refused_before_the_run(endpoint: Endpoint, tmp_path: Path, pipeline: Pipeline) -> None:
    config = served(endpoint, tmp_path, pipeline).config
    with pytest.raises(ConfigError, match=r"c9: claim .* has 2600 characters"):
        Pipeline(config.model_copy(update={"claims": (ClaimConfig(id="c9", text="x" * 2600),)}), attribution=pipeline.attribution)
    assert len(endpoint.requests) == 1  # to try it out


def test_decisions_of_a_person_take_the_place_of_answers(pipeline: Pipeline, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = pipeline.run([Article("a1", TEXT)])
    judged = next(j for j in before.judgements if j.statement.actor == "orsk" and j.claim == "c1" and j.label == "asserts")
    made = Correction.of(judged, pipeline.claims[0], Label.DENIES, dt.datetime(2026, 3, 3, tzinfo=dt.UTC))
    append(tmp_path / "c.jsonl", made)
    append(tmp_path / "c.jsonl", replace(made, statement="a9:1:orsk"))
    config = CONFIG.model_copy(update={"corrections": str(tmp_path / "c.jsonl")})
    after = Pipeline(config, scorer=KeywordScorer()).run([Article("a1", TEXT)])
    held = after.position("orsk", "c1")
    assert held is not None and held.label is Label.DENIES
    assert (after.provenance.counts["corrected"], after.provenance.counts["corrections_unused"]) == (1, 1)
    assert after.provenance.config["corrections"] == str(tmp_path / "c.jsonl")
    assert "correction not used: a9:1:orsk, c1: there is no such judgement in this run" in caplog.text
    with pytest.raises(InputError, match="expected a file of decisions"):
        Pipeline(config.model_copy(update={"corrections": "nowhere.jsonl"}), scorer=KeywordScorer())
