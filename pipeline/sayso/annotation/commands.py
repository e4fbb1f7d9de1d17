"""``sayso data ...``: write, check, describe and compare annotated data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help="Make and check annotated data.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="corpus folder, e.g. data/stance")]


@app.command()
def validate(folder: Folder = Path("data/stance")) -> None:
    """Check rows, gold articles and references; one line a fault, exit code 1 where there is any."""
    from sayso.annotation.validate import load_articles, load_rows
    from sayso.annotation.validate import validate as check

    faults = check(folder)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for fault in faults:
        console.print(fault)
    console.print(f"{folder}: {len(load_rows(folder))} rows, {len(load_articles(folder))} articles, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)
