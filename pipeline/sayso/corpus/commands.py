"""`sayso score`: the command line of the batch scorer."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from sayso.corpus.items import Item
from sayso.errors import ConfigError

EVERY = 30.0  # seconds between lines where there is no terminal to draw in


def score(
    inputs: Annotated[list[str] | None, typer.Argument(help="files, folders, globs or addresses; default: the articles of the config")] = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="run config (YAML)", show_default="built-in defaults")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="score folder")] = Path("scores"),
    engine: Annotated[str, typer.Option(help="local: processes on this machine; inline: this process, for debugging")] = "local",
    resume: Annotated[bool, typer.Option("--resume", help="go on with the score folder: what is done is passed over")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="stop after so many articles")] = None,
    shard: Annotated[str | None, typer.Option(metavar="i/n", help="score the i-th of n shares, into a folder of its own")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be done and about how long it takes; write nothing")] = False,
    actors: Annotated[Path | None, typer.Option(help="actors file (YAML or JSON)")] = None,
    claims: Annotated[Path | None, typer.Option(help="claims file (YAML or JSON)")] = None,
    model: Annotated[str | None, typer.Option(help="stance model: folder, shelf id, or Hugging Face id")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="override any config key, e.g. score.workers=8")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="no progress, no summary")] = False,
) -> None:
    """Score a corpus: any number of articles, on all cores, resumable; writes Parquet."""
    from sayso.config import dotted, load_config
    from sayso.corpus.plan import expected, plan
    from sayso.corpus.run import score as run_score
    from sayso.corpus.sources import sources
    from sayso.report.terminal import spent_line

    overrides: dict[str, Any] = dotted(settings or ())
    overrides |= {key: value for key, value in (("actors", actors), ("claims", claims), ("model", model)) if value is not None}
    if inputs:
        overrides["articles"] = inputs
    run_config = load_config(config, overrides)
    if not run_config.articles:
        raise ConfigError("articles", ["none given; name files, folders, globs or addresses on the command line, or under articles in the config"])
    part = _shard(shard)
    workers = run_config.score.workers or len(os.sched_getaffinity(0))
    if dry_run:
        _tell(plan(run_config.articles, run_config, workers, limit, part), out)
        return
    console = Console(stderr=True)
    total = expected(sources(run_config.articles))
    if total is not None and part:
        total //= part[1]
    with _Watch(console, quiet, min(total, limit) if total and limit else total or limit) as watch:
        done = run_score(run_config.articles, run_config, out, engine=engine, resume=resume, limit=limit, shard=part, progress=watch.item)
    if not quiet:
        counts = done["counts"]
        console.print(
            f"{counts['scored']:,} articles scored, {counts['duplicate']:,} near duplicates, {counts['skipped'] + counts['failed']:,} left out; "
            f"{counts['judgements']:,} judgements, {counts['positions']:,} positions",
            highlight=False,
        )
        if "usage" in done:
            console.print(spent_line(done["usage"]), highlight=False)
        console.print(f"written: {out}; read it with `sayso report {out}`, DuckDB or pandas", highlight=False, soft_wrap=True)


def _shard(given: str | None) -> tuple[int, int] | None:
    if given is None:
        return None
    match = re.fullmatch(r"(\d+)/(\d+)", given)
    if not match:
        raise ConfigError("--shard", [f"found {given!r}, expected i/n, e.g. 2/8"])
    return int(match[1]), int(match[2])


def _tell(forecast: Any, out: Path) -> None:
    from sayso.report.terminal import spent_line

    console = Console()
    size = f", {forecast.bytes / 1e6:,.1f} MB" if forecast.bytes else ""
    console.print(f"{forecast.files:,} files{size}: about {forecast.articles:,} articles", highlight=False)
    console.print(f"{forecast.sampled} of them judged for this forecast, {forecast.left_out} left out", highlight=False)
    if forecast.usage:
        console.print(f"asked for that: {spent_line(forecast.usage)}", highlight=False, soft_wrap=True)
    if forecast.seconds is not None:
        console.print(f"about {_span(forecast.seconds)} with {forecast.workers} workers; would write to {out}", highlight=False, soft_wrap=True)
    else:
        console.print("no article could be judged, so there is no forecast of the time", highlight=False)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class _Rate(ProgressColumn):
    """Articles a second of this run; what an earlier run has done does not count."""

    def render(self, task: Task) -> Text:
        worked = task.fields["worked"]
        rate = worked / task.elapsed if task.elapsed and worked else 0.0
        left = f", {_span((task.total - task.completed) / rate)} left" if task.total and rate else ""
        return Text(f"{rate:.1f}/s{left}", style="dim")


class _Watch:
    """Progress: a bar in a terminal, else a line now and then."""

    def __init__(self, console: Console, quiet: bool, total: int | None) -> None:
        self._console = console
        self._quiet = quiet
        self._bar = Progress(
            TextColumn("{task.completed:,} articles, {task.fields[skipped]:,} left out"),
            BarColumn(),
            _Rate(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total, skipped=0, worked=0)
        self._n = self._worked = self._skipped = 0
        self._began = self._told = time.monotonic()

    def __enter__(self) -> _Watch:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def item(self, item: Item, became: str) -> None:
        """Count one."""
        self._n += 1
        self._worked += became != "done"
        self._skipped += became in ("skipped", "failed")
        self._bar.update(self._task, completed=self._n, skipped=self._skipped, worked=self._worked)
        now = time.monotonic()
        if not self._quiet and not self._console.is_terminal and now - self._told > EVERY:
            self._told = now
            self._console.print(f"{self._n:,} articles, {self._skipped:,} left out, {self._worked / (now - self._began):.1f}/s", highlight=False)
