"""The files that a new user starts from: a commented config with sample actors, claims and one article."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from sayso.errors import OutputError

FILES = ("run.yaml", "actors.yaml", "claims.yaml", "articles/crane.txt")


def write_starter(folder: Path) -> list[Path]:
    """Write the files into ``folder`` and return their paths. Raises OutputError where one of them is there already."""
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise OutputError(f"{folder}: found {', '.join(there)}, which would be overwritten; choose another folder")
    try:
        for name in FILES:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((resources.files("sayso.starter") / name).read_text("utf-8"), "utf-8")
    except OSError as error:
        raise OutputError(f"{folder}: found {error.strerror or error!r}, expected a folder that can be written; choose another one") from error
    return [folder / name for name in FILES]
