"""Run an exported model with onnxruntime, one sequence a call.

A dynamically quantised network takes its scales from the whole batch, so that a score would depend on its neighbours and
on padding. Running every sequence by itself, unpadded, keeps each score a function of its own sequence alone, to the
last bit; sequences run in parallel on one thread each, which on a CPU is as fast as batching.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime as ort

from sayso.errors import ModelError

Feed = dict[str, np.ndarray]


class OnnxRunner:
    """A session over ``model.onnx``. ``threads`` sequences are in flight at once (default: one for each usable core)."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as e:  # onnxruntime raises its own untyped family
            raise ModelError(f"{path}: not an ONNX model that onnxruntime {ort.__version__} can read ({e})") from e
        self._threads = threads or len(os.sched_getaffinity(0))
        self.inputs = [i.name for i in self._session.get_inputs()]

    def run(self, feeds: Iterable[Feed]) -> Iterator[list[np.ndarray]]:
        """Yield the outputs of each feed, in order. Reads ahead no more than a few feeds for each thread."""
        if self._threads == 1:
            for feed in feeds:
                yield self._session.run(None, feed)
            return
        feeds = iter(feeds)
        with ThreadPoolExecutor(self._threads) as pool:
            queue = [pool.submit(self._session.run, None, f) for f in islice(feeds, 4 * self._threads)]
            while queue:
                done = queue.pop(0).result()
                queue += [pool.submit(self._session.run, None, f) for f in islice(feeds, 1)]
                yield done
