"""A report in the formats of other tools: Discourse Network Analyzer, GraphML, schema.org, Label Studio, CoNLL, Hugging Face datasets.

One module a format; each has ``files(report)``, which gives the contents of its files by name. No format carries a rating:
a position says what somebody is reported to hold, never whether it is true.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sayso.errors import OutputError
from sayso.report.clean import encodable

if TYPE_CHECKING:
    from sayso.report.model import PositionReport


class Format(StrEnum):
    """The formats, each named like its module."""

    conll = "conll"
    datasets = "datasets"
    dna = "dna"
    graphml = "graphml"
    jsonld = "jsonld"
    labelstudio = "labelstudio"


def share(report: PositionReport, form: Format, out: Path) -> list[Path]:
    """Write the files of a format into the folder ``out`` and return their paths.

    Raises OutputError where the folder cannot be written, MissingExtraError where the format needs an extra.
    """
    contents: dict[str, str | bytes] = import_module(f"sayso.report.share.{form}").files(report)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            data = content if isinstance(content, bytes) else str(encodable(content)).encode("utf-8")
            (out / name).write_bytes(data)
    except OSError as error:
        raise OutputError(f"{out}: found {error.strerror or error!r}, expected a folder that can be written; choose another one") from error
    return [out / name for name in contents]
