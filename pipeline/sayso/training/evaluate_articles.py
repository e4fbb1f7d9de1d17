"""How well does a run reproduce gold articles? Position F1, record F1, and at which stage each miss was lost.

Position F1 is micro F1 over (article, actor, claim, label); record F1 over (sentence, actor, claim, label), a sentence matching
where spans overlap by half of the shorter. Each article is run by itself with its own actors and claims.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sayso.aggregate import aggregate
from sayso.attribute.model import AttributionModel
from sayso.config import ActorConfig, ClaimConfig, RunConfig
from sayso.encoders.manifest import find_model
from sayso.pipeline import ArticleResult, Pipeline
from sayso.stance.scorer import Scorer, load_scorer
from sayso.training.stance_data import load_gold
from sayso.types import LABELS, STANCES, Article, Label, Segmented, Sentence

Key = tuple[Any, ...]
STAGES = ("segmentation", "attribution", "filter", "stance", "aggregation")


@dataclass(frozen=True, slots=True)
class Miss:
    """A gold record or position that the run has not, or has with another label."""

    article: str
    kind: str
    actor: str
    claim: str
    gold: str
    found: str
    stage: str
    text: str


@dataclass(slots=True)
class ArticlesResult:
    """All figures of an evaluation on gold articles.

    ``positions`` counts every position by its label, however low its confidence; ``clear_positions`` only those that a
    report states, the others saying "not clear".
    """

    positions: dict[str, Any] = field(default_factory=dict)
    clear_positions: dict[str, Any] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)
    by_article: dict[str, dict[str, float]] = field(default_factory=dict)
    filter: dict[str, Any] = field(default_factory=dict)
    segmentation: float = 0.0
    gold_holder_accuracy: float | None = None
    false_alarm_rate: float = 0.0
    n_questions: int = 0
    lost_by_stage: dict[str, int] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    predictions: list[dict[str, Any]] = field(default_factory=list)


def evaluate_articles(
    folder: Path,
    config: RunConfig | None = None,
    *,
    scorer: Scorer | None = None,
    attribution: AttributionModel | None = None,
    gold_holder: bool = False,
    progress: Callable[[str], None] | None = None,
) -> ArticlesResult:
    """Run every gold article of ``folder`` and compare. Raises DataError where there are none.

    With ``gold_holder`` the accuracy over the three stances is measured too: each gold record is asked with its holder given,
    so that only the stance model is tested.
    """
    config = config or RunConfig()
    scorer = scorer or load_scorer(config.model, config.threads, config.endpoint)
    attribution = attribution or AttributionModel.load(find_model(config.attribute.model), config.threads)
    out = ArticlesResult()
    gold_r: set[Key] = set()
    found_r: set[Key] = set()
    gold_p: set[Key] = set()
    found_p: set[Key] = set()
    clear_p: set[Key] = set()
    kept: list[tuple[str, bool]] = []
    dropped_pairs = all_pairs = hits = units = asked_silent = alarms = 0
    right: list[bool] = []
    for gold in load_gold(folder):
        run = pipeline_for(gold, config, scorer, attribution)
        article = Article(gold["article"], gold["_text"], gold["title"], gold["outlet"])
        result = run.judge_article(article)
        document = result.document
        assert document is not None
        match = match_units(gold, document)
        hits += sum(bool(m) for m in match)
        units += len(match)
        records = {(gold["article"], i, r["actor"], r["claim"]): r["label"] for i, u in enumerate(gold["sentences"]) for r in u["records"]}
        predicted = _records(gold, result, match)
        positions = aggregate(result.judgements, run.claims, config.aggregate)
        places = {(gold["article"], p["actor"], p["claim"]): p["label"] for p in gold["positions"]}
        got = {(gold["article"], p.actor, p.claim): p.label.value for p in positions}
        clear_p |= {(gold["article"], p.actor, p.claim, p.verdict) for p in positions if p.verdict in STANCES}
        gold_r |= {(*k, v) for k, v in records.items()}
        found_r |= {(*k, v) for k, v in predicted.items()}
        gold_p |= {(*k, v) for k, v in places.items()}
        found_p |= {(*k, v) for k, v in got.items()}
        keep = run.filter.keep(run.filter.probabilities(document, attribution.read(document), result.statements))
        index = {c.id: k for k, c in enumerate(run.claims)}
        rows = {(s.sentence.start, s.actor): n for n, s in enumerate(result.statements)}
        needed = np.zeros_like(keep)
        for (_, i, actor, claim), label in records.items():
            if mine := [rows[s.start, actor] for s in match[i] if (s.start, actor) in rows]:  # else it is lost before the filter
                needed[mine, index[claim]] = True
                kept.append((label, bool(keep[mine, index[claim]].any())))
        all_pairs += int((~needed).sum())
        dropped_pairs += int((~needed & ~keep).sum())
        with_stance = {(j.statement.sentence.start, j.statement.actor, j.claim) for j in result.judgements if j.label is not Label.UNRELATED}
        recorded = {(s.start, a, c) for (_, i, a, c) in records for s in match[i]}
        asked_silent += len(document.sentences) * (len(run.registry.actors) + 1) * len(run.claims) - len(recorded)
        alarms += len(with_stance - recorded)
        out.n_questions += len(result.judgements)
        out.misses += _record_misses(gold, result, match, records, predicted, keep, rows, index)
        out.misses += _position_misses(gold, places, got, records, predicted)
        out.predictions += [_row(gold, j) for j in result.judgements]
        if gold_holder:
            right += _gold_holder(run, document, attribution, gold, match)
        name = gold["article"]
        out.by_article[name] = {
            "position_f1": f1({k for k in gold_p if k[0] == name}, {k for k in found_p if k[0] == name})["f1"],
            "record_f1": f1({k for k in gold_r if k[0] == name}, {k for k in found_r if k[0] == name})["f1"],
        }
        if progress:
            progress(name)
    out.positions = _by_label(gold_p, found_p)
    out.clear_positions = _by_label(gold_p, clear_p)
    out.records = _by_label(gold_r, found_r)
    out.segmentation = hits / max(units, 1)
    out.filter = {
        "recall": _share([k for _, k in kept]),
        **{f"recall_{x}": _share([k for label, k in kept if label == x]) for x in STANCES},
        "dropped": dropped_pairs / max(all_pairs, 1),
    }
    out.false_alarm_rate = alarms / max(asked_silent, 1)
    out.gold_holder_accuracy = _share(right) if gold_holder else None
    out.lost_by_stage = dict(Counter(m.stage for m in out.misses if m.kind == "record"))
    return out


def pipeline_for(gold: Mapping[str, Any], config: RunConfig, scorer: Scorer, attribution: AttributionModel) -> Pipeline:
    """A pipeline with the actors and claims of one gold article."""
    actors = tuple(ActorConfig(**a) for a in gold["actors"])
    claims = tuple(ClaimConfig(**c) for c in gold["claims"])
    return Pipeline(config.model_copy(update={"actors": actors, "claims": claims}), scorer=scorer, attribution=attribution)


def match_units(gold: Mapping[str, Any], document: Segmented) -> list[list[Sentence]]:
    """For each gold unit the sentences that overlap it by half of the shorter."""
    out = []
    for u in gold["sentences"]:
        near = []
        for s in document.sentences:
            shared = min(u["end"], s.end) - max(u["start"], s.start)
            if shared > 0 and shared * 2 >= min(u["end"] - u["start"], s.end - s.start):
                near.append(s)
        out.append(near)
    return out


def f1(gold: set[Key], found: set[Key]) -> dict[str, float]:
    """Precision, recall and F1 of two sets of keys, with their sizes."""
    both = len(gold & found)
    return {
        "precision": both / len(found) if found else 0.0,
        "recall": both / len(gold) if gold else 0.0,
        "f1": 2 * both / (len(gold) + len(found)) if gold or found else 0.0,
        "n_gold": len(gold),
        "n_found": len(found),
    }


def _by_label(gold: set[Key], found: set[Key]) -> dict[str, Any]:
    by = {str(x): f1({k for k in gold if k[-1] == x}, {k for k in found if k[-1] == x}) for x in STANCES}
    return {**f1(gold, found), "by_label": by}


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _records(gold: Mapping[str, Any], result: ArticleResult, match: Sequence[Sequence[Sentence]]) -> dict[Key, str]:
    """Predicted records by gold unit; sentences that match no unit count under their own offset."""
    unit_of: dict[int, list[int]] = defaultdict(list)
    for i, near in enumerate(match):
        for s in near:
            unit_of[s.start].append(i)
    out: dict[Key, str] = {}
    for j in result.judgements:
        if j.label is Label.UNRELATED:
            continue
        for unit in unit_of.get(j.statement.sentence.start) or [-j.statement.sentence.start - 1]:
            out[gold["article"], unit, j.statement.actor, j.claim] = j.label.value
    return out


def _record_misses(
    gold: Mapping[str, Any],
    result: ArticleResult,
    match: Sequence[Sequence[Sentence]],
    records: Mapping[Key, str],
    predicted: Mapping[Key, str],
    keep: np.ndarray,
    rows: Mapping[tuple[int, str | None], int],
    index: Mapping[str, int],
) -> list[Miss]:
    out = []
    for key, label in records.items():
        _, i, actor, claim = key
        found = predicted.get(key, "unrelated")
        if found == label:
            continue
        if not match[i]:
            stage = "segmentation"
        elif not (mine := [rows[s.start, actor] for s in match[i] if (s.start, actor) in rows]):
            stage = "attribution"
        elif not keep[mine, index[claim]].any():
            stage = "filter"
        else:
            stage = "stance"
        out.append(Miss(gold["article"], "record", actor, claim, label, found, stage, gold["sentences"][i]["text"]))
    for key, found in predicted.items():
        if key not in records:
            _, i, actor, claim = key
            text = gold["sentences"][i]["text"] if i >= 0 else "(no gold unit here)"
            out.append(Miss(gold["article"], "false alarm", actor, claim, "unrelated", found, "stance", text))
    return out


def _position_misses(
    gold: Mapping[str, Any], places: Mapping[Key, str], got: Mapping[Key, str], records: Mapping[Key, str], predicted: Mapping[Key, str]
) -> list[Miss]:
    out = []
    for key, label in places.items():
        found = got.get(key, "none")
        if found == label:
            continue
        _, actor, claim = key
        mine = {k: v for k, v in records.items() if k[2:] == (actor, claim)}
        theirs = {k: v for k, v in predicted.items() if k[2:] == (actor, claim)}
        stage = "aggregation" if mine == theirs else "stance"
        out.append(Miss(gold["article"], "position", actor, claim, label, found, stage, ""))
    return out


def _row(gold: Mapping[str, Any], j: Any) -> dict[str, Any]:
    return {
        "article": gold["article"],
        "start": j.statement.sentence.start,
        "actor": j.statement.actor,
        "claim": j.claim,
        "label": j.label.value,
        **{f"p_{x}": p for x, p in zip(LABELS, j.probabilities, strict=True)},
        "text": j.text,
    }


def _gold_holder(
    run: Pipeline, document: Segmented, attribution: AttributionModel, gold: Mapping[str, Any], match: Sequence[Sequence[Sentence]]
) -> list[bool]:
    """Is the likeliest stance right for each gold record, its holder given?"""
    every = Pipeline(
        run.config.model_copy(
            update={
                "attribute": run.config.attribute.model_copy(update={"mode": "all"}),
                "filter": run.config.filter.model_copy(update={"enabled": False}),
            }
        ),
        scorer=run.scorer,
        attribution=attribution,
    )
    answer = {(j.statement.sentence.start, j.statement.actor, j.claim): j for j in every.judge_article(document.article).judgements}
    out = []
    for i, unit in enumerate(gold["sentences"]):
        for r in unit["records"]:
            near = [answer[k] for s in match[i] if (k := (s.start, r["actor"], r["claim"])) in answer]
            best = max(near, key=lambda j: j.weight, default=None)
            out.append(best is not None and STANCES[int(np.argmax(best.probabilities[:3]))] == r["label"])
    return out
