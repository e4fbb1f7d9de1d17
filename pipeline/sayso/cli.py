"""The command line: thin over the library. Exit codes: 0 done, 1 a clear error, 2 wrong usage, 130 interrupted."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sayso.annotation.commands import app as data_app
from sayso.corpus.commands import score
from sayso.errors import ConfigError, SaysoError
from sayso.report.share import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sayso.config import RunConfig
    from sayso.report import PositionReport
    from sayso.types import Article, Skipped

app = typer.Typer(
    name="sayso",
    help="Who asserts, denies or holds back on which claim, and which sentences prove it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", help="run config (YAML)", show_default="built-in defaults")]
SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="override any config key, e.g. aggregate.min_confidence=0.6")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="no progress, no table")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="write all figures to this file ('-' for the terminal)")]


def main() -> None:
    """Entry point: turns SaysoError into one message and an exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app(standalone_mode=True)
    except SaysoError as e:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]error:[/] {_plain(str(e))}", highlight=False)
        sys.exit(1)
    except KeyboardInterrupt:
        Console(stderr=True).print("interrupted: nothing was written after the last finished file", highlight=False)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _overrides(pairs: list[str] | None) -> dict[str, Any]:
    from sayso.config import dotted

    return dotted(pairs or ())


@app.command()
def report(
    articles: Annotated[
        list[str] | None,
        typer.Argument(help="article files, folders or globs, or score folders, or one report to make anew; default: those of the config"),
    ] = None,
    config: ConfigOption = None,
    actors: Annotated[Path | None, typer.Option(help="actors file (YAML or JSON)")] = None,
    claims: Annotated[Path | None, typer.Option(help="claims file (YAML or JSON)")] = None,
    model: Annotated[str | None, typer.Option(help="stance model: folder, shelf id, openai:NAME (a server), or Hugging Face id")] = None,
    corrections: Annotated[Path | None, typer.Option(help="decisions of `sayso review` (JSONL); each takes the place of the model's answer")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="folder for the results")] = Path("reports/latest"),
    settings: SetOption = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the positions to this file, too ('-' for the terminal)")] = None,
    quiet: QuietOption = False,
) -> None:
    """Read articles and report every actor's position on every claim."""
    from sayso.corpus.report import are_scores, report_of
    from sayso.pipeline import Pipeline
    from sayso.report.files import check_writable
    from sayso.report.load import is_report
    from sayso.report.rebuild import rebuild

    overrides = _overrides(settings)
    for key, value in (("actors", actors), ("claims", claims), ("model", model), ("corrections", corrections and str(corrections))):
        if value is not None:
            overrides[key] = value
    if articles and any(map(is_report, articles)):
        if len(articles) > 1:
            raise ConfigError("articles", [f"found {len(articles)} paths with a report among them; a report is made anew by itself"])
        check_writable(out)
        _show(rebuild(Path(articles[0]), overrides if config is None else {**overrides, "--config": config}), out, quiet, json_file)
        return
    if articles and are_scores(articles):
        check_writable(out)
        _show(report_of(articles, overrides if config is None else {**overrides, "--config": config}), out, quiet, json_file)
        return
    run_config, found = _inputs(articles, config, overrides)
    check_writable(out)
    pipeline = Pipeline(run_config)
    read = list(found)
    with _progress(quiet) as bar:
        row = bar.add_task("reading articles", total=len(read))
        result = pipeline.run(read, progress=lambda _: bar.advance(row))
    _show(result, out, quiet, json_file)


def _inputs(articles: list[str] | None, config: Path | None, overrides: dict[str, Any]) -> tuple[RunConfig, Iterator[Article | Skipped]]:
    """The resolved config, and the articles that it or the command line names."""
    from sayso.config import load_config
    from sayso.read import read_articles

    if articles:
        overrides["articles"] = articles
    run_config = load_config(config, overrides)
    if not run_config.articles:
        raise ConfigError("articles", ["none given; name files, folders or globs on the command line, or under articles in the config"])
    manifest = Path(run_config.manifest) if run_config.manifest else None
    return run_config, iter(read_articles(run_config.articles, manifest=manifest, language=run_config.language))


def _show(result: PositionReport, out: Path, quiet: bool, json_file: Path | None) -> None:
    from sayso.report.terminal import print_matrix, spent_line
    from sayso.report.words import count

    files = result.write(out)
    if json_file is not None:
        text = (out / "positions.json").read_text("utf-8")
        print(text, end="") if str(json_file) == "-" else json_file.write_text(text, "utf-8")
    if not quiet and str(json_file) != "-":
        console = Console()
        print_matrix(result, console)
        if "corrected" in result.provenance.counts:
            console.print(f"{count(result.provenance.counts['corrected'], 'judgement')} as a person decided, not as the model read", style="dim")
        if result.skipped:
            whole = [s for s in result.skipped if s.start is None]
            console.print(
                f"{len(result.skipped)} blocks, sources or articles were left out ({len(whole)} whole articles); see skipped.parquet", style="dim"
            )
        if result.provenance.usage:
            console.print(
                f"{result.provenance.models['stance']}: {spent_line(result.provenance.usage)}", style="dim", highlight=False, soft_wrap=True
            )
        console.print(
            "written: " + ", ".join(str(f) for f in files if f.suffix in (".html", ".md", ".csv", ".parquet", ".json", ".yaml")),
            soft_wrap=True,
            highlight=False,
        )


def _progress(quiet: bool) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )


ArticlesArgument = Annotated[list[str] | None, typer.Argument(help="article files, folders or globs; default: those of the config")]


@app.command()
def actors(
    articles: ArticlesArgument = None,
    config: ConfigOption = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="write an actors file to edit (YAML)")] = None,
    settings: SetOption = None,
    json_file: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Propose the actors worth tracking in a collection of articles."""
    from sayso.discover import files, terminal

    found = _discover(articles, config, {**_overrides(settings), "actors": "discover"}, quiet, with_claims=False)
    if not quiet and str(json_file) != "-":
        terminal.print_actors(found, Console())
    _hand_over(files.actors_yaml(found.actors or ()), out, files.actors_json(found.actors or ()), json_file, quiet)


@app.command()
def claims(
    articles: ArticlesArgument = None,
    config: ConfigOption = None,
    actors: Annotated[Path | None, typer.Option(help="actors file (YAML or JSON); default: those of the config, else they are discovered")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="write a claims file to edit (YAML)")] = None,
    settings: SetOption = None,
    json_file: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Propose the claims that somebody asserts and somebody else denies or doubts."""
    from sayso.discover import files, terminal

    overrides = {**_overrides(settings), "claims": "discover", **({"actors": actors} if actors else {})}
    found = _discover(articles, config, overrides, quiet, with_claims=True)
    if not quiet and str(json_file) != "-":
        terminal.print_claims(found, Console())
    _hand_over(files.claims_yaml(found.claims or (), found.names), out, files.claims_json(found.claims or ()), json_file, quiet)


def _discover(articles: list[str] | None, config: Path | None, overrides: dict[str, Any], quiet: bool, *, with_claims: bool) -> Any:
    from sayso.attribute.model import AttributionModel
    from sayso.discover import discover
    from sayso.encoders.manifest import find_model
    from sayso.stance.scorer import load_scorer

    run_config, inputs = _inputs(articles, config, overrides)
    read = list(inputs)
    attribution = AttributionModel.load(find_model(run_config.attribute.model), run_config.threads)
    scorer = load_scorer(run_config.model, run_config.threads, run_config.endpoint) if with_claims else None
    with _progress(quiet) as bar:
        row = bar.add_task("reading articles", total=len(read))
        found = discover(read, run_config, attribution, scorer, progress=lambda: bar.advance(row))
    if not quiet:
        for s in found.skipped:
            Console(stderr=True, soft_wrap=True, markup=False, highlight=False).print(f"left out: {s.article}: {s.reason}")
    return found


def _hand_over(text: str, out: Path | None, figures: list[dict[str, Any]], json_file: Path | None, quiet: bool) -> None:
    from sayso.discover.files import to_json, write_text

    if out is not None:
        write_text(out, text)
        if not quiet and str(json_file) != "-":
            Console(soft_wrap=True).print(f"written: {out}", highlight=False, markup=False)
    if str(json_file) == "-":
        print(to_json(figures))
    elif json_file is not None:
        write_text(json_file, to_json(figures) + "\n")


@app.command()
def evaluate(
    model: Annotated[str, typer.Argument(help="model folder or shelf id")] = "sayso-small",
    rows: Annotated[Path | None, typer.Argument(help="rows of text, claim, actor, label (JSON Lines, gzipped or not)")] = None,
    articles: Annotated[Path | None, typer.Option(help="folder of gold articles (NAME.txt, NAME.gold.json)")] = None,
    attribution: Annotated[Path | None, typer.Option(help="attribution records (JSON Lines): how well sources, cues and contents are found")] = None,
    gold_holder: Annotated[bool, typer.Option(help="with --articles: also ask each gold record with its holder given")] = False,
    config: ConfigOption = None,
    settings: SetOption = None,
    json_file: JsonOption = None,
    predictions: Annotated[Path | None, typer.Option(help="write one prediction a row to this Parquet file")] = None,
    plots: Annotated[Path | None, typer.Option(help="rows: draw reliability, coverage and confusion into this folder (PNG)")] = None,
    against: Annotated[
        str | None,
        typer.Option(help="rows: compare with another model (folder, shelf id, Hugging Face id), or a --predictions file of an earlier run"),
    ] = None,
    baselines: Annotated[bool, typer.Option("--baselines", help="rows: beside the commonest label; with --baseline-train also word counts")] = False,
    baseline_train: Annotated[
        Path | None, typer.Option(help="rows that the baselines learn from: TF-IDF and logistic regression (extra: train)")
    ] = None,
    errors: Annotated[Path | None, typer.Option(help="rows: write every wrong row, to be read (.html) or queried (.parquet)")] = None,
    behaviour: Annotated[
        bool, typer.Option("--behaviour", help="minimal pairs that ship with sayso (with or without rows), and what hiding the actors' names changes")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="rows: seed of the draws behind intervals")] = 0,
    quiet: QuietOption = False,
) -> None:
    """Measure a model on rows, minimal pairs, whole articles, or attribution records."""
    from sayso.config import load_config
    from sayso.training import tables
    from sayso.training.evaluation.run import Extras

    console = Console(quiet=quiet)
    overrides = {**_overrides(settings), "model": model}
    extras = Extras(plots, against, baselines, baseline_train, errors, behaviour, seed)
    if (articles is not None or attribution is not None) and (stray := extras.given()):
        raise ConfigError("evaluate", [f"{', '.join(stray)} cannot go with --articles or --attribution; give a file of rows, or --behaviour alone"])
    if articles is not None:
        from sayso.training.evaluate_articles import evaluate_articles

        with _progress(quiet) as bar:
            row = bar.add_task("articles", total=len(list(articles.glob("*.gold.json"))))
            result = evaluate_articles(articles, load_config(config, overrides), gold_holder=gold_holder, progress=lambda _: bar.advance(row))
        tables.articles(result, console)
        _deliver(tables.articles_json(result), json_file, result.predictions, predictions)
    elif attribution is not None:
        from sayso.training.evaluate_attribution import evaluate_attribution

        figures, found = evaluate_attribution(attribution, load_config(config, _overrides(settings)).attribute.model, quiet=quiet)
        tables.attribution(figures, console)
        _deliver(figures, json_file, found, predictions)
    elif rows is not None or behaviour:
        from sayso.training.evaluation.run import evaluate as evaluate_on_rows

        scores, found = evaluate_on_rows(rows, load_config(config, overrides), extras, console, quiet=quiet)
        _deliver(scores, json_file, found, predictions)
    else:
        raise ConfigError("evaluate", ["nothing to measure on; give a file of rows, --behaviour, --articles DIR, or --attribution FILE"])


def _deliver(figures: dict[str, Any], json_file: Path | None, found: list[dict[str, Any]], predictions: Path | None) -> None:
    if json_file is not None:
        text = json.dumps(figures, indent=1, ensure_ascii=False)
        if str(json_file) == "-":
            print(text)
        else:
            json_file.write_text(text + "\n", "utf-8")
    if predictions is not None:
        import pandas as pd

        pd.DataFrame(found).to_parquet(predictions, index=False)


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="training config (YAML)")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="model folder; default: models/ID")] = None,
    resume: Annotated[bool, typer.Option(help="go on from the last checkpoint")] = False,
    quiet: QuietOption = False,
) -> None:
    """Train a model from a config and write its folder (extra: train)."""
    from sayso.training.config import load_train_config
    from sayso.training.run import train_model

    settings = load_train_config(config)
    logging.getLogger("sayso").setLevel(logging.INFO)
    folder = train_model(settings, out or Path("models") / settings.id, resume=resume, quiet=quiet)
    if not quiet:
        Console().print(f"written: {folder}", highlight=False)


@app.command()
def models() -> None:
    """List the models on the shelf with their measured figures."""
    from sayso.training.shelf import shelf_table

    Console().print(shelf_table())


app.command()(score)


FolderArgument = Annotated[Path, typer.Argument(help="folder of a report")]


@app.command()
def show(
    cell: Annotated[str, typer.Argument(help="ACTOR/CLAIM by id, or the link of a cell in report.html")],
    folder: FolderArgument = Path("reports/latest"),
    limit: Annotated[int, typer.Option(min=0, help="sentences at most; 0 for all")] = 10,
    json_file: JsonOption = None,
) -> None:
    """Print the evidence of one cell of a report."""
    from sayso.report import PositionReport
    from sayso.report.show import cell_json, find_cell, print_cell

    loaded = PositionReport.read(folder)
    position = find_cell(loaded, cell)
    if str(json_file) != "-":
        print_cell(loaded, position, Console(highlight=False), limit or None)
    _write_json(cell_json(position), json_file)


@app.command()
def diff(
    first: Annotated[Path, typer.Argument(help="folder of the earlier report")],
    second: Annotated[Path, typer.Argument(help="folder of the later report")],
    json_file: JsonOption = None,
) -> None:
    """Say which positions differ between two reports, and why."""
    from sayso.report.diff import compare
    from sayso.report.load import read_report
    from sayso.report.show import print_difference

    before, after = read_report(first, texts=False), read_report(second, texts=False)
    difference = compare(before, after)
    if str(json_file) != "-":
        print_difference(difference, before, after, Console(highlight=False))
    _write_json(difference.to_json(), json_file)


@app.command()
def review(
    folder: FolderArgument = Path("reports/latest"),
    actor: Annotated[str | None, typer.Option(help="only judgements of this actor (id; 'article' is the article's own voice)")] = None,
    claim: Annotated[str | None, typer.Option(help="only judgements on this claim (id) and its opposites; with --actor: one cell")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="only so many, the least sure of those that are left")] = None,
    again: Annotated[bool, typer.Option("--again", help="also what was decided before")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="port of the page on this machine; 0: any that is free")] = 0,
) -> None:
    """Go through a report's judgements in a browser, the least sure first, and accept or correct each with one key."""
    from sayso.report.words import count
    from sayso.review import Server, Sitting
    from sayso.review.page import commands

    console = Console(soft_wrap=True, highlight=False, markup=False)
    sitting = Sitting.open(folder, actor=actor, claim=claim, limit=limit, again=again)
    if not sitting.queue:
        console.print("nothing is left to decide; --again shows what was decided before")
        return
    with Server(sitting, port) as server:
        console.print(f"{count(len(sitting.queue), 'judgement')} to look at: {server.address}")
        console.print(f"Each decision goes to {sitting.file} at once. Ctrl-C, or the button on the page, stops.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            console.print()
    console.print(f"{count(len(sitting.made), 'decision')} kept, of which {count(len(sitting.changed), 'correction')}")
    for line in commands(sitting) if sitting.made else ():
        console.print(f"next: {line}")


@app.command()
def share(
    folder: FolderArgument,
    form: Annotated[Format, typer.Option("--as", help="format of another tool")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="folder for the files; default: FOLDER/FORMAT")] = None,
) -> None:
    """Write a report for other tools: CoNLL, Hugging Face datasets, Discourse Network Analyzer, GraphML, schema.org Claim, Label Studio."""
    from sayso.report import PositionReport
    from sayso.report.share import share as write

    files = write(PositionReport.read(folder), form, out or folder / form)
    Console(soft_wrap=True, highlight=False, markup=False).print("written: " + ", ".join(map(str, files)))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="folder for the files")] = Path()) -> None:
    """Write a commented run config with sample actors, claims and an article, to be changed into your own."""
    from sayso.starter import write_starter

    files = write_starter(folder)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print("written: " + ", ".join(map(str, files)))
    console.print(f"next: sayso report --config {folder / 'run.yaml'} --out {folder / 'report'}")


def _write_json(value: Any, json_file: Path | None) -> None:
    if json_file is None:
        return
    text = json.dumps(value, indent=1, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()
    if str(json_file) == "-":
        print(text)
    else:
        json_file.write_text(text + "\n", "utf-8")


app.add_typer(data_app, name="data")
