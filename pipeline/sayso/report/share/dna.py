"""Statements as Discourse Network Analyzer lists them (Leifeld 2017, "Discourse network analysis: policy debates as
dynamic networks"): who, organisation, concept, agreement. Its R and Python companions, and any spreadsheet, read the list.

Its statements agree or disagree; there is no holding back. So the list has the judgements that assert or deny, each on
the claim that it counts for, and leaves out uncertain ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from sayso.aggregate import settle
from sayso.report.clean import encodable
from sayso.report.frames import to_csv
from sayso.types import Label

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_PERSON = {"person", "politician", "official"}
_NAMES = ("time", "docId", "docTitle", "author", "source", "section", "type", "text", "person", "organization", "concept")
SCHEMA = pa.schema(
    [("id", pa.int64()), *((name, pa.string()) for name in _NAMES), ("agreement", pa.int64()), ("start", pa.int64()), ("stop", pa.int64())]
)
"""One row per statement; ``agreement`` is 1 or 0, ``start`` and ``stop`` are characters of the article's text."""


def files(report: PositionReport) -> dict[str, str]:
    """``statements.csv``, safe against formulas."""
    words = report.words
    titles = {article.id: article.title or article.id for article in report.articles}
    rows: list[dict[str, object]] = []
    for judgement in settle(report.judgements, report.claims):
        if judgement.label is Label.UNCERTAIN:
            continue
        said = judgement.statement
        actor = words.actors.get(str(said.actor))
        is_person = actor is not None and actor.kind.casefold() in _PERSON
        name = words.name(said.actor)
        row = {
            "id": len(rows) + 1,
            "time": f"{judgement.published} 00:00:00" if judgement.published else None,
            "docId": said.article,
            "docTitle": titles.get(said.article, said.article),
            "author": None,
            "source": judgement.outlet,
            "section": None,
            "type": "DNA Statement",
            "text": judgement.text,
            "person": name if is_person else None,
            "organization": None if is_person else name,
            "concept": words.claim(judgement.claim).text,
            "agreement": int(judgement.label is Label.ASSERTS),
            "start": said.sentence.start,
            "stop": said.sentence.end,
        }
        rows.append({key: encodable(value) for key, value in row.items()})
    return {"statements.csv": to_csv(pa.Table.from_pylist(rows, schema=SCHEMA))}
