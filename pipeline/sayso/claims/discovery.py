"""Which claims are contested? What one holder puts forward and another denies, doubts or calls unverified.

1. ``propositions`` reads what the texts put forward. 2. ``families`` joins wordings of one claim. 3. For each family the sentences
that bear on it are found with the filter's features, and two witnesses say who stands where: the cues of the language ("denied",
"could not confirm") and the stance scorer, each as good as it is. 4. A claim is contested as far as one holder asserts it and another
denies or doubts it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sayso.actors import ActorRegistry
from sayso.attribute.model import AttributionModel, Reading
from sayso.attribute.statements import statements
from sayso.claims.families import Family, families
from sayso.claims.features import pair_features
from sayso.claims.filter import sentence_logits
from sayso.claims.propositions import Proposition, Propositions
from sayso.config import ClaimDiscoverySettings
from sayso.errors import ScoringError
from sayso.languages import load_language
from sayso.stance.questions import questions
from sayso.stance.scorer import Scorer, attempts
from sayso.types import ARTICLE_VOICE, Claim, Label, Segmented, Span, Statement

log = logging.getLogger(__name__)

UNKNOWN = "?"  # a holder who is no listed actor
CUE_TRUST = 0.8  # weight of a cue beside the scorer's own probabilities
LEFT_OPEN = 0.5  # how contested it is what somebody "could not say whether", though nobody is heard asserting it
UNCHECKED = 0.6  # how contested a sentence about missing evidence is by itself
FLOOR = 0.1  # relevance; the claim filter's own floor is set for recall on a short list, and this list is long
WITNESSES = 8  # sentences of a document that are asked about a family, the likeliest first


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A proposed claim. ``contested`` is in [0, 1]; holders are actor ids, ``article``, or ``?`` for somebody unlisted.

    ``narrower_than`` and ``paraphrases`` are proposals that no run uses before somebody confirms them.
    """

    claim: Claim
    contested: float
    asserted_by: tuple[str, ...]
    denied_by: tuple[str, ...]
    doubted_by: tuple[str, ...]
    n_articles: int
    examples: tuple[str, ...] = ()
    paraphrases: tuple[str, ...] = ()
    narrower_than: str | None = None


@dataclass(slots=True)
class _Evidence:
    """How strongly each holder takes each side, in [0, 1]."""

    sides: dict[str, dict[Label, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    sentences: dict[tuple[int, int], float] = field(default_factory=dict)

    def add(self, holder: str, side: Label, strength: float, where: tuple[int, int]) -> None:
        self.sides[holder][side] = max(self.sides[holder][side], strength)
        self.sentences[where] = max(self.sentences.get(where, 0.0), strength)

    def contested(self) -> float:
        """Highest min(one asserts, another denies or doubts)."""
        best = 0.0
        against = sorted(((max(s[Label.DENIES], 0.8 * s[Label.UNCERTAIN]), h) for h, s in self.sides.items()), reverse=True)[:2]
        for holder, s in self.sides.items():
            other = next((v for v, h in against if h != holder or h == UNKNOWN), 0.0)
            best = max(best, min(s[Label.ASSERTS], other))
        return best

    def takers(self, side: Label) -> tuple[str, ...]:
        """Holders whose strongest side it is, the surest first."""
        mine = [(-s[side], h) for h, s in self.sides.items() if s[side] > 0.2 and s[side] == max(s.values())]
        return tuple(h for _, h in sorted(mine))


def discover_claims(
    documents: Sequence[Segmented],
    readings: Sequence[Reading],
    registry: ActorRegistry,
    attribution: AttributionModel,
    scorer: Scorer,
    settings: ClaimDiscoverySettings | None = None,
    language: str = "en",
) -> list[FoundClaim]:
    """Return the contested claims of ``documents``, the most contested first; a negation follows the claim that it negates.

    Time is linear in the number of sentences for a fixed ``settings.max_families``.
    """
    settings = settings or ClaimDiscoverySettings()
    words = load_language(language)
    said = [statements(d, r.attributions, registry)[0] for d, r in zip(documents, readings, strict=True)]
    names = {a.id: a.name for a in registry.actors}
    groups = {a.id for a in registry.actors if a.kind and not registry.person(a.id)}
    reader = Propositions(names, groups, words)
    found = [p for k, d in enumerate(documents) for p in reader.read(k, d, said[k], readings[k].attributions)]
    if not found:
        return []
    texts = list(dict.fromkeys(p.text for p in found))
    at = {t: i for i, t in enumerate(texts)}
    topics = attribution.topics(texts)[[at[p.text] for p in found]]
    order = sorted(range(len(found)), key=lambda i: (-found[i].quality, i))
    grouped = families(found, topics, order, settings.max_families)
    claims = [Claim(str(x), found[f.members[0]].text) for x, f in enumerate(grouped)]
    evidence = [_Evidence() for _ in grouped]
    for x, family in enumerate(grouped):
        for i in family.members:
            p = found[i]
            evidence[x].add(p.holder or UNKNOWN, p.stance, CUE_TRUST, (p.document, p.sentence))
    leaders = topics[[f.members[0] for f in grouped]]
    for k, document in enumerate(documents):
        _witness(k, document, said[k], readings[k], claims, grouped, found, leaders, evidence, attribution, scorer, names, reader, language)
    _opposites(grouped, evidence)
    scored = [
        (_score(e, f, found, words.verifying.search(claims[x].text) is not None), x) for x, (e, f) in enumerate(zip(evidence, grouped, strict=True))
    ]
    return _chosen(scored, grouped, found, evidence, documents, settings)


def _score(e: _Evidence, f: Family, found: Sequence[Proposition], checking: bool) -> float:
    p = found[f.members[0]]
    contested = e.contested()
    if any(found[i].open for i in f.members):
        contested = max(contested, LEFT_OPEN)
    if checking and p.holder == ARTICLE_VOICE:
        contested = max(contested, UNCHECKED)
    return contested * (0.25 + 0.75 * p.quality) * (1 + 0.1 * min(4, len({found[i].sentence for i in f.members}) - 1))


def _witness(
    k: int,
    document: Segmented,
    said: Sequence[Statement],
    reading: Reading,
    claims: Sequence[Claim],
    grouped: Sequence[Family],
    found: Sequence[Proposition],
    leaders: np.ndarray,
    evidence: Sequence[_Evidence],
    attribution: AttributionModel,
    scorer: Scorer,
    names: Mapping[str, str],
    reader: Propositions,
    language: str,
) -> None:
    """Let the sentences of one document speak on every family: by their cues, and by the stance scorer."""
    if not document.sentences:
        return
    relevance = _relevance(document, reading, claims, leaders, attribution, language)
    keep = relevance >= np.partition(relevance, max(0, len(relevance) - WITNESSES), axis=0)[max(0, len(relevance) - WITNESSES)]
    keep &= relevance >= FLOOR
    index = {s.start: i for i, s in enumerate(document.sentences)}
    attributed = {s.sentence.start for s in said if s.attributions}
    for s in said:
        if s.actor is None:
            continue
        i = index[s.sentence.start]
        frames = [document.text(Span(s.sentence.start, s.sentence.end))] if s.actor == ARTICLE_VOICE else [_frame(document, s)]
        stance = reader.stance(frames[0]) if s.actor != ARTICLE_VOICE else _own(reader, frames[0], s.sentence.start in attributed)
        if stance is None or (s.actor != ARTICLE_VOICE and not s.attributions):
            continue
        for x in np.flatnonzero(keep[i]).tolist():
            side = stance
            if side is Label.ASSERTS:
                own = found[grouped[x].members[0]]
                if reader.negative(frames[0]) == own.negative or relevance[i, x] < 0.3:
                    continue  # what is asserted in other words was joined already, or is another claim
                side = Label.DENIES
            evidence[x].add(s.actor, side, CUE_TRUST * min(1.0, 2 * float(relevance[i, x])), (k, i))
    asked = list(questions(document, said, claims, names, keep[[index[s.sentence.start] for s in said]]))
    for (s, _, about), answer in zip(asked, attempts(scorer, (q for _, q, _ in asked)), strict=True):
        assert s.actor is not None
        if isinstance(answer, ScoringError):
            log.warning("article %s: a sentence does not count for any claim: %s", document.article.id, answer)
            continue
        for c, p in zip(about, answer, strict=True):
            x = int(c.id)
            trust = min(1.0, 2 * float(relevance[index[s.sentence.start], x]))
            if s.actor != ARTICLE_VOICE and not s.attributions:
                trust *= 0.5  # merely named
            for side, probability in zip((Label.ASSERTS, Label.DENIES, Label.UNCERTAIN), p[:3], strict=True):
                evidence[x].add(s.actor, side, trust * float(probability), (k, index[s.sentence.start]))


def _relevance(
    document: Segmented, reading: Reading, claims: Sequence[Claim], topics: np.ndarray, attribution: AttributionModel, language: str
) -> np.ndarray:
    """P(somebody who speaks in a sentence has a stance on a claim), (n_sentences, n_claims), from the weights of the claim filter."""
    features = pair_features(document, claims, attribution.topic_logits(reading.topics, topics), load_language(language))
    z = sentence_logits(features, attribution.filter_weights) + attribution.filter_weights.get("speaks", 0.0)
    return np.asarray(1 / (1 + np.exp(-z)))


def _frame(document: Segmented, s: Statement) -> str:
    """The words of a statement that show its stance: from its first cue or source to the sentence's end."""
    spans = [x for a in s.attributions for x in (a.cue, a.source) if x]
    start = max(s.sentence.start, min((x.start for x in spans), default=s.sentence.start))
    return document.text(Span(start, s.sentence.end))


def _own(reader: Propositions, text: str, attributed: bool) -> Label | None:
    """The article's own voice only counts here where it holds back, and the doubt is nobody else's."""
    return None if attributed else Label.UNCERTAIN if reader.words.doubting.search(text) else None


def _opposites(grouped: Sequence[Family], evidence: Sequence[_Evidence]) -> None:
    """Whoever asserts a negation denies the claim, and the other way round."""
    turned = {Label.ASSERTS: Label.DENIES, Label.DENIES: Label.ASSERTS, Label.UNCERTAIN: Label.UNCERTAIN}
    before = [{h: dict(s) for h, s in e.sides.items()} for e in evidence]
    for x, family in enumerate(grouped):
        for y in family.rivals:
            where = max(evidence[x].sentences, key=lambda w: evidence[x].sentences[w])
            for holder, s in before[x].items():
                evidence[y].add(holder, Label.DENIES, 0.7 * s.get(Label.ASSERTS, 0.0), where)
        if family.opposite_of is None:
            continue
        one, other = evidence[x], evidence[family.opposite_of]
        pairs = [(one, other, dict(one.sides)), (other, one, dict(other.sides))]
        for source, target, sides in pairs:
            where = max(source.sentences, key=lambda w: source.sentences[w])
            for holder, by in sides.items():
                for side, strength in list(by.items()):
                    target.add(holder, turned[side], 0.9 * strength, where)


def _chosen(
    scored: Sequence[tuple[float, int]],
    grouped: Sequence[Family],
    found: Sequence[Proposition],
    evidence: Sequence[_Evidence],
    documents: Sequence[Segmented],
    settings: ClaimDiscoverySettings,
) -> list[FoundClaim]:
    ranked = [x for s, x in sorted(scored, key=lambda t: (-t[0], t[1])) if s >= settings.min_contested][: settings.max_claims]
    kept = set(ranked)
    negations: dict[int, list[int]] = defaultdict(list)
    for x in ranked:
        parent = grouped[x].opposite_of
        if parent is not None and parent in kept:
            negations[parent].append(x)
    below = {x for group in negations.values() for x in group}
    listed = [y for x in ranked if x not in below for y in (x, *negations[x])]
    ids = {x: f"c{n}" for n, x in enumerate(listed, 1)}
    score = {x: s for s, x in scored}
    out = []
    for x in listed:
        family, e = grouped[x], evidence[x]
        parent, wider = family.opposite_of, family.narrower_than
        text = found[family.members[0]].text
        best = sorted(e.sentences, key=lambda w: (-e.sentences[w], w))[:3]
        out.append(
            FoundClaim(
                claim=Claim(ids[x], text, ids.get(parent) if parent is not None and x in below else None),
                contested=round(min(1.0, score[x]), 3),
                asserted_by=e.takers(Label.ASSERTS),
                denied_by=e.takers(Label.DENIES),
                doubted_by=e.takers(Label.UNCERTAIN),
                n_articles=len({k for k, _ in e.sentences}),
                examples=tuple(" ".join(documents[k].text(documents[k].sentences[i]).split()) for k, i in best),
                paraphrases=tuple(family.paraphrases[:4]),
                narrower_than=ids.get(wider) if wider is not None else None,
            )
        )
    return out
