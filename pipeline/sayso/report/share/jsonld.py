"""Claims as schema.org ``Claim`` with their appearances, for search engines and archives.

An appearance is a ``Quotation`` by its holder in a news article. There is no rating and never will be: schema.org's
``ClaimReview`` says whether a claim is true, which nobody here has checked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sayso.aggregate import settle
from sayso.report.clean import clean, web_address
from sayso.types import ARTICLE_VOICE, Article, Judgement

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_KINDS = {"person": "Person", "country": "Country", "state": "Country", "organisation": "Organization", "organization": "Organization"}


def files(report: PositionReport) -> dict[str, str]:
    """``claims.jsonld``: safe to stand in a script element, as no ``<`` is left in it."""
    known = {claim.id: claim for claim in report.claims}
    articles = {article.id: article for article in report.articles}
    said: dict[str, list[Judgement]] = {}
    for judgement in settle(report.judgements, report.claims):
        said.setdefault(judgement.claim, []).append(judgement)
    claims = []
    for id_ in dict.fromkeys((*(c.id for c in report.matrix().claims), *said)):
        dated = sorted(
            said.get(id_, ()), key=lambda j: (j.published is None, j.published, j.statement.id) if j.published else (True, "", j.statement.id)
        )
        seen = [_quotation(report, j, articles.get(j.statement.article)) for j in dated]
        text = known[id_].text if id_ in known else id_
        claim: dict[str, Any] = {"@type": "Claim", "@id": f"#{id_}", "identifier": id_, "text": text}
        if seen:
            claim |= {"firstAppearance": seen[0]["isPartOf"], "appearance": seen}
        claims.append(claim)
    text = json.dumps({"@context": "https://schema.org", "@graph": _cleaned(claims)}, ensure_ascii=False, indent=1)
    return {"claims.jsonld": text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"}


def _quotation(report: PositionReport, judgement: Judgement, article: Article | None) -> dict[str, Any]:
    actor = report.words.actors.get(str(judgement.statement.actor))
    holder = judgement.outlet or "the article" if judgement.statement.actor == ARTICLE_VOICE else report.words.name(judgement.statement.actor)
    kind = "Organization" if actor is None else _KINDS.get(actor.kind.casefold(), "Organization")
    source = article or Article(judgement.statement.article, "", outlet=judgement.outlet, published=judgement.published)
    part: dict[str, Any] = {"@type": "NewsArticle", "identifier": source.id, "headline": source.title or source.id}
    if source.outlet:
        part["publisher"] = {"@type": "Organization", "name": source.outlet}
    if source.published:
        part["datePublished"] = source.published.isoformat()
    if address := web_address(source.url):
        part["url"] = address
    return {
        "@type": "Quotation",
        "text": judgement.text,
        "creator": {"@type": kind, "name": holder},
        "keywords": str(judgement.label),
        "isPartOf": part,
    }


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return clean(value) if isinstance(value, str) else value
