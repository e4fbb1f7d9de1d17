"""Articles a second, end to end, models loaded: `sayso score` against a plain loop over the same stages, and a naive build.

The naive build does what is written first: no pair filter, one (statement, claim) pair a call, one process. All three read
the same articles and use the same models.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from common import options, show
from generate import ROOT, write

from sayso import Pipeline, load_config, read_articles
from sayso.corpus.run import score
from sayso.corpus.worker import Worker
from sayso.stance.passage import Question
from sayso.stance.scorer import Scorer


class PairByPair:
    """A scorer that asks one claim at a time."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer, self.id, self.threshold = scorer, scorer.id, scorer.threshold

    def score(self, questions: Iterable[Question]) -> Iterator[np.ndarray]:
        for q in questions:
            yield np.concatenate([next(iter(self.scorer.score([Question(q.holder, q.passage, (c,))]))) for c in q.claims])


def main() -> None:
    args = options(__doc__, articles=60, naive=6, workers=0)
    config = load_config(ROOT / "configs" / "report.yaml", {"threads": 1, "score.workers": args.workers or None})
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = write(Path(folder) / "news.jsonl", args.articles)
        pipeline = Pipeline(config)

        few = list(read_articles([corpus]))[: args.naive]
        naive = Pipeline(
            config.model_copy(update={"filter": config.filter.model_copy(update={"enabled": False})}),
            scorer=PairByPair(pipeline.scorer),
            attribution=pipeline.attribution,
        )
        for name, built in (("naive: no filter, pair by pair", naive), ("plain loop, one process", pipeline)):
            since = time.perf_counter()
            pairs = sum(len(r.judgements) for r in built.judge(few) if not hasattr(r, "stage"))
            rows.append({"build": name, "articles": len(few), "articles/s": len(few) / (time.perf_counter() - since), "pairs scored": pairs})

        since = time.perf_counter()
        done = score([str(corpus)], config, Path(folder) / "out", make=partial(Worker, config), pipeline=pipeline)
        seconds = time.perf_counter() - since
        rows.append(
            {"build": "sayso score", "articles": args.articles, "articles/s": args.articles / seconds, "pairs scored": done["counts"]["judgements"]}
        )
    for row in rows:
        row["ratio to naive"] = row["articles/s"] / rows[0]["articles/s"]
    show(rows, args)


if __name__ == "__main__":
    main()
