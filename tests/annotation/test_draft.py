"""Drafted labels: what is written, what is never touched, and what becomes of rows that fail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from endpoint import Endpoint, Says
from sayso.annotation.draft import Drafted, draft, draft_file, read_open_rows, take_over
from sayso.config import EndpointSettings, RunConfig
from sayso.errors import DataError, ModelError, ScoringError
from sayso.stance.passage import Question

P = {"p_asserts": 0.9, "p_denies": 0.05, "p_uncertain": 0.03, "p_unrelated": 0.02}


class Asserting:
    """Asserts every claim, but for those that it cannot read; reads ahead, as real scorers do."""

    id = "asserting"
    threshold = 0.5

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        together = list(questions)
        for q in together:
            if "poison" in q.claims:
                raise ScoringError("poison")
        for q in together:
            self.asked.append(q)
            yield np.tile(np.array([list(P.values())], np.float32), (len(q.claims), 1))


def row(claim: str, text: str = "Pell said it rained. It did.", actor: str | None = "Pell", **more: Any) -> dict[str, Any]:
    return {"text": text, "claim": claim, "actor": actor, **more}


def drafts(*rows: dict[str, Any]) -> tuple[Drafted, Asserting]:
    scorer = Asserting()
    return draft(rows, scorer, None), scorer


def test_a_draft_has_label_probabilities_and_who_drafted_it_and_keeps_the_rest() -> None:
    done, _ = drafts(row("It rained.", id="r1", field="weather"))
    assert done.rows == [row("It rained.", id="r1", field="weather") | {"label": "asserts", **P, "drafted_by": "asserting"}]
    assert (done.n_drafted, done.n_labelled, done.failed) == (1, 0, {})


@pytest.mark.parametrize("empty", [{}, {"label": None}, {"label": ""}])
def test_a_label_that_is_there_is_never_changed_and_not_asked(empty: dict[str, Any]) -> None:
    checked = row("It snowed.", label="denies", checked_by="ann", p_asserts=0.1)
    done, scorer = drafts(row("It rained.", **empty), checked)
    assert done.rows[1] == checked
    assert [q.claims for q in scorer.asked] == [("It rained.",)]
    assert (done.n_drafted, done.n_labelled) == (1, 1)


def test_rows_of_one_text_sentence_and_holder_are_asked_together_and_stay_in_their_places() -> None:
    other, second = row("b", actor=None), row("d", sentence=[21, 28])
    done, scorer = drafts(row("a"), other, row("c"), second)
    assert [r["claim"] for r in done.rows] == ["a", "b", "c", "d"]
    assert [(q.holder, q.claims) for q in scorer.asked] == [("Pell", ("a", "c")), (None, ("b",)), ("Pell", ("d",))]
    assert tuple(scorer.asked[2].passage.sentence) == (21, 28)


def test_a_row_that_fails_says_why_and_has_no_label_and_the_others_go_on() -> None:
    done, _ = drafts(row("a"), row("poison", text="x"), row("b", text="y"))
    assert [r.get("label") for r in done.rows] == ["asserts", None, "asserts"]
    assert done.rows[1]["not_drafted"] == "poison"
    assert done.failed == {"poison": 1}


def test_a_failure_of_last_time_is_forgotten() -> None:
    done, _ = drafts(row("a", not_drafted="no answer", p_asserts=0.2, drafted_by="other"))
    assert done.rows == [row("a") | {"label": "asserts", **P, "drafted_by": "asserting"}]


class Torn(Asserting):
    """No single label likely, a stance likelier than none."""

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        yield from (np.array([[0.2, 0.25, 0.15, 0.4]], np.float32) for _ in questions)


def test_the_label_is_the_likeliest_of_the_four_so_that_it_fits_the_figures_beside_it() -> None:
    assert draft([row("a")], Torn(), None).rows[0]["label"] == "unrelated"


# --- the file that is about to be replaced ---------------------------------------------------------------------------------------


def test_what_people_corrected_in_the_drafts_is_taken_over() -> None:
    corrected = row("a", label="denies", drafted_by="asserting", note="see page 2")
    assert take_over([row("a"), row("b")], [corrected, row("b", not_drafted="x")], Path("out.jsonl")) == [corrected, row("b")]


@pytest.mark.parametrize("other", [{"claim": "z"}, {"text": "z"}, {"actor": None}, {"sentence": [0, 4]}])
def test_a_file_with_other_labels_is_not_replaced(other: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="holds 1 labelled rows that are not among the rows to label; choose another file"):
        take_over([row("a")], [row("a", label="denies") | other], Path("out.jsonl"))
    assert take_over([row("a")], [row("a") | other], Path("out.jsonl")) == [row("a")]  # without a label nothing is lost


# --- rows that are wrong ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"text": "x"}, "row 2: expected an object with a text and a claim"),
        ([1], "row 2: expected an object"),
        (row(" "), "row 2: expected an object with a text and a claim"),
        (row("a", actor=3), "row 2: found the actor 3"),  # type: ignore[arg-type]
        (row("a", label="agrees"), "row 2: found the label 'agrees', expected one of asserts, denies, uncertain, unrelated, or none"),
        (row("a", label=3), "row 2: found the label 3"),
        (row("a", sentence=[0, 99]), r"row 2: found the sentence \[0, 99\], expected its \[start, end\] in the text"),
        (row("a", sentence="first"), "row 2: found the sentence 'first'"),
    ],
)
def test_wrong_rows_are_named(tmp_path: Path, wrong: Any, fault: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row("a")) + "\n" + json.dumps(wrong), "utf-8")
    with pytest.raises(DataError, match=f"^{path}, {fault}"):
        read_open_rows(path)


def test_no_rows_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("\n", "utf-8")
    with pytest.raises(DataError, match="no rows"):
        read_open_rows(tmp_path / "rows.jsonl")


def test_the_embedded_model_drafts_too(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row("It rained.", text="Pell confirmed that it rained.")), "utf-8")
    _, figures = draft_file(path, tmp_path / "out.jsonl", RunConfig(), quiet=True)
    (drafted,) = written(tmp_path / "out.jsonl")
    assert (drafted["drafted_by"], figures["drafted"], figures["usage"]) == ("sayso-small", 1, {})
    assert sum(drafted[k] for k in P) == pytest.approx(1, abs=0.001)
    assert drafted["label"] == max(P, key=lambda k: drafted[k]).removeprefix("p_")


# --- against a server ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    path = tmp_path / "rows.jsonl"
    rows = [row(f"Claim {k}.", text=f"Pell denied number {k}.") for k in range(3)]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return path, tmp_path / "drafts.jsonl"


def config(endpoint: Endpoint, folder: Path) -> RunConfig:
    pytest.importorskip("openai")
    where = EndpointSettings(url=endpoint.url, cache=str(folder / "answers.sqlite"), max_retries=0, concurrent_requests=1, price_out=2)
    return RunConfig(model="openai:stub", endpoint=where)


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_drafts_are_resumed_through_the_cache(endpoint: Endpoint, tmp_path: Path, files: tuple[Path, Path]) -> None:
    _, figures = draft_file(*files, config(endpoint, tmp_path), quiet=True)
    assert figures["labels"] == {"asserts": 0, "denies": 3, "uncertain": 0, "unrelated": 0}
    assert figures["usage"] == {"requests": 4, "cached": 0, "failed": 0, "tokens_in": 4000, "tokens_out": 200, "cost": 0.0004}
    first = written(files[1])
    assert all(r["drafted_by"] == figures["model"] and r["label"] == "denies" for r in first)
    files[1].unlink()
    _, figures = draft_file(*files, config(endpoint, tmp_path), quiet=True)
    assert (figures["usage"]["requests"], figures["usage"]["cached"]) == (0, 4)
    assert written(files[1]) == first


def test_an_interruption_keeps_what_was_drafted(
    endpoint: Endpoint, tmp_path: Path, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop_at_second(bar: Any, task: Any, advance: float = 1) -> None:
        if calls.append(1) or len(calls) == 2:  # type: ignore[func-returns-value]
            raise KeyboardInterrupt

    calls: list[int] = []
    monkeypatch.setattr("sayso.annotation.draft.Progress.advance", stop_at_second)
    with pytest.raises(KeyboardInterrupt):
        draft_file(*files, config(endpoint, tmp_path), quiet=True)
    assert [r.get("label") for r in written(files[1])] == ["denies", "denies", None]


def test_a_server_that_does_not_answer_leaves_the_file_alone(endpoint: Endpoint, tmp_path: Path, files: tuple[Path, Path]) -> None:
    endpoint.says = [Says(status=404, body='{"error": {"message": "no such model"}}')]
    with pytest.raises(ModelError, match="no such model"):
        draft_file(*files, config(endpoint, tmp_path), quiet=True)
    assert not files[1].exists()
