"""Peak memory of the process that reads and writes, with many articles against few.

The models are left out (a worker holds one article at a time whatever the corpus): a worker of fixed answers gives as many
rows as there are sentences and claims, so that only what grows with the corpus could show.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from common import options, show
from generate import ROOT, write

from sayso.config import RunConfig, load_config
from sayso.corpus.worker import Worker
from sayso.pipeline import ArticleResult
from sayso.segment import segment
from sayso.types import ARTICLE_VOICE, Article, Judgement, Label, Statement


class Fixed:
    """Every sentence asserts every claim a little."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config

    def judge_article(self, article: Article, known: object = None) -> ArticleResult:
        document = segment(article)
        said = [Statement(article.id, s, ARTICLE_VOICE) for s in document.sentences]
        p = (0.3, 0.1, 0.1, 0.5)
        made = tuple(
            Judgement(s, c.id, p, Label.UNRELATED, document.text(s.sentence), article.outlet, article.published)
            for s in said
            for c in self.config.claims
            if not isinstance(c, str)
        )
        return ArticleResult(article, made, (), document, tuple(said), len(made))


def child(corpus: str, out: str) -> None:
    import resource
    import time

    from sayso.corpus.run import score

    config = load_config(ROOT / "configs" / "report.yaml", {"score.positions": ["total"]})
    since = time.perf_counter()
    done = score([corpus], config, Path(out), engine="inline", make=lambda: Worker(config, Fixed(config)))  # type: ignore[arg-type]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": done["counts"]["judgements"], "peak MB": peak, "seconds": time.perf_counter() - since}))


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "child":
        child(sys.argv[2], sys.argv[3])
        return
    args = options(__doc__, few=1000, many=10_000)
    rows = []
    for n in (args.few, args.many):
        with tempfile.TemporaryDirectory() as folder:
            corpus = write(Path(folder) / "news.jsonl", n)
            command = [sys.executable, __file__, "child", str(corpus), str(Path(folder) / "out")]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows.append({"articles": n, **json.loads(done.stdout.splitlines()[-1])})
    for row in rows:
        row["ratio"] = row["peak MB"] / rows[0]["peak MB"]
    show(rows, args)


if __name__ == "__main__":
    main()
