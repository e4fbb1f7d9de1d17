"""The attribution model at work: sentences in, (source, cue, content) spans out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sayso.attribute.windows import Window, windows
from sayso.encoders.manifest import load_manifest
from sayso.encoders.onnx import OnnxRunner
from sayso.encoders.tokens import TextTokenizer
from sayso.types import Attribution, Segmented, Span

GAP = 2  # tokens: a hole this small inside a content is filled


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model reads from a document: attributions, and topic vectors (n_sentences, topic_size) of length 1."""

    attributions: list[Attribution]
    topics: np.ndarray


class AttributionModel:
    """A cue tagger with biaffine roles and topic vectors (``encoders.nets.AttributionNet``), exported to ONNX."""

    def __init__(self, runner: OnnxRunner, tokenizer: TextTokenizer, settings: dict[str, Any], max_tokens: int) -> None:
        self.runner = runner
        self.tokenizer = tokenizer
        self.max_tokens = max_tokens
        self.overlap = int(settings.get("overlap", max_tokens // 3))
        self.cue_threshold = float(settings.get("cue_threshold", 0.5))
        self.role_size = int(settings["role_size"])
        self.topic_size = int(settings["topic_size"])
        self.topic_scale = float(settings["topic_scale"])
        self.topic_margin = float(settings["topic_margin"])
        self.filter_weights: dict[str, float] = settings.get("filter", {})

    @classmethod
    def load(cls, folder: Path, threads: int | None = None) -> AttributionModel:
        """Load a model folder. Raises ModelError where it is incomplete or made for another task."""
        manifest = load_manifest(folder, "attribution")
        runner = OnnxRunner(folder / "model.onnx", threads)
        return cls(runner, TextTokenizer.load(folder / "tokenizer.json"), manifest.settings, manifest.max_tokens)

    def read(self, document: Segmented) -> Reading:
        """Read a document once: its attributions in text order, and a topic vector for each sentence."""
        spans = [s.span for s in document.sentences]
        cut = windows(document.article.text, spans, self.tokenizer, self.max_tokens, self.overlap)
        found: list[Attribution] = []
        topics = np.zeros((len(spans), self.topic_size), dtype=np.float32)
        starts = np.array([s.start for s in spans])
        for w, outputs in zip(cut, self.runner.run({"input_ids": np.array([w.ids], dtype=np.int64)} for w in cut), strict=True):
            cue, query, key, topic = (o[0] for o in outputs)
            found += self.decode(w, cue, query, key)
            self._pool(w, topic, starts, topics)
        return Reading(sorted(found, key=lambda a: a.cue or Span(0, 0)), _unit(topics))

    def topics(self, texts: Sequence[str]) -> np.ndarray:
        """Topic vectors of single sentences such as claims, float32 (n, topic_size), of length 1."""
        feeds = []
        for text in texts:
            ids = self.tokenizer.encode(text).ids[: self.max_tokens - 2]
            feeds.append({"input_ids": np.array([[self.tokenizer.cls, *ids, self.tokenizer.sep]], dtype=np.int64)})
        out = [o[3][0, 1:-1].mean(axis=0) if o[3].shape[1] > 2 else o[3][0, 0] for o in self.runner.run(feeds)]
        return _unit(np.array(out, dtype=np.float32).reshape(len(texts), self.topic_size))

    def topic_logits(self, sentences: np.ndarray, claims: np.ndarray) -> np.ndarray:
        """How well topics fit, (n_sentences, n_claims), as log odds, from topic vectors of length 1."""
        return np.asarray(self.topic_scale * (sentences @ claims.T - self.topic_margin))

    def _pool(self, w: Window, topic: np.ndarray, starts: np.ndarray, topics: np.ndarray) -> None:
        """Add the mean topic of every sentence that begins in the window's core."""
        inside = [i for i, a in enumerate(w.starts) if a >= 0]
        owner = np.searchsorted(starts, [w.starts[i] for i in inside], side="right") - 1
        for k in dict.fromkeys(owner.tolist()):
            at = [i for i, o in zip(inside, owner, strict=True) if o == k]
            if w.core_start <= at[0] < w.core_end or not topics[k].any():
                topics[k] = topic[at].mean(axis=0)

    def decode(self, w: Window, cue: np.ndarray, query: np.ndarray, key: np.ndarray) -> list[Attribution]:
        """Read attributions from a window's outputs: cue logits (T, 3), queries and keys (T, 2 * role_size)."""
        p = _softmax(cue.astype(np.float32))
        out = []
        for first, last in _cues(p, self.cue_threshold, w):
            if not w.core_start <= first < w.core_end:
                continue
            role = self._roles(query[first:last].mean(axis=0), key)
            usable = np.array(w.starts) >= 0
            best = np.where(usable, role.argmax(axis=1), 0)
            source = _best_run(best == 1, role[:, 1], first)
            content = _hull(best == 2, first)
            out.append(
                Attribution(
                    source=_span(w, source),
                    cue=Span(w.starts[first], w.ends[last - 1]),
                    content=_span(w, content),
                    confidence=float(1 - p[first, 0]),
                )
            )
        return out

    def _roles(self, query: np.ndarray, key: np.ndarray) -> np.ndarray:
        """Probabilities (T, 3) of none, source, content."""
        r = self.role_size
        logits = np.zeros((len(key), 3), dtype=np.float32)
        logits[:, 1] = key[:, :r] @ query[:r] / r**0.5
        logits[:, 2] = key[:, r:] @ query[r:] / r**0.5
        return _softmax(logits)


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _cues(p: np.ndarray, threshold: float, w: Window) -> list[tuple[int, int]]:
    """Token ranges of cues. A B opens a cue; an I without one does too, because a lost B must not lose the cue."""
    out: list[tuple[int, int]] = []
    inside = False
    for i in range(len(p)):
        on = w.starts[i] >= 0 and 1 - p[i, 0] >= threshold
        if on and (not inside or p[i, 1] > p[i, 2]) and not (inside and w.starts[i] == w.ends[i - 1]):
            out.append((i, i + 1))
        elif on:
            out[-1] = (out[-1][0], i + 1)
        inside = on
    return out


def _runs(on: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], on.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _best_run(on: np.ndarray, p: np.ndarray, cue: int) -> tuple[int, int] | None:
    runs = _runs(on)
    if not runs:
        return None
    return max(runs, key=lambda r: float(p[r[0] : r[1]].mean()) - 0.002 * min(abs(r[0] - cue), abs(r[1] - cue)))


def _hull(on: np.ndarray, cue: int) -> tuple[int, int] | None:
    """The content's outer span. Stray tokens far from the main part are left out."""
    runs = _runs(on)
    if not runs:
        return None
    merged: list[list[int]] = []
    for a, b in runs:
        if merged and (a - merged[-1][1] <= GAP or (merged[-1][1] <= cue <= a and a - merged[-1][1] < 24)):
            merged[-1][1] = b
        else:
            merged.append([a, b])
    a, b = max(merged, key=lambda r: r[1] - r[0])
    return a, b


def _span(w: Window, tokens: tuple[int, int] | None) -> Span | None:
    if tokens is None:
        return None
    inside = [i for i in range(*tokens) if w.starts[i] >= 0]
    return Span(w.starts[inside[0]], w.ends[inside[-1]]) if inside else None


def _unit(x: np.ndarray) -> np.ndarray:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-9))
