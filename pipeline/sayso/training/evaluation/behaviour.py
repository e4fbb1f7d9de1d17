"""Does the model do what any reader does? Hand-written minimal pairs, by kind of difficulty.

The two rows of a pair differ in a word or two, in who is asked, or in the claim, and in their label. So whoever always gives the
same answer, or looks only at the words of the claim, passes no pair (contrast sets: Gardner et al. 2020, "Evaluating
Models' Local Decision Boundaries via Contrast Sets"). All people, firms and events are invented. ``group`` names the pair
of a row, ``phenomenon`` its kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from sayso.training.evaluate_rows import labelled_rows
from sayso.training.evaluation.bootstrap import Prediction
from sayso.training.evaluation.curves import wilson


def suite() -> list[dict[str, Any]]:
    """The rows of the suite."""
    with resources.as_file(resources.files("sayso.training.evaluation").joinpath("behaviour.jsonl")) as path:
        return labelled_rows(Path(path))


def pass_rates(found: Sequence[Prediction]) -> dict[str, Any]:
    """How many rows and pairs pass, by kind and in all; a pair passes where all its rows are right.

    The interval of the pairs is Wilson's: pairs, unlike the rows of one, are independent.
    """
    kinds: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for f in found:
        kinds[f["phenomenon"]][f["group"]].append(f["gold"] == f["label"])
    by = {kind: _counts(list(pairs.values())) for kind, pairs in kinds.items()}
    total = _counts([right for pairs in kinds.values() for right in pairs.values()])
    return {**total, "pairs_interval": list(wilson(total["pairs_right"] / total["pairs"], total["pairs"])), "kinds": by}


def _counts(pairs: Sequence[Sequence[bool]]) -> dict[str, int]:
    return {
        "rows": sum(map(len, pairs)),
        "rows_right": sum(map(sum, pairs)),
        "pairs": len(pairs),
        "pairs_right": sum(map(all, pairs)),
    }
