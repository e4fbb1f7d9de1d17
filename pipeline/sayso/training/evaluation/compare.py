"""Two models on the same rows: is one better, or was it luck?

Two answers, since they ask two things. McNemar's exact test looks at the rows that only one model has right, and asks how
often a fair coin would split them so unevenly (McNemar 1947; exact, two-sided binomial); it takes rows for independent.
The paired bootstrap draws whole groups of rows and says by how much accuracy and macro F1 differ, with an interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sayso.errors import DataError
from sayso.training.evaluation.bootstrap import Difference, Prediction, differences
from sayso.training.stance_data import LABEL_INDEX
from sayso.types import LABELS

COLUMNS = ("text", "claim", "actor", "gold", "label", *(f"p_{x}" for x in LABELS))


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the first model stands against the second; ``p`` is McNemar's, the differences are first less second."""

    both_right: int
    only_first: int
    only_second: int
    both_wrong: int
    p: float
    accuracy: Difference
    macro_f1: Difference

    def to_json(self) -> dict[str, Any]:
        """As it stands in the figures."""
        return asdict(self)


def compare(first: Sequence[Prediction], second: Sequence[Prediction], seed: int = 0) -> Comparison:
    """Compare predictions on the same rows in the same order."""
    cells = Counter((a["label"] == a["gold"], b["label"] == b["gold"]) for a, b in zip(first, second, strict=True))
    only = cells[True, False], cells[False, True]
    by = differences(first, second, seed)
    return Comparison(cells[True, True], *only, cells[False, False], mcnemar(*only), by["accuracy"], by["macro_f1"])


def mcnemar(b: int, c: int) -> float:
    """The two-sided p of ``b`` against ``c`` rows that one model alone has right; whole numbers throughout, so it is exact."""
    n = b + c
    term = tail = 1  # of the row of Pascal's triangle, up to the smaller of the two
    for k in range(min(b, c)):
        term = term * (n - k) // (k + 1)
        tail += term
    return min(1.0, 2 * tail / 2**n) if n else 1.0


def aligned(found: Sequence[Prediction], others: Sequence[Prediction], where: str) -> list[Prediction]:
    """The predictions among ``others`` for each row of ``found``, in its order.

    Rows are told by text, actor and claim, and where these repeat by their turn. ``others`` may hold more rows. Raises
    DataError where it lacks one, or has another gold label for it.
    """
    known = dict(zip(_keys(others), others, strict=True))
    keys = _keys(found)
    missing = [k for k in keys if k not in known]
    if missing:
        text, actor, claim, _ = missing[0]
        raise DataError(
            f"{where}: lacks {len(missing)} of the {len(found)} rows evaluated, the first {text[:60]!r} / {actor!r} / {claim[:60]!r}; "
            "expected predictions on the same rows: write them anew with --predictions"
        )
    out = [known[k] for k in keys]
    other_gold = sum(a["gold"] != b["gold"] for a, b in zip(found, out, strict=True))
    if other_gold:
        raise DataError(
            f"{where}: {other_gold} of the {len(found)} rows have another gold label there; write the predictions anew with --predictions"
        )
    return out


def _keys(found: Sequence[Prediction]) -> list[tuple[str, str | None, str, int]]:
    seen: Counter[tuple[str, str | None, str]] = Counter()
    out = []
    for f in found:
        key = (f["text"], f["actor"] or None, f["claim"])
        out.append((*key, seen[key]))
        seen[key] += 1
    return out


def read_predictions(path: Path) -> list[dict[str, Any]]:
    """Read what ``--predictions`` wrote. Raises DataError where it is no Parquet file, or lacks a column or a known label."""
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as e:
        raise DataError(f"{path}: cannot be read as Parquet ({' '.join(str(e).split())[:120]}); expected a file that --predictions wrote") from e
    if missing := [c for c in COLUMNS if c not in frame.columns]:
        raise DataError(f"{path}: lacks the columns {', '.join(missing)}; expected a file that `sayso evaluate MODEL ROWS --predictions` wrote")
    unknown = sorted(set(map(str, frame["label"])) - set(LABEL_INDEX))
    if unknown:
        raise DataError(f"{path}: labels {', '.join(unknown)}, expected {', '.join(LABEL_INDEX)}")
    frame["actor"] = frame["actor"].astype(object).where(frame["actor"].notna(), None)
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def is_predictions(other: str) -> bool:
    """Whether ``other`` is a file of predictions rather than a model."""
    return other.endswith(".parquet")


def side_by_side(name: str, found: Sequence[Prediction], others: Mapping[str, Sequence[Prediction]], seed: int = 0) -> dict[str, Any]:
    """Figures of other models on the rows of ``found``, each with its comparison: ``{other: {..., "against": name, "comparison": {...}}}``."""
    from sayso.training.evaluate_rows import figures

    out = {}
    for other, theirs in others.items():
        all_of = figures(theirs, seed)
        out[other] = {k: all_of[k] for k in ("n", "accuracy", "macro_f1", "f1", "ece", "intervals", "confusion")}
        out[other]["against"] = name
        out[other]["comparison"] = compare(found, theirs, seed).to_json()
    return out
