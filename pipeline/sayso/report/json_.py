"""Positions as JSON, described by ``schema/positions.schema.json``."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from sayso.report.clean import encodable
from sayso.report.frames import judgement_row, position_row

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_MAX_EVIDENCE = 50  # judgements listed with a position; all of them are in judgements.parquet
_FIELDS = ("statement", "article", "outlet", "published", "start", "end", "claim", "label", "text", "corrected")
_CHANCES = ("p_asserts", "p_denies", "p_uncertain", "p_unrelated")


def to_json(report: PositionReport) -> str:
    """A list with one object per position: the columns of ``frames.POSITIONS``, ``evidence`` (best first, at most 50
    judgements) and ``shifts``. Dates are ISO 8601."""
    rows = []
    for position in report.positions:
        evidence = [judgement_row(judgement) for judgement in position.evidence[:_MAX_EVIDENCE]]
        rows.append(
            position_row(position)
            | {
                "evidence": [{name: row[name] for name in _FIELDS + _CHANCES} for row in evidence],
                "shifts": [
                    {
                        "before": str(shift.before),
                        "after": str(shift.after),
                        "last_before": shift.last_before,
                        "first_after": shift.first_after,
                    }
                    for shift in position.shifts
                ],
            }
        )
    return str(encodable(json.dumps(rows, ensure_ascii=False, indent=1, default=str, allow_nan=False))) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of what ``to_json`` gives; its ``$id`` carries the version."""
    text = (resources.files("sayso.report") / "schema" / "positions.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
