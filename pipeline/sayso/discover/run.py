"""Discovery over articles: every one is read once, then actors and, over them, claims are found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sayso.actors import ActorRegistry
from sayso.actors.credit import FoundActor
from sayso.actors.discovery import discover_actors
from sayso.attribute.model import AttributionModel, Reading
from sayso.claims.discovery import FoundClaim, discover_claims
from sayso.config import ActorConfig, ClaimConfig, RunConfig
from sayso.segment import segment
from sayso.stance.scorer import Scorer
from sayso.types import Article, Segmented, Skipped

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found. A list is None where the config names it, or nobody asked for it."""

    actors: tuple[FoundActor, ...] | None
    claims: tuple[FoundClaim, ...] | None
    n_articles: int
    skipped: tuple[Skipped, ...]
    names: dict[str, str]
    """Display names of the actors that claims are held by."""


def discover(
    articles: Iterable[Article | Skipped],
    config: RunConfig,
    attribution: AttributionModel,
    scorer: Scorer | None,
    progress: Callable[[], None] | None = None,
) -> Discovery:
    """Find what the config leaves open; without a scorer only actors. A bad article becomes a Skipped.

    ``progress`` is called after each article.
    """
    documents: list[Segmented] = []
    readings: list[Reading] = []
    skipped: list[Skipped] = []
    for article in articles:
        if isinstance(article, Skipped):
            skipped.append(article)
        else:
            try:
                document = segment(article, config.segment, config.language)
                readings.append(attribution.read(document))
                documents.append(document)
            except Exception as e:
                log.warning("article %s: %s", article.id, e, exc_info=log.isEnabledFor(logging.DEBUG))
                skipped.append(Skipped(article.id, "discover", f"{type(e).__name__}: {e}"))
        if progress:
            progress()
    found: list[FoundActor] | None = None
    if config.actors == "discover":
        found = discover_actors(documents, [r.attributions for r in readings], config.discover.actors, config.language)
        registry = ActorRegistry([f.actor for f in found], config.language)
    else:
        registry = ActorRegistry([a.actor() for a in config.actors if not isinstance(a, str)], config.language)
    claims = None
    if scorer is not None and config.claims == "discover":
        claims = discover_claims(documents, readings, registry, attribution, scorer, config.discover.claims, config.language)
    return Discovery(
        None if found is None else tuple(found),
        None if claims is None else tuple(claims),
        len(documents),
        tuple(skipped),
        {a.id: a.name for a in registry.actors},
    )


def with_found(config: RunConfig, found: Discovery) -> RunConfig:
    """The config with the found lists in the place of ``discover``."""
    update: dict[str, object] = {}
    if config.actors == "discover":
        update["actors"] = tuple(
            ActorConfig(id=a.id, name=a.name, kind=a.kind, aliases=a.aliases, members=a.members) for a in (f.actor for f in found.actors or ())
        )
    if config.claims == "discover":
        update["claims"] = tuple(ClaimConfig(id=c.id, text=c.text, negation_of=c.negation_of) for c in (f.claim for f in found.claims or ()))
    return config.model_copy(update=update)
