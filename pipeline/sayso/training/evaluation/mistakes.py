"""Every wrong row, to be read: as one HTML page, or as Parquet.

Texts are foreign and may be hostile: they are cleaned of what steers a page, then escaped, and the page's own policy lets
no script run but ours and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sayso.errors import ConfigError, OutputError
from sayso.report.clean import clean, encodable
from sayso.training.evaluation.bootstrap import Prediction
from sayso.types import LABELS

NO_GROUP = "without a phenomenon"
FORMS = (".html", ".parquet")


def check_mistakes(file: Path) -> None:
    """Raise ConfigError for another ending than .html and .parquet, OutputError where there is no such folder."""
    if file.suffix not in FORMS:
        raise ConfigError("--errors", [f"found {file.name!r}, expected a name that ends in {' or '.join(FORMS)}"])
    if not file.parent.is_dir():
        raise OutputError(f"{file}: there is no folder {file.parent}; make it, or name another")


def write_mistakes(found: Sequence[Prediction], name: str, file: Path) -> None:
    """Write the wrong rows of ``found``, the predictions of model ``name``, the surest first."""
    if file.suffix == ".parquet":
        import pandas as pd

        rows = [{k: encodable(v) for k, v in f.items()} for f in mistakes(found)]
        pd.DataFrame(rows, columns=list(found[0])).to_parquet(file, index=False)
        return
    file.write_text(page(found, name), "utf-8")


def mistakes(found: Sequence[Prediction]) -> list[dict[str, Any]]:
    """The wrong rows, those on top of which the model was surest."""
    return sorted((dict(f) for f in found if f["gold"] != f["label"]), key=_confidence, reverse=True)


def page(found: Sequence[Prediction], name: str) -> str:
    """The wrong rows as a page of its own, by phenomenon, the one with the most mistakes on top."""
    by: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for f in mistakes(found):
        by[_group(f)].append(f)
    script = _resource("mistakes.js")
    environment = Environment(
        loader=PackageLoader("sayso.training.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    return environment.get_template("mistakes.html.j2").render(
        name=name,
        n=len(found),
        wrong=sum(map(len, by.values())),
        groups=sorted(by.items(), key=lambda kv: (-len(kv[1]), kv[0])),
        sizes=Counter(map(_group, found)),
        labels=[x.value for x in LABELS],
        confidence=_confidence,
        style=Markup(_resource("mistakes.css")),  # ours, not foreign text
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _confidence(f: Mapping[str, Any]) -> float:
    return float(f[f"p_{f['label']}"])


def _group(f: Mapping[str, Any]) -> str:
    return str(f.get("phenomenon") or NO_GROUP)


def _harmless(value: object) -> object:
    """Foreign text without control characters and halves of surrogates; our own markup is left alone."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else clean(value)


def _resource(name: str) -> str:
    return resources.files("sayso.training.evaluation").joinpath("templates", name).read_text("utf-8")
