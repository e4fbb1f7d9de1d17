"""The files of a report: all complete in a temporary folder first, then put in place."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import yaml

from sayso.errors import OutputError
from sayso.report import frames
from sayso.report.clean import encodable

if TYPE_CHECKING:
    from sayso.report.model import PositionReport


def write_report(report: PositionReport, out: Path) -> list[Path]:
    """Write all files into ``out`` and return their paths. See PositionReport.write."""
    created = not out.exists()
    temporary: Path | None = None
    try:
        if created:
            out.parent.mkdir(parents=True, exist_ok=True)
        # On the same file system as the goal, so that putting in place is a rename.
        temporary = Path(tempfile.mkdtemp(prefix=".sayso-", dir=out.parent if created else out))
        names = _write_all(report, temporary)
        if created:
            temporary.chmod(0o777 & ~_umask())
            temporary.rename(out)
        else:
            for name in names:
                (temporary / name).replace(out / name)
    except OSError as error:
        found = error.strerror or str(error)
        raise OutputError(f"{out}: found {found!r}, expected a folder that can be written; choose another one") from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return [out / name for name in names]


def check_writable(out: Path) -> None:
    """Raise OutputError now, before long work, where ``out`` cannot become or is not a folder that can be written."""
    there = out
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise OutputError(f"{out}: {there} is not a folder that can be written; choose another one with --out")


def _write_all(report: PositionReport, folder: Path) -> list[str]:
    from sayso.report.html import render_html
    from sayso.report.json_ import to_json
    from sayso.report.markdown import render_markdown

    positions = frames.positions_table(report.positions)
    tables = {
        "positions.parquet": positions,
        "judgements.parquet": frames.reviewed_table(report.judgements),
        "articles.parquet": frames.articles_table(report.articles),
        "skipped.parquet": frames.skipped_table(report.skipped),
    }
    texts = {
        "positions.csv": frames.to_csv(positions),
        "positions.json": to_json(report),
        "run.yaml": run_yaml(report),
        "report.html": render_html(report),
        "report.md": render_markdown(report),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / name, compression="zstd")
    for name, text in texts.items():
        (folder / name).write_text(str(encodable(text)), "utf-8", newline="\n")
    return [*tables, *texts]


def run_yaml(report: PositionReport) -> str:
    """How the run was made, as YAML: ``config``, ``models``, ``versions``, ``counts``, ``timings`` (seconds); ``usage`` where a server was asked."""
    made = report.provenance
    parts = {name: _plain(getattr(made, name)) for name in ("config", "models", "versions", "counts", "timings")}
    if made.usage:
        parts["usage"] = _plain(made.usage)
    text: str = yaml.safe_dump(parts, allow_unicode=True, sort_keys=False, width=110)
    return text


def _plain(value: object) -> object:
    """Only what every YAML reader knows: paths, enumerations and the like become strings."""
    if isinstance(value, Mapping):
        return {str(encodable(str(key))): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if value is None or type(value) in (bool, int, float, dt.date, dt.datetime):
        return value
    return encodable(str(value))


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
