"""What comes back from Label Studio -> training rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sayso.errors import DataError
from sayso.types import LABELS


@dataclass(frozen=True, slots=True)
class Labelled:
    """Rows, and how many tasks gave none: without an answer, or with answers that differ."""

    rows: list[dict[str, Any]]
    n_open: int
    n_split: int


def read_labels(path: Path) -> Labelled:
    """Rows of text, claim, actor, label and sentence from an export in Label Studio's JSON format.

    ``actor`` is None for the article's own voice. Cancelled answers do not count; where several people answered, all
    must agree. Raises DataError where the file is not such an export.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; expected a JSON export of Label Studio")
    try:
        tasks = json.loads(path.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not JSON ({error}); export from Label Studio as JSON") from error
    if not isinstance(tasks, list):
        raise DataError(f"{path}: found a {type(tasks).__name__}, expected a list of tasks; export as JSON, not as JSON-MIN")
    rows, n_open, n_split = [], 0, 0
    for number, task in enumerate(tasks, 1):
        try:
            data, answers = task["data"], [a for a in task.get("annotations") or () if not a.get("was_cancelled")]
            labels = {choice for a in answers for part in a["result"] if part["from_name"] == "label" for choice in part["value"]["choices"]}
            row = {"id": str(task.get("id", number)), **{key: data[key] for key in ("text", "claim", "actor", "sentence")}}
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{path}, task {number}: lacks {error}; expected tasks that `sayso share --as labelstudio` wrote") from error
        if unknown := labels - set(map(str, LABELS)):
            raise DataError(f"{path}, task {number}: label {min(unknown)!r}, expected one of {', '.join(LABELS)}")
        if len(labels) == 1:
            rows.append({**row, "label": labels.pop()})
        elif labels:
            n_split += 1
        else:
            n_open += 1
    return Labelled(rows, n_open, n_split)
