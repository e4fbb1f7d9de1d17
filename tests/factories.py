"""Nouns for tests: each function builds one with everything that a test does not care about filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sayso.aggregate import aggregate
from sayso.report import PositionReport
from sayso.types import (
    ARTICLE_VOICE,
    LABELS,
    NOT_CLEAR,
    Actor,
    Article,
    Attribution,
    BlockKind,
    Claim,
    Judgement,
    Label,
    Position,
    Provenance,
    Sentence,
    Shift,
    Skipped,
    Span,
    Statement,
)

MARCH_3, MARCH_5, MARCH_9 = (dt.date(2026, 3, day) for day in (3, 5, 9))


def find(text: str, part: str | None) -> Span | None:
    """Where ``part`` stands in ``text``."""
    return None if part is None else Span(text.index(part), text.index(part) + len(part))


def sentence(text: str, part: str) -> Sentence:
    """The sentence ``part`` of an article's text."""
    start = text.index(part)
    return Sentence(start, start + len(part), block=0, kind=BlockKind.PARAGRAPH)


def statement(
    article: Article,
    part: str,
    actor: str | None = ARTICLE_VOICE,
    *,
    source: str | None = None,
    cue: str | None = None,
    content: str | None = None,
    chain: Sequence[str] = (),
) -> Statement:
    """A statement of ``actor`` in the sentence ``part``; the spans are given by their words."""
    unit = sentence(article.text, part)

    def inside(words: str | None) -> Span | None:
        at = find(part, words)
        return at and Span(at.start + unit.start, at.end + unit.start)

    spans = (inside(source), inside(cue), inside(content))
    attributions = (Attribution(*spans),) if any(spans) else ()
    return Statement(article.id, unit, actor, attributions=attributions, chain=tuple(chain))


def judgement(article: Article, said: Statement, claim: str, label: Label, p: float = 0.9, *, of: str | None = None) -> Judgement:
    """A judgement whose label has the probability ``p``; the other three share the rest."""
    shares = [p if other is label else (1 - p) / 3 for other in LABELS]
    text = article.text[said.sentence.start : said.sentence.end]
    return Judgement(
        said,
        claim,
        (shares[0], shares[1], shares[2], shares[3]),
        label,
        text,
        outlet=article.outlet,
        published=article.published,
        duplicate_of=of,
    )


def position(
    actor: str,
    claim: str,
    label: Label,
    evidence: Sequence[Judgement] = (),
    *,
    confidence: float = 0.9,
    verdict: str | None = None,
    shifts: Sequence[Shift] = (),
) -> Position:
    """A position with counts and dates taken from its evidence."""
    dates = [item.published for item in evidence if item.published]
    rest = (1 - confidence) / 2
    chances = [confidence if other is label else rest for other in LABELS[:3]]
    return Position(
        actor,
        claim,
        label,
        confidence,
        lower=max(0.0, confidence - 0.15),
        upper=min(1.0, confidence + 0.06),
        verdict=verdict or label,
        probabilities=(chances[0], chances[1], chances[2]),
        evidence=tuple(evidence),
        n_statements=len(evidence),
        n_articles=len({item.statement.article for item in evidence}),
        n_outlets=len({item.outlet for item in evidence if item.outlet}),
        first_seen=min(dates, default=None),
        last_seen=max(dates, default=None),
        shift=bool(shifts),
        shifts=tuple(shifts),
    )


DAM = Article(
    "dam_live",
    """Corrow Dam: water firm admits opening gates as villages flood

The wall of the Corrow Dam is intact, Northfell Water said on Tuesday, and is being watched round the clock. \
“There is no crack,” its operations director, Mara Quill, told reporters at the gatehouse. Posts claiming \
otherwise could not be verified.

People in Brackwater say that the river rose by a metre in twenty minutes at about 3am. Northfell Water at \
first denied that its gates had been opened during the night. By noon the company acknowledged that two of \
them had been raised “to protect the wall”.

The Corrow Valley Council said it had received no warning. “Nobody rang us,” said its leader, Tom Aske. “If \
they say that they did, they should show us the call.”
""",
    title="Corrow Dam: water firm admits opening gates as villages flood",
    outlet="The Tarn Courier",
    published=MARCH_3,
    url="https://courier.example/corrow-dam",
)
WIRE = Article(
    "wire_copy",
    """Valley flood: what is known

The Corrow Valley Council said it had received no warning. The Rivers Agency said that its sensors had \
recorded a sudden release upstream, but that it could not yet say whether the company had warned anyone.
""",
    title="Valley flood: what is known",
    outlet="Plainly",
    published=MARCH_5,
    url="https://plainly.example/valley-flood",
)
FOLLOW = Article(
    "follow_up",
    """Six days on, valley asks who knew what

Northfell Water now says that it telephoned the council at 2.10am. The council’s leader told the Courier \
that the agency had said the dam was badly maintained. The agency declined to discuss maintenance before its \
report. Eleven houses were destroyed.
""",
    title="Six days on, valley asks who knew what",
    outlet="The Tarn Courier",
    published=MARCH_9,
)
ACTORS = (
    Actor("northfell", "Northfell Water", "organisation", ("the company",), ("Mara Quill, operations director",)),
    Actor("council", "Corrow Valley Council", "organisation", ("the council",), ("Tom Aske, leader",)),
    Actor("agency", "Rivers Agency", "organisation", ("the agency",)),
)
CLAIMS = (
    Claim("cracked", "The wall of the Corrow Dam has cracked."),
    Claim("opened", "Northfell Water opened the gates during the night."),
    Claim("warned", "Northfell Water warned the council before the flood."),
    Claim("neglect", "The dam was badly maintained."),
    Claim("destroyed", "The flood destroyed houses in the valley."),
)


def report() -> PositionReport:
    """Three actors, five claims, three articles, twelve judgements: a shift, a copy, a nested report, an unclear cell."""
    firm, council, agency = (actor.id for actor in ACTORS)
    intact = "The wall of the Corrow Dam is intact, Northfell Water said on Tuesday, and is being watched round the clock."
    crack = "“There is no crack,” its operations director, Mara Quill, told reporters at the gatehouse."
    posts = "Posts claiming otherwise could not be verified."
    denied = "Northfell Water at first denied that its gates had been opened during the night."
    noon = "By noon the company acknowledged that two of them had been raised “to protect the wall”."
    warning = "The Corrow Valley Council said it had received no warning."
    rang = "“Nobody rang us,” said its leader, Tom Aske."
    sensors = (
        "The Rivers Agency said that its sensors had recorded a sudden release upstream, but that it could not yet say "
        "whether the company had warned anyone."
    )
    phoned = "Northfell Water now says that it telephoned the council at 2.10am."
    nested = "The council’s leader told the Courier that the agency had said the dam was badly maintained."
    houses = "Eleven houses were destroyed."
    asserts, denies, uncertain = Label.ASSERTS, Label.DENIES, Label.UNCERTAIN

    said = statement(DAM, intact, firm, source="Northfell Water", cue="said", content="The wall of the Corrow Dam is intact")
    j1 = judgement(DAM, said, "cracked", denies, 0.97)
    said = statement(DAM, crack, firm, source="its operations director, Mara Quill,", cue="told", content="“There is no crack,”")
    j2 = judgement(DAM, said, "cracked", denies, 0.95)
    j3 = judgement(DAM, statement(DAM, posts), "cracked", uncertain, 0.93)
    said = statement(DAM, denied, firm, source="Northfell Water", cue="denied", content="its gates had been opened")
    j4 = judgement(DAM, said, "opened", denies, 0.96)
    said = statement(DAM, noon, firm, source="the company", cue="acknowledged", content="two of them had been raised")
    j5 = judgement(DAM, said, "opened", asserts, 0.94)
    said = statement(DAM, warning, council, source="The Corrow Valley Council", cue="said", content="it had received no warning")
    j6 = judgement(DAM, said, "warned", denies, 0.96)
    said = statement(DAM, rang, council, source="its leader, Tom Aske", cue="said", content="“Nobody rang us,”")
    j7 = judgement(DAM, said, "warned", denies, 0.88)
    said = statement(WIRE, warning, council, source="The Corrow Valley Council", cue="said", content="it had received no warning")
    j8 = judgement(WIRE, said, "warned", denies, 0.96, of=j6.statement.id)
    said = statement(
        WIRE,
        sensors,
        agency,
        source="The Rivers Agency",
        cue="could not yet say",
        content="whether the company had warned anyone",
    )
    j9 = judgement(WIRE, said, "warned", uncertain, 0.91)
    said = statement(FOLLOW, phoned, firm, source="Northfell Water", cue="says", content="it telephoned the council at 2.10am")
    j10 = judgement(FOLLOW, said, "warned", asserts, 0.92)
    said = statement(
        FOLLOW,
        nested,
        agency,
        source="the agency",
        cue="had said",
        content="the dam was badly maintained",
        chain=(council,),
    )
    j11 = judgement(FOLLOW, said, "neglect", asserts, 0.62)
    j12 = judgement(FOLLOW, statement(FOLLOW, houses), "destroyed", asserts, 0.98)

    shift = Shift(denies, asserts, j4.statement.id, j5.statement.id)
    positions = (
        position(firm, "cracked", denies, [j1, j2], confidence=0.93),
        position(ARTICLE_VOICE, "cracked", uncertain, [j3], confidence=0.82),
        position(firm, "opened", asserts, [j5], confidence=0.84, shifts=[shift]),
        position(firm, "warned", asserts, [j10], confidence=0.81),
        position(council, "warned", denies, [j6, j7, j8], confidence=0.92),
        position(agency, "warned", uncertain, [j9], confidence=0.8),
        position(agency, "neglect", asserts, [j11], confidence=0.51, verdict=NOT_CLEAR),
        position(ARTICLE_VOICE, "destroyed", asserts, [j12], confidence=0.86),
    )
    return PositionReport(
        positions=positions,
        judgements=(j1, j2, j3, j4, j5, j6, j7, j8, j9, j10, j11, j12),
        articles=(DAM, WIRE, FOLLOW),
        actors=ACTORS,
        claims=CLAIMS,
        skipped=(
            Skipped("lokal", "read", "lokal.txt: another language: found probably 'de', expected 'en'"),
            Skipped("dam_live", "attribute", "a source that no listed actor fits: “People in Brackwater”", 307, 392),
        ),
        provenance=Provenance(
            config={"articles": ["data/articles/*.txt"], "model": "models/sayso-small", "report": {"confidence": 0.6}},
            models={"stance": "sayso-small 2026.1 (sha256 4f1c…9ab2)"},
            versions={"sayso": "0.1.0", "onnxruntime": "1.32.0"},
            counts={"articles": 3, "sentences": 17, "statements": 14, "pairs": 70},
            timings={"read": 0.02, "segment": 0.01, "stance": 0.48},
        ),
    )


def settled(report: PositionReport) -> PositionReport:
    """The report with positions that follow from its judgements, and actors and claims in its config, as in a run."""
    config = {
        "actors": [{"id": a.id, "name": a.name, "kind": a.kind, "aliases": list(a.aliases), "members": list(a.members)} for a in report.actors],
        "claims": [{"id": c.id, "text": c.text, "negation_of": c.negation_of} for c in report.claims],
    }
    made = replace(report.provenance, config={**report.provenance.config, **config, "articles": []})
    return replace(report, positions=tuple(aggregate(report.judgements, report.claims)), provenance=made)


def written(folder: Path) -> PositionReport:
    """The settled report, written into ``folder / "out"``, with its articles beside it in ``folder / "news"``."""
    (folder / "news").mkdir()
    for article in (DAM, WIRE, FOLLOW):
        (folder / "news" / f"{article.id}.txt").write_text(article.text, "utf-8")
    made = settled(report())
    made = replace(made, provenance=replace(made.provenance, config={**made.provenance.config, "articles": [str(folder / "news")]}))
    made.write(folder / "out")
    return made
