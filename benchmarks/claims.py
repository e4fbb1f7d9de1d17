"""Time with 100 claims against 10: the candidates of a holder are scored in one pass, and the filter drops what cannot matter."""

from __future__ import annotations

import time

from common import options, show
from generate import ROOT, articles, claims

from sayso import Article, Pipeline, load_config
from sayso.config import ClaimConfig


def main() -> None:
    args = options(__doc__, articles=10)
    config = load_config(ROOT / "configs" / "report.yaml", {"threads": 1})
    texts = [c.text for c in config.claims if not c.negation_of] + list(claims())  # type: ignore[union-attr]
    first = Pipeline(config)
    rows = []
    for n in (10, 100):
        asked = tuple(ClaimConfig(id=f"c{i}", text=t) for i, t in enumerate(texts[:n]))
        pipeline = Pipeline(config.model_copy(update={"claims": asked}), scorer=first.scorer, attribution=first.attribution)
        made = [Article(a["id"], a["text"]) for a in articles(args.articles)]
        since = time.perf_counter()
        found = [r for r in pipeline.judge(made) if not hasattr(r, "stage")]
        seconds = time.perf_counter() - since
        pairs, scored = sum(r.n_pairs for r in found), sum(len(r.judgements) for r in found)
        rows.append({"claims": n, "seconds": seconds, "pairs": pairs, "scored": scored, "kept": scored / max(1, pairs)})
    for row in rows:
        row["time ratio"] = row["seconds"] / rows[0]["seconds"]
    show(rows, args)


if __name__ == "__main__":
    main()
