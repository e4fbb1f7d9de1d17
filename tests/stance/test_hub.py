"""Foreign classifiers as scorers: label words mapped or refused by name, claims as hypotheses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from sayso.encoders.hub import PairClassifier
from sayso.encoders.tokens import TextTokenizer
from sayso.errors import LabelError, ModelError, ScoringError
from sayso.stance.hub import HubScorer, map_labels
from sayso.stance.passage import Passage, Question
from sayso.stance.scorer import load_scorer
from sayso.types import Label, Span

TEXT = "the minister said the gate was shut."
NLI = {0: "CONTRADICTION", 1: "ENTAILMENT", 2: "NEUTRAL"}


def question(holder: str | None = "minister", claims: tuple[str, ...] = ("the gate was shut", "the dam leaked"), text: str = TEXT) -> Question:
    return Question(holder, Passage(text, Span(0, len(text))), claims)


# --- label words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["entailment", "neutral", "contradiction"], [Label.ASSERTS, Label.UNRELATED, Label.DENIES], id="NLI"),
        pytest.param(["CONTRADICTION", " Neutral ", "Entailment"], [Label.DENIES, Label.UNRELATED, Label.ASSERTS], id="another order and case"),
        pytest.param(["entailment", "not_entailment"], [Label.ASSERTS, Label.UNRELATED], id="two-way NLI"),
        pytest.param(["FAVOR", "AGAINST", "NONE"], [Label.ASSERTS, Label.DENIES, Label.UNRELATED], id="stance of tweets"),
        pytest.param(["agree", "disagree", "discuss", "unrelated"], [Label.ASSERTS, Label.DENIES, Label.UNCERTAIN, Label.UNRELATED], id="headlines"),
        pytest.param(["support", "deny", "query", "comment"], [Label.ASSERTS, Label.DENIES, Label.UNCERTAIN, Label.UNCERTAIN], id="rumours"),
        pytest.param(["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], [Label.ASSERTS, Label.DENIES, Label.UNRELATED], id="fact checks"),
        pytest.param(["asserts", "denies", "uncertain", "unrelated"], list(Label), id="our own"),
    ],
)
def test_known_words(words: list[str], expected: list[Label]) -> None:
    assert map_labels(dict(enumerate(words)), "m") == dict(enumerate(expected))


def test_unknown_words_are_refused_each_by_its_name() -> None:
    with pytest.raises(LabelError) as e:
        map_labels({0: "LABEL_0", 1: "entailment", 2: "sideways"}, "some/model")
    assert "model 'some/model': labels 'LABEL_0', 'sideways' cannot be mapped" in str(e.value)
    assert "entailment" not in str(e.value)
    assert "id2label" in str(e.value)


# --- with a classifier of fixed answers ----------------------------------------------------------------------------------------


class FixedClassifier:
    """Answers by whether the hypothesis stands in the premise; a token is a word."""

    name = "fixed"
    max_tokens = 20

    def __init__(self, words: dict[int, str]) -> None:
        self.label_words = words
        self.asked: list[tuple[str, str]] = []

    def probabilities(self, pairs: Iterable[tuple[str, str]]) -> Iterator[np.ndarray]:
        for premise, hypothesis in pairs:
            self.asked.append((premise, hypothesis))
            p = np.full(len(self.label_words), 0.1, np.float32)
            p[0 if hypothesis.rpartition(", ")[2] in premise else 1] = 1.1 - 0.1 * len(p)
            yield p

    def n_tokens(self, text: str) -> int:
        return len(text.split())


def scorer(*words: str) -> tuple[HubScorer, FixedClassifier]:
    classifier = FixedClassifier(dict(enumerate(words)))
    return HubScorer(cast(PairClassifier, classifier)), classifier


def test_columns_follow_our_labels_and_not_the_models_order() -> None:
    hub, _ = scorer("entailment", "contradiction", "neutral")
    (p,) = hub.score([question()])
    assert p == pytest.approx(np.array([[0.8, 0.1, 0, 0.1], [0.1, 0.8, 0, 0.1]]), abs=1e-6)
    hub, _ = scorer("neutral", "entailment", "contradiction")
    (p,) = hub.score([question()])
    assert p == pytest.approx(np.array([[0.1, 0.1, 0, 0.8], [0.8, 0.1, 0, 0.1]]), abs=1e-6)


def test_labels_that_share_a_stance_are_added_up() -> None:
    hub, _ = scorer("support", "deny", "query", "comment")
    (p,) = hub.score([question()])
    assert p == pytest.approx(np.array([[0.7, 0.1, 0.2, 0], [0.1, 0.7, 0.2, 0]]), abs=1e-6)


def test_the_holder_stands_in_the_hypothesis() -> None:
    hub, classifier = scorer("entailment", "contradiction")
    answers = list(hub.score([question("minister", ("it leaked",)), question(None, ("it leaked",)), question(claims=())]))
    assert classifier.asked == [(TEXT, "According to minister, it leaked"), (TEXT, "it leaked")]
    assert [a.shape for a in answers] == [(1, 4), (1, 4), (0, 4)]


def test_a_claim_longer_than_half_of_what_it_reads_is_refused() -> None:
    hub, _ = scorer("entailment", "contradiction")
    assert len(list(hub.score([question(claims=("word " * 10,))]))) == 1
    with pytest.raises(ScoringError, match=r"claim 'word word .*longer than half of what 'fixed' reads \(20 tokens\)"):
        list(hub.score([question(claims=("it leaked", "word " * 11))]))


# --- with transformers ---------------------------------------------------------------------------------------------------------


def save_model(folder: Path, tokenizer: TextTokenizer, words: dict[int, str]) -> str:
    """A BERT of a few random weights with its tokenizer, as transformers saves them."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=tokenizer.vocabulary_size(),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=48,
        initializer_range=1.0,
        id2label=words,
        label2id={w: i for i, w in words.items()},
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    backend = tokenizer.backend.from_str(tokenizer.backend.to_str())
    from tokenizers.processors import BertProcessing

    backend.post_processor = BertProcessing(("[SEP]", tokenizer.sep), ("[CLS]", tokenizer.cls))
    special = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=backend, **special).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, tokenizer: TextTokenizer) -> str:
    return save_model(tmp_path_factory.mktemp("bert"), tokenizer, NLI)


@pytest.mark.slow
def test_a_saved_classifier_is_a_scorer(model: str) -> None:
    hub = load_scorer(model)
    assert isinstance(hub, HubScorer)
    assert hub.id == model
    questions = [question(), question(None), question("council", ("it fell",)), question(claims=("the gate was shut",) * 20)]
    found = list(hub.score(questions))
    assert [p.shape for p in found] == [(2, 4), (2, 4), (1, 4), (20, 4)]
    for p in found:
        assert p.sum(axis=1) == pytest.approx(np.ones(len(p)), abs=1e-5)
        assert (p[:, 2] == 0).all()  # the model has no label for it
    assert np.abs(found[0] - found[1]).max() > 1e-4  # the holder matters
    assert found[3] == pytest.approx(np.tile(found[0][:1], (20, 1)), abs=1e-5)


@pytest.mark.slow
def test_answers_do_not_depend_on_the_questions_around_them(model: str) -> None:
    hub = load_scorer(model)
    questions = [question(), question(None), question("council", ("it fell",), "it leaked. " * 30)]
    together = list(hub.score(questions))
    for q, p in zip(questions, together, strict=True):
        assert np.array_equal(next(hub.score([q])), p)


@pytest.mark.slow
def test_context_gives_way_before_the_sentence_that_is_asked(model: str) -> None:
    hub = load_scorer(model)
    context = "the weir held. " * 40

    def answer(sentence: str, before: str = context) -> np.ndarray:
        text = before + sentence
        return next(hub.score([Question("council", Passage(text, Span(len(before), len(text))), ("it leaked",))]))

    assert np.abs(answer("the gate was shut.") - answer("no mill stopped.")).max() > 1e-4
    assert np.array_equal(answer("the gate was shut."), answer("the gate was shut.", "no firm denied it. " + context))


@pytest.mark.slow
def test_a_long_holder_leaves_room_for_the_sentence(model: str) -> None:
    hub = load_scorer(model)
    long = "minister of the " * 40
    one, other = (next(hub.score([question(long, ("it leaked",), text)])) for text in ("the gate was shut.", "no mill stopped."))
    assert np.abs(one - other).max() > 1e-4


@pytest.mark.slow
def test_bare_label_numbers_are_refused_by_name(tmp_path: Path, tokenizer: TextTokenizer) -> None:
    folder = save_model(tmp_path, tokenizer, {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})
    with pytest.raises(LabelError, match="'LABEL_0', 'LABEL_1', 'LABEL_2' cannot be mapped"):
        load_scorer(folder)


@pytest.mark.slow
def test_a_folder_that_lacks_its_weights_is_a_model_error(tmp_path: Path, tokenizer: TextTokenizer) -> None:
    folder = save_model(tmp_path, tokenizer, NLI)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_scorer(folder)
