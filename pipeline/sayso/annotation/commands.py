"""``sayso data ...``: write, check, describe and compare annotated data."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(help="Make and check annotated data.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="corpus folder, e.g. data/stance")]
DatasheetOption = Annotated[Path | None, typer.Option("--datasheet", help="also write them into this datasheet, e.g. data/stance/README.md")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="write all figures to this file ('-' for the terminal)")]


class Split(StrEnum):
    """The splits of a corpus."""

    train = "train"
    dev = "dev"
    test = "test"


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


@app.command()
def stats(
    folder: Folder = Path("data/stance"),
    plot: Annotated[Path | None, typer.Option(help="draw labels by split and phenomenon into this file (.png, .svg, .pdf)")] = None,
    datasheet: DatasheetOption = None,
    json_file: JsonOption = None,
) -> None:
    """Count rows, labels, phenomena, styles; articles, units, pairs and records."""
    from sayso.annotation.datasheet import counts, put
    from sayso.annotation.stats import corpus_stats, plot_stats, print_stats

    figures = corpus_stats(folder)
    if str(json_file) != "-":
        print_stats(figures, Console())
    _deliver(figures, json_file)
    if plot is not None:
        plot_stats(figures, plot)
    if datasheet is not None:
        put(counts(figures), "counts", datasheet)


@app.command()
def checks(
    folder: Folder = Path("data/stance"),
    curve: Annotated[bool, typer.Option("--curve", help="also the learning curve of a bag of words, on a quarter, half and all of train")] = False,
    repeats: Annotated[int, typer.Option(min=1, help="with --curve: how often a quarter and a half are drawn")] = 3,
    datasheet: DatasheetOption = None,
    json_file: JsonOption = None,
) -> None:
    """Make every check of the datasheet against its bounds: probes, copies, shares, sizes, lengths; exit code 1 where one is broken."""
    from sayso.annotation.checks import corpus_checks, print_checks
    from sayso.annotation.datasheet import checks as table
    from sayso.annotation.datasheet import put

    figures = corpus_checks(folder, curve=curve, repeats=repeats)
    if str(json_file) != "-":
        print_checks(figures, Console())
    _deliver(figures, json_file)
    if datasheet is not None:
        put(table(figures), "checks", datasheet)
    if not all(c["holds"] for c in figures["checks"]):
        raise typer.Exit(1)


@app.command()
def sample(
    rows: Annotated[Path, typer.Argument(help="rows with a group (JSON Lines, gzipped or not)")],
    share: Annotated[float, typer.Option(help="share of the groups, over 0 and at most 1")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file for the rows")],
    seed: Annotated[int, typer.Option(help="another seed draws other groups")] = 0,
) -> None:
    """Draw a share of the groups with all their rows, as for a learning curve with `sayso train`."""
    from sayso.annotation.files import write_jsonl
    from sayso.annotation.probes import sample as draw
    from sayso.training.stance_data import read_jsonl

    kept = draw(read_jsonl(rows), share, seed)
    write_jsonl(kept, out)
    Console(highlight=False, soft_wrap=True).print(f"{out}: {len(kept)} rows of {len({r['group'] for r in kept})} groups")


@app.command()
def agreement(
    first: Annotated[Path, typer.Argument(help="rows with id and label (JSON Lines), or a folder of gold articles")],
    second: Annotated[Path, typer.Argument(help="the same by another annotator")],
    json_file: JsonOption = None,
) -> None:
    """Compare two annotations: kappa on rows, by phenomenon where it is given; record F1 on folders of articles."""
    from sayso.annotation.agreement import agreement as compare
    from sayso.annotation.agreement import print_agreement

    figures = compare(first, second)
    if str(json_file) != "-":
        print_agreement(figures, Console())
    _deliver(figures, json_file)


@app.command()
def build(
    notation: Annotated[list[Path], typer.Argument(help="passages (.txt), articles (.src), or folders of them")],
    out: Annotated[Path, typer.Option("--out", "-o", help="corpus folder")],
    split: Annotated[Split, typer.Option(help="train, dev or test")] = Split.train,
) -> None:
    """Compile what was written in the notation into rows and gold articles."""
    from sayso.annotation.build import build as compile_files

    rows, articles = compile_files(notation, out, split.value)
    Console(highlight=False).print(f"{out}: {rows} rows and {articles} articles built for {split.value}")


@app.command()
def join(
    references: Annotated[Path, typer.Argument(help="references to rows or articles, e.g. data/stance/polnear/train.rows.jsonl")],
    records: Annotated[
        Path, typer.Argument(help="the texts: attribution records (JSON Lines, gzipped or not), or a clone of the PolNeAR repository")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="file for rows, folder for articles")],
) -> None:
    """Join references with texts that are not part of the corpus, into training rows or gold articles."""
    from sayso.annotation.polnear import join as join_texts
    from sayso.annotation.polnear import write

    joined = join_texts(references, records)
    write(joined, out)
    what = f"{len(joined.rows)} rows" if joined.rows else f"{len(joined.articles)} articles"
    Console(highlight=False, soft_wrap=True).print(
        f"{out}: {what}; refused because the text differs: {len(joined.refused)}; document not there: {len(joined.missing)}"
    )


@app.command()
def polnear(
    clone: Annotated[Path, typer.Argument(help="a clone of https://github.com/networkdynamics/PolNeAR")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file of records")] = Path("data/external/attribution_polnear.jsonl.gz"),
) -> None:
    """Turn a clone of PolNeAR into attribution records (train, dev and annotator training; its test part is left aside)."""
    from sayso.annotation.files import write_jsonl
    from sayso.annotation.polnear_records import polnear_records

    records, faults = polnear_records(clone)
    write_jsonl(records, out)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for fault in faults:
        console.print(f"left out: {fault}")
    documents, attributions = len({r["doc_id"] for r in records}), sum(len(r["attributions"]) for r in records)
    console.print(f"{out}: {len(records)} records of {documents} documents with {attributions} attributions; left out: {len(faults)}")


@app.command()
def negate(
    folder: Folder = Path("data/stance"),
    parser: Annotated[str, typer.Option(help="a spaCy pipeline with a parser: an installed package or a folder")] = "en_core_web_sm",
) -> None:
    """Write the negation of each claim of the train part into silver/negations.jsonl, for `negations` in a training config."""
    from sayso.annotation.files import write_jsonl
    from sayso.annotation.negate import load_parser, negations, train_claims

    claims = train_claims(folder)
    turned = sorted(negations(claims, load_parser(parser)))
    out = folder / "silver" / "negations.jsonl"
    write_jsonl([{"claim": claim, "negation": negation} for claim, negation in turned], out)
    Console(highlight=False, soft_wrap=True).print(f"{out}: {len(turned)} of {len(claims)} claims turned round")


@app.command()
def label(
    rows: Annotated[Path, typer.Argument(help="rows of text, claim and actor, with or without a label (JSON Lines, gzipped or not)")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file for all rows; labels that it holds already are kept")],
    model: Annotated[str | None, typer.Option(help="stance model: openai:NAME (a server), folder, shelf id, or Hugging Face id")] = None,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="run config (YAML), for its model and endpoint")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="override any config key, e.g. endpoint.url=...")] = None,
    json_file: JsonOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="no progress, no summary")] = False,
) -> None:
    """Draft labels with a model, for people to check; a label that is there is never changed."""
    from sayso.annotation.draft import draft_file, print_drafted
    from sayso.config import dotted, load_config

    overrides = dotted(settings or ())
    if model is not None:
        overrides["model"] = model
    drafted, figures = draft_file(rows, out, load_config(config, overrides), quiet=quiet)
    if not quiet and str(json_file) != "-":
        print_drafted(figures, Console(highlight=False))
        Console(highlight=False, soft_wrap=True, markup=False).print(f"written: {out}")
    _deliver(figures, json_file)
    if drafted.failed and not drafted.n_drafted:
        raise typer.Exit(1)


@app.command()
def labels(
    export: Annotated[Path, typer.Argument(help="JSON export of Label Studio, of tasks that `sayso share --as labelstudio` wrote")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file for rows (JSON Lines)")],
) -> None:
    """Make training rows of what was labelled in Label Studio."""
    from sayso.annotation.files import write_jsonl
    from sayso.annotation.labelstudio import read_labels

    found = read_labels(export)
    write_jsonl(found.rows, out)
    Console(highlight=False, soft_wrap=True, markup=False).print(
        f"{out}: {len(found.rows)} rows; left out: {found.n_open} tasks without an answer, {found.n_split} with answers that differ"
    )


@app.command()
def corrections(
    folder: Annotated[Path, typer.Argument(help="folder of a report that was gone through with `sayso review`")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file for rows (JSON Lines)")],
) -> None:
    """Make training rows of what a person decided in `sayso review`, the last decision of each judgement."""
    from sayso.annotation.corrections import correction_rows
    from sayso.annotation.files import write_jsonl

    found = correction_rows(folder)
    write_jsonl(found.rows, out)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for line in found.left_out:
        console.print(f"left out: {line}")
    turned = sum(row["label"] != row["was"] for row in found.rows)
    console.print(f"{out}: {len(found.rows)} rows, of which {turned} differ from the report; left out: {len(found.left_out)}")
    if found.n_bare:
        console.print(f"{found.n_bare} rows have the sentence without its context: their articles are no longer where the run read them, or changed")


def _deliver(figures: dict[str, Any], json_file: Path | None) -> None:
    if json_file is None:
        return
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    if str(json_file) == "-":
        print(text)
    else:
        json_file.write_text(text + "\n", "utf-8")
