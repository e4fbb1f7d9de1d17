"""Decoding: logits of a window to spans of cue, source and content."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.attribute.model import AttributionModel
from sayso.attribute.windows import Window, windows
from sayso.encoders.onnx import OnnxRunner
from sayso.encoders.tokens import TextTokenizer
from sayso.types import Article, Attribution, Block, BlockKind, Segmented, Sentence, Span

SETTINGS = {"role_size": 2, "topic_size": 3, "topic_scale": 4.0, "topic_margin": 0.25}
NONE, SOURCE, CONTENT = [0.0, 0.0, 0.0, 0.0], [9.0, 0.0, 0.0, 0.0], [0.0, 0.0, 9.0, 0.0]
QUERY = [9.0, 0.0, 9.0, 0.0]
OFF, BEGIN, INSIDE = [5.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 5.0]


class Runner:
    """Stands in for the network: a fixed answer for each sequence, looked up by its length."""

    def __init__(self, topics: dict[int, list[float]] | None = None) -> None:
        self.topics = topics or {}

    def run(self, feeds: object) -> list[list[np.ndarray]]:
        out = []
        for feed in feeds:  # type: ignore[attr-defined]
            ids = feed["input_ids"][0]
            n = len(ids)
            topic = np.array([self.topics.get(int(i), [0.0, 0.0, 0.0]) for i in ids], dtype=np.float32)
            zero = np.zeros((1, n, 4), dtype=np.float32)
            out.append([np.tile(np.array(OFF, dtype=np.float32), (1, n, 1)), zero, zero, topic[None]])
        return out


@pytest.fixture
def model(tokenizer: TextTokenizer) -> AttributionModel:
    return AttributionModel(cast(OnnxRunner, Runner()), tokenizer, dict(SETTINGS), 64)


def decode(
    model: AttributionModel, text: str, tags: str, roles: str, core: tuple[int, int] | None = None
) -> list[tuple[str | None, str | None, str | None]]:
    """Words of (source, cue, content). ``tags`` gives B, I or . and ``roles`` s, c or . for each token of ``text``."""
    (w,) = windows(text, [(0, len(text))], model.tokenizer, 64, 16)
    if core:
        w = Window(w.ids, w.starts, w.ends, *core)
    assert len(tags) == len(roles) == len(w.ids) - 2
    cue = np.array([OFF, *({"B": BEGIN, "I": INSIDE, ".": OFF}[t] for t in tags), OFF])
    key = np.array([SOURCE, *({"s": SOURCE, "c": CONTENT, ".": NONE}[r] for r in roles), CONTENT])
    query = np.array([QUERY] * len(w.ids))

    def words(span: Span | None) -> str | None:
        return text[span.start : span.end] if span else None

    return [(words(a.source), words(a.cue), words(a.content)) for a in model.decode(w, cue, query, key)]


TEXT = "the minister said that the gate was shut"


@pytest.mark.parametrize(
    ("tags", "roles", "expected"),
    [
        pytest.param("..B.....", "ss.ccccc", [("the minister", "said", "that the gate was shut")], id="plain"),
        pytest.param("..BI....", "ss..cccc", [("the minister", "said that", "the gate was shut")], id="cue of two tokens"),
        pytest.param("..I.....", "ss.ccccc", [("the minister", "said", "that the gate was shut")], id="a lost begin still opens"),
        pytest.param(
            "..BB....", "ss..cccc", [("the minister", "said", "the gate was shut"), ("the minister", "that", "the gate was shut")], id="two cues"
        ),
        pytest.param("..B.....", "ss......", [("the minister", "said", None)], id="no content"),
        pytest.param("..B.....", "...ccccc", [(None, "said", "that the gate was shut")], id="no source"),
        pytest.param("..B.....", "ss.cc.cc", [("the minister", "said", "that the gate was shut")], id="a small hole is filled"),
        pytest.param("..B.....", "sscccccc", [("the minister", "said", "said that the gate was shut")], id="roles may overlap the cue"),
        pytest.param("..B.....", "s.....s.", [("the", "said", None)], id="the nearer source"),
        pytest.param("........", "ss.ccccc", [], id="no cue"),
    ],
)
def test_decode(model: AttributionModel, tags: str, roles: str, expected: list[tuple[str | None, str | None, str | None]]) -> None:
    assert decode(model, TEXT, tags, roles) == expected


def test_a_cue_outside_the_core_belongs_to_a_neighbour(model: AttributionModel) -> None:
    assert decode(model, TEXT, "..B.....", "ss.ccccc", core=(1, 3)) == []
    assert decode(model, TEXT, "..B.....", "ss.ccccc", core=(3, 4)) == [("the minister", "said", "that the gate was shut")]


def test_far_stray_content_is_left_out_but_the_cue_may_split_it(model: AttributionModel) -> None:
    text = "it leaked the minister said and the gate was shut all night"
    n = len(model.tokenizer.encode(text).ids)
    tags = "".join("B" if w == "said" else "." for w in text.split())
    assert n == len(tags)
    assert decode(model, text, tags, "cc......cccc") == [(None, "said", text)]  # around the cue: one split quote
    assert decode(model, text, tags, "c...........") == [(None, "said", "it")]
    assert decode(model, text, tags, ".....c...ccc") == [(None, "said", "shut all night")]


def test_pieces_of_one_word_are_one_cue(model: AttributionModel) -> None:
    text = "he dubbed it shut"
    pieces = len(model.tokenizer.encode("dubbed").ids)
    assert pieces > 1
    found = decode(model, text, "." + "B" * pieces + "..", "s" + "." * pieces + "cc")
    assert found == [("he", "dubbed", "it shut")]


def test_confidence_is_the_probability_of_a_cue(model: AttributionModel) -> None:
    (w,) = windows(TEXT, [(0, len(TEXT))], model.tokenizer, 64, 16)
    cue = np.array([OFF] * len(w.ids))
    cue[3] = [0.0, 0.0, 0.0]
    zero = np.zeros((len(w.ids), 4))
    (found,) = model.decode(w, cue, zero, zero)
    assert found == Attribution(None, Span(13, 17), None, pytest.approx(2 / 3))
    model.cue_threshold = 0.7
    assert model.decode(w, cue, zero, zero) == []


@given(st.text(alphabet="the minister said gate . \n", max_size=60), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_any_logits_give_valid_spans(tokenizer: TextTokenizer, text: str, seed: int) -> None:
    model = AttributionModel(cast(OnnxRunner, Runner()), tokenizer, dict(SETTINGS), 32)
    random = np.random.default_rng(seed)
    for w in windows(text, [(0, len(text))], tokenizer, 32, 8):
        t = len(w.ids)
        cues = []
        for a in model.decode(w, random.normal(0, 3, (t, 3)), random.normal(0, 3, (t, 4)), random.normal(0, 3, (t, 4))):
            assert a.cue is not None
            cues.append(a.cue)
            for span in (a.source, a.cue, a.content):
                assert span is None or 0 <= span.start < span.end <= len(text)
            assert model.cue_threshold <= a.confidence <= 1
        assert all(x.end <= y.start for x, y in pairwise(cues))


# --- topics ----------------------------------------------------------------------------------------------------------------------


def document(*sentences: str) -> Segmented:
    text, spans = "", []
    for s in sentences:
        spans.append(Sentence(len(text), len(text) + len(s), 0, BlockKind.PARAGRAPH))
        text += s + " "
    return Segmented(Article("a", text), (Block(0, len(text), BlockKind.PARAGRAPH),), tuple(spans))


def test_each_sentence_has_the_mean_topic_of_its_tokens(tokenizer: TextTokenizer) -> None:
    gate, weir = (tokenizer.encode(w).ids[0] for w in ("gate", "weir"))
    model = AttributionModel(cast(OnnxRunner, Runner({gate: [1.0, 0.0, 0.0], weir: [0.0, 1.0, 0.0]})), tokenizer, dict(SETTINGS), 24)
    reading = model.read(document("gate", "weir weir", "gate weir", "it", *["weir"] * 40, "gate"))
    half = 0.5**0.5
    expected = [[1, 0, 0], [0, 1, 0], [half, half, 0], [0, 0, 0], *[[0, 1, 0]] * 40, [1, 0, 0]]
    assert reading.attributions == []
    assert reading.topics == pytest.approx(np.array(expected), abs=1e-5)
    claims = model.topics(["gate", "weir", ""])
    assert claims == pytest.approx(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]]), abs=1e-5)
    assert model.topic_logits(reading.topics[:1], claims[:2]) == pytest.approx(np.array([[3.0, -1.0]]), abs=1e-5)


def test_an_empty_document_reads_as_nothing(model: AttributionModel) -> None:
    reading = model.read(Segmented(Article("a", ""), (), ()))
    assert reading.attributions == []
    assert reading.topics.shape == (0, 3)
    assert model.topics([]).shape == (0, 3)
