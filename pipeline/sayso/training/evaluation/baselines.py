"""What a model has to beat: always the commonest label, and word counts with a linear classifier. Needs scikit-learn (extra ``train``).

The linear one reads text, holder and claim as three bags of words and word pairs, each with weights of its own (TF-IDF and
logistic regression). It knows which words go with which label, and nothing of who says what about whom.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sayso.errors import DataError, MissingExtraError
from sayso.training.evaluate_rows import prediction
from sayso.training.stance_data import LABEL_INDEX
from sayso.types import LABELS

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Row = Mapping[str, Any]
MAJORITY, LINEAR = "majority", "tf-idf + logistic"
FIELDS = ("text", "actor", "claim")


@dataclass(frozen=True, slots=True)
class Baselines:
    """Predictions of each baseline on the evaluated rows, by name, and what they learnt from.

    ``learnt`` rows were used; ``left_out`` had the text of a row that is evaluated, and would have given its answer away.
    ``learnt`` is 0 where there was nothing to learn from, and the commonest label is that of the evaluated rows themselves.
    """

    predictions: dict[str, list[dict[str, Any]]]
    learnt: int
    left_out: int


def check_baselines() -> None:
    """Raise MissingExtraError without scikit-learn."""
    try:
        import sklearn  # noqa: F401
    except ImportError as e:
        raise MissingExtraError("--baseline-train", "train") from e


def baselines(rows: Sequence[Row], train: Sequence[Row] | None) -> Baselines:
    """Answer ``rows`` by each baseline. Without ``train`` there is only the commonest label, of ``rows`` themselves.

    Raises DataError where nothing is left to learn from, or only one label.
    """
    if train is None:
        return Baselines({MAJORITY: _majority(rows, rows)}, 0, 0)
    texts = {_plain(r["text"]) for r in rows}
    learnt = [r for r in train if _plain(r["text"]) not in texts]
    if len({r["label"] for r in learnt}) < 2:
        raise DataError(
            f"--baseline-train: {len(learnt)} of {len(train)} rows are left after those whose text is evaluated, with "
            f"{len({r['label'] for r in learnt})} labels; expected rows of at least two labels, on other texts"
        )
    return Baselines({MAJORITY: _majority(rows, learnt), LINEAR: _linear(rows, learnt)}, len(learnt), len(train) - len(learnt))


def _plain(text: str) -> str:
    """A text as it is recognised again, whatever its spacing and case."""
    return " ".join(text.casefold().split())


def _majority(rows: Sequence[Row], train: Sequence[Row]) -> list[dict[str, Any]]:
    """The same answer for every row: the share of each label."""
    counts = Counter(r["label"] for r in train)
    p = np.array([counts[x.value] for x in LABELS]) / len(train)
    return [prediction(r, p) for r in rows]


def _linear(rows: Sequence[Row], train: Sequence[Row]) -> list[dict[str, Any]]:
    model = _classifier(len(train))
    model.fit(_fields(train), [LABEL_INDEX[str(r["label"])] for r in train])
    p = np.zeros((len(rows), len(LABELS)))
    p[:, model.classes_] = model.predict_proba(_fields(rows))
    return [prediction(r, row) for r, row in zip(rows, p, strict=True)]


def _classifier(n: int) -> Pipeline:
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    rare = 2 if n >= 100 else 1
    bags = [(field, TfidfVectorizer(ngram_range=(1, 2), min_df=rare, sublinear_tf=True, token_pattern=r"\S+"), k) for k, field in enumerate(FIELDS)]
    return make_pipeline(ColumnTransformer(bags), LogisticRegression(max_iter=1000))


def _fields(rows: Sequence[Row]) -> np.ndarray:
    """Text, holder and claim of each row, (n_rows, 3); the text's own voice is a word of its own."""
    return np.array([[_words(r["text"]), _words(r.get("actor") or "own_voice"), _words(r["claim"])] for r in rows], dtype=object)


def _words(text: str) -> str:
    """Words and marks apart, in small letters: quotation and question marks say much about a stance."""
    return " ".join(re.findall(r"\w+|[^\w\s]", str(text).casefold()))
