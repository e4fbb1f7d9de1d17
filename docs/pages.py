"""Write the reference pages that follow from the code: the command line, config keys, files and figures.

python docs/pages.py          writes them
python docs/pages.py --check  says which are not what the code says, exit code 1

They are kept in the repository, so that they can be read there; a test keeps them equal to the code.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import typer
from pydantic import BaseModel

from sayso.cli import app
from sayso.config import RunConfig
from sayso.corpus import store
from sayso.report import frames
from sayso.training.config import TrainConfig

HERE = Path(__file__).parent
ROOT = HERE.parent
NOTE = "<!-- Written by docs/pages.py from the code: change it there. -->"

COLUMNS: Mapping[str, str] = {
    "actor": "id of the actor; `article` is the article's own voice; missing for a source that could not be resolved",
    "article": "id of the article",
    "characters": "length of its text",
    "chain": "outer holders of a nested report, the outermost first: actor ids or, where unresolved, their words",
    "claim": "id of the claim; of positions, the one that is negated where a claim negates another",
    "confidence": "posterior mean of the label's probability",
    "content_end": "see `content_start`",
    "content_start": "what is said: characters of the article's text, half open",
    "cue_end": "see `cue_start`",
    "cue_start": "the words that tell that somebody says it",
    "duplicate_of": "what this repeats: the statement that said the same words first; of an article, its near duplicate",
    "end": "the character after the last one",
    "first_seen": "earliest date of an article that it rests on",
    "key": "for a later run: the key of the item",
    "kind": "what the sentence is on the page: title, heading, paragraph, list_item, table_row, caption, boilerplate",
    "label": "asserts, denies or uncertain; of judgements also unrelated",
    "last_seen": "latest date",
    "lower": "lower end of the 90 % credible interval of the label's probability",
    "n_articles": "articles with a stance of this actor on this claim",
    "n_characters": "length of its text",
    "n_judgements": "judgements in it",
    "n_outlets": "outlets of those articles",
    "n_pairs": "(statement, claim) pairs before the filter",
    "n_statements": "sentences that count, each wording once",
    "outcome": "scored, duplicate, failed (no worker could do it) or skipped (it could not be read)",
    "outlet": "who published the article, where it is known",
    "p_asserts": "probability of asserts",
    "p_denies": "probability of denies",
    "p_uncertain": "probability of uncertain",
    "p_unrelated": "probability that there is no stance; the four sum to 1",
    "published": "date of the article, where it is known",
    "reason": "why: of what was left out, or of a statement without an actor",
    "sentences": "for a later run: hashes of the sentences",
    "shift": "whether the stance changed over time; the position is the one after the change",
    "signature": "for a later run: MinHash signature",
    "similarity": "estimated Jaccard similarity with `duplicate_of`",
    "source_end": "see `source_start`",
    "source_start": "who says it, as the text names them",
    "stage": "which stage left it out",
    "start": "first character of the sentence (or of what was left out) in the article's text; missing for a whole article",
    "statement": "id: article, first character of the sentence, holder",
    "text": "copy of the sentence",
    "title": "title of the article",
    "upper": "upper end of the interval",
    "url": "its address",
    "verdict": "the label, or `not clear` under `aggregate.min_confidence`",
}
"""What a column holds. A new column without a text here is an error, so that no table is described in part."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines]


def command_line() -> str:
    """Every command with its arguments and options, as typer knows them."""
    lines = ["# Command line", "", NOTE, ""]
    lines += ["`-h` or `--help` after any command prints what stands here. What a run returns to the shell: [exit codes](errors.md).", ""]
    root = typer.main.get_command(app)
    lines += table(
        ("command", "what it does"), ((f"[`{name}`](#{name.replace(' ', '-')})", _first(command.help)) for name, command in commands(root))
    )
    for name, command in commands(root):
        context = command.make_context(name, [], resilient_parsing=True)
        lines += ["", f"## {name}", "", _plain(command.help), "", "```text", f"{name} {' '.join(command.collect_usage_pieces(context))}", "```"]
        records = [record for p in command.get_params(context) if (record := p.get_help_record(context)) and p.name != "help"]
        if records:
            lines += ["", *table(("argument or option", "what it means", "default"), map(_parameter, records))]
    return "\n".join(lines) + "\n"


def commands(group: Any, prefix: str = "sayso") -> Iterator[tuple[str, Any]]:
    """Every command under ``group`` by its whole name, in the order of the help."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def _parameter(record: tuple[str, str]) -> tuple[str, str, str]:
    """Name, meaning and default of an argument or option, from its line in the help."""
    name, text = record
    name = "`, `".join(name.removeprefix("[").removesuffix("]").split(", "))
    found = re.fullmatch(r"(.*?)\s*(?:\[([^\[\]]*)\])?", " ".join(text.split()))
    assert found
    facts = dict(fact.partition(": ")[::2] for fact in (found[2] or "").split("; "))
    default = facts.get("default", "").strip("()")
    return f"`{name}`", _plain(found[1]), "required" if "required" in facts else f"`{default}`" if default else ""


def _plain(text: str | None) -> str:
    """A help text as Markdown, with angle brackets and the like kept as they are."""
    return re.sub(r"\s+", " ", text or "").strip().replace("<", "&lt;").replace("*", "\\*")


def _first(text: str | None) -> str:
    return _plain((text or "").split("\n\n")[0])


def config_keys() -> str:
    """Every key of a run config and of a training config, from the pydantic models."""
    lines = ["# Config keys", "", NOTE, ""]
    lines += [
        "## A run",
        "",
        "One YAML file for `sayso report`, `score`, `actors`, `claims` and `evaluate`. Paths are relative to it; every key can be",
    ]
    lines += ["overridden with `--set KEY=VALUE`, the value as YAML. An unknown key is refused, and the nearest right one is named. `sayso init`"]
    lines += ["writes a commented file to begin with. A dot parts a section from its key, `[]` stands for each entry of a list."]
    lines += _sections(RunConfig)
    lines += [
        "",
        "## A training",
        "",
        "The file for `sayso train`. Paths are relative to the working directory. The entries of `dev` have the keys of `data`.",
    ]
    lines += _sections(TrainConfig)
    return "\n".join(lines) + "\n"


def _sections(model: type[BaseModel]) -> list[str]:
    """A table for each section of a config, those keys first that are in none."""
    schema = model.model_json_schema()
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for key, kind, default, meaning in keys(model):
        section = key.strip("`").partition(".")[0].removesuffix("[]") if "." in key else ""
        groups.setdefault(section, []).append((key, meaning, f"{kind}; {default}"))
    lines: list[str] = []
    for section, rows in sorted(groups.items(), key=lambda group: group[0] != ""):
        if section:
            part = _section(schema["properties"][section], schema["$defs"]) or {}
            lines += ["", f"### {section}", "", str(part.get("description", "")).split("\n")[0]]
        lines += ["", *table(("key", "what it means", "type; default"), rows)]
    return lines


def keys(model: type[BaseModel]) -> list[tuple[str, str, str, str]]:
    """(key, type, default, meaning) for each key of a config model and of the sections in it."""
    schema = model.model_json_schema()
    return list(_keys(schema, schema.get("$defs", {}), ""))


def _keys(schema: Mapping[str, Any], parts: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    for name, entry in schema["properties"].items():
        section = _section(entry, parts)
        text = entry.get("description", "")
        if section and entry.get("type") != "array" and "anyOf" not in entry:
            yield from _keys(section, parts, f"{prefix}{name}.")
            continue
        empty = {} if entry.get("type") == "object" else None
        default = "required" if name in schema.get("required", ()) else f"`{_value(entry.get('default', empty))}`"
        yield f"`{prefix}{name}`", _type(entry, parts), default, _plain(text)
        if section and not (prefix == "" and name == "dev"):  # dev has the keys of data
            yield from _keys(section, parts, f"{prefix}{name}[].")


def _section(entry: Mapping[str, Any], parts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The model under a key: a section, or the entries of a list."""
    for place in (entry, entry.get("items", {}), *entry.get("allOf", ()), *(a.get("items", {}) for a in entry.get("anyOf", ()))):
        found = parts.get(str(place.get("$ref", "")).rpartition("/")[2])
        if found and "properties" in found:
            return found
    return None


def _value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return '""' if value == "" else str(value)


def _type(entry: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    if "anyOf" in entry:
        return " or ".join(_type(one, parts) for one in entry["anyOf"])
    if "$ref" in entry:
        return _type(parts[entry["$ref"].rpartition("/")[2]], parts)
    if "enum" in entry or "const" in entry:
        return " ".join(f"`{v}`" for v in entry.get("enum", [entry.get("const")]))
    if entry.get("type") == "array":
        return f"list of {_type(entry.get('items', {}), parts)}"
    name = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null", "object": "mapping"}
    bounds = [(("minimum", "from "), ("exclusiveMinimum", "over ")), (("maximum", "to "), ("exclusiveMaximum", "under "))]
    said = [f"{word}{entry[key]:g}" for pair in bounds for key, word in pair if key in entry]
    return " ".join([name.get(entry.get("type", ""), "entry"), *said])


def files() -> str:
    """The files of a report and of a score folder, with their columns."""
    version = frames.POSITIONS.metadata[b"sayso.schema_version"].decode()
    lines = ["# Files and columns", "", NOTE, ""]
    lines += [
        f"Parquet files carry `sayso.schema_version` in their metadata, now `{version}`; it goes up when a column is renamed, dropped or changes its"
    ]
    lines += ["meaning. Spans count characters of the article's text, and the end is not part of them.", ""]
    lines += ["## What `sayso report` writes", ""]
    lines += table(
        ("file", "what it is"),
        (
            ("`report.html`, `report.md`", "what people read; the page is one file and needs no network"),
            ("`positions.parquet`, `.csv`, `.json`", "[one row for each (actor, claim)](#positions); the JSON also has the evidence and the shifts"),
            ("`judgements.parquet`", "[one row for each (statement, claim) that was scored](#judgements)"),
            ("`articles.parquet`", "[one row for each article that was read](#articles-of-a-report)"),
            ("`skipped.parquet`", "[one row for each article, block or statement left out](#skipped)"),
            ("`run.yaml`", "the resolved config, models with hashes, versions, counts, timings in seconds"),
        ),
    )
    lines += ["", "## What `sayso score` writes", ""]
    lines += table(
        ("folder", "what it is"),
        (
            ("`articles/`", "[the ledger: one row for each item read](#articles-of-a-score-folder); a part counts once its file here is written"),
            ("`judgements/`, `skipped/`", "as in a report, in parts"),
            ("`statements/`", "[every statement, asked about or not](#statements); with `score.statements: true`"),
            ("`positions/`", "as in a report, of the whole corpus"),
            ("`positions_outlet/`", "the same of each outlet: one column more, `outlet`, in front"),
            ("`positions_day/`, `positions_week/`, `positions_month/`", "the same of each window of time: one column more, `window`, its first day"),
            ("`run.yaml`", "the run"),
        ),
    )
    for name, schema in (
        ("Positions", frames.POSITIONS),
        ("Judgements", frames.JUDGEMENTS),
        ("Statements", frames.STATEMENTS),
        ("Articles of a report", frames.ARTICLES),
        ("Articles of a score folder", store.ARTICLES),
        ("Skipped", frames.SKIPPED),
    ):
        lines += ["", f"## {name}", "", *table(("column", "type", "what it holds"), _columns(schema))]
    return "\n".join(lines) + "\n"


def _columns(schema: pa.Schema) -> list[tuple[str, str, str]]:
    return [(f"`{field.name}`", str(field.type).replace("<", "&lt;"), COLUMNS[field.name]) for field in schema]


def figures() -> str:
    """How good it is: what the README and the cards of the shipped models say, nothing else."""
    lines = ["# Figures", "", NOTE, "", "## On whole articles", "", _part(ROOT / "README.md", "How good is it")]
    for card in sorted((ROOT / "models").glob("*/README.md")):
        text = card.read_text("utf-8")
        purpose = text.split("\n", 2)[2].lstrip().split("\n")[0]
        lines += ["", f"## {card.parent.name}", "", purpose, "", "### Measured: " + card.parent.name, "", _part(card, "Measured")]
        lines += ["", "### Trained on: " + card.parent.name, "", _part(card, "Trained on")]
    return "\n".join(lines) + "\n"


def _part(file: Path, heading: str) -> str:
    """What stands under a heading of a Markdown file. Raises ValueError where there is none."""
    found = re.search(rf"^## {re.escape(heading)}\n+(.*?)(?=^## |\Z)", file.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    if not found:
        raise ValueError(f"{file}: found no heading {heading!r}; expected one, change docs/pages.py")
    return found[1].strip()


PAGES: Mapping[str, Callable[[], str]] = {
    "reference/cli.md": command_line,
    "reference/config.md": config_keys,
    "reference/files.md": files,
    "reference/figures.md": figures,
}


def main(check: bool) -> int:
    """Write the pages, or compare them. Returns the exit code."""
    stale = [name for name, page in PAGES.items() if not (file := HERE / name).is_file() or file.read_text("utf-8") != page()]
    for name in stale:
        if check:
            print(f"docs/{name}: not what the code says; run python docs/pages.py")
        else:
            (HERE / name).parent.mkdir(exist_ok=True)
            (HERE / name).write_text(PAGES[name](), "utf-8")
            print(f"written: docs/{name}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
