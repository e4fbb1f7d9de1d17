"""Positions, judgements and what was skipped as tables. The schemas here are the contract with readers of the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import pyarrow as pa

from sayso.report.clean import clean, encodable
from sayso.types import Article, Judgement, Position, Segmented, Skipped, Span, Statement

_text, _real, _whole, _day = pa.string(), pa.float64(), pa.int64(), pa.date32()
_VERSION = {"sayso.schema_version": "1"}
"""Metadata of every file: goes up when a column is renamed, dropped or changes its meaning."""

POSITIONS = pa.schema(
    [
        ("actor", _text),
        ("claim", _text),
        ("label", _text),
        ("confidence", _real),
        ("lower", _real),
        ("upper", _real),
        ("n_statements", _whole),
        ("n_articles", _whole),
        ("n_outlets", _whole),
        ("first_seen", _day),
        ("last_seen", _day),
        ("shift", pa.bool_()),
        ("verdict", _text),
        ("p_asserts", _real),
        ("p_denies", _real),
        ("p_uncertain", _real),
    ],
    metadata=_VERSION,
)
"""One row per (actor, claim). ``lower`` and ``upper`` bound the 90 % credible interval of the label's probability."""

JUDGEMENTS = pa.schema(
    [
        ("statement", _text),
        ("article", _text),
        ("outlet", _text),
        ("published", _day),
        ("duplicate_of", _text),
        ("start", _whole),
        ("end", _whole),
        ("actor", _text),
        ("claim", _text),
        ("label", _text),
        ("p_asserts", _real),
        ("p_denies", _real),
        ("p_uncertain", _real),
        ("p_unrelated", _real),
        ("source_start", _whole),
        ("source_end", _whole),
        ("cue_start", _whole),
        ("cue_end", _whole),
        ("content_start", _whole),
        ("content_end", _whole),
        ("chain", pa.list_(_text)),
        ("kind", _text),
        ("text", _text),
    ],
    metadata=_VERSION,
)
"""One row per scored (statement, claim). Spans are characters of the article's text, half open; ``start`` and ``end``
are those of the sentence, ``kind`` is what it is on the page (a BlockKind). ``chain`` lists the outer holders of a nested
report, the outermost first."""

REVIEWED = JUDGEMENTS.append(pa.field("corrected", pa.bool_()))
"""Judgements as a report writes them: ``corrected`` is true where a person's decision stands in place of the model's answer.
Score folders hold what the model said and nothing else, so they lack the column."""

STATEMENTS = pa.schema(
    [("statement", _text), ("article", _text), ("actor", _text), ("reason", _text)]
    + [JUDGEMENTS.field(name) for name in ("start", "end", "source_start", "source_end", "cue_start", "cue_end", "content_start", "content_end")]
    + [JUDGEMENTS.field(name) for name in ("chain", "kind", "text")],
    metadata=_VERSION,
)
"""One row per statement, asked about or not; columns as in JUDGEMENTS."""

SKIPPED = pa.schema([("article", _text), ("start", _whole), ("end", _whole), ("stage", _text), ("reason", _text)], metadata=_VERSION)
"""One row per article, block or statement left out; ``start`` and ``end`` are missing for a whole article."""

ARTICLES = pa.schema(
    [("article", _text), ("title", _text), ("outlet", _text), ("published", _day), ("url", _text), ("n_characters", _whole)], metadata=_VERSION
)
"""One row per article that was read. Its text is not there: the words that count are in the judgements."""

# A spreadsheet takes a cell that begins so for a formula; the wide forms count in East Asian editions of it.
_FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def _table(rows: Iterable[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{key: encodable(value) for key, value in row.items()} for row in rows], schema=schema)


def positions_table(positions: Sequence[Position]) -> pa.Table:
    """One row per position, columns as in POSITIONS."""
    return _table((position_row(position) for position in positions), POSITIONS)


def position_row(position: Position) -> dict[str, object]:
    """The columns of POSITIONS for one position."""
    direct = {name: getattr(position, name) for name in POSITIONS.names if not name.startswith("p_")}
    asserts, denies, uncertain = position.probabilities
    return direct | {
        "label": str(position.label),
        "verdict": str(position.verdict),
        "p_asserts": asserts,
        "p_denies": denies,
        "p_uncertain": uncertain,
    }


def judgements_table(judgements: Sequence[Judgement]) -> pa.Table:
    """One row per judgement, columns as in JUDGEMENTS."""
    return _table((judgement_row(judgement) for judgement in judgements), JUDGEMENTS)


def reviewed_table(judgements: Sequence[Judgement]) -> pa.Table:
    """One row per judgement of a report, columns as in REVIEWED."""
    return _table((judgement_row(judgement) for judgement in judgements), REVIEWED)


def judgement_row(judgement: Judgement) -> dict[str, object]:
    """The columns of REVIEWED for one judgement."""
    statement = judgement.statement
    asserts, denies, uncertain, unrelated = judgement.probabilities
    return {
        "statement": statement.id,
        "article": statement.article,
        "outlet": judgement.outlet,
        "published": judgement.published,
        "duplicate_of": judgement.duplicate_of,
        "start": statement.sentence.start,
        "end": statement.sentence.end,
        "actor": statement.actor,
        "claim": judgement.claim,
        "label": str(judgement.label),
        "p_asserts": asserts,
        "p_denies": denies,
        "p_uncertain": uncertain,
        "p_unrelated": unrelated,
        **_ends("source", statement.source),
        **_ends("cue", statement.cue),
        **_ends("content", statement.content),
        "chain": list(statement.chain),
        "kind": str(statement.sentence.kind),
        "text": judgement.text,
        "corrected": judgement.corrected,
    }


def statements_table(statements: Sequence[Statement], document: Segmented) -> pa.Table:
    """One row per statement of one document, columns as in STATEMENTS."""
    return _table((_statement_row(statement, document) for statement in statements), STATEMENTS)


def _statement_row(statement: Statement, document: Segmented) -> dict[str, object]:
    return {
        "statement": statement.id,
        "article": statement.article,
        "actor": statement.actor,
        "reason": statement.reason,
        "start": statement.sentence.start,
        "end": statement.sentence.end,
        **_ends("source", statement.source),
        **_ends("cue", statement.cue),
        **_ends("content", statement.content),
        "chain": list(statement.chain),
        "kind": str(statement.sentence.kind),
        "text": document.text(statement.sentence),
    }


def _ends(name: str, span: Span | None) -> dict[str, object]:
    return {f"{name}_start": span and span.start, f"{name}_end": span and span.end}


def skipped_table(skipped: Sequence[Skipped]) -> pa.Table:
    """One row per thing left out, columns as in SKIPPED."""
    return _table(({name: getattr(item, name) for name in SKIPPED.names} for item in skipped), SKIPPED)


def articles_table(articles: Sequence[Article]) -> pa.Table:
    """One row per article that was read, columns as in ARTICLES."""
    facts = ("title", "outlet", "published", "url")
    rows = ({"article": a.id, **{name: getattr(a, name) for name in facts}, "n_characters": len(a.text) or None} for a in articles)
    return _table(rows, ARTICLES)


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """The table as a frame: whole numbers as Int64, so that gaps stay gaps, and dates as datetime64."""
    frame: pd.DataFrame = table.to_pandas(types_mapper={_whole: pd.Int64Dtype()}.get, date_as_object=False)
    return frame


def to_csv(table: pa.Table) -> str:
    """The table as CSV. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers do not."""
    frame = to_pandas(table)
    for column in table.schema:
        if column.type == _text:
            frame[column.name] = frame[column.name].map(_defused, na_action="ignore")
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text


def _defused(cell: str) -> str:
    # Looked at before cleaning, which turns a carriage return into a space.
    return ("'" if _FORMULA.match(cell) or _FORMULA.match(cell.lstrip()) else "") + clean(cell)
