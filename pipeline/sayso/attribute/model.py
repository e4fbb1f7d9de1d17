"""The attribution model at work: sentences in, (source, cue, content) spans out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import tee
from pathlib import Path

import numpy as np

from sayso.attribute.windows import Window, windows
from sayso.encoders.manifest import load_manifest
from sayso.encoders.onnx import OnnxRunner
from sayso.encoders.tokens import TextTokenizer
from sayso.types import Attribution, Segmented, Span

GAP = 2  # tokens: a hole this small inside a content is filled


class AttributionModel:
    """A cue tagger with biaffine roles (``encoders.nets.AttributionNet``), exported to ONNX."""

    def __init__(self, runner: OnnxRunner, tokenizer: TextTokenizer, settings: dict[str, float], max_tokens: int) -> None:
        self.runner = runner
        self.tokenizer = tokenizer
        self.max_tokens = max_tokens
        self.overlap = int(settings.get("overlap", max_tokens // 3))
        self.cue_threshold = float(settings.get("cue_threshold", 0.5))
        self.role_size = int(settings["role_size"])

    @classmethod
    def load(cls, folder: Path, threads: int | None = None) -> AttributionModel:
        """Load a model folder. Raises ModelError where it is incomplete or made for another task."""
        manifest = load_manifest(folder, "attribution")
        runner = OnnxRunner(folder / "model.onnx", threads)
        return cls(runner, TextTokenizer.load(folder / "tokenizer.json"), manifest.settings, manifest.max_tokens)

    def attributions(self, documents: Iterable[Segmented]) -> Iterator[list[Attribution]]:
        """Yield each document's attributions in text order. Spans are characters of the article's text."""
        cut = ((d, windows(d.article.text, [s.span for s in d.sentences], self.tokenizer, self.max_tokens, self.overlap)) for d in documents)
        here, there = tee(cut)
        outputs = self.runner.run({"input_ids": np.array([w.ids], dtype=np.int64)} for _, ws in there for w in ws)
        for document, ws in here:
            found: list[Attribution] = []
            for w in ws:
                cue, query, key = (o[0] for o in next(outputs))
                found += self.decode(w, cue, query, key)
            yield sorted(found, key=lambda a: (a.cue or Span(0, 0)))
            del document

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
    return max(runs, key=lambda r: (float(p[r[0] : r[1]].mean()) - 0.002 * min(abs(r[0] - cue), abs(r[1] - cue))))


def _hull(on: np.ndarray, cue: int) -> tuple[int, int] | None:
    """The content's outer span. Stray tokens far from the main part are left out."""
    runs = _runs(on)
    if not runs:
        return None
    merged: list[list[int]] = []
    for a, b in runs:
        if merged and (a - merged[-1][1] <= GAP or merged[-1][1] <= cue <= a and a - merged[-1][1] < 24):
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


def in_span(attributions: Sequence[Attribution], span: Span) -> list[Attribution]:
    """The attributions whose cue or content touches ``span``."""
    return [a for a in attributions if (a.cue and a.cue.overlaps(span)) or (a.content and a.content.overlaps(span))]
