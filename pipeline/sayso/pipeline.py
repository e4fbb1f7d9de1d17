"""Article in, PositionReport out. The only module that knows all the stages; they stand here in reading order.

Article --segment--> Sentence --attribute--> Statement --x Claim--> Pair --score--> Judgement --aggregate--> Position --> report
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from sayso.actors import ActorRegistry
from sayso.aggregate import aggregate, mark_duplicates
from sayso.attribute.model import AttributionModel
from sayso.attribute.statements import statements
from sayso.claims import ClaimFilter
from sayso.config import RunConfig, load_config
from sayso.discover import discover, with_found
from sayso.encoders.manifest import find_model, load_manifest
from sayso.errors import ConfigError, ScoringError
from sayso.read import read_articles
from sayso.report import PositionReport
from sayso.report.corrections import correct, read_corrections
from sayso.segment import segment
from sayso.stance.decide import decide
from sayso.stance.passage import Passage, Question
from sayso.stance.questions import questions
from sayso.stance.scorer import Remote, Scorer, label_of, load_scorer
from sayso.types import Article, Claim, Judgement, Provenance, Segmented, Skipped, Span, Statement

log = logging.getLogger(__name__)

Progress = Callable[[Article | Skipped], None]


@dataclass(frozen=True, slots=True)
class ArticleResult:
    """What one article gave. ``n_pairs`` counts (statement, claim) pairs before the filter."""

    article: Article
    judgements: tuple[Judgement, ...]
    skipped: tuple[Skipped, ...]
    document: Segmented | None = None
    statements: tuple[Statement, ...] = ()
    n_pairs: int = 0


class Pipeline:
    """A configured run. Models are loaded once and shared by all articles.

    ``scorer`` and ``attribution`` may be given ready-made, e.g. to run many configs over the same models.
    """

    def __init__(self, config: RunConfig, *, scorer: Scorer | None = None, attribution: AttributionModel | None = None) -> None:
        self.config = config
        self.open = tuple(k for k in ("actors", "claims") if getattr(config, k) == "discover")
        """Which lists are still to be discovered from the articles."""
        self.corrections = read_corrections(Path(config.corrections)) if config.corrections else {}
        self.registry = ActorRegistry([a.actor() for a in config.actors if not isinstance(a, str)], config.language)
        self.claims: tuple[Claim, ...] = tuple(c.claim() for c in config.claims if not isinstance(c, str))
        self.names = {a.id: a.name for a in self.registry.actors}
        self.attribution = attribution or AttributionModel.load(find_model(config.attribute.model), config.threads)
        self.scorer = scorer or load_scorer(config.model, config.threads, config.endpoint)
        self.filter = ClaimFilter(self.claims, self.attribution, config.filter, config.language)
        self._check_claims()

    @classmethod
    def from_config(cls, config: str | Path | RunConfig | None = None, **overrides: Any) -> Pipeline:
        """Build from a YAML file or a RunConfig; keyword arguments win over the file (``model="folder"``).

        Raises ConfigError with every fault at once, ModelError where a model cannot be loaded, and InputError where
        ``corrections`` is no file of decisions.
        """
        if isinstance(config, RunConfig):
            return cls(config.model_copy(update=overrides))
        return cls(load_config(config, overrides))

    def _check_claims(self) -> None:
        """Ask about every claim once, so that one that is too long is refused before the run and not in its middle.

        A server is only asked one small question for all of them. Raises ModelError where it does not answer that.
        """
        if isinstance(self.scorer, Remote) and self.claims:
            self.scorer.try_out()
        for c in self.claims:
            try:
                if isinstance(self.scorer, Remote):
                    self.scorer.check(c.text)
                else:
                    list(self.scorer.score([Question(None, Passage("-", Span(0, 1)), (c.text,))]))
            except ScoringError as e:
                raise ConfigError("claims", [f"{c.id}: {e}"]) from e

    def run(self, articles: Iterable[Article | Skipped | str | Path] | None = None, progress: Progress | None = None) -> PositionReport:
        """Read, judge and aggregate ``articles`` (Articles or paths; default: those of the config).

        A bad article becomes a Skipped in the report and the run goes on. ``progress`` is called after each article.
        """
        if self.open:
            read = list(self._articles(articles))
            return self.discovered(read).run(read, progress)
        started = time.perf_counter()
        done: list[Article] = []
        judgements: list[Judgement] = []
        skipped: list[Skipped] = []
        n_pairs = 0
        for result in self.judge(self._articles(articles)):
            if isinstance(result, Skipped):
                skipped.append(result)
            else:
                done.append(result.article)
                judgements += result.judgements
                skipped += result.skipped
                n_pairs += result.n_pairs
            if progress:
                progress(result if isinstance(result, Skipped) else result.article)
        judged = time.perf_counter()
        judgements = mark_duplicates(judgements)
        corrected = correct(judgements, self.corrections, self.claims)
        for reason in corrected.unused:
            log.warning("correction not used: %s", reason)
        judgements = list(corrected.judgements)
        positions = aggregate(judgements, self.claims, self.config.aggregate)
        counts = {
            "articles": len(done),
            "pairs": n_pairs,
            "pairs_scored": len(judgements),
            "judgements_with_stance": sum(j.label != "unrelated" for j in judgements),
            "positions": len(positions),
            **({"corrected": corrected.count, "corrections_unused": len(corrected.unused)} if self.corrections else {}),
            "skipped": len(skipped),
            **{f"skipped_{stage}": n for stage, n in sorted(Counter(s.stage for s in skipped).items())},
        }
        timings = {"judge": round(judged - started, 3), "aggregate": round(time.perf_counter() - judged, 3)}
        return PositionReport(
            positions=tuple(positions),
            judgements=tuple(judgements),
            articles=tuple(done),
            actors=self.registry.actors,
            claims=self.claims,
            skipped=tuple(skipped),
            provenance=Provenance(
                config=self.config.model_dump(mode="json"),
                models=self.models(),
                versions=versions(),
                counts=counts,
                timings=timings,
                usage=self.spent(),
            ),
        )

    def discovered(self, articles: Iterable[Article | Skipped]) -> Pipeline:
        """The same pipeline with the actors and claims that ``articles`` show, where its config says ``discover``."""
        found = discover(articles, self.config, self.attribution, self.scorer)
        return Pipeline(with_found(self.config, found), scorer=self.scorer, attribution=self.attribution)

    def judge(self, articles: Iterable[Article | Skipped]) -> Iterator[ArticleResult | Skipped]:
        """Yield one result for each article, in order. What goes wrong inside an article stays inside it."""
        for article in articles:
            if isinstance(article, Skipped):
                yield article
                continue
            try:
                yield self.judge_article(article)
            except ConfigError:
                raise
            except Exception as e:
                log.warning("article %s: %s", article.id, e, exc_info=log.isEnabledFor(logging.DEBUG))
                yield Skipped(article.id, "pipeline", f"{type(e).__name__}: {e}")

    def judge_article(self, article: Article, known: Callable[[str], bool] | None = None) -> ArticleResult:
        """All stages for one article. Sentences whose text is ``known`` are not asked about: their judgements are at hand.

        Raises ConfigError where actors or claims are still to be discovered.
        """
        if self.open:
            raise ConfigError("config", [f"{k}: none are listed; give a list, or let run() or discovered() find them" for k in self.open])
        document = segment(article, self.config.segment, self.config.language)
        fresh = np.array([known is None or not known(document.text(s)) for s in document.sentences], dtype=bool)
        if known is not None and not fresh.any():
            return ArticleResult(article, (), document.skipped, document)
        reading = self.attribution.read(document)
        said, unresolved = statements(document, reading.attributions, self.registry, self.config.attribute.mode)
        row = {s.start: i for i, s in enumerate(document.sentences)}
        bears = self.filter.probabilities(document, reading, said)
        keep = self.filter.keep(bears) & fresh[[row[s.sentence.start] for s in said]][:, None]
        asked = list(questions(document, said, self.claims, self.names, keep))
        pairs = [(statement, claim) for statement, _, claims in asked for claim in claims]
        answers = np.concatenate([np.zeros((0, 4), np.float32), *self.scorer.score(q for _, q, _ in asked)])
        places = [(statement.sentence.start, claim.id) for statement, claim in pairs]
        # pairs come statement by statement, claim by claim, as ``keep`` has them
        asking = keep & np.array([s.actor is not None for s in said], dtype=bool)[:, None]
        answers = decide(answers, bears[asking], places, self.scorer.decision)
        judgements = [self._judgement(document, statement, claim, p) for (statement, claim), p in zip(pairs, answers, strict=True)]
        n_pairs = sum(s.actor is not None for s in said) * len(self.claims)
        skipped = (*document.skipped, *unresolved)
        if said and not any(s.actor in self.registry.by_id for s in said):
            skipped = (*skipped, Skipped(article.id, "actors", "none of the listed actors is mentioned"))
        return ArticleResult(article, tuple(judgements), skipped, document, tuple(said), n_pairs)

    def _judgement(self, document: Segmented, statement: Statement, claim: Claim, p: Any) -> Judgement:
        return Judgement(
            statement=statement,
            claim=claim.id,
            probabilities=(float(p[0]), float(p[1]), float(p[2]), float(p[3])),
            label=label_of(p, self.scorer.threshold),
            text=document.text(statement.sentence),
            outlet=document.article.outlet,
            published=document.article.published,
        )

    def _articles(self, articles: Iterable[Article | Skipped | str | Path] | None) -> Iterator[Article | Skipped]:
        paths: list[str | Path] = []
        given: Sequence[Article | Skipped | str | Path] | Iterable[Article | Skipped | str | Path]
        given = self.config.articles if articles is None else articles
        if isinstance(given, (str, Path)):
            given = [given]
        manifest = Path(self.config.manifest) if self.config.manifest else None
        seen: set[str] = set()
        for item in given:
            if isinstance(item, (str, Path)):
                paths.append(item)
                continue
            if isinstance(item, Article) and item.id in seen:
                yield Skipped(item.id, "read", "an article with this id was read before; give each article its own id")
                continue
            if isinstance(item, Article):
                seen.add(item.id)
            yield item
        if paths:
            yield from read_articles(paths, manifest=manifest, language=self.config.language)

    def spent(self) -> Mapping[str, float]:
        """What a stance model behind a server took since this was last called; empty for a model that runs in this process."""
        return {k: round(v, 6) for k, v in self.scorer.spent().items()} if isinstance(self.scorer, Remote) else {}

    def models(self) -> Mapping[str, str]:
        """The models of this run by role, with the first digits of their hashes."""
        found = {"stance": self.scorer.id}
        for role, name in (("stance", self.config.model), ("attribution", self.config.attribute.model)):
            try:
                manifest = load_manifest(find_model(name))
            except Exception:
                continue
            found[role] = f"{manifest.id} {manifest.files.get('model.onnx', '')[:16]}".strip()
        return found


def versions() -> dict[str, str]:
    """The versions of the libraries that a result hangs on."""
    out = {}
    for name in ("sayso", "onnxruntime", "tokenizers", "nupunkt", "numpy"):
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            out[name] = "not installed"
    return out
