"""The scorer protocol, and the embedded scorer: an exported joint model under onnxruntime."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import tee
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from sayso.config import EndpointSettings
from sayso.encoders.manifest import find_model, load_manifest
from sayso.encoders.onnx import OnnxRunner
from sayso.encoders.tokens import TextTokenizer
from sayso.errors import ModelError, ScoringError
from sayso.stance.passage import Encoded, Question, encode
from sayso.types import LABELS, Label


class Scorer(Protocol):
    """Answers questions. Knows strings and numbers only, never an article or an actor."""

    id: str
    threshold: float
    """A pair whose probability of any stance is under this is unrelated."""
    decision: Mapping[str, float]
    """Weights of ``stance.decide``; empty where the scorer's answers stand as they are."""

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        """Yield P(label), float32 of shape (n_claims, 4), rows summing to 1, columns in the order of ``types.LABELS``.

        Answers come in the order of the questions. An answer depends on its question alone, never on the questions
        around it. Raises ScoringError where a claim alone is longer than the model can read.
        """
        ...


@runtime_checkable
class Remote(Protocol):
    """What a scorer also has whose questions go to a server: each one costs, and each one can fail by itself."""

    def check(self, claim: str) -> None:
        """Raise ScoringError where a claim cannot be asked about, without asking."""
        ...

    def try_out(self) -> None:
        """Ask one small question, once. Raises ModelError where it gets no answer: better now than for every article."""
        ...

    def attempt(self, questions: Iterable[Question]) -> Iterator[np.ndarray | ScoringError]:
        """As ``Scorer.score``, with the error in the place of an answer that failed."""
        ...

    def spent(self) -> dict[str, float]:
        """What was used since this was last called: requests, cached and failed answers, tokens_in, tokens_out, cost."""
        ...


class OnnxScorer:
    """A model folder with ``model.onnx``: one pass over holder, passage and all claims of a question."""

    def __init__(
        self,
        runner: OnnxRunner,
        tokenizer: TextTokenizer,
        model_id: str,
        max_tokens: int,
        temperature: float,
        bias: np.ndarray,
        threshold: float,
        decision: Mapping[str, float] | None = None,
    ) -> None:
        self.runner = runner
        self.tokenizer = tokenizer
        self.id = model_id
        self.max_tokens = max_tokens
        self.temperature = temperature
        self.bias = bias
        self.threshold = threshold
        self.decision = decision or {}

    @classmethod
    def load(cls, folder: Path, threads: int | None = None) -> OnnxScorer:
        """Load a model folder. Raises ModelError where it is incomplete, or made for other labels."""
        manifest = load_manifest(folder, "stance")
        if manifest.labels != tuple(str(x) for x in LABELS):
            raise ModelError(f"{folder}/model.yaml: labels {list(manifest.labels)}, expected {[str(x) for x in LABELS]} in this order")
        s = manifest.settings
        bias = np.array(s.get("bias", [0.0] * 4), dtype=np.float32)
        return cls(
            OnnxRunner(folder / "model.onnx", threads),
            TextTokenizer.load(folder / "tokenizer.json"),
            manifest.id,
            manifest.max_tokens,
            float(s.get("temperature", 1.0)),
            bias,
            float(s.get("threshold", 0.5)),
            s.get("decision", {}),
        )

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        """See ``Scorer.score``."""
        for logits in self.logits(questions):
            yield self.calibrate(logits)

    def logits(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        """Yield the network's own output for each question, (n_claims, 4)."""
        encoded = (encode(q, self.tokenizer, self.max_tokens) for q in questions)
        here, there = tee(encoded)
        outputs = self.runner.run(_feed(e) for parts in there for e in parts)
        for parts in here:
            yield np.concatenate([next(outputs)[0][0] for _ in parts]) if parts else np.zeros((0, 4), np.float32)

    def calibrate(self, logits: np.ndarray) -> np.ndarray:
        """Logits (n, 4) to probabilities: temperature scaling with a bias per label (Guo et al. 2017, vector scaling)."""
        z = logits.astype(np.float32) / self.temperature + self.bias
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _feed(e: Encoded) -> dict[str, np.ndarray]:
    return {"input_ids": np.array([e.ids], dtype=np.int64), "claim_positions": np.array([e.claim_positions], dtype=np.int64)}


def label_of(p: np.ndarray, threshold: float) -> Label:
    """The label of one answer (4,): the likeliest stance where there probably is one, else unrelated."""
    if 1.0 - float(p[3]) < threshold:
        return Label.UNRELATED
    return LABELS[int(p[:3].argmax())]


def attempts(scorer: Scorer, questions: Iterable[Question]) -> Iterator[np.ndarray | ScoringError]:
    """The answers of any scorer in order, with the error in the place of one that failed."""
    if isinstance(scorer, Remote):
        yield from scorer.attempt(questions)
        return
    rest = list(questions)
    while rest:
        n = 0
        try:
            for answer in scorer.score(rest):
                yield answer
                n += 1
            return
        except ScoringError:
            yield _alone(scorer, rest[n])  # a scorer reads ahead: the one at fault may be a later one
            rest = rest[n + 1 :]


def _alone(scorer: Scorer, question: Question) -> np.ndarray | ScoringError:
    try:
        return next(iter(scorer.score([question])))
    except ScoringError as e:
        return e


def load_scorer(model: str, threads: int | None = None, endpoint: EndpointSettings | None = None) -> Scorer:
    """Load a scorer by model folder, shelf id, or ``openai:NAME`` for a model behind ``endpoint`` (extra ``llm``).

    Anything else is tried as a Hugging Face model (extra ``torch``).
    """
    if model.startswith("openai:"):
        from sayso.stance.chat import ChatScorer

        return ChatScorer.load(model, endpoint)
    try:
        folder = find_model(model)
    except ModelError:
        if "/" not in model and not (Path(model) / "config.json").is_file():
            raise
        from sayso.stance.hub import HubScorer

        return HubScorer.load(model)
    return OnnxScorer.load(folder, threads)
