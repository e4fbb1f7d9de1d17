"""The embedded scorer: an answer is a function of its question alone, and is four probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from sayso.encoders.manifest import Manifest, find_model, write_manifest
from sayso.encoders.onnx import OnnxRunner
from sayso.encoders.tokens import TextTokenizer
from sayso.errors import ModelError, ScoringError
from sayso.stance.passage import Passage, Question
from sayso.stance.scorer import OnnxScorer, label_of, load_scorer
from sayso.types import LABELS, Attribution, Label, Span

TEXT = "it leaked. the minister said the gate was shut."
CLAIMS = ("gate was shut", "the dam leaked", "mill stopped on monday", "no wheel turned")


def question(holder: str | None = "minister", claims: tuple[str, ...] = CLAIMS, text: str = TEXT) -> Question:
    at = text.find("minister")
    own = (Attribution(source=Span(at, at + 8)),) if at >= 0 else ()
    return Question(holder, Passage(text, Span(max(0, text.find("the")), len(text)), own), claims)


QUESTIONS = (
    question(),
    question(None),
    question("council", CLAIMS[:1]),
    question("council", CLAIMS * 3),
    question("owner", CLAIMS[::-1], "the owner denied it."),
    question("firm", CLAIMS, "the weir held. " * 30 + TEXT),
)


def tiny_model(folder: Path, tokenizer: TextTokenizer, **settings: object) -> Path:
    """A model folder with a network of a few weights: the token behind each claim marker meets the mean of the whole sequence."""
    onnx = pytest.importorskip("onnx")
    helper, numpy_helper, kind = onnx.helper, onnx.numpy_helper, onnx.TensorProto
    random = np.random.default_rng(7)
    weights = {
        "table": random.normal(size=(tokenizer.vocabulary_size(), 8)).astype(np.float32),
        "head": random.normal(size=(8, 4)).astype(np.float32),
        "one": np.array(1, np.int64),
        "first": np.array([0], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["tokens"]),
        helper.make_node("ReduceMean", ["tokens"], ["whole"], axes=[1], keepdims=1),
        helper.make_node("Add", ["claim_positions", "one"], ["behind"]),
        helper.make_node("Squeeze", ["behind", "first"], ["flat"]),
        helper.make_node("Gather", ["tokens", "flat"], ["claims"], axis=1),
        helper.make_node("Add", ["claims", "whole"], ["both"]),
        helper.make_node("MatMul", ["both", "head"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("input_ids", kind.INT64, [1, "t"]), helper.make_tensor_value_info("claim_positions", kind.INT64, [1, "n"])],
        [helper.make_tensor_value_info("logits", kind.FLOAT, [1, "n", 4])],
        [numpy_helper.from_array(v, k) for k, v in weights.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), str(folder / "model.onnx"))
    tokenizer.backend.save(str(folder / "tokenizer.json"))
    manifest = {"id": "tiny", "task": "stance", "labels": [str(x) for x in LABELS], "max_tokens": 64, "settings": settings}
    write_manifest(folder, Manifest.model_validate(manifest))
    return folder


@pytest.fixture(scope="module", params=["tiny", "shelf"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tokenizer: TextTokenizer) -> Path:
    if request.param == "tiny":
        return tiny_model(tmp_path_factory.mktemp("tiny"), tokenizer)
    try:
        return find_model("sayso-small")
    except ModelError:
        pytest.skip("sayso-small is not on the shelf")


@pytest.fixture(scope="module")
def alone(folder: Path) -> list[np.ndarray]:
    """The answer to each question, asked by itself on one thread."""
    scorer = OnnxScorer.load(folder, threads=1)
    return [next(scorer.score([q])) for q in QUESTIONS]


# --- an answer depends on its question alone -----------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "order",
    [
        pytest.param([0, 1, 2, 3, 4, 5], id="together"),
        pytest.param([5, 4, 3, 2, 1, 0], id="backwards"),
        pytest.param([3, 3, 0, 5, 5, 1, 3], id="again and again"),
        pytest.param([2] * 20 + [0], id="behind many short ones"),
    ],
)
def test_scores_are_the_same_to_the_last_bit_in_any_company(folder: Path, alone: list[np.ndarray], order: list[int], threads: int) -> None:
    found = list(OnnxScorer.load(folder, threads).score(QUESTIONS[i] for i in order))
    assert len(found) == len(order)
    for i, p in zip(order, found, strict=True):
        assert np.array_equal(p, alone[i])


def test_questions_that_differ_get_answers_that_differ(alone: list[np.ndarray]) -> None:
    assert not np.array_equal(alone[0], alone[1])  # another holder
    assert not np.array_equal(alone[0], alone[4][::-1])  # another sentence
    assert len({tuple(row) for row in alone[0].tolist()}) == len(CLAIMS)  # other claims


def test_answers_are_probabilities_for_each_claim(alone: list[np.ndarray]) -> None:
    for q, p in zip(QUESTIONS, alone, strict=True):
        assert (p.shape, p.dtype) == ((len(q.claims), 4), np.float32)
        assert p.min() >= 0
        assert p.sum(axis=1) == pytest.approx(np.ones(len(p)), abs=1e-5)


def test_claims_spread_over_sequences_come_back_in_order(folder: Path) -> None:
    scorer = OnnxScorer.load(folder, threads=2)
    scorer.max_tokens = 40  # two sequences and more for four claims
    many, one = question("council", CLAIMS * 2, "it leaked."), question("council", CLAIMS[-1:], "it leaked.")
    found = list(scorer.score([many, one, many]))
    assert [p.shape for p in found] == [(8, 4), (1, 4), (8, 4)]
    assert np.array_equal(found[0], found[2])


def test_no_claims_get_no_rows_and_shift_nobody(folder: Path, alone: list[np.ndarray]) -> None:
    scorer = OnnxScorer.load(folder, threads=2)
    first, empty, last = scorer.score([QUESTIONS[0], question(claims=()), QUESTIONS[2]])
    assert empty.shape == (0, 4)
    assert np.array_equal(first, alone[0])
    assert np.array_equal(last, alone[2])
    assert list(scorer.score([])) == []


def test_a_claim_that_is_too_long_is_refused(folder: Path) -> None:
    with pytest.raises(ScoringError, match="shorten or split it"):
        list(OnnxScorer.load(folder, 1).score([question(claims=("the gate was shut " * 200,))]))


# --- calibration ---------------------------------------------------------------------------------------------------------------


class FixedRunner:
    """Gives the same logits to every claim, and counts what was asked."""

    def __init__(self, logits: list[float]) -> None:
        self.row = np.array(logits, np.float32)
        self.asked = 0

    def run(self, feeds: Iterable[dict[str, np.ndarray]]) -> Iterator[list[np.ndarray]]:
        for feed in feeds:
            self.asked += 1
            yield [np.tile(self.row, (1, feed["claim_positions"].shape[1], 1))]


def fixed(tokenizer: TextTokenizer, logits: list[float], temperature: float = 1.0, bias: tuple[float, ...] = (0, 0, 0, 0)) -> OnnxScorer:
    runner = cast(OnnxRunner, FixedRunner(logits))
    return OnnxScorer(runner, tokenizer, "fixed", 320, temperature, np.array(bias, np.float32), 0.5)


@pytest.mark.parametrize(
    ("logits", "settings", "expected"),
    [
        pytest.param([0, 0, 0, 0], {}, [0.25] * 4, id="nothing known"),
        pytest.param([np.log(2), 0, 0, 0], {}, [0.4, 0.2, 0.2, 0.2], id="softmax"),
        pytest.param([2 * np.log(2), 0, 0, 0], {"temperature": 2.0}, [0.4, 0.2, 0.2, 0.2], id="temperature"),
        pytest.param([0, 0, 0, 0], {"bias": (0, np.log(2), 0, 0)}, [0.2, 0.4, 0.2, 0.2], id="bias"),
        pytest.param([0, 2 * np.log(2), 0, 0], {"temperature": 2.0, "bias": (0, np.log(2), 0, 0)}, [1 / 7, 4 / 7, 1 / 7, 1 / 7], id="both"),
        pytest.param([1e4, 0, 0, -1e4], {}, [1, 0, 0, 0], id="no overflow"),
    ],
)
def test_logits_are_calibrated(tokenizer: TextTokenizer, logits: list[float], settings: dict[str, Any], expected: list[float]) -> None:
    (p,) = fixed(tokenizer, logits, **settings).score([question()])
    assert p == pytest.approx(np.tile(expected, (len(CLAIMS), 1)), abs=1e-6)


def test_questions_are_read_as_they_are_needed(tokenizer: TextTokenizer) -> None:
    scorer = fixed(tokenizer, [0, 0, 0, 0])
    answers = scorer.score(question() for _ in range(1000))
    next(answers)
    next(answers)
    assert cast(FixedRunner, scorer.runner).asked <= 4


def test_calibration_stands_in_the_manifest(tmp_path: Path, tokenizer: TextTokenizer) -> None:
    scorer = OnnxScorer.load(tiny_model(tmp_path, tokenizer, temperature=2.5, bias=[0.5, 0, -0.5, 0.25], threshold=0.375))
    assert (scorer.id, scorer.max_tokens, scorer.temperature, scorer.threshold) == ("tiny", 64, 2.5, 0.375)
    assert scorer.bias.tolist() == [0.5, 0, -0.5, 0.25]


@pytest.mark.parametrize(
    ("p", "threshold", "expected"),
    [
        ((0.7, 0.1, 0.1, 0.1), 0.5, Label.ASSERTS),
        ((0.1, 0.7, 0.1, 0.1), 0.5, Label.DENIES),
        ((0.1, 0.1, 0.7, 0.1), 0.5, Label.UNCERTAIN),
        ((0.1, 0.1, 0.1, 0.7), 0.5, Label.UNRELATED),
        ((0.2, 0.25, 0.15, 0.4), 0.5, Label.DENIES),  # a stance is likelier than none, though no single one is
        ((0.3, 0.1, 0.1, 0.5), 0.5, Label.ASSERTS),
        ((0.3, 0.1, 0.1, 0.5), 0.6, Label.UNRELATED),
        ((0.1, 0.0, 0.0, 0.9), 0.05, Label.ASSERTS),
    ],
)
def test_label_of(p: tuple[float, ...], threshold: float, expected: Label) -> None:
    assert label_of(np.array(p), threshold) is expected


# --- loading -------------------------------------------------------------------------------------------------------------------


def write_folder(path: Path, **manifest: object) -> Path:
    (path / "model.onnx").write_bytes(b"no network")
    (path / "tokenizer.json").write_bytes(b"{}")
    write_manifest(path, Manifest.model_validate({"id": "m", "task": "stance", "labels": [str(x) for x in LABELS], "max_tokens": 64, **manifest}))
    return path


@pytest.mark.parametrize(
    ("manifest", "fault"),
    [
        pytest.param(
            {"labels": ["denies", "asserts", "uncertain", "unrelated"]}, r"model\.yaml: labels \['denies', 'asserts'.*in this order", id="order"
        ),
        pytest.param({"labels": []}, r"labels \[\], expected \['asserts', 'denies', 'uncertain', 'unrelated'\]", id="no labels"),
        pytest.param({"task": "attribution"}, "a model for attribution, expected one for stance", id="another task"),
        pytest.param({}, r"model\.onnx: not an ONNX model", id="no network"),
    ],
)
def test_folders_that_are_refused(tmp_path: Path, manifest: dict[str, object], fault: str) -> None:
    with pytest.raises(ModelError, match=fault):
        OnnxScorer.load(write_folder(tmp_path, **manifest))


def test_a_name_that_is_neither_folder_nor_hub_id_is_refused_with_what_there_is() -> None:
    with pytest.raises(ModelError, match="model 'sayso-smal': no such folder and no such model; found"):
        load_scorer("sayso-smal")


def test_a_scorer_is_loaded_by_its_folder(folder: Path, alone: list[np.ndarray]) -> None:
    assert np.array_equal(next(load_scorer(str(folder), threads=1).score(QUESTIONS[:1])), alone[0])
